"""Where the lake keeps its files: a folder or a bucket, with the same few methods and the same promises.

A file appears whole or not at all. Once a method has returned, what it wrote survives a power cut.
"""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from gemeinsinn.lake import durable
from gemeinsinn.lake.bucket import Bucket
from gemeinsinn.lake.lock import exclusive
from gemeinsinn.settings.places import BucketPlace


class Storage(Protocol):
    """A place for files, by their names below it; a name may have slashes."""

    def below(self, name: str) -> Storage:
        """A part of it."""

    def write_new(self, name: str, content: bytes) -> bool:
        """Write a file that must not exist yet; False if it does (put-if-absent)."""

    def replace(self, name: str, content: bytes) -> None:
        """Write a file over whatever stands under its name, at once."""

    def read(self, name: str) -> bytes:
        """The content of a file; `FileNotFoundError` if there is none."""

    def has(self, name: str) -> bool:
        """Whether there is a file of that name."""

    def delete(self, name: str) -> None:
        """Remove a file, if it is there."""

    def names(self, *, after: str = "") -> Sequence[str]:
        """The files directly in it, in their order; only those behind a name."""

    def folders(self) -> Sequence[str]:
        """The parts directly in it."""

    def everything(self) -> Sequence[str]:
        """All files in it and in its parts."""

    def drop(self, name: str) -> None:
        """Remove a part with all its files."""

    def tidy(self) -> None:
        """Remove what killed writers left directly in it; only for the one writer."""

    def only_writer(self, name: str, *, what: str) -> AbstractContextManager[None]:
        """Be the only writer; `InUseError` if somebody else is."""

    def uri(self, name: str) -> str:
        """The address under which Delta finds a part."""

    @property
    def options(self) -> dict[str, str] | None:
        """What Delta needs to open it."""

    @property
    def folder(self) -> Path | None:
        """The folder on this machine; None for a bucket."""


@dataclass(frozen=True, slots=True)
class Folder:
    """A folder on this machine."""

    root: Path

    @property
    def options(self) -> dict[str, str] | None:
        return None

    @property
    def folder(self) -> Path | None:
        return self.root

    def below(self, name: str) -> Folder:
        return Folder(self.root / name)

    def write_new(self, name: str, content: bytes) -> bool:
        return durable.write_new(self.root / name, content)

    def replace(self, name: str, content: bytes) -> None:
        durable.replace(self.root / name, content)

    def read(self, name: str) -> bytes:
        return (self.root / name).read_bytes()

    def has(self, name: str) -> bool:
        return (self.root / name).is_file()

    def delete(self, name: str) -> None:
        (self.root / name).unlink(missing_ok=True)

    def names(self, *, after: str = "") -> Sequence[str]:
        if not self.root.is_dir():
            return []
        found = (path.name for path in self.root.iterdir() if path.is_file())
        return sorted(name for name in found if name > after and not name.startswith(durable.TEMPORARY_PREFIX))

    def folders(self) -> Sequence[str]:
        return sorted(path.name for path in self.root.iterdir() if path.is_dir()) if self.root.is_dir() else []

    def everything(self) -> Sequence[str]:
        return sorted(str(path.relative_to(self.root)) for path in self.root.rglob("*") if path.is_file())

    def drop(self, name: str) -> None:
        shutil.rmtree(self.root / name, ignore_errors=True)

    def tidy(self) -> None:
        durable.remove_unfinished(self.root)

    def only_writer(self, name: str, *, what: str) -> AbstractContextManager[None]:
        return exclusive(self.root / name, what=what)

    def uri(self, name: str) -> str:
        return str(self.root / name)


Root = Path | BucketPlace | Storage


def storage_of(root: Root) -> Storage:
    """The storage at a place."""
    if isinstance(root, Path):
        return Folder(root)
    return Bucket(root) if isinstance(root, BucketPlace) else root

"""Fetching a delivery: the bytes of a file as they lie there, with the name they came under."""

from __future__ import annotations

import gzip
import hashlib
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from gemeinsinn.errors import DeliveryError, did_you_mean


MEMBER = "!"
"""Separates an archive from the file in it: `tables.zip!12411-01-01-4.csv`."""

_AGAIN = "Fetch it again."


@dataclass(frozen=True, slots=True)
class Delivery:
    """The bytes that a source delivered, under which name; `digest` is their SHA-256."""

    name: str
    content: bytes

    @property
    def digest(self) -> str:
        return hashlib.sha256(self.content).hexdigest()


def fetch(location: str, *, root: Path) -> Iterator[Delivery]:
    """The deliveries at a location below `root`: a file, a file in a zip, or a pattern with `*`, in order of name.

    Files ending in .gz are unpacked. Raises `DeliveryError` if nothing is there.
    """
    path, _, member = location.partition(MEMBER)
    if member:
        yield _member(root / path, member)
        return
    found = _matching(Path(path), root) if "*" in path else [root / path]
    if not found:
        raise DeliveryError("no file matches.", where=location, remedy="Check `location` in sources.yaml.")
    for file in found:
        yield file_delivery(file)


def _matching(pattern: Path, root: Path) -> list[Path]:
    top = Path(pattern.anchor) if pattern.is_absolute() else root
    return sorted(top.glob(str(pattern.relative_to(pattern.anchor))))


def file_delivery(file: Path, *, remedy: str = "Check `location` in sources.yaml.") -> Delivery:
    """One file as a delivery; `remedy` says where its name comes from, should it not be there."""
    try:
        content = file.read_bytes()
    except FileNotFoundError as error:
        remedy = f"{remedy} The delivery is missing, which is not the same as empty."
        raise DeliveryError("the file is not there.", where=file.name, remedy=remedy) from error
    except OSError as error:
        remedy = f"{remedy} Is it a file, and who may read it?"
        raise DeliveryError("the file cannot be read.", where=file.name, remedy=remedy) from error
    if file.suffix != ".gz":
        return Delivery(file.name, content)
    try:
        return Delivery(file.stem, gzip.decompress(content))
    except (gzip.BadGzipFile, zlib.error, EOFError) as error:
        raise DeliveryError("the packed file is damaged or cut short.", where=file.name, remedy=_AGAIN) from error


def _member(archive: Path, member: str) -> Delivery:
    try:
        with zipfile.ZipFile(archive) as opened:
            if member not in opened.namelist():
                remedy = did_you_mean(member, opened.namelist()) or "Check `location` in sources.yaml."
                raise DeliveryError(f"there is no '{member}' in it.", where=archive.name, remedy=remedy)
            return Delivery(member, opened.read(member))
    except OSError as error:
        remedy = "Check `location` in sources.yaml."
        raise DeliveryError("the archive is not there or cannot be read.", where=archive.name, remedy=remedy) from error
    except (zipfile.BadZipFile, zlib.error, EOFError) as error:
        raise DeliveryError("the archive is damaged or cut short.", where=archive.name, remedy=_AGAIN) from error
    except RuntimeError as error:
        what = f"'{member}' in it is locked by a password or packed in an unknown way."
        raise DeliveryError(what, where=archive.name, remedy="Ask for it as a plain zip.") from error

"""The folder of releases: each under its hash, one pointer to the current one, a log of what was pointed to and why."""

from __future__ import annotations

import json
import shutil
import uuid
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from gemeinsinn.errors import SettingsError, UnknownNameError
from gemeinsinn.lake import durable
from gemeinsinn.releases.files import as_json, sha256, sha256_of_file
from gemeinsinn.releases.read import open_release


CURRENT = "current.json"
MANIFEST = "manifest.json"
_HASH_LENGTH = 64


@dataclass(frozen=True, slots=True)
class Pointed:
    """One line of the log: which release became current, when, after which, and why."""

    at: str
    release: str
    previous: str
    action: str
    reason: str


@dataclass(frozen=True, slots=True)
class Store:
    """The releases of an instance; `log` lies outside, so that the folder holds only what is public."""

    root: Path
    log: Path

    def current(self) -> str:
        """The hash of the current release; empty if nothing was published yet."""
        path = self.root / CURRENT
        try:
            return str(json.loads(path.read_bytes())["release"]) if path.is_file() else ""
        except (ValueError, KeyError, TypeError) as error:
            remedy = "Remove it, then choose a release with `gemeinsinn releases --roll-back`."
            raise SettingsError(
                "the pointer to the current release is damaged.", where=CURRENT, remedy=remedy
            ) from error

    def published_at(self, release: str) -> str:
        """When a release became current for the first time."""
        return next((line.at for line in self.pointed() if line.release == release), "")

    def hashes(self) -> Sequence[str]:
        """The releases on the disk, by hash."""
        if not self.root.is_dir():
            return []
        return sorted(path.name for path in self.root.iterdir() if len(path.name) == _HASH_LENGTH)

    def found(self, name: str) -> str:
        """The hash of a release by its beginning, or of the current one; `UnknownNameError` if there is none."""
        if not name or name == "current":
            current = self.current()
            if not current:
                raise UnknownNameError("nothing was published yet.", remedy="Run `gemeinsinn publish`.")
            return current
        matching = [release for release in self.hashes() if release.startswith(name.lower())]
        if len(matching) != 1:
            what = "no release begins" if not matching else f"{len(matching)} releases begin"
            raise UnknownNameError(f"{what} with '{name}'.", remedy="`gemeinsinn releases` lists all.")
        return matching[0]

    def folder(self, release: str) -> Path:
        """The folder of a release."""
        return self.root / release

    def manifest(self, release: str) -> Mapping[str, Any]:
        """The manifest of a release."""
        return open_release(self.folder(release)).manifest

    def check(self, release: str) -> None:
        """A release is whole: its name is the hash of its manifest, and every file is what the manifest says.

        Raises `SettingsError` for the first file that is not.
        """
        manifest = self.folder(release) / MANIFEST
        if manifest.is_file() and sha256_of_file(manifest) != release:
            raise _damaged(f"the manifest of release {release[:12]} is not what its name says.")
        for name, facts in self.manifest(release)["files"].items():
            path = self.folder(release) / name
            if not path.is_file() or sha256_of_file(path) != facts["sha256"]:
                raise _damaged(f"{name} of release {release[:12]} is not what its manifest says.")

    @contextmanager
    def building(self) -> Iterator[Path]:
        """A folder to build a release in; what is not kept is removed, now or after a kill at the next build."""
        self.root.mkdir(parents=True, exist_ok=True)
        durable.remove_unfinished(self.root)
        folder = self.root / f"{durable.TEMPORARY_PREFIX}{uuid.uuid4().hex}"
        folder.mkdir()
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def keep(self, folder: Path, manifest: dict[str, Any]) -> str:
        """Give a finished folder its manifest and its name; the hash. It is not current yet."""
        content = as_json(manifest)
        release = sha256(content)
        (folder / MANIFEST).write_bytes(content)
        durable.sync_file(folder / MANIFEST)
        durable.sync_folder(folder)
        if not self.folder(release).is_dir():
            folder.rename(self.folder(release))
        durable.sync_folder(self.root)
        return release

    def point_to(self, release: str, *, at: datetime, action: str, reason: str = "") -> None:
        """Make a release the current one, at once, and log it."""
        previous = self.current()
        line = {"at": at.isoformat(), "release": release, "previous": previous, "action": action, "reason": reason}
        durable.append_line(self.log, json.dumps(line, ensure_ascii=False))
        durable.replace(self.root / CURRENT, as_json({"release": release, "published_at": at.isoformat()}))

    def pointed(self) -> Sequence[Pointed]:
        """The log, oldest first; a line that a kill cut short is left out."""
        if not self.log.is_file():
            return []
        found = []
        for line in self.log.read_text(encoding="utf-8").splitlines():
            try:
                found.append(Pointed(**json.loads(line)))
            except (json.JSONDecodeError, TypeError):
                continue
        return found


def _damaged(what: str) -> SettingsError:
    return SettingsError(what, remedy="Restore a backup, or choose another release.")

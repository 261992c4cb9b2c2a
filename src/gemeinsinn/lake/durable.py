"""Writing files so that a power cut or a kill leaves the old state or the new one, never half of either."""

from __future__ import annotations

import os
import uuid
from pathlib import Path


TEMPORARY_PREFIX = ".unfinished-"
"""Files and folders that a killed process left behind begin like this and may be removed."""


def write_new(path: Path, content: bytes) -> bool:
    """Write a file under a name that must not exist yet; False if it does (put-if-absent)."""
    temporary = _temporary(path)
    _write_through(temporary, content)
    try:
        os.link(temporary, path)
    except FileExistsError:
        return False
    finally:
        temporary.unlink()
    sync_folder(path.parent)
    return True


def replace(path: Path, content: bytes) -> None:
    """Write a file over whatever stands under its name, at once."""
    temporary = _temporary(path)
    _write_through(temporary, content)
    temporary.replace(path)
    sync_folder(path.parent)


def append_line(path: Path, line: str) -> None:
    """Add one line to a log and have it on the disk before returning; a line that a kill cut short stays apart."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a+b") as log:
        if log.tell():
            log.seek(-1, os.SEEK_END)
            log.write(b"" if log.read(1) == b"\n" else b"\n")
        log.write(line.encode("utf-8") + b"\n")
        log.flush()
        os.fsync(log.fileno())


def sync_file(path: Path) -> None:
    """Have a file that somebody else wrote on the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def sync_folder(path: Path) -> None:
    """Have the names in a folder on the disk."""
    sync_file(path)


def remove_unfinished(folder: Path) -> int:
    """Remove what killed processes left directly in a folder; how many there were."""
    if not folder.is_dir():
        return 0
    left = [path for path in folder.iterdir() if path.name.startswith(TEMPORARY_PREFIX)]
    for path in left:
        _remove(path)
    return len(left)


def _remove(path: Path) -> None:
    if path.is_dir():
        for child in path.iterdir():
            _remove(child)
        path.rmdir()
    else:
        path.unlink(missing_ok=True)


def _temporary(path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    return path.with_name(f"{TEMPORARY_PREFIX}{uuid.uuid4().hex}")


def _write_through(path: Path, content: bytes) -> None:
    with path.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())

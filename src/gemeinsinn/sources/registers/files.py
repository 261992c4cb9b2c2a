"""The files of a register: which lie there, of which day each one is, and their bytes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from gemeinsinn.errors import DeliveryError, Finding
from gemeinsinn.sources.delivery import file_delivery
from gemeinsinn.sources.registers.declaration import Delivered, DeliveryFormat


_TEMPORARY = ("~$", ".")
"""How files begin that a spreadsheet or a transfer leaves lying beside the real ones."""


@dataclass(frozen=True, slots=True)
class DeliveredFile:
    """One file that lies there, not yet read."""

    path: Path
    name: str
    """Its path below the folder of the location."""
    size: int
    changed_at: int
    """When it was last changed, in nanoseconds."""
    day: date | None
    part: str = ""

    def content(self) -> bytes:
        """Its bytes, unpacked; `DeliveryError` if it is damaged or cut short."""
        return file_delivery(self.path, remedy="Check `location` in registers.yaml.").content

    def raw(self) -> bytes:
        """Its bytes as they lie there."""
        return self.path.read_bytes()


def is_delivered(delivered: Delivered, *, root: Path) -> bool:
    """Whether anything lies there; a database is always there to be asked."""
    if delivered.format is DeliveryFormat.POSTGRESQL:
        return True
    pattern = Path(delivered.location)
    top = Path(pattern.anchor) if pattern.is_absolute() else root
    return next(iter(top.glob(str(pattern.relative_to(pattern.anchor)))), None) is not None


def files_at(delivered: Delivered, *, root: Path, register: str) -> Sequence[DeliveredFile]:
    """The files of a delivery in the order of their days; `DeliveryError` if there are none or one has no day."""
    pattern = Path(delivered.location)
    top = Path(pattern.anchor) if pattern.is_absolute() else root
    inside = str(pattern.relative_to(pattern.anchor))
    paths = [path for path in top.glob(inside) if path.is_file() and not path.name.startswith(_TEMPORARY)]
    if not paths:
        remedy = "Check `location` in registers.yaml. The delivery is missing, which is not the same as empty."
        raise DeliveryError("no file matches.", where=f"{register} {delivered.location}", remedy=remedy)
    found, findings = [], []
    for path in paths:
        name = path.relative_to(top).as_posix()
        day = delivered.days.day(name) if delivered.days else None
        if delivered.days and day is None:
            what = "its name does not say its day as `dated_by` declares it."
            findings.append(Finding(path.name, what, "Rename it, or move it elsewhere."))
            continue
        part = delivered.days.part(name) if delivered.days else ""
        status = path.stat()
        found.append(DeliveredFile(path, name, status.st_size, status.st_mtime_ns, day, part))
    if findings:
        raise DeliveryError(findings)
    return sorted(found, key=lambda file: (file.day or date.min, file.name))

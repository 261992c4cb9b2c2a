"""Serving indexes of the zone: found in memory or on the disk, built when first asked for, removed when outdated."""

from __future__ import annotations

import hashlib
import shutil
from collections import OrderedDict
from collections.abc import Callable
from pathlib import Path

from gemeinsinn.concepts.registers import Register
from gemeinsinn.lake.manifest import Manifest
from gemeinsinn.lake.restricted.index import ServingIndex, built, opened, saved
from gemeinsinn.lake.restricted.store import RestrictedZone, owner_only


_KEPT_ON_DISK = 4
_KEPT_IN_MEMORY = 4
_IN_MEMORY: OrderedDict[Path, ServingIndex] = OrderedDict()


Build = Callable[[], ServingIndex]
"""Builds an index that is not there yet."""


def serving_index(
    zone: RestrictedZone, register: Register, manifest: Manifest, *, step: int, build: Build | None = None
) -> ServingIndex:
    """The index of what is believed at a step, as a manifest pins it; built here unless somebody else builds it."""
    folder = zone.index(register.id) / _name(register, manifest.tables[zone.table(register.id)].version, step)
    if folder in _IN_MEMORY and folder.is_dir():
        _IN_MEMORY.move_to_end(folder)
        return _IN_MEMORY[folder]
    index = opened(folder)
    if index is None:
        index = build() if build else built(zone.scan(zone.table(register.id), manifest), register, step=step)
        with owner_only():
            saved(index, folder)
        _remove_outdated(folder)
    _IN_MEMORY[folder] = index
    while len(_IN_MEMORY) > _KEPT_IN_MEMORY:
        _IN_MEMORY.popitem(last=False)
    return index


def _name(register: Register, version: int, step: int) -> str:
    """Version, step, and a digest of what the declaration says of the dimensions in the index."""
    said = [(name, register.dimensions[name].category_of) for name in register.index]
    digest = hashlib.sha256(repr(said).encode()).hexdigest()[:12]
    return f"{version:09d}-{step:09d}-{digest}"


def _remove_outdated(newest: Path) -> None:
    """Only the newest few are kept; one that was just built is among them whatever its name."""
    others = sorted((path for path in newest.parent.iterdir() if path != newest), reverse=True)
    for path in others[_KEPT_ON_DISK - 1 :]:
        shutil.rmtree(path, ignore_errors=True)

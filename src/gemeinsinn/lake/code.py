"""Which code made a table or a release: the version, and a digest of the rooms that had a hand in it."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

from gemeinsinn import __version__


READING = ("concepts", "sources", "areas", "pipeline")
"""The rooms whose code decides what a delivery becomes."""
PUBLISHING = ("concepts", "areas", "protect", "indicators", "gate", "releases", "pipeline", "locale")
"""The rooms whose code decides what a release holds."""

_PACKAGE = Path(__file__).parents[1]


@cache
def code_version(rooms: tuple[str, ...] = PUBLISHING) -> str:
    """The version with the digest of some rooms, so that a change of their code is noticed."""
    hashed = hashlib.sha256()
    for room in rooms:
        for path in sorted((_PACKAGE / room).rglob("*")):
            if path.suffix in (".py", ".po"):
                hashed.update(str(path.relative_to(_PACKAGE)).encode())
                hashed.update(path.read_bytes())
    return f"{__version__}+{hashed.hexdigest()[:12]}"

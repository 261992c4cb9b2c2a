"""The demo county with its registers, small, built once for all tests of a run and shared by its processes."""

from __future__ import annotations

import fcntl
from pathlib import Path

from support.demo import command_line


RESIDENTS = 6_000


def built_with_registers(shared: Path) -> Path:
    """The folder of the instance; the first process that asks builds it, the others wait."""
    folder = shared / "demo_registers"
    with (shared / "demo_registers.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / "var" / "demo_registers.json").is_file():
            words = ("demo", "--dir", str(folder), "--residents", str(RESIDENTS), "--no-serve")
            done = command_line(*words, patience=900)
            assert done.returncode == 0, done.stderr
    return folder

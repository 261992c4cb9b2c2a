"""The demo county, built once for all tests of a run and shared by its processes."""

from __future__ import annotations

import fcntl
import os
import subprocess
import sys
from pathlib import Path


def command_line(
    *words: str, instance: Path | None = None, patience: float = 300, **environment: str
) -> subprocess.CompletedProcess[str]:
    """Run the command line as a user would, and wait for so many seconds at most."""
    named = {"GEMEINSINN_INSTANCE": str(instance)} if instance else {}
    return subprocess.run(
        [sys.executable, "-m", "gemeinsinn", *words],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, **named, **environment},
        timeout=patience,
    )


def built_demo(shared: Path) -> Path:
    """The folder of the demo's instance; the first process that asks builds it, the others wait."""
    folder = shared / "demo"
    with (shared / "demo.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / "var" / "releases" / "current.json").is_file():
            done = command_line("demo", "--dir", str(folder), "--residents", "0", "--no-serve")
            assert done.returncode == 0, done.stderr
    return folder

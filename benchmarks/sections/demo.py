"""The demo county: built from nothing, brought up to date, and, if asked for, from a clean clone."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import time
from pathlib import Path

from bars import Row, Section, median, spread
from places import DEMO, ROOT
from runs import Run, run, step_rows


_KEPT = ("PATH", "HOME", "LANG", "TMPDIR")
"""What a clean environment keeps; settings of the package clients stay in their own files."""


def measured(*, quick: bool, clone: bool) -> Section:
    """Build the demo county several times, then bring it up to date several times."""
    builds = [_built() for _ in range(1 if quick else 3)]
    again = [run(*_WORDS).total_seconds for _ in range(2 if quick else 5)]
    rows = [
        spread("first build, all steps", [each.total_seconds for each in builds], "s"),
        *step_rows(builds),
        Row("peak memory", median([each.peak_bytes / 1e6 for each in builds]), "MB", len(builds)),
        spread("second run, nothing to do", again, "s", bar=5),
    ]
    if clone:
        rows.append(Row("`make demo` in a clean clone", _cloned(), "s", bar=120))
    return Section("Demo county", _HOW + ("" if clone else _NO_CLONE), tuple(rows))


_WORDS = ("demo", "--dir", str(DEMO), "--residents", "0", "--no-serve")
_HOW = (
    "`gemeinsinn demo --no-serve` in an empty folder, then again. Medians; smallest and largest in brackets. A step lasts "
    "from the end of the step before it to the last sign of its own progress. Memory is what all processes of the "
    "run hold at once, sampled every 50 ms."
)
_NO_CLONE = " The time from a clean clone is measured with `--clone`."


def _built() -> Run:
    shutil.rmtree(DEMO, ignore_errors=True)
    return run(*_WORDS)


def _cloned() -> float:
    """Seconds of `make demo` in a clone of what is committed, with nothing in the environment but a path."""
    environment = {name: os.environ[name] for name in _KEPT if name in os.environ}
    with tempfile.TemporaryDirectory() as folder:
        checkout = Path(folder, "gemeinsinn")
        subprocess.run(["git", "clone", "--quiet", "--no-hardlinks", str(ROOT), str(checkout)], check=True)
        started = time.monotonic()
        words = ["make", "demo", "ARGS=--residents 0 --no-serve"]
        subprocess.run(words, cwd=checkout, env=environment, check=True, stdout=subprocess.DEVNULL)
        return time.monotonic() - started

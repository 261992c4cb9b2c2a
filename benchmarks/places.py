"""The instances that are measured: the demo county and all of Germany, built by the command line below `var/bench`.

What an earlier run has built is brought up to date, which takes seconds if nothing changed.
"""

from __future__ import annotations

import shutil
import sys
from functools import cache
from pathlib import Path


ROOT = Path(__file__).parents[1]
BENCH = ROOT / "var" / "bench"
DEMO = BENCH / "demo"
GERMANY = BENCH / "examples" / "germany"
sys.path.append(str(ROOT / "tests"))

from support.demo import command_line  # noqa: E402  (the tests lie beside)


@cache
def demo() -> Path:
    """The demo county, as the code is now."""
    _done("demo", "--dir", str(DEMO), "--residents", "0", "--no-serve")
    return DEMO


@cache
def germany() -> Path:
    """The example for all of Germany, as the code is now."""
    if not GERMANY.is_dir():
        fresh_germany()
    for verb in ("refresh", "publish"):
        _done("--instance", str(GERMANY), verb)
    return GERMANY


def fresh_germany() -> Path:
    """The example in a folder where nothing was done yet, beside the demo county's files, which it reads."""
    shutil.rmtree(GERMANY, ignore_errors=True)
    GERMANY.mkdir(parents=True)
    original = ROOT / "examples" / "germany"
    for name in ("gemeinsinn.toml", "sources.yaml", "policy.yaml"):
        shutil.copyfile(original / name, GERMANY / name)
    _linked(GERMANY / "catalogue", ROOT / "catalogue")
    _linked(GERMANY / "data", original / "data")
    _linked(GERMANY.parent / "pinneberg", ROOT / "examples" / "pinneberg")
    return GERMANY


def _linked(link: Path, target: Path) -> None:
    if not link.is_symlink():
        link.symlink_to(target)


def _done(*words: str) -> None:
    done = command_line(*words)
    if done.returncode != 0:
        raise RuntimeError(done.stderr)

"""Runs the command line and kills it, as a power cut would, just before its n-th lasting step on the disk.

As a program: `python killed.py N VERB…`; with N = 0 it runs to its end and prints how many steps there were.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from gemeinsinn.cli.main import main


_LASTING = ("fsync", "link", "rename", "replace", "unlink", "rmdir", "mkdir", "truncate")


class Steps:
    """Counts the lasting steps of this process."""

    def __init__(self, last: int) -> None:
        self.done = 0
        self.last = last

    def watched(self, step: Callable[..., Any]) -> Callable[..., Any]:
        """The same step, before which the process is killed if it is the last one."""

        def watched(*words: Any, **options: Any) -> Any:
            self.done += 1
            if self.done == self.last:
                os.kill(os.getpid(), signal.SIGKILL)
            return step(*words, **options)

        return watched


if __name__ == "__main__":
    steps = Steps(int(sys.argv[1]))
    for name in _LASTING:
        setattr(os, name, steps.watched(getattr(os, name)))
    assert Path.rename.__module__ == "pathlib", "its methods have to go through os"
    try:
        main(sys.argv[2:])
    finally:
        sys.stderr.write(f"\nsteps: {steps.done}\n")

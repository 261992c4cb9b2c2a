"""Runs a verb of the command line and notes when it last spoke of each step: `stopwatch.py NOTES VERB …`.

It is the verb that people call; only its bars of progress are exchanged for a clock that all processes share.
"""

from __future__ import annotations

import importlib
import json
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from gemeinsinn.cli.main import main
from gemeinsinn.cli.shared import Step


def timed(notes: Path, words: list[str]) -> None:
    """Run the verb; the notes are a JSON object of times by step, in the order in which the steps began."""
    told: dict[str, float] = {}

    @contextmanager
    def noted(*, quiet: bool = False) -> Iterator[Step]:
        yield lambda what, done, of: told.__setitem__(what, time.monotonic())

    verb = importlib.import_module(f"gemeinsinn.cli.{words[0]}")
    verb.progress = noted  # type: ignore[attr-defined]  (the verb's own progress, heard beside its bars)
    try:
        main(words)
    finally:
        notes.write_text(json.dumps(told))


if __name__ == "__main__":
    timed(Path(sys.argv[1]), sys.argv[2:])

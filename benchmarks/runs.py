"""Runs of the command line with the time and the memory that each of their steps took."""

from __future__ import annotations

import itertools
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from bars import Row, median, spread


_EVERY = 0.05
_PAGE = os.sysconf("SC_PAGE_SIZE")


@dataclass(frozen=True, slots=True)
class Run:
    """One call of a verb: seconds by step, bytes by step, and both for the whole of it."""

    seconds: dict[str, float]
    bytes: dict[str, int]
    total_seconds: float
    peak_bytes: int


def run(*words: str, instance: Path | None = None) -> Run:
    """Run a verb and watch it. Raises `RuntimeError` with what it said if it fails."""
    environment = {**os.environ, **({"GEMEINSINN_INSTANCE": str(instance)} if instance else {})}
    with tempfile.TemporaryDirectory() as folder:
        notes, said = Path(folder, "notes.json"), Path(folder, "said.txt")
        command = [sys.executable, str(Path(__file__).with_name("stopwatch.py")), str(notes), *words]
        with said.open("wb") as output:
            started = time.monotonic()
            process = subprocess.Popen(command, env=environment, stdout=output, stderr=output)
            samples = list(_watched(process))
            ended = time.monotonic()
        if process.returncode != 0:
            raise RuntimeError(said.read_text(encoding="utf-8"))
        told: dict[str, float] = json.loads(notes.read_bytes())
    ends = [*told.values(), ended]
    begins = [started, *told.values()]
    names = [*told, "the rest"]
    seconds = {name: end - begin for name, begin, end in zip(names, begins, ends, strict=True)}
    peaks = {
        name: max((size for at, size in samples if begin <= at <= end), default=0)
        for name, begin, end in zip(names, begins, ends, strict=True)
    }
    return Run(seconds, peaks, ended - started, max((size for _, size in samples), default=0))


def _watched(process: subprocess.Popen[bytes]) -> Iterator[tuple[float, int]]:
    """When, and how much memory the process and its descendants held then, until it ends."""
    while process.poll() is None:
        yield time.monotonic(), sum(map(_resident, _tree(process.pid)))
        time.sleep(_EVERY)


def _tree(pid: int) -> Iterator[int]:
    yield pid
    for children in Path(f"/proc/{pid}/task").glob("*/children"):
        try:
            found = children.read_text().split()
        except OSError:
            continue
        yield from itertools.chain.from_iterable(map(_tree, map(int, found)))


def _resident(pid: int) -> int:
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * _PAGE
    except OSError:
        return 0


def step_rows(runs: Sequence[Run]) -> list[Row]:
    """A row of seconds and one of memory for each step of the same run, done several times."""
    rows: list[Row] = []
    for name in runs[0].seconds:
        rows.append(spread(f"{name}: time", [each.seconds[name] for each in runs], "s"))
        if any(each.bytes[name] for each in runs):
            rows.append(Row(f"{name}: memory", median([each.bytes[name] / 1e6 for each in runs]), "MB", len(runs)))
    return rows

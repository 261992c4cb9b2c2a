"""Who solves the parts of a table: threads, or processes where there are many parts.

Threads hand the interpreter's lock to each other some thousand times a second, which costs a third of their time. A
process is started afresh, not forked, and reads parts from a pipe; nothing of them is written down anywhere else. It
ends when its pipe does, so with whoever started it, however that came to its end.
"""

from __future__ import annotations

import os
import queue
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import TracebackType
from typing import IO, Self, TypeVar

import numpy as np
from numpy.typing import NDArray

from gemeinsinn.protect.tables.frames import read, read_part, write, write_part
from gemeinsinn.protect.tables.parts import Part
from gemeinsinn.protect.tables.pattern import Flags


Item = TypeVar("Item")
Found = TypeVar("Found")

_WORDS = "import sys; sys.path[:] = sys.argv[1:]; from gemeinsinn.protect.tables.crew import serve; serve()"


class Crew:
    """Solves parts beside each other; `apart` in processes, which start when the first part is there."""

    def __init__(self, size: int, *, apart: bool) -> None:
        self._pool = ThreadPoolExecutor(size)
        self._idle: queue.SimpleQueue[_Helper | None] = queue.SimpleQueue()
        self._helpers = [_Helper() for _ in range(size)] if apart and size > 1 else []
        for at in range(size):
            self._idle.put(self._helpers[at] if self._helpers else None)

    def __enter__(self) -> Self:
        """Itself."""
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        """Let everybody go."""
        self._pool.shutdown(cancel_futures=True)
        for each in self._helpers:
            each.end()

    def map(self, work: Callable[[Item], Found], items: Iterable[Item]) -> Iterator[Found]:
        """Do something beside each other, and give the results in their order."""
        return self._pool.map(work, items)

    def solved(self, part: Part) -> tuple[Flags, NDArray[np.int64]]:
        """A part solved by whoever is idle; what a helper could not solve, or did not come back from, is solved here."""
        helper = self._idle.get()
        try:
            found = helper.solved(part) if helper and not helper.is_gone else None
        finally:
            self._idle.put(helper)
        return part.solved() if found is None else found


class _Helper:
    """A process that solves parts."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self.is_gone = False

    def solved(self, part: Part) -> tuple[Flags, NDArray[np.int64]] | None:
        try:
            process = self._process = self._process or _started()
            pipe, back = process.stdin, process.stdout
            if pipe is None or back is None:
                return None
            write_part(pipe, part)
            said, found = read(back)
        except (OSError, EOFError, ValueError):
            self.is_gone = True
            return None
        return (found["hidden"], found["left"]) if said["is_solved"] else None

    def end(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.communicate()


def _started() -> subprocess.Popen[bytes]:
    return subprocess.Popen(  # noqa: S603  (our own words)
        [sys.executable, "-c", _WORDS, *(path for path in sys.path if path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )


def _serve(parts: IO[bytes], found: IO[bytes]) -> None:
    """Solve parts until there are no more; nothing for one that fails, so that it fails again where it is seen."""
    while True:
        try:
            part = read_part(parts)
        except EOFError:
            return
        try:
            hidden, left = part.solved()
        except Exception:  # noqa: BLE001  (whatever it is, it is raised by the other process)
            write(found, {"is_solved": False}, {})
        else:
            write(found, {"is_solved": True}, {"hidden": hidden, "left": left})


def serve() -> None:
    """Solve the parts that come in, until there are no more."""
    with os.fdopen(os.dup(1), "wb") as found, Path(os.devnull).open("wb") as nothing:
        os.dup2(nothing.fileno(), 1)  # what the solver prints is no answer
        _serve(sys.stdin.buffer, found)

"""Locks that the operating system frees when their holder ends, however it ends; no clock has a say in them."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from gemeinsinn.errors import InUseError


@contextmanager
def exclusive(path: Path, *, what: str) -> Iterator[None]:
    """Hold a lock file alone; `InUseError` if anybody else holds it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a+b") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            remedy = "Wait until it has finished, then start again."
            raise InUseError(f"another run is writing to {what}.", remedy=remedy) from error
        yield


@contextmanager
def in_turn(path: Path) -> Iterator[None]:
    """Hold a lock file alone for a moment, after waiting for those who came before."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a+b") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


@contextmanager
def shared(path: Path) -> Iterator[None]:
    """Hold a lock file beside others, to be seen by `is_held`; it waits for the moment that such a look takes."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a+b") as lock:
        fcntl.flock(lock, fcntl.LOCK_SH)
        yield


def is_held(path: Path) -> bool:
    """Whether anybody holds a lock file; reading rights are enough to ask."""
    try:
        with path.open("rb") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except FileNotFoundError:
        return False
    except BlockingIOError:
        return True
    return False

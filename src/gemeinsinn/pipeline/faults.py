"""Faults of the program, told by their type and their place: a message of theirs may hold a row of a delivery."""

from __future__ import annotations

import traceback
from pathlib import Path


_PACKAGE = Path(__file__).parents[1]


def fault_of(error: Exception) -> str:
    """What happened and where, in one sentence without a value."""
    frames = traceback.extract_tb(error.__traceback__)
    ours = [frame for frame in frames if Path(frame.filename).is_relative_to(_PACKAGE)]
    place = Path(ours[-1].filename).relative_to(_PACKAGE.parent).with_suffix("")
    return f"a fault of the program: {type(error).__name__} in {'.'.join(place.parts)}:{ours[-1].lineno}."


def trace_of(error: BaseException) -> str:
    """A traceback with every place and every type, and without the messages: they may hold a row of a register."""
    chain: list[BaseException] = []
    following: BaseException | None = error
    while following is not None and following not in chain:
        chain.append(following)
        following = following.__cause__ or following.__context__
    parts = []
    for each in reversed(chain):
        parts += ["Traceback (most recent call last):\n", *traceback.format_tb(each.__traceback__)]
        parts.append(f"{type(each).__module__}.{type(each).__qualname__}\n")
    return "".join(parts)

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

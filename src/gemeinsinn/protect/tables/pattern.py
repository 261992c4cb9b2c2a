"""The states of the cells of a table, as numbers in a pattern and as words in a file."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray


Array = NDArray[Any]
Flags = NDArray[np.bool_]

FREE, PRIMARY, SECONDARY = 0, 1, 2

WORDS = {FREE: "free", PRIMARY: "primary", SECONDARY: "secondary"}
"""For the office that protects a table. Who publishes it shows one sign for both: which cell is primary says something."""


def pattern_of(hidden: Flags, primary: Flags) -> NDArray[np.uint8]:
    """The pattern of hidden cells: primary ones, and those that are hidden for their sake."""
    return np.where(hidden, np.where(primary, PRIMARY, SECONDARY), FREE).astype(np.uint8)

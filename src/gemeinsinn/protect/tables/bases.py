"""Rounding a count to a multiple of a base, and what a rounded number says.

A count is rounded to the nearest multiple, a half up, whatever it is part of: totals are rounded from their true sums,
as the German statistical offices do it.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from gemeinsinn.errors import DefinitionError
from gemeinsinn.protect.tables.pattern import Array
from gemeinsinn.protect.tables.policy import BASES


def check_base(base: int) -> None:
    """Raise `DefinitionError` for a base that does not protect."""
    if base not in BASES:
        what = f"counts are rounded to {' or '.join(map(str, BASES))}, not to {base}."
        remedy = "To 3, a third of all ones and twos can be calculated from rounded totals. " if base == 3 else ""
        raise DefinitionError(what, remedy=f"{remedy}Write `base: {BASES[0]}`.")


def nearest_multiple(counts: Array, base: int) -> NDArray[np.int64]:
    """The multiple of the base that is nearest to each count; of two, the larger one."""
    whole = np.rint(counts).astype(np.int64)
    return np.asarray((2 * whole + base) // (2 * base) * base)


def said_by(multiples: Array, base: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The smallest and the largest count that are rounded to each multiple."""
    low = np.maximum(multiples - base // 2, 0)
    return low.astype(np.float64), np.asarray(multiples + (base - 1) // 2, dtype=np.float64)


def neighbours_say(counts: Array, base: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The smallest and the largest count that are rounded to a multiple next to each count, below or above it.

    A count that is a multiple itself has three; nobody is only ever shown as nobody.
    """
    whole = np.rint(counts).astype(np.int64)
    low, _ = said_by((whole - 1) // base * base, base)
    _, high = said_by(np.where(whole > 0, whole // base * base + base, 0), base)
    return low, high

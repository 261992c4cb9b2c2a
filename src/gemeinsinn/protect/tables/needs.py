"""How far the attacker must be kept from a primary cell: what he has to believe possible above and below its value."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gemeinsinn.protect.tables.pattern import Array, Flags


@dataclass(frozen=True, slots=True, eq=False)
class Needs:
    """For each cell how far another table, equal in all that is shown, must differ from its value; 0 asks for nothing."""

    up: NDArray[np.float64]
    down: NDArray[np.float64]

    @property
    def cells(self) -> NDArray[np.int64]:
        """The cells that need anything."""
        return np.flatnonzero((self.up > 0) | (self.down > 0))

    def only(self, where: Flags) -> Needs:
        """The needs of some cells."""
        return Needs(np.where(where, self.up, 0.0), np.where(where, self.down, 0.0))


def neighbours(values: Array, primary: Flags, *, lowest: Array | float = 0.0) -> Needs:
    """`open`: any neighbour of a primary cell's value is possible: one more, and one less unless it is the lowest."""
    return Needs(np.where(primary, 1.0, 0.0), np.where(primary, np.minimum(values - lowest, 1.0), 0.0))


def threshold(values: Array, units: Array, primary: Flags, *, min_units: int, lowest: Array | float = 0.0) -> Needs:
    """`threshold`: the upper bound of a primary count reaches the smallest count that may be shown."""
    up = np.maximum(min_units - units, 1.0)
    return Needs(np.where(primary, up, 0.0), np.where(primary, np.minimum(values - lowest, 1.0), 0.0))


def shares(values: Array, primary: Flags, *, percent: float, lowest: Array | float = 0.0) -> Needs:
    """For sums: a primary value cannot be estimated more closely than some per cent of itself.

    The protection levels of Hundepool et al. (2012), Statistical Disclosure Control, section 4.2.2, with one level for
    all rules. A primary sum of 0 must be able to be something, too: 1, or the smallest sum of the table if that is less.
    """
    size = np.abs(values)
    smallest = min(1.0, float(size[size > 0].min(initial=1.0)))
    wide = np.where(size > 0, size * percent / 100.0, smallest)
    return Needs(np.where(primary, wide, 0.0), np.where(primary, np.minimum(wide, values - lowest), 0.0))

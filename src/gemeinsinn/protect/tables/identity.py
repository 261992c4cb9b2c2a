"""What a cell is, across tables and releases: the units that it covers, the variable, the key date, and its value.

Two cells with the same units, variable and date have different identities if their values differ: one of them was
corrected in between. Where their values are the same they are taken for the same cell, even if a correction in between
happened to leave the sum as it was: that only makes the attacker stronger than he is, and no equation that he is given
is wrong. So tables that cross an area with other things share their margins, whatever else they are made of.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from gemeinsinn.protect.tables.model import Labels, cell_identity
from gemeinsinn.protect.tables.pattern import Array


_DECIMALS = 6
"""Sums of decimals that were added up in another order are the same number."""


def identities_of(
    labels: Labels,
    values: Array,
    *,
    variable: str,
    valid_on: str,
    roots: Mapping[str, str],
    states: Sequence[bytes] | None = None,
) -> tuple[bytes, ...]:
    """The identity of every cell of a table.

    `variable` names what is counted of whom ("employees of the county"); a dimension at its root says nothing and is
    left out, so that a margin is the same cell in every table. `states` tell one state of a cell's units from another
    where more is known than its value, e.g. the sum of the record keys of the people in it.
    """
    told = np.ascontiguousarray(np.round(values, _DECIMALS) + 0.0, dtype="<f8").tobytes()
    found = []
    for cell in range(len(values)):
        codes = zip(labels.dimensions, labels.of(cell), strict=True)
        covered = sorted(f"{dimension}\x1f{code}" for dimension, code in codes if roots.get(dimension) != code)
        state = told[8 * cell : 8 * cell + 8] if states is None else states[cell]
        found.append(cell_identity(variable, valid_on, "\x1e".join(covered).encode(), state))
    return tuple(found)

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
from gemeinsinn.protect.tables.releasing import names_of_cells


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
    names = names_of_cells(labels, len(values))
    axes = sorted(range(len(names.dimensions)), key=lambda axis: names.dimensions[axis])
    texts = [_texts(names.dimensions[axis], names.codes[axis], roots) for axis in axes]
    found = []
    for cell, places in enumerate(names.places[:, axes].tolist()):
        covered = "\x1e".join(filter(None, [codes[place] for codes, place in zip(texts, places, strict=True)]))
        state = told[8 * cell : 8 * cell + 8] if states is None else states[cell]
        found.append(cell_identity(variable, valid_on, covered.encode(), state))
    return tuple(found)


def _texts(dimension: str, codes: Sequence[str], roots: Mapping[str, str]) -> list[str]:
    """What each code says of the units that a cell covers; nothing at the root."""
    return ["" if roots.get(dimension) == code else f"{dimension}\x1f{code}" for code in codes]

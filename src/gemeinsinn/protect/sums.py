"""Which cells of a certificate are sums of others, and how little anybody can believe each cell to be.

Where every zero is shown, a hidden count is at least one, and a sum at least what its parts are together. That is worked
out from the equations, and nothing that a certificate says of it is believed.

This module needs numpy and the standard library, and nothing else of ours.
"""

from __future__ import annotations

import numpy as np

from gemeinsinn.protect.claims import Array, Claim


def rows_of(claim: Claim) -> Array:
    """The equation of each entry."""
    return np.repeat(np.arange(claim["equation_starts"].size - 1), np.diff(claim["equation_starts"]))


def totals(claim: Claim) -> Array:
    """Whether each entry stands alone on its side of its equation."""
    rows, signs = rows_of(claim), claim["equation_signs"]
    found = np.zeros(signs.size, dtype=np.bool_)
    for side in (-1, 1):
        count = np.bincount(rows, weights=signs * side > 0, minlength=claim["equation_starts"].size - 1)
        found |= (count[rows] == 1) & (signs * side > 0)
    return found


def lowest_values(claim: Claim) -> Array:
    """The smallest value of each cell that nobody can rule out, in the unit of the values; they must fulfil the equations.

    It says nothing about a table whose values may be negative.
    """
    values, scale = claim["values"], claim.facts["scale"]
    found = np.zeros(values.size, dtype=np.int64)
    if claim.facts["policy"]["zeros"] != "public" or claim.facts["policy"]["signed"] or not claim.facts["counts"]:
        return found
    found[(claim["units"] >= 1) & (values >= scale)] = scale
    found[claim.facts["real_cells"] :] = 0
    return _with_sums(claim, found)


def _with_sums(claim: Claim, lowest: Array) -> Array:
    """At least as much for a sum as for its parts together, level by level."""
    rows, cells, signs, sums = rows_of(claim), claim["equation_cells"], claim["equation_signs"], totals(claim)
    equations = claim["equation_starts"].size - 1
    one_sum = np.bincount(rows, weights=sums, minlength=equations) == 1
    sums &= one_sum[rows] & (np.abs(signs) == 1)
    side = np.zeros(equations, dtype=np.int64)
    side[rows[sums]] = signs[sums]
    parts = np.sign(signs) * side[rows] < 0
    while True:
        together = np.zeros(equations, dtype=np.int64)
        np.add.at(together, rows[parts], lowest[cells[parts]])
        higher = lowest.copy()
        np.maximum.at(higher, cells[sums], together[rows[sums]])
        if (higher == lowest).all():
            return lowest
        lowest = higher

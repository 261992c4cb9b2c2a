"""Arrays and draws that the whole room shares; every draw is stratified, so that sums stay close to expectation."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray


Array = NDArray[Any]
Rng = np.random.Generator

AGES = 101
"""Single years of age; the last one is open."""
MALE, FEMALE, DIVERSE, NONE = 1, 2, 3, 4
"""Codes of sex, as `concepts.registers` counts them; NONE is the register's "x"."""
NOBODY = -1


def drawn(rates: Array, rng: Rng) -> Array:
    """Which of some rows are drawn with their own chance each: a systematic sample in the order of the rows.

    The number drawn from any stretch of rows differs from its expectation by less than two.
    """
    if not len(rates):
        return np.zeros(0, dtype=bool)
    steps = np.floor(np.cumsum(rates, dtype=np.float64) + rng.random())
    return np.diff(steps, prepend=0.0) > 0


def whole(expected: Array, rng: Rng) -> Array:
    """Expected numbers as whole ones with the same sum, but for one; rounding errors are passed on along the cells."""
    steps = np.floor(np.cumsum(expected.ravel(), dtype=np.float64) + rng.random())
    return np.diff(steps, prepend=0.0).astype(np.int64).reshape(expected.shape)


def ranks(groups: Array) -> Array:
    """The place of each row among the rows of its group, in their order; groups are sorted."""
    starts = np.flatnonzero(np.diff(groups, prepend=groups[:1] - 1)) if len(groups) else np.zeros(0, dtype=np.int64)
    lengths = np.diff(np.append(starts, len(groups)))
    return np.arange(len(groups)) - np.repeat(starts, lengths)


def chosen_by_weight(weights: Array, size: int, rng: Rng) -> Array:
    """Places drawn by their weights, each as often as expected, but for one; in random order."""
    edges = np.cumsum(weights, dtype=np.float64)
    found = np.searchsorted(edges, (rng.permutation(size) + rng.random(size)) / max(size, 1) * edges[-1], side="right")
    return np.asarray(np.minimum(found, len(weights) - 1))

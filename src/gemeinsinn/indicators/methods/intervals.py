"""Confidence intervals for proportions, rates and counts, as used in public health reporting.

Wilson (1927), J Am Stat Assoc 22, 209-212, for proportions; Byar's approximation (Breslow & Day 1987, IARC 82,
p. 69) for counts of ten and more, and the exact Poisson limits (Garwood 1936, Biometrika 28, 437-442) below.
The level is 95 % throughout.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from math import exp

import numpy as np
from numpy.typing import NDArray


Z_95 = 1.959963984540054
"""The 97.5 % quantile of the standard normal distribution."""

_EXACT_BELOW = 10
Floats = NDArray[np.float64]


def wilson(cases: Floats, population: Floats) -> tuple[Floats, Floats]:
    """Limits of the share `cases / population`, between 0 and 1.

    Cases beyond the population, and populations of zero, have no limits (nan).
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        share = cases / population
        square = Z_95**2
        spread = Z_95 * np.sqrt(share * (1 - share) / population + square / (4 * population**2))
        middle = share + square / (2 * population)
        scale = 1 + square / population
        lower, upper = (middle - spread) / scale, (middle + spread) / scale
    valid = (population > 0) & (cases >= 0) & (cases <= population)
    return np.where(valid, np.maximum(lower, 0.0), np.nan), np.where(valid, np.minimum(upper, 1.0), np.nan)


def poisson(cases: Floats) -> tuple[Floats, Floats]:
    """Limits of a count: exact below ten, Byar's approximation from ten on; negative counts have none."""
    lower, upper = byar(cases)
    small = (cases >= 0) & (cases < _EXACT_BELOW)
    if small.any():
        exact = np.array([exact_poisson(round(float(count))) for count in cases[small]]).reshape(-1, 2)
        lower[small], upper[small] = exact[:, 0], exact[:, 1]
    return lower, upper


def byar(cases: Floats) -> tuple[Floats, Floats]:
    """Byar's approximation of the exact Poisson limits."""
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        below = cases * (1 - 1 / (9 * cases) - Z_95 / (3 * np.sqrt(cases))) ** 3
        more = cases + 1
        above = more * (1 - 1 / (9 * more) + Z_95 / (3 * np.sqrt(more))) ** 3
    negative = ~(cases >= 0)
    return np.where(negative, np.nan, np.where(cases == 0, 0.0, below)), np.where(negative, np.nan, above)


@lru_cache(maxsize=128)
def exact_poisson(cases: int) -> tuple[float, float]:
    """Exact limits of a count: the means under which so few, or so many, cases have a chance of 2.5 %."""
    lower = 0.0 if cases == 0 else _mean_where(lambda mean: 1 - _at_most(cases - 1, mean), rising=True)
    upper = _mean_where(lambda mean: _at_most(cases, mean), rising=False)
    return lower, upper


def _at_most(cases: int, mean: float) -> float:
    """The chance of at most so many cases under a Poisson distribution."""
    term = total = exp(-mean)
    for number in range(1, cases + 1):
        term *= mean / number
        total += term
    return total


def _mean_where(chance: Callable[[float], float], *, rising: bool, target: float = 0.025) -> float:
    """The mean at which a chance reaches its target, by halving."""
    low, high = 0.0, 200.0
    for _ in range(200):
        middle = (low + high) / 2
        if (chance(middle) < target) is rising:
            low = middle
        else:
            high = middle
    return (low + high) / 2

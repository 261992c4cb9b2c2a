"""Better, worse, or no discernible difference: a judgement needs an interval that excludes the benchmark, and a polarity.

The benchmark (county, state, country) is taken as fixed; an earlier value of the same area has an interval of its own,
and both count. Without an interval or without a declared polarity there is no judgement, only a value that lies above
or below.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from math import sqrt


class Polarity(StrEnum):
    """Which direction is good; neutral means that there is none."""

    HIGHER_IS_BETTER = "higher_is_better"
    """A higher value is called more favourable."""
    LOWER_IS_BETTER = "lower_is_better"
    """A lower value is called more favourable."""
    NEUTRAL = "neutral"
    """Values are called higher or lower, never better or worse."""


class Judgement(StrEnum):
    """What may be said of a value beside a benchmark."""

    BETTER = "better"
    WORSE = "worse"
    HIGHER = "higher"
    """Discernibly higher, but the indicator has no polarity."""
    LOWER = "lower"
    NO_DIFFERENCE = "no-difference"
    NOT_JUDGED = "not-judged"
    """A value is missing, or there is no interval."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """A value and the limits of its 95 % interval."""

    value: float
    lower: float
    upper: float


def judged(*, lower: float | None, upper: float | None, benchmark: float | None, polarity: Polarity) -> Judgement:
    """Compare an interval with a benchmark."""
    if lower is None or upper is None or benchmark is None:
        return Judgement.NOT_JUDGED
    if lower <= benchmark <= upper:
        return Judgement.NO_DIFFERENCE
    above = lower > benchmark
    if polarity is Polarity.NEUTRAL:
        return Judgement.HIGHER if above else Judgement.LOWER
    good = above is (polarity is Polarity.HIGHER_IS_BETTER)
    return Judgement.BETTER if good else Judgement.WORSE


def developed(now: Estimate | None, earlier: Estimate | None) -> Judgement:
    """Compare two values of one area: a difference is discernible where its own interval excludes zero.

    Development has no polarity; a value without an interval is None and is not judged.
    """
    if now is None or earlier is None:
        return Judgement.NOT_JUDGED
    lower, upper = difference(now, earlier)
    if lower <= 0 <= upper:
        return Judgement.NO_DIFFERENCE
    return Judgement.HIGHER if lower > 0 else Judgement.LOWER


def difference(one: Estimate, other: Estimate) -> tuple[float, float]:
    """The 95 % interval of `one - other`, from the intervals of both: square and add.

    The distances from each value to its limits are squared, added, and the root taken. Newcombe (1998, method 10)
    does so with Wilson's limits of two proportions, Zou and Donner (2008) with those of any two estimates. The two
    are taken as independent; where they are alike by nature, as pooled years that overlap, the interval is too wide.
    """
    between = one.value - other.value
    down, up = one.value - one.lower, one.upper - one.value
    other_down, other_up = other.value - other.lower, other.upper - other.value
    return between - sqrt(down * down + other_up * other_up), between + sqrt(up * up + other_down * other_down)

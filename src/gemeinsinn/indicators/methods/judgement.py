"""Better, worse, or no discernible difference: a judgement needs an interval that excludes the benchmark, and a polarity.

The benchmark (county, state, country) is taken as fixed. Without an interval or without a declared polarity there
is no judgement, only a value that lies above or below.
"""

from __future__ import annotations

from enum import StrEnum


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

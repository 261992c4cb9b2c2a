"""What an interval around a hidden cell may tell, by the policy: judged with or without knowledge of the true values."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gemeinsinn.pipeline.tables.published import LEFT_OUT, UNTOLD
from gemeinsinn.protect.tables.linear import INFINITE
from gemeinsinn.protect.tables.needs import Needs
from gemeinsinn.protect.tables.pattern import PRIMARY, SECONDARY, Array, Flags
from gemeinsinn.protect.tables.policy import Method, ProtectionLevel, TablePolicy, Zeros


_CLOSE = 1e-6


@dataclass(frozen=True, slots=True, eq=False)
class Interval:
    """Between which values cells lie for an attacker: whole numbers where the table counts."""

    low: NDArray[np.float64]
    high: NDArray[np.float64]

    @property
    def exact(self) -> Flags:
        """The cells of which only one value is left."""
        return np.asarray(self.high - self.low <= _CLOSE * np.maximum(1.0, np.abs(self.low)), dtype=np.bool_)


def interval_of(low: Array, high: Array, *, counts: bool) -> Interval:
    """The interval that linear programs found, of whole numbers where the table counts."""
    if not counts:
        return Interval(np.asarray(low, dtype=np.float64), np.asarray(high, dtype=np.float64))
    return Interval(np.ceil(low - _CLOSE), np.floor(high + _CLOSE))


def lowest_value(policy: TablePolicy, *, counts: bool) -> float:
    """The smallest value that anybody can believe a hidden cell to have: one, where all zeros are shown."""
    if policy.signed:
        return -INFINITE
    return float(counts and policy.zeros is Zeros.PUBLIC and policy.method is not Method.WITHHOLD)


def too_narrow(interval: Interval, states: Array, lowest: Array, policy: TablePolicy, *, counts: bool) -> Flags:
    """Hidden cells of which the attacker learns more than the policy allows, whatever value in the interval is true.

    `lowest` is the smallest value that anybody can believe each to have before he looks at any total.
    Of a cell that is hidden for another one's sake he may learn everything but that it is small, and of a cell whose
    state nobody tells, and of a total that is left out, everything but its value and that it is small.
    """
    shut = _too_narrow_counts(interval, lowest, policy) if counts else _too_narrow_sums(interval, policy)
    small = counts & (interval.low > 0) & (interval.high < policy.min_units)
    found = (states == PRIMARY) & shut
    found |= (states == UNTOLD) & (interval.exact | small)
    found |= ((states == SECONDARY) | (states == LEFT_OUT)) & small
    return np.asarray(found, dtype=np.bool_)


def _too_narrow_counts(interval: Interval, lowest: Array, policy: TablePolicy) -> Flags:
    """No value between the bounds is far enough from both: one more is possible, and one less unless it is the lowest."""
    low, high = interval.low, interval.high
    least = 0.0 if policy.protection is ProtectionLevel.OPEN else float(policy.min_units)
    wide = high >= np.maximum(low + 2, least)
    if policy.zeros is not Zeros.NAIVE:
        wide |= (low <= lowest) & (high >= np.maximum(lowest + 1, least))
    return np.asarray(~wide, dtype=np.bool_)


def _too_narrow_sums(interval: Interval, policy: TablePolicy) -> Flags:
    """No value between the bounds is so far from both as the policy asks for."""
    share = policy.protection_percent / 100.0
    if policy.signed:
        return interval.exact
    smallest, largest = interval.low / max(1.0 - share, _CLOSE), interval.high / (1.0 + share)
    return np.asarray((smallest > largest * (1 + _CLOSE)) | interval.exact, dtype=np.bool_)


def too_narrow_for(interval: Interval, values: Array, needs: Needs) -> Flags:
    """Cells that cannot move as far from their true value as they need to."""
    up, down = values + needs.up, values - needs.down
    slack = _CLOSE * np.maximum(1.0, np.abs(values))
    short = (needs.up > 0) & (interval.high < up - slack)
    return np.asarray(short | ((needs.down > 0) & (interval.low > down + slack)), dtype=np.bool_)


def shown_though_small(shown: Array, states: Array, policy: TablePolicy, *, counts: bool) -> Flags:
    """Cells with a number that the frequency rule hides, or that some table hides for their own sake."""
    given = ~np.isnan(shown)
    found = given & ((states == PRIMARY) | (states == UNTOLD))
    if counts:
        found |= (shown > 0) & (shown < policy.min_units)
        found |= (shown == 0) & (policy.zeros is Zeros.SECRET)
    return np.asarray(found, dtype=np.bool_)

"""Small numbers: too few cases in a year are pooled over years; if that is not enough, the Amt's value stands.

The order is that of the rule: pool years, then merge areas. A number that is still too small stays, as of limited
reliability. What was done is in the status of the number.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from gemeinsinn.concepts.observations import ObsStatus
from gemeinsinn.indicators.definition import SmallNumbers
from gemeinsinn.indicators.frame import Frame
from gemeinsinn.indicators.panel import CODE_OF, WEAK, Flags, Floats, Panel


@dataclass(frozen=True, slots=True)
class Counts:
    """A panel of values with the cases and the population they were made from."""

    panel: Panel
    numerator: Floats
    denominator: Floats


def eased(counts: Counts, rule: SmallNumbers, frame: Frame, *, multiplier: float) -> Counts:
    """Apply the rule to every number with fewer cases than it asks for."""
    small = counts.panel.known & (counts.numerator < rule.fewer_than)
    if not small.any():
        return counts
    if rule.pool_years > 1:
        counts, small = _pooled(counts, small, rule, multiplier)
    if rule.merge_to_amt and small.any():
        counts, small = _merged(counts, small, rule, multiplier, frame)
    status = np.where(small, np.uint8(WEAK), counts.panel.status)
    return replace(counts, panel=replace(counts.panel, status=status))


def _pooled(counts: Counts, small: Flags, rule: SmallNumbers, multiplier: float) -> tuple[Counts, Flags]:
    """Cases and population added up over consecutive years that end with the period."""
    years = [int(period[:4]) for period in counts.panel.periods]
    cases, people = np.full(small.shape, np.nan), np.full(small.shape, np.nan)
    for column, year in enumerate(years):
        window = [years.index(earlier) for earlier in range(year - rule.pool_years + 1, year + 1) if earlier in years]
        if len(window) == rule.pool_years:
            cases[:, column] = counts.numerator[:, window].sum(axis=1)
            people[:, column] = counts.denominator[:, window].sum(axis=1)
    enough = small & (cases >= rule.fewer_than) & (people > 0)
    return _put(counts, enough, cases, people, multiplier, ObsStatus.POOLED), small & ~enough


def _merged(counts: Counts, small: Flags, rule: SmallNumbers, multiplier: float, frame: Frame) -> tuple[Counts, Flags]:
    """The cases and population of the Amt in place of the municipality's own, with where the Amt's come from."""
    amt = frame.amt_places
    cases, people = counts.numerator[amt], counts.denominator[amt]
    enough = small & (amt >= 0)[:, None] & (cases >= rule.fewer_than) & (people > 0)
    merged = _put(counts, enough, cases, people, multiplier, ObsStatus.MERGED)
    panel = counts.panel
    origin = np.where(enough, panel.origin[amt], panel.origin)
    reach = np.where(enough, panel.reach[amt], panel.reach)
    return replace(merged, panel=replace(merged.panel, origin=origin, reach=reach)), small & ~enough


def _put(counts: Counts, where: Flags, cases: Floats, people: Floats, multiplier: float, status: ObsStatus) -> Counts:
    with np.errstate(divide="ignore", invalid="ignore"):
        values = cases / people * multiplier
    panel = replace(
        counts.panel,
        values=np.where(where, values, counts.panel.values),
        status=np.where(where, np.uint8(CODE_OF[status]), counts.panel.status),
    )
    return Counts(panel, np.where(where, cases, counts.numerator), np.where(where, people, counts.denominator))

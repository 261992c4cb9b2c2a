"""Restating counts across reforms: what a count of the old territory is on the new one, with totals kept.

Method: each old municipality's count is split by the official shares of its population (BBSR Umsteigeschlüssel).
A count that was split or put together this way is *converted*; one that moved whole under a new key is not. How far it
reached tells which larger areas it changes: a merger within a district leaves the district's own count as it was.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import IntEnum
from functools import cached_property

from gemeinsinn.areas.keys import district_of, state_of
from gemeinsinn.concepts.territory import Transfer


_WHOLE = 1 - 1e-9


@dataclass(frozen=True)
class Correspondence:
    """Where each municipality of one key date lies on a later one."""

    from_date: date
    to_date: date
    transfers: tuple[Transfer, ...]

    @cached_property
    def parts(self) -> Mapping[str, tuple[Transfer, ...]]:
        """The parts of each old municipality that take some of its people or land."""
        found: dict[str, list[Transfer]] = {}
        for transfer in self.transfers:
            if transfer.population_weight > 0 or transfer.area_weight > 0:
                found.setdefault(transfer.from_key, []).append(transfer)
        return {key: tuple(parts) for key, parts in found.items()}

    @cached_property
    def touched(self) -> frozenset[str]:
        """The old municipalities that a reform divided, joined or renamed."""
        return frozenset(key for key, parts in self.parts.items() if len(parts) > 1 or parts[0].to_key != key)


class Reach(IntEnum):
    """The smallest area that holds all municipalities, old and new, among which a count was put together or divided."""

    OWN = 0
    """It is one old municipality's own count."""
    DISTRICT = 1
    STATE = 2
    COUNTRY = 3


@dataclass(frozen=True, slots=True)
class Restated:
    """A count on the new territory, and how far it reached for it."""

    value: float
    reach: Reach = Reach.OWN

    @property
    def converted(self) -> bool:
        """Whether it is not one old municipality's own count."""
        return self.reach is not Reach.OWN


def correspondences_of(transfers: Iterable[Transfer]) -> tuple[Correspondence, ...]:
    """The correspondences that a list of transfers holds, oldest first."""
    by_dates: dict[tuple[date, date], list[Transfer]] = {}
    for transfer in transfers:
        by_dates.setdefault((transfer.from_date, transfer.to_date), []).append(transfer)
    return tuple(Correspondence(start, end, tuple(rows)) for (start, end), rows in sorted(by_dates.items()))


def chain(known: Sequence[Correspondence], start: date, end: date) -> tuple[Correspondence, ...] | None:
    """The correspondences that lead from one date to another; None if there is a gap, empty if they are the same."""
    steps: list[Correspondence] = []
    at = start
    while at < end:
        step = next((each for each in known if each.from_date == at and each.to_date <= end), None)
        if step is None:
            return None
        steps.append(step)
        at = step.to_date
    return tuple(steps) if at == end else None


def restated(
    counts: Mapping[str, float], steps: Sequence[Correspondence], *, by: str = "population"
) -> dict[str, Restated]:
    """Counts by municipality, restated along a chain; the total stays the same.

    `by` is `population` for people and what goes with them, `area` for land. A municipality that a correspondence
    does not know keeps its key.
    """
    current = {key: Restated(value) for key, value in counts.items()}
    for step in steps:
        current = _step(current, step, by)
    return current


@dataclass(frozen=True, slots=True)
class _Gift:
    """What an old municipality gives to a new one: whether all it has, how far its heirs lie, its own reach so far."""

    whole: bool
    distance: Reach
    before: Reach


def _step(counts: Mapping[str, Restated], step: Correspondence, by: str) -> dict[str, Restated]:
    values: dict[str, float] = {}
    gifts: dict[str, list[_Gift]] = {}
    for key, count in counts.items():
        shares = _shares(key, step, by)
        for heir, share in shares:
            values[heir] = values.get(heir, 0.0) + count.value * share
            distance = max(_distance(heir, other) for other in (key, *(other for other, _ in shares)))
            gifts.setdefault(heir, []).append(_Gift(share >= _WHOLE, distance, count.reach))
    return {key: Restated(value, _reach(gifts[key])) for key, value in values.items()}


def _shares(key: str, step: Correspondence, by: str) -> list[tuple[str, float]]:
    """The heirs of a municipality with what each gets."""
    parts = step.parts.get(key, (_stays(key, step),))
    shares = [(part.to_key, part.population_weight if by == "population" else part.area_weight) for part in parts]
    return [(heir, share) for heir, share in shares if share > 0 or len(shares) == 1]


def _reach(gifts: Sequence[_Gift]) -> Reach:
    if len(gifts) == 1 and gifts[0].whole and gifts[0].before is Reach.OWN:
        return Reach.OWN
    return max(max(gift.distance, gift.before) for gift in gifts)


def _distance(one: str, other: str) -> Reach:
    """The smallest area that holds both, as their keys tell."""
    if district_of(one) == district_of(other):
        return Reach.DISTRICT
    return Reach.STATE if state_of(one) == state_of(other) else Reach.COUNTRY


def _stays(key: str, step: Correspondence) -> Transfer:
    return Transfer(key, key, step.from_date, step.to_date, 1.0, 1.0)

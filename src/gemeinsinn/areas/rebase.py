"""Restating counts across reforms: what a count of the old territory is on the new one, with totals kept.

Method: each old municipality's count is split by the official shares of its population (BBSR Umsteigeschlüssel).
A count that was split or put together this way is *converted*; one that moved whole under a new key is not.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

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


@dataclass(frozen=True, slots=True)
class Restated:
    """A count on the new territory; `converted` if it is not one old municipality's own count."""

    value: float
    converted: bool


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
    current = {key: Restated(value, False) for key, value in counts.items()}
    for step in steps:
        current = _step(current, step, by)
    return current


def _step(counts: Mapping[str, Restated], step: Correspondence, by: str) -> dict[str, Restated]:
    values: dict[str, float] = {}
    givers: dict[str, list[tuple[str, bool]]] = {}
    for key, count in counts.items():
        for transfer in step.parts.get(key, (_stays(key, step),)):
            share = transfer.population_weight if by == "population" else transfer.area_weight
            if share <= 0 and len(step.parts.get(key, ())) > 1:
                continue
            values[transfer.to_key] = values.get(transfer.to_key, 0.0) + count.value * share
            givers.setdefault(transfer.to_key, []).append((key, count.converted or share < _WHOLE))
    return {
        key: Restated(value, len(givers[key]) > 1 or any(converted for _, converted in givers[key]))
        for key, value in values.items()
    }


def _stays(key: str, step: Correspondence) -> Transfer:
    return Transfer(key, key, step.from_date, step.to_date, 1.0, 1.0)

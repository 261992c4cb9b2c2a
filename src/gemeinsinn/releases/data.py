"""The numbers of one indicator as a release holds them: read from its file, asked by area and period."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from gemeinsinn.concepts.observations import ALL_STATUSES, ObsStatus


@dataclass(frozen=True, slots=True)
class Cell:
    """One released number, or the reason why there is none."""

    value: float | None
    status: ObsStatus
    lower: float | None = None
    upper: float | None = None
    numerator: float | None = None
    denominator: float | None = None
    sources: tuple[str, ...] = ()
    bases: tuple[str, ...] = ()
    valid_on: str = ""
    made: str = ""
    converted: bool = False


@dataclass(frozen=True)
class IndicatorData:
    """The file `ind/<id>.json`: areas by periods, columnar."""

    id: str
    unit: str
    decimals: int
    areas: tuple[str, ...]
    periods: tuple[str, ...]
    plain: Mapping[str, Any]

    @property
    def size(self) -> int:
        """How many cells it has."""
        return len(self.areas) * len(self.periods)

    @property
    def is_synthetic(self) -> bool:
        """Whether some of its numbers rest on people who do not exist."""
        return bool(self.plain.get("synthetic"))

    @cached_property
    def index(self) -> Mapping[str, int]:
        """The row of each area."""
        return {area: row for row, area in enumerate(self.areas)}

    @cached_property
    def columns(self) -> Mapping[str, int]:
        """The column of each period."""
        return {period: column for column, period in enumerate(self.periods)}

    @cached_property
    def _converted(self) -> frozenset[tuple[int, int]]:
        return frozenset((row, column) for row, column in self.plain["converted"])

    def cell(self, area: str, period: str) -> Cell:
        """The number of an area in a period; what the file does not hold was not collected."""
        row, column = self.index.get(area), self.columns.get(period)
        if row is None or column is None:
            return Cell(None, ObsStatus.NOT_COLLECTED)
        place = self.plain["origin"][row][column]
        origin = self.plain["provenance"][place] if place is not None and place >= 0 else {}
        return Cell(
            value=self.plain["values"][row][column],
            status=ALL_STATUSES[self.plain["status"][row][column]],
            lower=_at(self.plain["lower"], row, column),
            upper=_at(self.plain["upper"], row, column),
            numerator=_at(self.plain["numerator"], row, column),
            denominator=_at(self.plain["denominator"], row, column),
            sources=tuple(origin.get("sources", ())),
            bases=tuple(origin.get("bases", ())),
            valid_on=origin.get("valid_on", ""),
            made=origin.get("made", ""),
            converted=(row, column) in self._converted,
        )

    def series(self, area: str) -> Sequence[tuple[str, Cell]]:
        """All periods of an area."""
        return [(period, self.cell(area, period)) for period in self.periods]

    def part(self, period: str) -> int:
        """How many breaks lie before a period or at it; only values of one part may be joined."""
        return sum(each["period"] <= period for each in self.plain["breaks"])

    def latest(self, area: str) -> str | None:
        """The last period in which an area has a number."""
        row = self.index.get(area)
        if row is None:
            return None
        values = self.plain["values"][row]
        known = [period for period, value in zip(self.periods, values, strict=True) if value is not None]
        return known[-1] if known else None


def indicator_data(plain: Mapping[str, Any]) -> IndicatorData:
    """The content of `ind/<id>.json` as a noun."""
    return IndicatorData(
        plain["id"], plain["unit"], plain["decimals"], tuple(plain["areas"]), tuple(plain["periods"]), plain
    )


def _at(matrix: Sequence[Sequence[float | None]] | None, row: int, column: int) -> float | None:
    return matrix[row][column] if matrix else None

"""Panels without a lake: numbers written by hand on territories that fit on a page."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

import polars as pl

from gemeinsinn.areas.editions import Edition, edition_of, territory_of
from gemeinsinn.areas.rebase import Correspondence
from gemeinsinn.concepts.observations import ALL_STATUSES
from gemeinsinn.concepts.territory import AreaRecord, Level, Transfer
from gemeinsinn.indicators.definition import Part, TableDefinition
from gemeinsinn.indicators.frame import Frame
from gemeinsinn.indicators.panel import Panel
from gemeinsinn.indicators.table_panel import table_panel


EVERY_LEVEL = ("amt", "district", "state", "country")
Row = tuple[str, str, float | None, str]
"""Area, period, value, status."""


@dataclass(frozen=True, slots=True)
class Written:
    """Statistics as tests write them: rows by source, and the territory of those that have one for all rows."""

    tables: Mapping[str, pl.DataFrame]
    territories: Mapping[str, date] = field(default_factory=dict)

    def rows(self, source: str) -> pl.DataFrame | None:
        return self.tables.get(source)

    def territory(self, source: str) -> date | None:
        return self.territories.get(source)


def rows(cells: Iterable[Row], *, measure: str = "cases", unit: str = "Anzahl") -> pl.DataFrame:
    """Cells as the lake hands them out."""
    schema = {"area": pl.String, "period": pl.String, "value": pl.Float64, "status": pl.String}
    frame = pl.DataFrame(list(cells), schema=schema, orient="row")
    return frame.with_columns(valid_on=pl.lit(None, dtype=pl.Date), measure=pl.lit(measure), unit=pl.lit(unit))


def counted(year: int, numbers: Mapping[str, float | str]) -> list[Row]:
    """The cells of one year: numbers, or the status that stands in the place of one."""
    return [
        (area, str(year), None, number) if isinstance(number, str) else (area, str(year), float(number), "normal")
        for area, number in numbers.items()
    ]


def edition(on: date, municipalities: Iterable[AreaRecord]) -> Edition:
    """A country with one state and one district, and these municipalities and Ämter in it."""
    larger = [
        AreaRecord("DG", Level.COUNTRY, "Deutschland", ""),
        AreaRecord("01", Level.STATE, "Testland", "DG"),
        AreaRecord("01001", Level.DISTRICT, "Testkreis", "01"),
    ]
    return edition_of(on, "hand", [*larger, *municipalities])


def municipality(key: str, *, parent: str = "01001", uninhabited: bool = False) -> AreaRecord:
    """A municipality, by default in the district without an Amt."""
    return AreaRecord(key, Level.MUNICIPALITY, f"Gemeinde {key}", parent, uninhabited=uninhabited)


def reform(start: date, end: date, shares: Mapping[tuple[str, str], float]) -> Correspondence:
    """A reform: which share of an old municipality goes to which new one, people and land alike."""
    transfers = [Transfer(old, new, start, end, share, share) for (old, new), share in shares.items()]
    return Correspondence(start, end, tuple(transfers))


def frame_of(editions: Sequence[Edition], reforms: Sequence[Correspondence] = ()) -> Frame:
    """A frame that publishes every area of the last edition."""
    newest = editions[-1]
    return Frame(territory_of(editions), newest, tuple(sorted(newest.areas)), tuple(reforms))


def panel_of(
    sources: Mapping[str, Iterable[Row]],
    frame: Frame,
    *,
    add_up: Sequence[str] = EVERY_LEVEL,
    restate_by: str = "population",
    territories: Mapping[str, date] | None = None,
) -> Panel:
    """The panel of a table whose parts are these sources, in this order."""
    parts = tuple(Part(source, "cases") for source in sources)
    table = TableDefinition("cases", {}, parts, add_up=tuple(add_up), restate_by=restate_by)
    statistics = Written({source: rows(cells) for source, cells in sources.items()}, territories or {})
    return table_panel(table, {}, frame=frame, statistics=statistics)


def said(panel: Panel, period: int) -> dict[str, float | str]:
    """What a panel says in a period: the number, or its status; areas of which nobody says anything are left out."""
    column = panel.periods.index(str(period))
    return {
        area: float(panel.values[row, column])
        if panel.known[row, column]
        else str(ALL_STATUSES[panel.status[row, column]])
        for row, area in enumerate(panel.areas)
        if panel.origin[row, column] >= 0
    }

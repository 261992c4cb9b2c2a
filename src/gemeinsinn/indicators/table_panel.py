"""From a harmonised table to a panel: its parts laid over each other, older territory restated, larger areas added up."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Protocol

import numpy as np
import polars as pl
from numpy.typing import NDArray

from gemeinsinn.areas.editions import Edition
from gemeinsinn.areas.keys import canonical
from gemeinsinn.areas.rebase import Correspondence, Reach, restated
from gemeinsinn.concepts.territory import Level
from gemeinsinn.indicators.cells import chosen_cells
from gemeinsinn.indicators.definition import Part, TableDefinition
from gemeinsinn.indicators.frame import Frame, Hierarchy, LevelSum
from gemeinsinn.indicators.panel import (
    NORMAL,
    NOWHERE,
    WEAK,
    Flags,
    Panel,
    Places,
    Provenance,
    empty_panel,
)


ADDED_UP = "added-up"
_HELD_BY = {
    Level.AMT: Reach.OWN,
    Level.DISTRICT: Reach.DISTRICT,
    Level.STATE: Reach.STATE,
    Level.COUNTRY: Reach.COUNTRY,
}
"""How far a count may reach and leave the sum of a level as it was; what an Amt was before, its key does not tell."""


class Statistics(Protocol):
    """What panels are made from: the lake's rows as they are believed, and the territory they stand on."""

    def rows(self, source: str) -> pl.DataFrame | None:
        """Rows with area, period, valid_on, dimensions, measure, unit, value and status; None if nothing came yet."""

    def territory(self, source: str) -> date | None:
        """The date of the territory of all rows; None if each row has that of its own key date."""


def table_panel(
    table: TableDefinition, where: Mapping[str, tuple[str, ...]], *, frame: Frame, statistics: Statistics
) -> Panel:
    """The panel of a table over all areas of the frame's edition.

    Where several parts have a number, the first speaks. Raises `DefinitionError` if a part chooses what its source
    does not have.
    """
    layers = [
        _Layer(part, cells, statistics.territory(part.source))
        for part in table.parts
        if (cells := _cells(part, table, where, statistics)) is not None
    ]
    periods = sorted({period for layer in layers for period in layer.cells["period"].unique().to_list()})
    canvas = _Canvas.blank(frame, periods)
    for layer in layers:
        _lay(canvas, layer, table, frame)
    panel = canvas.panel()
    for level in _sums(table, frame.hierarchy):
        panel = added_up(panel, level)
    return panel


def _sums(table: TableDefinition, hierarchy: Hierarchy) -> tuple[LevelSum, ...]:
    """The sums that a table allows, in the order in which they are made."""
    return tuple(each for each in hierarchy.sums if each.level in table.add_up)


@dataclass(frozen=True, slots=True)
class _Layer:
    part: Part
    cells: pl.DataFrame
    territory: date | None


@dataclass(frozen=True, slots=True)
class _Canvas:
    """A panel while parts are laid on it."""

    blank_panel: Panel
    provenance: list[Provenance]

    @classmethod
    def blank(cls, frame: Frame, periods: Sequence[str]) -> _Canvas:
        return cls(empty_panel(frame.areas, periods), [])

    def panel(self) -> Panel:
        return replace(self.blank_panel, provenance=tuple(self.provenance))


def _cells(
    part: Part, table: TableDefinition, where: Mapping[str, tuple[str, ...]], statistics: Statistics
) -> pl.DataFrame | None:
    rows = statistics.rows(part.source)
    if rows is None:
        return None
    cells = chosen_cells(rows, part, {**part.where, **where}, place=f"table '{table.id}'")
    if part.first:
        cells = cells.filter(pl.col("period") >= part.first)
    if part.last:
        cells = cells.filter(pl.col("period") <= part.last)
    if not part.levels:
        return cells
    levels = {key: _level(key) for key in cells["area"].unique().to_list()}
    return cells.filter(pl.col("area").is_in([key for key, level in levels.items() if level in part.levels]))


def _level(key: str) -> str:
    found = canonical(key)
    return str(found.level) if found else ""


def _lay(canvas: _Canvas, layer: _Layer, table: TableDefinition, frame: Frame) -> None:
    """Put a part's numbers where the canvas has none; sums are made on the territory that the numbers stand on."""
    for (period, valid_on), group in layer.cells.group_by("period", "valid_on", maintain_order=True):
        key_date = valid_on if isinstance(valid_on, date) else None
        on = layer.territory or key_date or date(int(str(period)[:4]), 12, 31)
        origin = Provenance(
            (layer.part.source,), _bases(layer.part, str(period)), key_date.isoformat() if key_date else ""
        )
        cells, converted = _on_edition(group, table, frame, on)
        _put(canvas, cells, str(period), frame, converted, origin)
        if table.add_up and (hierarchy := frame.hierarchy_on(on)) is not None:
            sums = _sums_of_cells(group, hierarchy, _sums(table, hierarchy))
            _put(canvas, sums, str(period), frame, {}, replace(origin, made=ADDED_UP))


def _sums_of_cells(group: pl.DataFrame, hierarchy: Hierarchy, sums: Sequence[LevelSum]) -> pl.DataFrame:
    """Districts, states and the country that a group lacks, added up on its own territory; no Ämter of old."""
    panel = empty_panel(hierarchy.areas, ["-"])
    known = group.join(hierarchy.places, on="area")
    places = known["place"].to_numpy()
    panel.values[places, 0] = known["value"].to_numpy().astype(np.float64)
    panel.status[places, 0] = known["code"].to_numpy()
    panel.origin[places, 0] = 0
    given = panel.origin[:, 0].copy()
    panel = replace(panel, provenance=(Provenance(("-",)),))
    for level in sums:
        if level.level is not Level.AMT:
            panel = added_up(panel, level)
    made = np.nonzero((given == NOWHERE) & panel.known[:, 0])[0]
    return pl.DataFrame(
        {
            "area": [hierarchy.areas[place] for place in made],
            "value": panel.values[made, 0],
            "code": panel.status[made, 0],
        },
        schema={"area": pl.String, "value": pl.Float64, "code": pl.UInt8},
    )


def _put(
    canvas: _Canvas,
    cells: pl.DataFrame,
    period: str,
    frame: Frame,
    converted: Mapping[str, Reach],
    origin: Provenance,
) -> None:
    """A number goes where there is none yet; a sign, or a sum that no source made, only where nobody says anything."""
    if cells.is_empty():
        return
    panel = canvas.blank_panel
    canvas.provenance.append(origin)
    column = panel.periods.index(period)
    known = cells.join(frame.hierarchy.places, on="area")
    places = known["place"].to_numpy()
    numbers = known["value"].to_numpy().astype(np.float64)
    without = np.isnan(panel.values[places, column])
    silent = panel.origin[places, column] == NOWHERE
    speaks = ~np.isnan(numbers) & (origin.made != ADDED_UP)
    free = without & (silent | speaks)
    chosen = places[free]
    panel.values[chosen, column] = numbers[free]
    panel.status[chosen, column] = known["code"].to_numpy()[free]
    panel.origin[chosen, column] = len(canvas.provenance) - 1
    if converted:
        panel.reach[chosen, column] = [converted.get(frame.areas[place], Reach.OWN) for place in chosen]


def _bases(part: Part, period: str) -> tuple[str, ...]:
    for first, last, basis in part.basis:
        if (not first or first <= period) and (not last or period <= last):
            return (basis,)
    return ()


def _on_edition(
    group: pl.DataFrame, table: TableDefinition, frame: Frame, on: date
) -> tuple[pl.DataFrame, Mapping[str, Reach]]:
    """The counts of one period on the frame's edition, and how far the converted ones reached, by key."""
    steps = frame.steps_from(on) if table.restate_by else ()
    affected = pl.DataFrame({"area": _affected(steps)}, schema={"area": pl.String})
    moved = group.join(affected, on="area", how="semi")
    if moved.is_empty():
        return group, {}
    counts = {area: value for area, value in moved.select("area", "value").iter_rows() if value is not None}
    result = restated(counts, steps, by=table.restate_by)
    codes = _codes_of_restated(moved, steps, table.restate_by, stood=frame.territory.on(on))
    areas = list(result | codes)
    fresh = pl.DataFrame(
        {
            "area": areas,
            "period": [group["period"][0]] * len(areas),
            "valid_on": [group["valid_on"][0]] * len(areas),
            "value": [None if codes.get(area, WEAK) != WEAK else result[area].value for area in areas],
            "code": [codes.get(area, NORMAL) for area in areas],
        },
        schema=group.schema,
    )
    rest = group.join(moved.select("area"), on="area", how="anti")
    return pl.concat([rest, fresh]), {key: count.reach for key, count in result.items() if count.converted}


def _codes_of_restated(
    moved: pl.DataFrame, steps: Sequence[Correspondence], by: str, *, stood: Edition
) -> dict[str, int]:
    """The statuses of areas that take from one without a number, which leaves them without one, or with a weak one.

    The sign of an area that nobody lived in, or that did not stand yet, takes nothing away.
    """
    codes: dict[str, int] = {}
    for area, value, code in moved.select("area", "value", "code").iter_rows():
        record = stood.areas.get(area)
        lacks = value is None and record is not None and not record.uninhabited
        if lacks or (value is not None and code == WEAK):
            for heir in restated({area: 0.0}, steps, by=by):
                codes[heir] = code if lacks else codes.get(heir, code)
    return codes


def _affected(steps: Sequence[Correspondence]) -> list[str]:
    """The municipalities that a chain of reforms divides, joins or renames, before and after each step."""
    keys: set[str] = set()
    for step in steps:
        for key in step.touched:
            keys.add(key)
            keys.update(transfer.to_key for transfer in step.parts[key])
    return sorted(keys)


def added_up(panel: Panel, level: LevelSum) -> Panel:
    """Larger areas without a number get the sum of their parts, if every part has one.

    A source's own sign for the larger area stays: what it keeps secret is not calculated behind its back. A sum with a
    weak part is weak. One with a converted part is converted only if the part reached over the border of the sum: what
    is moved about inside changes nothing.
    """
    known = level.reduced(panel.known.astype(np.int64), np.add)
    silent = np.isnan(panel.values[level.parents]) & (panel.origin[level.parents] == NOWHERE)
    fill = (known == level.expected[:, None]) & silent
    if not fill.any():
        return panel
    sums = level.reduced(np.nan_to_num(panel.values), np.add)
    weak = level.reduced(panel.status == WEAK, np.logical_or)
    reach = level.reduced(panel.reach, np.maximum)
    reach = np.where(reach > _HELD_BY[level.level], reach, np.uint8(Reach.OWN))
    origin, provenance = _origins_of_sums(panel, level, fill)
    return replace(
        panel,
        values=_filled(panel.values, level, fill, sums),
        status=_filled(panel.status, level, fill, np.where(weak, np.uint8(WEAK), np.uint8(NORMAL))),
        origin=_filled(panel.origin, level, fill, origin),
        reach=_filled(panel.reach, level, fill, reach),
        provenance=provenance,
    )


def _filled(array: NDArray[Any], level: LevelSum, fill: Flags, fresh: NDArray[Any]) -> NDArray[Any]:
    """The array with the parents' rows replaced where they are filled."""
    changed = array.copy()
    changed[level.parents] = np.where(fill, fresh, array[level.parents])
    return changed


def _origins_of_sums(panel: Panel, level: LevelSum, fill: Flags) -> tuple[Places, tuple[Provenance, ...]]:
    """A sum comes from where its parts come from; parts of several origins are named together."""
    provenance = list(panel.provenance)
    lowest, highest = level.reduced(panel.origin, np.minimum), level.reduced(panel.origin, np.maximum)
    origin = np.full(fill.shape, NOWHERE, dtype=np.int32)
    for place in np.unique(highest[fill & (lowest == highest)]):
        same = fill & (lowest == highest) & (highest == place)
        origin[same] = _placed(_sum_provenance([panel.provenance[place]]), provenance)
    ends = np.append(level.starts[1:], level.children.size)
    for parent, column in zip(*np.nonzero(fill & (lowest != highest)), strict=True):
        places = np.unique(panel.origin[level.children[level.starts[parent] : ends[parent]], column])
        made = _sum_provenance([panel.provenance[place] for place in places])
        origin[parent, column] = _placed(made, provenance)
    return origin, tuple(provenance)


def _placed(made: Provenance, provenance: list[Provenance]) -> int:
    if made not in provenance:
        provenance.append(made)
    return provenance.index(made)


def _sum_provenance(parts: Sequence[Provenance]) -> Provenance:
    sources = tuple(sorted({source for part in parts for source in part.sources}))
    bases = tuple(sorted({basis for part in parts for basis in part.bases}))
    dates = {part.valid_on for part in parts}
    return Provenance(sources, bases, dates.pop() if len(dates) == 1 else "", ADDED_UP)

"""Calculating indicators in plain Python, one cell at a time: slow, without arrays, to check the platform against.

A cell says a number, or the reason for having none; `spoken` is false where no source says anything about it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from gemeinsinn.areas.editions import Edition
from gemeinsinn.concepts.territory import Level


@dataclass(frozen=True, slots=True)
class Plain:
    """One number with its status."""

    value: float | None
    status: str
    spoken: bool = True


SILENT = Plain(None, "not-collected", spoken=False)
Place = tuple[str, int]
"""Area and year."""


@dataclass(frozen=True, slots=True)
class Table:
    """Cells by area and year, and the years of which any source speaks."""

    years: tuple[int, ...]
    cells: Mapping[Place, Plain] = field(default_factory=dict)

    def at(self, area: str, year: int) -> Plain:
        return self.cells.get((area, year), SILENT)


@dataclass(frozen=True, slots=True)
class Fraction:
    """A value with the cases and the people it was made from."""

    value: Plain
    cases: float | None
    people: float | None


def children(edition: Edition, parent: str) -> list[str]:
    """The areas that a larger one adds up from: municipalities, or the next smaller level."""
    level = edition.areas[parent].level
    below = {Level.STATE: Level.DISTRICT, Level.COUNTRY: Level.STATE}.get(level, Level.MUNICIPALITY)
    return [key for key in edition.of_level(below) if edition.ancestor(key, level) == parent]


def added_up(cells: dict[Place, Plain], edition: Edition, year: int, levels: Sequence[Level]) -> None:
    """Give each larger area of which nobody speaks the sum of its parts, if every part has a number."""
    for level in levels:
        for parent in edition.of_level(level):
            parts = [cells.get((child, year), SILENT) for child in children(edition, parent)]
            if (parent, year) not in cells and parts and all(part.value is not None for part in parts):
                weak = any(part.status == "weak" for part in parts)
                cells[parent, year] = Plain(sum(part.value or 0 for part in parts), "weak" if weak else "normal")


def table_of(sources: Sequence[Mapping[Place, Plain]], edition: Edition) -> Table:
    """Sources laid over each other: the first number speaks, a sign only where nobody spoke before.

    Each source is added up by itself in the year whose territory is known, then all of them together.
    """
    years = tuple(sorted({year for source in sources for _, year in source}))
    upper = (Level.DISTRICT, Level.STATE, Level.COUNTRY)
    canvas: dict[Place, Plain] = {}
    for source in sources:
        for place, cell in source.items():
            if place not in canvas or (canvas[place].value is None and cell.value is not None):
                canvas[place] = cell
        own = dict(source)
        added_up(own, edition, edition.on.year, upper)
        canvas = {**own, **canvas}
    for year in years:
        added_up(canvas, edition, year, (Level.AMT, *upper))
    return Table(years, canvas)


def earlier(table: Table, years: int) -> Table:
    """Each year with the number of some years before."""
    cells = {(area, year + years): cell for (area, year), cell in table.cells.items()}
    return Table(tuple(year + years for year in table.years), cells)


def joined(one: Table, other: Table, years: Sequence[int], formula: Callable[[float, float], float]) -> Table:
    """Two tables cell by cell; what one of them misses is missing for that reason, the first one's before the other's."""
    areas = {area for area, _ in (*one.cells, *other.cells)}
    cells = {
        (area, year): _joined(one.at(area, year), other.at(area, year), formula) for area in areas for year in years
    }
    return Table(tuple(years), cells)


def _joined(one: Plain, other: Plain, formula: Callable[[float, float], float]) -> Plain:
    if one.value is None or other.value is None:
        status = one.status if one.value is None else other.status
        return Plain(None, status, spoken=(one.spoken and other.spoken) or status != "not-collected")
    status = "weak" if "weak" in (one.status, other.status) else "normal"
    return Plain(formula(one.value, other.value), status)


def divided(one: float, other: float) -> float:
    """One over the other; what is over nothing is taken out later."""
    return one / other if other else 0.0


def mean_of_year(table: Table) -> Table:
    """The mean of the ends of the year before and of the year."""
    before = earlier(table, 1)
    years = [year for year in table.years if year in before.years]
    return joined(before, table, years, lambda one, other: (one + other) / 2)


def fractions(above: Table, below: Table, multiplier: float) -> tuple[list[int], dict[Place, Fraction]]:
    """One table over another; a share of nobody is no number."""
    years = [year for year in above.years if year in below.years]
    quotient = joined(above, below, years, divided)
    found = {}
    for (area, year), cell in quotient.cells.items():
        cases, people = above.at(area, year).value, below.at(area, year).value
        scaled = replace(cell, value=None if cell.value is None else cell.value * multiplier)
        if people == 0:
            scaled = replace(cell, value=None, status="structural-zero")
        found[area, year] = Fraction(scaled, cases, people)
    return years, found


def eased(
    found: Mapping[Place, Fraction], edition: Edition, *, fewer_than: int, pool: int, merge: bool, multiplier: float
) -> dict[Place, Fraction]:
    """Too few cases: the years before are added, then the Amt's number stands, else the number is a weak one."""
    small = {
        place
        for place, each in found.items()
        if each.value.value is not None and each.cases is not None and each.cases < fewer_than
    }
    pooled = dict(found)
    for area, year in sorted(small) if pool > 1 else ():
        window = [found.get((area, earlier_year)) for earlier_year in range(year - pool + 1, year + 1)]
        pooled[area, year] = _instead(pooled[area, year], window, fewer_than, multiplier, "pooled")
    merged = dict(pooled)
    for area, year in sorted(small) if merge else ():
        amt = edition.ancestor(area, Level.AMT) if edition.areas[area].level is Level.MUNICIPALITY else None
        if pooled[area, year].value.status != "pooled" and amt:
            lent = [pooled.get((amt, year))]
            merged[area, year] = _instead(merged[area, year], lent, fewer_than, multiplier, "merged")
    for place in small:
        if merged[place].value.status not in ("pooled", "merged"):
            merged[place] = replace(merged[place], value=replace(merged[place].value, status="weak"))
    return merged


def _instead(
    own: Fraction, others: Sequence[Fraction | None], fewer_than: int, multiplier: float, status: str
) -> Fraction:
    """The cases and people of others together, if they are known and enough."""
    counted = [(each.cases, each.people) for each in others if each]
    if len(counted) < len(others) or any(cases is None or people is None for cases, people in counted):
        return own
    cases, people = sum(cases or 0 for cases, _ in counted), sum(people or 0 for _, people in counted)
    if cases < fewer_than or not people > 0:
        return own
    return Fraction(Plain(cases / people * multiplier, status), cases, people)


def shown(years: Sequence[int], found: Mapping[Place, Fraction]) -> dict[Place, Fraction]:
    """The years from the first with a number to the last, without those of which nobody speaks."""
    numbered = [
        year for year in years if any(each.value.value is not None for (_, at), each in found.items() if at == year)
    ]
    if not numbered:
        return {}
    spoken = {year for (_, year), each in found.items() if each.value.spoken}
    kept = [year for year in years if numbered[0] <= year <= numbered[-1] and year in spoken]
    return {place: each for place, each in found.items() if place[1] in kept}

"""The platform's calculation gives what slow plain Python gives: sums, formulas, missing numbers, small numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from hypothesis import given, settings, strategies as st

from gemeinsinn.areas.editions import Edition
from gemeinsinn.concepts.observations import ALL_STATUSES
from gemeinsinn.concepts.territory import AreaRecord, Level
from gemeinsinn.indicators.calculation import Calculation, Result
from gemeinsinn.indicators.definition import (
    Indicator,
    Operand,
    Part,
    SmallNumbers,
    Statistic,
    Sum,
    TableDefinition,
    Timing,
    Unit,
)
from gemeinsinn.indicators.methods.judgement import Polarity
from support.panels import EVERY_LEVEL, Written, edition, frame_of, municipality, rows
from support.reference import (
    Fraction,
    Place,
    Plain,
    Table,
    earlier,
    eased,
    fractions,
    joined,
    mean_of_year,
    shown,
    table_of,
)


WORDS = {"de": "Wort", "en": "word"}
SIGNS = ("source-confidential", "source-nothing", "source-unreliable", "source-later")
YEARS = range(2019, 2024)
ON = date(2023, 12, 31)
AMTS = ("010015001", "010015002")

counted = st.sampled_from(range(13)).map(lambda number: Plain(float(number), "normal"))
weak = st.sampled_from(range(13)).map(lambda number: Plain(float(number), "weak"))
signs = st.sampled_from(SIGNS).map(lambda sign: Plain(None, sign))
cells = st.one_of(*[counted] * 8, weak, signs)
"""Mostly numbers, so that sums over several areas and years come about."""


@st.composite
def editions(draw: st.DrawFn) -> Edition:
    """A district with one to four municipalities, each on its own or in one of two Ämter."""
    parents = draw(st.lists(st.sampled_from(("01001", *AMTS)), min_size=1, max_size=4))
    amts = [AreaRecord(key, Level.AMT, f"Amt {key}", "01001") for key in AMTS]
    return edition(
        ON, [*amts, *(municipality(f"0100100{number}", parent=parent) for number, parent in enumerate(parents, 1))]
    )


@st.composite
def deliveries(draw: st.DrawFn, areas: Sequence[str], larger: Sequence[str]) -> dict[Place, Plain]:
    """What a source says: of most municipalities in most years, and seldom of a larger area."""
    left_out = draw(st.lists(st.sampled_from(YEARS), unique=True, max_size=2))
    years = [year for year in YEARS if year not in left_out]
    said = {(areas[0], years[0]): draw(cells)}
    for place in ((area, year) for year in years for area in areas):
        if draw(st.integers(0, 19)):
            said[place] = draw(cells)
    for place in draw(st.lists(st.tuples(st.sampled_from(larger), st.sampled_from(years)), unique=True, max_size=2)):
        said[place] = draw(cells)
    return said


@dataclass(frozen=True, slots=True)
class County:
    """A territory with the sources of its two tables."""

    edition: Edition
    cases: Sequence[Mapping[Place, Plain]]
    people: Sequence[Mapping[Place, Plain]]

    def table(self, sources: Sequence[Mapping[Place, Plain]]) -> Table:
        return table_of(sources, self.edition)

    def result(self, indicator: Indicator) -> Result:
        """What the platform calculates."""
        sources = {f"{name}{number}": said for name in ("cases", "people") for number, said in self._numbered(name)}
        written = Written({source: rows(_rows(said)) for source, said in sources.items()})
        tables = {
            name: TableDefinition(
                name,
                WORDS,
                tuple(Part(f"{name}{number}", "cases") for number, _ in self._numbered(name)),
                add_up=EVERY_LEVEL,
                restate_by="population",
            )
            for name in ("cases", "people")
        }
        return Calculation(tables, written, frame_of([self.edition]), {}).result(indicator)

    def _numbered(self, name: str) -> list[tuple[int, Mapping[Place, Plain]]]:
        return list(enumerate(self.cases if name == "cases" else self.people))


@st.composite
def counties(draw: st.DrawFn) -> County:
    """A county whose cases come from one or two sources and whose people come from one."""
    territory = draw(editions())
    areas, larger = territory.of_level(Level.MUNICIPALITY), ("01001", "01", "DG", *AMTS)
    cases = draw(st.lists(deliveries(areas, larger), min_size=1, max_size=2))
    return County(territory, cases, [draw(deliveries(areas, larger))])


rules = st.builds(SmallNumbers, st.sampled_from(range(1, 21)), st.sampled_from((1, 2, 3, 3)), st.booleans())


@settings(max_examples=60)
@given(counties())
def test_sums_over_the_hierarchy_and_sources_on_top_of_each_other_agree(county: County) -> None:
    table = county.table(county.cases)
    expected = {place: Fraction(cell, cell.value, None) for place, cell in table.cells.items()}

    result = county.result(indicator(Statistic.COUNT, Sum((Operand("cases"),)), None))

    assert calculated(result) == told(county, shown(table.years, expected))


@settings(max_examples=60)
@given(counties(), st.sampled_from(Timing))
def test_shares_agree_whatever_is_missing_and_whatever_the_date_of_the_people(county: County, timing: Timing) -> None:
    people = county.table(county.people)
    below = {Timing.SAME: people, Timing.PREVIOUS: earlier(people, 1), Timing.MEAN_OF_YEAR: mean_of_year(people)}
    years, expected = fractions(county.table(county.cases), below[timing], 100)

    result = county.result(
        indicator(Statistic.RATIO, Sum((Operand("cases"),)), Sum((Operand("people", timing=timing),)))
    )

    assert calculated(result) == told(county, shown(years, expected))


@settings(max_examples=60)
@given(counties())
def test_what_is_added_and_taken_away_agrees(county: County) -> None:
    """Cases over people without cases."""
    cases, people = county.table(county.cases), county.table(county.people)
    rest = joined(people, cases, sorted({*people.years, *cases.years}), lambda one, other: one - other)
    years, expected = fractions(cases, rest, 100)

    others = Sum((Operand("people"),), (Operand("cases"),))
    result = county.result(indicator(Statistic.RATIO, Sum((Operand("cases"),)), others))

    assert calculated(result) == told(county, shown(years, expected))


@settings(max_examples=100)
@given(counties(), rules)
def test_pooled_years_and_merged_areas_agree(county: County, rule: SmallNumbers) -> None:
    years, exact = fractions(county.table(county.cases), county.table(county.people), 100)
    expected = eased(
        exact,
        county.edition,
        fewer_than=rule.fewer_than,
        pool=rule.pool_years,
        merge=rule.merge_to_amt,
        multiplier=100,
    )

    result = county.result(
        indicator(Statistic.RATIO, Sum((Operand("cases"),)), Sum((Operand("people"),)), small_numbers=rule)
    )

    assert calculated(result) == told(county, shown(years, expected))


@settings(max_examples=60)
@given(counties(), st.integers(1, 2))
def test_changes_over_years_agree(county: County, span: int) -> None:
    table = county.table(county.people)
    before = earlier(table, span)
    years = [year for year in table.years if year in before.years]
    expected = {}
    for place, cell in joined(table, before, years, lambda new, old: (new - old) / (old or 1) * 100).cells.items():
        now, then = table.at(*place).value, before.at(*place).value
        nothing = Plain(None, "structural-zero", cell.spoken)
        expected[place] = Fraction(nothing if then == 0 else cell, now, then)

    result = county.result(indicator(Statistic.CHANGE, Sum((Operand("people"),)), None, change_years=span))

    assert calculated(result) == told(county, shown(years, expected))


@settings(max_examples=60)
@given(counties())
def test_a_number_is_there_exactly_if_its_status_goes_with_one(county: County) -> None:
    result = county.result(indicator(Statistic.PROPORTION, Sum((Operand("cases"),)), Sum((Operand("people"),))))

    known = result.panel.known
    assert np.array_equal(known, np.isin(result.panel.status, [0, 1, 2, 3]))
    assert not np.isfinite(result.lower[~known]).any()
    assert (result.panel.origin[known] >= 0).all()


def indicator(
    statistic: Statistic,
    above: Sum,
    below: Sum | None,
    *,
    small_numbers: SmallNumbers | None = None,
    change_years: int = 0,
) -> Indicator:
    """An indicator with this formula."""
    return Indicator(
        "share",
        ("life",),
        WORDS,
        WORDS,
        WORDS,
        WORDS,
        Unit.PERCENT,
        2,
        statistic,
        Polarity.NEUTRAL,
        above,
        below,
        multiplier=100.0,
        change_years=change_years,
        small_numbers=small_numbers,
    )


def calculated(result: Result) -> dict[Place, Fraction]:
    """What the platform says, cell by cell."""
    panel = result.panel
    return {
        (area, int(period)): Fraction(
            Plain(
                _number(panel.values[row, column]),
                str(ALL_STATUSES[panel.status[row, column]]),
                bool(panel.origin[row, column] >= 0),
            ),
            _number(result.numerator[row, column]),
            _number(result.denominator[row, column]),
        )
        for row, area in enumerate(panel.areas)
        for column, period in enumerate(panel.periods)
    }


def told(county: County, expected: Mapping[Place, Fraction]) -> dict[Place, Fraction]:
    """What plain Python says, with every area in every year."""
    nothing = Fraction(Plain(None, "not-collected", spoken=False), None, None)
    years = {year for _, year in expected}
    return {(area, year): expected.get((area, year), nothing) for area in county.edition.areas for year in years}


def _number(value: float) -> float | None:
    return None if np.isnan(value) else float(value)


def _rows(said: Mapping[Place, Plain]) -> list[tuple[str, str, float | None, str]]:
    return [(area, str(year), cell.value, cell.status) for (area, year), cell in said.items()]

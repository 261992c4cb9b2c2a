"""The demo county's numbers are those that the statistical offices published, and its parts add up to its whole.

Every figure below was looked up in the publisher's own table, whose number stands beside it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from gemeinsinn.releases.data import Cell, IndicatorData
from gemeinsinn.releases.read import Release
from support.demo import command_line


COUNTY, STATE, COUNTRY, ELMSHORN, WEDEL = "01056", "01", "DG", "01056015", "01056050"
MUNICIPALITIES = 49
NEARLY_ALL = 45

RESIDENTS = [
    (COUNTY, "2010", 303_481, "12411-01-01-5"),
    (COUNTY, "2015", 307_471, "12411-01-01-5"),
    (COUNTY, "2021", 318_326, "GV-ISys 31.12.2021"),
    (COUNTY, "2023", 324_018, "GV-ISys 31.12.2023"),
    (ELMSHORN, "2015", 48_684, "12411-01-01-5"),
    (ELMSHORN, "2021", 50_141, "GV-ISys 31.12.2021"),
    (STATE, "2015", 2_858_714, "12411-01-01-5"),
    (COUNTRY, "1995", 81_817_499, "12411-01-01-4"),
    (COUNTRY, "2015", 82_175_684, "12411-01-01-5"),
    (COUNTRY, "2021", 83_237_124, "GV-ISys 31.12.2021"),
    (COUNTRY, "2023", 84_669_326, "GV-ISys 31.12.2023"),
]
"""Area, year (31 December), residents, table."""

COUNTED = [
    ("crude_birth_rate", COUNTY, "2010", 2_446, "12612-01-01-4"),
    ("crude_birth_rate", COUNTY, "2015", 2_687, "12612-01-01-4"),
    ("crude_birth_rate", STATE, "2015", 23_549, "12612-01-01-4"),
    ("crude_birth_rate", COUNTRY, "2015", 737_575, "12612-01-01-4"),
    ("unemployment_share", ELMSHORN, "2015", 2_322, "INKAR 03/2024"),
    ("unemployment_share", ELMSHORN, "2021", 2_331, "INKAR 03/2024"),
    ("municipal_revenue_per_resident", COUNTY, "2014", 602_307_312, "71517-01-03-5"),
    ("municipal_revenue_per_resident", ELMSHORN, "2014", 96_842_472, "71517-01-03-5"),
    ("municipal_revenue_per_resident", WEDEL, "2014", 73_849_596, "71517-01-03-5"),
]
"""Indicator, area, year, its numerator, table."""

Side = tuple[str, str]
"""An indicator, and `numerator` or `denominator`."""

ROUNDED: dict[Side, float] = {
    ("living_space_per_capita", "numerator"): 100,
    ("income_per_taxpayer", "numerator"): 1_000,
    ("property_tax_per_resident", "numerator"): 1_000,
    ("residential_land_per_resident", "numerator"): 1,
    ("green_space_per_resident", "numerator"): 1,
    ("recreation_area_per_resident", "numerator"): 1,
    ("settlement_area_share", "numerator"): 1,
    ("settlement_area_share", "denominator"): 1,
    ("forest_share", "denominator"): 1,
}
"""The source rounds each area's figure by itself, to so many: 100 square metres, 1,000 euros, one hectare."""

MEAN_OF_THE_YEAR = {
    (indicator, "denominator")
    for indicator in (
        "building_permits_rate",
        "completions_rate",
        "in_migration_rate",
        "net_migration_rate",
        "out_migration_rate",
    )
}
"""The county's people are the mean of the year; for municipalities only those of 30 June are published."""

WITH_BUDGETS_OF_AEMTER = {
    (indicator, "numerator")
    for indicator in (
        "municipal_revenue_per_resident",
        "municipal_expenditure_per_resident",
        "municipal_investment_per_resident",
        "municipal_staff_per_resident",
    )
}
"""The county's figure has the budgets of the Ämter in it, which are those of no municipality."""

NOT_COUNTS = {"published", "median", "change"}
"""Statistics that do not add up."""

NO_TABLE_HAS = {
    "commuter_balance": {COUNTRY: "no table counts commuters for the country"},
    "in_commuter_share": {STATE: "commuters are counted by municipality", COUNTRY: "as for the state"},
    "out_commuter_share": {STATE: "commuters are counted by municipality", COUNTRY: "as for the state"},
    "gross_earnings": {STATE: "INKAR has districts", COUNTRY: "INKAR has districts"},
    "debtor_rate": {STATE: "INKAR has districts", COUNTRY: "INKAR has districts"},
    "household_income_per_month": {STATE: "INKAR has districts", COUNTRY: "INKAR has districts"},
    "gisd_score": dict.fromkeys((COUNTY, STATE, COUNTRY), "an index by association; districts have one of their own"),
    "gisd_score_districts": dict.fromkeys((STATE, COUNTRY), "an index by district"),
    "income_tax_per_capita_associations": dict.fromkeys((COUNTY, STATE, COUNTRY), "a table of associations"),
    "turnout_state": dict.fromkeys((COUNTY, STATE, COUNTRY), "a table of municipalities"),
    "turnout_federal_polling_station": dict.fromkeys((COUNTY, STATE, COUNTRY), "larger areas include postal votes"),
    "turnout_european_polling_station": dict.fromkeys((COUNTY, STATE, COUNTRY), "larger areas include postal votes"),
} | {indicator: {COUNTRY: "the published sum leaves out the city states"} for indicator, _ in WITH_BUDGETS_OF_AEMTER}
"""The larger areas that an indicator has no number for, each with the reason."""


@pytest.mark.parametrize(("area", "year", "residents", "table"), RESIDENTS)
def test_residents_are_those_that_were_published(
    release: Release, area: str, year: str, residents: int, table: str
) -> None:
    found = release.data("population_total").cell(area, year)

    assert (found.value, found.valid_on) == (residents, f"{year}-12-31"), table


@pytest.mark.parametrize(("indicator", "area", "year", "number", "table"), COUNTED)
def test_events_and_amounts_are_those_that_were_published(
    release: Release, indicator: str, area: str, year: str, number: int, table: str
) -> None:
    found = release.data(indicator).cell(area, year)

    assert found.numerator == number, table


def test_the_unemployed_of_elmshorn_are_so_many_of_those_aged_15_to_64(release: Release) -> None:
    """2,331 of 32,587 people, INKAR 03/2024."""
    found = release.data("unemployment_share").cell(ELMSHORN, "2021")

    assert (found.value, found.denominator) == (7.15, 32_587)


@dataclass(frozen=True, slots=True)
class Compared:
    """A figure of a larger area beside the sum of those of its municipalities; `made` tells how it was made."""

    side: Side
    area: str
    period: str
    whole: float
    parts: float
    made: str


@pytest.fixture(scope="module")
def compared(release: Release) -> list[Compared]:
    """Every year and indicator for which both exist: no sum of our own, and no part secret, pooled or merged."""
    return [each for each in _all_compared(release, COUNTY) if not each.made]


def test_the_49_municipalities_add_up_to_what_was_published_for_the_county(compared: list[Compared]) -> None:
    exceptions = {*ROUNDED, *MEAN_OF_THE_YEAR, *WITH_BUDGETS_OF_AEMTER}

    checked = [each for each in compared if each.side not in exceptions]

    assert [each for each in checked if each.whole != pytest.approx(each.parts, rel=1e-12)] == []
    assert len(checked) >= 140
    assert len({each.side for each in checked}) >= 90


def test_where_a_source_rounds_they_add_up_within_the_rounding(compared: list[Compared]) -> None:
    """Each of the 49 and the county itself may be off by half of the last place."""
    checked = [each for each in compared if each.side in ROUNDED]

    off = [each for each in checked if abs(each.whole - each.parts) > ROUNDED[each.side] * (MUNICIPALITIES + 1) / 2]

    assert off == []
    assert {each.side for each in checked} == set(ROUNDED)


def test_the_people_of_30_june_are_nearly_those_of_the_mean_of_the_year(compared: list[Compared]) -> None:
    checked = [each for each in compared if each.side in MEAN_OF_THE_YEAR]

    assert [each for each in checked if abs(each.whole / each.parts - 1) > 0.001] == []
    assert {each.side for each in checked} == MEAN_OF_THE_YEAR


def test_the_budgets_of_the_aemter_come_on_top_of_those_of_the_municipalities(compared: list[Compared]) -> None:
    checked = [each for each in compared if each.side in WITH_BUDGETS_OF_AEMTER]

    assert [each for each in checked if not each.parts < each.whole < each.parts * 1.1] == []
    assert {each.side for each in checked} == WITH_BUDGETS_OF_AEMTER


def test_no_exception_is_claimed_without_need(compared: list[Compared]) -> None:
    differ = {each.side for each in compared if each.whole != pytest.approx(each.parts, rel=1e-12)}

    assert differ == {*ROUNDED, *MEAN_OF_THE_YEAR, *WITH_BUDGETS_OF_AEMTER}


def test_every_sum_of_our_own_is_that_of_the_parts_shown_beside_it(release: Release) -> None:
    """Numbers that a reform divided are shown with two decimals."""
    larger = [key for key, area in release.area_of.items() if area["level"] == "amt"]

    sums = [each for area in (COUNTY, *larger) for each in _all_compared(release, area) if each.made]

    assert [each for each in sums if each.whole != pytest.approx(each.parts, abs=0.01 * MUNICIPALITIES)] == []
    assert len(sums) >= 1_000


@pytest.fixture(scope="module")
def shown(demo: Path) -> list[dict[str, Any]]:
    """What the command line says of the residents of Elmshorn."""
    words = ("show", "population_total", ELMSHORN, "--from", "2008", "--to", "2024", "--json")
    done = command_line(*words, instance=demo)
    assert done.returncode == 0, done.stderr
    return list(json.loads(done.stdout)["observations"])


def test_every_year_that_was_asked_for_is_answered(shown: list[dict[str, Any]]) -> None:
    assert [each["period"] for each in shown] == [str(year) for year in range(2008, 2025)]


def test_every_number_has_its_source_its_key_date_and_its_census(shown: list[dict[str, Any]]) -> None:
    known = [each for each in shown if each["value"] is not None]

    assert [(each["period"], each["valid_on"]) for each in known] == [
        (str(year), f"{year}-12-31") for year in (*range(2008, 2018), *range(2021, 2024))
    ]
    assert all(each["source"].startswith("© Statisti") for each in known)
    assert [each["basis"] for each in known] == ["updated from the 1987 census"] * 3 + [
        "updated from the 2011 census"
    ] * 10


def test_every_year_without_a_number_says_why_and_which_years_there_are(shown: list[dict[str, Any]]) -> None:
    missing = {each["period"]: (each["status"], each["reason"]) for each in shown if each["value"] is None}

    assert missing == {
        **dict.fromkeys(
            ("2018", "2019", "2020"),
            (
                "not-collected",
                "no source that was delivered has this year; there are figures for 2017 and 2021",
            ),
        ),
        "2024": ("not-yet", "it is not published yet; there are figures for 2023"),
    }


def test_there_are_at_least_sixty_indicators_in_at_least_ten_topics(release: Release) -> None:
    topics = {topic for entry in release.indicators.values() for topic in entry["topics"]}

    assert len(release.indicators) >= 60
    assert len(topics) >= 10
    assert topics == {topic["id"] for topic in release.catalogue["topics"]}


def test_at_least_forty_one_indicators_have_numbers_for_nearly_all_municipalities_in_one_year(
    release: Release,
) -> None:
    keys = _municipalities(release)

    wide = [id for id in release.indicators if _most_in_a_year(release.data(id), keys) >= NEARLY_ALL]

    assert len(keys) == MUNICIPALITIES
    assert len(wide) >= 41


def test_every_source_of_an_indicator_names_publisher_licence_and_attribution(release: Release) -> None:
    sources = release.catalogue["sources"]

    incomplete = [
        (id, source)
        for id, entry in release.indicators.items()
        for source in entry["sources"]
        if not all(sources[source][fact] for fact in ("title", "publisher", "licence", "attribution"))
    ]

    assert incomplete == []
    assert all(entry["sources"] for entry in release.indicators.values())


@pytest.mark.parametrize("language", ["de", "en"])
def test_every_indicator_is_explained_in_both_languages(release: Release, language: str) -> None:
    texts = ("title", "description", "why_it_matters", "plain")

    unsaid = [(id, text) for id, entry in release.indicators.items() for text in texts if not entry[text].get(language)]

    assert unsaid == []
    assert [id for id, entry in release.indicators.items() if not entry["notes"].get(language)] == []


def test_every_indicator_says_where_its_definition_comes_from(release: Release) -> None:
    assert [id for id, entry in release.indicators.items() if not entry["reference"]] == []


def test_every_indicator_has_a_unit_that_has_words_and_a_polarity(release: Release) -> None:
    entries = release.indicators.values()

    assert {f"unit.{entry['unit']}" for entry in entries} <= set(release.sentences("de")["patterns"])
    assert {entry["polarity"] for entry in entries} == {"higher_is_better", "lower_is_better", "neutral"}


def test_county_state_and_country_are_there_wherever_a_table_has_them(release: Release) -> None:
    missing = {
        id: {area for area in (COUNTY, STATE, COUNTRY) if release.data(id).latest(area) is None}
        for id in release.indicators
    }

    assert {id: areas for id, areas in missing.items() if areas} == {
        id: set(reasons) for id, reasons in NO_TABLE_HAS.items()
    }


def _municipalities(release: Release, area: str = COUNTY) -> list[str]:
    """The municipalities of an area."""
    return [
        key
        for key in release.area_of
        if release.area_of[key]["level"] == "municipality" and area in release.parents(key)
    ]


def _most_in_a_year(data: IndicatorData, areas: list[str]) -> int:
    """How many of the areas have a number in the year in which most have one."""
    return max(sum(data.cell(area, period).value is not None for area in areas) for period in data.periods)


def _all_compared(release: Release, area: str) -> Iterator[Compared]:
    keys = _municipalities(release, area)
    for id, entry in release.indicators.items():
        if entry["statistic"] not in NOT_COUNTS:
            data = release.data(id)
            for period in data.periods:
                whole, parts = data.cell(area, period), [data.cell(key, period) for key in keys]
                if all(cell.status == "normal" for cell in (whole, *parts)):
                    yield from _sides(id, area, period, (whole, *parts), is_count=entry["statistic"] == "count")


def _sides(id: str, area: str, period: str, cells: Sequence[Cell], *, is_count: bool) -> Iterator[Compared]:
    """Numerator and denominator of a larger area and its parts, where all of them are known."""
    for side in ("numerator",) if is_count else ("numerator", "denominator"):
        known = [number for cell in cells if (number := _number(cell, side, is_count)) is not None]
        if len(known) == len(cells):
            yield Compared((id, side), area, period, known[0], sum(known[1:]), cells[0].made)


def _number(cell: Cell, side: str, is_count: bool) -> float | None:
    """The numerator or denominator; a count is its own numerator, which the file does not say twice."""
    if is_count:
        return cell.value
    return cell.numerator if side == "numerator" else cell.denominator

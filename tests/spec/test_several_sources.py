"""A table out of several sources: the first that has a value speaks, for its levels and its years."""

from __future__ import annotations

import pytest

from support.publishing import County, cell, shown
from support.tiny import SOURCES, TABLES


SECOND = SOURCES[SOURCES.index("  counts:") :].replace("counts", "register")


@pytest.fixture
def two_sources(county: County) -> County:
    """The people come from the register, else from the counts."""
    county.write("sources.yaml", SOURCES + SECOND)
    return county


def parts(county: County, first: str, second: str = "{source: counts, measure: people}") -> None:
    table = TABLES.replace("[{source: counts, measure: people}]", f"[{first}, {second}]")
    county.write("catalogue/tables/tables.yaml", table.replace("add_up: true", "add_up: false"))


COUNTS = """
    area    year  cases  people
    Astadt  2022    500   10000
    Astadt  2023    500   10000
    Bedorf  2023     30     900
"""


def test_the_first_source_that_has_a_value_speaks(two_sources: County) -> None:
    parts(two_sources, "{source: register, measure: people}")
    two_sources.write("register.csv", "key;year;cases;people\n01001001;2023;1;10007\n")

    release = two_sources.released(COUNTS)

    assert shown(release, "people_count", 2023) == {"Astadt": 10_007, "Bedorf": 900}
    assert cell(release, "people_count", "Astadt", 2023).sources == ("register",)
    assert cell(release, "people_count", "Bedorf", 2023).sources == ("counts",)


def test_a_value_of_a_later_source_stands_before_a_sign_of_an_earlier_one(two_sources: County) -> None:
    parts(two_sources, "{source: register, measure: people}")
    two_sources.write("register.csv", "key;year;cases;people\n01001001;2023;1;.\n01001003;2023;1;600\n")

    release = two_sources.released(COUNTS)

    assert shown(release, "people_count", 2023)["Astadt"] == 10_000


def test_of_two_signs_that_of_the_first_source_is_shown(two_sources: County) -> None:
    parts(two_sources, "{source: register, measure: people}")
    two_sources.write("register.csv", "key;year;cases;people\n01001002;2023;1;/\n01001003;2023;1;600\n")

    release = two_sources.released(COUNTS.replace("900", "  ."))

    assert shown(release, "people_count", 2023)["Bedorf"] == "source-unreliable"


def test_a_source_speaks_only_for_the_years_that_it_is_taken_for(two_sources: County) -> None:
    parts(two_sources, "{source: register, measure: people, to: 2022}")
    two_sources.write("register.csv", "key;year;cases;people\n01001001;2022;1;10007\n01001001;2023;1;10008\n")

    release = two_sources.released(COUNTS)

    assert shown(release, "people_count", 2022)["Astadt"] == 10_007
    assert shown(release, "people_count", 2023)["Astadt"] == 10_000


def test_a_source_speaks_only_for_the_levels_that_it_is_taken_for(two_sources: County) -> None:
    parts(two_sources, "{source: register, measure: people, levels: [district]}")
    two_sources.write("register.csv", "key;year;cases;people\n01001;2023;1;12001\n01001001;2023;1;10007\n")

    release = two_sources.released(COUNTS)

    assert shown(release, "people_count", 2023) == {"Astadt": 10_000, "Bedorf": 900, "Testkreis": 12_001}


def test_a_source_that_was_never_delivered_leaves_the_others_to_speak(two_sources: County) -> None:
    parts(two_sources, "{source: register, measure: people}")

    release = two_sources.released(COUNTS)

    assert shown(release, "people_count", 2023) == {"Astadt": 10_000, "Bedorf": 900}


def test_a_share_names_the_sources_of_its_cases_and_of_its_people(two_sources: County) -> None:
    parts(two_sources, "{source: register, measure: people}")
    two_sources.write("register.csv", "key;year;cases;people\n01001001;2023;1;10007\n")

    release = two_sources.released(COUNTS)

    assert cell(release, "cases_share", "Astadt", 2023).sources == ("counts", "register")

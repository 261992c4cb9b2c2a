"""Larger areas: a sum of their parts where no source names a number, never of some of the parts, never behind a sign."""

from __future__ import annotations

from support.publishing import County, cell, shown
from support.tiny import SOURCES, TABLES


WHOLE_COUNTY = """
    area    year  cases  people
    Astadt  2023    500   10000
    Bedorf  2023     30     900
    Cedorf  2023     20     600
    Dedorf  2023      6     300
    Edorf   2023      4     200
"""


def test_an_amt_a_district_and_a_state_are_the_sums_of_their_municipalities(county: County) -> None:
    release = county.released(WHOLE_COUNTY)

    assert shown(release, "people_count", 2023) == {
        "Astadt": 10_000, "Bedorf": 900, "Cedorf": 600, "Dedorf": 300, "Edorf": 200,
        "Nord": 1_500, "Süd": 500, "Testkreis": 12_000, "Testland": 12_000, "Deutschland": 12_000,
    }  # fmt: skip


def test_the_share_of_an_amt_is_that_of_its_sums_and_not_the_mean_of_its_shares(county: County) -> None:
    """50 of 1,500; the mean of 30 of 900 and 20 of 600 would happen to agree, so Süd is looked at: 10 of 500."""
    release = county.released(WHOLE_COUNTY.replace("Edorf   2023      4", "Edorf   2023     44"))

    south = cell(release, "cases_share", "Süd", 2023)

    assert (south.value, south.numerator, south.denominator) == (10, 50, 500)


def test_a_sum_says_that_it_was_added_up(county: County) -> None:
    release = county.released(WHOLE_COUNTY)

    assert cell(release, "people_count", "Nord", 2023).made == "added-up"
    assert cell(release, "people_count", "Bedorf", 2023).made == ""


def test_where_one_part_is_missing_there_is_no_sum(county: County) -> None:
    without_bedorf = WHOLE_COUNTY.replace("    Bedorf  2023     30     900\n", "")

    release = county.released(without_bedorf)

    assert shown(release, "people_count", 2023) == {
        "Astadt": 10_000, "Cedorf": 600, "Dedorf": 300, "Edorf": 200, "Süd": 500,
    }  # fmt: skip


def test_a_secret_part_makes_no_sum_that_would_give_it_away(county: County) -> None:
    secret = WHOLE_COUNTY.replace("Bedorf  2023     30     900", "Bedorf  2023      .     900")

    release = county.released(secret)

    assert shown(release, "cases_share", 2023) == {
        "Astadt": 5, "Bedorf": "source-confidential", "Cedorf": 3.33, "Dedorf": 2, "Edorf": 2, "Süd": 2,
    }  # fmt: skip


def test_a_published_figure_of_a_larger_area_stands_before_the_sum_of_its_parts(county: County) -> None:
    release = county.released(WHOLE_COUNTY + "    Testkreis  2023    561   12003\n")

    found = cell(release, "people_count", "Testkreis", 2023)

    assert (found.value, found.made) == (12_003, "")


def test_a_sum_is_not_calculated_behind_the_sign_of_the_larger_area(county: County) -> None:
    release = county.released(WHOLE_COUNTY + "    Nord  2023    .   .\n")

    assert shown(release, "people_count", 2023)["Nord"] == "source-confidential"


def test_a_later_source_is_not_added_up_behind_the_sign_of_an_earlier_one(county: County) -> None:
    """The districts' table keeps the county secret; the municipalities' table has every part of it."""
    county.write("sources.yaml", SOURCES + SOURCES[SOURCES.index("  counts:") :].replace("counts", "districts"))
    both = TABLES.replace("[{source: counts,", "[{source: districts, measure: people}, {source: counts,")
    county.write("catalogue/tables/tables.yaml", both)
    county.write("districts.csv", "key;year;cases;people\n01001;2023;5;.\n02;2023;5;7\n")

    release = county.released(WHOLE_COUNTY)

    people = shown(release, "people_count", 2023)
    assert people["Astadt"] == 10_000
    assert people["Testkreis"] == "source-confidential"


def test_a_table_that_may_not_be_added_up_leaves_larger_areas_without_a_number(county: County) -> None:
    county.write("catalogue/tables/tables.yaml", TABLES.replace("add_up: true", "add_up: false"))

    release = county.released(WHOLE_COUNTY)

    assert set(shown(release, "people_count", 2023)) == {"Astadt", "Bedorf", "Cedorf", "Dedorf", "Edorf"}


def test_a_table_is_added_up_only_to_the_levels_that_it_names(county: County) -> None:
    county.write("catalogue/tables/tables.yaml", TABLES.replace("add_up: true", "add_up: [amt]"))

    release = county.released(WHOLE_COUNTY)

    people = shown(release, "people_count", 2023)
    assert (people["Nord"], people["Süd"]) == (1_500, 500)
    assert "Testkreis" not in people


def test_a_sum_with_a_part_of_limited_reliability_is_of_limited_reliability(county: County) -> None:
    weak = WHOLE_COUNTY.replace("Bedorf  2023     30     900", "Bedorf  2023     30     (900)")

    release = county.released(weak)

    statuses = {name: str(cell(release, "people_count", name, 2023).status) for name in ("Bedorf", "Nord", "Süd")}
    assert statuses == {"Bedorf": "weak", "Nord": "weak", "Süd": "normal"}
    assert cell(release, "cases_share", "Testkreis", 2023).status == "weak"

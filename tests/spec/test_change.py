"""Changes over years: in per cent of the earlier number, and none at all between two different bases."""

from __future__ import annotations

import pytest

from support.publishing import BASES, TWO_CENSUSES, County, cell
from support.tiny import COUNT


CHANGE = COUNT.replace("unit: persons", "unit: percent").replace("decimals: 0", "decimals: 1")
CHANGE = CHANGE.replace("statistic: count", "statistic: change").replace(
    "count: {table: people}", "change: {of: {table: people}, years: 2}"
)
FOUR_YEARS = """
    area    year  cases  people
    Astadt  2020      1   10000
    Astadt  2021      1   10100
    Astadt  2022      1   10500
    Astadt  2023      1   10302
    Edorf   2020      1       0
    Edorf   2022      1     200
"""


@pytest.fixture
def changing(county: County) -> County:
    """An instance that shows the change of the number of people over two years."""
    county.write("catalogue/life/people_count.yaml", CHANGE)
    return county


def test_a_change_is_told_in_per_cent_of_the_number_some_years_before(changing: County) -> None:
    release = changing.released(FOUR_YEARS)

    assert cell(release, "people_count", "Astadt", 2022).value == 5
    assert cell(release, "people_count", "Astadt", 2023).value == 2


def test_a_change_names_both_numbers_that_it_is_made_of(changing: County) -> None:
    release = changing.released(FOUR_YEARS)

    found = cell(release, "people_count", "Astadt", 2022)

    assert (found.numerator, found.denominator) == (10_500, 10_000)


def test_the_first_years_have_no_earlier_number_to_change_from(changing: County) -> None:
    release = changing.released(FOUR_YEARS)

    assert release.data("people_count").periods == ("2022", "2023")


def test_nothing_is_so_many_per_cent_more_than_zero(changing: County) -> None:
    release = changing.released(FOUR_YEARS)

    assert cell(release, "people_count", "Edorf", 2022).status == "structural-zero"


def test_a_change_over_two_bases_gets_no_value(changing: County) -> None:
    """2020 and 2021 rest on one census, 2022 and 2023 on the next: part of the change would be a correction."""
    changing.write("catalogue/bases.yaml", BASES)
    changing.write("catalogue/tables/tables.yaml", TWO_CENSUSES)

    release = changing.released(FOUR_YEARS + "    Astadt  2024      1   10400\n    Astadt  2019      1    9800\n")

    assert cell(release, "people_count", "Astadt", 2021).value == 3.1
    assert cell(release, "people_count", "Astadt", 2022).status == "not-comparable"
    assert cell(release, "people_count", "Astadt", 2023).status == "not-comparable"
    assert cell(release, "people_count", "Astadt", 2024).value == -1

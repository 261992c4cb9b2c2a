"""Breaks: from where on numbers rest on another census or another definition, and what is no longer compared."""

from __future__ import annotations

import pytest

from support.publishing import BASES, TWO_CENSUSES, County, cell
from support.tiny import SHARE


THREE_YEARS = """
    area    year  cases  people
    Astadt  2020    400   10000
    Astadt  2021    450   10000
    Astadt  2022    500   10000
    Astadt  2023    500   10000
"""
SGB = 'breaks: [{period: "2022", kind: definition, text: {de: "Neues Gesetz.", en: "New law."}}]\n'


@pytest.fixture
def two_censuses(county: County) -> County:
    """The people of 2020 and 2021 were updated from one census, those since 2022 from the next."""
    county.write("catalogue/bases.yaml", BASES)
    county.write("catalogue/tables/tables.yaml", TWO_CENSUSES)
    return county


def test_a_new_census_is_a_break_in_the_first_year_that_rests_on_it(two_censuses: County) -> None:
    release = two_censuses.released(THREE_YEARS)

    breaks = release.data("people_count").plain["breaks"]

    assert [(each["period"], each["kind"]) for each in breaks] == [("2022", "basis")]
    assert breaks[0]["text"]["en"] == "census 2011 → census 2022"


def test_a_share_breaks_where_its_denominator_does(two_censuses: County) -> None:
    release = two_censuses.released(THREE_YEARS)

    breaks = release.data("cases_share").plain["breaks"]

    assert [each["period"] for each in breaks] == ["2022"]


def test_every_number_says_which_census_it_rests_on(two_censuses: County) -> None:
    release = two_censuses.released(THREE_YEARS)

    assert cell(release, "cases_share", "Astadt", 2021).bases == ("old",)
    assert cell(release, "cases_share", "Astadt", 2022).bases == ("new",)


def test_one_census_for_all_years_breaks_nothing(county: County) -> None:
    county.write("catalogue/bases.yaml", BASES)
    county.write("catalogue/tables/tables.yaml", TWO_CENSUSES.replace("to: 2021, is: old}, {from: 2022, ", ""))

    release = county.released(THREE_YEARS)

    assert cell(release, "people_count", "Astadt", 2020).bases == ("new",)
    assert release.data("people_count").plain["breaks"] == []


def test_a_year_of_which_the_basis_is_not_known_hides_no_new_census(two_censuses: County) -> None:
    two_censuses.write(
        "catalogue/tables/tables.yaml", TWO_CENSUSES.replace("{to: 2021, is: old}", "{to: 2020, is: old}")
    )

    release = two_censuses.released(THREE_YEARS)

    assert cell(release, "people_count", "Astadt", 2021).bases == ()
    assert [each["period"] for each in release.data("people_count").plain["breaks"]] == ["2022"]


def test_a_declared_change_of_definition_is_a_break(county: County) -> None:
    county.write("catalogue/life/cases_share.yaml", SHARE + SGB)

    release = county.released(THREE_YEARS)

    assert release.data("cases_share").plain["breaks"] == [
        {"period": "2022", "kind": "definition", "text": {"de": "Neues Gesetz", "en": "New law"}}
    ]


def test_where_both_break_in_one_year_the_declared_words_stand(two_censuses: County) -> None:
    two_censuses.write("catalogue/life/cases_share.yaml", SHARE + SGB)

    release = two_censuses.released(THREE_YEARS)

    assert [each["kind"] for each in release.data("cases_share").plain["breaks"]] == ["definition"]


def test_a_finding_compares_only_with_years_after_the_break_and_names_it(county: County) -> None:
    """2020 had 4.00 %, which would be discernibly lower than the 5.00 % of 2023."""
    county.write("catalogue/life/cases_share.yaml", SHARE + SGB)
    release = county.released(THREE_YEARS)

    text = release.sentences("en")["findings"]["cases_share"]["01001001"][1]

    assert "No discernible difference from 2022 (5.00 %)." in text
    assert "Values before 2022 compare only to a limited extent: New law." in text
    assert "2020" not in text


def test_without_a_break_a_finding_compares_with_the_first_year(county: County) -> None:
    release = county.released(THREE_YEARS)

    text = release.sentences("en")["findings"]["cases_share"]["01001001"][1]

    assert "Discernibly higher than in 2020 (4.00 %)." in text


def test_numbers_before_and_after_a_break_are_of_different_parts_of_a_line(two_censuses: County) -> None:
    release = two_censuses.released(THREE_YEARS)

    data = release.data("people_count")

    assert [data.part(period) for period in ("2020", "2021", "2022", "2023")] == [0, 0, 1, 1]

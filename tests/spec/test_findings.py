"""Findings in words: a title and a few sentences in German and English, made of released numbers only."""

from __future__ import annotations

import pytest

from gemeinsinn.releases.offline import question_on
from gemeinsinn.releases.sentences import Finding, Wording, finding
from gemeinsinn.releases.wording import patterns
from support.publishing import KEY_OF, County


COUNTED = """
    area    year  cases  people
    Astadt  2022    400   10000
    Astadt  2023    500   10000
    Bedorf  2023     30     900
    Cedorf  2023     20     600
    Dedorf  2023      6     300
    Edorf   2023      .     200
    Testkreis  2023  1200 12000
"""


def said(county: County, indicator: str, name: str, period: str, language: str = "en") -> Finding:
    """The finding on one number of what was counted."""
    release = county.released(COUNTED)
    wording = Wording(language, patterns(language), release.names)
    return finding(question_on(release, release.data(indicator), KEY_OF[name], period, language), wording)


def said_of(county: County, counted: str) -> Finding:
    """The finding on the share of Astadt in 2023, in English."""
    release = county.released(counted)
    wording = Wording("en", patterns("en"), release.names)
    return finding(question_on(release, release.data("cases_share"), KEY_OF["Astadt"], "2023", "en"), wording)


def test_a_finding_states_value_interval_comparison_and_trend(county: County) -> None:
    found = said(county, "cases_share", "Astadt", "2023")

    assert found.title == "Share: Astadt more favourable than Testkreis"
    assert found.text == (
        "Astadt, 2023: 5.00 % (95 % interval 4.59 to 5.44). More favourable than Testkreis (10.00 %), "
        "Testland (10.00 %) and Deutschland (10.00 %). Discernibly higher than in 2022 (4.00 %)."
    )


def test_a_german_finding_has_german_words_and_numbers(county: County) -> None:
    found = said(county, "cases_share", "Astadt", "2023", "de")

    assert found.title.startswith("Anteil: Astadt")
    assert "5,00 %" in found.text
    assert "4,59" in found.text
    assert "10,00 %" in found.text


def test_a_number_of_people_is_told_as_a_share_of_the_county(county: County) -> None:
    found = said(county, "people_count", "Bedorf", "2023")

    assert found == Finding("People: Bedorf 900", "Bedorf, 2023: 900. Share of Testkreis: 7.5 %.")


def test_benchmarks_of_which_the_same_can_be_said_share_a_sentence(county: County) -> None:
    release = county.released(COUNTED + "    Testland  2023  4 100\n    Deutschland  2023  12 100\n")

    text = release.sentences("en")["findings"]["cases_share"]["01001001"][1]

    assert "Less favourable than Testland (4.00 %)." in text
    assert "More favourable than Testkreis (10.00 %) and Germany (12.00 %)." in text


def test_an_earlier_value_is_uncertain_too(county: County) -> None:
    """The 5.00 % (4.59 to 5.44) of 2023 exclude 4.50 %, but those go up to 4.92: a two-sample test has p = 0.10."""
    nearer = COUNTED.replace("2022    400", "2022    450")

    assert "No discernible difference from 2022 (4.50 %)." in said_of(county, nearer).text


def test_a_few_cases_more_than_before_are_no_discernible_change_and_many_are(county: County) -> None:
    """Beside 500 of 10,000, a two-sample test has p = 0.053 for 442 and p = 0.041 for 439."""
    texts = [said_of(county, COUNTED.replace("2022    400", f"2022    {cases}")).text for cases in (442, 439)]

    assert "No discernible difference from 2022 (4.42 %)." in texts[0]
    assert "Discernibly higher than in 2022 (4.39 %)." in texts[1]


def test_a_missing_number_is_told_with_its_reason_and_the_nearest_one(county: County) -> None:
    release = county.released(COUNTED + "    Edorf  2020  3  200\n    Edorf  2022  4  200\n")
    wording = Wording("en", patterns("en"), release.names)

    found = finding(question_on(release, release.data("cases_share"), "01001005", "2023", "en"), wording)

    assert found.title == "Share: no value for Edorf"
    assert found.text == (
        "There is no value for Edorf in 2023: the source keeps it secret or does not know it (sign “.”). "
        "The nearest value is that of 2022: 2.00 %."
    )


def test_of_two_years_equally_near_the_later_is_named(county: County) -> None:
    release = county.released(COUNTED + "    Edorf  2021  3  200\n    Edorf  2022  .  200\n    Edorf  2024  4  200\n")
    wording = Wording("en", patterns("en"), release.names)

    near_2022 = finding(question_on(release, release.data("cases_share"), "01001005", "2022", "en"), wording)
    near_2023 = finding(question_on(release, release.data("cases_share"), "01001005", "2023", "en"), wording)

    assert "The nearest value is that of 2021: 1.50 %." in near_2022.text
    assert "The nearest value is that of 2024: 2.00 %." in near_2023.text


def test_where_an_area_has_no_number_at_all_a_larger_one_is_named(county: County) -> None:
    found = said(county, "cases_share", "Edorf", "2023")

    assert "For Testkreis there is one: 10.00 % (2023)." in found.text


@pytest.mark.parametrize("language", ["de", "en"])
def test_every_area_of_the_county_with_a_number_has_a_finding_on_its_latest(county: County, language: str) -> None:
    release = county.released(COUNTED)

    findings = release.sentences(language)["findings"]

    assert set(findings["cases_share"]) == {
        KEY_OF[name] for name in ("Astadt", "Bedorf", "Cedorf", "Dedorf", "Nord", "Testkreis")
    }
    assert all(", 2023:" in text for _, text in findings["cases_share"].values())

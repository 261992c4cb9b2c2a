"""Few cases: years are pooled, then the Amt's value stands, and what was done is in the status of the number."""

from __future__ import annotations

from support.publishing import County, cell
from support.tiny import SHARE


RULE = SHARE + "small_numbers: {fewer_than: 10, pool_years: 3, merge_to_amt: true}\n"
ONLY_MERGE = SHARE + "small_numbers: {fewer_than: 10, merge_to_amt: true}\n"
ONLY_POOL = SHARE + "small_numbers: {fewer_than: 10, pool_years: 3}\n"


def test_a_year_with_enough_cases_stands_as_it_is(county: County) -> None:
    county.write("catalogue/life/cases_share.yaml", RULE)

    release = county.released("""
        area    year  cases  people
        Dedorf  2021      9     300
        Dedorf  2022      9     300
        Dedorf  2023     10     300
    """)

    found = cell(release, "cases_share", "Dedorf", 2023)
    assert (found.value, found.status, found.numerator) == (3.33, "normal", 10)


def test_too_few_cases_in_a_year_are_pooled_with_those_of_the_years_before(county: County) -> None:
    """4 + 3 + 5 cases among 3 x 300 people."""
    county.write("catalogue/life/cases_share.yaml", RULE)

    release = county.released("""
        area    year  cases  people
        Dedorf  2021      4     300
        Dedorf  2022      3     300
        Dedorf  2023      5     300
    """)

    found = cell(release, "cases_share", "Dedorf", 2023)
    assert (found.value, found.status) == (1.33, "pooled")
    assert (found.numerator, found.denominator) == (12, 900)
    assert (found.lower, found.upper) == (0.76, 2.32)


def test_years_are_pooled_only_if_all_of_them_are_there(county: County) -> None:
    """6 and 5 cases would be enough, but 2021 is missing."""
    county.write("catalogue/life/cases_share.yaml", ONLY_POOL)

    release = county.released("""
        area    year  cases  people
        Dedorf  2020      8     300
        Dedorf  2022      6     300
        Dedorf  2023      5     300
    """)

    found = cell(release, "cases_share", "Dedorf", 2023)
    assert (found.value, found.status, found.numerator) == (1.67, "weak", 5)


def test_a_year_that_the_source_keeps_secret_is_never_pooled_as_a_zero(county: County) -> None:
    county.write("catalogue/life/cases_share.yaml", ONLY_POOL)

    release = county.released("""
        area    year  cases  people
        Dedorf  2021      8     300
        Dedorf  2022      .     300
        Dedorf  2023      5     300
    """)

    assert cell(release, "cases_share", "Dedorf", 2023).status == "weak"
    assert cell(release, "cases_share", "Dedorf", 2022).status == "source-confidential"


def test_where_pooling_is_not_enough_the_value_of_the_amt_stands(county: County) -> None:
    """Süd is Dedorf and Edorf: 4 + 8 cases among 300 + 200 people."""
    county.write("catalogue/life/cases_share.yaml", RULE)

    release = county.released("""
        area    year  cases  people
        Dedorf  2023      4     300
        Edorf   2023      8     200
    """)

    found = cell(release, "cases_share", "Dedorf", 2023)
    assert (found.value, found.status) == (2.4, "merged")
    assert (found.numerator, found.denominator) == (12, 500)
    assert cell(release, "cases_share", "Süd", 2023).value == 2.4


def test_a_merged_value_comes_from_where_that_of_the_amt_comes_from(county: County) -> None:
    """Dedorf's own 4 cases are published; the 12 of Süd are added up."""
    county.write("catalogue/life/cases_share.yaml", RULE)

    release = county.released("""
        area    year  cases  people
        Dedorf  2023      4     300
        Edorf   2023      8     200
        Astadt  2023    500   10000
    """)

    dedorf, amt = cell(release, "cases_share", "Dedorf", 2023), cell(release, "cases_share", "Süd", 2023)
    assert (dedorf.status, dedorf.made) == ("merged", amt.made) == ("merged", "added-up")
    assert cell(release, "cases_share", "Astadt", 2023).made == ""


def test_years_are_pooled_before_areas_are_merged(county: County) -> None:
    county.write("catalogue/life/cases_share.yaml", RULE)

    release = county.released("""
        area    year  cases  people
        Dedorf  2021      4     300
        Dedorf  2022      4     300
        Dedorf  2023      4     300
        Edorf   2021     50     200
        Edorf   2022     50     200
        Edorf   2023     50     200
    """)

    found = cell(release, "cases_share", "Dedorf", 2023)
    assert (found.value, found.status) == (1.33, "pooled")


def test_a_municipality_without_amt_keeps_its_own_small_number_as_a_weak_one(county: County) -> None:
    county.write("catalogue/life/cases_share.yaml", ONLY_MERGE)

    release = county.released("""
        area    year  cases  people
        Astadt  2023      5   10000
        Dedorf  2023     40     300
        Edorf   2023     40     200
    """)

    found = cell(release, "cases_share", "Astadt", 2023)
    assert (found.value, found.status, found.numerator) == (0.05, "weak", 5)


def test_an_amt_with_too_few_cases_itself_lends_nobody_its_value(county: County) -> None:
    county.write("catalogue/life/cases_share.yaml", ONLY_MERGE)

    release = county.released("""
        area    year  cases  people
        Dedorf  2023      4     300
        Edorf   2023      3     200
    """)

    dedorf, amt = cell(release, "cases_share", "Dedorf", 2023), cell(release, "cases_share", "Süd", 2023)
    assert (dedorf.value, dedorf.status) == (1.33, "weak")
    assert (amt.value, amt.status) == (1.4, "weak")


def test_a_secret_number_is_not_replaced_by_that_of_the_amt(county: County) -> None:
    county.write("catalogue/life/cases_share.yaml", ONLY_MERGE)

    release = county.released("""
        area    year  cases  people
        Dedorf  2023      .     300
        Edorf   2023     40     200
    """)

    assert cell(release, "cases_share", "Dedorf", 2023).status == "source-confidential"


def test_a_pooled_or_merged_value_says_so_in_words(county: County) -> None:
    county.write("catalogue/life/cases_share.yaml", RULE)
    release = county.released("""
        area    year  cases  people
        Bedorf  2021      4     900
        Bedorf  2022      4     900
        Bedorf  2023      4     900
        Dedorf  2023      4     300
        Edorf   2023      8     200
    """)

    findings = release.sentences("en")["findings"]["cases_share"]

    assert "the value is pooled over several years" in findings["01001002"][1]
    assert "the value is that of Verbandsgemeinde Süd" in findings["01001004"][1]

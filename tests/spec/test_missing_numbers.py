"""What is missing is never a zero: signs, gaps, deliveries that did not come, and questions that make no sense."""

from __future__ import annotations

import pytest

from gemeinsinn.errors import DefinitionError
from support.publishing import County, cell, shown
from support.tiny import SOURCES, TABLES


@pytest.mark.parametrize(
    ("sign", "status"),
    [
        (".", "source-confidential"),
        ("-", "source-nothing"),
        ("/", "source-unreliable"),
        ("x", "source-blocked"),
        ("...", "source-later"),
    ],
)
def test_every_sign_of_a_source_keeps_its_own_meaning(county: County, sign: str, status: str) -> None:
    release = county.released(f"""
        area    year  cases  people
        Astadt  2023    500   10000
        Bedorf  2023  {sign}    900
    """)

    found = cell(release, "cases_share", "Bedorf", 2023)

    assert (found.value, found.status) == (None, status)


def test_a_zero_that_a_source_counted_is_a_number(county: County) -> None:
    release = county.released("""
        area    year  cases  people
        Edorf   2023      0     200
    """)

    found = cell(release, "cases_share", "Edorf", 2023)

    assert (found.value, found.status) == (0, "normal")


def test_a_share_of_nobody_is_no_zero(county: County) -> None:
    release = county.released("""
        area    year  cases  people
        Astadt  2023    500   10000
        Edorf   2023      0       0
    """)

    found = cell(release, "cases_share", "Edorf", 2023)

    assert (found.value, found.status) == (None, "structural-zero")


def test_a_year_between_two_deliveries_is_not_collected(county: County) -> None:
    release = county.released("""
        area    year  cases  people
        Astadt  2021    500   10000
        Bedorf  2022     30     900
        Astadt  2023    500   10000
    """)

    assert shown(release, "cases_share", 2022) == {"Astadt": "not-collected", "Bedorf": 3.33}


def test_a_year_of_which_nobody_says_anything_is_left_out(county: County) -> None:
    release = county.released("""
        area    year  cases  people
        Astadt  2020    500   10000
        Astadt  2023    500   10000
    """)

    assert release.data("cases_share").periods == ("2020", "2023")


def test_years_before_the_first_number_and_after_the_last_are_left_out(county: County) -> None:
    release = county.released("""
        area    year  cases  people
        Astadt  2021      .   10000
        Astadt  2022    500   10000
        Astadt  2023    ...   10000
    """)

    assert release.data("cases_share").periods == ("2022",)
    assert release.data("people_count").periods == ("2021", "2022", "2023")


def test_a_share_whose_people_are_secret_says_so(county: County) -> None:
    release = county.released("""
        area    year  cases  people
        Astadt  2023    500   10000
        Bedorf  2023     30       .
    """)

    assert cell(release, "cases_share", "Bedorf", 2023).status == "source-confidential"


def test_a_delivery_that_does_not_come_leaves_the_last_numbers_standing(county: County) -> None:
    county.released("""
        area    year  cases  people
        Astadt  2023    500   10000
    """)
    (county.instance.root / "counts.csv").unlink()

    run = county.refresh()["counts"]

    assert run.state == "failed"
    assert not county.publish().published
    assert cell(county.current, "cases_share", "Astadt", 2023).value == 5


def test_an_indicator_waits_until_its_tables_were_delivered(county: County) -> None:
    """The cases come from a register that never sent anything; there is no share, and above all none of zero."""
    county.write("sources.yaml", SOURCES + SOURCES[SOURCES.index("  counts:") :].replace("counts", "register"))
    county.write("catalogue/tables/tables.yaml", TABLES.replace("counts, measure: cases", "register, measure: cases"))
    county.refresh()

    publication = county.publish()

    assert publication.waiting == {"cases_share": ("cases",)}
    assert list(county.current.indicators) == ["people_count"]


def test_without_any_delivered_table_nothing_is_published(county: County) -> None:
    (county.instance.root / "counts.csv").unlink()
    county.refresh()

    with pytest.raises(DefinitionError, match=r"no indicator has data\. Deliver: cases, people\."):
        county.publish()


def test_an_indicator_whose_tables_share_no_year_waits_and_is_named(county: County) -> None:
    county.write("sources.yaml", SOURCES + SOURCES[SOURCES.index("  counts:") :].replace("counts", "register"))
    county.write("catalogue/tables/tables.yaml", TABLES.replace("counts, measure: cases", "register, measure: cases"))
    county.write("register.csv", "key;year;cases;people\n01001001;2010;500;10000\n")
    county.refresh()

    publication = county.publish()

    assert publication.waiting == {"cases_share": ("cases", "people")}
    assert list(county.current.indicators) == ["people_count"]

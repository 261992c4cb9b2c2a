"""Periods and key dates: how sources write them, and the one name that each has."""

from __future__ import annotations

from datetime import date

import pytest

from gemeinsinn.concepts.periods import Period, period_of


@pytest.mark.parametrize(
    ("written", "name", "key_date"),
    [
        ("2015", "2015", None),
        (" 2015 ", "2015", None),
        ("31.12.2015", "2015", date(2015, 12, 31)),
        ("1.3.2015", "2015", date(2015, 3, 1)),
        ("2015-12-31", "2015", date(2015, 12, 31)),
        ("29.02.2016", "2016", date(2016, 2, 29)),
        ("2015-06", "2015-06", None),
        ("2015-Q2", "2015-Q2", None),
        ("2015q2", "2015-Q2", None),
        ("2015/16", "2015/16", None),
        ("2015/2016", "2015/16", None),
        ("1999/00", "1999/00", None),
        ("1999/2000", "1999/00", None),
    ],
)
def test_a_period_has_one_name_however_it_is_written(written: str, name: str, key_date: date | None) -> None:
    assert period_of(written) == Period(name, key_date)


@pytest.mark.parametrize(
    "written",
    [
        "",
        "Insgesamt",
        "15",
        "1815",
        "20155",
        "31.12.15",
        "30.02.2015",
        "29.02.2015",
        "2015-13",
        "2015-00",
        "2015-13-01",
        "2015-Q5",
        "2015/10",  # October, or a slip; no school year
        "2015/2014",
        "2015/2115",
    ],
)
def test_what_is_no_period_is_not_guessed_at(written: str) -> None:
    assert period_of(written) is None


@pytest.mark.parametrize(("name", "year"), [("2015", 2015), ("2015-06", 2015), ("2015-Q2", 2015), ("2015/16", 2015)])
def test_a_period_counts_as_the_year_in_which_it_begins(name: str, year: int) -> None:
    assert Period(name).year == year

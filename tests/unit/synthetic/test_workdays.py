"""Working days of Schleswig-Holstein."""

from __future__ import annotations

from datetime import date

import pytest

from gemeinsinn.synthetic.workdays import easter, holidays, working_days


@pytest.mark.parametrize(
    ("year", "sunday"),
    # Physikalisch-Technische Bundesanstalt, table of Easter dates
    [(2013, date(2013, 3, 31)), (2019, date(2019, 4, 21)), (2024, date(2024, 3, 31)), (2025, date(2025, 4, 20))],
)
def test_easter_falls_on_its_sunday(year: int, sunday: date) -> None:
    assert easter(year) == sunday


def test_reformation_day_is_free_since_2017() -> None:
    assert date(2016, 10, 31) not in holidays(2016)
    assert date(2017, 10, 31) in holidays(2017)
    assert date(2023, 10, 31) in holidays(2023)


def test_weekends_and_holidays_are_no_working_days() -> None:
    days = list(working_days(date(2025, 4, 17), date(2025, 4, 22)))

    assert days == [date(2025, 4, 17), date(2025, 4, 22)]

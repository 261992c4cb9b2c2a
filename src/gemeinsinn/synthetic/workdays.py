"""The working days of Schleswig-Holstein: neither weekends nor public holidays."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from functools import cache


_FIXED = ((1, 1), (5, 1), (10, 3), (12, 25), (12, 26))
_AFTER_EASTER = (-2, 1, 39, 50)
"""Good Friday, Easter Monday, Ascension Day, Whit Monday."""
_REFORMATION_FROM = 2017


def easter(year: int) -> date:
    """Easter Sunday (anonymous Gregorian computus; Meeus, Astronomical Algorithms, chapter 8)."""
    a, b, c = year % 19, year // 100, year % 100
    h = (19 * a + b - b // 4 - (b - (b + 8) // 25 + 1) // 3 + 15) % 30
    ell = (32 + 2 * (b % 4) + 2 * (c // 4) - h - c % 4) % 7
    m = (a + 11 * h + 22 * ell) // 451
    month, day = divmod(h + ell - 7 * m + 114, 31)
    return date(year, month, day + 1)


@cache
def holidays(year: int) -> frozenset[date]:
    """The public holidays of a year; Reformation Day is one in 2017 in all of Germany, and since 2018 here."""
    fixed = [date(year, month, day) for month, day in _FIXED]
    moving = [easter(year) + timedelta(days=days) for days in _AFTER_EASTER]
    reformation = [date(year, 10, 31)] if year >= _REFORMATION_FROM else []
    return frozenset([*fixed, *moving, *reformation])


def working_days(first: date, last: date) -> Iterator[date]:
    """The working days from one day to another, both included."""
    for offset in range((last - first).days + 1):
        day = first + timedelta(days=offset)
        if day.weekday() < 5 and day not in holidays(day.year):
            yield day

"""Periods of statistics: a year, a key date, a month, a school year; how sources write them and how they sort.

A period is named by the shortest text that tells it apart: `2015`, `2015-06`, `2015-Q2`, `2015/16`. A key date
(Stichtag) keeps its day in `valid_on`; its period is the year it stands for.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Period:
    """A span of time with its name; `valid_on` is the key date, or None for what happens during the span."""

    name: str
    valid_on: date | None = None

    @property
    def year(self) -> int:
        """The year the period stands for; a school year counts as the year it begins."""
        return int(self.name[:4])


_YEAR = re.compile(r"^(19|20)\d\d$")
_GERMAN_DATE = re.compile(r"^(\d{1,2})\.(\d{1,2})\.((?:19|20)\d\d)$")
_ISO_DATE = re.compile(r"^((?:19|20)\d\d)-(\d\d)-(\d\d)$")
_MONTH = re.compile(r"^((?:19|20)\d\d)-(\d\d)$")
_QUARTER = re.compile(r"^((?:19|20)\d\d)-?[Qq]([1-4])$")
_SCHOOL_YEAR = re.compile(r"^((?:19|20)\d\d)/(\d\d|(?:19|20)\d\d)$")


def period_of(text: str) -> Period | None:
    """Read a period as sources write it; None if the text is no period.

    >>> period_of("31.12.2015")
    Period(name='2015', valid_on=datetime.date(2015, 12, 31))
    """
    text = text.strip()
    if _YEAR.match(text):
        return Period(text)
    if found := _GERMAN_DATE.match(text):
        day, month, year = (int(part) for part in found.groups())
        return _key_date(year, month, day)
    if found := _ISO_DATE.match(text):
        year, month, day = (int(part) for part in found.groups())
        return _key_date(year, month, day)
    if (found := _MONTH.match(text)) and 1 <= int(found[2]) <= 12:
        return Period(f"{found[1]}-{found[2]}")
    if found := _QUARTER.match(text):
        return Period(f"{found[1]}-Q{found[2]}")
    if (found := _SCHOOL_YEAR.match(text)) and str(int(found[1]) + 1).endswith(found[2]):
        return Period(f"{found[1]}/{found[2][-2:]}")
    return None


def _key_date(year: int, month: int, day: int) -> Period | None:
    try:
        return Period(str(year), date(year, month, day))
    except ValueError:
        return None

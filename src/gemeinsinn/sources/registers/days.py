"""The day of a delivery, read from the name of its file by a declared pattern."""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import PurePath


_SLOT = re.compile(r"\{(\w+)(?::([^}]*))?\}")
_SLOTS = {"year": r"(?P<year>\d{4})", "month": r"(?P<month>\d{1,2})", "quarter": r"(?P<quarter>[1-4])"}
PART = "part"
"""The slot for what tells the files of one day from each other, such as the provider."""
_DATE_PARTS = {"%Y": r"\d{4}", "%m": r"\d{2}", "%d": r"\d{2}", "%y": r"\d{2}", "%j": r"\d{3}"}
FIRST, LAST = "first", "last"
"""Which day of a year, quarter or month a delivery is of, if its name says no more."""

_QUARTER = 3


@dataclass(frozen=True, slots=True)
class DayPattern:
    """How the names of files say their day: `aenderungen_{date:%Y%m%d}`, `{year}-Q{quarter}`, `{year}/{part}`."""

    pattern: re.Pattern[str]
    date_format: str
    on: str
    """`first`, `last`, or month and day (03-01)."""

    def day(self, path: str) -> date | None:
        """The day of a file; None if its name does not say one."""
        found = self.pattern.search(PurePath(path).as_posix())
        return self._day(found.groupdict()) if found else None

    def part(self, path: str) -> str:
        """What stands in the slot `part`; empty if there is none."""
        found = self.pattern.search(PurePath(path).as_posix())
        return (found.groupdict().get(PART) or "") if found else ""

    def _day(self, said: dict[str, str | None]) -> date | None:
        try:
            if said.get("date"):
                return datetime.strptime(str(said["date"]), self.date_format).date()  # noqa: DTZ007  (a day has no zone)
            year = int(str(said["year"]))
            if "-" in self.on:
                return date.fromisoformat(f"{year}-{self.on}")
            if said.get("quarter"):
                return _edge(year, _QUARTER * int(str(said["quarter"])) - _QUARTER + 1, _QUARTER, self.on)
            if said.get("month"):
                return _edge(year, int(str(said["month"])), 1, self.on)
            return _edge(year, 1, 12, self.on)
        except ValueError:
            return None


def day_pattern(text: str, on: str = LAST) -> DayPattern | str:
    """The pattern behind a text, or what is wrong with it."""
    expression, formats, at = "", [], 0
    for slot in _SLOT.finditer(text):
        name, form = slot.group(1), slot.group(2)
        expression += re.escape(text[at : slot.start()])
        at = slot.end()
        if name == "date":
            formats.append(form or "%Y%m%d")
            expression += f"(?P<date>{_digits(formats[-1])})"
        elif name == PART:
            expression += r"(?P<part>[^/]+?)(?=(?:\.(?:csv|txt|xlsx?|gz))*(?:/|$))"
        elif name in _SLOTS:
            expression += _SLOTS[name]
        else:
            return f"there is no slot '{{{name}}}'."
    expression += re.escape(text[at:])
    if not formats and "(?P<year>" not in expression:
        return "it says no day: it needs {date} or {year}."
    try:
        return DayPattern(re.compile(expression), formats[0] if formats else "", on)
    except re.error:
        return "a slot stands in it twice."


def _digits(form: str) -> str:
    expression = re.escape(form)
    for part, digits in _DATE_PARTS.items():
        expression = expression.replace(re.escape(part), digits)
    return expression


def _edge(year: int, month: int, months: int, on: str) -> date:
    """The first or the last day of some months."""
    if on == FIRST:
        return date(year, month, 1)
    last = month + months - 1
    return date(year, last, monthrange(year, last)[1])

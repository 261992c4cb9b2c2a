"""Labels of official tables turned into codes: sex, age classes, nationality; what is not known stays as it is."""

from __future__ import annotations

import re
from collections.abc import Iterable


TOTAL = "total"
"""The code of a total in every dimension."""

_TOTALS = {"", "insgesamt", "zusammen", "gesamt"}
_SEX = {
    "männlich": "male",
    "männer": "male",
    "weiblich": "female",
    "frauen": "female",
    "weiblich/divers": "female_diverse",
    "divers": "diverse",
}
_NATIONALITY = {
    "deutsche": "german",
    "deutsch": "german",
    "ausländer(innen)": "foreign",
    "ausländer": "foreign",
    "ausländer/innen": "foreign",
    "ausländerinnen und ausländer": "foreign",
    "nichtdeutsche": "foreign",
}
_UNDER = re.compile(r"^(?:von\s+)?(?:0 bis )?unter (\d+) jahre?n?$")
_BETWEEN = re.compile(r"^(\d+) bis unter (\d+) jahre?n?(?: \(.*\))?$")
_FROM = re.compile(r"^(\d+) (?:jahre?n? )?(?:und|u\.) ?(?:mehr|älter|m\.)(?: jahre)?$")

DIMENSION_OF_TITLE = {
    "geschlecht": "sex",
    "nationalität": "nationality",
    "staatsangehörigkeit": "nationality",
    "parteien": "party",
    "schulart": "school_type",
    "legitimität": "legitimacy",
}
"""Titles of variables in table heads and the names of the dimension columns they become."""


def is_total(label: str) -> bool:
    """True for the labels that official tables give to totals; an empty label is one."""
    return label.strip().casefold() in _TOTALS


def age_code(label: str) -> str | None:
    """An age class as `0-2`, `17`, or `75+`; None if the label is no age class.

    >>> age_code("3 bis unter 6 Jahre")
    '3-5'
    """
    text = re.sub(r"\s+", " ", label.strip().casefold())
    if found := _UNDER.match(text):
        return age_class(0, int(found[1]) - 1)
    if found := _BETWEEN.match(text):
        return age_class(int(found[1]), int(found[2]) - 1)
    if found := _FROM.match(text):
        return f"{int(found[1])}+"
    return None


def age_class(first: int, last: int) -> str:
    """The code of the ages from `first` to `last`, both included."""
    return str(first) if first == last else f"{first}-{last}"


def recognised(labels: Iterable[str]) -> tuple[str, dict[str, str]] | None:
    """The dimension that a set of labels belongs to, with the code of each; None if they mix or are unknown."""
    distinct = set(labels)
    special = [label for label in distinct if not is_total(label)]
    if not special:
        return None
    for dimension, codes in (("sex", _SEX), ("nationality", _NATIONALITY)):
        if all(label.strip().casefold() in codes for label in special):
            return dimension, {
                label: TOTAL if is_total(label) else codes[label.strip().casefold()] for label in distinct
            }
    ages = {label: age_code(label) for label in special}
    if all(ages.values()):
        return "age", {label: TOTAL if is_total(label) else str(ages[label]) for label in distinct}
    return None


def dimension_named(title: str) -> str | None:
    """The dimension column that a variable's title stands for, e.g. `Altersgruppen (17)` is `age`."""
    text = title.strip().casefold()
    if text.startswith("alter"):
        return "age"
    return DIMENSION_OF_TITLE.get(text)

"""The words of generated findings: patterns with slots, by language, from the gettext catalogues.

A release carries its patterns, so that pages, exports and the tablet without network all fill the same ones.
"""

from __future__ import annotations

import gettext
from collections.abc import Mapping
from functools import cache
from pathlib import Path


LANGUAGES = ("de", "en")
DOMAIN = "gemeinsinn"
_LOCALE = Path(__file__).parent.parent / "locale"


def N_(message: str) -> str:  # noqa: N802  (the name that gettext's tools look for)
    """Mark a message for translation without translating it here."""
    return message


PATTERNS: Mapping[str, str] = {
    "title.better": N_("{indicator}: {area} more favourable than {benchmark}"),
    "title.worse": N_("{indicator}: {area} less favourable than {benchmark}"),
    "title.higher": N_("{indicator}: {area} discernibly higher than {benchmark}"),
    "title.lower": N_("{indicator}: {area} discernibly lower than {benchmark}"),
    "title.no-difference": N_("{indicator}: {area} not discernibly different from {benchmark}"),
    "title.not-judged": N_("{indicator}: {area} {value}, {benchmark} {other}"),
    "title.alone": N_("{indicator}: {area} {value}"),
    "title.missing": N_("{indicator}: no value for {area}"),
    "title.synthetic": N_("{title} (synthetic data)"),
    "synthetic": N_("These figures rest on invented people."),
    "value": N_("{area}, {period}: {value}."),
    "value.interval": N_("{area}, {period}: {value} (95 % interval {lower} to {upper})."),
    "value.pooled": N_("Too few cases in one year: the value is pooled over several years."),
    "value.merged": N_("Too few cases in the municipality: the value is that of {amt}."),
    "value.weak": N_("The value is of limited reliability, because it rests on few cases."),
    "compare.better": N_("More favourable than {list}."),
    "compare.worse": N_("Less favourable than {list}."),
    "compare.higher": N_("Discernibly higher than {list}."),
    "compare.lower": N_("Discernibly lower than {list}."),
    "compare.no-difference": N_("No discernible difference from {list}."),
    "compare.not-judged": N_("For comparison: {list}."),
    "compare.share": N_("Share of {benchmark}: {share} %."),
    "compare.item": N_("{name} ({value})"),
    "list.and": N_("{first} and {last}"),
    "trend.higher": N_("Discernibly higher than in {period} ({value})."),
    "trend.lower": N_("Discernibly lower than in {period} ({value})."),
    "trend.no-difference": N_("No discernible difference from {period} ({value})."),
    "trend.not-judged": N_("In {period} it was {value}."),
    "trend.break": N_("Values before {period} compare only to a limited extent: {text}."),
    "break": N_("From {period} on, values compare with earlier ones only to a limited extent: {text}."),
    "missing": N_("There is no value for {area} in {period}: {reason}."),
    "missing.nearest": N_("The nearest value is that of {period}: {value}."),
    "missing.parent": N_("For {area} there is one: {value} ({period})."),
    "reason.source-confidential": N_("the source keeps it secret or does not know it (sign “.”)"),
    "reason.source-nothing": N_("there is nothing, or it is not available (sign “-”)"),
    "reason.source-unreliable": N_("the source does not consider it reliable enough (sign “/”)"),
    "reason.source-blocked": N_("the source considers it meaningless (sign “x”)"),
    "reason.source-later": N_("the source will publish it later (sign “...”)"),
    "reason.source-empty": N_("the source left the cell empty"),
    "reason.confidential": N_("it is kept secret, because it or another figure would reveal too much about few people"),
    "reason.withheld": N_("it is published for larger areas only, so that it reveals nothing about few people"),
    "reason.not-collected": N_("the delivered sources hold no value for it"),
    "reason.not-yet": N_("it is not published yet"),
    "reason.structural-zero": N_("there is nobody to count it for"),
    "reason.no-such-area": N_("the area did not exist at that time"),
    "reason.quarantined": N_("it was delivered, but failed a check and is being examined"),
    "reason.not-comparable": N_("the two figures rest on different censuses or counts and cannot be compared"),
    "reason.no-source": N_("no source that was delivered has this year"),
    "reason.near": N_("{reason}; there are figures for {list}"),
    "reason.parent": N_("{reason}; {area} has figures up to {period}"),
    "sign.source-confidential": N_("."),
    "sign.source-nothing": N_("-"),
    "sign.source-unreliable": N_("/"),
    "sign.source-blocked": N_("x"),
    "sign.source-later": N_("..."),
    "sign.source-empty": N_("□"),
    "sign.confidential": N_("▒"),
    "sign.withheld": N_("▤"),
    "sign.not-collected": N_("n/a"),
    "sign.not-yet": N_("n/y"),
    "sign.structural-zero": N_("∅"),
    "sign.no-such-area": N_("⌀"),
    "sign.quarantined": N_("?"),
    "sign.not-comparable": N_("≁"),
    "unit.persons": N_("{n}"),
    "unit.number": N_("{n}"),
    "unit.percent": N_("{n} %"),
    "unit.per_100": N_("{n} per 100"),
    "unit.per_1000": N_("{n} per 1,000"),
    "unit.per_10000": N_("{n} per 10,000"),
    "unit.per_100000": N_("{n} per 100,000"),
    "unit.per_1000_residents": N_("{n} per 1,000 residents"),
    "unit.per_10000_residents": N_("{n} per 10,000 residents"),
    "unit.per_100000_residents": N_("{n} per 100,000 residents"),
    "unit.residents_per_km2": N_("{n} residents per km²"),
    "unit.years": N_("{n} years"),
    "unit.eur": N_("€{n}"),
    "unit.eur_per_resident": N_("€{n} per resident"),
    "unit.eur_per_month": N_("€{n} a month"),
    "unit.eur_per_square_metre": N_("€{n} per m²"),
    "unit.nights_per_resident": N_("{n} nights per resident"),
    "unit.square_metres": N_("{n} m²"),
    "unit.square_metres_per_resident": N_("{n} m² per resident"),
    "unit.score": N_("{n}"),
    "unit.children_per_woman": N_("{n} children per woman"),
}
"""Every pattern by its key, in English, which is what the catalogues translate."""


def patterns(language: str) -> Mapping[str, str]:
    """All patterns in a language; what plain German (`de-simple`) has no words of its own for, it says in German."""
    translate = _translation(language).gettext
    return {key: translate(message) for key, message in PATTERNS.items()}


@cache
def _translation(language: str) -> gettext.NullTranslations:
    if language == "en":
        return gettext.NullTranslations()
    return gettext.translation(DOMAIN, _LOCALE, languages=[language, language.partition("-")[0]])


def number(value: float, decimals: int, language: str) -> str:
    """A number as people of the language write it.

    >>> number(1234.5, 1, "de")
    '1.234,5'
    """
    text = f"{value + 0.0:,.{decimals}f}"
    if text.strip("-0.,") == "":
        text = text.lstrip("-")
    text = text.replace("-", "−")
    if language != "de":
        return text
    return text.replace(",", "\0").replace(".", ",").replace("\0", ".")


def day(iso: str, language: str) -> str:
    """A date as people of the language write it.

    >>> day("2024-12-31", "de")
    '31.12.2024'
    """
    year, month, day_of_month = iso.split("-")
    if language == "de":
        return f"{int(day_of_month):02d}.{month}.{year}"
    names = [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ]
    return f"{int(day_of_month)} {names[int(month) - 1]} {year}"

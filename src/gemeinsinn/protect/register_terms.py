"""The terms of a register: which column is what about a person, why it may be held, how coarse, how long, and linked."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from enum import StrEnum

from gemeinsinn.errors import DisclosureError, Finding, did_you_mean
from gemeinsinn.protect.tables.policy import Method, TablePolicy
from gemeinsinn.protect.tables.policy_document import table_policy_of
from gemeinsinn.settings.documents import Checker, Node


class ColumnClass(StrEnum):
    """What a column says about a person (SDC handbook)."""

    IDENTIFYING = "identifying"
    """It names the person: number, name, address. It never enters the lake."""
    QUASI_IDENTIFYING = "quasi_identifying"
    """It tells the person from others together with more: birth, place, sex, nationality."""
    SENSITIVE = "sensitive"
    """What nobody should learn of a person: receipt of benefits, grade of care."""
    OTHER = "other"
    """It says nothing about a person by itself: numbers of files and events, kinds of messages."""


class Coarseness(StrEnum):
    """How exactly a birth or an area is kept."""

    DAY = "day"
    MONTH = "month"
    YEAR = "year"
    MUNICIPALITY = "municipality"
    DISTRICT = "district"


_BIRTH = (Coarseness.DAY, Coarseness.MONTH, Coarseness.YEAR)
_AREA = (Coarseness.MUNICIPALITY, Coarseness.DISTRICT)
_UNLIMITED = "unlimited"
_SPAN = re.compile(r"(\d+) (day|days|month|months|year|years)")
_MONTHS_A_YEAR = 12


@dataclass(frozen=True, slots=True)
class Span:
    """A span of months and days, as a retention is written: `30 years`, `6 months`, `0 days`."""

    months: int = 0
    days: int = 0

    def before(self, day: date) -> date:
        """The day that lies this span before another; the 31st of a shorter month is its last day."""
        month = day.year * _MONTHS_A_YEAR + day.month - 1 - self.months
        year, month = max(month // _MONTHS_A_YEAR, 1), month % _MONTHS_A_YEAR + 1
        following = date(year + month // _MONTHS_A_YEAR, month % _MONTHS_A_YEAR + 1, 1)
        last = (following - timedelta(days=1)).day
        return date(year, month, min(day.day, last)) - timedelta(days=self.days)


@dataclass(frozen=True, slots=True)
class Retention:
    """How long something is kept; without an end if None."""

    microdata: Span | None
    """After a person's last day in the register, all rows of the person."""
    landing: Span = field(default_factory=Span)
    """The raw delivery, encrypted; not at all if the span is nothing."""


@dataclass(frozen=True, slots=True)
class Disclosure:
    """How numbers from the register are protected: answers to questions deviate, tables that are published may be hidden in part."""

    min_units: int = 3
    method: str = "cell_key"
    """What is done about tables that are published; answers to questions deviate by cell keys, whatever it says."""
    max_deviation: int = 4
    variance: float = 2.0
    tables: TablePolicy | None = None
    """The policy of published tables; None if what is published are answers like any other."""


@dataclass(frozen=True, slots=True)
class Link:
    """The right to find the same people in another register."""

    register: str
    basis: str
    by: Mapping[str, str]
    """The delivered columns that are compared: of this register, and of the other."""


@dataclass(frozen=True, slots=True)
class RegisterTerms:
    """What a policy says of a register beyond what it says of every source."""

    legal_basis: str
    purpose: str
    classes: Mapping[str, ColumnClass]
    retention: Retention
    birth: Coarseness = Coarseness.DAY
    area: Coarseness = Coarseness.MUNICIPALITY
    disclosure: Disclosure = field(default_factory=Disclosure)
    links: tuple[Link, ...] = ()

    def check(self, register: str, delivered: Collection[str]) -> None:
        """Every delivered column has a class; `DisclosureError` names all that have none."""
        unknown = [column for column in dict.fromkeys(delivered) if column not in self.classes]
        if unknown:
            raise DisclosureError([self._unclassified(register, column) for column in unknown])

    def _unclassified(self, register: str, column: str) -> Finding:
        what = f"the policy does not say what the column '{column}' is."
        remedy = (
            did_you_mean(column, self.classes) or "Put it under identifying, quasi_identifying, sensitive or other."
        )
        return Finding(register, what, f"{remedy} Nothing of the delivery was taken in.")


REQUIRED = ("legal_basis", "purpose", "columns", "retention")
OPTIONAL = ("coarsen", "disclosure", "link")


def terms_of(fields: Mapping[str, Node], node: Node, checker: Checker) -> RegisterTerms:
    """The terms in a policy; every mistake is noted with the checker."""
    for name in REQUIRED:
        if name not in fields:
            checker.wrong(node, f"the policy of a register needs the field '{name}'.")
    classes = _classes(fields.get("columns"), checker)
    coarsen = checker.fields(fields["coarsen"], optional=("birth", "area")) if "coarsen" in fields else {}
    return RegisterTerms(
        legal_basis=checker.text(fields.get("legal_basis")),
        purpose=checker.text(fields.get("purpose")),
        classes=classes,
        retention=_retention(fields.get("retention"), checker),
        birth=Coarseness(checker.choice(coarsen.get("birth"), _BIRTH, default="day")),
        area=Coarseness(checker.choice(coarsen.get("area"), _AREA, default="municipality")),
        disclosure=_disclosure(fields.get("disclosure"), checker),
        links=tuple(_link(item, classes, checker) for item in checker.items(fields.get("link"))),
    )


def _classes(node: Node | None, checker: Checker) -> dict[str, ColumnClass]:
    fields = checker.fields(node, optional=list(ColumnClass)) if node else {}
    found: dict[str, ColumnClass] = {}
    for name, child in fields.items():
        for item in checker.items(child):
            column = checker.text(item)
            if column in found:
                checker.wrong(item, f"the column '{column}' has two classes.", "Leave it under the stricter one.")
            found[column] = ColumnClass(name)
    return found


def _retention(node: Node | None, checker: Checker) -> Retention:
    if node is None:
        return Retention(Span())
    fields = checker.fields(node, required=("microdata",), optional=("landing", "events"))
    microdata = _span(fields.get("microdata"), checker)
    landing = _span(fields.get("landing"), checker)
    if "landing" in fields and landing is None:
        checker.wrong(fields["landing"], "raw deliveries are not kept without an end.", "Write a span such as 14 days.")
    if "events" in fields and _span(fields["events"], checker) != microdata:
        what = "events are kept as long as the microdata: history is derived from them."
        checker.wrong(fields["events"], what, "Write the same span, or leave it out.")
    return Retention(microdata=microdata, landing=landing or Span())


def _span(node: Node | None, checker: Checker) -> Span | None:
    if node is None:
        return Span()
    text = checker.text(node)
    found = _SPAN.fullmatch(text)
    if text and text != _UNLIMITED and not found:
        checker.wrong(node, f"'{text}' is no span of time.", f"Write 30 years, 6 months, 14 days or {_UNLIMITED}.")
    if not found:
        return None
    count, unit = int(found.group(1)), found.group(2)
    if unit.startswith("day"):
        return Span(days=count)
    return Span(months=count if unit.startswith("month") else count * _MONTHS_A_YEAR)


DEVIATING = ("min_units", "method", "max_deviation", "variance")
"""How answers deviate; with `method: cell_key` also how tables do."""
OF_TABLES = ("zeros", "attackers", "protection", "group_disclosure", "weights")
"""What further is said of tables in which numbers are hidden."""
METHODS = (Method.CELL_KEY, Method.SUPPRESS, Method.COARSEN, Method.WITHHOLD)


def _disclosure(node: Node | None, checker: Checker) -> Disclosure:
    if node is None:
        return Disclosure()
    fields = checker.fields(node, optional=(*DEVIATING, *OF_TABLES))
    method = Method(checker.choice(fields.get("method"), METHODS, default=Method.CELL_KEY))
    min_units = checker.whole(fields.get("min_units"), default=3, at_least=1)
    variance = checker.number(fields.get("variance"), default=2.0) or 0.0
    if variance <= 0:
        checker.wrong(fields.get("variance"), "a variance is larger than 0.")
    words = {name: child for name, child in fields.items() if name in ("method", *OF_TABLES)}
    words["min_units"] = replace(node, value=min_units)
    return Disclosure(
        min_units=min_units,
        method=str(method),
        max_deviation=checker.whole(fields.get("max_deviation"), default=4, at_least=1),
        variance=variance,
        tables=_of_tables(replace(node, value=words), method, checker),
    )


def _of_tables(node: Node, method: Method, checker: Checker) -> TablePolicy | None:
    """The policy of tables in which numbers are hidden; `cell_key` has none, and needs none of its words."""
    if method is not Method.CELL_KEY:
        return table_policy_of(node, checker)
    for name, child in node.value.items():
        if name in OF_TABLES:
            what = f"'{name}' says something about numbers that are hidden."
            checker.wrong(child, what, f"Leave it out, or write `method: {Method.SUPPRESS}`.")
    return None


def _link(node: Node, classes: Mapping[str, ColumnClass], checker: Checker) -> Link:
    fields = checker.fields(node, required=("register", "basis", "by"))
    by = {column: checker.text(child) for column, child in checker.entries(fields.get("by"))}
    for column in by:
        if column not in classes:
            what = f"it is to be linked by the column '{column}', which has no class."
            checker.wrong(fields.get("by"), what, did_you_mean(column, classes))
    return Link(checker.text(fields.get("register")), checker.text(fields.get("basis")), by)

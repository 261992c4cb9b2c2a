"""The policy of records: what each column says about a person, how alike people have to be, how much may stay behind.

A column that the policy does not name stops everything: nothing leaves that nobody has thought of.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from math import inf
from pathlib import Path

from gemeinsinn.errors import DefinitionError, DisclosureError, Finding, did_you_mean
from gemeinsinn.protect.records.levels import Diversity, Level
from gemeinsinn.protect.register_terms import ColumnClass
from gemeinsinn.settings.documents import Checker, Node, read_document


class Numbers(StrEnum):
    """How ranges of numbers and days are written."""

    RANGES = "ranges"
    """As one text: `18..25`."""
    BOUNDS = "bounds"
    """As two columns, `age_from` and `age_to`, of the type that the column has; both ends belong to the range."""


REQUIRED = ("k", "columns")
OPTIONAL = (
    "l",
    "diversity",
    "t",
    "max_suppressed",
    "units",
    "hierarchies",
    "orders",
    "nominal",
    "apart",
    "weights",
    "numbers",
    "sampled",
    "at_risk",
)

_SMALLEST_K = 2
_MOST_SUPPRESSED = 0.05
_CLASSES = "Put it under identifying, quasi_identifying, sensitive or other."
_WRITE_ONE = "Write a policy file, at least `k` and `columns`, and pass it with --policy. Nothing was written."


@dataclass(frozen=True, slots=True)
class RecordTerms:
    """On which terms records may leave."""

    level: Level
    classes: Mapping[str, ColumnClass]
    """What each column says about a person."""
    where: Mapping[str, str] = field(default_factory=dict)
    """Where the policy says so, by column."""
    max_suppressed: float = _MOST_SUPPRESSED
    """The share of records that may stay behind."""
    units: str = ""
    """The column that says who, or which household, a record is of; k counts these, not records."""
    hierarchies: Mapping[str, Path] = field(default_factory=dict)
    """Files of hierarchies, by column."""
    orders: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """The values of columns of words that have an order, from low to high."""
    nominal: tuple[str, ...] = ()
    """Columns of numbers that are codes without an order."""
    apart: tuple[str, ...] = ()
    """Quasi-identifiers that are never generalised."""
    weights: Mapping[str, float] = field(default_factory=dict)
    """How much a quasi-identifier is worth keeping exact; 1 if it does not stand here."""
    numbers: Numbers = Numbers.RANGES
    sampled: float = 1.0
    """The share of the population that the records are."""
    at_risk: int = 0
    """In the report, records in smaller classes are at risk; k if 0."""

    def of(self, kind: ColumnClass) -> tuple[str, ...]:
        """The columns of a class."""
        return tuple(column for column, each in self.classes.items() if each is kind)

    def check(self, columns: Collection[str]) -> None:
        """The policy names every column, and the records have every column that it names, or nothing leaves."""
        unknown = [column for column in dict.fromkeys(columns) if column not in self.classes]
        if unknown:
            raise DisclosureError([self._unclassified(column) for column in unknown])
        missing = [column for column in self.classes if column not in columns]
        if missing:
            findings = []
            for column in missing:
                remedy = did_you_mean(column, columns) or "Take it out of the policy."
                findings.append(Finding(self.where.get(column, ""), f"the records have no column '{column}'.", remedy))
            raise DefinitionError(findings)

    def _unclassified(self, column: str) -> Finding:
        what = f"the policy does not say what the column '{column}' is."
        return Finding("", what, f"{did_you_mean(column, self.classes) or _CLASSES} Nothing was written.")


def read_record_terms(path: Path | None) -> RecordTerms:
    """The policy in a YAML file; `DisclosureError` if there is none, `DefinitionError` with every mistake in it."""
    if path is None or not path.is_file():
        what = f"there is no policy {path}." if path else "no policy was named, and without one nothing may leave."
        raise DisclosureError(what, remedy=_WRITE_ONE)
    checker = Checker("the policy of records")
    terms = record_terms_of(read_document(path), checker, folder=path.parent)
    checker.raise_if_wrong()
    return terms


def record_terms_of(node: Node, checker: Checker, *, folder: Path) -> RecordTerms:
    """The policy that stands at a node; mistakes are noted with the checker, which has to raise them."""
    fields = checker.fields(node, required=REQUIRED, optional=OPTIONAL)
    places = _classes(fields.get("columns"), checker)
    known = {column: kind for column, (kind, _) in places.items()}
    named = _Named(known, checker)
    terms = RecordTerms(
        level=_level(fields, known, checker),
        classes=known,
        where={column: item.where for column, (_, item) in places.items()},
        max_suppressed=_share(fields.get("max_suppressed"), checker, default=_MOST_SUPPRESSED),
        units=named.column(fields.get("units"), list(ColumnClass)),
        hierarchies=named.files(fields.get("hierarchies"), folder),
        orders=named.orders(fields.get("orders")),
        nominal=named.columns(fields.get("nominal"), _GENERALISED_OR_WATCHED),
        apart=named.columns(fields.get("apart"), _GENERALISED),
        weights=named.weights(fields.get("weights")),
        numbers=Numbers(checker.choice(fields.get("numbers"), list(Numbers), default=Numbers.RANGES)),
        sampled=_share(fields.get("sampled"), checker, default=1.0),
        at_risk=checker.whole(fields.get("at_risk"), default=0, at_least=_SMALLEST_K) if "at_risk" in fields else 0,
    )
    if terms.sampled == 0.0:
        checker.wrong(fields.get("sampled"), "a share of nothing is no sample.", "Write the share that was drawn.")
    return terms


_GENERALISED = (ColumnClass.QUASI_IDENTIFYING,)
_GENERALISED_OR_WATCHED = (ColumnClass.QUASI_IDENTIFYING, ColumnClass.SENSITIVE)


def _classes(node: Node | None, checker: Checker) -> dict[str, tuple[ColumnClass, Node]]:
    fields = checker.fields(node, optional=list(ColumnClass)) if node else {}
    found: dict[str, tuple[ColumnClass, Node]] = {}
    for name, child in fields.items():
        for item in checker.items(child):
            column = checker.text(item)
            if column in found:
                checker.wrong(item, f"the column '{column}' has two classes.", "Leave it under the stricter one.")
            found[column] = (ColumnClass(name), item)
    return found


def _level(fields: Mapping[str, Node], known: Mapping[str, ColumnClass], checker: Checker) -> Level:
    diversity = Diversity(checker.choice(fields.get("diversity"), list(Diversity), default=Diversity.DISTINCT))
    least = checker.number(fields.get("l"), default=1.0) or 0.0
    if least < 1.0 or (diversity is Diversity.DISTINCT and least != int(least)):
        checker.wrong(fields.get("l"), "expected a number of values, at least 1.", "Only by entropy it may be 2.5.")
        least = 1.0
    far = checker.number(fields.get("t"), default=inf)
    if far is None or not 0.0 < far <= (inf if "t" not in fields else 1.0):
        checker.wrong(fields.get("t"), "a distance lies above 0 and is at most 1.")
        far = inf
    if ColumnClass.SENSITIVE not in known.values():
        for name in ("l", "t"):
            if name in fields:
                what = f"'{name}' is about sensitive columns, and there is none."
                checker.wrong(fields[name], what, "Name them under columns: sensitive, or leave it out.")
    return Level(
        k=checker.whole(fields.get("k"), default=_SMALLEST_K, at_least=_SMALLEST_K),
        l=least,
        diversity=diversity,
        t=far,
    )


def _share(node: Node | None, checker: Checker, *, default: float) -> float:
    found = checker.number(node, default=default)
    if found is None or not 0.0 <= found <= 1.0:
        checker.wrong(node, "expected a share between 0 and 1.", "Five per cent are 0.05.")
        return default
    return found


@dataclass(frozen=True, slots=True)
class _Named:
    """Reads fields that name columns, which have to be of some classes."""

    known: Mapping[str, ColumnClass]
    checker: Checker

    def column(self, node: Node | None, allowed: Collection[ColumnClass]) -> str:
        """One column."""
        return self._checked(self.checker.text(node), node, allowed)

    def columns(self, node: Node | None, allowed: Collection[ColumnClass]) -> tuple[str, ...]:
        """A list of columns."""
        return tuple(self.column(item, allowed) for item in self.checker.items(node))

    def files(self, node: Node | None, folder: Path) -> dict[str, Path]:
        """A file for each column, named from where the policy lies."""
        found = {}
        for column, child in self.checker.entries(node):
            self._checked(column, child, _GENERALISED)
            found[column] = folder / self.checker.text(child)
        return found

    def orders(self, node: Node | None) -> dict[str, tuple[str, ...]]:
        """The values of each column from low to high."""
        found = {}
        for column, child in self.checker.entries(node):
            self._checked(column, child, _GENERALISED_OR_WATCHED)
            found[column] = tuple(str(item.value) for item in self.checker.items(child))
            if len(set(found[column])) < len(found[column]):
                self.checker.wrong(child, "a value stands here twice.", "Name each value once, from low to high.")
        return found

    def weights(self, node: Node | None) -> dict[str, float]:
        """A number above zero for each column."""
        found = {}
        for column, child in self.checker.entries(node):
            self._checked(column, child, _GENERALISED)
            weight = self.checker.number(child, default=1.0) or 0.0
            if weight <= 0.0:
                self.checker.wrong(child, "a weight is larger than 0.", "2 keeps a column twice as exact as others.")
            found[column] = weight
        return found

    def _checked(self, column: str, node: Node | None, allowed: Collection[ColumnClass]) -> str:
        if not column or self.known.get(column) in allowed:
            return column
        if column not in self.known:
            what = f"the column '{column}' stands under no class."
            self.checker.wrong(node, what, did_you_mean(column, self.known) or "Name it under `columns`.")
        else:
            what = f"the column '{column}' is {self.known[column]}; here only {' and '.join(allowed)} ones count."
            self.checker.wrong(node, what, "Take it out here, or give it another class.")
        return column

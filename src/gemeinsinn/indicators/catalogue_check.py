"""Reading the files of a catalogue: every mistake in every file is found and named at once."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Collection, Mapping, MutableMapping
from dataclasses import dataclass, field
from itertools import pairwise

from gemeinsinn.concepts.periods import period_of
from gemeinsinn.indicators.cells import ages
from gemeinsinn.indicators.definition import (
    Beside,
    Break,
    Indicator,
    Operand,
    Part,
    PeerRule,
    SmallNumbers,
    Statistic,
    Sum,
    TableDefinition,
    Timing,
    Topic,
    Unit,
)
from gemeinsinn.indicators.methods.judgement import Polarity
from gemeinsinn.indicators.registers import RegisterOperand, register_operand
from gemeinsinn.settings.documents import Checker, Node


_ADDED_UP = ("amt", "district", "state", "country")
ID = re.compile(r"^[a-z][a-z0-9_]*$")
AGE_SPAN = re.compile(r"^\d+(-\d+|\+)?$")
_REQUIRED = ("topics", "title", "description", "why_it_matters", "plain", "unit", "decimals", "statistic", "polarity")
_FORMULA = ("numerator", "denominator", "multiplier", "value", "count", "change", "median")
_OPTIONAL = ("small_numbers", "breaks", "beside", "notes", "reference", "keywords", *_FORMULA)
_FORMULA_OF = {
    Statistic.PROPORTION: ("numerator", "denominator"),
    Statistic.RATE: ("numerator", "denominator"),
    Statistic.RATIO: ("numerator", "denominator"),
    Statistic.COUNT: ("count",),
    Statistic.CHANGE: ("change",),
    Statistic.MEDIAN: ("median",),
    Statistic.PUBLISHED: ("value",),
}
_MULTIPLIER_OF = {
    Unit.PERCENT: 100.0,
    Unit.PER_100: 100.0,
    Unit.PER_1000: 1_000.0,
    Unit.PER_10000: 10_000.0,
    Unit.PER_100000: 100_000.0,
    Unit.PER_1000_RESIDENTS: 1_000.0,
    Unit.PER_10000_RESIDENTS: 10_000.0,
    Unit.PER_100000_RESIDENTS: 100_000.0,
}


@dataclass(frozen=True, slots=True)
class Operands:
    """What formulas may name: the tables, and what they ask of registers, which is collected here."""

    tables: Mapping[str, TableDefinition]
    asked: MutableMapping[str, RegisterOperand] = field(default_factory=dict)
    """Questions to registers by the table that stands for the answers."""


def indicator_of(
    id: str, node: Node, checker: Checker, *, topics: Collection[str], tables: Operands
) -> Indicator | None:
    """One indicator's file; None if it is not even a mapping of fields."""
    checker.thing = "an indicator"
    if not ID.match(id):
        checker.wrong(node, f"'{id}' is no id: small letters, digits and _ only.", "Rename the file.")
    fields = checker.fields(node, required=_REQUIRED, optional=_OPTIONAL)
    if not fields:
        return None
    named = checker.choice(fields.get("statistic"), list(Statistic))
    statistic = Statistic(named or Statistic.RATIO)
    unit = Unit(checker.choice(fields.get("unit"), list(Unit), default=Unit.NUMBER))
    if named:
        _check_formula(fields, statistic, node, checker)
    numerator, denominator, change_years = _formula(fields, tables, checker)
    plain = node.plain()
    return Indicator(
        id=id,
        topics=_topics(fields.get("topics"), topics, checker),
        title=checker.words(fields.get("title")),
        description=checker.words(fields.get("description")),
        why_it_matters=checker.words(fields.get("why_it_matters")),
        plain=checker.words(fields.get("plain")),
        unit=unit,
        decimals=checker.whole(fields.get("decimals")),
        statistic=statistic,
        polarity=Polarity(checker.choice(fields.get("polarity"), list(Polarity), default=Polarity.NEUTRAL)),
        numerator=numerator,
        denominator=denominator,
        multiplier=_multiplier(fields, unit, statistic, checker),
        change_years=change_years,
        small_numbers=_small_numbers(fields.get("small_numbers"), named, checker),
        breaks=tuple(_break(item, checker) for item in checker.items(fields.get("breaks"))),
        beside=_beside(fields.get("beside"), checker),
        notes=checker.words(fields["notes"]) if "notes" in fields else {},
        reference=checker.text(fields.get("reference")),
        keywords=checker.texts(fields.get("keywords")),
        digest=hashlib.sha256(json.dumps(plain, sort_keys=True, default=str).encode()).hexdigest(),
    )


def check_beside(
    own: Indicator, node: Node, checker: Checker, *, indicators: Mapping[str, Indicator], names: Collection[str]
) -> None:
    """Whether the indicator beside which one is shown exists, is another one, and is told in the same unit.

    `names` are those of all files, also of files with a mistake that leaves no indicator to look at.
    """
    if own.beside is None or not own.beside.indicator:
        return
    named = node.value["beside"].value["indicator"]
    other = checker.choice(named, names)
    if other == own.id:
        checker.wrong(
            named, "an indicator cannot stand beside itself.", "Name the indicator of the official statistics."
        )
    elif other in indicators and indicators[other].unit is not own.unit:
        what = f"'{other}' is told in {indicators[other].unit}, this indicator in {own.unit}."
        checker.wrong(named, what, "Only indicators of one unit stand beside each other.")


def table_of(id: str, node: Node, checker: Checker, *, bases: Collection[str]) -> TableDefinition:
    """One harmonised table."""
    checker.thing = "a table"
    if not ID.match(id):
        checker.wrong(node, f"'{id}' is no id: small letters, digits and _ only.")
    fields = checker.fields(node, required=("title", "parts"), optional=("dimensions", "add_up", "restate_by"))
    parts = tuple(_part(item, checker, bases) for item in checker.items(fields.get("parts")))
    if "parts" in fields and not parts:
        checker.wrong(fields["parts"], "a table needs at least one part.")
    return TableDefinition(
        id=id,
        title=checker.words(fields.get("title")),
        parts=parts,
        dimensions=checker.texts(fields.get("dimensions")),
        add_up=_levels_added_up(fields.get("add_up"), checker),
        restate_by=checker.choice(fields.get("restate_by"), ("population", "area"), default=""),
    )


def topics_of(node: Node, checker: Checker) -> dict[str, Topic]:
    """`topics.yaml`: the fields of action in their order."""
    checker.thing = "a topic"
    found = {}
    for order, (id, child) in enumerate(checker.entries(node)):
        fields = checker.fields(child, required=("title", "description"), optional=("context",))
        found[id] = Topic(
            id,
            checker.words(fields.get("title")),
            checker.words(fields.get("description")),
            order,
            checker.truth(fields.get("context")),
        )
    return found


def bases_of(node: Node, checker: Checker) -> dict[str, Mapping[str, str]]:
    """`bases.yaml`: what population figures rest on (censuses), in words."""
    checker.thing = "a basis"
    return {id: checker.words(child) for id, child in checker.entries(node)}


def peers_of(node: Node, checker: Checker, *, indicators: Collection[str]) -> PeerRule:
    """`peers.yaml`: the declared features of similar areas."""
    checker.thing = "the rule of similar areas"
    fields = checker.fields(node, required=("features", "count"), optional=("logarithmic",))
    features = checker.texts(fields.get("features"))
    for item in checker.items(fields.get("features")):
        checker.choice(item, indicators)
    logarithmic = checker.texts(fields.get("logarithmic"))
    for item in checker.items(fields.get("logarithmic")):
        checker.choice(item, features)
    return PeerRule(features, logarithmic, checker.whole(fields.get("count"), default=5, at_least=1))


def _topics(node: Node | None, known: Collection[str], checker: Checker) -> tuple[str, ...]:
    chosen = tuple(checker.choice(item, known) for item in checker.items(node))
    if node is not None and not chosen:
        checker.wrong(node, "an indicator belongs to at least one topic.")
    return chosen


def _check_formula(fields: Mapping[str, Node], statistic: Statistic, node: Node, checker: Checker) -> None:
    needed = _FORMULA_OF[statistic]
    allowed = {*needed, "multiplier"} if "denominator" in needed else set(needed)
    for name in needed:
        if name not in fields:
            checker.wrong(node, f"a {statistic} needs the field '{name}'.")
    for name in _FORMULA:
        if name in fields and name not in allowed:
            checker.wrong(fields[name], f"a {statistic} has no field '{name}'.", f"It has: {', '.join(needed)}.")
    if "median" in fields and "median" in allowed:
        _check_classes(fields["median"], checker)


def _check_classes(node: Node, checker: Checker) -> None:
    """A median needs the classes of one table, one after the other and without gap."""
    where = node.value.get("where") if isinstance(node.value, dict) else None
    codes = dict(_where(where, Checker(checker.thing))).get("age", ())
    spans = sorted(span for code in codes if (span := ages(code)))
    gaps = any(before[1] + 1 != after[0] for before, after in pairwise(spans))
    if len(spans) != len(codes) or not spans or gaps:
        remedy = 'Write `where: {age: ["0-17", "18-64", "65+"]}`.'
        checker.wrong(node, "a median needs classes of age that follow each other without gap.", remedy)


def _formula(fields: Mapping[str, Node], tables: Operands, checker: Checker) -> tuple[Sum, Sum | None, int]:
    if "change" in fields:
        inner = checker.fields(fields["change"], required=("of", "years"))
        return _sum(inner.get("of"), tables, checker), None, checker.whole(inner.get("years"), default=1, at_least=1)
    above = next((fields[name] for name in ("numerator", "value", "count", "median") if name in fields), None)
    below = _sum(fields["denominator"], tables, checker) if "denominator" in fields else None
    return _sum(above, tables, checker), below, 0


def _sum(node: Node | None, tables: Operands, checker: Checker) -> Sum:
    if node is None:
        return Sum(())
    if isinstance(node.value, dict) and ("plus" in node.value or "minus" in node.value):
        fields = checker.fields(node, required=("plus",), optional=("minus",))
        plus, minus = checker.items(fields.get("plus")), checker.items(fields.get("minus"))
        if "plus" in fields and not plus:
            checker.wrong(fields["plus"], "a sum needs at least one table.")
        return Sum(
            tuple(_operand(item, tables, checker) for item in plus),
            tuple(_operand(item, tables, checker) for item in minus),
        )
    return Sum((_operand(node, tables, checker),))


def _operand(node: Node, operands: Operands, checker: Checker) -> Operand:
    if isinstance(node.value, dict) and "register" in node.value:
        asked, operand = register_operand(node, checker)
        operands.asked[operand.table] = asked
        return operand
    tables = operands.tables
    fields = checker.fields(node, required=("table",), optional=("where", "on"))
    table = checker.choice(fields.get("table"), tables)
    where = dict(_where(fields.get("where"), checker))
    known = tables[table].dimensions if table in tables else tuple(where)
    for name in where:
        if name not in known:
            remedy = f"It has: {', '.join(known)}." if known else "It has none."
            checker.wrong(fields["where"].value[name], f"the table '{table}' has no dimension '{name}'.", remedy)
    timing = Timing(checker.choice(fields.get("on"), list(Timing), default=Timing.SAME))
    return Operand(table, where, timing)


def _where(node: Node | None, checker: Checker) -> list[tuple[str, tuple[str, ...]]]:
    found = []
    for name, child in checker.entries(node):
        codes = tuple(str(item.value) for item in checker.items(child))
        if not codes:
            checker.wrong(child, f"no {name} is chosen.", "Leave the dimension out for its total.")
        if name == "age":
            for item, code in zip(checker.items(child), codes, strict=True):
                if code != "total" and not AGE_SPAN.match(code):
                    checker.wrong(item, f"'{code}' is no span of ages.", "Write 0-17, 65+ or total.")
        found.append((name, codes))
    return found


def _multiplier(fields: Mapping[str, Node], unit: Unit, statistic: Statistic, checker: Checker) -> float:
    if "denominator" not in _FORMULA_OF[statistic]:
        return 1.0
    usual = _MULTIPLIER_OF.get(unit, 1.0)
    given = checker.number(fields.get("multiplier"), default=usual)
    if given is None or given <= 0:
        checker.wrong(fields.get("multiplier"), "a multiplier is larger than zero.")
        return usual
    if statistic is not Statistic.RATIO and given != usual:
        checker.wrong(fields.get("multiplier"), f"the unit {unit} goes with the multiplier {usual:g}.")
    return given


def _small_numbers(node: Node | None, statistic: str, checker: Checker) -> SmallNumbers | None:
    if node is None:
        return None
    if statistic not in ("", Statistic.PROPORTION, Statistic.RATE):
        checker.wrong(node, "only a proportion or a rate has cases that can be too few.")
    fields = checker.fields(node, required=("fewer_than",), optional=("pool_years", "merge_to_amt"))
    return SmallNumbers(
        checker.whole(fields.get("fewer_than"), default=1, at_least=1),
        checker.whole(fields.get("pool_years"), default=1, at_least=1),
        checker.truth(fields.get("merge_to_amt")),
    )


def _break(node: Node, checker: Checker) -> Break:
    fields = checker.fields(node, required=("period", "kind", "text"))
    kind = checker.choice(fields.get("kind"), ("definition", "territory", "basis"), default="definition")
    return Break(_period(fields.get("period"), checker), kind, checker.words(fields.get("text")))


def _beside(node: Node | None, checker: Checker) -> Beside | None:
    if node is None:
        return None
    fields = checker.fields(node, required=("indicator", "difference"))
    return Beside(checker.text(fields.get("indicator")), checker.words(fields.get("difference")))


def _part(node: Node, checker: Checker, bases: Collection[str]) -> Part:
    fields = checker.fields(node, required=("source", "measure"), optional=("where", "levels", "basis", "from", "to"))
    levels = tuple(checker.choice(item, ("municipality", *_ADDED_UP)) for item in checker.items(fields.get("levels")))
    return Part(
        source=checker.text(fields.get("source")),
        measure=checker.text(fields.get("measure")),
        where=dict(_where(fields.get("where"), checker)),
        levels=levels,
        basis=tuple(_basis(item, checker, bases) for item in checker.items(fields.get("basis"))),
        first=_period(fields.get("from"), checker),
        last=_period(fields.get("to"), checker),
    )


def _levels_added_up(node: Node | None, checker: Checker) -> tuple[str, ...]:
    """`true` for every level above the municipality, or the levels by name."""
    if node is None or node.value is False:
        return ()
    if node.value is True:
        return _ADDED_UP
    return tuple(checker.choice(item, _ADDED_UP) for item in checker.items(node))


def _period(node: Node | None, checker: Checker) -> str:
    if node is None:
        return ""
    found = period_of(str(node.value))
    if found is None:
        checker.wrong(node, "this is no period.", "Write 2015, 2015/16 or 2015-06.")
        return ""
    return found.name


def _basis(node: Node, checker: Checker, bases: Collection[str]) -> tuple[str, str, str]:
    if isinstance(node.value, str):
        return "", "", checker.choice(node, bases)
    fields = checker.fields(node, required=("is",), optional=("from", "to"))
    first, last = _period(fields.get("from"), checker), _period(fields.get("to"), checker)
    return first, last, checker.choice(fields.get("is"), bases)

"""The instance's `registers.yaml`: every register with its delivery, its columns and its dimensions."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from gemeinsinn.concepts.registers import (
    AGE_CLASSES,
    AREA_DIMENSIONS,
    SPELL_COLUMNS,
    ColumnKind,
    CountingUnit,
    Dimension,
    Register,
)
from gemeinsinn.settings.documents import Checker, Node, read_document
from gemeinsinn.sources.registers.attributes import attribute_of, day_column
from gemeinsinn.sources.registers.codes import CodeList, read_codes
from gemeinsinn.sources.registers.declaration import (
    Attribute,
    DayColumn,
    DeliveryKind,
    EventColumns,
    EventKind,
    Meaning,
    RegisterDeclaration,
)
from gemeinsinn.sources.registers.deliveries import delivered_of


_ID = re.compile(r"^[a-z][a-z0-9_]*$")
_TAKEN = (
    *SPELL_COLUMNS, "file", "row", "day", "part", "begin", "step", "place", "event_id", "refers_to", "kind", "meaning",
    "sets", "effective", "ordinal", "is_unknown", "is_new",
)  # fmt: skip
"""Names that attributes cannot have, because something else has them."""
_REQUIRED = ("title", "unit", "origin", "delivery", "person", "columns")
_OPTIONAL = (
    "synthetic", "events", "valid_from", "valid_to", "dimensions", "index", "age_classes", "complete_from",
)  # fmt: skip


def read_registers(path: Path) -> dict[str, RegisterDeclaration]:
    """All registers of an instance, none if there is no file; every mistake is named in one `DefinitionError`."""
    if not path.is_file():
        return {}
    checker = Checker("a register")
    top = checker.fields(read_document(path), optional=("registers",))
    found = {name: _register(name, node, checker, path.parent) for name, node in checker.entries(top.get("registers"))}
    checker.raise_if_wrong()
    return found


def _register(name: str, node: Node, checker: Checker, folder: Path) -> RegisterDeclaration:
    if not _ID.match(name):
        checker.wrong(node, f"'{name}' is no id of a register.", "Use small letters, digits and _.")
    fields = checker.fields(node, required=_REQUIRED, optional=_OPTIONAL)
    lists = _CodeLists(folder, checker)
    dimensions = _dimensions(fields.get("dimensions"), checker, lists)
    attributes = tuple(
        _with_codes(attribute_of(id, child, checker, folder), dimensions, lists, child)
        for id, child in checker.entries(fields.get("columns"))
    )
    _check_names(attributes, dimensions, fields, checker)
    delivered = delivered_of(fields.get("delivery"), checker)
    register = Register(
        id=name,
        title=checker.words(fields.get("title")),
        unit=CountingUnit(checker.choice(fields.get("unit"), list(CountingUnit), default="person")),
        columns=tuple(attribute.column for attribute in attributes),
        dimensions={dimension.name: dimension for dimension in dimensions.values()},
        index=tuple(checker.choice(item, list(dimensions)) for item in checker.items(fields.get("index"))),
        age_classes=_ages(fields.get("age_classes"), checker),
        synthetic=checker.truth(fields.get("synthetic")),
        complete_from=checker.day(fields.get("complete_from")),
    )
    declaration = RegisterDeclaration(
        register=register,
        origin_id=checker.text(fields.get("origin")),
        delivered=delivered,
        person=checker.texts(fields.get("person")),
        attributes=attributes,
        events=_events(fields.get("events"), checker, attributes),
        valid_from=day_column(fields.get("valid_from"), checker),
        valid_to=day_column(fields.get("valid_to"), checker),
    )
    _check_kind(declaration, node, checker)
    return replace(declaration, digest=_digest(declaration, node))


class _CodeLists:
    """The code lists that a file names, each read once."""

    def __init__(self, folder: Path, checker: Checker) -> None:
        self._folder = folder
        self._checker = checker
        self._read: dict[str, CodeList] = {}

    def at(self, node: Node | None) -> CodeList | None:
        name = self._checker.text(node)
        if name and name not in self._read:
            self._read[name] = read_codes(self._folder / name, self._checker.findings)
        return self._read.get(name)


def _dimensions(node: Node | None, checker: Checker, lists: _CodeLists) -> dict[str, Dimension]:
    found = {}
    for name, child in checker.entries(node):
        fields = checker.fields(child, required=("column", "codes"), optional=("title",))
        codes = lists.at(fields.get("codes")) or CodeList({}, ())
        title = checker.words(fields["title"]) if "title" in fields else {"de": name, "en": name}
        column = checker.text(fields.get("column"))
        if name in (*AREA_DIMENSIONS, "age", "age_class"):
            checker.wrong(child, f"every register has the dimension '{name}'.", "Choose another name.")
        found[name] = Dimension(name, column, title, codes.categories, codes.category_of)
    return found


def _with_codes(attribute: Attribute, dimensions: Mapping[str, Dimension], lists: _CodeLists, node: Node) -> Attribute:
    """The attribute with the codes that its own list and those of its dimensions all know."""
    own = lists.at(node.value.get("codes")) if isinstance(node.value, dict) else None
    known = [set(own.category_of)] if own else []
    known += [set(each.category_of) for each in dimensions.values() if each.column == attribute.column.name]
    return replace(attribute, codes=frozenset(set.intersection(*known))) if known else attribute


def _check_names(
    attributes: tuple[Attribute, ...],
    dimensions: Mapping[str, Dimension],
    fields: Mapping[str, Node],
    checker: Checker,
) -> None:
    """Columns have names of their own, dimensions name columns with codes, mappings lead to codes that exist."""
    by_name = {attribute.column.name: attribute for attribute in attributes}
    for name, child in checker.entries(fields.get("columns")):
        if name in _TAKEN or not _ID.match(name):
            remedy = "Choose another one of small letters, digits and _."
            checker.wrong(child, f"'{name}' cannot be the name of a column.", remedy)
        attribute = by_name[name]
        unknown = {each.code for each in attribute.mapping or ()} - (attribute.codes or set())
        if attribute.codes is not None and unknown:
            what = f"its mapping leads to {len(unknown)} codes that its code list does not have: {min(unknown)} …"
            checker.wrong(child, what, "Add them to the list.")
    for _, child in checker.entries(fields.get("dimensions")):
        column = child.value.get("column") if isinstance(child.value, dict) else None
        checker.choice(column, [each for each in by_name if by_name[each].column.kind is ColumnKind.CODE])


def _ages(node: Node | None, checker: Checker) -> tuple[int, ...]:
    if node is None:
        return AGE_CLASSES
    ages = tuple(checker.whole(item) for item in checker.items(node))
    if not ages or ages[0] != 0 or list(ages) != sorted(set(ages)):
        checker.wrong(node, "the first ages of classes begin with 0 and rise.", "Write [0, 18, 65].")
        return AGE_CLASSES
    return ages


def _events(node: Node | None, checker: Checker, attributes: tuple[Attribute, ...]) -> EventColumns | None:
    if node is None:
        return None
    fields = checker.fields(node, required=("id", "kind", "effective", "kinds"), optional=("refers_to",))
    names = [attribute.column.name for attribute in attributes]
    kinds = {name: _event_kind(child, checker, names) for name, child in checker.entries(fields.get("kinds"))}
    return EventColumns(
        id=checker.text(fields.get("id")),
        refers_to=checker.text(fields.get("refers_to")),
        kind=checker.text(fields.get("kind")),
        effective=day_column(fields.get("effective"), checker) or DayColumn(""),
        kinds=kinds,
    )


def _event_kind(node: Node, checker: Checker, columns: list[str]) -> EventKind:
    """`start`, or `{change: [area]}` for a change that sets some attributes only."""
    if not isinstance(node.value, dict):
        return EventKind(Meaning(checker.choice(node, list(Meaning), default="change")))
    fields = checker.fields(node, required=("change",))
    sets = tuple(checker.choice(item, columns) for item in checker.items(fields.get("change")))
    return EventKind(Meaning.CHANGE, sets)


def _check_kind(declaration: RegisterDeclaration, node: Node, checker: Checker) -> None:
    """Changes have events and nobody else has; a whole history says from when to when."""
    kind = declaration.delivered.kind
    is_changes = kind is DeliveryKind.CHANGES
    if is_changes and declaration.events is None:
        checker.wrong(node, "a register that is delivered as changes needs the field 'events'.")
    if not is_changes and declaration.events is not None:
        checker.wrong(node, f"a register that is delivered as '{kind}' has no events.", "Leave `events` out.")
    if kind is DeliveryKind.FULL and (declaration.valid_from is None or declaration.valid_to is None):
        checker.wrong(node, "a whole history needs the fields 'valid_from' and 'valid_to'.")
    if not declaration.person:
        checker.wrong(node, "the register does not say who is who.", "Name the columns in `person`.")
    areas = [each for each in declaration.register.columns if each.kind is ColumnKind.AREA]
    births = [each for each in declaration.register.columns if each.kind is ColumnKind.BIRTH]
    if len(areas) > 1 or len(births) > 1:
        checker.wrong(node, "a register has one area and one birth at most.", "Make the other one a code or a date.")


def _digest(declaration: RegisterDeclaration, node: Node) -> str:
    """A hash over what is declared and what the named files say."""
    read = [
        [attribute.column.name, sorted(attribute.codes or ()), [str(each) for each in attribute.mapping or ()]]
        for attribute in declaration.attributes
    ]
    text = json.dumps([node.plain(), read], sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()

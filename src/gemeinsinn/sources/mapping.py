"""A declared mapping: which columns of any CSV or workbook hold the area, the period, dimensions and values."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from gemeinsinn.concepts.observations import ObsStatus
from gemeinsinn.concepts.periods import period_of
from gemeinsinn.settings.documents import Checker, Node


@dataclass(frozen=True, slots=True)
class DimensionColumn:
    """A dimension: its column and the code of each label; labels without a code stay as they are."""

    column: str
    codes: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ValueColumns:
    """One column of values, or all whose head matches a pattern; a group named `period` in it is the period."""

    column: str
    pattern: re.Pattern[str] | None
    measure: str
    unit: str


@dataclass(frozen=True, slots=True)
class TableMapping:
    """How to read one kind of file; see the reference of sources for each field."""

    area_column: str
    area_value: str
    area_by: str
    """`key`: an official key; `name`: the name of a municipality or district."""
    period_column: str
    period_value: str
    values: tuple[ValueColumns, ...]
    dimensions: Mapping[str, DimensionColumn] = field(default_factory=dict)
    encoding: str = ""
    delimiter: str = ""
    decimal: str = ","
    grouping: str = ""
    sheet: str = ""
    header_row: int = 1
    marks: Mapping[str, ObsStatus] = field(default_factory=dict)
    skip: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Rows to leave out, e.g. totals: column and the labels in it."""
    title: str = ""


_FIELDS = (
    "title", "encoding", "delimiter", "decimal", "grouping", "sheet", "header_row", "period", "dimensions", "marks",
    "skip",
)  # fmt: skip


def mapping_of(node: Node, checker: Checker) -> TableMapping:
    """Read a mapping; every mistake is noted with the checker."""
    fields = checker.fields(node, required=("area", "values"), optional=_FIELDS)
    area_column, area_value, area_by = _area(fields.get("area"), checker)
    period_column, period_value = _period(fields.get("period"), checker)
    values = tuple(_value(item, checker) for item in checker.items(fields.get("values")))
    if not values and "values" in fields:
        checker.wrong(fields["values"], "a mapping needs at least one column of values.")
    periods_in_heads = any(value.pattern and "period" in value.pattern.groupindex for value in values)
    if not (period_column or period_value or periods_in_heads):
        checker.wrong(node, "the mapping names no period.", "Say `period: {column: …}`, or `period: {value: 2015}`.")
    decimal = checker.choice(fields.get("decimal"), (",", "."), default=",")
    grouping = checker.choice(fields.get("grouping"), (".", ",", " ", "'"), default="")
    if decimal == grouping:
        checker.wrong(fields.get("grouping"), f"'{grouping}' is the decimal mark too.", "Declare `decimal` as well.")
    return TableMapping(
        area_column=area_column,
        area_value=area_value,
        area_by=area_by,
        period_column=period_column,
        period_value=period_value,
        values=values,
        dimensions=dict(_dimensions(fields.get("dimensions"), checker)),
        encoding=checker.text(fields.get("encoding")),
        delimiter=_delimiter(fields.get("delimiter"), checker),
        decimal=decimal,
        grouping=grouping,
        sheet=checker.text(fields.get("sheet")),
        header_row=checker.whole(fields.get("header_row"), default=1, at_least=1),
        marks={
            sign: ObsStatus(checker.choice(child, [str(status) for status in ObsStatus], default="source-empty"))
            for sign, child in checker.entries(fields.get("marks"))
        },
        skip={column: checker.texts(child) for column, child in checker.entries(fields.get("skip"))},
        title=checker.text(fields.get("title")),
    )


def _area(node: Node | None, checker: Checker) -> tuple[str, str, str]:
    if node is None:
        return "", "", "key"
    fields = checker.fields(node, optional=("column", "value", "by"))
    column, value = checker.text(fields.get("column")), checker.text(fields.get("value"))
    if bool(column) == bool(value):
        checker.wrong(node, "an area is either a `column` or one `value` for the whole file.")
    return column, value, checker.choice(fields.get("by"), ("key", "name"), default="key")


def _period(node: Node | None, checker: Checker) -> tuple[str, str]:
    if node is None:
        return "", ""
    fields = checker.fields(node, optional=("column", "value"))
    value = fields.get("value")
    if value and period_of(str(value.value)) is None:
        checker.wrong(value, f"'{value.value}' is no period.", "Write 2015 or 31.12.2015.")
    return checker.text(fields.get("column")), str(value.value) if value else ""


def _value(node: Node, checker: Checker) -> ValueColumns:
    fields = checker.fields(node, required=("measure", "unit"), optional=("column", "columns"))
    column, columns = checker.text(fields.get("column")), checker.text(fields.get("columns"))
    if bool(column) == bool(columns):
        checker.wrong(node, "values stand either in one `column` or in `columns` that match a pattern.")
    return ValueColumns(
        column,
        _pattern(fields.get("columns"), checker),
        checker.text(fields.get("measure")),
        checker.text(fields.get("unit")),
    )


def _pattern(node: Node | None, checker: Checker) -> re.Pattern[str] | None:
    text = checker.text(node)
    if not text:
        return None
    try:
        return re.compile(text)
    except re.error as error:
        checker.wrong(node, f"'{text}' is no pattern: {error}.")
        return None


def _dimensions(node: Node | None, checker: Checker) -> list[tuple[str, DimensionColumn]]:
    found = []
    for name, child in checker.entries(node):
        fields = checker.fields(child, required=("column",), optional=("codes",))
        codes = {label: checker.text(code) for label, code in checker.entries(fields.get("codes"))}
        found.append((name, DimensionColumn(checker.text(fields.get("column")), codes)))
    return found


def _delimiter(node: Node | None, checker: Checker) -> str:
    if node is None:
        return ""
    if isinstance(node.value, str) and len(node.value) == 1:
        return node.value
    checker.wrong(node, "a delimiter is one character.")
    return ""

"""Columns of a declared register: the day columns, and how delivered text becomes an attribute."""

from __future__ import annotations

from pathlib import Path

from gemeinsinn.concepts.registers import Column, ColumnKind
from gemeinsinn.settings.documents import Checker, Node
from gemeinsinn.sources.registers.codes import read_mapping
from gemeinsinn.sources.registers.declaration import Attribute, DayColumn


ISO = "%Y-%m-%d"
_DATED = (ColumnKind.BIRTH, ColumnKind.DATE)
_CODED = (ColumnKind.AREA, ColumnKind.CODE)


def attribute_of(name: str, node: Node, checker: Checker, folder: Path) -> Attribute:
    """The attribute of an entry in `columns`; every mistake is noted with the checker."""
    optional = ("map", "codes", "date", "decimal", "optional")
    fields = checker.fields(node, required=("kind", "from"), optional=optional)
    kind = ColumnKind(checker.choice(fields.get("kind"), list(ColumnKind), default="code"))
    for field, kinds in (("map", _CODED), ("codes", _CODED), ("date", _DATED), ("decimal", (ColumnKind.AMOUNT,))):
        if field in fields and kind not in kinds:
            checker.wrong(fields[field], f"a column of the kind '{kind}' takes no '{field}'.")
    file = checker.text(fields.get("map"))
    return Attribute(
        column=Column(name, kind),
        source=checker.text(fields.get("from")),
        formats=(checker.texts(fields.get("date")) or (ISO,)) if kind in _DATED else (),
        mapping=read_mapping(folder / file, checker.findings) if file else None,
        decimal=checker.choice(fields.get("decimal"), (".", ","), default="."),
        optional=checker.truth(fields.get("optional")),
    )


def day_column(node: Node | None, checker: Checker) -> DayColumn | None:
    """A column with a day: its name alone, or `{from: …, date: …, inclusive: true}`."""
    if node is None:
        return None
    if not isinstance(node.value, dict):
        return DayColumn(checker.text(node))
    fields = checker.fields(node, required=("from",), optional=("date", "inclusive"))
    return DayColumn(
        source=checker.text(fields.get("from")),
        formats=checker.texts(fields.get("date")) or (ISO,),
        inclusive=checker.truth(fields.get("inclusive")),
    )

"""The instance's `sources.yaml`: every source with its format, its place, its origin and what is known of its data."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

from gemeinsinn.concepts.observations import STATUS_OF_SIGN
from gemeinsinn.concepts.origins import Origin
from gemeinsinn.concepts.periods import period_of
from gemeinsinn.settings.documents import Checker, Node, read_document
from gemeinsinn.sources.formats import FORMATS, ReadOptions
from gemeinsinn.sources.mapping import mapping_of


AT_KEY_DATE = "key_date"
"""The territory of each row is that of its own key date or the end of its period."""

_ID = re.compile(r"^[a-z0-9][a-z0-9_-]*$")
_ANY_YEAR = "2001"


@dataclass(frozen=True, slots=True)
class SourceDeclaration:
    """One source as declared; `options` go to the reader of its format."""

    id: str
    format: str
    location: str
    origin_id: str
    origin: Origin
    options: ReadOptions
    key_date: str = ""
    """Month and day of the key date (12-31), where the file names only the year."""
    territory: str = AT_KEY_DATE
    """`key_date`, or the one date whose territory all rows have."""
    partial: bool = False
    """True if a delivery adds to the table; false if it replaces it as a whole."""
    zero_signs: tuple[str, ...] = ()
    """Signs that mean exactly zero in this source, with the evidence in `evidence`."""
    evidence: Mapping[str, str] = field(default_factory=dict)
    """How we know what the file does not say itself, in words by language."""
    next_update: Mapping[str, str] = field(default_factory=dict)
    """When the next data are due, in words by language."""
    may_shrink: float = 0.2
    """The share of rows that a delivery may lack against the last before it is refused as cut short."""
    declared: Mapping[str, Any] = field(default_factory=dict)
    """The declaration as written, so that a change of it is noticed."""


_FIELDS = (
    "title", "table_code", "period", "key_date", "territory", "partial", "zero_signs", "evidence", "next_update",
    "may_shrink", "encoding", "unit", "under", "mapping", "synthetic",
)  # fmt: skip


def read_sources(path: Path) -> dict[str, SourceDeclaration]:
    """All sources of an instance; every mistake in the file is named in one `DefinitionError`."""
    checker = Checker("a source")
    top = checker.fields(read_document(path), optional=("origins", "sources"))
    origins = {name: _origin(node, checker) for name, node in checker.entries(top.get("origins"))}
    found = {name: _source(name, node, origins, checker) for name, node in checker.entries(top.get("sources"))}
    checker.raise_if_wrong()
    return found


def read_origins(path: Path) -> dict[str, Origin]:
    """The origins of an instance, which its registers name, too."""
    checker = Checker("an origin")
    top = checker.fields(read_document(path), optional=("origins", "sources"))
    found = {name: _origin(node, checker) for name, node in checker.entries(top.get("origins"))}
    checker.raise_if_wrong()
    return found


def _origin(node: Node, checker: Checker) -> Origin:
    fields = checker.fields(
        node, required=("publisher", "licence", "attribution"), optional=("title", "url", "changed", "synthetic")
    )
    return Origin(
        publisher=checker.text(fields.get("publisher")),
        title=checker.text(fields.get("title")),
        licence=checker.text(fields.get("licence")),
        attribution=checker.text(fields.get("attribution")),
        url=checker.text(fields.get("url")),
        changed=checker.words(fields["changed"]) if "changed" in fields else {},
        synthetic=checker.truth(fields.get("synthetic")),
    )


def _source(name: str, node: Node, origins: Mapping[str, Origin], checker: Checker) -> SourceDeclaration:
    if not _ID.match(name):
        checker.wrong(node, f"'{name}' is no id of a source.", "Use small letters, digits, - and _.")
    fields = checker.fields(node, required=("format", "location", "origin"), optional=_FIELDS)
    origin_id = checker.choice(fields.get("origin"), list(origins), default="")
    format_name = checker.choice(fields.get("format"), list(FORMATS), default="")
    return SourceDeclaration(
        id=name,
        format=format_name,
        location=checker.text(fields.get("location")),
        origin_id=origin_id,
        origin=_with_title(origins.get(origin_id), fields, checker),
        options=_options(format_name, fields, node, checker),
        key_date=_key_date(fields.get("key_date"), checker),
        territory=_territory(fields.get("territory"), checker),
        partial=checker.truth(fields.get("partial")),
        zero_signs=_signs(fields.get("zero_signs"), fields, checker),
        evidence=checker.words(fields["evidence"]) if "evidence" in fields else {},
        next_update=checker.words(fields["next_update"]) if "next_update" in fields else {},
        may_shrink=_share(fields.get("may_shrink"), checker),
        declared=node.plain() if isinstance(node.value, dict) else {},
    )


def _with_title(origin: Origin | None, fields: Mapping[str, Node], checker: Checker) -> Origin:
    if origin is None:
        return Origin("", "", "", "")
    return replace(
        origin,
        title=checker.text(fields.get("title"), default=origin.title),
        table_code=checker.text(fields.get("table_code")),
        synthetic=checker.truth(fields.get("synthetic"), default=origin.synthetic),
    )


def _options(format_name: str, fields: Mapping[str, Node], node: Node, checker: Checker) -> ReadOptions:
    known = FORMATS[format_name].options if format_name in FORMATS else ()
    options = {}
    for name in ("period", "encoding", "unit", "under"):
        if name in fields and name not in known and format_name:
            checker.wrong(fields[name], f"the format '{format_name}' takes no '{name}'.")
        elif name in fields:
            options[name] = _written(fields[name])
    period = options.get("period", "")
    if period and period_of(period) is None:
        checker.wrong(fields["period"], f"'{period}' is no period.", "Write 2015 or 31.12.2015.")
    if period and not fields.get("evidence"):
        checker.wrong(fields["period"], "a declared period needs `evidence`: how do we know it?")
    if "territory" in known and "territory" in fields:
        options["territory"] = _written(fields["territory"])
    mapping = mapping_of(fields["mapping"], checker) if "mapping" in fields else None
    if format_name == "mapped" and mapping is None:
        checker.wrong(node, "the format 'mapped' needs the field 'mapping'.")
    return ReadOptions(options, mapping)


def _written(node: Node | None) -> str:
    if node is None:
        return ""
    value = node.value
    return value.isoformat() if isinstance(value, date) else str(value)


def _key_date(node: Node | None, checker: Checker) -> str:
    text = _written(node)
    found = period_of(f"{_ANY_YEAR}-{text}")
    if text and (found is None or found.valid_on is None):
        checker.wrong(node, f"'{text}' is no month and day of every year.", 'Write "12-31".')
    return text


def _territory(node: Node | None, checker: Checker) -> str:
    text = _written(node) or AT_KEY_DATE
    if text == AT_KEY_DATE:
        return text
    found = period_of(text)
    if found is None or found.valid_on is None:
        checker.wrong(node, f"'{text}' is no date of a territory.", f"Write 2021-12-31 or {AT_KEY_DATE}.")
        return AT_KEY_DATE
    return found.valid_on.isoformat()


def _signs(node: Node | None, fields: Mapping[str, Node], checker: Checker) -> tuple[str, ...]:
    signs = checker.texts(node)
    for sign in signs:
        if sign not in STATUS_OF_SIGN:
            checker.wrong(node, f"'{sign}' is no sign.", f"Known: {' '.join(filter(None, STATUS_OF_SIGN))}.")
    if signs and not fields.get("evidence"):
        checker.wrong(node, "a sign that means zero needs `evidence`: how do we know it?")
    return signs


def _share(node: Node | None, checker: Checker) -> float:
    share = checker.number(node, default=0.2)
    if share is None or not 0 <= share <= 1:
        checker.wrong(node, "a share lies between 0 and 1.")
        return 0.2
    return share

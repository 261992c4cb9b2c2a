"""How a register is delivered: the field `delivery` of a declaration."""

from __future__ import annotations

import re
from collections.abc import Mapping

from gemeinsinn.settings.documents import Checker, Node
from gemeinsinn.sources.registers.days import LAST, DayPattern, day_pattern
from gemeinsinn.sources.registers.declaration import Database, Delivered, DeliveryFormat, DeliveryKind


_OF_FORMAT: Mapping[DeliveryFormat, tuple[str, ...]] = {
    DeliveryFormat.CSV: ("encoding", "delimiter", "headings", "location", "dated_by", "day"),
    DeliveryFormat.XLSX: ("sheet", "headings", "totals", "totals_count", "location", "dated_by", "day"),
    DeliveryFormat.POSTGRESQL: ("dsn_variable", "dsn_file", "query_file", "timeout_seconds"),
}
_EVERY = ("may_shrink", "may_reject")
_DAY = re.compile(r"first|last|(0\d|1[0-2])-([0-2]\d|3[01])")
_CODECS = ("utf-8", "cp1252", "iso-8859-1", "iso-8859-15", "utf-16", "cp850")


def delivered_of(node: Node | None, checker: Checker) -> Delivered:
    """The delivery of a register; every mistake is noted with the checker."""
    if node is None:
        return Delivered(DeliveryKind.CHANGES, DeliveryFormat.CSV)
    options = dict.fromkeys([name for names in _OF_FORMAT.values() for name in names] + list(_EVERY))
    fields = checker.fields(node, required=("kind", "format"), optional=list(options))
    form = DeliveryFormat(checker.choice(fields.get("format"), list(DeliveryFormat), default="csv"))
    for name, child in fields.items():
        if name in options and name not in (*_OF_FORMAT[form], *_EVERY):
            checker.wrong(child, f"the format '{form}' takes no '{name}'.")
    _check_place(form, fields, node, checker)
    return Delivered(
        kind=DeliveryKind(checker.choice(fields.get("kind"), list(DeliveryKind), default="changes")),
        format=form,
        location=checker.text(fields.get("location")),
        days=_days(fields, checker),
        encoding=checker.choice(fields.get("encoding"), _CODECS, default="utf-8"),
        delimiter="," if form is DeliveryFormat.POSTGRESQL else _delimiter(fields.get("delimiter"), checker),
        sheet=checker.text(fields.get("sheet")),
        headings={column: checker.texts(child) for column, child in checker.entries(fields.get("headings"))},
        totals=checker.texts(fields.get("totals")),
        totals_count=checker.choice(fields.get("totals_count"), ("rows",)),
        database=Database(
            dsn_variable=checker.text(fields.get("dsn_variable")),
            dsn_file=checker.text(fields.get("dsn_file")),
            query_file=checker.text(fields.get("query_file")),
            timeout_seconds=checker.whole(fields.get("timeout_seconds"), default=300, at_least=1),
        ),
        may_shrink=_share(fields.get("may_shrink"), checker, default=0.2),
        may_reject=_share(fields.get("may_reject"), checker, default=0.1),
    )


def _check_place(form: DeliveryFormat, fields: Mapping[str, Node], node: Node, checker: Checker) -> None:
    """Files have a location; a database has an address that stands elsewhere, and a query."""
    if form is not DeliveryFormat.POSTGRESQL:
        if "location" not in fields:
            checker.wrong(node, "the delivery needs the field 'location'.")
        return
    if ("dsn_variable" in fields) == ("dsn_file" in fields):
        what = "the address of the database stands either in a variable of the environment or in a file."
        checker.wrong(node, what, "Name one of `dsn_variable` and `dsn_file`.")
    if "query_file" not in fields:
        checker.wrong(node, "the delivery needs the field 'query_file'.")


def _days(fields: Mapping[str, Node], checker: Checker) -> DayPattern | None:
    node = fields.get("dated_by")
    on = checker.text(fields.get("day"), default=LAST)
    if not _DAY.fullmatch(on):
        checker.wrong(fields.get("day"), f"'{on}' is no day of every period.", "Write first, last or 03-01.")
        on = LAST
    if node is None:
        return None
    found = day_pattern(checker.text(node), on)
    if isinstance(found, str):
        checker.wrong(node, found, "Write it as in aenderungen_{date:%Y%m%d} or {year}-Q{quarter}.")
        return None
    return found


def _delimiter(node: Node | None, checker: Checker) -> str:
    if node is None:
        return ";"
    if isinstance(node.value, str) and len(node.value) == 1:
        return node.value
    checker.wrong(node, "a delimiter is one character.")
    return ";"


def _share(node: Node | None, checker: Checker, *, default: float) -> float:
    share = checker.number(node, default=default)
    if share is None or not 0 <= share <= 1:
        checker.wrong(node, "a share lies between 0 and 1.")
        return default
    return share

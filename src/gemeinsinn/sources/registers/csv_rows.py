"""Rows of a CSV as a register sends it: the declared encoding and delimiter, a mark at its beginning, cut or whole."""

from __future__ import annotations

import io
from collections.abc import Sequence

import polars as pl

from gemeinsinn.errors import DeliveryError
from gemeinsinn.sources.registers.declaration import Delivered
from gemeinsinn.sources.registers.rows import ROW, RawRows, check_headings, named
from gemeinsinn.sources.text import WORKBOOKS, separated


_FIRST_ROW = 2
_WIDE = "utf-16"


def read_csv(content: bytes, *, name: str, delivered: Delivered, columns: Sequence[str]) -> RawRows:
    """Read a CSV; `DeliveryError` if it is not what is declared or was cut short."""
    text = _decoded(content, name, delivered.encoding)
    head_line, _, body = text.partition("\n")
    heads = separated(head_line.rstrip("\r"), name=name, delimiter=delivered.delimiter)
    if not heads or not any(cell.strip() for cell in heads[0]):
        raise DeliveryError("the file is empty.", where=name, remedy="Fetch it again.")
    headings = named(heads[0], delivered.headings)
    check_headings(headings, columns, name=name, row=1)
    frame = _quickly(body, headings, columns, delivered.delimiter)
    if frame is not None:
        return RawRows(frame, tuple(headings))
    return _carefully(text, headings, columns, name=name, delimiter=delivered.delimiter)


def _decoded(content: bytes, name: str, encoding: str) -> str:
    """The text in its declared encoding; an encoding that takes any byte does not get to read UTF-8 wrongly."""
    if content.startswith(WORKBOOKS):
        what = "this is a workbook and no text."
        raise DeliveryError(what, where=name, remedy="Ask for CSV, or declare `format: xlsx`.")
    remedy = "Ask the sender for the declared encoding, or declare the one it has in `encoding`."
    try:
        text = content.decode("utf-8-sig" if encoding == "utf-8" else encoding)
    except ValueError as error:
        line = content[: getattr(error, "start", 0)].count(b"\n") + 1
        raise DeliveryError(f"row {line} is not {encoding} text.", where=name, remedy=remedy) from error
    if encoding not in ("utf-8", _WIDE) and not content.isascii() and _is_utf8(content):
        raise DeliveryError(f"the file is UTF-8, and {encoding} is declared.", where=name, remedy=remedy)
    return text


def _is_utf8(content: bytes) -> bool:
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _quickly(body: str, headings: Sequence[str], columns: Sequence[str], delimiter: str) -> pl.DataFrame | None:
    """The rows by a fast reader, where nothing needs a closer look: no quotation marks, equally many cells a row."""
    body = body.replace("\r\n", "\n") if "\r" in body else body
    if not body:
        return pl.DataFrame(schema={**dict.fromkeys(columns, pl.String()), ROW: pl.Int32()})
    if '"' in body or "\r" in body or not body.endswith("\n"):
        return None
    rows = body.count("\n")
    if body.count(delimiter) != rows * (len(headings) - 1) or "\n\n" in body or body.startswith("\n"):
        return None
    try:
        frame = pl.read_csv(
            io.BytesIO(body.encode()),
            has_header=False,
            new_columns=[f"{place}" for place in range(len(headings))],
            separator=delimiter,
            quote_char=None,
            infer_schema=False,
            empty_string_is_null=False,
        )
    except pl.exceptions.PolarsError:
        return None
    if frame.height != rows:
        return None
    wanted = {column: frame[str(headings.index(column))] for column in columns}
    numbers = pl.int_range(_FIRST_ROW, rows + _FIRST_ROW, dtype=pl.Int32, eager=True)
    return pl.DataFrame({**wanted, ROW: numbers})


def _carefully(text: str, headings: Sequence[str], columns: Sequence[str], *, name: str, delimiter: str) -> RawRows:
    """The rows one by one; those with more or fewer cells than the head are told apart."""
    rows = separated(text, name=name, delimiter=delimiter)
    places = [headings.index(column) for column in columns]
    kept: list[tuple[str | int, ...]] = []
    malformed = []
    for number, row in enumerate(rows[1:], start=_FIRST_ROW):
        if len(row) == len(headings):
            kept.append((*(row[place] for place in places), number))
        elif any(cell.strip() for cell in row):
            malformed.append(number)
    is_open = not text.endswith("\n")
    if is_open and malformed and malformed[-1] == len(rows):
        what = f"the file ends in the middle of row {len(rows)}: it was cut short."
        raise DeliveryError(what, where=name, remedy="Fetch it again; nothing of it was taken in.")
    schema = {**dict.fromkeys(columns, pl.String()), ROW: pl.Int32()}
    return RawRows(pl.DataFrame(kept, schema=schema, orient="row"), tuple(headings), tuple(malformed))

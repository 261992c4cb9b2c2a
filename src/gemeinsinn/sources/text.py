"""Text as German authorities send it: encodings, rows, decimal commas, and the signs that stand for a missing value."""

from __future__ import annotations

import csv
import io
import re

import polars as pl

from gemeinsinn.concepts.observations import STATUS_OF_SIGN, ObsStatus
from gemeinsinn.errors import DeliveryError


_BYTE_ORDER_MARK = "\ufeff"
_END = "end of file"
WORKBOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
"""How files of .xlsx (and .zip) and of .xls begin."""


def decoded(content: bytes, *, name: str, encoding: str = "") -> tuple[str, str]:
    """Text and encoding: the declared one, else UTF-8 (with or without mark), else Windows-1252.

    Windows-1252 contains ISO-8859-1 and maps nearly every byte, so it comes last. Raises `DeliveryError` if the
    declared encoding is not that of the file, or the file is a workbook.
    """
    if content.startswith(WORKBOOKS):
        remedy = "Fetch the table as CSV, or read the workbook as `mapped` with a mapping."
        raise DeliveryError("this is a workbook and no text.", where=name, remedy=remedy)
    if encoding:
        try:
            return content.decode(encoding).removeprefix(_BYTE_ORDER_MARK), encoding
        except (ValueError, LookupError) as error:
            remedy = "Leave `encoding` out to have it detected, or declare the right one (utf-8, cp1252, …)."
            raise DeliveryError(f"the file is not {encoding} text.", where=name, remedy=remedy) from error
    try:
        return content.decode("utf-8-sig"), "utf-8"
    except UnicodeDecodeError:
        pass
    try:
        return content.decode("cp1252"), "cp1252"
    except UnicodeDecodeError:
        return content.decode("iso-8859-1"), "iso-8859-1"


def separated(text: str, *, name: str, delimiter: str = ";") -> list[list[str]]:
    """The rows of a CSV; `DeliveryError` if a quotation mark is left open, which would swallow all rows behind it."""
    ended = io.StringIO(f"{text.rstrip()}\n{_END}", newline="")
    rows: list[list[str]] = []
    try:
        rows += csv.reader(ended, delimiter=delimiter)
    except csv.Error:
        rows.append([])
    if rows.pop() != [_END]:
        what = f"a quotation mark in row {len(rows) + 1} is never closed."
        raise DeliveryError(what, where=name, remedy="Close or double it.")
    return rows


def with_values(
    cells: pl.DataFrame, *, decimal: str = ",", grouping: str = "", marks: dict[str, ObsStatus] | None = None
) -> pl.DataFrame:
    """Turn the column `text` into `value` and `status`; a cell that is neither number nor sign gets no status.

    A number in brackets is a value of limited reliability. A thousands mark is taken only where it is declared and
    stands before three digits; the sign that is not the decimal mark makes no number, so that `1.234` is never
    read as another number than was meant.
    """
    signs = {**STATUS_OF_SIGN, **(marks or {})}
    text = pl.col("text").fill_null("").str.strip_chars()
    weak = text.str.contains(r"^\(.*[0-9].*\)$")
    bare = pl.when(weak).then(text.str.strip_chars("()").str.strip_chars()).otherwise(text)
    number = pl.when(bare.str.contains(_number(decimal, grouping))).then(bare).otherwise(None)
    if grouping:
        number = number.str.replace_all(grouping, "", literal=True)
    read = number.str.replace(decimal, ".", literal=True).cast(pl.Float64)
    value = pl.when(read.is_finite()).then(read).otherwise(None)
    sign = text.replace_strict(list(signs), [str(status) for status in signs.values()], default=None)
    status = (
        pl.when(value.is_null())
        .then(sign)
        .when(weak)
        .then(pl.lit(str(ObsStatus.WEAK)))
        .otherwise(pl.lit(str(ObsStatus.NORMAL)))
    )
    return cells.with_columns(value.alias("value"), status.alias("status"))


def _number(decimal: str, grouping: str) -> str:
    """The pattern of a number with these signs."""
    digits = rf"([0-9]+|[0-9]{{1,3}}({re.escape(grouping)}[0-9]{{3}})+)" if grouping else "[0-9]+"
    return rf"^[-+]?{digits}({re.escape(decimal)}[0-9]+)?([eE][-+]?[0-9]+)?$"

"""From delivered text to attributes: codes, municipalities, days, amounts. What does not fit is told, never guessed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

import polars as pl

from gemeinsinn.concepts.registers import ColumnKind
from gemeinsinn.concepts.temporal import OPEN_END
from gemeinsinn.lake.restricted.spells import TYPES
from gemeinsinn.protect.register_terms import Coarseness, RegisterTerms
from gemeinsinn.sources.registers.attributes import ISO
from gemeinsinn.sources.registers.codes import Replacement, written
from gemeinsinn.sources.registers.declaration import Attribute, DayColumn
from gemeinsinn.sources.registers.rows import ROW


FILE = "file"
"""The column with the number of the file in a run."""
DAY = "day"
"""The column with the day on which a row begins to hold, or that of its delivery."""

MISSING = "missing"
UNKNOWN_CODE, UNKNOWN_MUNICIPALITY = "unknown_code", "unknown_municipality"
IMPOSSIBLE_DAY, NO_NUMBER = "impossible_day", "no_number"
MALFORMED = "malformed_row"
DOUBLED_ROW, DOUBLED_PERSON = "doubled_row", "doubled_person"
AFTER = "birth_after_its_day"
BACKWARDS = "ends_before_it_begins"

REJECTED = pl.Schema({FILE: pl.Int32(), ROW: pl.Int32(), "column": pl.String(), "rule": pl.String()})
_EARLIEST = date(1850, 1, 1)
_RAW = "delivered:"
_DISTRICT = 1000


def raw(column: str) -> str:
    """The name of a delivered column among ours, which might have the same name."""
    return _RAW + column


@dataclass(slots=True)
class Sorting:
    """Rows on their way: those that are good so far, and which rule and column each of the others broke."""

    good: pl.DataFrame
    rejected: list[pl.DataFrame] = field(default_factory=list)
    on_reject: Callable[[pl.DataFrame], None] = lambda rows: None
    """Sees the rows that are rejected, before they are forgotten."""

    def keep(self, is_good: pl.Expr, *, rule: str, column: str) -> None:
        """Reject the rows that break a rule."""
        marked = self.good.with_columns(is_good.fill_null(False).alias("is_good"))
        if marked["is_good"].all():
            return
        broken = marked.filter(~pl.col("is_good"))
        self.rejected.append(
            broken.select(FILE, ROW, pl.lit(column).alias("column"), pl.lit(rule).alias("rule")).cast(REJECTED)
        )
        self.on_reject(broken)
        self.good = marked.filter("is_good").drop("is_good")

    def all_rejected(self) -> pl.DataFrame:
        """Every rejected row, once."""
        return pl.concat(self.rejected) if self.rejected else pl.DataFrame(schema=REJECTED)


def with_day(sorting: Sorting, column: DayColumn, name: str, *, required: bool = True) -> None:
    """Read a day into a column of that name; an empty cell means an open end where it may be empty."""
    texts = pl.col(raw(column.source)).str.strip_chars()
    is_empty = texts == ""
    if required:
        sorting.keep(~is_empty, rule=MISSING, column=column.source)
    read = _days(sorting.good[raw(column.source)], column.formats)
    sorting.good = sorting.good.with_columns(read.alias(name))
    possible = pl.col(name).is_between(_EARLIEST, OPEN_END)
    sorting.keep(possible if required else possible | is_empty, rule=IMPOSSIBLE_DAY, column=column.source)
    if column.inclusive:
        following = pl.when(pl.col(name) < OPEN_END).then(pl.col(name).dt.offset_by("1d")).otherwise(name)
        sorting.good = sorting.good.with_columns(following.alias(name))


def with_attributes(
    sorting: Sorting, attributes: Sequence[Attribute], terms: RegisterTerms, *, corrected_later: bool
) -> None:
    """Read all attributes into columns of their names, as coarse as the terms say.

    A row before the birth of its person is rejected, unless a correction may mend it later, which needs the row.
    """
    for attribute in attributes:
        _read(sorting, attribute, attribute.column.name)
    for attribute in attributes:
        if attribute.column.kind is ColumnKind.BIRTH and not corrected_later:
            birth = pl.col(attribute.column.name)
            sorting.keep(birth.is_null() | (birth <= pl.col(DAY)), rule=AFTER, column=attribute.source)
        sorting.good = _coarse(sorting.good, attribute, terms)


def _read(sorting: Sorting, attribute: Attribute, name: str) -> None:
    kind, source = attribute.column.kind, attribute.source
    is_empty = pl.col(raw(source)).str.strip_chars() == ""
    takes_empty = attribute.optional or any(each.text == "" for each in attribute.mapping or ())
    if not takes_empty:
        sorting.keep(~is_empty, rule=MISSING, column=source)
    if kind in (ColumnKind.BIRTH, ColumnKind.DATE):
        values, rule = _days(sorting.good[raw(source)], attribute.formats), IMPOSSIBLE_DAY
        is_good = pl.col(name).is_between(_EARLIEST, OPEN_END)
    elif kind is ColumnKind.AMOUNT:
        values, rule = _amounts(sorting.good[raw(source)], attribute.decimal), NO_NUMBER
        is_good = pl.col(name).is_finite()
    else:
        values = _codes(sorting.good, attribute)
        rule = UNKNOWN_MUNICIPALITY if kind is ColumnKind.AREA else UNKNOWN_CODE
        is_good = pl.col(name).is_not_null()
    sorting.good = sorting.good.with_columns(values.cast(TYPES[kind]).alias(name))
    sorting.keep(is_good | is_empty if attribute.optional else is_good, rule=rule, column=source)


def _coarse(rows: pl.DataFrame, attribute: Attribute, terms: RegisterTerms) -> pl.DataFrame:
    """Births and areas only as exact as the policy lets them be."""
    value = pl.col(attribute.column.name)
    if attribute.column.kind is ColumnKind.BIRTH and terms.birth is not Coarseness.DAY:
        return rows.with_columns(value.dt.truncate("1mo" if terms.birth is Coarseness.MONTH else "1y"))
    if attribute.column.kind is ColumnKind.AREA and terms.area is Coarseness.DISTRICT:
        return rows.with_columns(value // _DISTRICT * _DISTRICT)
    return rows


def _days(texts: pl.Series, formats: Iterable[str]) -> pl.Series:
    """Days written in one of the formats, or as a workbook's real dates come; null for all others."""
    different = texts.unique()
    stripped = different.str.strip_chars()
    read = [stripped.str.to_date(form, strict=False, exact=True) for form in dict.fromkeys((*formats, ISO))]
    days = pl.select(pl.coalesce(read)).to_series()
    return _replaced(texts, different, days, pl.Date())


def _amounts(texts: pl.Series, decimal: str) -> pl.Series:
    """Plain numbers with the declared decimal mark; null for all others."""
    different = texts.unique()
    pattern = rf"^-?[0-9]+(\{decimal}[0-9]+)?$"
    stripped = different.str.strip_chars()
    plain = pl.select(pl.when(stripped.str.contains(pattern)).then(stripped)).to_series()
    amounts = plain.str.replace(decimal, ".", literal=True).cast(pl.Float64)
    return _replaced(texts, different, amounts, pl.Float64())


def _codes(rows: pl.DataFrame, attribute: Attribute) -> pl.Series:
    """The code of each text, by the mapping if there is one; null for what neither mapping nor code list knows."""
    texts = rows[raw(attribute.source)]
    if attribute.mapping is not None and any(_is_dated(each) for each in attribute.mapping):
        return _dated_codes(rows, attribute, attribute.mapping)
    different = texts.unique().to_list()
    if attribute.mapping is None:
        found = {text: _number(text) for text in different}
    else:
        code_of = {each.text: each.code for each in attribute.mapping}
        found = {text: code_of.get(written(text)) for text in different}
    known = [_known(code, attribute) for code in found.values()]
    return _replaced(texts, pl.Series(list(found)), pl.Series(known, dtype=pl.Int32), pl.Int32())


def _replaced(texts: pl.Series, different: pl.Series, values: pl.Series, kind: pl.DataType) -> pl.Series:
    """Each text replaced by its value; no text at all is no value at all."""
    return texts.replace_strict(different, values, return_dtype=kind) if len(texts) else pl.Series([], dtype=kind)


def _dated_codes(rows: pl.DataFrame, attribute: Attribute, mapping: Sequence[Replacement]) -> pl.Series:
    """The code of each text as the mapping has it on the day of the row."""
    different = rows.select(raw(attribute.source), DAY).unique()
    by_text: dict[str, list[Replacement]] = {}
    for each in mapping:
        by_text.setdefault(each.text, []).append(each)
    codes = [
        next((each.code for each in by_text.get(written(text), ()) if each.valid_from <= day < each.valid_to), None)
        for text, day in different.iter_rows()
    ]
    known = pl.Series("code", [_known(code, attribute) for code in codes], dtype=pl.Int32)
    joined = rows.join(
        different.with_columns(known),
        on=[raw(attribute.source), DAY],
        how="left",
        maintain_order="left",
        nulls_equal=True,
    )
    return joined["code"]


def _is_dated(replacement: Replacement) -> bool:
    return (replacement.valid_from, replacement.valid_to) != (Replacement("", 0).valid_from, OPEN_END)


def _number(text: str) -> int | None:
    plain = text.strip()
    return int(plain) if plain.isascii() and plain.isdigit() and len(plain) <= len("01056015") else None


def _known(code: int | None, attribute: Attribute) -> int | None:
    return code if attribute.codes is None or code in attribute.codes else None

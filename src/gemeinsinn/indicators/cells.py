"""Choosing the cells of a source's table that make up one number for each area and period."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

import polars as pl

from gemeinsinn.concepts.observations import ObsStatus
from gemeinsinn.errors import DefinitionError, did_you_mean
from gemeinsinn.indicators.definition import Part
from gemeinsinn.indicators.panel import CODE_OF, NORMAL, NOT_COLLECTED


TOTAL = "total"
_NOT_DIMENSIONS = {"area", "period", "valid_on", "measure", "unit", "value", "status"}
_SCALE = {
    "Tsd. EUR": 1_000.0, "Mill. EUR": 1_000_000.0, "Mio. EUR": 1_000_000.0, "1000": 1_000.0, "Tsd.": 1_000.0,
    "1000 qm": 1_000.0, "1000 cbm": 1_000.0, "1000 t": 1_000.0, "1000 ha": 1_000.0,
}  # fmt: skip
"""Units of sources in thousands and millions; indicators calculate in the plain unit."""

_SPAN = re.compile(r"^(\d+)(?:-(\d+)|(\+))?$")
_OLDEST = 999


def chosen_cells(rows: pl.DataFrame, part: Part, where: Mapping[str, tuple[str, ...]], *, place: str) -> pl.DataFrame:
    """The cells of a part, added up over the chosen codes: area, period, valid_on, value, code.

    A dimension that is not chosen stands at its total. Raises `DefinitionError` if the source has no such measure or
    code, or a dimension without total is not chosen; `place` names the definition.
    """
    of_measure = rows.filter(pl.col("measure") == part.measure)
    if of_measure.is_empty():
        measures = rows["measure"].unique().sort().to_list()
        remedy = did_you_mean(part.measure, measures) or f"It has: {'; '.join(measures[:8])}."
        what = f"the source '{part.source}' has no measure '{part.measure}'."
        raise DefinitionError(what, where=place, remedy=remedy)
    unknown = [dimension for dimension in where if dimension not in rows.columns]
    if unknown:
        what = f"the source '{part.source}' has no dimension '{unknown[0]}'."
        raise DefinitionError(what, where=place, remedy=did_you_mean(unknown[0], rows.columns))
    wanted = 1
    for dimension in [name for name in rows.columns if name not in _NOT_DIMENSIONS]:
        codes = _codes(of_measure, dimension, where.get(dimension), part, place)
        of_measure = of_measure.filter(pl.col(dimension).is_in(codes))
        wanted *= len(codes)
    return _summed(_scaled(of_measure), wanted)


def _codes(rows: pl.DataFrame, dimension: str, wanted: tuple[str, ...] | None, part: Part, place: str) -> list[str]:
    """The codes of a dimension that are added up: those wanted, or its total, or its only one."""
    known = rows[dimension].unique().drop_nulls().to_list()
    if wanted is None:
        return _unchosen(known, f"'{dimension}' of source '{part.source}', measure '{part.measure}'", place)
    codes: list[str] = []
    for code in wanted:
        codes += (tiles(code, known) if dimension == "age" else []) or [code]
    missing = [code for code in codes if code not in known]
    if missing or not codes:
        remedy = did_you_mean(wanted[0], known) or f"It has: {', '.join(sorted(known)[:24])}."
        what = f"source '{part.source}', measure '{part.measure}' has no {dimension} '{', '.join(missing or wanted)}'."
        raise DefinitionError(what, where=place, remedy=remedy)
    return codes


def _unchosen(known: list[str], what: str, place: str) -> list[str]:
    if TOTAL in known:
        return [TOTAL]
    if len(known) <= 1:
        return known
    remedy = f"Choose from: {', '.join(sorted(known)[:12])}."
    raise DefinitionError(f"{what} is not chosen and has no total.", where=place, remedy=remedy)


def tiles(span: str, known: Sequence[str]) -> list[str]:
    """The age classes that together are exactly a span; empty if they cut it.

    >>> tiles("0-5", ["0-2", "3-5", "6-9", "75+"])
    ['0-2', '3-5']
    """
    wanted = ages(span)
    if wanted is None:
        return []
    classes = {bounds: code for code in known if (bounds := ages(code))}
    at, last = wanted
    chosen: list[str] = []
    while at <= last:
        ends = [end for start, end in classes if start == at and end <= last]
        if not ends:
            return []
        chosen.append(classes[at, max(ends)])
        at = max(ends) + 1
    return chosen


def ages(code: str) -> tuple[int, int] | None:
    """First and last age of a class; an open class ends at 999."""
    found = _SPAN.match(code)
    if found is None:
        return None
    first = int(found[1])
    return first, _OLDEST if found[3] else int(found[2] or first)


def _scaled(rows: pl.DataFrame) -> pl.DataFrame:
    scale = pl.col("unit").replace_strict(_SCALE, default=1.0, return_dtype=pl.Float64)
    return rows.with_columns(value=pl.col("value") * scale)


def _summed(rows: pl.DataFrame, wanted: int) -> pl.DataFrame:
    """One row an area and period; a sum that lacks a cell has that cell's status and no value."""
    codes = {str(status): code for status, code in CODE_OF.items()}
    coded = rows.with_columns(code=pl.col("status").replace_strict(codes, return_dtype=pl.UInt8))
    if wanted == 1:
        return coded.select("area", "period", "valid_on", "value", "code")
    grouped = coded.group_by("area", "period", maintain_order=True).agg(
        pl.col("valid_on").first(),
        pl.col("value").sum().alias("sum"),
        pl.col("value").count().alias("known"),
        pl.col("code").filter(pl.col("value").is_null()).first().alias("missing"),
        (pl.col("code") == CODE_OF[ObsStatus.WEAK]).any().alias("weak"),
    )
    whole = pl.col("known") == wanted
    of_value = pl.when("weak").then(pl.lit(CODE_OF[ObsStatus.WEAK])).otherwise(pl.lit(NORMAL))
    code = pl.when(whole).then(of_value).otherwise(pl.col("missing").fill_null(NOT_COLLECTED))
    return grouped.select(
        "area", "period", "valid_on", pl.when(whole).then("sum").alias("value"), code.cast(pl.UInt8).alias("code")
    )

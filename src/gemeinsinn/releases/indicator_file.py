"""An indicator's numbers as files: columnar JSON for pages, CSV and Parquet for people and machines."""

from __future__ import annotations

import io
from collections.abc import Callable, Collection, Mapping, Sequence
from itertools import chain
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from gemeinsinn.areas.editions import Edition
from gemeinsinn.concepts.observations import ALL_STATUSES
from gemeinsinn.indicators.calculation import Result
from gemeinsinn.indicators.panel import NOWHERE, Panel


def indicator_json(result: Result, *, synthetic: Collection[str] = ()) -> dict[str, Any]:
    """The columnar form: `values[i][j]` is area i in period j; areas without any number or sign are left out.

    `lower`, `upper`, `numerator` and `denominator` are null as a whole where the indicator has none. An indicator
    with a source of which nobody exists (`synthetic`) says so.
    """
    panel, indicator = result.panel, result.indicator
    rows = np.nonzero((panel.origin != NOWHERE).any(axis=1))[0]
    decimals = indicator.decimals
    used = {panel.provenance[place].sources for place in np.unique(panel.origin[rows]) if place != NOWHERE}
    return {
        "id": indicator.id,
        "unit": str(indicator.unit),
        "decimals": decimals,
        "areas": [panel.areas[row] for row in rows],
        "periods": list(panel.periods),
        "values": _numbers(panel.values[rows], decimals),
        "status": panel.status[rows].tolist(),
        "lower": _numbers_or_none(result.lower[rows], decimals),
        "upper": _numbers_or_none(result.upper[rows], decimals),
        "numerator": _numbers_or_none(_counts(result.numerator[rows], panel.values[rows]), 2),
        "denominator": _numbers_or_none(result.denominator[rows], 2),
        "provenance": [_provenance(panel, place) for place in range(len(panel.provenance))],
        "origin": panel.origin[rows].tolist(),
        "converted": np.argwhere(panel.converted[rows]).tolist(),
        "breaks": [{"period": each.period, "kind": each.kind, "text": dict(each.text)} for each in result.breaks],
        **({"synthetic": True} if any(source in synthetic for sources in used for source in sources) else {}),
    }


def _counts(numerator: NDArray[np.float64], values: NDArray[np.float64]) -> NDArray[np.float64]:
    """A count is its own numerator, which need not be said twice."""
    same = np.array_equal(np.nan_to_num(numerator, nan=-1.0), np.nan_to_num(values, nan=-1.0))
    return np.full(numerator.shape, np.nan) if same else numerator


def _numbers(matrix: NDArray[np.float64], decimals: int) -> list[list[float | int | None]]:
    """Rows of rounded numbers; whole ones without decimal point, nan as None."""
    rounded = np.round(matrix, decimals) + 0.0
    missing = np.isnan(rounded)
    whole = np.floor(rounded) == rounded
    numbers = rounded.astype(object)
    numbers[whole] = rounded[whole].astype(np.int64).astype(object)
    numbers[missing] = None
    rows: list[list[float | int | None]] = numbers.tolist()
    return rows


def _numbers_or_none(matrix: NDArray[np.float64], decimals: int) -> list[list[float | int | None]] | None:
    return None if np.isnan(matrix).all() else _numbers(matrix, decimals)


def _provenance(panel: Panel, place: int) -> dict[str, Any]:
    each = panel.provenance[place]
    return {"sources": list(each.sources), "bases": list(each.bases), "valid_on": each.valid_on, "made": each.made}


def long_table(plain: Mapping[str, Any], edition: Edition, *, synthetic: Collection[str] = ()) -> pl.DataFrame:
    """One row an area and period, with names, status, interval, cases, source, basis and key date.

    Where a release has sources of which nobody exists, all its tables have a column that says which rows rest on one.
    """
    areas, periods = plain["areas"], plain["periods"]
    shape = (len(areas), len(periods))
    origin = np.array(plain["origin"], dtype=np.int64).reshape(shape)
    converted = np.zeros(shape, dtype=np.bool_)
    for row, column in plain["converted"]:
        converted[row, column] = True
    provenance = [*plain["provenance"], {"sources": [], "bases": [], "valid_on": "", "made": ""}]
    place = pl.Series(np.where(origin < 0, len(provenance) - 1, origin).ravel())

    def told(of: Callable[[Mapping[str, Any]], str | None]) -> pl.Series:
        return pl.Series([of(each) for each in provenance], dtype=pl.String).gather(place)

    statuses = pl.Series([str(status) for status in ALL_STATUSES])
    codes = pl.Series(np.array(plain["status"], dtype=np.int64).ravel())
    return pl.DataFrame(
        {
            "area": np.repeat(areas, shape[1]).tolist(),
            "name": np.repeat([edition.areas[area].name for area in areas], shape[1]).tolist(),
            "level": np.repeat([str(edition.areas[area].level) for area in areas], shape[1]).tolist(),
            "period": periods * shape[0],
            "valid_on": told(lambda each: each["valid_on"] or None),
            "value": pl.Series(_flat(plain["values"], shape), dtype=pl.Float64),
            "status": statuses.gather(codes),
            "lower": pl.Series(_flat(plain["lower"], shape), dtype=pl.Float64),
            "upper": pl.Series(_flat(plain["upper"], shape), dtype=pl.Float64),
            "numerator": pl.Series(_flat(plain["numerator"], shape), dtype=pl.Float64),
            "denominator": pl.Series(_flat(plain["denominator"], shape), dtype=pl.Float64),
            "unit": [plain["unit"]] * (shape[0] * shape[1]),
            "source": told(lambda each: " ".join(each["sources"])),
            "basis": told(lambda each: " ".join(each["bases"])),
            "made": told(lambda each: each["made"]),
            "converted": converted.ravel(),
            **({"synthetic": _of_nobody(provenance, synthetic).gather(place)} if synthetic else {}),
        }
    )


def _of_nobody(provenance: Sequence[Mapping[str, Any]], synthetic: Collection[str]) -> pl.Series:
    return pl.Series([any(source in synthetic for source in each["sources"]) for each in provenance])


def _flat(matrix: Sequence[Sequence[float | None]] | None, shape: tuple[int, int]) -> list[float | None]:
    if matrix is None:
        return [None] * (shape[0] * shape[1])
    return list(chain.from_iterable(matrix))


def csv_of(table: pl.DataFrame, decimals: int) -> bytes:
    """The table as CSV: comma, decimal point, UTF-8; whole counts without decimal point."""
    rounded = table.with_columns(pl.col("value", "lower", "upper").round(decimals))
    counts = ["numerator", "denominator", *(["value", "lower", "upper"] if decimals == 0 else [])]
    return rounded.with_columns(_whole(name) for name in counts).write_csv(line_terminator="\n").encode("utf-8")


def _whole(name: str) -> pl.Expr:
    """A column of counts as text: 2322, and 2322.5 where a mean of two years makes halves."""
    count = pl.col(name)
    is_whole = count == count.round(0)
    return pl.when(is_whole).then(count.cast(pl.Int64).cast(pl.String)).otherwise(count.cast(pl.String))


def parquet_of(table: pl.DataFrame) -> bytes:
    """The table as Parquet."""
    buffer = io.BytesIO()
    table.write_parquet(buffer, compression="zstd", statistics=False)
    return buffer.getvalue()

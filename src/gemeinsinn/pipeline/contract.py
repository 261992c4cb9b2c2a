"""The contract between a reading and the lake: canonical keys, key dates, known zeros, one row a cell, parts in wholes.

What breaks it goes to quarantine, cell by cell. Rows in are rows accepted and rows quarantined, always.
"""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from gemeinsinn.areas.editions import Edition
from gemeinsinn.areas.keys import canonical
from gemeinsinn.concepts.names import folded
from gemeinsinn.concepts.observations import STATUS_OF_SIGN, ObsStatus
from gemeinsinn.concepts.territory import Level
from gemeinsinn.errors import DeliveryError
from gemeinsinn.lake.quarantine import Rejected
from gemeinsinn.sources.declared import SourceDeclaration
from gemeinsinn.sources.reading import Reading


UNKNOWN_KEY = "unknown_key"
DOUBLED = "doubled_row"
PART_EXCEEDS_WHOLE = "part_exceeds_whole"
UNREADABLE = "unreadable"
_COUNTED = "Anzahl"
_PARTED = ("sex", "nationality")
_BY_NAME_ALONE = (
    "Its areas are written by name, which only an instance with a directory can tell: use `gemeinsinn refresh`."
)
_NOT_IN_LAKE = ("area_name", "row", "column")


@dataclass(frozen=True, slots=True)
class Examined:
    """What a reading comes to: rows for the lake, rejected cells, and remarks that reject nothing."""

    observations: pl.DataFrame
    rejected: tuple[Rejected, ...]
    remarks: tuple[str, ...]


def examined(reading: Reading, declaration: SourceDeclaration, *, edition: Edition | None = None) -> Examined:
    """Hold a reading against the contract; `edition` tells areas that are written by name."""
    by_name = declaration.options.mapping is not None and declaration.options.mapping.area_by == "name"
    keys = _keys(reading.observations, edition if by_name else None)
    rejected = [Rejected(each.row, each.column, f"{UNREADABLE}: {each.problem}", each.raw) for each in reading.problems]
    rows = reading.observations.with_columns(
        key=pl.col("area").replace_strict(keys, default=None, return_dtype=pl.String)
    )
    rows = _without(rows, pl.col("key").is_null(), UNKNOWN_KEY, "area", rejected)
    rows = rows.with_columns(area=pl.col("key")).drop("key")
    rows = _with_key_date(rows, declaration.key_date)
    rows = _with_zeros(rows, declaration.zero_signs)
    rows = _once(rows, rejected)
    rows = _parts_in_wholes(rows, rejected)
    if rejected and len(rejected) == reading.rows_in:
        what = f"none of its {reading.rows_in} cells was accepted (row {rejected[0].row}: {rejected[0].rule})."
        remedy = _BY_NAME_ALONE if by_name and edition is None else "Is it the right file?"
        raise DeliveryError(what, where=declaration.id, remedy=remedy)
    return Examined(rows.drop(_NOT_IN_LAKE), tuple(rejected), _remarks(rows, edition))


def _keys(observations: pl.DataFrame, edition: Edition | None) -> dict[str, str]:
    """The canonical key of everything that stands where areas stand."""
    written = observations["area"].unique().to_list()
    if edition is not None:
        names = _names(edition)
        return {text: names[folded(text)] for text in written if folded(text) in names}
    return {text: found.key for text in written if (found := canonical(text))}


def _names(edition: Edition) -> dict[str, str]:
    """The key of each name that only one area has; a municipality goes before a larger area of its name."""
    found: dict[str, list[str]] = {}
    for area in edition.areas.values():
        found.setdefault(folded(area.name), []).append(area.key)
    unique = {}
    for name, keys in found.items():
        municipalities = [key for key in keys if edition.areas[key].level is Level.MUNICIPALITY]
        if len(keys) == 1 or len(municipalities) == 1:
            unique[name] = (municipalities or keys)[0]
    return unique


def _without(rows: pl.DataFrame, wrong: pl.Expr, rule: str, shown: str, rejected: list[Rejected]) -> pl.DataFrame:
    """The rows that keep a rule; the others are rejected with it."""
    for cell in rows.filter(wrong).iter_rows(named=True):
        rejected.append(Rejected(cell["row"], str(cell["column"]), rule, str(cell[shown])))
    return rows.filter(~wrong)


def _with_key_date(rows: pl.DataFrame, key_date: str) -> pl.DataFrame:
    if not key_date:
        return rows
    day = (pl.col("period").str.slice(0, 4) + f"-{key_date}").str.to_date("%Y-%m-%d")
    return rows.with_columns(valid_on=pl.coalesce("valid_on", day))


def _with_zeros(rows: pl.DataFrame, signs: tuple[str, ...]) -> pl.DataFrame:
    """Signs that are declared to mean exactly zero become zeros."""
    statuses = [str(STATUS_OF_SIGN[sign]) for sign in signs]
    if not statuses:
        return rows
    zero = pl.col("status").is_in(statuses)
    return rows.with_columns(
        value=pl.when(zero).then(0.0).otherwise("value"),
        status=pl.when(zero).then(pl.lit(str(ObsStatus.NORMAL))).otherwise("status"),
    )


def _once(rows: pl.DataFrame, rejected: list[Rejected]) -> pl.DataFrame:
    """One row a coordinate: the first with a number stands, else the first; the others are rejected.

    Tables name a municipality twice where its association changed, with numbers in one row and signs in the other.
    """
    if rows.is_empty():
        return rows
    key = [name for name in rows.columns if name not in ("value", "status", *_NOT_IN_LAKE)]
    numbers_first = rows.with_row_index("place").sort(pl.col("value").is_null(), maintain_order=True)
    standing = numbers_first.filter(pl.struct(key).is_first_distinct())["place"]
    placed = rows.with_row_index("place")
    return _without(placed, ~pl.col("place").is_in(standing.implode()), DOUBLED, "area", rejected).drop("place")


def _parts_in_wholes(rows: pl.DataFrame, rejected: list[Rejected]) -> pl.DataFrame:
    """A count of women, or of foreigners, cannot be larger than the count of all; a balance or a ratio can."""
    for dimension in _PARTED:
        if dimension not in rows.columns or "total" not in rows[dimension]:
            continue
        others = [name for name in rows.columns if name not in (dimension, "value", "status", *_NOT_IN_LAKE)]
        no_counts = rows.filter((pl.col("value") < 0) | (pl.col("value") % 1 != 0))["measure"].unique().to_list()
        wholes = rows.filter(pl.col(dimension) == "total").select(*others, pl.col("value").alias("whole"))
        with_whole = rows.join(wholes, on=others, how="left", nulls_equal=True, maintain_order="left")
        counted = (pl.col("unit") == _COUNTED) & ~pl.col("measure").is_in(no_counts)
        exceeds = counted & (pl.col("value") > pl.col("whole"))
        rows = _without(with_whole, exceeds.fill_null(False), PART_EXCEEDS_WHOLE, "value", rejected).drop("whole")
    return rows


def _remarks(rows: pl.DataFrame, edition: Edition | None) -> tuple[str, ...]:
    """Areas with numbers that the edition does not know."""
    if edition is None:
        return ()
    numbered = rows.filter(pl.col("value").is_not_null() & (pl.col("value") != 0))
    unknown = sorted(set(numbered["area"].unique().to_list()) - set(edition.areas))
    if not unknown:
        return ()
    shown = ", ".join(unknown[:5]) + (" …" if len(unknown) > 5 else "")
    return (f"{len(unknown)} areas with values are not in the edition of {edition.on:%d.%m.%Y}: {shown}.",)

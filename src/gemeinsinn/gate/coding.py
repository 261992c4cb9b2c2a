"""Columns of records as codes: numbers, days and ordered words become lines, everything else trees."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from gemeinsinn.errors import DefinitionError, DeliveryError, Finding
from gemeinsinn.protect.records.classes import equal_records
from gemeinsinn.protect.records.levels import Watched
from gemeinsinn.protect.records.mondrian import Records
from gemeinsinn.protect.records.scales import MISSING, Line, Scale, Tree, flat_tree, tree_of
from gemeinsinn.protect.records.terms import RecordTerms
from gemeinsinn.protect.register_terms import ColumnClass
from gemeinsinn.protect.tables.hierarchies import Hierarchy


_WHOLE = r"^(0|-?[1-9]\d{0,17})$"
_DECIMAL = r"^-?(0|[1-9]\d*)([.,]\d+)?$"
_DAY = r"^\d{4}-\d{2}-\d{2}$"
_FIRST_ROW = 2
_PLAIN = (pl.String, pl.Boolean, pl.Categorical, pl.Enum)


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Coded:
    """Records as codes, and the values that stand behind the codes of lines."""

    records: Records
    values: Mapping[str, pl.Series]
    missing: Mapping[str, NDArray[np.bool_]]
    """By line, which records have no value; they are never merged with those that have one."""


def coded(frame: pl.DataFrame, terms: RecordTerms, hierarchies: Mapping[str, Hierarchy]) -> Coded:
    """Code the quasi-identifiers, the sensitive columns and the units; values that nobody knows of are a `DeliveryError`."""
    told = terms.of(ColumnClass.QUASI_IDENTIFYING)
    _check_hierarchies(told, hierarchies)
    findings: list[Finding] = []
    columns = {name: _told(frame[name], terms, hierarchies.get(name), findings) for name in told}
    sensitive = {name: _watched(frame[name], terms, findings) for name in terms.of(ColumnClass.SENSITIVE)}
    if findings:
        raise DeliveryError(findings)
    missing = {name: column.codes.is_null().to_numpy() for name, column in columns.items() if column.codes.null_count()}
    codes = [column.codes.fill_null(0).cast(pl.Int32).to_numpy() for column in columns.values()]
    apart = [codes[at] for at, name in enumerate(told) if name in terms.apart]
    strata = equal_records([*apart, *(flags.astype(np.int64) for flags in missing.values())], records=frame.height)
    numbers = strata.spread(np.arange(len(strata), dtype=np.int32))
    records = Records(
        columns={name: column.scale for name, column in columns.items()},
        codes=np.column_stack(codes) if codes else np.zeros((frame.height, 0), dtype=np.int32),
        sensitive=sensitive,
        units=_numbered(frame[terms.units]) if terms.units else None,
        strata=numbers if apart or missing else None,
        weights=terms.weights,
    )
    values = {name: column.values for name, column in columns.items() if column.values is not None}
    return Coded(records, values, missing)


@dataclass(frozen=True, slots=True, eq=False)
class _Told:
    scale: Scale
    codes: pl.Series
    """Null where a line has no value."""
    values: pl.Series | None = None


def _told(series: pl.Series, terms: RecordTerms, hierarchy: Hierarchy | None, findings: list[Finding]) -> _Told:
    """A quasi-identifier as a line or a tree."""
    name = series.name
    if hierarchy is not None:
        texts = as_text(series)
        tree = tree_of(hierarchy, held=texts.unique().fill_null(MISSING).to_list())
        return _Told(tree, _in_tree(texts, tree, "the hierarchy", findings))
    if name in terms.orders:
        return _ordered(as_text(series), terms.orders[name], findings)
    typed = as_typed(series) if name not in terms.nominal else as_text(series)
    if typed.dtype in _PLAIN:
        texts = as_text(typed)
        tree = flat_tree(texts.unique().sort().fill_null(MISSING).to_list())
        return _Told(tree, _in_tree(texts, tree, "", findings))
    values = typed.drop_nulls().unique().sort()
    places = values.to_physical().cast(pl.Float64).to_numpy() if len(values) else np.zeros(1)
    return _Told(Line(places), typed.rank("dense") - 1, values)


def _ordered(texts: pl.Series, order: tuple[str, ...], findings: list[Finding]) -> _Told:
    codes = texts.replace_strict(list(order), list(range(len(order))), default=None, return_dtype=pl.Int32)
    _note_unknown(texts, codes, "the order", findings)
    return _Told(Line(np.arange(len(order), dtype=np.float64)), codes, pl.Series(texts.name, order, dtype=pl.String))


def _in_tree(texts: pl.Series, tree: Tree, where: str, findings: list[Finding]) -> pl.Series:
    names = list(tree.code_of)
    known = texts.fill_null(MISSING)
    codes = known.replace_strict(names, [tree.code_of[name] for name in names], default=None, return_dtype=pl.Int32)
    _note_unknown(known, codes, where, findings)
    return codes


def _note_unknown(texts: pl.Series, codes: pl.Series, where: str, findings: list[Finding]) -> None:
    """Values are not told: they may be those of a person. Rows are."""
    unknown = texts.is_not_null() & codes.is_null()
    if unknown.any():
        row = int(unknown.arg_true()[0]) + _FIRST_ROW
        values = texts.filter(unknown).n_unique()
        what = f"{int(unknown.sum()):,} records have {values:,} values that {where} of the policy does not know."
        remedy = f"The first stands in row {row} of the records. Add the values, or mend the records."
        findings.append(Finding(texts.name, what, remedy))


def _watched(series: pl.Series, terms: RecordTerms, findings: list[Finding]) -> Watched:
    """A sensitive column; a missing value is a value of its own, the lowest one."""
    if series.name in terms.orders:
        found = _ordered(as_text(series), terms.orders[series.name], findings)
        return _densely(found.codes, is_ordered=True)
    typed = as_typed(series)
    if series.name in terms.nominal or typed.dtype in _PLAIN:
        return Watched(_numbered(series))
    return _densely(typed, is_ordered=True)


def _densely(series: pl.Series, *, is_ordered: bool) -> Watched:
    base = 0 if series.null_count() else 1
    codes = series.rank("dense").fill_null(0).cast(pl.Int32) - base
    return Watched(codes.to_numpy(), is_ordered)


def _numbered(series: pl.Series) -> NDArray[np.int32]:
    """A number for each different value, missing ones included."""
    texts = as_text(series).fill_null(MISSING)
    return np.asarray((texts.rank("dense") - 1).cast(pl.Int32).to_numpy())


def as_text(series: pl.Series) -> pl.Series:
    """Texts; an empty one is missing."""
    if series.dtype.is_nested() or series.dtype in (pl.Binary, pl.Object):
        what = f"the column holds {series.dtype}, which is no single value."
        raise DeliveryError(what, where=series.name, remedy="Turn it into columns of numbers, days or words.")
    texts = series.cast(pl.String)
    return texts.set(texts == "", None)


def as_typed(series: pl.Series) -> pl.Series:
    """Texts that are all whole numbers, numbers or days as such; a code with a leading zero stays a text."""
    if series.dtype.is_float():
        return series.fill_nan(None)
    if series.dtype.is_numeric() or (series.dtype.is_temporal() and series.dtype != pl.Boolean):
        return series
    texts = as_text(series)
    if series.dtype != pl.String or texts.null_count() == len(texts):
        return texts
    if _all_are(texts, _WHOLE):
        return texts.cast(pl.Int64)
    if _all_are(texts, _DECIMAL):
        return texts.str.replace(",", ".", literal=True).cast(pl.Float64)
    if _all_are(texts, _DAY):
        days = texts.str.to_date("%Y-%m-%d", strict=False)
        return days if days.null_count() == texts.null_count() else texts
    return texts


def _all_are(texts: pl.Series, pattern: str) -> bool:
    return bool(texts.drop_nulls().str.contains(pattern).all())


def _check_hierarchies(told: tuple[str, ...], hierarchies: Mapping[str, Hierarchy]) -> None:
    """Hierarchies are of quasi-identifiers, and trees."""
    findings = []
    for name, hierarchy in hierarchies.items():
        if name not in told:
            what = "the hierarchy is of a column that is not quasi_identifying."
            findings.append(Finding(name, what, "Only such columns are generalised."))
        elif not hierarchy.is_tree:
            findings.append(
                Finding(name, "a code of the hierarchy is part of two.", "A record can go one way up only.")
            )
    if findings:
        raise DefinitionError(findings)

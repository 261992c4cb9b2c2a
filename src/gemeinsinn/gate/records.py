"""Records for analysis: the only way for single people's records out of a protected room, generalised and checked.

The call takes and gives tables by the Arrow PyCapsule interface: PyArrow, Polars, DuckDB, pandas and others hand them
over without a copy.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
import polars as pl

from gemeinsinn.errors import DefinitionError, DisclosureError, Finding
from gemeinsinn.gate.coding import Coded, as_text, coded
from gemeinsinn.protect.records.assessment import Assessment, assessed, missed
from gemeinsinn.protect.records.classes import Classes, equal_records
from gemeinsinn.protect.records.levels import Level
from gemeinsinn.protect.records.loss import Loss
from gemeinsinn.protect.records.mondrian import Records
from gemeinsinn.protect.records.protection import Generalised, generalised
from gemeinsinn.protect.records.scales import MISSING, Tree
from gemeinsinn.protect.records.terms import Numbers, RecordTerms
from gemeinsinn.protect.register_terms import ColumnClass
from gemeinsinn.protect.tables.hierarchies import Hierarchy


class ArrowStream(Protocol):
    """Any table of the Arrow PyCapsule interface."""

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object:
        """The table as a capsule."""


@dataclass(frozen=True, slots=True)
class Report:
    """What was done to records, and how well they are protected now; no value of a record."""

    records: int
    released: int
    level: Level
    before: Assessment
    """As they were, without their identifying columns."""
    after: Assessment
    """As they leave: measured on what is written, not on what was meant to be."""
    loss: Loss
    notes: tuple[str, ...] = ()

    @property
    def suppressed(self) -> int:
        """How many records stay behind."""
        return self.records - self.released

    @property
    def document(self) -> dict[str, Any]:
        """By name."""
        least = int(self.level.l) if self.level.l == int(self.level.l) else self.level.l
        asked = {"k": self.level.k, "l": least, "diversity": str(self.level.diversity)}
        return {
            "records": self.records,
            "released": self.released,
            "suppressed": self.suppressed,
            "asked": {**asked, "t": self.level.t if np.isfinite(self.level.t) else None},
            "before": self.before.document,
            "after": self.after.document,
            "loss": self.loss.document,
            "notes": list(self.notes),
        }


@dataclass(frozen=True, slots=True, repr=False)
class ReleasedRecords:
    """Records that may leave; only `anonymised` makes them."""

    table: pl.DataFrame
    report: Report

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object:
        """The records as an Arrow stream."""
        return self.table.__arrow_c_stream__(requested_schema)


def anonymised(
    table: ArrowStream, terms: RecordTerms, *, hierarchies: Mapping[str, Hierarchy] | None = None, workers: int = 2
) -> ReleasedRecords:
    """Make records as coarse as the policy asks for, and tell risk and loss.

    Identifying columns do not leave, rows come out in the order of their content. Raises `DisclosureError` if the
    policy does not name a column, if the level is out of reach, or if a column that is said to tell nothing tells
    records apart.
    """
    frame = pl.DataFrame(table)
    terms.check(frame.columns)
    known = coded(frame, terms, hierarchies or {})
    _check_others(frame, terms, known.records)
    found = generalised(known.records, terms.level, max_suppressed=terms.max_suppressed, workers=workers)
    written = _written(frame, terms, known, found)
    left = known.records.only(found.kept)
    threshold = terms.at_risk or terms.level.k
    after = assessed(_classes_of(written.told, records=len(left)), left, threshold=threshold, sampled=terms.sampled)
    wrong = missed(terms.level, after)
    if wrong:
        raise DisclosureError([Finding("", what, "Nothing was written. Please report this.") for what in wrong])
    before = assessed(_as_they_were(known.records), known.records, threshold=threshold, sampled=terms.sampled)
    notes = _notes(known.records, terms)
    report = Report(frame.height, len(left), terms.level, before, after, found.loss, notes)
    return ReleasedRecords(written.table.sort(written.table.columns, nulls_last=True), report)


@dataclass(frozen=True, slots=True, repr=False)
class _Written:
    table: pl.DataFrame
    told: Sequence[pl.Series]
    """What stands in the place of the quasi-identifiers."""


def _written(frame: pl.DataFrame, terms: RecordTerms, known: Coded, found: Generalised) -> _Written:
    """The columns that leave, in their order; each quasi-identifier as its class is told."""
    number = found.classes.spread(np.arange(len(found.classes)))
    places = pl.Series(found.kept)
    columns: list[pl.Series] = []
    told: list[pl.Series] = []
    for name in frame.columns:
        if terms.classes[name] is ColumnClass.QUASI_IDENTIFYING:
            labels = [each.gather(pl.Series(number)) for each in _labels(name, terms, known, found)]
            told += labels
            columns += labels
        elif terms.classes[name] is not ColumnClass.IDENTIFYING:
            columns.append(frame[name].gather(places))
    _check_names([column.name for column in columns])
    return _Written(pl.DataFrame(columns), told)


def _labels(name: str, terms: RecordTerms, known: Coded, found: Generalised) -> list[pl.Series]:
    """How the classes are told in a column: by a code, by a range, or by its ends."""
    low, high = found.low[name], found.high[name]
    scale = known.records.columns[name]
    if isinstance(scale, Tree):
        names = pl.Series(name, scale.names, dtype=pl.String)
        return [as_text(names.set(names == MISSING, None).gather(pl.Series(low)))]
    nobody = _without_value(name, known, found)
    values = known.values[name]
    first, last = (_ends(values, codes, nobody) for codes in (low, high))
    if terms.numbers is Numbers.BOUNDS:
        return [first.alias(f"{name}_from"), last.alias(f"{name}_to")]
    text, until = first.cast(pl.String), last.cast(pl.String)
    return [text.zip_with(first.eq_missing(last), text + ".." + until).alias(name)]


def _ends(values: pl.Series, codes: np.ndarray, nobody: np.ndarray) -> pl.Series:
    if not len(values):
        return values.extend_constant(None, codes.size)
    found = values.gather(pl.Series(codes))
    return found.set(pl.Series(nobody), None)


def _without_value(name: str, known: Coded, found: Generalised) -> np.ndarray:
    """For each class whether its records have no value in a line; either all have one or none."""
    if name not in known.missing:
        return np.zeros(len(found.classes), dtype=np.bool_)
    first = found.classes.order[found.classes.begin[:-1]]
    return np.asarray(known.missing[name][found.kept[first]])


def _classes_of(told: Sequence[pl.Series], *, records: int) -> Classes:
    """The classes that a reader sees."""
    codes = [(as_text(each).fill_null(MISSING).rank("dense") - 1).cast(pl.Int64).to_numpy() for each in told]
    return equal_records(codes, records=records)


def _as_they_were(records: Records) -> Classes:
    strata = [] if records.strata is None else [records.strata]
    return equal_records([*records.codes.T, *strata], records=len(records))


def _check_names(names: Sequence[str]) -> None:
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        what = f"two columns would be called '{twice[0]}'."
        raise DefinitionError(what, remedy="Rename it in the records, or write `numbers: ranges`.")


def _check_others(frame: pl.DataFrame, terms: RecordTerms, records: Records) -> None:
    """A column that is said to tell nothing about a person must not tell records apart."""
    findings = []
    for name in terms.of(ColumnClass.OTHER):
        rare = _rare(frame[name], terms.level.k)
        if rare:
            what = f"{rare:,} of {len(records):,} records have a value in this column that fewer than {terms.level.k} have."
            remedy = "It works like a number of a person: put it under identifying or quasi_identifying."
            findings.append(Finding(name, what, f"{remedy} Nothing was written."))
    if findings:
        raise DisclosureError(findings)


def _rare(series: pl.Series, k: int) -> int:
    """How many records have a value that fewer than `k` have."""
    counts = as_text(series).value_counts()["count"]
    return int(counts.filter(counts < k).sum())


def _notes(records: Records, terms: RecordTerms) -> tuple[str, ...]:
    notes = []
    for name, watched in records.sensitive.items():
        alone = int((np.bincount(watched.codes) == 1).sum())
        if 2 * alone > len(records):
            notes.append(f"Most values of '{name}' occur once: who knows the value of a person finds the record.")
        if terms.level.l == 1.0 and not np.isfinite(terms.level.t):
            notes.append(f"Nothing is asked of '{name}': all records of a class may have the same value.")
    return tuple(notes)

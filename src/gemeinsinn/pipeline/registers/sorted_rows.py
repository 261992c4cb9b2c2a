"""Rows on their way from text to the zone: who it is, what is said of them, and what has to wait in quarantine."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

import polars as pl

from gemeinsinn.concepts.registers import PID, VALID_FROM, VALID_TO
from gemeinsinn.concepts.temporal import OPEN_END
from gemeinsinn.errors import Finding
from gemeinsinn.lake.restricted import kernel
from gemeinsinn.lake.restricted.snapshots import BEGIN
from gemeinsinn.lake.restricted.spells import EFFECTIVE, EVENT, KIND, MEANING, PLACE, REFERS_TO, SETS
from gemeinsinn.pipeline.registers.arriving import Arrival
from gemeinsinn.pipeline.registers.harmonise import (
    BACKWARDS,
    DAY,
    DOUBLED_PERSON,
    DOUBLED_ROW,
    FILE,
    MALFORMED,
    MISSING,
    REJECTED,
    Sorting,
    raw,
    with_attributes,
    with_day,
)
from gemeinsinn.pipeline.registers.identity import Keys, with_identity
from gemeinsinn.protect.pseudonyms import identifiers, pseudonyms
from gemeinsinn.protect.register_terms import RegisterTerms
from gemeinsinn.sources.registers.days import PART
from gemeinsinn.sources.registers.declaration import DeliveryKind, EventColumns, Meaning, RegisterDeclaration
from gemeinsinn.sources.registers.rows import ROW


UNKNOWN_KIND, MISSING_REFERENCE, CONTRADICTS = "unknown_kind", "missing_reference", "event_came_otherwise"
OVERLAPPING, PAST_RETENTION = "overlaps_another", "past_retention"
_MEANINGS = {
    Meaning.START: kernel.START,
    Meaning.CHANGE: kernel.CHANGE,
    Meaning.END: kernel.END,
    Meaning.DEATH: kernel.DEATH,
    Meaning.CORRECTION: kernel.CORRECTION,
    Meaning.CANCELLATION: kernel.CANCELLATION,
}
_SETS_ALL = -1
_FEW_ROWS = 20
"""From so many rejected rows on, a delivery may be refused as a whole."""


@dataclass(slots=True)
class SortedRows:
    """The rows of some deliveries after sorting; `file` says of which."""

    good: pl.DataFrame
    rejected: pl.DataFrame
    unknown: pl.DataFrame
    """`file` and `pid` of persons of whom a row was rejected."""
    rows_in: dict[int, int]
    refused: dict[int, Finding] = field(default_factory=dict)

    def reject(self, rows: pl.DataFrame, *, rule: str, column: str) -> None:
        """Put more rows into quarantine."""
        added = rows.select(FILE, ROW, pl.lit(column).alias("column"), pl.lit(rule).alias("rule")).cast(REJECTED)
        self.rejected = pl.concat([self.rejected, added])

    def refuse(self, file: int, finding: Finding) -> None:
        """Take a whole delivery out again."""
        self.refused[file] = finding
        for name in ("good", "rejected", "unknown"):
            setattr(self, name, getattr(self, name).filter(pl.col(FILE) != file))
        del self.rows_in[file]


def sorted_rows(
    declaration: RegisterDeclaration, terms: RegisterTerms, keys: Keys, arrived: Sequence[Arrival], *, today: date
) -> SortedRows:
    """Sort the rows of all deliveries at once."""
    unknown: list[pl.DataFrame] = []
    sorting = Sorting(_together(arrived), on_reject=lambda rows: _note(rows, unknown))
    malformed = [
        pl.DataFrame({FILE: at, ROW: row, "column": "", "rule": MALFORMED}, schema=REJECTED)
        for at, arrival in enumerate(arrived)
        for row in arrival.raw.malformed
    ]
    sorting.rejected += malformed
    rows_in = {at: arrival.raw.frame.height + len(arrival.raw.malformed) for at, arrival in enumerate(arrived)}
    with_identity(sorting, declaration, keys)
    _with_times(sorting, declaration)
    if declaration.events is not None:
        _with_events(sorting, declaration.events, keys)
    with_attributes(sorting, declaration.attributes, terms, corrected_later=declaration.events is not None)
    if declaration.events is not None:
        sorting.good = _with_sets(sorting.good, declaration, declaration.events)
    _once(sorting, declaration)
    _within_retention(sorting, declaration, terms, today)
    good = sorting.good
    of_persons = pl.concat(unknown) if unknown else pl.DataFrame(schema={FILE: pl.Int32, PID: pl.Int64})
    return SortedRows(good, sorting.all_rejected(), of_persons.unique(), rows_in)


def _together(arrived: Sequence[Arrival]) -> pl.DataFrame:
    frames = []
    for at, arrival in enumerate(arrived):
        constants = [pl.lit(at, dtype=pl.Int32).alias(FILE), pl.lit(arrival.day, dtype=pl.Date).alias(DAY)]
        if arrival.part:
            constants.append(pl.lit(arrival.part).alias(PART))
        delivered = {name: raw(name) for name in arrival.raw.frame.columns if name != ROW}
        frames.append(arrival.raw.frame.rename(delivered).with_columns(constants))
    return pl.concat(frames, rechunk=True)


def _note(rows: pl.DataFrame, unknown: list[pl.DataFrame]) -> None:
    if PID in rows.columns:
        unknown.append(rows.select(FILE, PID))


def _with_times(sorting: Sorting, declaration: RegisterDeclaration) -> None:
    """The day on which a row begins to hold, in the way of its kind of delivery."""
    if declaration.events is not None:
        with_day(sorting, declaration.events.effective, EFFECTIVE)
        sorting.good = sorting.good.with_columns(pl.col(EFFECTIVE).alias(DAY))
    elif declaration.delivered.kind is DeliveryKind.FULL and declaration.valid_from and declaration.valid_to:
        with_day(sorting, declaration.valid_from, VALID_FROM)
        with_day(sorting, declaration.valid_to, VALID_TO, required=False)
        ends = pl.col(VALID_TO).fill_null(OPEN_END)
        sorting.good = sorting.good.with_columns(pl.col(VALID_FROM).alias(DAY), ends.alias(VALID_TO))
        sorting.keep(pl.col(VALID_FROM) < pl.col(VALID_TO), rule=BACKWARDS, column=declaration.valid_to.source)
    elif declaration.valid_from is not None:
        with_day(sorting, declaration.valid_from, BEGIN, required=False)
    else:
        sorting.good = sorting.good.with_columns(pl.lit(None, dtype=pl.Date).alias(BEGIN))


def _with_events(sorting: Sorting, events: EventColumns, keys: Keys) -> None:
    """What happened, and to which event a correction refers."""
    sorting.keep(pl.col(raw(events.id)).str.strip_chars() != "", rule=MISSING, column=events.id)
    kind = pl.col(raw(events.kind)).str.strip_chars()
    sorting.keep(kind.is_in(list(events.kinds)), rule=UNKNOWN_KIND, column=events.kind)
    meanings = {name: _MEANINGS[each.meaning] for name, each in events.kinds.items()}
    refers = pl.col(raw(events.refers_to)).str.strip_chars() if events.refers_to else pl.lit("")
    sorting.good = sorting.good.with_columns(
        kind.alias(KIND),
        kind.replace_strict(meanings, return_dtype=pl.Int8).alias(MEANING),
        pl.col(ROW).cast(pl.Int64).alias(PLACE),
        refers.alias("refers"),
    )
    needs = pl.col(MEANING) >= kernel.CORRECTION
    sorting.keep(~needs | (pl.col("refers") != ""), rule=MISSING_REFERENCE, column=events.refers_to or events.kind)
    ids = sorting.good[raw(events.id)]
    refers_to = sorting.good.select(pl.when(needs).then("refers")).to_series()
    named = ids.unique() if refers_to.is_null().all() else pl.concat([ids, refers_to.drop_nulls()]).unique()
    numbers = pl.Series(pseudonyms(identifiers(named.to_list()), keys.chain))
    known = pl.DataFrame({"named": named, "number": numbers})
    sorting.good = _joined(sorting.good.with_columns(refers_to.alias("refers")), known, raw(events.id), EVENT)
    sorting.good = _joined(sorting.good, known, "refers", REFERS_TO).drop("refers")


def _joined(rows: pl.DataFrame, known: pl.DataFrame, column: str, name: str) -> pl.DataFrame:
    return rows.join(
        known.rename({"number": name}), left_on=column, right_on="named", how="left", maintain_order="left"
    )


def _with_sets(rows: pl.DataFrame, declaration: RegisterDeclaration, events: EventColumns) -> pl.DataFrame:
    """A bit for each attribute that a kind of event sets."""
    place = {attribute.column.name: at for at, attribute in enumerate(declaration.attributes)}
    sets = {
        name: sum(1 << place[column] for column in kind.sets) if kind.sets else _SETS_ALL
        for name, kind in events.kinds.items()
    }
    return rows.with_columns(pl.col(KIND).replace_strict(sets, return_dtype=pl.Int64).alias(SETS))


def _once(sorting: Sorting, declaration: RegisterDeclaration) -> None:
    """One row a person, a file and a time: the same row again waits, and so do rows that say different things."""
    rows = sorting.good
    said = [attribute.column.name for attribute in declaration.attributes]
    key = [FILE, PID]
    if declaration.events is not None:
        key += [MEANING, EFFECTIVE]
    elif declaration.delivered.kind is DeliveryKind.FULL:
        key += [VALID_FROM]
        said += [VALID_TO]
    else:
        said += [BEGIN]
    alone = pl.lit(False) if declaration.events is None else pl.col(MEANING) != kernel.START
    differs = pl.any_horizontal((pl.col(name).n_unique() > 1).over(key) for name in said)
    is_first = pl.int_range(pl.len()).over(key) == 0
    if rows.select(pl.struct(key).is_duplicated().any()).item():
        sorting.good = rows.with_columns((differs & ~alone).alias("differs"), (is_first | alone).alias("first"))
        sorting.keep(~pl.col("differs"), rule=DOUBLED_PERSON, column=declaration.person[0])
        sorting.on_reject = lambda rows: None
        sorting.keep(pl.col("first"), rule=DOUBLED_ROW, column=declaration.person[0])
        sorting.good = sorting.good.drop("differs", "first")
    if declaration.delivered.kind is DeliveryKind.FULL:
        in_order = sorting.good.sort(FILE, PID, VALID_FROM, maintain_order=True)
        runs_over = (pl.col(VALID_TO) > pl.col(VALID_FROM).shift(-1).over(FILE, PID)).fill_null(False)
        either = runs_over | runs_over.shift(1, fill_value=False).over(FILE, PID)
        sorting.good = in_order.with_columns(either.alias("overlaps"))
        sorting.keep(~pl.col("overlaps"), rule=OVERLAPPING, column=declaration.person[0])
        sorting.good = sorting.good.drop("overlaps")


def _within_retention(sorting: Sorting, declaration: RegisterDeclaration, terms: RegisterTerms, today: date) -> None:
    """A whole history does not bring back the persons whose data may no longer be kept."""
    span = terms.retention.microdata
    if declaration.delivered.kind is DeliveryKind.FULL and span is not None:
        last = pl.col(VALID_TO).max().over(FILE, PID)
        sorting.good = sorting.good.with_columns((last > span.before(today)).alias("may_be_kept"))
        sorting.keep(pl.col("may_be_kept"), rule=PAST_RETENTION, column=declaration.person[0])
        sorting.good = sorting.good.drop("may_be_kept")


def refuse_those_with_many(rows: SortedRows, declaration: RegisterDeclaration, arrived: Sequence[Arrival]) -> None:
    """A delivery of which a large share would wait in quarantine is refused: something about it has changed."""
    misfits = rows.rejected.filter(pl.col("rule") != PAST_RETENTION)
    counts = misfits.group_by(FILE).len().sort(FILE)
    for file, count in counts.iter_rows():
        share = count / rows.rows_in[file]
        if count >= _FEW_ROWS and share > declaration.delivered.may_reject:
            of_file = misfits.filter(pl.col(FILE) == file)
            rule, column, of_rule = of_file.group_by("rule", "column").len().sort("len", "rule").row(-1)
            what = f"{count} of {rows.rows_in[file]} rows do not fit, most by the rule '{rule}' ({of_rule}), column {column or '-'}."
            remedy = "Has a code list, a mapping or the form of the file changed? Nothing of it was taken in."
            rows.refuse(file, Finding(arrived[file].name, what, remedy))

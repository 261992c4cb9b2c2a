"""What the sorted rows of a register become: new events, and the spells of the whole register after them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from gemeinsinn.concepts.registers import PID, RUN_ID, SYS_FROM, SYS_TO, ColumnKind, Register
from gemeinsinn.lake.restricted import kernel, snapshots
from gemeinsinn.lake.restricted.extracts import Extract, merged
from gemeinsinn.lake.restricted.snapshots import Snapshots
from gemeinsinn.lake.restricted.spells import (
    EFFECTIVE,
    EVENT,
    KIND,
    MEANING,
    REFERS_TO,
    STEP,
    attribute_schema,
    derived,
    event_schema,
    in_order,
    spell_schema,
)
from gemeinsinn.lake.restricted.steps import Step, Steps
from gemeinsinn.pipeline.registers.arriving import Arrival
from gemeinsinn.pipeline.registers.harmonise import FILE
from gemeinsinn.pipeline.registers.sorted_rows import CONTRADICTS, SortedRows
from gemeinsinn.sources.registers.declaration import DeliveryKind, RegisterDeclaration


IS_NEW = "is_new"
"""Marks the events that nobody has told yet."""


@dataclass(frozen=True, slots=True)
class Before:
    """What the zone holds of the register."""

    spells: pl.LazyFrame | None
    events: pl.LazyFrame | None
    steps: Steps


@dataclass(frozen=True, slots=True)
class Became:
    """What rows became."""

    spells: pl.DataFrame
    """The whole register; the rows of persons who were touched stand at its end."""
    touched: int
    """How many these are."""
    events: pl.DataFrame
    """The new events only."""
    accepted: int
    added: int
    closed: int
    remarks: tuple[str, ...] = ()


def became(
    declaration: RegisterDeclaration,
    rows: SortedRows,
    before: Before,
    arrived: Sequence[Arrival],
    steps: Mapping[int, Step],
    run: str,
) -> Became:
    """The register after some deliveries. Events that contradict earlier ones are put into quarantine on the way."""
    register, kind = declaration.register, declaration.delivered.kind
    if kind is DeliveryKind.FULL:
        accepted = rows.good.height
        spells = _of_extracts(register, rows, before, steps, run)
        return _became((spells, spells.height), pl.DataFrame(schema=event_schema(register)), accepted, steps)
    remarks: tuple[str, ...] = ()
    if kind is DeliveryKind.CHANGES:
        events, repeated, remarks = _new_events(declaration, rows, before, steps)
        accepted = events.height + repeated
    else:
        events, accepted = _of_snapshots(register, rows, before, arrived, steps), rows.good.height
    return _became(_with_history(register, events, before, steps), events, accepted, steps, remarks)


def _became(
    history: tuple[pl.DataFrame, int],
    events: pl.DataFrame,
    accepted: int,
    steps: Mapping[int, Step],
    remarks: tuple[str, ...] = (),
) -> Became:
    spells, touched = history
    first = min(step.number for step in steps.values())
    counts = spells.select(
        (pl.col(SYS_FROM) >= first).sum().alias("added"),
        pl.col(SYS_TO).is_between(first, max(step.number for step in steps.values())).sum().alias("closed"),
    )
    return Became(spells, touched, events, accepted, counts["added"].item(), counts["closed"].item(), remarks)


def _with_history(
    register: Register, events: pl.DataFrame, before: Before, steps: Mapping[int, Step]
) -> tuple[pl.DataFrame, int]:
    """All spells: those of persons who are touched anew out of all their events, all others as they are."""
    runs = pl.DataFrame(
        [(step.number, step.run) for step in (*before.steps.all, *steps.values())],
        schema={STEP: pl.Int64, RUN_ID: pl.String},
        orient="row",
    )
    if before.events is None or before.spells is None:
        spells = derived(events, register, runs=runs)
        return spells, spells.height
    touched = events.select(PID).unique()
    is_touched = pl.col(PID).is_in(touched[PID].implode())
    known = before.events.filter(is_touched).select(list(event_schema(register))).collect()
    again = derived(pl.concat([known, events]), register, runs=runs)
    again = in_order(again, register)
    untouched = before.spells.filter(~is_touched).select(list(spell_schema(register))).collect()
    return pl.concat([untouched, again]), again.height


def without_contradictions(declaration: RegisterDeclaration, rows: SortedRows, before: Before) -> None:
    """Mark the events that nobody has told yet; one that came again with another content waits in quarantine."""
    if declaration.events is None:
        return
    content = [PID, KIND, REFERS_TO, EFFECTIVE, *attribute_schema(declaration.register)]
    good = rows.good.with_columns(pl.struct(content).hash(seed=0).alias("content"))
    if before.events is not None:
        told = before.events.filter(pl.col(EVENT).is_in(good[EVENT].unique().implode())).select(EVENT, *content)
        known = told.collect().select(EVENT, pl.struct(content).hash(seed=0).alias("as_told"))
    else:
        known = pl.DataFrame(schema={EVENT: pl.Int64, "as_told": pl.UInt64})
    first = good.unique(EVENT, keep="first", maintain_order=True).join(known, on=EVENT, how="anti")
    as_told = pl.concat([known, first.select(EVENT, pl.col("content").alias("as_told"))])
    good = good.join(as_told, on=EVENT, how="left", maintain_order="left").with_columns(
        (pl.col(EVENT).is_first_distinct() & ~pl.col(EVENT).is_in(known[EVENT].implode())).alias(IS_NEW)
    )
    is_same = pl.col("content") == pl.col("as_told")
    contradicts = good.filter(~is_same)
    if not contradicts.is_empty():
        rows.reject(contradicts, rule=CONTRADICTS, column=declaration.events.id)
    rows.good = good.filter(is_same).drop("content", "as_told")


def _new_events(
    declaration: RegisterDeclaration, rows: SortedRows, before: Before, steps: Mapping[int, Step]
) -> tuple[pl.DataFrame, int, tuple[str, ...]]:
    """The events that nobody has told yet, how many came again, and what is worth saying of them."""
    schema = event_schema(declaration.register)
    numbers = {at: step.number for at, step in steps.items()}
    new = rows.good.filter(IS_NEW).with_columns(pl.col(FILE).replace_strict(numbers, return_dtype=pl.Int64).alias(STEP))
    events = new.select(list(schema)).cast(schema)
    repeated = rows.good.height - events.height
    birth = declaration.register.column(ColumnKind.BIRTH)
    return events, repeated, (*_before_birth(events, birth), *_remarks(events, before, repeated))


def _before_birth(events: pl.DataFrame, birth: str) -> tuple[str, ...]:
    """How many events lie before the birth of their person."""
    count = events.filter(pl.col(EFFECTIVE) < pl.col(birth)).height if birth else 0
    return (f"{count} events lie before the birth of the person; they count from the birth on.",) if count else ()


def _remarks(events: pl.DataFrame, before: Before, repeated: int) -> tuple[str, ...]:
    """How many events came again, and how many corrections wait for the event that they name."""
    remarks = []
    if repeated:
        remarks.append(f"{repeated} events had been told before; they change nothing.")
    named = events.filter(pl.col(MEANING) >= kernel.CORRECTION).select(PID, pl.col(REFERS_TO).alias(EVENT))
    waiting = named.join(events, on=[PID, EVENT], how="anti")
    if before.events is not None and not waiting.is_empty():
        known = before.events.filter(pl.col(EVENT).is_in(waiting[EVENT].implode())).select(PID, EVENT).collect()
        waiting = waiting.join(known, on=[PID, EVENT], how="anti")
    if not waiting.is_empty():
        what = f"{waiting.height} corrections or cancellations name an event of the person that nobody has told."
        remarks.append(f"{what} They take effect when it comes.")
    return tuple(remarks)


def _of_snapshots(
    register: Register, rows: SortedRows, before: Before, arrived: Sequence[Arrival], steps: Mapping[int, Step]
) -> pl.DataFrame:
    """The events that lead to what the deliveries say of their days."""
    ordinals: dict[str, int] = {}
    listed = []
    for at, step in steps.items():
        part = arrived[at].part
        listed.append((at, part, ordinals.get(part, 0), arrived[at].day or step.known_on, step.number))
        ordinals[part] = ordinals.get(part, 0) + 1
    days = pl.DataFrame(
        listed,
        schema={FILE: pl.Int32, "part": pl.String, "ordinal": pl.Int64, "day": pl.Date, STEP: pl.Int64},
        orient="row",
    )
    attributes = list(attribute_schema(register))
    columns = [snapshots.PART, snapshots.ORDINAL, PID, "record_key", *attributes, snapshots.BEGIN]
    good = rows.good.drop(snapshots.PART, strict=False).join(days, on=FILE, how="left").select(columns)
    unknown = rows.unknown.join(days, on=FILE, how="left").select(snapshots.PART, snapshots.ORDINAL, PID)
    unknown = unknown.join(good, on=[snapshots.PART, snapshots.ORDINAL, PID], how="anti").unique()
    every = pl.concat(
        [
            good.with_columns(pl.lit(False).alias(snapshots.IS_UNKNOWN)),
            unknown.with_columns(pl.lit(True).alias(snapshots.IS_UNKNOWN)),
        ],
        how="diagonal",
    )
    known = before.events.collect() if before.events is not None else None
    return snapshots.events_of(Snapshots(days.drop(FILE), every), register, known)


def _of_extracts(
    register: Register, rows: SortedRows, before: Before, steps: Mapping[int, Step], run: str
) -> pl.DataFrame:
    """The spells after whole extracts."""
    by_file = {key[0]: frame for key, frame in rows.good.group_by(FILE)}
    unknown = {key[0]: frame[PID].to_list() for key, frame in rows.unknown.group_by(FILE)}
    empty = rows.good.clear()
    extracts = [Extract(step.number, by_file.get(at, empty), unknown.get(at, ())) for at, step in steps.items()]
    spells = before.spells.collect() if before.spells is not None else None
    return merged(spells, extracts, register, run=run)

"""From what holds on the days of deliveries to events: who is new, whose attributes changed, who is gone.

A delivery may be of one part of a register only, such as the children of one provider; it says nothing of the others.
Somebody whose row is in quarantine is neither new nor gone nor changed.
"""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from gemeinsinn.concepts.registers import PID, RECORD_KEY, Register
from gemeinsinn.lake.restricted import kernel
from gemeinsinn.lake.restricted.spells import (
    EFFECTIVE,
    EVENT,
    KIND,
    MEANING,
    PLACE,
    REFERS_TO,
    SETS,
    STEP,
    attribute_schema,
    event_schema,
)


PART, ORDINAL, DAY, BEGIN, IS_UNKNOWN = "part", "ordinal", "day", "begin", "is_unknown"
BEFORE = -1
"""The ordinal of what was believed before the deliveries."""

_LATER, _AT, _STARTED = "later", "at", "started:"
_IDS_A_STEP = 4
_MEANS_ALL = -1


@dataclass(frozen=True, slots=True)
class Snapshots:
    """Deliveries of one register that say what holds on their days, in the order of each part."""

    days: pl.DataFrame
    """`part`, `ordinal` (0, 1, … within the part), `day`, `step`."""
    rows: pl.DataFrame
    """`part`, `ordinal`, `pid`, `record_key`, the attributes, `begin` (null if nothing says it), `is_unknown` for
    somebody whose row is in quarantine."""


def events_of(snapshots: Snapshots, register: Register, known: pl.DataFrame | None) -> pl.DataFrame:
    """The events that lead from what is known (all events so far) to what the deliveries say."""
    rows = _with_states(_in_order(snapshots, register, known), register)
    rows = _with_beginnings(rows, register, snapshots.days)
    news = [
        _started(rows),
        _changed(rows, register),
        _corrected(rows, register),
        _gone(rows, snapshots.days),
    ]
    schema = event_schema(register)
    found = pl.concat([each.select(list(schema)).cast(schema) for each in news])
    return found.sort(STEP, PLACE, PID)


def _in_order(snapshots: Snapshots, register: Register, known: pl.DataFrame | None) -> pl.DataFrame:
    """The rows of each person in the order of the deliveries, behind what was believed before of those parts."""
    attributes = list(attribute_schema(register))
    rows = snapshots.rows.join(snapshots.days, on=[PART, ORDINAL], how="left").with_columns(
        pl.lit(None, dtype=pl.Int64).alias(EVENT),
        *(pl.lit(None).cast(kind).alias(_STARTED + name) for name, kind in attribute_schema(register).items()),
    )
    columns = [PID, RECORD_KEY, PART, ORDINAL, DAY, STEP, BEGIN, IS_UNKNOWN, EVENT, *attributes]
    columns += [_STARTED + name for name in attributes]
    if known is not None and not known.is_empty():
        before = _believed(known, register).filter(pl.col(PART).is_in(snapshots.days[PART].unique().implode()))
        rows = pl.concat([before.select(columns), rows.select(columns)], how="vertical_relaxed")
    return rows.select(columns).sort(PID, ORDINAL)


def _believed(known: pl.DataFrame, register: Register) -> pl.DataFrame:
    """Who is there by the events so far, with the present state and the start it goes back to."""
    attributes = list(attribute_schema(register))
    events = known.sort(PID, STEP, PLACE)
    starts = events.filter(pl.col(MEANING) == kernel.START)
    starts = starts.group_by(PID, maintain_order=True).last()
    corrections = events.filter(pl.col(MEANING) == kernel.CORRECTION)
    begins = corrections.group_by(PID, REFERS_TO, maintain_order=True).agg(pl.last(EFFECTIVE).alias(BEGIN))
    starts = starts.join(begins, left_on=[PID, EVENT], right_on=[PID, REFERS_TO], how="left").select(
        PID,
        EVENT,
        pl.coalesce(BEGIN, EFFECTIVE).alias(BEGIN),
        *(pl.col(name).alias(_STARTED + name) for name in attributes),
    )
    last = events.filter(pl.col(MEANING) != kernel.CORRECTION).group_by(PID, maintain_order=True).last()
    present = last.filter(pl.col(MEANING) != kernel.END).drop(EVENT)
    return present.join(starts, on=PID, how="left").with_columns(
        pl.col(KIND).alias(PART),
        pl.lit(BEFORE).alias(ORDINAL),
        pl.lit(None, dtype=pl.Date).alias(DAY),
        pl.lit(False).alias(IS_UNKNOWN),
    )


def _with_states(rows: pl.DataFrame, register: Register) -> pl.DataFrame:
    """Rows in quarantine take over the state before; those of somebody who was not there before say nothing."""
    taken = [*attribute_schema(register), BEGIN]
    place = pl.int_range(pl.len())
    rows = rows.with_columns(pl.when(~pl.col(IS_UNKNOWN)).then(place).alias(_AT))
    rows = rows.with_columns(pl.col(_AT).forward_fill().over(PID))
    whole = rows.filter(pl.col(_AT).is_not_null())
    source = rows.select(taken)
    return whole.with_columns(source[name].gather(whole[_AT]).alias(name) for name in taken)


def _with_beginnings(rows: pl.DataFrame, register: Register, days: pl.DataFrame) -> pl.DataFrame:
    """Marks: who starts, who goes on, whose attributes or whose beginning differ; and the start each one goes back to."""
    attributes = list(attribute_schema(register))
    goes_on = (pl.col(ORDINAL).shift(1).over(PID) == pl.col(ORDINAL) - 1).fill_null(False)
    starts = ~goes_on & (pl.col(ORDINAL) != BEFORE)
    differs = pl.any_horizontal(pl.col(name).ne_missing(pl.col(name).shift(1)) for name in attributes)
    rows = rows.with_columns(goes_on.alias("goes_on"), starts.alias("starts"), differs.alias("differs"))
    effective = pl.coalesce(BEGIN, DAY)
    rows = rows.with_columns(
        effective.alias(EFFECTIVE),
        pl.when("starts").then(pl.col(STEP) * _IDS_A_STEP).otherwise(EVENT).alias(EVENT),
        *(pl.when("starts").then(name).otherwise(_STARTED + name).alias(_STARTED + name) for name in attributes),
    )
    is_first = pl.col("starts") | (pl.col(ORDINAL) == BEFORE)
    rows = rows.with_columns(pl.when(is_first).then(pl.int_range(pl.len())).forward_fill().over(PID).alias(_AT))
    previous = days.select(PART, (pl.col(ORDINAL) + 1).alias(ORDINAL), pl.col(DAY).alias("previous"))
    rows = rows.join(previous, on=[PART, ORDINAL], how="left", maintain_order="left")
    begins_otherwise = (
        pl.col("goes_on") & pl.col(BEGIN).is_not_null() & pl.col(BEGIN).ne_missing(pl.col(BEGIN).shift(1).over(PID))
    )
    return rows.with_columns(begins_otherwise.alias("begins_otherwise"))


def _started(rows: pl.DataFrame) -> pl.DataFrame:
    """Who is there for the first time, or again."""
    return _event(rows.filter("starts"), kernel.START, EFFECTIVE, number=0)


def _changed(rows: pl.DataFrame, register: Register) -> pl.DataFrame:
    """Whose attributes are others on the day than on the last one."""
    return _event(rows.filter(pl.col("goes_on") & pl.col("differs")), kernel.CHANGE, DAY, number=1)


def _corrected(rows: pl.DataFrame, register: Register) -> pl.DataFrame:
    """Whose beginning is now said to be another: the start is corrected, with the attributes that it had."""
    attributes = list(attribute_schema(register))
    found = rows.filter("begins_otherwise")
    starts = rows.select(EVENT, *(pl.col(_STARTED + name) for name in attributes))
    found = found.with_columns(
        starts[EVENT].gather(found[_AT]).alias(REFERS_TO),
        *(starts[_STARTED + name].gather(found[_AT]).alias(name) for name in attributes),
    )
    return _event(found, kernel.CORRECTION, BEGIN, number=2)


def _gone(rows: pl.DataFrame, days: pl.DataFrame) -> pl.DataFrame:
    """Who was there on one delivery of a part and is not on the next: gone on the day of that one."""
    following = (pl.col(ORDINAL).shift(-1).over(PID) == pl.col(ORDINAL) + 1).fill_null(False)
    last = rows.filter(~following).drop(DAY, STEP).with_columns((pl.col(ORDINAL) + 1).alias(ORDINAL))
    return _event(last.join(days, on=[PART, ORDINAL], how="inner"), kernel.END, DAY, number=3)


def _event(rows: pl.DataFrame, meaning: int, effective: str, *, number: int) -> pl.DataFrame:
    """Rows as events of one meaning; the number of an event is its own within a person."""
    is_correction = meaning == kernel.CORRECTION
    return rows.with_columns(
        pl.int_range(pl.len(), dtype=pl.Int64).alias(PLACE),
        (pl.col(STEP) * _IDS_A_STEP + number).alias(EVENT),
        (pl.col(REFERS_TO) if is_correction else pl.lit(None, dtype=pl.Int64)).alias(REFERS_TO),
        pl.col(PART).alias(KIND),
        pl.lit(meaning).alias(MEANING),
        pl.lit(_MEANS_ALL).alias(SETS),
        pl.col(effective).alias(EFFECTIVE),
    )

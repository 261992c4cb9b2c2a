"""The history of a register as spells, derived from events: the same for twelve years at once and for one day."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import numpy as np
import polars as pl

from gemeinsinn.concepts.registers import (
    PID,
    RECORD_KEY,
    RUN_ID,
    SYS_FROM,
    SYS_TO,
    VALID_FROM,
    VALID_TO,
    Column,
    ColumnKind,
    Register,
)
from gemeinsinn.concepts.temporal import OPEN_END
from gemeinsinn.lake.restricted import kernel


TYPES = {
    ColumnKind.AREA: pl.Int32(),
    ColumnKind.CODE: pl.Int32(),
    ColumnKind.BIRTH: pl.Date(),
    ColumnKind.DATE: pl.Date(),
    ColumnKind.AMOUNT: pl.Float64(),
}
"""The type of each kind of attribute in the tables."""

STEP, PLACE, EVENT, REFERS_TO = "step", "place", "event_id", "refers_to"
KIND, MEANING, SETS, EFFECTIVE = "kind", "meaning", "sets", "effective"

_MISSING = -(2**62)
"""Stands for a missing value inside the kernel."""
_EPOCH = date(1970, 1, 1)


def event_schema(register: Register) -> pl.Schema:
    """The columns of a table of events and their types.

    `step` and `place` (the row of the delivery) say in which order they were known, `kind` is the source's own word
    for the event, `meaning` ours, `sets` has a bit for each attribute that a change sets.
    """
    return pl.Schema(
        {
            PID: pl.Int64(),
            STEP: pl.Int64(),
            PLACE: pl.Int64(),
            EVENT: pl.Int64(),
            REFERS_TO: pl.Int64(),
            KIND: pl.String(),
            MEANING: pl.Int8(),
            SETS: pl.Int64(),
            EFFECTIVE: pl.Date(),
            **attribute_schema(register),
            RECORD_KEY: pl.Int64(),
        }
    )


def spell_schema(register: Register) -> pl.Schema:
    """The columns of a table of spells and their types."""
    return pl.Schema(
        {
            PID: pl.Int64(),
            **attribute_schema(register),
            VALID_FROM: pl.Date(),
            VALID_TO: pl.Date(),
            SYS_FROM: pl.Int64(),
            SYS_TO: pl.Int64(),
            RECORD_KEY: pl.Int64(),
            RUN_ID: pl.String(),
        }
    )


def attribute_schema(register: Register) -> dict[str, pl.DataType]:
    """The attributes of a register and their types."""
    return {column.name: TYPES[column.kind] for column in register.columns}


def derived(events: pl.DataFrame, register: Register, *, runs: pl.DataFrame) -> pl.DataFrame:
    """The spells of the persons whose events these are, all of them; `runs` says which run made each step."""
    events = events.sort(PID, STEP, PLACE)
    if events.is_empty():
        return pl.DataFrame(schema=spell_schema(register))
    coded, amounts = _coded(events, register.columns)
    persons = events.select(pl.col(PID), pl.col(RECORD_KEY)).group_by(PID, maintain_order=True).first()
    starts = np.flatnonzero(events[PID].ne_missing(events[PID].shift(1)).to_numpy())
    happened = kernel.Happened(
        offsets=np.append(starts, events.height).astype(np.int64),
        step=_numbers(events[STEP]),
        effective=_numbers(events[EFFECTIVE].to_physical()),
        meaning=_numbers(events[MEANING]),
        event=_numbers(events[EVENT]),
        refers_to=_numbers(events[REFERS_TO]),
        sets=_numbers(events[SETS]),
        state=coded,
    )
    found = kernel.rectangles(happened, (OPEN_END - _EPOCH).days)
    return _table(found, register, persons, amounts, runs)


def in_order(spells: pl.DataFrame, register: Register) -> pl.DataFrame:
    """Spells in the order of their table: by area, the dimensions of the index, and birth."""
    indexed = [register.dimensions[name].column for name in register.index]
    area, birth = register.column(ColumnKind.AREA), register.column(ColumnKind.BIRTH)
    keys = dict.fromkeys([*filter(None, (area, *indexed, birth)), PID, SYS_FROM, VALID_FROM])
    return spells.sort(list(keys))


def _coded(events: pl.DataFrame, columns: Sequence[Column]) -> tuple[kernel.Numbers, dict[str, pl.Series]]:
    """The attributes as whole numbers, a column each, and the amounts behind the numbers that stand for them."""
    coded = np.empty((events.height, len(columns)), np.int64)
    amounts = {}
    for place, column in enumerate(columns):
        values = events[column.name]
        if column.kind is ColumnKind.AMOUNT:
            amounts[column.name] = values.drop_nulls().unique().sort()
            values = _places(values, amounts[column.name])
        coded[:, place] = _numbers(values.to_physical())
    return coded, amounts


def _places(values: pl.Series, among: pl.Series) -> pl.Series:
    """The place of each amount among the different ones."""
    places = among.search_sorted(values.fill_null(0.0)).cast(pl.Int64)
    return pl.select(pl.when(values.is_not_null()).then(places)).to_series()


def _numbers(values: pl.Series) -> kernel.Numbers:
    return values.cast(pl.Int64).fill_null(_MISSING).to_numpy().astype(np.int64, copy=False)


def _table(
    found: kernel.Numbers,
    register: Register,
    persons: pl.DataFrame,
    amounts: dict[str, pl.Series],
    runs: pl.DataFrame,
) -> pl.DataFrame:
    of = pl.Series(found[:, kernel.PERSON])
    columns = {PID: persons[PID].gather(of), RECORD_KEY: persons[RECORD_KEY].gather(of)}
    for place, column in enumerate(register.columns):
        columns[column.name] = _decoded(found[:, kernel.ATTRIBUTES + place], column, amounts)
    for name, place in ((VALID_FROM, kernel.VALID_FROM), (VALID_TO, kernel.VALID_TO)):
        columns[name] = pl.Series(found[:, place]).cast(pl.Int32).cast(pl.Date)
    columns[SYS_FROM] = pl.Series(found[:, kernel.KNOWN_FROM])
    columns[SYS_TO] = pl.Series(found[:, kernel.KNOWN_TO])
    table = pl.DataFrame(columns).join(
        runs.select(pl.col(STEP).alias(SYS_FROM), RUN_ID), on=SYS_FROM, how="left", maintain_order="left"
    )
    return _from_birth_on(table.select(list(spell_schema(register))), register.column(ColumnKind.BIRTH))


def _from_birth_on(spells: pl.DataFrame, birth: str) -> pl.DataFrame:
    """Nobody is there before being born, whatever an event that waits for its correction says."""
    if not birth or not spells.select((pl.col(birth) > pl.col(VALID_FROM)).any()).item():
        return spells
    return spells.with_columns(pl.max_horizontal(VALID_FROM, birth)).filter(pl.col(VALID_FROM) < pl.col(VALID_TO))


def _decoded(numbers: kernel.Numbers, column: Column, amounts: dict[str, pl.Series]) -> pl.Series:
    values = pl.Series(np.ascontiguousarray(numbers))
    values = values.set(values == _MISSING, None)
    if column.kind is ColumnKind.AMOUNT:
        return amounts[column.name].gather(values)
    return values.cast(pl.Int32).cast(TYPES[column.kind])

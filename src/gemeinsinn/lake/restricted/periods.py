"""What happened in a period: births, arrivals and departures, and the time that people spent in an area."""

from __future__ import annotations

from collections.abc import Sequence
from math import prod

import numpy as np
import polars as pl

from gemeinsinn.concepts.registers import (
    AREA_DIMENSIONS,
    MUNICIPALITY,
    OLDEST,
    PID,
    RECORD_KEY,
    SYS_FROM,
    SYS_TO,
    VALID_FROM,
    VALID_TO,
    ColumnKind,
    Measure,
    Period,
    PeriodQuestion,
)
from gemeinsinn.concepts.temporal import OPEN_END
from gemeinsinn.errors import UnknownNameError
from gemeinsinn.lake.restricted.cube import KEY_MODULUS, PeriodCube
from gemeinsinn.lake.restricted.resolved import DROPPED, AgeMap, AreaScheme, Resolved


DAYS_A_YEAR = 365.2425
_DAY, _PERIOD, _TARGET, _HOME, _KEY = "gs_day", "gs_period", "gs_target", "gs_home", "gs_key"


def happened(
    spells: pl.LazyFrame, question: PeriodQuestion, asked: Resolved, areas: AreaScheme, *, step: int
) -> PeriodCube:
    """Count what happened in the periods; raises `UnknownNameError` for what the register cannot say."""
    _check(question, asked)
    believed = spells.filter(pl.col(SYS_FROM) <= step, pl.col(SYS_TO) > step).collect()
    if question.measure is Measure.PERSON_YEARS:
        return _time(believed, question.periods, asked)
    events = _EVENTS[question.measure](_with_home(believed, question, asked, areas), asked)
    events = _placed(_in_periods(events, question.periods), asked)
    return _cube(question.periods, asked, events)


def _check(question: PeriodQuestion, asked: Resolved) -> None:
    register = asked.register
    if question.measure is Measure.BIRTHS and not register.column(ColumnKind.BIRTH):
        raise UnknownNameError("the register knows no births.", where=register.id, remedy="Choose another measure.")
    if question.measure is Measure.PERSON_YEARS and asked.ages is not None:
        remedy = "Leave age and age_class out, or ask for key dates."
        raise UnknownNameError("person-years are not told apart by age.", where=register.id, remedy=remedy)


def _with_home(rows: pl.DataFrame, question: PeriodQuestion, asked: Resolved, areas: AreaScheme) -> pl.DataFrame:
    """The rows with the area that moves are told by: the smallest one that is asked for, else everything."""
    levels = [level for level in AREA_DIMENSIONS if level in (*question.by, *question.where)]
    column = asked.register.column(ColumnKind.AREA)
    if not levels or not column:
        return rows.with_columns(pl.lit(0, dtype=pl.Int32).alias(_HOME))
    if levels[0] == MUNICIPALITY:
        return rows.with_columns(pl.col(column).alias(_HOME))
    _, place_of = areas.place_of(levels[0])
    codes = {int(key): place for key, place in place_of.items()}
    home = pl.col(column).replace_strict(codes, default=DROPPED, return_dtype=pl.Int32)
    return rows.with_columns(home.alias(_HOME))


def _births(rows: pl.DataFrame, asked: Resolved) -> pl.DataFrame:
    birth = asked.register.column(ColumnKind.BIRTH)
    return rows.filter(pl.col(VALID_FROM) == pl.col(birth)).with_columns(pl.col(VALID_FROM).alias(_DAY))


def _arrivals(rows: pl.DataFrame, asked: Resolved) -> pl.DataFrame:
    birth = asked.register.column(ColumnKind.BIRTH)
    rows = rows.sort(PID, VALID_FROM)
    same = (pl.col(PID) == pl.col(PID).shift(1)) & (pl.col(VALID_FROM) == pl.col(VALID_TO).shift(1))
    stays = (same & (pl.col(_HOME) == pl.col(_HOME).shift(1))).fill_null(value=False)
    born = pl.col(VALID_FROM) == pl.col(birth) if birth else pl.lit(value=False)
    return rows.filter(~stays & ~born).with_columns(pl.col(VALID_FROM).alias(_DAY))


def _departures(rows: pl.DataFrame, asked: Resolved) -> pl.DataFrame:
    rows = rows.sort(PID, VALID_FROM)
    same = (pl.col(PID) == pl.col(PID).shift(-1)) & (pl.col(VALID_TO) == pl.col(VALID_FROM).shift(-1))
    stays = (same & (pl.col(_HOME) == pl.col(_HOME).shift(-1))).fill_null(value=False)
    ended = pl.col(VALID_TO) < OPEN_END
    return rows.filter(~stays & ended).with_columns(pl.col(VALID_TO).alias(_DAY))


_EVENTS = {Measure.BIRTHS: _births, Measure.ARRIVALS: _arrivals, Measure.DEPARTURES: _departures}


def _in_periods(events: pl.DataFrame, periods: Sequence[Period]) -> pl.DataFrame:
    """One row for each event and each period that it lies in; periods may overlap."""
    parts = [
        events.filter(pl.col(_DAY) >= period.since, pl.col(_DAY) < period.until).with_columns(
            pl.lit(at, dtype=pl.Int64).alias(_PERIOD)
        )
        for at, period in enumerate(periods)
    ]
    return pl.concat(parts)


def _placed(events: pl.DataFrame, asked: Resolved) -> pl.DataFrame:
    """The events with their place in the answer, without those that are not asked for."""
    sizes = [len(axis.categories) for axis in asked.axes]
    strides = [prod(sizes[at + 1 :]) for at in range(len(sizes))]
    target = pl.lit(0, dtype=pl.Int64)
    wanted = pl.lit(value=True)
    for codes in asked.codes:
        place = pl.col(codes.column).replace_strict(dict(codes.place_of), default=DROPPED, return_dtype=pl.Int64)
        wanted &= place != DROPPED
        target += place * (0 if codes.axis is None else strides[codes.axis])
    if asked.ages is not None:
        place = _age_place(asked, asked.ages)
        wanted &= place != DROPPED
        target += place * (0 if asked.ages.axis is None else strides[asked.ages.axis])
    return events.with_columns(target.alias(_TARGET), wanted.alias("gs_wanted")).filter("gs_wanted")


def _age_place(asked: Resolved, ages: AgeMap) -> pl.Expr:
    born, day = pl.col(asked.register.column(ColumnKind.BIRTH)), pl.col(_DAY)
    age = (_number(day) - _number(born)) // 10_000
    bounds = [*ages.thresholds[1:], OLDEST + 50]
    place_of = {
        years: place
        for first, after, place in zip(ages.thresholds, bounds, ages.place_of, strict=True)
        for years in range(first, after)
    }
    return age.replace_strict(place_of, default=DROPPED, return_dtype=pl.Int64)


def _number(day: pl.Expr) -> pl.Expr:
    return day.dt.year().cast(pl.Int64) * 10_000 + day.dt.month().cast(pl.Int64) * 100 + day.dt.day().cast(pl.Int64)


def _time(rows: pl.DataFrame, periods: Sequence[Period], asked: Resolved) -> PeriodCube:
    """Days in each period, and for the deviation each entity once with its record key."""
    shape, whole = _shape(periods, asked)
    amounts = np.zeros(whole)
    parts = []
    placed = _placed(rows, asked)
    for at, period in enumerate(periods):
        there = placed.filter(pl.col(VALID_FROM) < period.until, pl.col(VALID_TO) > period.since)
        days = pl.min_horizontal(VALID_TO, pl.lit(period.until)) - pl.max_horizontal(VALID_FROM, pl.lit(period.since))
        together = there.group_by(_TARGET).agg(days.dt.total_days().sum().alias("gs_days"))
        place = together[_TARGET].to_numpy() + at * (whole // len(periods))
        amounts[place] = together["gs_days"].to_numpy() / DAYS_A_YEAR
        once = there.unique((_TARGET, PID), keep="first", maintain_order=True)
        parts.append(once.with_columns(pl.lit(at, dtype=pl.Int64).alias(_PERIOD)))
    cube = _cube(periods, asked, pl.concat(parts))
    return PeriodCube(cube.periods, cube.axes, cube.counts, cube.keys, amounts.reshape(shape))


def _shape(periods: Sequence[Period], asked: Resolved) -> tuple[tuple[int, ...], int]:
    shape = (len(periods), *(len(axis.categories) for axis in asked.axes))
    return shape, prod(shape)


def _cube(periods: Sequence[Period], asked: Resolved, events: pl.DataFrame) -> PeriodCube:
    shape, whole = _shape(periods, asked)
    modulus = KEY_MODULUS - 1
    key = (((pl.col(RECORD_KEY) % modulus) + modulus) % modulus + 1).alias(_KEY)
    grouped = events.group_by(_PERIOD, _TARGET).agg(pl.len().alias("gs_count"), key.sum())
    counts, keys = np.zeros(whole, dtype=np.int64), np.zeros(whole, dtype=np.int64)
    place = grouped[_PERIOD].to_numpy() * (whole // len(periods)) + grouped[_TARGET].to_numpy()
    counts[place], keys[place] = grouped["gs_count"].to_numpy(), grouped[_KEY].to_numpy()
    names = tuple(period.name for period in periods)
    modular = (keys % KEY_MODULUS).astype(np.uint16).reshape(shape)
    return PeriodCube(names, asked.axes, counts.reshape(shape), modular)

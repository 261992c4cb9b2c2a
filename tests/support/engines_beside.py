"""The same series of month ends by other engines, each in the best way we know: for benchmarks, and to check ourselves.

They get what our own path has to work out for itself: believed spells, groups of nationality, and months as numbers.
Whoever does not count `expected` people over all dates together is not measured.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date

import duckdb
import polars as pl
import psycopg

from gemeinsinn.concepts.registers import Register
from support.postgres import databases


OPEN_STEP = 2**62
_LAST_AGE = 200


def prepared(table: pl.DataFrame, on: Sequence[date], register: Register) -> pl.DataFrame:
    """The believed spells: codes, days, births as numbers yyyymmdd, and months counted from the first date.

    A spell counts at the ends of the months from `a` on and before `b`; who was born in month `mb` is `(j - mb) // 12`
    years old at the end of month `j`.
    """
    groups = dict(register.dimensions["nationality_group"].category_of)

    def month(name: str) -> pl.Expr:
        years = pl.col(name).dt.year().cast(pl.Int32) - on[0].year
        return years * 12 + pl.col(name).dt.month().cast(pl.Int32) - on[0].month

    born = pl.col("birth")
    number = born.dt.year().cast(pl.Int32) * 10_000 + born.dt.month().cast(pl.Int32) * 100 + born.dt.day()
    return table.filter(pl.col("sys_to_rel") > OPEN_STEP).select(
        pl.col("area").cast(pl.Int32),
        pl.col("sex").cast(pl.Int16),
        pl.col("nationality").replace_strict(groups, return_dtype=pl.Int16).alias("natg"),
        "valid_from",
        "valid_to",
        number.cast(pl.Int32).alias("born"),
        month("valid_from").clip(0, len(on)).alias("a"),
        month("valid_to").clip(0, len(on)).alias("b"),
        month("birth").alias("mb"),
    )


def _dates(on: Sequence[date]) -> pl.DataFrame:
    numbers = [day.year * 10_000 + day.month * 100 + day.day for day in on]
    return pl.DataFrame(
        {"j": range(len(on)), "d": on, "ymd": numbers}, schema={"j": pl.Int32, "d": pl.Date, "ymd": pl.Int32}
    )


def _classes(register: Register) -> pl.DataFrame:
    starts = register.age_classes
    ends = [*starts[1:], _LAST_AGE]
    months = {"ac": range(len(starts)), "lo": [12 * each for each in starts], "hi": [12 * each for each in ends]}
    return pl.DataFrame(months, schema={"ac": pl.Int16, "lo": pl.Int32, "hi": pl.Int32})


def _case(register: Register, age: str) -> str:
    starts = register.age_classes
    arms = " ".join(f"when {age} < {end} then {place}" for place, end in enumerate(starts[1:]))
    return f"case {arms} else {len(starts) - 1} end"


def range_join(register: Register) -> str:
    """Every spell with every date that it holds on; the plain way, in SQL that PostgreSQL understands, too."""
    age = _case(register, "((kd.ymd - born) / 10000)")
    return (
        f"select j, area, sex, natg, {age} as ac, count(*) as n from reg join kd "  # noqa: S608  (our own words)
        "on valid_from <= kd.d and valid_to > kd.d group by 1, 2, 3, 4, 5"
    )


def _unnest(register: Register) -> str:
    age = _case(register, "((j - mb) // 12)")
    return (
        f"select j, area, sex, natg, {age} as ac, count(*) as n from "  # noqa: S608  (our own words)
        "(select area, sex, natg, mb, unnest(range(a, b)) as j from reg where a < b) group by all"
    )


_DELTA = """
with base as (select area, sex, natg, a, b, mb, count(*) as w from reg where a < b group by all),
seg as (select area, sex, natg, ac.ac, greatest(a, mb + lo) as s, least(b, mb + hi) as e, w
        from base join ac on mb + lo < b and mb + hi > a),
ev as (select area, sex, natg, ac, j, sum(d) as d from
       (select area, sex, natg, ac, s as j, w as d from seg union all select area, sex, natg, ac, e, -w from seg)
       where j < (select count(*) from kd) group by all),
cells as (select distinct area, sex, natg, ac from ev)
select j, area, sex, natg, ac, (sum(coalesce(d, 0)) over (partition by area, sex, natg, ac order by j))::bigint as n
from (select cells.*, kd.j from cells, kd) left join ev using (area, sex, natg, ac, j)
"""
"""Only what begins and ends: a spell adds at its first month of an age class and takes away at its last."""


def best_duckdb(
    table: pl.DataFrame, on: Sequence[date], register: Register, *, runs: int, expected: int
) -> list[float]:
    """Seconds of the fastest of three statements, on a table of DuckDB's own in memory."""
    with duckdb.connect() as connection:
        connection.register("source", prepared(table, on, register).to_arrow())
        connection.execute("create table reg as select * from source")
        connection.register("kd", _dates(on).to_arrow())
        connection.register("ac", _classes(register).to_arrow())
        statements = (range_join(register), _unnest(register), _DELTA)
        found = [_seconds(lambda sql=sql: connection.sql(sql).pl(), runs=runs, expected=expected) for sql in statements]
    return min(found, key=statistics.median)


def best_polars(
    table: pl.DataFrame, on: Sequence[date], register: Register, *, runs: int, expected: int
) -> list[float]:
    """Seconds of the faster of two plans: beginnings and ends added up, and every month of every spell."""
    rows = prepared(table, on, register).filter(pl.col("a") < pl.col("b"))
    plans = (lambda: _polars_delta(rows, on, register), lambda: _polars_months(rows, register))
    found = [_seconds(plan, runs=runs, expected=expected) for plan in plans]
    return min(found, key=statistics.median)


_CELL = ("area", "sex", "natg", "ac")


def _polars_delta(rows: pl.DataFrame, on: Sequence[date], register: Register) -> pl.DataFrame:
    base = rows.lazy().group_by("area", "sex", "natg", "a", "b", "mb").agg(pl.len().cast(pl.Int64).alias("w"))
    segments = (
        base.join(_classes(register).lazy(), how="cross")
        .filter(pl.col("mb") + pl.col("lo") < pl.col("b"), pl.col("mb") + pl.col("hi") > pl.col("a"))
        .select(
            *_CELL,
            pl.max_horizontal("a", pl.col("mb") + pl.col("lo")).alias("s"),
            pl.min_horizontal("b", pl.col("mb") + pl.col("hi")).alias("e"),
            "w",
        )
    )
    begins = segments.select(*_CELL, pl.col("s").alias("j"), pl.col("w").alias("x"))
    ends = segments.filter(pl.col("e") < len(on)).select(*_CELL, pl.col("e").alias("j"), (-pl.col("w")).alias("x"))
    changes = pl.concat([begins, ends]).group_by(*_CELL, "j").agg(pl.col("x").sum())
    months = pl.LazyFrame({"j": range(len(on))}, schema={"j": pl.Int32})
    cells = changes.select(*_CELL).unique().join(months, how="cross")
    full = cells.join(changes, on=[*_CELL, "j"], how="left").with_columns(pl.col("x").fill_null(0)).sort(*_CELL, "j")
    return full.with_columns(pl.col("x").cum_sum().over(*_CELL).alias("n")).collect(engine="streaming")


def _polars_months(rows: pl.DataFrame, register: Register) -> pl.DataFrame:
    age = (pl.col("j") - pl.col("mb")) // 12
    starts = register.age_classes
    of_class = pl.lit(len(starts) - 1, dtype=pl.Int16)
    for place, end in reversed(list(enumerate(starts[1:]))):
        of_class = pl.when(age < end).then(pl.lit(place, dtype=pl.Int16)).otherwise(of_class)
    return (
        rows.lazy()
        .select("area", "sex", "natg", "mb", pl.int_ranges("a", "b", dtype=pl.Int32).alias("j"))
        .explode("j")
        .group_by("j", "area", "sex", "natg", of_class.alias("ac"))
        .agg(pl.len().alias("n"))
        .collect(engine="streaming")
    )


def _seconds(work: Callable[[], pl.DataFrame], *, runs: int, expected: int) -> list[float]:
    found = []
    for _ in range(runs + 1):
        began = time.perf_counter()
        counted = work()
        found.append(time.perf_counter() - began)
        assert counted["n"].sum() == expected, "another engine counts otherwise"
    return found[1:]


@contextmanager
def postgresql(
    table: pl.DataFrame, on: Sequence[date], register: Register, *, expected: int
) -> Iterator[Callable[[], float]]:
    """Gives the seconds of a range join on PostgreSQL, with an index on the days and fresh statistics."""
    rows = prepared(table, on, register).select("area", "sex", "natg", "valid_from", "valid_to", "born")
    with databases() as server, psycopg.connect(server.fresh(), autocommit=True) as connection:
        connection.execute("create table reg (area int, sex int2, natg int2, valid_from date, valid_to date, born int)")
        with connection.cursor().copy("copy reg from stdin (format csv)") as copy:
            copy.write(rows.write_csv(include_header=False))
        connection.execute("create table kd (j int, d date, ymd int)")
        with connection.cursor().copy("copy kd from stdin (format csv)") as copy:
            copy.write(_dates(on).write_csv(include_header=False))
        connection.execute("create index on reg (valid_from, valid_to)")
        connection.execute("vacuum analyze reg")
        connection.execute("analyze kd")

        def seconds() -> float:
            began = time.perf_counter()
            counted = connection.execute(range_join(register)).fetchall()
            taken = time.perf_counter() - began
            assert sum(row[-1] for row in counted) == expected, "PostgreSQL counts otherwise"
            return taken

        yield seconds

"""Registers: any key date from the serving index beside engines of others, larger registers, intake and pseudonyms."""

from __future__ import annotations

import calendar
import json
import os
import resource
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, date, datetime
from pathlib import Path

import numpy as np
import polars as pl

from bars import Row, Section, median, spread
from gemeinsinn.concepts.registers import Question, Register
from gemeinsinn.gate.answers import Desk
from gemeinsinn.lake.restricted import fast
from gemeinsinn.lake.restricted.index import ServingIndex, built
from gemeinsinn.lake.restricted.resolved import AreaScheme, resolved
from gemeinsinn.lake.restricted.spells import in_order
from gemeinsinn.pipeline.questions import desk_of
from gemeinsinn.pipeline.shipped import shipped_demo
from gemeinsinn.pipeline.synth import calibration_for
from gemeinsinn.protect.pseudonyms import identifiers, pseudonyms
from gemeinsinn.settings.instance import Instance
from gemeinsinn.sources.registers.declared import read_registers
from gemeinsinn.synthetic.spells import pieces
from places import BENCH, DEMO, ROOT, demo
from support.engines_beside import best_duckdb, best_polars, postgresql


COUNTY, TEN_MILLION, COUNTRY = 320_000, 10_000_000, 83_000_000
FIRST, LAST = date(2013, 1, 1), date(2025, 12, 31)
BY = ("municipality", "age_class", "sex", "nationality_group")
MONTH_ENDS = tuple(
    date(2015 + month // 12, month % 12 + 1, calendar.monthrange(2015 + month // 12, month % 12 + 1)[1])
    for month in range(120)
)
_STEP = 2**62
_PIECE = 8_000_000
_FOLDER = BENCH / "registers"
_HOW = (
    "120 month ends from 2015 to 2024 by municipality, 18 age classes, sex and 11 groups of nationality: 3.5 million "
    "cells, counts and sums of record keys. The same spells for all: a synthetic register with late reports and "
    "corrections, in the order in which the lake keeps them. Indexes are in memory, the others' tables in their own format, warm. Ratios are medians of this run. "
    "Larger registers are made in pieces of eight million rows, each an index of its own whose counts are added."
)


def measured(*, quick: bool, clone: bool) -> Section:
    """Measure the county beside other engines, ten million residents, the whole country, intake and pseudonyms."""
    rows = [*_county(quick=quick), *_ten_million(quick=quick), *_intake(quick=quick), _pseudonyms(quick=quick)]
    if not quick:
        rows += _country()
    return Section("Registers", _HOW, tuple(rows))


def register() -> Register:
    """The resident register as the demo county declares it, with the columns of the pieces."""
    return read_registers(shipped_demo() / "registers.yaml")["residents"].register


def areas(codes: Sequence[int]) -> AreaScheme:
    """The municipalities that occur, without larger areas."""
    return AreaScheme(tuple(f"{code:08d}" for code in codes), {}, {})


def spells(residents: int) -> Iterator[pl.DataFrame]:
    """A synthetic register in pieces."""
    calibration = calibration_for(Instance(shipped_demo()))
    yield from pieces(calibration, residents=residents, seed=1, first=FIRST, last=LAST, piece=_PIECE)


def _file(residents: int) -> list[Path]:
    """The register as Parquet files, made once."""
    folder = _FOLDER / str(residents)
    if not (folder / "made").is_file():
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        for number, piece in enumerate(spells(residents)):
            in_order(piece, register()).write_parquet(folder / f"{number:04d}.parquet", row_group_size=500_000)
        (folder / "made").touch()
    return sorted(folder.glob("*.parquet"))


def _county(*, quick: bool) -> list[Row]:
    table = pl.read_parquet(_file(COUNTY))
    index = built(table.lazy(), register(), step=_STEP)
    asked = resolved(Question("residents", MONTH_ENDS, BY), register(), areas(_codes(table)))
    ours = _timed(lambda: fast.counted(index, asked), 15)
    one = resolved(Question("residents", MONTH_ENDS[:1], BY), register(), areas(_codes(table)))
    alone = _timed(lambda: fast.counted(index, one), 15)
    expected = int(fast.counted(index, asked).counts.sum())
    few = 1 if quick else 5
    duckdb = best_duckdb(table, MONTH_ENDS, register(), runs=few, expected=expected)
    polars = best_polars(table, MONTH_ENDS, register(), runs=few, expected=expected)
    with postgresql(table, MONTH_ENDS, register(), expected=expected) as range_join:
        theirs = [range_join() for _ in range(few)]
    mine = median(ours)
    desk = _desk()
    answer = _timed(lambda: desk.answer(Question("residents", (date(2024, 6, 30),), BY), who="bench", at=_now()), 15)
    best = min(median(duckdb), median(polars))
    return [
        spread("county: 120 month ends from the index", [each * 1e3 for each in ours], "ms", bar=10),
        spread("county: one day from the index", [each * 1e3 for each in alone], "ms"),
        spread(
            "county: one day, protected and written down, the library call",
            [each * 1e3 for each in answer],
            "ms",
            bar=5,
        ),
        spread("PostgreSQL, range join", theirs, "s"),
        Row("PostgreSQL's range join against the index", median(theirs) / mine, "times", few, 500, at_least=True),
        spread("DuckDB, the best of three statements", duckdb, "s"),
        spread("Polars, the better of two plans", polars, "s"),
        Row("the better of both against the index", best / mine, "times", few, 15, at_least=True),
    ]


def _codes(table: pl.DataFrame) -> list[int]:
    return table["area"].unique().sort().to_list()


def _timed(work: Callable[[], object], times: int) -> list[float]:
    work()
    found = []
    for _ in range(times):
        began = time.perf_counter()
        work()
        found.append(time.perf_counter() - began)
    return found


def _ten_million(*, quick: bool) -> list[Row]:
    """In a process of its own, so that its memory is its own."""
    files = _file(TEN_MILLION)
    words = [sys.executable, __file__, "ten", "1" if quick else "5", *map(str, files)]
    done = subprocess.run(words, capture_output=True, text=True, check=True, env={**os.environ, "PYTHONPATH": _path()})
    told = json.loads(done.stdout)
    return [
        spread("10 million residents: index build", told["build"], "s", bar=5),
        spread("10 million residents: 120 month ends", told["count"], "s", bar=0.2),
        Row("10 million residents: memory", told["memory_gb"], "GB", 1, 4),
    ]


def _path() -> str:
    return os.pathsep.join([str(ROOT / "src"), str(ROOT / "tests"), str(ROOT / "benchmarks")])


def _measure_ten(times: int, files: Sequence[str]) -> dict[str, object]:
    """Build and count; the first build and count, which compile, are not told."""
    declared = register()
    scan = pl.scan_parquet(list(files))
    codes = scan.select(pl.col("area").unique().sort()).collect()["area"].to_list()
    asked = resolved(Question("residents", MONTH_ENDS, BY), declared, areas(codes))
    small = built(pl.scan_parquet(files[0]).head(100_000), declared, step=_STEP)
    fast.counted(small, asked)
    builds, index = [], small
    for _ in range(times):
        began = time.perf_counter()
        index = built(scan, declared, step=_STEP)
        builds.append(time.perf_counter() - began)
    counts = _timed(lambda: fast.counted(index, asked), 2 * times + 1)
    return {
        "build": builds,
        "count": counts,
        "memory_gb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6,
        "rows": int(index.births.size),
    }


def _country() -> list[Row]:
    """83 million residents: an index for each piece, held in memory together; their counts are added up."""
    declared = register()
    indexes: list[ServingIndex] = []
    codes: set[int] = set()
    for piece in spells(COUNTRY):
        codes |= set(piece["area"].unique().to_list())
        indexes.append(built(piece.lazy(), declared, step=_STEP))
    asked = resolved(Question("residents", MONTH_ENDS, BY), declared, areas(sorted(codes)))

    def together() -> np.ndarray:
        return fast.counted_together(indexes, asked).counts

    seconds = _timed(together, 5)
    rows = sum(index.births.size for index in indexes)
    return [spread(f"83 million residents ({rows / 1e6:.0f} million spells): 120 month ends", seconds, "s", bar=1.5)]


def _desk() -> Desk:
    return desk_of(Instance(_filled()), "residents")


def _filled() -> Path:
    """An instance whose resident register is filled with the county of 320,000."""
    demo()
    if not (DEMO / "var" / "demo_registers.json").is_file():
        words = [sys.executable, "-m", "gemeinsinn", "demo", "--dir", str(DEMO), "--no-serve"]
        subprocess.run(words, check=True, capture_output=True)
    return DEMO


def _now() -> datetime:
    return datetime.now(UTC)


def _intake(*, quick: bool) -> list[Row]:
    """The history of twelve years, and then single days, each in a process of its own."""
    words = [sys.executable, str(Path(__file__).with_name("intake.py")), str(_filled()), "1" if quick else "5"]
    done = subprocess.run(words, capture_output=True, text=True, check=True, env={**os.environ, "PYTHONPATH": _path()})
    told = json.loads(done.stdout)
    return [
        spread("intake of the history of twelve years", told["history"], "s", bar=90),
        Row("intake of the history: memory", told["memory_gb"], "GB", 1, 4),
        spread("intake of a day's changes", told["days"], "s", bar=2),
    ]


def _pseudonyms(*, quick: bool) -> Row:
    numbers = [f"{number:011d}" for number in range(1_000_000)]
    key = bytes(range(32))
    seconds = _timed(lambda: pseudonyms(identifiers(numbers), [key]), 1 if quick else 5)
    return Row(
        "pseudonyms: million values a second on one core", 1 / median(seconds), "times", len(seconds), 1, at_least=True
    )


if __name__ == "__main__":
    print(json.dumps(_measure_ten(int(sys.argv[2]), sys.argv[3:])))

"""Records and deviations: Mondrian, the check of a level, the call on Arrow tables, cell keys, and rounding."""

from __future__ import annotations

import importlib
import importlib.util
import time
from collections.abc import Callable

import numpy as np
import polars as pl

from bars import Row, Section, spread
from gemeinsinn.gate.records import anonymised
from gemeinsinn.protect.cell_keys import KEYS, PerturbationDesign, perturbation_table
from gemeinsinn.protect.records.assessment import assessed
from gemeinsinn.protect.records.classes import equal_records
from gemeinsinn.protect.records.levels import Diversity, Level, Watched
from gemeinsinn.protect.records.mondrian import Records, mondrian
from gemeinsinn.protect.records.protection import generalised
from gemeinsinn.protect.records.scales import Line, flat_tree
from gemeinsinn.protect.records.terms import RecordTerms
from gemeinsinn.protect.register_terms import ColumnClass
from gemeinsinn.protect.tables.rounding import rounded
from places import ROOT  # noqa: F401  (makes the tests' support importable)
from support.rounded import county


MILLION = 1_000_000
_LEVEL = Level(5, l=2)
_HOW = (
    "A million invented records of municipality (1,100), age, sex, nationality (20) and size of household, with a sensitive "
    "column of six values; both cores. All five columns as numbers, and with sex and nationality as codes without an order. "
    "The call on an Arrow table codes, generalises, writes, counts what is written once more, and assesses before and after. "
    "pyCANON measures the same k and l where it is installed."
)


def measured(*, quick: bool, clone: bool) -> Section:
    """Measure a million records, ten million cells, and a rounded county."""
    runs = 2 if quick else 7
    return Section("Records, cell keys, rounding", _HOW, (*_records(runs), *_cells(runs), *_rounded(runs)))


def people(number: int, *, seed: int = 0) -> dict[str, np.ndarray]:
    """The columns of invented records, as codes from 0."""
    rng = np.random.default_rng(seed)
    return {
        "municipality": np.minimum(rng.pareto(1.2, number) * 40, 1099).astype(np.int32),
        "age": np.clip(rng.normal(42, 23, number), 0, 95).astype(np.int32),
        "sex": rng.integers(0, 2, number, dtype=np.int32),
        "nationality": np.minimum(rng.geometric(0.6, number) - 1, 19).astype(np.int32),
        "household": np.minimum(rng.poisson(1.3, number), 7).astype(np.int32),
        "grade": np.minimum(rng.geometric(0.5, number) - 1, 5).astype(np.int32),
    }


def coded(columns: dict[str, np.ndarray], *, nominal: tuple[str, ...] = ()) -> Records:
    """The same for Mondrian; the last column is the sensitive one."""
    *told, sensitive = columns
    sizes = {name: int(columns[name].max()) + 1 for name in told}
    scales = {
        name: flat_tree([str(code) for code in range(size)]) if name in nominal else Line(np.arange(float(size)))
        for name, size in sizes.items()
    }
    codes = np.column_stack([columns[name] for name in told])
    return Records(scales, codes, {sensitive: Watched(columns[sensitive], is_ordered=True)})


def _records(runs: int) -> list[Row]:
    columns = people(MILLION)
    lines, trees = coded(columns), coded(columns, nominal=("sex", "nationality"))
    codes = [np.ascontiguousarray(column) for column in lines.codes.T]
    frame = pl.DataFrame(columns)
    classes = dict.fromkeys(columns, ColumnClass.QUASI_IDENTIFYING) | {"grade": ColumnClass.SENSITIVE}
    terms = RecordTerms(_LEVEL, classes, nominal=("sex", "nationality"))
    by_entropy, close = Level(5, l=2, diversity=Diversity.ENTROPY), Level(5, l=2, t=0.2)
    exact = generalised(trees, _LEVEL).loss
    return [
        spread(
            "Mondrian, k=5, l=2, five columns of numbers", _timed(lambda: mondrian(lines, _LEVEL), runs), "s", bar=1
        ),
        spread(
            "Mondrian, three of numbers and two of codes", _timed(lambda: mondrian(trees, _LEVEL), runs), "s", bar=1
        ),
        spread("Mondrian, l=2 by entropy", _timed(lambda: mondrian(lines, by_entropy), runs), "s"),
        spread("Mondrian, l=2 and t=0.2", _timed(lambda: mondrian(lines, close), runs), "s"),
        spread(
            "check of k and l",
            _timed(lambda: assessed(equal_records(codes, records=MILLION), lines), runs),
            "s",
            bar=0.6,
        ),
        *_pycanon(columns),
        spread(
            "the call on an Arrow table, in and out", _timed(lambda: anonymised(frame, terms), max(2, runs // 3)), "s"
        ),
        Row("information loss of it (mean certainty penalty)", 100 * exact.mean_penalty, "%"),
        Row("average class size of it, in multiples of k", exact.average_class_size, "times"),
    ]


def _pycanon(columns: dict[str, np.ndarray]) -> list[Row]:
    """The package of others, where it is installed; it is no dependency."""
    if importlib.util.find_spec("pycanon") is None:
        return []
    anonymity = importlib.import_module("pycanon.anonymity")
    frame = pl.DataFrame(columns).to_pandas()
    told = [name for name in columns if name != "grade"]

    def theirs() -> None:
        anonymity.k_anonymity(frame, told)
        anonymity.l_diversity(frame, told, ["grade"])

    return [spread("check of k and l by pyCANON", _timed(theirs, 1), "s")]


def _cells(runs: int) -> list[Row]:
    rng = np.random.default_rng(0)
    table = perturbation_table(PerturbationDesign(4, 2.0, 3), bytes(range(32)))
    counts = rng.integers(0, 30, 10 * MILLION).astype(np.int32)
    keys = rng.integers(0, KEYS, 10 * MILLION).astype(np.uint16)
    seconds = _timed(lambda: table.perturbed(counts, keys), 2 * runs + 1)
    return [spread("cell keys: 10 million cells", seconds, "s", bar=0.1)]


def _rounded(runs: int) -> list[Row]:
    model = county(0, towns=12, mean=3.0)
    seconds = _timed(lambda: rounded(model, base=5), max(1, runs // 3))
    moved = 100 * float(rounded(model, base=5).moved.mean())
    return [
        spread(f"rounding to 5, attacked: {model.cells:,} cells", seconds, "s"),
        Row("numbers that went to their other neighbour", moved, "%"),
    ]


def _timed(work: Callable[[], object], times: int) -> list[float]:
    """Seconds of each run, but the first, which compiles."""
    work()
    found = []
    for _ in range(times):
        began = time.perf_counter()
        work()
        found.append(time.perf_counter() - began)
    return found

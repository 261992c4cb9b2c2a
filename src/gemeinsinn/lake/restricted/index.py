"""The serving index of a register: what is believed at one step, as sorted arrays that the cohort kernel reads.

It holds no pseudonym and no code of a person's own: for each spell the cell (municipality and the indexed
dimensions), birth, begin and end as days, and 16 bits of the record key. It is a copy that may be removed at any time.
"""

from __future__ import annotations

import json
import shutil
import uuid
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date
from math import prod
from pathlib import Path
from typing import Any, cast

import narwhals as nw
import numpy as np
import polars as pl
from numpy.typing import NDArray

from gemeinsinn.concepts.registers import (
    MUNICIPALITY,
    RECORD_KEY,
    SYS_FROM,
    SYS_TO,
    VALID_FROM,
    VALID_TO,
    ColumnKind,
    Dimension,
    Register,
)
from gemeinsinn.concepts.temporal import OPEN_END
from gemeinsinn.errors import NotYetKnownError
from gemeinsinn.lake import durable
from gemeinsinn.lake.restricted import cohorts
from gemeinsinn.lake.restricted.general import Frame


UNKNOWN = -(1 << 31)
"""Stands for the codes that belong to no category of a dimension."""

LAST_DAY = cohorts.DAYS - 1
"""The place of an open end; a day beyond the horizon of the index counts as one."""

_MARGIN = 20 * 365
_UNIX = date(1970, 1, 1)
_ARRAYS = ("start", "births", "begins", "ends", "keys")
_FORMAT = 1
_SLICE = 1 << 17
_SPAN = 1 << 25


@dataclass(frozen=True, slots=True)
class IndexDimension:
    """A dimension in the cells of an index; the place of a category is its part of the cell.

    `codes` has one code of each category, which stands for all of them: for municipalities every key that occurs,
    for a declared dimension its categories and `UNKNOWN` for codes that belong to none.
    """

    name: str
    column: str
    codes: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Days:
    """How an index numbers days: from an epoch, which is a day counted from 1970-01-01."""

    epoch: int

    def place_of(self, day: date) -> int:
        """The place of a key date."""
        place = (day - _UNIX).days - self.epoch
        if not 0 <= place < LAST_DAY:
            raise NotYetKnownError(
                f"{day:%d.%m.%Y} lies outside of what the index serves.", remedy="Choose another day."
            )
        return place

    def birth_place(self, day: date) -> int:
        """The place of a birth, -1 for one before the index begins."""
        return min(max((day - _UNIX).days - self.epoch, -1), LAST_DAY - 1)


@dataclass(frozen=True, slots=True, repr=False)
class ServingIndex:
    """Spells sorted by cell and birth; `start` says where the rows of each cell begin (cells and one more)."""

    dimensions: tuple[IndexDimension, ...]
    days: Days
    start: NDArray[np.int64]
    births: NDArray[np.uint16]
    begins: NDArray[np.uint16]
    ends: NDArray[np.uint16]
    keys: NDArray[np.uint16]

    @property
    def cells(self) -> int:
        """How many cells there are, empty ones included."""
        return prod(len(dimension.codes) for dimension in self.dimensions)

    @property
    def names(self) -> frozenset[str]:
        """The dimensions that the index can tell apart."""
        return frozenset(dimension.name for dimension in self.dimensions)


def built(spells: pl.LazyFrame, register: Register, *, step: int) -> ServingIndex:
    """Build the index of what was believed at a step, from spells on this machine."""
    columns, days = _columns(register)
    physical = [pl.col(name).to_physical().alias(name) for name in days]
    rows = spells.filter(pl.col(SYS_FROM) <= step, pl.col(SYS_TO) > step).select(*columns, *physical)
    return _built(rows.collect(engine="streaming"), register)


def built_by(engine: Frame, register: Register, *, step: int) -> ServingIndex:
    """The same where another engine filters the spells; only the columns of the index come here, without pseudonyms."""
    columns, days = _columns(register)
    rows = engine.filter(nw.col(SYS_FROM) <= step, nw.col(SYS_TO) > step).select(*columns, *days)
    found: pl.DataFrame = rows.collect("polars").to_native()
    return _built(found.with_columns(pl.col(name).to_physical() for name in days), register)


def _columns(register: Register) -> tuple[list[str], list[str]]:
    """The columns that an index is made from: codes and record key, and days."""
    area, birth = register.column(ColumnKind.AREA), register.column(ColumnKind.BIRTH)
    codes = [*([area] if area else []), *(register.dimensions[name].column for name in register.index), RECORD_KEY]
    return list(dict.fromkeys(codes)), [VALID_FROM, VALID_TO, *([birth] if birth else [])]


def _built(believed: pl.DataFrame, register: Register) -> ServingIndex:
    area, birth = register.column(ColumnKind.AREA), register.column(ColumnKind.BIRTH)
    declared = [register.dimensions[name] for name in register.index]
    dimensions = [IndexDimension(MUNICIPALITY, area, _occurring(believed[area]))] if area else []
    dimensions += [_index_dimension(dimension) for dimension in declared]
    epoch = _epoch(believed, birth)
    rows = _narrowed(believed, _places_of(dimensions, register), birth, epoch)
    del believed
    count = prod(len(dimension.codes) for dimension in dimensions)
    start, order = _order(rows.cells, rows.births, count)
    kept = np.ones(order.size, dtype=np.bool_)
    _halves(
        start,
        lambda *part: cohorts.joined(start, order, rows.births, rows.begins, rows.ends, rows.identities, kept, *part),
    )
    start, order = _without(start, order, kept)
    taken = _taken(order, rows.births, rows.begins, rows.ends, rows.keys)
    return ServingIndex(tuple(dimensions), Days(epoch), start, *taken)


def _index_dimension(dimension: Dimension) -> IndexDimension:
    first: dict[int, int] = {}
    for code, place in dimension.category_of.items():
        first.setdefault(place, code)
    codes = [first.get(place, UNKNOWN) for place in range(len(dimension.categories))]
    return IndexDimension(dimension.name, dimension.column, (*codes, UNKNOWN))


def _occurring(codes: pl.Series) -> tuple[int, ...]:
    """Every code that occurs, rising; by a table over their span where it is small."""
    low, high = cast("int", codes.min() or 0), cast("int", codes.max() or 0)
    if codes.len() < _SLICE or high - low >= _SPAN:
        return tuple(codes.unique().sort())
    seen = np.zeros(high - low + 1, dtype=np.bool_)
    for part in codes.to_frame().iter_slices(_SLICE):
        seen[part.to_series().to_numpy() - low] = True
    return tuple((np.flatnonzero(seen) + low).tolist())


def _epoch(rows: pl.DataFrame, birth: str) -> int:
    """The day that counts as zero.

    The 179 years of an index lie around its days, with as much room before the oldest birth as after the last day; if
    they do not suffice, it reaches twenty years beyond the last day, and whoever was born before it is older than
    every age class.
    """
    closed = pl.col(VALID_TO).filter(pl.col(VALID_TO) < (OPEN_END - _UNIX).days)
    extremes = rows.select(
        begins=pl.col(VALID_FROM).max(), ends=closed.max(), oldest=pl.col(birth or VALID_FROM).min()
    ).row(0)
    last = max(extremes[0] or 0, extremes[1] or 0)
    oldest = min(last, last if extremes[2] is None else extremes[2])
    room = (LAST_DAY - 1 - (last - oldest)) // 2
    return oldest - room if room >= _MARGIN else last + _MARGIN - (LAST_DAY - 1)


def _places(days: NDArray[Any], epoch: int) -> NDArray[np.uint16]:
    return np.clip(days - np.int32(epoch), 0, LAST_DAY).astype(np.uint16)


@dataclass(frozen=True, slots=True)
class _Places:
    """The place of each code of a column, as a table over the span of the known codes."""

    column: str
    low: int
    table: NDArray[np.uint32]
    categories: int

    def of(self, codes: NDArray[Any]) -> NDArray[np.uint32]:
        found = np.clip(codes - np.int32(self.low - 1), 0, self.table.size - 1)
        return np.asarray(self.table[found])


def _places_of(dimensions: Sequence[IndexDimension], register: Register) -> list[_Places]:
    found = []
    for dimension in dimensions:
        if dimension.name == MUNICIPALITY:
            place_of: Mapping[int, int] = {code: place for place, code in enumerate(dimension.codes)}
        else:
            place_of = register.dimensions[dimension.name].category_of
        low, high = min(place_of, default=0), max(place_of, default=0)
        table = np.full(high - low + 3, max(0, len(dimension.codes) - 1), dtype=np.uint32)
        table[np.array(list(place_of), dtype=np.int64) - low + 1] = list(place_of.values())
        found.append(_Places(dimension.column, low, table, len(dimension.codes)))
    return found


class _Rows:
    """What an index is made from, in as few bytes as it needs; a row has its place in every array."""

    def __init__(self, height: int) -> None:
        self.cells = np.zeros(height, dtype=np.uint32)
        self.births, self.begins, self.ends, self.keys = (np.zeros(height, dtype=np.uint16) for _ in range(4))
        self.identities = np.empty(height, dtype=np.int64)


def _narrowed(believed: pl.DataFrame, places: Sequence[_Places], birth: str, epoch: int) -> _Rows:
    """The rows slice by slice, on both cores: a slice fits into the cache of a core."""
    rows = _Rows(believed.height)

    def narrow(offset: int) -> None:
        part = believed.slice(offset, _SLICE)
        here = slice(offset, offset + part.height)
        cells = rows.cells[here]
        for column in places:
            cells *= np.uint32(column.categories)
            cells += column.of(part[column.column].to_numpy())
        begins = part[VALID_FROM].to_numpy()
        if birth:
            born = part[birth].to_numpy()
            rows.births[here] = _places(born, epoch)
            begins = np.maximum(begins, born)
        rows.begins[here] = _places(begins, epoch)
        # whoever is born after the end of the spell was never there: it is empty, not backwards
        rows.ends[here] = _places(np.maximum(part[VALID_TO].to_numpy(), begins), epoch)
        rows.identities[here] = part[RECORD_KEY].to_numpy()
        rows.keys[here] = _short_keys(rows.identities[here])

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(narrow, range(0, believed.height, _SLICE)))
    return rows


def _short_keys(record_keys: NDArray[np.int64]) -> NDArray[np.uint16]:
    return (record_keys % np.int64((1 << cohorts.KEY_BITS) - 1) + 1).astype(np.uint16)


def _halves(start: NDArray[np.int64], work: Callable[[int, int], object]) -> None:
    """Work on the cells from one place to another, on both cores, with as many rows on each."""
    cells = start.size - 1
    half = int(np.searchsorted(start, start[-1] // 2))
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda part: work(*part), [(0, half), (half, cells)]))


def _order(
    cells: NDArray[np.uint32], births: NDArray[np.uint16], count: int
) -> tuple[NDArray[np.int64], NDArray[np.uint32]]:
    """Where each cell begins, and the rows in the order of cell and birth."""
    start = np.zeros(count + 1, dtype=np.int64)
    cohorts.cell_sizes(cells, start[1:])
    np.cumsum(start, out=start)
    order = np.empty(cells.size, dtype=np.uint32)
    cohorts.placed_by_cell(cells, start[:-1].copy(), order)
    _halves(start, lambda *part: cohorts.sorted_by_birth(start, births, order, *part))
    return start, order


def _without(
    start: NDArray[np.int64], order: NDArray[np.uint32], kept: NDArray[np.bool_]
) -> tuple[NDArray[np.int64], NDArray[np.uint32]]:
    """The order without the rows that were joined to others, and where each cell begins then."""
    before = np.zeros(order.size + 1, dtype=np.int64)
    np.cumsum(kept, out=before[1:])
    return before[start], order[kept]


def _taken(order: NDArray[np.uint32], *arrays: NDArray[np.uint16]) -> list[NDArray[np.uint16]]:
    with ThreadPoolExecutor(2) as pool:
        return list(pool.map(lambda array: array[order], arrays))


def saved(index: ServingIndex, folder: Path) -> None:
    """Write an index as a folder that appears whole or not at all."""
    unfinished = folder.with_name(f"{durable.TEMPORARY_PREFIX}{uuid.uuid4().hex}")
    unfinished.mkdir(parents=True)
    for name in _ARRAYS:
        np.save(unfinished / f"{name}.npy", getattr(index, name))
    about = {
        "format": _FORMAT,
        "epoch": index.days.epoch,
        "dimensions": [[dimension.name, dimension.column, list(dimension.codes)] for dimension in index.dimensions],
    }
    (unfinished / "index.json").write_text(json.dumps(about))
    try:
        unfinished.rename(folder)
    except OSError:  # somebody else built the same index in the meantime
        shutil.rmtree(unfinished)


def opened(folder: Path) -> ServingIndex | None:
    """An index as it was saved, mapped into memory; None if there is none, or one of an older format."""
    try:
        about = json.loads((folder / "index.json").read_text())
        if about["format"] != _FORMAT:
            return None
        arrays = [np.load(folder / f"{name}.npy", mmap_mode="r") for name in _ARRAYS]
    except FileNotFoundError:
        return None
    dimensions = tuple(IndexDimension(name, column, tuple(codes)) for name, column, codes in about["dimensions"])
    return ServingIndex(dimensions, Days(about["epoch"]), *arrays)

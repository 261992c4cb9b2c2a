"""The serving index of a register: what is believed at one step, as sorted arrays that the cohort kernel reads.

It holds no pseudonym and no code of a person's own: for each spell the cell (municipality and the indexed
dimensions), birth, begin and end as days, and 16 bits of the record key. It is a copy that may be removed at any time.
"""

from __future__ import annotations

import json
import shutil
import uuid
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date
from math import prod
from pathlib import Path
from typing import Any

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
    dimensions = [IndexDimension(MUNICIPALITY, area, tuple(believed[area].unique().sort()))] if area else []
    dimensions += [_index_dimension(dimension) for dimension in declared]
    epoch, births, begins, ends = _days(believed, birth)
    cells = _cells(believed, dimensions, register)
    keys, identities = _record_keys(believed[RECORD_KEY]), believed[RECORD_KEY].to_numpy()
    del believed
    count = prod(len(dimension.codes) for dimension in dimensions)
    start, order = _order(cells, births, count)
    kept = np.ones(order.size, dtype=np.bool_)
    cohorts.joined(start, order, births, begins, ends, identities, kept)
    start, order = _without(start, order, kept)
    births, begins, ends, keys = _taken(order, births, begins, ends, keys)
    return ServingIndex(tuple(dimensions), Days(epoch), start, births, begins, ends, keys)


def _index_dimension(dimension: Dimension) -> IndexDimension:
    first: dict[int, int] = {}
    for code, place in dimension.category_of.items():
        first.setdefault(place, code)
    codes = [first.get(place, UNKNOWN) for place in range(len(dimension.categories))]
    return IndexDimension(dimension.name, dimension.column, (*codes, UNKNOWN))


def _days(rows: pl.DataFrame, birth: str) -> tuple[int, NDArray[np.uint16], NDArray[np.uint16], NDArray[np.uint16]]:
    """Epoch, births, begins and ends as places.

    The 179 years of an index lie around its days, with as much room before the oldest birth as after the last day; if
    they do not suffice, it reaches twenty years beyond the last day, and whoever was born before it is older than
    every age class.
    """
    begins, ends = rows[VALID_FROM].to_numpy(), rows[VALID_TO].to_numpy()
    born = rows[birth].to_numpy() if birth else begins
    closed = ends[ends < (OPEN_END - _UNIX).days]
    last = max(int(begins.max(initial=0)), int(closed.max(initial=0)))
    oldest = int(born.min(initial=last))
    room = (LAST_DAY - 1 - (last - oldest)) // 2
    epoch = oldest - room if room >= _MARGIN else last + _MARGIN - (LAST_DAY - 1)
    if not birth:
        return epoch, np.zeros(begins.size, dtype=np.uint16), _places(begins, epoch), _places(ends, epoch)
    return epoch, _places(born, epoch), _places(np.maximum(begins, born), epoch), _places(ends, epoch)


def _places(days: NDArray[Any], epoch: int) -> NDArray[np.uint16]:
    return np.clip(days - np.int32(epoch), 0, LAST_DAY).astype(np.uint16)


def _cells(rows: pl.DataFrame, dimensions: Sequence[IndexDimension], register: Register) -> NDArray[np.uint32]:
    cells = np.zeros(rows.height, dtype=np.uint32)
    for dimension in dimensions:
        if dimension.name == MUNICIPALITY:
            place_of: Mapping[int, int] = {code: place for place, code in enumerate(dimension.codes)}
        else:
            place_of = register.dimensions[dimension.name].category_of
        cells *= np.uint32(len(dimension.codes))
        cells += _looked_up(rows[dimension.column], place_of, otherwise=max(0, len(dimension.codes) - 1))
    return cells


def _looked_up(codes: pl.Series, place_of: Mapping[int, int], *, otherwise: int) -> NDArray[np.uint32]:
    """The place of each code, by a table over the span of the known codes."""
    low, high = min(place_of, default=0), max(place_of, default=0)
    table = np.full(high - low + 3, otherwise, dtype=np.uint32)
    table[np.array(list(place_of), dtype=np.int64) - low + 1] = list(place_of.values())
    return np.asarray(table[np.clip(codes.to_numpy() - np.int32(low - 1), 0, table.size - 1)])


def _record_keys(record_key: pl.Series) -> NDArray[np.uint16]:
    modulus = (1 << cohorts.KEY_BITS) - 1
    return np.asarray((((record_key % modulus) + modulus) % modulus + 1).cast(pl.UInt16).to_numpy())


def _order(
    cells: NDArray[np.uint32], births: NDArray[np.uint16], count: int
) -> tuple[NDArray[np.int64], NDArray[np.uint32]]:
    """Where each cell begins, and the rows in the order of cell and birth."""
    start = np.zeros(count + 1, dtype=np.int64)
    cohorts.cell_sizes(cells, start[1:])
    np.cumsum(start, out=start)
    order = np.empty(cells.size, dtype=np.uint32)
    cohorts.placed_by_cell(cells, start[:-1].copy(), order)
    half = int(np.searchsorted(start, cells.size // 2))
    with ThreadPoolExecutor(2) as pool:
        parts = [(0, half), (half, count)]
        list(pool.map(lambda part: cohorts.sorted_by_birth(start, births, order, *part), parts))
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

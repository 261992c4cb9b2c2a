"""Small tables for rounding, and an attacker who tries every table there is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import product

import numpy as np
from numpy.typing import NDArray

from gemeinsinn.protect.tables.bases import said_by
from gemeinsinn.protect.tables.hierarchies import Hierarchy, flat, from_pairs
from gemeinsinn.protect.tables.model import TableModel, product_table


def grid(values: Sequence[object]) -> TableModel:
    """A table of one or more dimensions without levels in between, with all totals; `values` are nested lists."""
    cells = np.array(values, dtype=np.float64)
    return product_table({f"d{axis}": _parts(axis, size) for axis, size in enumerate(cells.shape)}, cells)


def county(seed: int, *, towns: int = 4, mean: float = 2.0) -> TableModel:
    """Two districts of towns by three ages in two classes by two sexes, with small random counts."""
    names = [f"town{at}" for at in range(2 * towns)]
    areas = from_pairs([(name, f"district{at % 2}") for at, name in enumerate(names)] + _up("district"), name="areas")
    pairs = [("young", "under60"), ("grown", "under60"), ("old", "over60"), ("under60", "all"), ("over60", "all")]
    dimensions = {"area": areas, "age": from_pairs(pairs, name="age"), "sex": _parts(2, 2)}
    shape = [len(hierarchy.leaves) for hierarchy in dimensions.values()]
    return product_table(dimensions, np.random.default_rng(seed).poisson(mean, shape).astype(np.float64))


def _up(name: str) -> list[tuple[str, str]]:
    return [(f"{name}0", "county"), (f"{name}1", "county")]


def _parts(axis: int, size: int) -> Hierarchy:
    return flat([f"{axis}{at}" for at in range(size)], name=f"d{axis}")


def tables_shown_as(model: TableModel, shown: NDArray[np.int64], base: int) -> Iterator[NDArray[np.float64]]:
    """Every table that plain rounding turns into these multiples, by trying all."""
    assert model.base is not None
    base_matrix = model.base.toarray().astype(np.float64)
    low, high = said_by(shown, base)
    alone = [int(np.flatnonzero((base_matrix.sum(axis=1) == 1) & column)[0]) for column in base_matrix.T.astype(bool)]
    ranges = [range(int(low[cell]), int(high[cell]) + 1) for cell in alone]
    for smallest in product(*ranges):
        table = base_matrix @ np.array(smallest, dtype=np.float64)
        if (table >= low).all() and (table <= high).all():
            yield table

"""Coarsening a table: the finest levels of its dimensions that leave no primary cell, and what is lost by it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import product

import numpy as np
from numpy.typing import NDArray

from gemeinsinn.pipeline.tables.reading import ReadTable
from gemeinsinn.protect.tables.pattern import Flags


@dataclass(frozen=True, slots=True, eq=False)
class Coarsened:
    """The cells that stay, and how many levels below the total each dimension keeps."""

    kept: Flags
    levels: Mapping[str, int]
    dropped: Mapping[str, int]
    """How many levels each dimension loses; those that lose none are left out."""

    @property
    def words(self) -> str:
        """What is lost."""
        lost = ", ".join(f"{count} of '{name}'" for name, count in self.dropped.items())
        return f"levels left out: {lost or 'none'}; {int((~self.kept).sum())} of {self.kept.size} cells"


def coarsened(table: ReadTable, places: NDArray[np.int64], primary: Flags) -> Coarsened | None:
    """Of all combinations of levels without a primary cell the one that keeps most cells; None if none is left.

    `places` are those of the cells among all combinations of codes. A level is left out as a whole: codes of different
    depth side by side would say by subtraction what was to be left out.
    """
    depths = _depths(table, places)
    deepest = depths.max(axis=0) if depths.size else np.zeros(len(table.dimensions), dtype=np.int64)
    forbidden = np.unique(depths[primary], axis=0)
    shapes, counts = np.unique(depths, axis=0, return_counts=True)
    best: tuple[int, tuple[int, ...]] | None = None
    for levels in product(*(range(int(depth), -1, -1) for depth in deepest)):
        if not (forbidden <= levels).all(axis=1).any():
            size = int(counts[(shapes <= levels).all(axis=1)].sum())
            best = max(best, (size, levels)) if best else (size, levels)
    if best is None or not best[0]:
        return None
    names = list(table.dimensions)
    lost = {name: int(depth) - level for name, depth, level in zip(names, deepest, best[1], strict=True)}
    return Coarsened(
        kept=np.asarray((depths <= best[1]).all(axis=1), dtype=np.bool_),
        levels=dict(zip(names, best[1], strict=True)),
        dropped={name: count for name, count in lost.items() if count},
    )


def _depths(table: ReadTable, places: NDArray[np.int64]) -> NDArray[np.int64]:
    """How deep the code of each cell lies in each dimension."""
    at = np.unravel_index(places, table.shape)
    depths = [each.depth[codes] for each, codes in zip(table.dimensions.values(), at, strict=True)]
    return np.stack(depths, axis=1)

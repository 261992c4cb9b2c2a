"""The areas of a table as disclosure control sees them: which municipalities each is made of, and which add up to which."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from gemeinsinn.concepts.registers import AMT, AREA_DIMENSIONS, DISTRICT, MUNICIPALITY
from gemeinsinn.lake.restricted.resolved import AreaScheme


@dataclass(frozen=True)
class Area:
    """One set of municipalities and the areas that it is: an Amt of a single municipality is that municipality, too."""

    keys: tuple[tuple[str, str], ...]
    """Level and key of each area that it is."""
    municipalities: frozenset[int]

    @property
    def key(self) -> str:
        """The key of the largest area that it is."""
        return self.keys[-1][1]

    @property
    def levels(self) -> tuple[str, ...]:
        """The levels at which it is shown."""
        return tuple(level for level, _ in self.keys)


@dataclass(frozen=True)
class AreaTable:
    """The municipalities, Ämter and districts of a territory, small ones first; equal sets of municipalities are one."""

    scheme: AreaScheme

    @cached_property
    def areas(self) -> tuple[Area, ...]:
        """Every area once."""
        found: dict[frozenset[int], list[tuple[str, str]]] = {}
        for level in AREA_DIMENSIONS:
            keys, place_of = self.scheme.place_of(level)
            for place, key in enumerate(keys):
                inside = (self._index[each] for each, at in place_of.items() if at == place)
                found.setdefault(frozenset(inside), []).append((level, key))
        return tuple(Area(tuple(keys), municipalities) for municipalities, keys in found.items())

    @cached_property
    def _index(self) -> dict[str, int]:
        return {key: place for place, key in enumerate(self.scheme.municipalities)}

    @cached_property
    def place(self) -> dict[tuple[str, str], int]:
        """The place of each area by level and key."""
        return {each: place for place, area in enumerate(self.areas) for each in area.keys}

    @cached_property
    def members(self) -> NDArray[np.bool_]:
        """Areas by municipalities."""
        flags = np.zeros((len(self.areas), len(self.scheme.municipalities)), dtype=np.bool_)
        for row, area in enumerate(self.areas):
            flags[row, sorted(area.municipalities)] = True
        return flags

    @cached_property
    def parent(self) -> NDArray[np.int64]:
        """The next larger area of each; -1 where there is none."""
        found = np.full(len(self.areas), -1, dtype=np.int64)
        for place, area in enumerate(self.areas):
            around = [at for at, other in enumerate(self.areas) if area.municipalities < other.municipalities]
            found[place] = min(around, key=lambda at: len(self.areas[at].municipalities), default=-1)
        return found

    @cached_property
    def equations(self) -> sparse.csr_matrix:
        """Sums by areas: each larger area less its parts, where these add up to it."""
        rows = list(self._sums())
        matrix = sparse.lil_matrix((len(rows), len(self.areas)), dtype=np.int8)
        for row, (whole, parts) in enumerate(rows):
            matrix[row, whole] = -1
            for part in parts:
                matrix[row, part] = 1
        return sparse.csr_matrix(matrix)

    def _sums(self) -> Iterator[tuple[int, list[int]]]:
        for place, area in enumerate(self.areas):
            parts = np.flatnonzero(self.parent == place).tolist()
            inside = [each for part in parts for each in self.areas[part].municipalities]
            if parts and len(inside) == len(area.municipalities):
                yield place, parts

    @cached_property
    def tree(self) -> NDArray[np.int64]:
        """The parent of each area in one tree, with one more node on top if there are several largest areas."""
        tops = np.flatnonzero(self.parent == -1)
        if tops.size <= 1:
            return self.parent
        return np.append(np.where(self.parent == -1, len(self.areas), self.parent), -1)


LEVELS = (MUNICIPALITY, AMT, DISTRICT)
"""From fine to coarse."""

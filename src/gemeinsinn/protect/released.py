"""What a release shows of a table, cell by cell, and apart from it what only the protected rooms may know."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import IntEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.sparse.csgraph import connected_components

from gemeinsinn.protect.packing import packed, unpacked


Array = NDArray[Any]

_WORDS = 2
"""An identity of 16 bytes is kept as two numbers."""


class Shows(IntEnum):
    """What a release shows of a cell."""

    VALUE = 0
    """Its value."""
    INTERVAL = 1
    """A number that was rounded, or deviates by a cell key: the value lies in a known interval around it."""
    HIDDEN = 2
    """Nothing."""


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Names:
    """What cells are called: the names of the dimensions, the codes of each, and the place of every cell's code."""

    dimensions: tuple[str, ...]
    codes: tuple[tuple[str, ...], ...]
    places: NDArray[np.int32]
    """Cells by dimensions."""

    def of(self, cell: int) -> tuple[str, ...]:
        """The codes of one cell."""
        return tuple(codes[at] for codes, at in zip(self.codes, self.places[cell], strict=True))

    def only(self, cells: Array) -> Names:
        """The names of some cells."""
        return replace(self, places=self.places[cells])


def names_of(dimensions: Sequence[str], rows: Sequence[Sequence[str]]) -> Names:
    """Names out of one row of codes a cell."""
    codes = [tuple(dict.fromkeys(row[axis] for row in rows)) for axis in range(len(dimensions))]
    at = [{code: place for place, code in enumerate(each)} for each in codes]
    places = [[known[code] for known, code in zip(at, row, strict=True)] for row in rows]
    return Names(tuple(dimensions), tuple(codes), np.array(places, dtype=np.int32).reshape(len(rows), len(dimensions)))


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Shown:
    """What an audience sees of a table: for each cell what it is and what it shows; and the equations, which all know."""

    identities: NDArray[np.uint64]
    """Cells by two words: what each cell is. Cells of all releases with equal identities are one."""
    shows: NDArray[np.uint8]
    low: NDArray[np.float64]
    high: NDArray[np.float64]
    """Between which values each cell lies; both are the value where it is shown, and nan where it is hidden."""
    equations: sparse.csr_matrix
    names: Names

    @property
    def cells(self) -> int:
        """How many cells there are."""
        return int(self.shows.size)

    def only(self, cells: Array) -> Shown:
        """Some cells, with the equations between them; no equation may have cells besides."""
        rows = np.flatnonzero(np.diff(self.equations[:, cells].indptr))
        return Shown(
            self.identities[cells], self.shows[cells], self.low[cells], self.high[cells],
            self.equations[rows][:, cells], self.names.only(cells),
        )  # fmt: skip


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Sealed:
    """What no audience may see: the true values, which cells had to be protected, and how far each must be able to move."""

    values: NDArray[np.float64]
    primary: NDArray[np.bool_]
    up: NDArray[np.float64]
    down: NDArray[np.float64]
    units: NDArray[np.int64]
    """How many people or providers stand behind each cell."""

    def only(self, cells: Array) -> Sealed:
        """What is known of some cells."""
        return Sealed(self.values[cells], self.primary[cells], self.up[cells], self.down[cells], self.units[cells])


def keyed(identities: Sequence[bytes], key: bytes) -> NDArray[np.uint64]:
    """Identities under the key of a ledger: without it nobody can try out which small numbers a cell is made of."""
    digests = [hashlib.blake2b(each, key=key, digest_size=16).digest() for each in identities]
    return np.frombuffer(b"".join(digests), dtype="<u8").reshape(-1, _WORDS)


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Parts:
    """A table taken apart into what no equation connects; each part has a digest of its own."""

    number: NDArray[np.int64]
    """The part of each cell."""
    table: NDArray[np.uint64]
    """Parts by two words: their cells, units and equations, whatever their order."""

    @property
    def count(self) -> int:
        """How many parts there are."""
        return int(self.table.shape[0])


def parts_of(identities: NDArray[np.uint64], equations: sparse.csr_matrix, units: Array, forced: Array) -> Parts:
    """The parts of a table: equal digests mean the same cells with the same values, units and equations."""
    pattern = abs(equations).astype(np.int8)
    cells = identities.shape[0]
    graph = sparse.block_array([[None, pattern.T], [pattern, None]], format="csr") if pattern.nnz else None
    number = np.arange(cells) if graph is None else connected_components(graph, directed=False)[1]
    _, number = np.unique(number[:cells], return_inverse=True)
    facts = _mixed(identities, units.astype(np.int64).astype(np.uint64) * np.uint64(2) + forced.astype(np.uint64))
    rows = row_digests(identities, equations)
    filled = np.diff(equations.indptr) > 0
    part_of_row = number[equations.indices[equations.indptr[:-1][filled]]]
    return Parts(number, _part_digests(facts, number, rows[filled], part_of_row))


def shown_digests(parts: Parts, shown: Shown) -> NDArray[np.uint64]:
    """For each part what of it is shown, whatever the order of cells."""
    words = np.stack([shown.low, shown.high]).view(np.uint64)
    facts = _mixed(_mixed(_mixed(shown.identities, shown.shows.astype(np.uint64)), words[0]), words[1])
    none = np.zeros(0, dtype=np.int64)
    return _part_digests(facts, parts.number, facts[:0], none)


def _mixed(words: NDArray[np.uint64], salt: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Words that depend on both, by the finalizer of SplitMix64 (Steele, Lea and Flood, 2014)."""
    salts = np.stack([salt * np.uint64(0x9E3779B97F4A7C15), salt * np.uint64(0xC2B2AE3D27D4EB4F)], axis=1)
    state = words + salts + np.uint64(0x9E3779B97F4A7C15)
    state = (state ^ (state >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    state = (state ^ (state >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return np.asarray(state ^ (state >> np.uint64(31)))


def row_digests(identities: NDArray[np.uint64], equations: sparse.csr_matrix) -> NDArray[np.uint64]:
    """A digest of each equation, whatever the order of its cells and whichever side they stand on."""
    found = np.zeros((equations.shape[0], _WORDS), dtype=np.uint64)
    filled = np.flatnonzero(np.diff(equations.indptr))
    signs, none = equations.data.astype(np.int64), np.zeros(filled.size, dtype=np.uint64)
    for side in (1, -1) if filled.size else ():
        words = _mixed(identities[equations.indices], (side * signs).astype(np.uint64))
        found[filled] += _mixed(np.add.reduceat(words, equations.indptr[:-1][filled], axis=0), none)
    return found


def _part_digests(cells: Array, part_of_cell: Array, rows: Array, part_of_row: Array) -> NDArray[np.uint64]:
    """SHA-256 over the sorted digests of the cells and of the equations of each part."""
    count = int(part_of_cell.max()) + 1 if part_of_cell.size else 0
    digests = [hashlib.sha256() for _ in range(count)]
    for words, part in ((cells, part_of_cell), (rows, part_of_row)):
        order = np.lexsort((words[:, 1], words[:, 0], part))
        ordered = np.ascontiguousarray(words[order])
        ends = np.searchsorted(part[order], np.arange(count + 1))
        for number, digest in enumerate(digests):
            piece = ordered[ends[number] : ends[number + 1]].tobytes()
            digest.update(len(piece).to_bytes(8, "little") + piece)
    joined = b"".join(digest.digest()[:16] for digest in digests)
    return np.frombuffer(joined, dtype="<u8").reshape(-1, _WORDS)


def shown_bytes(shown: Shown, extra: dict[str, Array]) -> bytes:
    """What is shown, and arrays beside it, as bytes."""
    names = shown.names
    arrays = {
        "identities": shown.identities,
        "shows": shown.shows,
        "low": shown.low,
        "high": shown.high,
        "starts": shown.equations.indptr.astype(np.int32),
        "columns": shown.equations.indices.astype(np.int32),
        "signs": shown.equations.data.astype(np.int32),
        "places": names.places,
        **extra,
    }
    return packed({"dimensions": list(names.dimensions), "codes": [list(each) for each in names.codes]}, arrays)


def shown_from(content: bytes) -> tuple[Shown, dict[str, Array]]:
    """What is shown, and the arrays beside it, from bytes."""
    facts, arrays = unpacked(content)
    names = Names(tuple(facts["dimensions"]), tuple(tuple(each) for each in facts["codes"]), arrays.pop("places"))
    shape = (arrays["starts"].size - 1, arrays["shows"].size)
    equations = sparse.csr_matrix((arrays.pop("signs"), arrays.pop("columns"), arrays.pop("starts")), shape=shape)
    cells = {name: arrays.pop(name) for name in ("identities", "shows", "low", "high")}
    return Shown(**cells, equations=equations, names=names), arrays


def sealed_bytes(sealed: Sealed, extra: dict[str, Array]) -> bytes:
    """What is to be sealed, and arrays beside it, as bytes."""
    return packed({}, {**{name: getattr(sealed, name) for name in _SEALED}, **extra})


def sealed_from(content: bytes) -> tuple[Sealed, dict[str, Array]]:
    """What was sealed, and the arrays beside it, from bytes."""
    arrays = unpacked(content)[1]
    return Sealed(**{name: arrays.pop(name) for name in _SEALED}), arrays


_SEALED = ("values", "primary", "up", "down", "units")

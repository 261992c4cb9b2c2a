"""Witness tables in whole numbers: what a solver says in floating point, made exact, and as few tables as need be.

A solver's deviation is a vertex: its numbers are fractions with small denominators. In each connected piece of the
hidden cells they are multiplied by the smallest denominator that makes all equations hold exactly. Where none does, the
equations are solved again in fractions: cells at their bounds stay there, the others follow.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import lcm

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from gemeinsinn.errors import DisclosureError
from gemeinsinn.protect.tables.linear import SMALL
from gemeinsinn.protect.tables.nullspace import components
from gemeinsinn.protect.tables.pattern import Array


DIVISORS = (1, 2, 3, 4, 5, 6, 8, 10, 12, 24, 60, 120)
_CLOSE = 1e-3
_LARGEST = 1 << 30
_SOLVABLE = 1500
"""Pieces with more cells are not solved in fractions."""
_SHORTEST = (1, 8, 64, 1024)
"""Denominators for numbers that the equations leave open."""


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Scaled:
    """A table in whole numbers: values and needs times `scale`, and the equations between its hidden cells."""

    scale: int
    values: NDArray[np.int64]
    up: NDArray[np.int64]
    down: NDArray[np.int64]
    hidden: NDArray[np.int64]
    """The cells that may move; the columns of `equations` are these."""
    equations: sparse.csr_matrix
    component: NDArray[np.int64]
    """For each hidden cell the piece that it is in."""
    signed: bool


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Piece:
    """A deviation in one connected piece of hidden cells: whole numbers over a divisor."""

    component: int
    places: NDArray[np.int64]
    """Places among the hidden cells."""
    deviations: NDArray[np.int64]
    divisor: int


def scaled(
    values: Array, equations: sparse.csr_matrix, may_move: Array, *, up: Array, down: Array, signed: bool
) -> Scaled:
    """A table in whole numbers; `DisclosureError` if its values have more than six decimals."""
    for scale in (1, 10, 100, 1000, 10_000, 100_000, 1_000_000):
        whole = np.rint(values * scale)
        if np.abs(values * scale - whole).max(initial=0.0) <= 1e-6 * max(1.0, scale / 1000):
            break
    else:
        remedy = "Round the values of the smallest cells, and add the totals up from these."
        raise DisclosureError("a certificate needs values of at most six decimals.", remedy=remedy)
    hidden = np.flatnonzero(may_move)
    between = sparse.csr_matrix(sparse.csc_matrix(equations)[:, hidden]).astype(np.int64)
    between = between[np.diff(between.indptr) > 0]
    most_up, most_down = (np.floor(need * scale + SMALL).astype(np.int64) for need in (up, down))
    return Scaled(scale, whole.astype(np.int64), most_up, most_down, hidden, between, components(between), signed)


class Exact:
    """Collects exact deviations until every need is reached."""

    def __init__(self, table: Scaled) -> None:
        self.table = table
        self.values = table.values[table.hidden]
        self.missing_up, self.missing_down = table.up[table.hidden], table.down[table.hidden]
        self.up, self.down = self.missing_up > 0, self.missing_down > 0
        self.pieces: list[Piece] = []

    @property
    def missing(self) -> NDArray[np.int64]:
        """The cells with a need that no deviation reaches yet."""
        return np.asarray(self.table.hidden[self.up | self.down])

    def add_useful(self, witnesses: sparse.csr_matrix) -> None:
        """Take from a solver's witness tables (over all cells) what reaches a need that is not reached yet."""
        rows = sparse.csr_matrix(sparse.csc_matrix(witnesses)[:, self.table.hidden])
        needs = (self.missing_up > 0) | (self.missing_down > 0)
        told = sparse.csr_matrix(sparse.csc_matrix(rows)[:, np.flatnonzero(needs)])
        for row in np.argsort(-np.diff(told.indptr), kind="stable"):
            if not (self.up.any() or self.down.any()):
                return
            self._add(self._dense(rows, int(row)))
        for row in range(rows.shape[0]):
            if not (self.up.any() or self.down.any()):
                return
            self._add_repaired(self._dense(rows, row))

    def add(self, witness: Array) -> bool:
        """Take a solver's deviation (over all cells) as it is; whether all of it could be made exact."""
        dense = self._clean(np.asarray(witness, dtype=np.float64)[self.table.hidden])
        whole, divisor = self._whole(dense)
        wanted = np.unique(self.table.component[dense != 0])
        found = {piece.component: piece for piece in self._pieces(whole, divisor, wanted)}
        for component in wanted:
            piece = found.get(int(component)) or self._solved(int(component), dense)
            if piece is None:
                return False
            self._keep(piece)
        return True

    def _dense(self, rows: sparse.csr_matrix, row: int) -> Array:
        dense = np.zeros(self.table.hidden.size)
        part = slice(rows.indptr[row], rows.indptr[row + 1])
        dense[rows.indices[part]] = rows.data[part]
        return self._clean(dense)

    def _clean(self, dense: Array) -> Array:
        dense = dense * self.table.scale
        return np.where(np.abs(dense) < SMALL * 10 * self.table.scale, 0.0, dense)

    def _add(self, dense: Array) -> None:
        whole, divisor = self._whole(dense)
        reached = self._reaches(whole, divisor)
        wanted = np.unique(self.table.component[reached & (divisor > 0)])
        for piece in self._pieces(whole, divisor, wanted):
            self._keep(piece)

    def _add_repaired(self, dense: Array) -> None:
        component = self.table.component
        reached = (self.up & (dense >= self.missing_up - _CLOSE)) | (self.down & (-dense >= self.missing_down - _CLOSE))
        for each in np.unique(component[reached]):
            piece = self._solved(int(each), dense)
            if piece is not None:
                self._keep(piece)

    def _reaches(self, whole: Array, divisor: Array) -> Array:
        above = self.up & (whole >= self.missing_up * divisor)
        return np.asarray(above | (self.down & (-whole >= self.missing_down * divisor)))

    def _whole(self, dense: Array) -> tuple[Array, Array]:
        """Whole numbers for each cell, and by what they are divided; a divisor of 0 where no small one will do."""
        component = self.table.component
        pieces = int(component.max()) + 1 if component.size else 0
        whole, divisor = np.zeros(dense.size, dtype=np.int64), np.zeros(dense.size, dtype=np.int64)
        open_pieces = np.ones(pieces, dtype=np.bool_)
        for each in DIVISORS:
            times = np.rint(dense * each).astype(np.int64)
            bad = np.zeros(pieces, dtype=np.bool_)
            bad[component[np.abs(dense * each - times) > _CLOSE * max(1, each // 10)]] = True
            if not self.table.signed:
                bad[component[self.values * each + times < 0]] = True
            bad[component[np.abs(times) >= _LARGEST]] = True
            rows = np.flatnonzero(self.table.equations @ times)
            bad[component[self.table.equations.indices[self.table.equations.indptr[rows]]]] = True
            done = (open_pieces & ~bad)[component]
            whole[done], divisor[done] = times[done], each
            open_pieces &= bad
            if not open_pieces.any():
                break
        return whole, divisor

    def _pieces(self, whole: Array, divisor: Array, wanted: Array) -> Iterator[Piece]:
        """The deviations in some pieces, where they are whole."""
        places = np.flatnonzero(whole)
        label = self.table.component[places]
        order = np.argsort(label, kind="stable")
        places, label = places[order], label[order]
        starts, ends = np.searchsorted(label, wanted), np.searchsorted(label, wanted, side="right")
        for component, start, end in zip(wanted, starts, ends, strict=True):
            mine = places[start:end]
            if mine.size and divisor[mine[0]]:
                yield Piece(int(component), mine, whole[mine], int(divisor[mine[0]]))

    def _keep(self, piece: Piece) -> None:
        at = piece.places
        self.up[at] &= piece.deviations < self.missing_up[at] * piece.divisor
        self.down[at] &= -piece.deviations < self.missing_down[at] * piece.divisor
        self.pieces.append(piece)

    def _solved(self, component: int, dense: Array) -> Piece | None:
        """The deviation in one piece from its equations: cells at their bounds or needs stay, the others follow."""
        places = np.flatnonzero((self.table.component == component) & (dense != 0))
        if places.size > _SOLVABLE:
            return None
        near = np.abs(dense[places] + self.values[places])
        for target in (self.missing_up[places], -self.missing_down[places]):
            near = np.minimum(near, np.where(target != 0, np.abs(dense[places] - target), np.inf))
        order = places[np.argsort(-near, kind="stable")]
        matrix = self.table.equations.tocsc()[:, order].tocsr()
        follow = _eliminated(matrix)
        for shortest in _SHORTEST:
            exact = _followed(follow, [self._nearest(place, dense[place], shortest) for place in order])
            piece = self._checked(component, order, exact)
            if piece is not None:
                return piece
        return None

    def _nearest(self, place: int, number: float, shortest: int) -> Fraction:
        for target in (-self.values[place], self.missing_up[place], -self.missing_down[place]):
            if target and abs(number - target) < _CLOSE:
                return Fraction(int(target))
        return Fraction(number).limit_denominator(shortest)

    def _checked(self, component: int, places: Array, exact: Sequence[Fraction]) -> Piece | None:
        divisor = lcm(*(number.denominator for number in exact))
        whole = [int(number * divisor) for number in exact]
        if divisor >= _LARGEST or max(map(abs, whole)) >= _LARGEST:
            return None
        deviations = np.array(whole, dtype=np.int64)
        if not self.table.signed and (self.values[places] * divisor + deviations < 0).any():
            return None
        used = deviations != 0
        return Piece(int(component), places[used], deviations[used], divisor)


def _eliminated(matrix: sparse.csr_matrix) -> Mapping[int, Mapping[int, Fraction]]:
    """Columns that follow from others: for each its factors; earlier columns are made to follow from later ones."""
    follow: dict[int, dict[int, Fraction]] = {}
    for row in range(matrix.shape[0]):
        part = slice(matrix.indptr[row], matrix.indptr[row + 1])
        entries = {
            int(column): Fraction(int(sign))
            for column, sign in zip(matrix.indices[part], matrix.data[part], strict=True)
        }
        _substitute(entries, follow)
        if not entries:
            continue
        pivot = min(entries)
        factor = -entries.pop(pivot)
        new = {column: value / factor for column, value in entries.items()}
        for known in follow.values():
            if pivot in known:
                _add(known, new, known.pop(pivot))
        follow[pivot] = new
    return follow


def _substitute(entries: dict[int, Fraction], follow: Mapping[int, Mapping[int, Fraction]]) -> None:
    for column in [each for each in entries if each in follow]:
        _add(entries, follow[column], entries.pop(column))


def _add(entries: dict[int, Fraction], more: Mapping[int, Fraction], times: Fraction) -> None:
    for column, value in more.items():
        total = entries.get(column, Fraction(0)) + value * times
        if total:
            entries[column] = total
        else:
            entries.pop(column, None)


def _followed(follow: Mapping[int, Mapping[int, Fraction]], given: Sequence[Fraction]) -> list[Fraction]:
    found = list(given)
    for column, factors in follow.items():
        found[column] = sum((given[other] * factor for other, factor in factors.items()), Fraction(0))
    return found

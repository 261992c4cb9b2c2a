"""Witness tables in whole numbers: what a solver says in floating point, made exact, and as few tables as need be.

A solver's deviation is a vertex: its numbers are fractions with small denominators. It falls apart into pieces that no
equation connects; each is multiplied by the smallest denominator that makes all equations hold exactly. Where none does,
the equations are solved again in fractions: cells at their bounds stay there, the others follow. What is then still
without proof is asked of the solver once more, for the deviation with the smallest sum, which moves few cells.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import lcm

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from gemeinsinn.errors import DisclosureError
from gemeinsinn.protect.tables.linear import INFINITE, SMALL, Program, UnfinishedError
from gemeinsinn.protect.tables.nullspace import components, denominators
from gemeinsinn.protect.tables.pattern import Array


_CLOSE = 1e-3
_LARGEST = 1 << 30
_DIGITS = 7
"""A solver's numbers are good to so many digits behind the point."""
_LARGEST_DENOMINATOR = 1000
_MOST_SHORT = 500
"""More needs without proof are not asked for one by one."""
_SOLVABLE = 1500
"""Pieces with more cells are not solved in fractions."""
_SCALES = (1, 10, 100, 1000, 10_000, 100_000, 1_000_000)
_SHORTEST = (1, 8, 64, 1024)
"""Denominators for numbers that the equations leave open."""


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Scaled:
    """A table in whole numbers: values and needs times `scale`, and the equations between its hidden cells."""

    scale: int
    values: NDArray[np.int64]
    lowest: NDArray[np.int64]
    """The smallest value of each cell that nobody can rule out; of a table with signs it says nothing."""
    up: NDArray[np.int64]
    down: NDArray[np.int64]
    hidden: NDArray[np.int64]
    """The cells that may move; the columns of `equations` are these."""
    equations: sparse.csr_matrix
    component: NDArray[np.int64]
    """For each hidden cell the piece that it is in."""
    signed: bool

    @property
    def room(self) -> NDArray[np.int64]:
        """How far down each hidden cell can go, where values are not negative."""
        return np.asarray((self.values - self.lowest)[self.hidden])


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Piece:
    """A deviation in one connected piece of hidden cells: whole numbers over a divisor."""

    component: int
    places: NDArray[np.int64]
    """Places among the hidden cells."""
    deviations: NDArray[np.int64]
    divisor: int


def scaled(
    values: Array,
    equations: sparse.csr_matrix,
    may_move: Array,
    *,
    up: Array,
    down: Array,
    signed: bool,
    lowest: Array | None = None,
) -> Scaled:
    """A table in whole numbers; `DisclosureError` if its values have more than six decimals.

    `lowest` is how little each cell can be believed to be where values have no signs; zero if it is left out.
    """
    scale = _scale(values, np.concatenate([up, down]))
    whole = np.rint(values * scale).astype(np.int64)
    hidden = np.flatnonzero(may_move)
    between = sparse.csr_matrix(sparse.csc_matrix(equations)[:, hidden]).astype(np.int64)
    between = between[np.diff(between.indptr) > 0]
    most_up, most_down = (np.floor(need * scale + SMALL).astype(np.int64) for need in (up, down))
    least = np.zeros_like(whole) if signed or lowest is None else np.rint(lowest * scale).astype(np.int64)
    return Scaled(scale, whole, least, most_up, most_down, hidden, between, components(between), signed)


def _scale(values: Array, needs: Array) -> int:
    """By what values are to be multiplied to be whole, and no need to be less than one."""
    fits = [scale for scale in _SCALES if _are_whole(values * scale, 1e-6 * max(1.0, scale / 1000))]
    if not fits:
        remedy = "Round the values of the smallest cells, and add the totals up from these."
        raise DisclosureError("a certificate needs values of at most six decimals.", remedy=remedy)
    least = float(needs[needs > 0].min(initial=1.0))
    return next((scale for scale in fits if least * scale >= 1 - SMALL), fits[-1])


def _are_whole(numbers: Array, slack: float) -> bool:
    return bool(np.abs(numbers - np.rint(numbers)).max(initial=0.0) <= slack)


class Exact:
    """Collects exact deviations until every need is reached."""

    def __init__(self, table: Scaled) -> None:
        self.table = table
        self.room = table.room
        self.asked_up, self.asked_down = table.up[table.hidden], table.down[table.hidden]
        self.up, self.down = self.asked_up > 0, self.asked_down > 0
        self.pieces: list[Piece] = []
        self._columns = sparse.csc_matrix(table.equations)

    @property
    def missing(self) -> NDArray[np.int64]:
        """The cells with a need that no deviation reaches yet."""
        return np.asarray(self.table.hidden[self.up | self.down])

    def add_useful(self, witnesses: sparse.csr_matrix) -> None:
        """Take from a solver's witness tables (over all cells) what reaches a need that is not reached yet."""
        rows = sparse.csr_matrix(sparse.csc_matrix(witnesses)[:, self.table.hidden])
        asked = (self.asked_up > 0) | (self.asked_down > 0)
        told = np.diff(sparse.csr_matrix(sparse.csc_matrix(rows)[:, np.flatnonzero(asked)]).indptr)
        for again in (False, True):
            for row in np.argsort(-told, kind="stable"):
                if not self.missing.size:
                    return
                part = slice(rows.indptr[row], rows.indptr[row + 1])
                self._add(rows.indices[part].astype(np.int64), rows.data[part] * self.table.scale, again=again)
        self._add_short()

    def add(self, witness: Array) -> bool:
        """Take a solver's deviation (over all cells) as it is; whether all of it could be made exact."""
        dense = np.asarray(witness, dtype=np.float64)[self.table.hidden] * self.table.scale
        support = self._support(np.arange(dense.size), dense)
        found = [self._whole(support, each) or self._solved(*support.piece(each)) for each in range(support.count)]
        self.pieces += [piece for piece in found if piece is not None]
        return all(piece is not None for piece in found)

    def _support(self, places: Array, numbers: Array) -> _Support:
        moved = np.abs(numbers) >= SMALL * 10 * self.table.scale
        order = np.argsort(places[moved], kind="stable")
        places, numbers = places[moved][order], numbers[moved][order]
        between = sparse.csr_matrix(self._columns[:, places])
        between = between[np.diff(between.indptr) > 0]
        label = components(between)
        divisors = denominators(numbers, label, digits=_DIGITS, largest=_LARGEST_DENOMINATOR)
        whole = np.rint(numbers * divisors[label]).astype(np.int64)
        bad = (np.abs(whole) >= _LARGEST) | (divisors[label] == 0)
        if not self.table.signed:
            bad |= self.room[places] * divisors[label] + whole < 0
        broken = label[between.indices[between.indptr[np.flatnonzero(between @ whole)]]]
        divisors[np.concatenate([label[bad], broken])] = 0
        return _Support(places, numbers, label, whole, divisors)

    def _add(self, places: Array, numbers: Array, *, again: bool) -> None:
        """The useful pieces of a deviation; the second time, those that are to be solved in fractions."""
        at = np.isin(places, np.flatnonzero(self.up | self.down))
        if not at.any():
            return
        support = self._support(places, numbers)
        own, values = support.places, support.numbers
        reached = self.up[own] & (values >= self.asked_up[own] - _CLOSE)
        reached |= self.down[own] & (-values >= self.asked_down[own] - _CLOSE)
        for each in np.unique(support.label[reached]):
            piece = self._solved(*support.piece(each)) if again else self._whole(support, each)
            if piece is not None:
                self._keep(piece)

    def _add_short(self) -> None:
        """For each need that is still not reached the deviation with the smallest sum of absolute values."""
        cells = np.flatnonzero(self.up | self.down)
        if not cells.size or cells.size > _MOST_SHORT:
            return
        program = Program(sparse.hstack([self._columns, -self._columns]))
        size = self.room.size
        program.price(np.ones(2 * size))
        for cell in cells:
            for sign, asked in ((1, self.asked_up), (-1, self.asked_down)):
                if (self.up if sign > 0 else self.down)[cell]:
                    self._shortest(program, int(cell), sign * int(asked[cell]))

    def _shortest(self, program: Program, cell: int, amount: int) -> None:
        size = self.room.size
        lower, upper = np.zeros(2 * size), np.full(2 * size, INFINITE)
        if not self.table.signed:
            upper[size:] = self.room
        above, below = (cell, size + cell) if amount > 0 else (size + cell, cell)
        lower[above] = upper[above] = abs(amount)
        upper[below] = 0.0
        program.bound(lower, upper)
        try:
            solution = program.solved()
        except UnfinishedError:
            return
        self._add(np.arange(size), solution[:size] - solution[size:], again=False)

    def _whole(self, support: _Support, each: int) -> Piece | None:
        if not support.divisors[each]:
            return None
        mine = support.label == each
        places = support.places[mine]
        return Piece(int(self.table.component[places[0]]), places, support.whole[mine], int(support.divisors[each]))

    def _keep(self, piece: Piece) -> None:
        at = piece.places
        before = int(self.up[at].sum() + self.down[at].sum())
        self.up[at] &= piece.deviations < self.asked_up[at] * piece.divisor
        self.down[at] &= -piece.deviations < self.asked_down[at] * piece.divisor
        if int(self.up[at].sum() + self.down[at].sum()) < before:
            self.pieces.append(piece)

    def _solved(self, places: Array, numbers: Array) -> Piece | None:
        """The deviation in one piece from its equations: cells at their bounds or needs stay, the others follow."""
        if places.size > _SOLVABLE:
            return None
        near = np.abs(numbers + self.room[places])
        for target in (self.asked_up[places], -self.asked_down[places]):
            near = np.minimum(near, np.where(target != 0, np.abs(numbers - target), np.inf))
        order = np.argsort(-near, kind="stable")
        places, numbers = places[order], numbers[order]
        follow = _eliminated(sparse.csr_matrix(self._columns[:, places]))
        for shortest in _SHORTEST:
            given = [self._nearest(place, number, shortest) for place, number in zip(places, numbers, strict=True)]
            piece = self._checked(places, _followed(follow, given))
            if piece is not None:
                return piece
        return None

    def _nearest(self, place: int, number: float, shortest: int) -> Fraction:
        for target in (-self.room[place], self.asked_up[place], -self.asked_down[place]):
            if target and abs(number - target) < _CLOSE:
                return Fraction(int(target))
        return Fraction(number).limit_denominator(shortest)

    def _checked(self, places: Array, exact: Sequence[Fraction]) -> Piece | None:
        divisor = lcm(*(number.denominator for number in exact))
        whole = [int(number * divisor) for number in exact]
        if divisor >= _LARGEST or max(map(abs, whole)) >= _LARGEST:
            return None
        deviations = np.array(whole, dtype=np.int64)
        if not self.table.signed and (self.room[places] * divisor + deviations < 0).any():
            return None
        used = deviations != 0
        return (
            Piece(int(self.table.component[places[0]]), places[used], deviations[used], divisor) if used.any() else None
        )


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class _Support:
    """The cells that a deviation moves, in the pieces that it falls apart into."""

    places: Array
    numbers: Array
    label: Array
    """The piece of each cell."""
    whole: Array
    """The numbers times the divisor of their piece, rounded."""
    divisors: Array
    """For each piece; 0 where the rounded numbers are no deviation."""

    @property
    def count(self) -> int:
        """How many pieces there are."""
        return int(self.divisors.size)

    def piece(self, each: int) -> tuple[Array, Array]:
        """The cells of a piece, and how far each is moved."""
        mine = self.label == each
        return self.places[mine], self.numbers[mine]


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

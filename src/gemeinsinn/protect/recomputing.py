"""What somebody who knows cells of his own can recompute from a table, read off the deviations that nobody can rule out.

Deviations may be added up in any proportion and be made as small as one likes. So somebody who knows the cells K can
recompute the cell p from them if and only if p's column in the matrix of all deviations is a combination of the columns
of K. Cells that no equation connects move on their own. Whether a column is such a combination is tested modulo three
primes, on a few random sums of the deviations whose coefficients the digest of the certificate decides: a "no" is wrong
only if all three primes divide one minor, which Hadamard's bound excludes, or by a chance of less than 1 in 2**60.
Deviations that move a cell which is at its lowest value, such as a hidden zero, may not be turned round; they count only
if they do not touch K at all.

This module needs numpy and the standard library, and nothing else of ours.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from gemeinsinn.protect.claims import Array, Claim, Refusal, digest_of
from gemeinsinn.protect.sums import lowest_values, rows_of, totals


PRIMES = (2147483647, 2147483629, 2147483587)
COLUMNS = 4
"""Random sums of deviations that a cell is known by; the cells that somebody knows must be of fewer kinds."""

_MOST = 1 << 30
"""Deviations below it have no minor of three rows that all primes divide."""


@dataclass(frozen=True, slots=True)
class Recomputed:
    """Somebody can recompute a cell of somebody else."""

    attacker: str
    cell: int


@dataclass(frozen=True, slots=True)
class Attacked:
    """How many cells were to be kept from how many attackers who know something, and what they recompute."""

    requirements: int
    recomputed: tuple[Recomputed, ...]


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Knowledge:
    """Who knows which hidden cells, one attacker behind the other."""

    names: tuple[str, ...]
    starts: Array
    cells: Array

    def of(self, attacker: int) -> Array:
        """The cells that one of them knows."""
        return self.cells[self.starts[attacker] : self.starts[attacker + 1]]


def attacked(claim: Claim) -> Attacked:
    """Check all attackers that the policy and the certificate name against all cells that need protection."""
    component = components(claim)
    knowledge = knowledge_of(claim)
    asked = np.zeros(claim["values"].size, dtype=np.bool_)
    asked[claim["need_cells"]] = True
    asked &= claim.hidden
    own = np.add.reduceat(asked[knowledge.cells].astype(np.int64), knowledge.starts[:-1]) if knowledge.names else 0
    requirements = len(knowledge.names) * claim["need_cells"].size - int(np.sum(own))
    moves = Moves(claim, component)
    found = [
        Recomputed(knowledge.names[attacker], int(cell))
        for attacker, cells in moves.suspects(knowledge, asked)
        for cell in moves.unmoved(knowledge.of(attacker), cells)
    ]
    return Attacked(requirements, tuple(found))


def components(claim: Claim) -> Array:
    """For each hidden cell a number that it shares with the cells it is connected with; -1 for those that are known."""
    hidden = claim.hidden
    keep = hidden[claim["equation_cells"]]
    rows, cells = rows_of(claim)[keep], claim["equation_cells"][keep]
    label = np.where(hidden, np.arange(hidden.size), -1)
    return _merged(label, rows, cells)


def _merged(label: Array, rows: Array, cells: Array) -> Array:
    """Labels made equal along rows, which are sorted: the smallest wins (Shiloach and Vishkin, 1982)."""
    if not rows.size:
        return label
    starts = np.flatnonzero(np.diff(rows, prepend=-1))
    lengths = np.diff(starts, append=rows.size)
    while True:
        smallest = np.repeat(np.minimum.reduceat(label[cells], starts), lengths)
        new = label.copy()
        np.minimum.at(new, label[cells], smallest)
        np.minimum.at(new, cells, smallest)
        new = np.where(new >= 0, new[new], new)
        if (new == label).all():
            return label
        label = new


def knowledge_of(claim: Claim) -> Knowledge:
    """The insiders of the policy, each with all cells in which he is alone, and the attackers that the certificate lists."""
    kinds = set(claim.attackers)
    alone = (claim["units"] == 1) & claim.hidden
    alone[claim.facts["real_cells"] :] = False
    groups: list[Array] = []
    names: list[str] = []
    if "insider" in kinds:
        groups += _same_unit(claim, alone)
        names += [f"whoever is alone in cell {group[0]}" for group in groups]
    if "all_singletons" in kinds and alone.any():
        groups.append(np.flatnonzero(alone))
        names.append("all who are alone in a cell, together,")
    for number, (start, end) in enumerate(zip(claim["knows_starts"][:-1], claim["knows_starts"][1:], strict=True)):
        known = np.unique(claim["knows_cells"][start:end])
        if known[claim.hidden[known]].size:
            groups.append(known[claim.hidden[known]])
            names.append(f"attacker {number} of those listed")
    starts = np.cumsum([0, *(group.size for group in groups)])
    return Knowledge(tuple(names), starts, np.concatenate(groups) if groups else np.zeros(0, dtype=np.int64))


def _same_unit(claim: Claim, alone: Array) -> list[Array]:
    """The cells in which one unit is alone: a total of one and its part of one are the same unit."""
    rows, cells = rows_of(claim), claim["equation_cells"]
    equations = claim["equation_starts"].size - 1
    total = np.bincount(rows, weights=totals(claim) & alone[cells], minlength=equations) > 0
    keep = total[rows] & alone[cells]
    label = _merged(np.where(alone, np.arange(alone.size), -1), rows[keep], cells[keep])
    members = np.flatnonzero(alone)
    members = members[np.argsort(label[members], kind="stable")]
    return np.split(members, np.flatnonzero(np.diff(label[members])) + 1) if members.size else []


class Moves:
    """The deviations, by cell."""

    def __init__(self, claim: Claim, component: Array) -> None:
        self.component = component
        table = np.repeat(np.arange(claim["table_starts"].size - 1), np.diff(claim["table_starts"]))
        moved = np.flatnonzero(claim["table_deviations"])
        order = moved[np.argsort(claim["table_cells"][moved], kind="stable")]
        self.cell, self.table = claim["table_cells"][order], table[order]
        self.deviation = claim["table_deviations"][order]
        self.first = np.searchsorted(self.cell, np.arange(component.size + 1))
        self.tables = claim["table_starts"].size - 1
        turnable = self._turnable(claim)
        seed = int(digest_of(claim.facts, claim.arrays), 16)
        self.marks = [self._marks(prime, np.random.default_rng([seed, prime]), turnable) for prime in PRIMES]

    def _turnable(self, claim: Claim) -> Array:
        """Entries of deviations that move no cell at its lowest value in their component; all if values may be negative."""
        if claim.facts["policy"]["signed"]:
            return np.ones(self.cell.size, dtype=np.bool_)
        atom = self.table * (self.component.size + 1) + self.component[self.cell]
        lowest = claim["values"] == lowest_values(claim)
        return ~np.isin(atom, np.unique(atom[lowest[self.cell]]))

    def _marks(self, prime: int, rng: np.random.Generator, turnable: Array) -> Array:
        """Cells by `COLUMNS`: random sums of the deviations modulo a prime."""
        if self.deviation.size and int(np.abs(self.deviation).max()) >= _MOST:
            raise Refusal("deviations are too large to be checked.")
        weights = rng.integers(1, prime, size=(self.tables, COLUMNS))
        found = np.zeros((self.component.size, COLUMNS), dtype=np.int64)
        cell, table, deviation = self.cell[turnable], self.table[turnable], self.deviation[turnable] % prime
        for column in range(COLUMNS):
            product = (deviation * weights[table, column] % prime).astype(np.float64)
            sums = np.bincount(cell, weights=product, minlength=self.component.size)
            found[:, column] = sums.astype(np.int64) % prime
        return found

    def suspects(self, knowledge: Knowledge, asked: Array) -> Iterator[tuple[int, Array]]:
        """Attackers, and cells that are not free of them by the random sums; the sums decide nearly all at once."""
        attacker = np.repeat(np.arange(len(knowledge.names)), np.diff(knowledge.starts))
        component = self.component[knowledge.cells]
        order = np.lexsort((component, attacker))
        attacker, component, cells = attacker[order], component[order], knowledge.cells[order]
        new = np.flatnonzero((np.diff(attacker, prepend=-1) != 0) | (np.diff(component, prepend=-2) != 0))
        group = np.repeat(np.arange(new.size), np.diff(new, append=cells.size))
        suspicious = np.zeros(new.size, dtype=np.bool_)
        for marks, prime in zip(self.marks, PRIMES, strict=True):
            suspicious |= self._suspicious(_kinds(marks, prime, self.component), group, cells, asked)
        asked_in = _by_component(self.component, asked)
        for each in np.flatnonzero(suspicious):
            known = cells[group == each]
            others = asked_in.get(int(component[new[each]]), known[:0])
            others = others[~np.isin(others, known)]
            yield int(attacker[new[each]]), self._spanned(known, others)

    def _suspicious(self, kind: Array, group: Array, cells: Array, asked: Array) -> Array:
        """Groups of known cells of more than one kind, or of whose kind somebody else's cell is; kind 0 never moves."""
        groups = int(group[-1]) + 1 if group.size else 0
        moving = kind[cells] > 0
        low, high = np.full(groups, np.iinfo(np.int64).max), np.zeros(groups, dtype=np.int64)
        np.minimum.at(low, group[moving], kind[cells][moving])
        np.maximum.at(high, group[moving], kind[cells][moving])
        of_kind = np.bincount(kind[asked], minlength=int(kind.max(initial=0)) + 1)
        own = np.bincount(group, weights=moving & asked[cells], minlength=groups)
        still = np.bincount(self.component[asked & (kind == 0)], minlength=self.component.size)
        own_still = np.bincount(group, weights=~moving & asked[cells], minlength=groups)
        place = np.zeros(groups, dtype=np.int64)
        place[group] = self.component[cells]
        one = low == high
        found = (~one & (high > 0)) | (one & (of_kind[high] != own)) | (still[place] != own_still)
        return np.asarray(found)

    def _spanned(self, known: Array, others: Array) -> Array:
        """The other cells that are combinations of the known ones, modulo any of the primes."""
        found = np.zeros(others.size, dtype=np.bool_)
        for marks, prime in zip(self.marks, PRIMES, strict=True):
            found |= _in_span(np.unique(marks[known], axis=0), marks[others], prime)
        return np.asarray(others[found])

    def unmoved(self, known: Array, cells: Array) -> Array:
        """Those cells that no deviation moves which leaves the known ones of their component alone."""
        if not cells.size:
            return cells
        inside = known[self.component[known] == self.component[cells[0]]]
        touched = np.unique(self.table[self._entries(inside)])
        entries = self._entries(cells)
        free = ~np.isin(self.table[entries], touched)
        return np.asarray(cells[~np.isin(cells, self.cell[entries][free])])

    def _entries(self, cells: Array) -> Array:
        pieces = [np.arange(self.first[cell], self.first[cell + 1]) for cell in cells]
        return np.concatenate(pieces) if pieces else np.zeros(0, dtype=np.int64)


def _by_component(component: Array, asked: Array) -> dict[int, Array]:
    cells = np.flatnonzero(asked)
    cells = cells[np.argsort(component[cells], kind="stable")]
    pieces: Sequence[Array] = np.split(cells, np.flatnonzero(np.diff(component[cells])) + 1)
    return {int(component[piece[0]]): piece for piece in pieces if piece.size}


def _kinds(marks: Array, prime: int, component: Array) -> Array:
    """A number that cells share whose marks are multiples of each other, in one component; 0 where nothing moves."""
    kind = np.zeros(component.size, dtype=np.int64)
    cells = np.flatnonzero(marks.any(axis=1))
    if not cells.size:
        return kind
    some = marks[cells]
    lead = some[np.arange(cells.size), np.argmax(some != 0, axis=1)]
    scaled = some * _inverse(lead, prime)[:, None] % prime
    columns = (*scaled.T, component[cells])
    order = np.lexsort(columns)
    new = np.zeros(cells.size, dtype=np.bool_)
    for column in columns:
        new |= np.diff(column[order], prepend=-1) != 0
    kind[cells[order]] = np.cumsum(new)
    return kind


def _inverse(numbers: Array, prime: int) -> Array:
    """Inverses modulo a prime, by Fermat's little theorem."""
    result, base, power = np.ones_like(numbers), numbers % prime, prime - 2
    while power:
        if power & 1:
            result = result * base % prime
        base = base * base % prime
        power >>= 1
    return result


def _in_span(rows: Array, others: Array, prime: int) -> Array:
    """Which of the others are combinations of the rows, modulo a prime; all of them where the rows are too many."""
    rows, others = rows.copy(), others.copy()
    for column in range(rows.shape[1]):
        pivots = np.flatnonzero(rows[:, column])
        if not pivots.size:
            continue
        pivot = rows[pivots[0]] * _inverse(rows[pivots[0], column : column + 1], prime) % prime
        rows = (rows - rows[:, column : column + 1] * pivot) % prime
        others = (others - others[:, column : column + 1] * pivot) % prime
    return np.asarray(~others.any(axis=1))

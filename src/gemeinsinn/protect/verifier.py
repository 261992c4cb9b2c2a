"""Checks a certificate of protection without a solver: it needs numpy and the standard library, and nothing else of ours.

A certificate claims that nobody can recompute or narrow the hidden cells of a table. Its proof are witness tables:
deviations `z` from the true table that nobody who sees the released one can rule out. Checked is, in whole numbers, that
- the true values and every deviation fulfil all equations, and nothing is below zero with it, nor, where every zero is
  shown, a hidden count below one, or a sum below what its parts are at least;
- no deviation touches a cell that is known;
- for every cell that must be protected some deviation reaches as far up, and some as far down, as it needs;
- cells that are too small by the policy's count of units are hidden, and those that are hidden for being so have needs;
- nobody who is alone in a cell, and no coalition that the certificate names, can recompute a cell of somebody else.

For the last: deviations may be added up in any proportion, and be made as small as one likes. Somebody who knows the
cells K can recompute the cell p from them if and only if p's column in the matrix of all deviations is a combination of
the columns of K. That is tested modulo three primes on a few random sums of the deviations; a test that says "no" is a
proof as long as no minor of the matrix can be a multiple of all three (Hadamard's bound). Deviations that touch hidden
cells at their lowest value may not be subtracted, and count only where they do not touch K at all.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from gemeinsinn.protect.claims import PRIMARY, Array, Claim, Refusal, digest_faults, read, shape_faults
from gemeinsinn.protect.recomputing import Attacked, attacked
from gemeinsinn.protect.sums import lowest_values


_EXACT = 1 << 62
_TOLD = 20
_SPARSE = 16
"""A table that moves less than one cell in so many is checked over the equations of these cells."""


@dataclass(frozen=True, slots=True)
class Report:
    """What came of it: how many requirements were checked, and what is wrong, first things first."""

    requirements: int
    failures: tuple[str, ...]

    @property
    def valid(self) -> bool:
        """Whether nothing is wrong."""
        return not self.failures


def verified(content: bytes) -> Report:
    """Check a certificate; whatever it holds, the answer is a report."""
    try:
        claim = read(content)
        failures = shape_faults(claim) or _table(claim)
        if failures:
            return Report(0, tuple(failures[:_TOLD]))
        failures = [*digest_faults(claim), *_units(claim), *_deviations(claim), *_states(claim), *_reached(claim)]
        insiders, more = _attackers(claim)
    except Refusal as refusal:
        return Report(0, (str(refusal),))
    asked = int((claim["need_up"] > 0).sum() + (claim["need_down"] > 0).sum()) + insiders
    return Report(asked, tuple([*failures, *more][:_TOLD]))


def _table(claim: Claim) -> list[str]:
    """The true values fulfil the equations; nothing else is looked at before this is right."""
    values = claim["values"]
    if not claim.facts["policy"]["signed"] and values.size and values.min() < 0:
        return [f"cell {int(values.argmin())} is negative."]
    sums = _Equations.of(claim, np.ones(values.size, dtype=np.bool_)).sums(values)
    return [f"equation {row} does not hold for the true values." for row in np.flatnonzero(sums)[:_TOLD]]


def _units(claim: Claim) -> list[str]:
    """Whether the values count the units is not believed, nor which cells are no cells of a table."""
    real, scale = claim.facts["real_cells"], claim.facts["scale"]
    values, units = claim["values"][:real], claim["units"][:real]
    wrong = [f"cell {cell} has fewer units than none." for cell in np.flatnonzero(units < 0)[:_TOLD]]
    wrong += [
        f"cell {real + at} is a bound and has units." for at in np.flatnonzero(claim["units"][real:] >= 0)[:_TOLD]
    ]
    counts = bool(((values % scale == 0) & (values // scale == units)).all())
    if counts != claim.facts["counts"]:
        wrong.append(f"the values {'are' if counts else 'are not'} the counts of units, and it says otherwise.")
    return wrong


def _largest(numbers: Array) -> int:
    return max(abs(int(numbers.max())), abs(int(numbers.min()))) if numbers.size else 0


def _deviations(claim: Claim) -> list[str]:
    """Every witness table: nothing known moves, nothing falls below its lowest value, every equation holds."""
    cells, deviations = claim["table_cells"], claim["table_deviations"]
    table = np.repeat(np.arange(claim["table_starts"].size - 1), np.diff(claim["table_starts"]))
    divisors = claim["table_divisors"]
    if _largest(claim["values"]) * max(_largest(divisors), 1) >= _EXACT or _largest(deviations) >= _EXACT:
        raise Refusal("numbers are too large to be checked.")
    known = ~claim.hidden
    if claim.zeros_known:
        known |= (claim["values"] == 0) & (claim["units"] == 0)
    moved = np.flatnonzero(known[cells] & (deviations != 0))
    wrong = [f"witness table {table[at]} moves cell {cells[at]}, which is known." for at in moved[:_TOLD]]
    if not claim.facts["policy"]["signed"]:
        lowest = lowest_values(claim)
        below = np.flatnonzero((claim["values"] - lowest)[cells] * divisors[table] + deviations < 0)
        least = lowest[cells] / claim.facts["scale"]
        wrong += [f"witness table {table[at]} takes cell {cells[at]} below {least[at]:g}." for at in below[:_TOLD]]
    return wrong + _equations_kept(claim, table)


def _equations_kept(claim: Claim, table: Array) -> list[str]:
    """Tables that move many cells are checked one by one, those that move few over the equations of these cells."""
    counts = np.diff(claim["table_starts"])
    cells = claim["values"].size
    many = counts * _SPARSE >= cells
    equations = _Equations.of(claim, claim.hidden)
    wrong: list[str] = []
    for number in np.flatnonzero(many):
        piece = slice(claim["table_starts"][number], claim["table_starts"][number + 1])
        dense = np.zeros(cells, dtype=np.int64)
        dense[claim["table_cells"][piece]] = claim["table_deviations"][piece]
        wrong += [_broken(int(row), int(number)) for row in np.flatnonzero(equations.sums(dense))[:_TOLD]]
    small = np.flatnonzero(~many[table])
    rows, tables = equations.broken(claim["table_cells"][small], table[small], claim["table_deviations"][small])
    return wrong + [_broken(row, number) for row, number in zip(rows, tables, strict=True)]


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class _Equations:
    """The equations over some of the cells, in whole numbers and without overflow."""

    rows: Array
    """The equation of each entry, in their order."""
    cells: Array
    signs: Array
    count: int
    size: int

    @classmethod
    def of(cls, claim: Claim, which: Array) -> _Equations:
        """The equations of a certificate."""
        count = claim["equation_starts"].size - 1
        rows = np.repeat(np.arange(count), np.diff(claim["equation_starts"]))
        kept = which[claim["equation_cells"]]
        signs = claim["equation_signs"][kept]
        return cls(rows[kept], claim["equation_cells"][kept], signs, count, which.size)

    def sums(self, dense: Array) -> Array:
        """The sum of each equation for one value of every cell."""
        self._check_size(dense)
        found = np.zeros(self.count, dtype=np.int64)
        starts = np.flatnonzero(np.diff(self.rows, prepend=-1))
        if starts.size:
            found[self.rows[starts]] = np.add.reduceat(dense[self.cells] * self.signs, starts)
        return found

    def broken(self, cells: Array, table: Array, deviations: Array) -> tuple[Array, Array]:
        """The equations that do not hold for some tables, given cell by cell, and the tables."""
        self._check_size(deviations)
        order = np.argsort(self.cells, kind="stable")
        first = np.searchsorted(self.cells[order], np.arange(self.size + 1))
        often = first[cells + 1] - first[cells]
        entry = np.repeat(np.arange(cells.size), often)
        at = order[np.repeat(first[cells] - np.cumsum(often) + often, often) + np.arange(entry.size)]
        keys = table[entry] * self.count + self.rows[at]
        sorting = np.argsort(keys, kind="stable")
        keys, amounts = keys[sorting], (deviations[entry] * self.signs[at])[sorting]
        starts = np.flatnonzero(np.diff(keys, prepend=-1))
        if not starts.size:
            return keys, keys
        bad = keys[starts][np.add.reduceat(amounts, starts) != 0][:_TOLD]
        return bad % self.count, bad // self.count

    def _check_size(self, numbers: Array) -> None:
        if _largest(numbers) * _largest(self.signs) * max(self.rows.size, 1) >= _EXACT:
            raise Refusal("numbers are too large to be checked.")


def _broken(row: int, number: int) -> str:
    return f"witness table {number} does not keep equation {row}."


def _states(claim: Claim) -> list[str]:
    """Cells that are too small are hidden, and what is hidden for its own sake has needs, as large as the policy says."""
    cells, policy = claim["values"].size, claim.facts["policy"]
    needed = np.zeros(cells, dtype=np.bool_)
    needed[claim["need_cells"]] = True
    units = claim["units"]
    small = (units < policy["min_units"]) & ((units > 0) | (policy["zeros"] == "secret"))
    small[claim.facts["present_cells"] :] = False
    small[claim["exempt"]] = False
    wrong = [
        f"cell {cell} has fewer units than {policy['min_units']} and is shown."
        for cell in np.flatnonzero(small & ~claim.hidden)
    ]
    bare = (claim["pattern"] == PRIMARY) | (small & claim.hidden)
    wrong += [f"cell {cell} must be protected and has no requirement." for cell in np.flatnonzero(bare & ~needed)]
    up, down = _owed(claim)
    short = (claim["need_up"] < up) | (claim["need_down"] < down)
    return wrong + [f"cell {cell} requires less than the policy." for cell in claim["need_cells"][short]]


def _owed(claim: Claim) -> tuple[Array, Array]:
    """How far the policy asks that the cells with needs can move."""
    policy, scale, cells = claim.facts["policy"], claim.facts["scale"], claim["need_cells"]
    if claim.facts["counts"]:
        threshold = policy["protection"] == "threshold"
        up = (
            scale * np.maximum(policy["min_units"] - claim["units"][cells], 1)
            if threshold
            else np.full(cells.size, scale)
        )
        most = np.full(cells.size, scale)
    else:
        up = most = _wide(claim)
    room = (claim["values"] - lowest_values(claim))[cells]
    down = most if policy["signed"] else np.minimum(most, room)
    present = cells < claim.facts["present_cells"]
    return np.where(present, up, 0), np.where(present, down, 0)


def _wide(claim: Claim) -> Array:
    """By how much the sums with needs must be able to move: some per cent, or what the smallest sum is if they are 0.

    Where parts of the table are covered by earlier certificates, the smallest sum may be among them.
    """
    share = Fraction(str(claim.facts["policy"]["protection_percent"])) / 100
    sizes = np.abs(claim["values"][: claim.facts["present_cells"]])
    smallest = 1 if claim.facts["covered_by"] else int(sizes[sizes > 0].min(initial=claim.facts["scale"]))
    values = (abs(int(value)) for value in claim["values"][claim["need_cells"]])
    return np.array([int(value * share) if value else smallest for value in values], dtype=np.int64)


def _reached(claim: Claim) -> list[str]:
    """Every requirement is reached by some witness table."""
    cells, deviations = claim["table_cells"], claim["table_deviations"]
    divisors = np.repeat(claim["table_divisors"], np.diff(claim["table_starts"]))
    wrong = []
    for name, sign in (("up", 1), ("down", -1)):
        asked = np.zeros(claim["values"].size, dtype=np.int64)
        asked[claim["need_cells"]] = claim[f"need_{name}"]
        if _largest(asked) * _largest(divisors) >= _EXACT:
            raise Refusal("numbers are too large to be checked.")
        met = np.zeros(claim["values"].size, dtype=np.bool_)
        met[cells[sign * deviations >= asked[cells] * divisors]] = True
        missing = np.flatnonzero((asked > 0) & ~met)
        amount = claim.facts["scale"]
        wrong += [
            f"cell {cell} does not reach {asked[cell] / amount:g} {name} in any witness table." for cell in missing
        ]
    return wrong


def _attackers(claim: Claim) -> tuple[int, list[str]]:
    """How many cells are kept from how many insiders, and who can recompute whose cell after all."""
    found: Attacked = attacked(claim)
    return found.requirements, [f"{pair.attacker} can recompute cell {pair.cell}." for pair in found.recomputed[:_TOLD]]

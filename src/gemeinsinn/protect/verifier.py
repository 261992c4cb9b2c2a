"""Checks a certificate of protection without a solver: it needs numpy and the standard library, and nothing else of ours.

A certificate claims that nobody can recompute or narrow the hidden cells of a table. Its proof are witness tables:
deviations `z` from the true table that nobody who sees the released one can rule out. Checked is, in whole numbers, that
- the true values and every deviation fulfil all equations, and nothing is below zero with it;
- no deviation touches a cell that is known;
- for every cell that must be protected some deviation reaches as far up, and some as far down, as it needs;
- cells that are too small by the policy's count of units are hidden, and those that are hidden for being so have needs;
- nobody who is alone in a cell, and no coalition that the certificate names, can recompute a cell of somebody else.

For the last: deviations may be added up in any proportion, and be made as small as one likes. Somebody who knows the
cells K can recompute the cell p from them if and only if p's column in the matrix of all deviations is a combination of
the columns of K. That is tested modulo three primes on a few random sums of the deviations; a test that says "no" is a
proof as long as no minor of the matrix can be a multiple of all three (Hadamard's bound). Deviations that touch hidden
cells of value zero may not be subtracted, and count only where they do not touch K at all.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from gemeinsinn.protect.claims import PRIMARY, Array, Claim, Refusal, digest_faults, read, shape_faults
from gemeinsinn.protect.recomputing import Attacked, attacked


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
        failures = shape_faults(claim)
        if failures:
            return Report(0, tuple(failures[:_TOLD]))
        failures = [*digest_faults(claim), *_table(claim), *_deviations(claim), *_states(claim), *_reached(claim)]
        insiders, more = _attackers(claim)
    except Refusal as refusal:
        return Report(0, (str(refusal),))
    asked = int((claim["need_up"] > 0).sum() + (claim["need_down"] > 0).sum()) + insiders
    return Report(asked, tuple([*failures, *more][:_TOLD]))


def _table(claim: Claim) -> list[str]:
    """The true values fulfil the equations."""
    values = claim["values"]
    if not claim.facts["policy"]["signed"] and values.size and values.min() < 0:
        return [f"cell {int(values.argmin())} is negative."]
    sums = _Equations.of(claim, np.ones(values.size, dtype=np.bool_)).sums(values)
    return [f"equation {row} does not hold for the true values." for row in np.flatnonzero(sums)[:_TOLD]]


def _largest(numbers: Array) -> int:
    return max(abs(int(numbers.max())), abs(int(numbers.min()))) if numbers.size else 0


def _deviations(claim: Claim) -> list[str]:
    """Every witness table: nothing known moves, nothing falls below zero, every equation holds."""
    cells, deviations = claim["table_cells"], claim["table_deviations"]
    table = np.repeat(np.arange(claim["table_starts"].size - 1), np.diff(claim["table_starts"]))
    divisors = claim["table_divisors"]
    if _largest(claim["values"]) * max(_largest(divisors), 1) >= _EXACT or _largest(deviations) >= _EXACT:
        raise Refusal("numbers are too large to be checked.")
    known = ~claim.hidden
    if claim.facts["policy"]["zeros"] == "public":
        known |= (claim["values"] == 0) & (claim["units"] == 0)
    moved = np.flatnonzero(known[cells] & (deviations != 0))
    wrong = [f"witness table {table[at]} moves cell {cells[at]}, which is known." for at in moved[:_TOLD]]
    if not claim.facts["policy"]["signed"]:
        below = np.flatnonzero(claim["values"][cells] * divisors[table] + deviations < 0)
        wrong += [f"witness table {table[at]} takes cell {cells[at]} below zero." for at in below[:_TOLD]]
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
    policy, scale = claim.facts["policy"], claim.facts["scale"]
    values, units = claim["values"][claim["need_cells"]], claim["units"][claim["need_cells"]]
    present = claim["need_cells"] < claim.facts["present_cells"]
    if claim.facts["counts"]:
        least = np.maximum(policy["min_units"] - units, 1) if policy["protection"] == "threshold" else 1
        up, down = np.full(values.size, scale) * least, np.minimum(values, scale)
    else:
        share = Fraction(str(policy["protection_percent"])) / 100
        wide = [int(abs(int(value)) * share) for value in values]
        up, down = np.array(wide, dtype=np.int64), np.minimum(wide, np.abs(values))
    return np.where(present, up, 0), np.where(present, down, 0)


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

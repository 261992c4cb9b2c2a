"""Primary rules: which cells of a table may not be shown, and by which rule.

The rules are those of the SDC handbook (Hundepool et al., Statistical Disclosure Control, 2012): minimum frequency and
group disclosure of tables of counts (section 5.2), dominance and p% for tables of sums (section 4.2.1). The ratio rule
is the one of German social reporting: rates and means are formed of enough cases only.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from gemeinsinn.errors import DefinitionError
from gemeinsinn.protect.tables.model import Labels, ProductLabels, TableModel
from gemeinsinn.protect.tables.pattern import Array, Flags
from gemeinsinn.protect.tables.policy import Dominance, Ratio, TablePolicy, Zeros


class Reason(IntEnum):
    """The rule by which a cell is primary; where several hold, the first of them."""

    NONE = 0
    FREQUENCY = 1
    """Fewer than `min_units` units."""
    DOMINANCE = 2
    """The largest contributions are too large a share of the sum."""
    P_PERCENT = 3
    """The second largest contributor can estimate the largest one too closely."""
    RATIO = 4
    """A rate formed of the cell would have too few cases, or too few of those who are none."""
    GROUP_DISCLOSURE = 5
    """Everybody of a group is in this cell, or, of an empty cell, not in it."""
    SECRET_ZERO = 6
    """There is nobody, and that is secret."""
    FORCED = 7
    """Whoever is responsible for the table said so."""


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Primary:
    """The cells that may not be shown, and the rule for each."""

    mask: Flags
    reasons: NDArray[np.uint8]

    def counts(self) -> dict[str, int]:
        """How many cells each rule hides; rules that hide none are left out."""
        numbers = np.bincount(self.reasons, minlength=len(Reason))
        return {reason.name.lower(): int(numbers[reason]) for reason in Reason if reason and numbers[reason]}


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Facts:
    """What the rules look at beside the value of a cell and the units behind it."""

    units: Mapping[str, Array] = field(default_factory=dict)
    """Further units that are counted in each cell: households, providers."""
    largest: Array | None = None
    """Cells by contributions, the largest first, in absolute value."""
    denominators: Array | None = None
    """How many there are of whom the cell counts the cases."""
    protect: Flags | None = None
    """Cells that are to be primary whatever the rules say."""


NO_FACTS = Facts()


def primary_cells(model: TableModel, policy: TablePolicy, facts: Facts = NO_FACTS) -> Primary:
    """The primary cells of a table by all rules of its policy.

    A cell that must stay open is primary all the same where a rule says so, and whoever protects the table has to say
    that it cannot be.
    """
    found = {
        Reason.FREQUENCY: _too_few(model, policy, facts),
        Reason.DOMINANCE: _dominated(model, policy.dominance, facts.largest),
        Reason.P_PERCENT: _estimable(model, policy.p_percent, facts.largest),
        Reason.RATIO: _poor_ratio(model, policy.ratio, facts.denominators),
    }
    zeros = nobody(model)
    reasons = np.zeros(model.cells, dtype=np.uint8)
    for reason, mask in found.items():
        reasons[mask & ~zeros & (reasons == 0)] = reason
    if policy.group_disclosure:
        reasons[_group_disclosing(model) & (reasons == 0)] = Reason.GROUP_DISCLOSURE
    if policy.zeros is Zeros.SECRET:
        reasons[zeros & ~model.open_cells() & (reasons == 0)] = Reason.SECRET_ZERO
    if facts.protect is not None:
        reasons[facts.protect & (reasons == 0)] = Reason.FORCED
    return Primary(reasons > 0, reasons)


def known_zeros(model: TableModel, policy: TablePolicy) -> Flags:
    """The cells that every attacker knows to be zero: all of them, or those that cannot be anything else."""
    zeros = nobody(model)
    return zeros if policy.zeros_known else zeros & model.open_cells()


def nobody(model: TableModel) -> Flags:
    """The cells that are zero because nobody is there; a sum of zero that somebody makes up is none of them."""
    return np.asarray((model.values == 0) & (model.counted == 0), dtype=np.bool_)


def _too_few(model: TableModel, policy: TablePolicy, facts: Facts) -> Flags:
    """The minimum frequency: from 1 to below `min_units` persons, or households, or providers."""
    few = np.zeros(model.cells, dtype=np.bool_)
    for counted in (model.counted, *facts.units.values()):
        few |= (counted > 0) & (counted < policy.min_units)
    return few


def _dominated(model: TableModel, rule: Dominance | None, largest: Array | None) -> Flags:
    """The (n,k) rule: the n largest contributions are more than the share k of the sum."""
    if rule is None:
        return np.zeros(model.cells, dtype=np.bool_)
    head = _largest(largest, rule.n, "dominance").sum(axis=1)
    return np.asarray(head > rule.k * np.abs(model.values), dtype=np.bool_)


def _estimable(model: TableModel, percent: float | None, largest: Array | None) -> Flags:
    """The p% rule: what is left of the sum beside the two largest contributions is less than p% of the largest."""
    if percent is None:
        return np.zeros(model.cells, dtype=np.bool_)
    two = _largest(largest, 2, "p_percent")
    rest = np.abs(model.values) - two.sum(axis=1)
    return np.asarray(rest < percent / 100 * two[:, 0], dtype=np.bool_)


def _largest(largest: Array | None, wanted: int, rule: str) -> Array:
    held = 0 if largest is None else largest.shape[1]
    if largest is None or held < wanted:
        what = f"the rule `{rule}` looks at the {wanted} largest contributions to each sum, and {held} are given."
        raise DefinitionError(what, remedy=f"Add columns largest_1 to largest_{wanted} to the table.")
    return largest[:, :wanted]


def _poor_ratio(model: TableModel, rule: Ratio | None, denominators: Array | None) -> Flags:
    """The ratio rule, where the table says of how many its counts are the cases, or is a table of means."""
    poor = np.zeros(model.cells, dtype=np.bool_)
    if rule is None:
        return poor
    if model.units is not None:
        poor |= (model.units > 0) & (model.units < rule.mean)
    if denominators is not None:
        poor |= ~rate_may_be_shown(model.values, denominators, rule)
    return poor


def rate_may_be_shown(numerators: Array, denominators: Array, rule: Ratio) -> Flags:
    """Whether a rate of numerators among denominators tells of nobody in particular.

    Shown is a rate of enough cases or of none, among enough, of whom those who are no case are enough or none.
    """
    others = denominators - numerators
    shown = (denominators >= rule.denominator) & ((numerators == 0) | (numerators >= rule.numerator))
    if rule.complement:
        shown &= (others <= 0) | (others >= rule.numerator)
    return np.asarray(shown, dtype=np.bool_)


def mean_may_be_shown(units: Array, rule: Ratio) -> Flags:
    """Whether a mean is formed of enough units."""
    return np.asarray(units >= rule.mean, dtype=np.bool_)


def _group_disclosing(model: TableModel) -> Flags:
    """Cells that hold the whole of a sum of several, and the empty cells beside them that could hold some of it.

    That a group is in one category is only hidden if another category might not be empty. So the empty ones are
    primary, too; those that cannot be anything but zero (they must stay open) do not count as categories.
    """
    row, column, sign = _entries(model)
    parts = sign > 0
    numbers = model.equations.shape[0]
    whole = np.zeros(numbers)
    np.add.at(whole, row[~parts], model.values[column[~parts]])
    part_row, part = row[parts], column[parts]
    value = model.values[part]
    full = (value == whole[part_row]) & (value > 0)
    empty = (value == 0) & ~model.open_cells()[part]
    negative = np.bincount(part_row[value < 0], minlength=numbers) > 0
    disclosing = (np.bincount(part_row[full], minlength=numbers) == 1) & ~negative
    disclosing &= np.bincount(part_row[empty], minlength=numbers) > 0
    disclosing &= np.bincount(part_row[value > 0], minlength=numbers) == 1
    found = np.zeros(model.cells, dtype=np.bool_)
    found[part[(full | empty) & disclosing[part_row]]] = True
    return found


def _entries(model: TableModel) -> tuple[Array, Array, Array]:
    entries = model.equations.tocoo()
    return entries.row, entries.col, entries.data


def declared_open(labels: Labels, cells: int, policy: TablePolicy) -> Flags:
    """The cells that the policy declares as known already, such as an official population."""
    found = np.zeros(cells, dtype=np.bool_)
    for each in policy.open:
        if each.keys() <= set(labels.dimensions):
            wanted = [each.get(name) for name in labels.dimensions]
            found |= _labelled(labels, cells, wanted)
    return found


def _labelled(labels: Labels, cells: int, wanted: Sequence[Sequence[str] | None]) -> Flags:
    """The cells with one of the wanted codes in each dimension; None wants any."""
    if isinstance(labels, ProductLabels):
        found = np.ones(1, dtype=np.bool_)
        for codes, choice in zip(labels.codes, wanted, strict=True):
            chosen = np.array([choice is None or code in choice for code in codes])
            found = np.logical_and.outer(found, chosen).reshape(-1)
        return found
    rows = (labels.of(cell) for cell in range(cells))
    return np.array([all(b is None or a in b for a, b in zip(row, wanted, strict=True)) for row in rows])

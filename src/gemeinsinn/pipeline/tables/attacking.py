"""The attack on published tables with gaps: the interval of every hidden cell, and whoever learns more than the policy allows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.sparse.csgraph import connected_components

from gemeinsinn.pipeline.tables.inside import Knowledge, Learnt, learnt
from gemeinsinn.pipeline.tables.judging import (
    Interval,
    interval_of,
    lowest_value,
    shown_though_small,
    too_narrow,
    too_narrow_for,
)
from gemeinsinn.pipeline.tables.published import LEFT_OUT, UNTOLD, PublicTable
from gemeinsinn.pipeline.tables.together import Together
from gemeinsinn.protect.tables.attack import intervals
from gemeinsinn.protect.tables.model import TableModel
from gemeinsinn.protect.tables.needs import Needs
from gemeinsinn.protect.tables.pattern import FREE, PRIMARY, SECONDARY, Array, Flags
from gemeinsinn.protect.tables.policy import Attacker, TablePolicy
from gemeinsinn.protect.tables.problem import lowest_values
from gemeinsinn.protect.tables.words import Attack, cell_name, language, told


_WEIGHT = (FREE, LEFT_OUT, SECONDARY, UNTOLD, PRIMARY)
"""States from that which asks for least to that which asks for most."""


@dataclass(frozen=True, slots=True)
class Leak:
    """A cell of which somebody learns more than the policy allows."""

    cell: int
    attacker: Attacker
    low: float
    high: float
    words: str


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Truth:
    """What the office knows of the cells: nan and nothing where it does not say."""

    values: NDArray[np.float64]
    units: NDArray[np.float64]
    primary: Flags
    needs: Needs

    @property
    def known(self) -> Flags:
        """The cells whose true values are known."""
        return ~np.isnan(self.values)


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Target:
    """What is attacked: the cells of all tables, which of them are hidden and why, and how much somebody may learn."""

    model: TableModel
    """With the numbers that are shown, and 0 for those that are not."""
    shown: NDArray[np.float64]
    states: NDArray[np.uint8]
    counts: bool
    truth: Truth | None = None

    @property
    def hidden(self) -> Flags:
        """The cells that no table shows."""
        return np.isnan(self.shown)


def target_of(one: Together, tables: Sequence[PublicTable], policy: TablePolicy) -> Target:
    """The tables as what is attacked; a cell has the strictest state that any of them gives it."""
    rank = np.zeros(one.shown.size, dtype=np.int64)
    for table, cells in zip(tables, one.cells, strict=True):
        np.maximum.at(rank, cells, np.array([_WEIGHT.index(state) for state in table.states.tolist()], dtype=np.int64))
    states = np.array(_WEIGHT, dtype=np.uint8)[rank]
    model = TableModel(np.nan_to_num(one.shown), one.equations, one.labels, signed=policy.signed)
    return Target(model, one.shown, states, counts=tables[0].table.columns.counts)


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Outside:
    """What somebody learns who has the tables and nothing else."""

    cells: NDArray[np.int64]
    """The hidden cells."""
    interval: Interval
    leaks: tuple[Leak, ...]


def from_outside(target: Target, policy: TablePolicy, *, workers: int = 2) -> Outside:
    """The interval of every hidden cell, and all cells that are shown or narrowed beyond the policy."""
    cells = np.flatnonzero(target.hidden)
    lowest = lowest_value(policy, counts=target.counts)
    bounds = intervals(target.model, target.hidden, cells.tolist(), lowest=max(lowest, 0.0), workers=workers)
    interval = interval_of(bounds.low, bounds.high, counts=target.counts)
    narrow = _narrow(target, policy, cells, interval)
    leaks = [
        *_shown(target, policy),
        *(_narrowed(target, cells, interval, at) for at in np.flatnonzero(narrow).tolist()),
    ]
    return Outside(cells, interval, tuple(sorted(leaks, key=lambda leak: leak.cell)))


def _narrow(target: Target, policy: TablePolicy, cells: Array, interval: Interval) -> Flags:
    """By what is public, and exactly where the true value is known."""
    lowest = _lowest(target, policy)[cells]
    found = too_narrow(interval, target.states[cells], lowest, policy, counts=target.counts)
    if target.truth is None:
        return found
    truth = target.truth
    needs = Needs(truth.needs.up[cells], truth.needs.down[cells])
    known = truth.known[cells]
    return np.where(known, too_narrow_for(interval, np.nan_to_num(truth.values[cells]), needs), found)


def _lowest(target: Target, policy: TablePolicy) -> NDArray[np.float64]:
    """The smallest value that anybody can believe a hidden cell to have: a sum is at least as many as its parts."""
    lowest = lowest_value(policy, counts=target.counts)
    if lowest <= 0:
        return np.full(target.shown.size, lowest)
    return lowest_values(replace(target.model, values=_believable(target)), policy)


def _narrowed(target: Target, cells: Array, interval: Interval, at: int) -> Leak:
    cell, low, high = int(cells[at]), float(interval.low[at]), float(interval.high[at])
    words = told(target.model, target.hidden, Attack(cell, low=low, high=high))
    return Leak(cell, Attacker.OUTSIDER, low, high, words)


def _shown(target: Target, policy: TablePolicy) -> Iterator[Leak]:
    small = shown_though_small(target.shown, target.states, policy, counts=target.counts)
    if target.truth is not None:
        small = np.where(target.truth.known, target.truth.primary & ~target.hidden, small)
    for cell in np.flatnonzero(small).tolist():
        value = float(target.shown[cell])
        name = cell_name(target.model.labels, cell, language("en"))
        yield Leak(cell, Attacker.OUTSIDER, value, value, f"{name} is shown, or its parts are.")


def from_inside(target: Target, policy: TablePolicy, attackers: Sequence[Attacker], outside: Outside) -> list[Leak]:
    """What those learn who are alone in a cell, each by himself or all together.

    Without the true values everybody is reckoned with who may be alone: in every hidden cell that can be one.
    """
    asked = target.hidden & ((target.states == PRIMARY) | (target.states == UNTOLD))
    asked[outside.cells[outside.interval.exact]] = False
    values = _believable(target)
    lowest = max(lowest_value(policy, counts=target.counts), 0.0)
    found = []
    for attacker, groups in _coalitions(target, _alone(target, outside), attackers):
        knowledge = [Knowledge(group, values[group]) for group in groups]
        for each in learnt(target.model, target.hidden, knowledge, asked, lowest=lowest):
            secret = _secret(target, policy, each)
            found += [_recomputed(target, each, at, attacker) for at in np.flatnonzero(secret).tolist()]
    return sorted(found, key=lambda leak: leak.cell)


def _secret(target: Target, policy: TablePolicy, each: Learnt) -> Flags:
    """Which cells that somebody learns may not be known: all, but large counts of which nobody says why they are hidden."""
    small = (each.values > 0) & (each.values < policy.min_units)
    plain = target.counts and not policy.group_disclosure and policy.ratio is None
    return np.asarray(small | (target.states[each.cells] == PRIMARY) | (not plain), dtype=np.bool_)


def _alone(target: Target, outside: Outside) -> Flags:
    """Hidden cells in which somebody is alone, or may be."""
    low, high = np.ones(target.shown.size), np.ones(target.shown.size)
    low[outside.cells], high[outside.cells] = outside.interval.low, outside.interval.high
    one = (low <= 1) & (high >= 1) if target.counts else np.ones(target.shown.size, dtype=np.bool_)
    found = target.hidden & one & np.isin(target.states, (PRIMARY, UNTOLD, LEFT_OUT))
    if target.truth is None:
        return found
    return np.where(target.truth.known, target.hidden & (target.truth.units == 1), found)


def _believable(target: Target) -> NDArray[np.float64]:
    """Numbers that tell which hidden cells can move: all but those that are known to be nothing."""
    true = target.truth.values if target.truth else target.shown
    return np.where(target.hidden, np.where(np.isnan(true), 1.0, true), target.model.values)


def _coalitions(target: Target, alone: Flags, attackers: Sequence[Attacker]) -> Iterator[tuple[Attacker, list[Array]]]:
    """Who knows which cells."""
    if not alone.any():
        return
    if Attacker.INSIDER in attackers:
        yield Attacker.INSIDER, _persons(target, alone)
    if Attacker.ALL_SINGLETONS in attackers:
        yield Attacker.ALL_SINGLETONS, [np.flatnonzero(alone)]


def _persons(target: Target, alone: Flags) -> list[Array]:
    """The cells of each person: a total, and its part, if all other parts are nothing."""
    something = _believable(target) != 0
    equations = sparse.csr_matrix(target.model.equations)
    pairs = abs(equations) @ something.astype(np.int64) == 2
    links = sparse.csr_matrix(abs(equations[np.flatnonzero(pairs)]))
    links.data = (something & alone)[links.indices].astype(np.int8)
    links.eliminate_zeros()
    links = links[np.flatnonzero(np.diff(links.indptr) > 1)]
    label = np.arange(alone.size)
    if links.nnz:
        graph = sparse.block_array([[None, links.T], [links, None]], format="csr")
        label = connected_components(graph, directed=False)[1][: alone.size]
    cells = np.flatnonzero(alone)
    order = cells[np.argsort(label[cells], kind="stable")]
    return np.split(order, np.flatnonzero(np.diff(label[order])) + 1)


def _recomputed(target: Target, each: Learnt, at: int, attacker: Attacker) -> Leak:
    cell, value = int(each.cells[at]), float(each.values[at])
    model = replace(target.model, values=_believable(target))
    together = attacker is Attacker.ALL_SINGLETONS
    attack = Attack(cell, tuple(each.knowledge.cells.tolist()), together=together, low=value, high=value)
    return Leak(cell, attacker, value, value, told(model, target.hidden, attack))

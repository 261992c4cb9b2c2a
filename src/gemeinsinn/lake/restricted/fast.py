"""The fast path: a question answered from a serving index by the cohort cohorts."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from math import prod
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from gemeinsinn.errors import UnknownNameError
from gemeinsinn.lake.restricted import cohorts
from gemeinsinn.lake.restricted.cube import Cube
from gemeinsinn.lake.restricted.index import Days, ServingIndex
from gemeinsinn.lake.restricted.resolved import DROPPED, AgeMap, Resolved


Number = TypeVar("Number", bound=np.generic)

LARGEST_ANSWER = 400_000_000
"""Cells that one answer may have; a larger one would not fit into memory."""

_FEW_DATES = 3
"""Up to so many key dates are counted one by one, which is faster than as a series."""

_LONGEST_PASS = 250
"""Key dates that one pass of the kernel takes."""

_POOL = ThreadPoolExecutor(2, thread_name_prefix="kernel")
_ROWS_A_TARGET = 300
"""What finishing a target costs, in rows."""


def check_size(question: Resolved) -> None:
    """Raise `UnknownNameError` for an answer that would not fit into memory."""
    others = prod(len(axis.categories) for at, axis in enumerate(question.axes) if not _is_age(question, at))
    size = others * len(question.on) * (len(question.ages.thresholds) if question.ages else 1)
    if size > LARGEST_ANSWER:
        remedy = "Ask for fewer dates or dimensions, or choose with --where."
        raise UnknownNameError(f"the answer would have {size:,} cells.", where=question.register.id, remedy=remedy)


def _is_age(question: Resolved, axis: int) -> bool:
    return question.ages is not None and question.ages.axis == axis


def serves(index: ServingIndex, question: Resolved) -> bool:
    """Whether an index holds every dimension that a question needs."""
    return question.dimensions <= index.names


def counted(index: ServingIndex, question: Resolved) -> Cube:
    """Count on an index that serves the question."""
    return counted_together([index], question)


def counted_together(indexes: Sequence[ServingIndex], question: Resolved) -> Cube:
    """The same on several indexes, each of other entities, such as a register too large to be sorted at once."""
    ages = question.ages or AgeMap(None, (0,), (0,))
    other = [len(axis.categories) for at, axis in enumerate(question.axes) if at != ages.axis]
    targets = prod(other)
    few = len(question.on) <= _FEW_DATES
    shape = (len(question.on), targets) if few else (targets, len(question.on))
    counts = np.zeros((*shape, len(ages.thresholds)), dtype=np.int32)
    keys = np.zeros(counts.shape, dtype=np.uint16)
    for index in indexes:
        target = _targets(index, question, ages.axis)
        halves = _halves(index, _in_order(target), target)
        (_add_days if few else _add_series)(index, question.on, ages.thresholds, halves, target, counts, keys)
    if few:
        counts, keys = counts.swapaxes(0, 1), keys.swapaxes(0, 1)
    return _cube(question, ages, other, counts, keys)


def _in_order(target: NDArray[np.int64]) -> NDArray[np.int64]:
    """The cells that are asked for, in the order of their targets."""
    cells = np.flatnonzero(target != DROPPED)
    if cells.size and np.any(np.diff(target[cells]) < 0):
        return cells[np.argsort(target[cells], kind="stable")]
    return cells


def _targets(index: ServingIndex, question: Resolved, age_axis: int | None) -> NDArray[np.int64]:
    """For each cell of the index the place among the answer's cells (without age), or `DROPPED`."""
    strides = _strides([len(axis.categories) for axis in question.axes], age_axis)
    target = np.zeros((1,), dtype=np.int64)
    dropped = np.zeros((1,), dtype=bool)
    for dimension in index.dimensions:
        part = np.zeros(len(dimension.codes), dtype=np.int64)
        out = np.zeros(len(dimension.codes), dtype=bool)
        for each in question.codes:
            if each.dimension == dimension.name:
                places = np.array([each.place_of.get(code, DROPPED) for code in dimension.codes], dtype=np.int64)
                out |= places == DROPPED
                part += places * (0 if each.axis is None else strides[each.axis])
        target = (target[:, None] + part[None, :]).ravel()
        dropped = (dropped[:, None] | out[None, :]).ravel()
    return np.where(dropped, np.int64(DROPPED), target)


def _strides(sizes: Sequence[int], age_axis: int | None) -> list[int]:
    strides, step = [0] * len(sizes), 1
    for at in reversed(range(len(sizes))):
        if at != age_axis:
            strides[at] = step
            step *= sizes[at]
    return strides


@dataclass(frozen=True, slots=True)
class _Plan:
    """What the kernel needs to know of dates and classes; see `cohorts`."""

    place: NDArray[Any]
    cohort_of: NDArray[np.uint16]
    class_on: NDArray[np.uint8]
    when: NDArray[np.int64]
    into: NDArray[np.int64]


def cutoff(day: date, age: int) -> date:
    """The latest birth that has reached an age on a day; a 29 February has its birthday on 1 March in other years."""
    year = day.year - age
    if year < 1:
        return date.min
    try:
        return day.replace(year=year)
    except ValueError:
        return date(year, 2, 28)


def _cutoffs(days: Days, on: Sequence[date], thresholds: Sequence[int]) -> NDArray[np.int64]:
    return np.array([[days.birth_place(cutoff(day, age)) for age in thresholds] for day in on], dtype=np.int64)


@lru_cache(maxsize=64)
def _plan(days: Days, on: tuple[date, ...], thresholds: tuple[int, ...]) -> _Plan | None:
    """The plan of one pass; None if the dates are too many, or some cohort moves too often between them."""
    if len(on) > _LONGEST_PASS:
        return None
    dates = np.array([days.place_of(day) for day in on], dtype=np.int64)
    place = np.empty(cohorts.DAYS, dtype=np.uint8)
    cohorts.first_dates(dates, place)
    cutoffs = _cutoffs(days, on, thresholds)
    edges = np.unique(cutoffs)
    cohort_of = np.empty(cohorts.DAYS, dtype=np.uint16)
    class_on = np.empty((edges.size + 1, dates.size + 1), dtype=np.uint8)
    moves = np.empty(edges.size + 1, dtype=np.int64)
    cohorts.cohorts(cutoffs, edges, cohort_of, class_on, moves)
    if moves.max() > cohorts.MOVES:
        return None
    when = np.full((edges.size + 1, cohorts.MOVES), dates.size + 1, dtype=np.int64)
    into = np.ones_like(when)
    cohorts.crossings(class_on, when, into)
    return _Plan(place, cohort_of, class_on, when, into)


def _passes(days: Days, on: tuple[date, ...], thresholds: tuple[int, ...]) -> list[tuple[int, int, _Plan]]:
    """The dates in as few halves of halves as can be counted in one pass each."""
    plan = _plan(days, on, thresholds)
    if plan is not None:
        return [(0, len(on), plan)]
    half = len(on) // 2
    after = _passes(days, on[half:], thresholds)
    return [*_passes(days, on[:half], thresholds), *((first + half, last + half, each) for first, last, each in after)]


def _add_series(
    index: ServingIndex,
    on: tuple[date, ...],
    thresholds: tuple[int, ...],
    halves: Sequence[NDArray[np.int64]],
    target: NDArray[np.int64],
    counts: NDArray[np.int32],
    keys: NDArray[np.uint16],
) -> None:
    """Add an index to counts and keys, which are targets by dates by classes."""
    for first, last, plan in _passes(index.days, on, thresholds):

        def run(part: NDArray[np.int64], first: int = first, last: int = last, plan: _Plan = plan) -> None:
            cohorts.series(
                part, target, index.start, index.births, index.begins, index.ends, index.keys, plan.place,
                plan.cohort_of, plan.class_on, plan.when, plan.into, counts[:, first:last], keys[:, first:last],
            )  # fmt: skip

        list(_POOL.map(run, halves))


def _add_days(
    index: ServingIndex,
    on: tuple[date, ...],
    thresholds: tuple[int, ...],
    halves: Sequence[NDArray[np.int64]],
    target: NDArray[np.int64],
    counts: NDArray[np.int32],
    keys: NDArray[np.uint16],
) -> None:
    """Add an index to counts and keys, which are dates by targets by classes."""
    edges = _cutoffs(index.days, on, thresholds)
    for at, day in enumerate(on):

        def run(part: NDArray[np.int64], at: int = at, day: int = index.days.place_of(day)) -> None:
            cohorts.one_day(
                part, target, index.start, index.births, index.begins, index.ends, index.keys,
                day, edges[at], counts[at], keys[at],
            )  # fmt: skip

        list(_POOL.map(run, halves))


def _halves(index: ServingIndex, cells: NDArray[np.int64], target: NDArray[np.int64]) -> list[NDArray[np.int64]]:
    """The cells in two parts of about the same work that share no target."""
    if not cells.size:
        return []
    goals = target[cells]
    work = np.cumsum(index.start[cells + 1] - index.start[cells] + _ROWS_A_TARGET)
    cut = int(np.searchsorted(work, work[-1] // 2))
    after = int(np.searchsorted(goals, goals[min(cut, goals.size - 1)], side="right"))
    before = int(np.searchsorted(goals, goals[min(cut, goals.size - 1)], side="left"))
    cut = before if abs(work[before] - work[-1] // 2) <= abs(work[min(after, work.size - 1)] - work[-1] // 2) else after
    return [part for part in (cells[:cut], cells[cut:]) if part.size]


def _cube(
    question: Resolved, ages: AgeMap, other: Sequence[int], counts: NDArray[np.int32], keys: NDArray[np.uint16]
) -> Cube:
    """Fold the fine classes onto the axis of age, and bring dates and axes into their order."""
    width = 1 if ages.axis is None else len(question.axes[ages.axis].categories)
    if ages.place_of != tuple(range(width)):
        folded = np.zeros((*counts.shape[:2], width), dtype=counts.dtype)
        folded_keys = np.zeros(folded.shape, dtype=keys.dtype)
        for fine, place in enumerate(ages.place_of):
            if place != DROPPED:
                folded[:, :, place] += counts[:, :, fine]
                folded_keys[:, :, place] += keys[:, :, fine]
        counts, keys = folded, folded_keys
    shape = (*other, len(question.on), width)
    order = [len(other), *range(len(other))]
    if ages.axis is not None:
        order.insert(1 + ages.axis, len(other) + 1)
    return Cube(question.on, question.axes, _arranged(counts, shape, order), _arranged(keys, shape, order))


def _arranged(array: NDArray[Number], shape: Sequence[int], order: Sequence[int]) -> NDArray[Number]:
    """Dates first, then the axes as they were asked for; without an axis of age its one place is left out."""
    whole = array.reshape(tuple(shape))
    return (whole if len(order) == whole.ndim else whole[..., 0]).transpose(order)

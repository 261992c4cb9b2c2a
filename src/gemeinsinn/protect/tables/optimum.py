"""The proven optimum of a table: cuts of the whole table until no pattern can be cheaper than the best one known.

What the master program says at any time is a lower bound, also if it is stopped: a pattern is then at most so much above
the least possible. For tables that are also kept from insiders the bound is one of a weaker demand, and still holds.
"""

from __future__ import annotations

from dataclasses import dataclass
from time import perf_counter

import numpy as np

from gemeinsinn.protect.tables.attack import attacked
from gemeinsinn.protect.tables.cuts import Effort, Master, Separation, row_cuts
from gemeinsinn.protect.tables.insiders import all_suspicions, known_cells
from gemeinsinn.protect.tables.parts import Terms, safe
from gemeinsinn.protect.tables.pattern import Flags
from gemeinsinn.protect.tables.problem import Problem


_FRACTIONS = 400
_GAIN = 1e-5
_STALLED = 5
_NODES = 2**31 - 1
_ROUNDS = 6
_FOREVER = 1e9
_CLOSE = 1e-6


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Proven:
    """The best pattern that was found, and what no safe pattern costs less than."""

    hidden: Flags
    bound: float


def proven(problem: Problem, hidden: Flags, terms: Terms, *, seconds: float | None = None) -> Proven:
    """Look for the cheapest pattern until it is proven, or the time is up; `hidden` is a safe one to start from."""
    until = perf_counter() + (_FOREVER if seconds is None else seconds)
    rng = np.random.default_rng(terms.seed)
    separation = Separation(problem, rng)
    short = separation.leave_out_unreachable()
    whole_costs = bool((problem.cost == np.rint(problem.cost)).all())
    master = Master(problem, Effort(nodes=_NODES, gap=0.0), apart=1 - _CLOSE if whole_costs else _CLOSE)
    best = hidden if _is_safe(problem, hidden, terms) else safe(problem, hidden, terms)
    least = _cost(problem, best) if _is_safe(problem, best, terms) else np.inf
    if not master.add(list(row_cuts(problem, short))) and not separation.up.any():
        return Proven(best, 0.0)
    _in_fractions(master, separation, until)
    while perf_counter() < until and master.bound < least - (1 - _CLOSE if whole_costs else _CLOSE):
        pattern = master.whole(seconds=until - perf_counter(), start=best if np.isfinite(least) else None)
        if pattern is None:
            break
        cuts = separation.broken(pattern.astype(np.float64), rounds=_ROUNDS)
        found = safe(problem, pattern, terms)
        if _cost(problem, found) < least and _is_safe(problem, found, terms):
            best, least = found, _cost(problem, found)
        if not master.add(cuts):
            break
    bound = np.ceil(master.bound - _CLOSE) if whole_costs else master.bound
    return Proven(best, float(min(bound, least)))


def _in_fractions(master: Master, separation: Separation, until: float) -> None:
    stalled = 0
    pattern = master.fractions()
    for _ in range(_FRACTIONS):
        worth = master.bound
        if perf_counter() > until or not master.add(separation.broken(pattern)):
            return
        pattern = master.fractions()
        stalled = stalled + 1 if master.bound < worth * (1 + _GAIN) else 0
        if stalled == _STALLED:
            return


def _cost(problem: Problem, hidden: Flags) -> float:
    return float(problem.cost[hidden].sum())


def _is_safe(problem: Problem, hidden: Flags, terms: Terms) -> bool:
    if attacked(problem, hidden, workers=terms.workers).short.any():
        return False
    knows = known_cells(problem, terms.attackers)
    return not (knows and all_suspicions(problem, hidden, knows, np.random.default_rng(terms.seed)))

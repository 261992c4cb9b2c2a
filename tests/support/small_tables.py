"""Small random tables for whom every pattern can be tried, and the cheapest pattern that is safe."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gemeinsinn.pipeline.tables.hierarchy_files import grouped
from gemeinsinn.protect.tables.hierarchies import Hierarchy, flat, from_pairs
from gemeinsinn.protect.tables.model import TableModel, product_table
from gemeinsinn.protect.tables.policy import Attacker, ProtectionLevel, TablePolicy, Weights, Zeros
from support.onlooker import CLOSE, Onlooker, asked_of, onlooker, recomputed, singletons


DISTRICTS = from_pairs(
    [("N", "K"), ("S", "K"), *((f"N{at}", "N") for at in range(2)), *((f"S{at}", "S") for at in range(2))], name="area"
)
LONG = from_pairs(
    [("N", "K"), ("S", "K"), ("N0", "N"), ("N1", "N"), ("S0", "S"), ("S1", "S"), ("S2", "S")], name="area"
)
_OF = {"1": "NP", "2": "NQ", "3": "SP", "4": "SQ"}
OVERLAPPING = grouped(
    from_pairs(
        [*((group, "K") for group in "NSPQ"), *((area, group) for area, groups in _OF.items() for group in groups)],
        name="area",
        overlap=True,
    )
)
"""Four areas, in two districts and in two regions that cut through both."""
AGES = from_pairs([("old", "all"), ("young", "all"), ("child", "young"), ("youth", "young")], name="age")
SHAPES: tuple[dict[str, Hierarchy], ...] = (
    {"area": flat("ABC", name="area"), "age": flat(["young", "middle", "old"], name="age")},
    {"area": DISTRICTS, "sex": flat("mw", name="sex")},
    {"area": LONG, "sex": flat("mw", name="sex")},
    {"area": OVERLAPPING, "sex": flat("mw", name="sex")},
    {"area": flat("ABC", name="area"), "age": AGES},
    {"area": flat("AB", name="area"), "age": AGES, "sex": flat("mw", name="sex")},
)


@dataclass(frozen=True, slots=True, eq=False)
class Case:
    """A table and a policy."""

    model: TableModel
    policy: TablePolicy

    @property
    def primary(self) -> NDArray[np.bool_]:
        """The small counts."""
        return np.asarray((self.model.values > 0) & (self.model.values < self.policy.min_units))

    @property
    def free(self) -> NDArray[np.int64]:
        """The cells that may be hidden for the sake of others."""
        may = ~self.primary
        if self.policy.zeros is not Zeros.STRUCTURAL:
            may &= self.model.values > 0
        return np.flatnonzero(may)

    @property
    def cost(self) -> NDArray[np.float64]:
        """What it costs to hide each cell: its value or 1; an empty cell a tenth of the smallest one."""
        if self.policy.weights is Weights.COUNT:
            return np.ones(self.model.cells)
        values = self.model.values
        return np.maximum(values, values[values > 0].min() / 10)

    def cost_of(self, hidden: NDArray[np.bool_]) -> float:
        """What all secondary cells of a pattern cost."""
        return float(self.cost[hidden & ~self.primary].sum())

    def seen(self, hidden: NDArray[np.bool_]) -> Onlooker:
        """Who sees the table with some cells hidden."""
        return onlooker(self.model, hidden, self.policy)

    @property
    def insiders(self) -> list[tuple[int, ...]]:
        """What each attacker beside the outsider knows."""
        alone = singletons(self.model)
        known = alone if Attacker.INSIDER in self.policy.attackers else []
        if Attacker.ALL_SINGLETONS in self.policy.attackers:
            known = [*known, tuple(cell for cells in alone for cell in cells)]
        return known

    def finds(self, hidden: NDArray[np.bool_]) -> list[tuple[tuple[int, ...], int]]:
        """What insiders find out: what they know, and the small count of others that follows."""
        seen, small = self.seen(hidden), np.flatnonzero(self.primary).tolist()
        return [(known, cell) for known in self.insiders for cell in recomputed(seen, known, small)]


def small_case(seed: int, *, most: int, attackers: Sequence[Attacker] = (Attacker.OUTSIDER,)) -> Case:
    """A random table with small counts of which at most so many other cells can be hidden."""
    rng = np.random.default_rng(seed)
    while True:
        dimensions = SHAPES[rng.integers(len(SHAPES))]
        leaves = rng.poisson(rng.choice([0.7, 1.5, 3.0, 6.0]), [len(each.leaves) for each in dimensions.values()])
        policy = TablePolicy(
            zeros=[Zeros.NAIVE, Zeros.PUBLIC, Zeros.STRUCTURAL][rng.integers(3)],
            protection=list(ProtectionLevel)[rng.integers(2)],
            weights=[Weights.SUM, Weights.COUNT][rng.integers(2)],
            attackers=tuple(attackers),
        )
        case = Case(product_table(dimensions, leaves.astype(np.float64)), policy)
        if case.primary.any() and case.free.size and case.free.size <= most:
            return case


def cheapest_safe(case: Case) -> float | None:
    """What the cheapest safe pattern costs, by trying all of them, the cheapest first; None if there is none."""
    asked = asked_of(case.model, case.policy)
    seen: list[tuple[int, float, NDArray[np.bool_]]] = []
    if not _is_kept(case, np.ones(case.model.cells, dtype=np.bool_) & _may_hide(case), asked, seen):
        return None
    for hidden in _patterns(case):
        if _is_kept(case, hidden, asked, seen) and not (case.insiders and case.finds(hidden)):
            return case.cost_of(hidden)
    return None


def _may_hide(case: Case) -> NDArray[np.bool_]:
    found = case.primary.copy()
    found[case.free] = True
    return found


def _patterns(case: Case) -> Iterator[NDArray[np.bool_]]:
    """All patterns, the cheapest first."""
    chosen = (np.arange(2**case.free.size)[:, None] >> np.arange(case.free.size)) & 1
    for number in np.argsort(chosen @ case.cost[case.free], kind="stable"):
        hidden = case.primary.copy()
        hidden[case.free[chosen[number] == 1]] = True
        yield hidden


def _is_kept(
    case: Case,
    hidden: NDArray[np.bool_],
    asked: Sequence[tuple[int, float, float]],
    seen: list[tuple[int, float, NDArray[np.bool_]]],
) -> bool:
    """Whether a pattern keeps what is asked for. `seen` are deviations that were found already, by cell, and whom they move."""
    eyes = case.seen(hidden)
    for cell, up, down in asked:
        for wanted in (up, -down):
            if wanted and not any(
                at == cell and far == wanted and not (moved & ~hidden).any() for at, far, moved in seen
            ):
                found = eyes.deviation(cell, up=max(wanted, 0.0), down=max(-wanted, 0.0))
                if found is None:
                    return False
                seen.append((cell, wanted, np.abs(found) > CLOSE))
    return True

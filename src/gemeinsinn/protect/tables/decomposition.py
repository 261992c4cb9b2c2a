"""A large table, piece by piece along its spine: small families exactly, what is left over in larger and larger parts.

Whatever a part hides is safe in the whole table too, because the rest of the table stands still in it. So families of
leaves are protected first, each on its own; cells that cannot be protected there, and the cells of the sums above, are
protected in the next larger part, at the top in the whole table. In each part cells that are no longer needed are shown
again.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from gemeinsinn.protect.tables.attack import attacked
from gemeinsinn.protect.tables.cuts import Effort, cheapest
from gemeinsinn.protect.tables.insiders import Insiders, known_cells
from gemeinsinn.protect.tables.model import Spine
from gemeinsinn.protect.tables.pattern import Array, Flags
from gemeinsinn.protect.tables.policy import Attacker as Who
from gemeinsinn.protect.tables.problem import Problem, Suspicion
from gemeinsinn.protect.tables.reduction import Reduction
from gemeinsinn.protect.tables.repair import Repair, for_insiders, for_outsiders


_EXACT = 2500
"""Parts with more cells are not solved exactly."""
_LITTLE = Effort(fractions=8, whole=1, nodes=10)
_INSIDER_ROUNDS = 8
_NEAR = 2
"""So many levels are near the top."""
_REDUCED = 6000
"""Parts with more hidden cells are not reduced as a whole."""
_WHOLE = 40_000
"""In parts with more cells a repair first looks at those near the top, and what is hidden."""


@dataclass(frozen=True, slots=True)
class Terms:
    """From whom a pattern is to be safe, and with how much work."""

    attackers: tuple[Who, ...]
    effort: Effort = field(default_factory=Effort)
    programs: int = 1500
    """Programs of the attacker for showing cells again in one part."""
    workers: int = 2
    seed: int = 1


class Decomposition:
    """A problem, its spine, and a pattern that becomes safe part by part."""

    def __init__(self, problem: Problem, spine: Spine | None, terms: Terms) -> None:
        self.problem, self.terms = problem, terms
        self.tree = _Tree(spine.parent, spine.node[problem.cells]) if spine else _Tree.single(problem.size)
        self.hidden = problem.given.copy()
        self.left: dict[int, list[int]] = {}
        """Cells that could not be protected so far, by the part in which that was found."""

    def run(self) -> Flags:
        """The pattern. What no part could protect is not: the audit has the last word."""
        for nodes in self.tree.levels():
            nodes.sort(key=lambda node: -self.tree.below(node).size)
            with ThreadPoolExecutor(self.terms.workers) as pool:
                for node, hidden, left in pool.map(self._part, nodes):
                    places = self.tree.below(node)
                    self.hidden[places[hidden]] = True
                    self.hidden[places[~hidden]] = False
                    self.left[node] = places[left].tolist()
        return self.hidden

    def _part(self, node: int) -> tuple[int, Flags, NDArray[np.int64]]:
        """One part: its pattern, and the cells it could not protect; places within the part."""
        places = self.tree.below(node)
        part = self.problem.among(places)
        rng = np.random.default_rng([self.terms.seed, node])
        if not part.protected.any():
            return node, part.given.copy(), np.zeros(0, dtype=np.int64)
        hidden = self.hidden[places]
        if self.tree.is_family(node) and part.size <= _EXACT:
            chosen = cheapest(part, self._effort(part), rng)
            hidden, short = hidden | chosen.hidden, np.flatnonzero(chosen.short)
            if chosen.optimal and not known_cells(part, self.terms.attackers):
                return node, hidden, short
            wanted = np.flatnonzero(np.zeros(part.size) if chosen.optimal else self._short(part, hidden))
        else:
            wanted, short = self._open(node, places, part, hidden), np.zeros(0, dtype=np.int64)
        if part.size > _WHOLE and wanted.size:
            hidden = self._repaired_near_top(node, places, part, hidden, wanted, rng)
            wanted = wanted[self._short(part, hidden)[wanted]]
        return node, *self._finished(part, hidden, wanted[~np.isin(wanted, short)], short, rng)

    def _repaired_near_top(
        self, node: int, places: Array, part: Problem, hidden: Flags, wanted: Array, rng: np.random.Generator
    ) -> Flags:
        """A pattern in which what a large part has to protect is, as far as hiding cells near its top suffices."""
        near = np.flatnonzero(hidden | (self.tree.depth[self.tree.node[places]] <= self.tree.depth[node] + _NEAR))
        repaired = for_outsiders(Repair(part.among(near)), hidden[near], np.searchsorted(near, wanted), rng)
        found = hidden.copy()
        found[near] = repaired.hidden
        return found

    def _effort(self, part: Problem) -> Effort:
        """Hidden counts that cannot be zero make programs in whole numbers so hard that little comes of them."""
        floors = np.isfinite(part.lowest) & (part.lowest > -part.values)
        return _LITTLE if floors.any() else self.terms.effort

    def _finished(
        self, part: Problem, hidden: Flags, wanted: Array, short: Array, rng: np.random.Generator
    ) -> tuple[Flags, NDArray[np.int64]]:
        """The pattern of a part, repaired and reduced, and what is left to larger parts."""
        knows = known_cells(part, self.terms.attackers)
        repair = Repair(part)
        if wanted.size:
            repaired = for_outsiders(repair, hidden, wanted, rng)
            hidden, short = repaired.hidden, np.union1d(short, repaired.left)
        if knows:
            hidden = kept_from_insiders(repair, hidden, Insiders(repair.problem, knows, rng))
        if int(hidden.sum()) <= _REDUCED:
            hidden = Reduction(part, hidden, knows, rng).run(programs=self.terms.programs)
        return hidden, short

    def _short(self, part: Problem, hidden: Flags) -> Flags:
        """The cells whose needs a pattern does not reach."""
        return attacked(part, hidden, workers=1).short

    def _open(self, node: int, places: Array, part: Problem, hidden: Flags) -> NDArray[np.int64]:
        """What a larger part has to protect: what its parts could not, the sums right below its top, and the very top."""
        left = [cell for child in self.tree.children[node] for cell in self.left.pop(child, [])]
        own = self.tree.node[places]
        above = [node] if self.tree.parent[node] < 0 else []
        sums = np.isin(own, [*self.tree.children[node], *above]) & part.protected
        asked = np.zeros(part.size, dtype=np.bool_)
        asked[np.searchsorted(places, np.array(sorted(left), dtype=np.int64))] = True
        asked |= sums
        return self._still_short(part, hidden, asked)

    def _still_short(self, part: Problem, hidden: Flags, asked: Flags) -> NDArray[np.int64]:
        """Of the cells asked for those that what is hidden already does not protect."""
        up, down = np.where(asked, part.up, 0.0), np.where(asked, part.down, 0.0)
        return np.flatnonzero(attacked(replace(part, protected=asked, up=up, down=down), hidden, workers=1).short)


def safe(problem: Problem, hidden: Flags, terms: Terms) -> Flags:
    """A pattern made safe, if it can be, and without what it does not need."""
    rng = np.random.default_rng(terms.seed)
    knows = known_cells(problem, terms.attackers)
    repair = Repair(problem)
    short = np.flatnonzero(attacked(problem, hidden, workers=terms.workers).short)
    if short.size:
        hidden = for_outsiders(repair, hidden, short, rng).hidden
    if knows:
        hidden = kept_from_insiders(repair, hidden, Insiders(repair.problem, knows, rng))
    return Reduction(problem, hidden, knows, rng).run(programs=terms.programs)


def kept_from_insiders(repair: Repair, hidden: Flags, insiders: Insiders) -> Flags:
    """A pattern in which more is hidden, as long as somebody who knows cells can recompute others and that helps."""
    given_up: set[tuple[int, int]] = set()
    for _ in range(_INSIDER_ROUNDS):
        found = [
            Suspicion(
                each.known, np.array([cell for cell in each.cells if (int(each.known[0]), int(cell)) not in given_up])
            )
            for each in insiders.suspicions(hidden)
        ]
        found = [each for each in found if each.cells.size]
        if not found:
            break
        hidden, left = for_insiders(repair, hidden, found)
        given_up |= {(int(each.known[0]), int(cell)) for each in left for cell in each.cells}
    return hidden


class _Tree:
    """Where the cells of a problem are in a tree: parts are all cells strictly below a node, or all for the top."""

    def __init__(self, parent: Array, node: Array) -> None:
        self.parent, self.node = np.asarray(parent, dtype=np.int64), np.asarray(node, dtype=np.int64)
        size = self.parent.size
        self.depth = np.zeros(size, dtype=np.int64)
        above = self.parent.copy()
        while (above >= 0).any():
            self.depth += above >= 0
            above = np.where(above >= 0, self.parent[above], -1)
        self.children: dict[int, list[int]] = {}
        for child in np.flatnonzero(self.parent >= 0):
            self.children.setdefault(int(self.parent[child]), []).append(int(child))
        self._order = np.argsort(self.node, kind="stable")
        self._starts = np.searchsorted(self.node[self._order], np.arange(size + 1))

    @classmethod
    def single(cls, size: int) -> _Tree:
        """Everything below one top."""
        return cls(np.array([-1, 0]), np.ones(size, dtype=np.int64))

    def is_family(self, node: int) -> bool:
        """Whether nothing below a node has parts of its own."""
        return (
            all(child not in self.children for child in self.children[node]) and self.parent[node] >= 0
        ) or self.parent.size == 2

    def below(self, node: int) -> NDArray[np.int64]:
        """The places of all cells below a node, in their order; with the cells of the top, for the top."""
        if self.parent[node] < 0:
            return np.arange(self.node.size)
        nodes, found = list(self.children[node]), []
        while nodes:
            each = nodes.pop()
            found.append(self._order[self._starts[each] : self._starts[each + 1]])
            nodes += self.children.get(each, [])
        return np.sort(np.concatenate(found))

    def levels(self) -> list[list[int]]:
        """The nodes that have parts, the deepest first."""
        inner = sorted(self.children, key=lambda node: (-int(self.depth[node]), node))
        found: list[list[int]] = []
        for node in inner:
            if found and self.depth[found[-1][0]] == self.depth[node]:
                found[-1].append(node)
            else:
                found.append([node])
        return found

"""A large table, piece by piece along its spine: small families exactly, what is left over in larger and larger parts.

Whatever a part hides is safe in the whole table too, because the rest of the table stands still in it. So families of
leaves are protected first, each on its own; cells that cannot be protected there, and the cells of the sums above, are
protected in the next larger part, at the top in the whole table. In each part cells that are no longer needed are shown
again.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from gemeinsinn.protect.tables.crew import Crew
from gemeinsinn.protect.tables.model import Spine
from gemeinsinn.protect.tables.parts import Part, Terms
from gemeinsinn.protect.tables.pattern import Array, Flags
from gemeinsinn.protect.tables.problem import Problem


_NEAR = 2
"""So many levels are near the top."""
_MANY = 20_000
"""The parts of larger tables are solved in processes of their own."""


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
        with Crew(self.terms.workers, apart=self.problem.size > _MANY) as crew:
            for nodes in self.tree.levels():
                nodes.sort(key=lambda node: -self.tree.below(node).size)
                solved = crew.map(lambda node: (node, *crew.solved(self._part(node))), nodes)
                for node, hidden, left in solved:
                    places = self.tree.below(node)
                    self.hidden[places[hidden]] = True
                    self.hidden[places[~hidden]] = False
                    self.left[node] = places[left].tolist()
        return self.hidden

    def _part(self, node: int) -> Part:
        places = self.tree.below(node)
        problem = self.problem.among(places)
        is_family = self.tree.is_family(node)
        asked = self._asked(node, places, problem)
        top = self.tree.depth[self.tree.node[places]] <= self.tree.depth[node] + _NEAR
        return Part(problem, self.hidden[places], asked, top, is_family, self.terms, node)

    def _asked(self, node: int, places: Array, part: Problem) -> Flags:
        """What a larger part has to protect: what its parts could not, the sums right below its top, and the very top."""
        left = [cell for child in self.tree.children[node] for cell in self.left.pop(child, [])]
        own = self.tree.node[places]
        above = [node] if self.tree.parent[node] < 0 else []
        asked = np.isin(own, [*self.tree.children[node], *above]) & part.protected
        asked[np.searchsorted(places, np.array(sorted(left), dtype=np.int64))] = True
        return asked


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

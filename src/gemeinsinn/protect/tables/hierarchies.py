"""Hierarchies of a dimension: codes, and the codes that each is part of; groupings may overlap."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import numpy as np
from scipy import sparse

from gemeinsinn.errors import DefinitionError, Finding


@dataclass(frozen=True)
class Hierarchy:
    """Codes of a dimension and what each is part of; the first code is the root, the total.

    A code may be part of several others (a municipality of an Amt and of a planning region): then its groupings
    overlap. The children of a code that are named together add up to it.
    """

    codes: tuple[str, ...]
    parents: tuple[tuple[int, ...], ...]
    """The places of the codes that each is part of; empty for the root."""
    groupings: tuple[tuple[int, tuple[int, ...]], ...] = ()
    """A parent and parts that add up to it, where a code is divided in more than one way; else derived from `parents`."""

    def __len__(self) -> int:
        return len(self.codes)

    @property
    def root(self) -> str:
        """The code of the total."""
        return self.codes[0]

    @property
    def is_tree(self) -> bool:
        """Whether no code is part of two."""
        return all(len(parents) <= 1 for parents in self.parents) and not self.groupings

    @cached_property
    def families(self) -> tuple[tuple[int, tuple[int, ...]], ...]:
        """A parent and the parts that add up to it, one for each way in which it is divided."""
        if self.groupings:
            return self.groupings
        children: dict[int, list[int]] = {}
        for place, parents in enumerate(self.parents):
            for parent in parents:
                children.setdefault(parent, []).append(place)
        return tuple((parent, tuple(parts)) for parent, parts in sorted(children.items()))

    @cached_property
    def leaves(self) -> tuple[int, ...]:
        """The places of the codes that are not divided further."""
        divided = {parent for parent, _ in self.families}
        return tuple(place for place in range(len(self)) if place not in divided)

    @cached_property
    def first_parent(self) -> np.ndarray:
        """One parent of each code, which makes a tree; -1 for the root."""
        return np.array([parents[0] if parents else -1 for parents in self.parents], dtype=np.int64)

    @cached_property
    def depth(self) -> np.ndarray:
        """How many steps each code is below the root, by its first parents."""
        found = np.full(len(self), -1, dtype=np.int64)
        for place in range(len(self)):
            chain = [place]
            while found[chain[-1]] < 0 and self.first_parent[chain[-1]] >= 0:
                chain.append(int(self.first_parent[chain[-1]]))
            above = max(int(found[chain[-1]]), 0)
            for step, each in enumerate(reversed(chain)):
                found[each] = above + step
        return found

    @cached_property
    def leaf_matrix(self) -> sparse.csr_matrix:
        """Codes by leaves: 1 where a leaf is part of a code."""
        column = {place: at for at, place in enumerate(self.leaves)}
        parts: dict[int, frozenset[int]] = {}
        first: dict[int, tuple[int, ...]] = {}
        for parent, children in self.families:
            first.setdefault(parent, children)

        def below(place: int) -> frozenset[int]:
            if place not in parts:
                own = first.get(place)
                parts[place] = frozenset([column[place]]) if own is None else frozenset().union(*map(below, own))
            return parts[place]

        rows = [(place, leaf) for place in range(len(self)) for leaf in sorted(below(place))]
        row, leaf = np.array(rows, dtype=np.int64).reshape(-1, 2).T
        ones = np.ones(row.size, dtype=np.int8)
        return sparse.csr_matrix((ones, (row, leaf)), shape=(len(self), len(column)))


def from_pairs(pairs: Iterable[tuple[str, str]], *, name: str, overlap: bool = False) -> Hierarchy:
    """A hierarchy out of pairs of child and parent; the root is the one parent that is no child.

    Raises `DefinitionError` for every child with two parents (unless groupings may overlap), for circles, and if there
    is no root or more than one.
    """
    parents: dict[str, list[str]] = {}
    order: dict[str, None] = {}
    for child, parent in pairs:
        order.setdefault(parent)
        order.setdefault(child)
        if parent not in parents.setdefault(child, []):
            parents[child].append(parent)
    roots = [code for code in order if code not in parents]
    findings = [
        Finding(name, f"'{child}' is part of two codes: {' and '.join(above)}.", _TREE)
        for child, above in parents.items()
        if len(above) > 1 and not overlap
    ]
    if len(roots) != 1:
        told = ", ".join(f"'{root}'" for root in roots) or "none: the codes go round in a circle"
        findings.append(Finding(name, f"there must be one root that is no child; here it is {told}.", _ROOT))
    if findings:
        raise DefinitionError(findings)
    codes = _from_root(roots[0], order, parents, name)
    place = {code: at for at, code in enumerate(codes)}
    return Hierarchy(tuple(codes), tuple(tuple(place[above] for above in parents.get(code, ())) for code in codes))


_TREE = "Take one of the two rows out, or declare that the groupings overlap."
_ROOT = "Let every other code be a child of the total."


def _from_root(root: str, order: Iterable[str], parents: dict[str, list[str]], name: str) -> list[str]:
    """All codes, each after all that it is part of; a circle is an error."""
    done, waiting = [root], [code for code in order if code != root]
    placed = {root}
    while waiting:
        ready = [code for code in waiting if all(above in placed for above in parents[code])]
        if not ready:
            what = f"'{waiting[0]}' is part of itself, over {', '.join(waiting[1:4]) or 'itself'}."
            raise DefinitionError([Finding(name, what, "A code cannot be above and below another one.")])
        done += ready
        placed.update(ready)
        waiting = [code for code in waiting if code not in placed]
    return done


def from_levels(rows: Iterable[Sequence[str]], *, name: str, root: str = "Total") -> Hierarchy:
    """A hierarchy out of one column a level, from coarse to fine; an empty field ends a row's levels.

    A code that is its own child (a level that does not divide it) is one code.
    """
    pairs: dict[tuple[str, str], None] = {}
    for row in rows:
        chain = [root, *(code for code in row if code)]
        for parent, child in pairwise(chain):
            if child != parent:
                pairs.setdefault((child, parent))
    return from_pairs(pairs, name=name)


def flat(codes: Sequence[str], *, name: str, root: str = "Total") -> Hierarchy:
    """A total and its parts."""
    return from_pairs(((code, root) for code in codes), name=name)

"""Hierarchies of the dimensions of a table from files: `child,parent`, or one column a level; groupings may overlap."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from functools import reduce
from itertools import pairwise
from operator import or_
from pathlib import Path

from gemeinsinn.errors import DefinitionError, DeliveryError, Finding
from gemeinsinn.pipeline.tables.csv_file import CsvFile, read_csv
from gemeinsinn.protect.tables.hierarchies import Hierarchy, flat, from_pairs


TOTAL = "Total"
"""The code of a margin, in every dimension."""

_CHILD, _PARENT = "child", "parent"


def read_hierarchy(path: Path, *, overlap: bool = False) -> Hierarchy:
    """The hierarchy in a file; a code with two parents is an error unless groupings may overlap."""
    file = read_csv(path)
    if not file.rows:
        raise DeliveryError("the hierarchy has no rows.", where=file.name, remedy="Write `child,parent` in each row.")
    pairs = list(_pairs(file) if {_CHILD, _PARENT} <= set(file.header) else _level_pairs(file))
    if not pairs:
        raise DeliveryError("the hierarchy divides nothing.", where=file.name, remedy="Leave the file out.")
    hierarchy = from_pairs(pairs, name=file.name, overlap=overlap)
    return hierarchy if hierarchy.is_tree else grouped(hierarchy)


def _pairs(file: CsvFile) -> Iterable[tuple[str, str]]:
    """Children and parents; a code without a parent is the root and needs no row."""
    children, parents = (file.columns[file.header.index(name)] for name in (_CHILD, _PARENT))
    empty = [place for place, child in enumerate(children) if not child.strip()]
    if empty:
        remedy = "Every row names a code and the code that it is part of."
        raise DeliveryError([Finding(file.row(place), "`child` is empty.", remedy) for place in empty])
    return [(child.strip(), above.strip()) for child, above in zip(children, parents, strict=True) if above.strip()]


def _level_pairs(file: CsvFile) -> Iterable[tuple[str, str]]:
    """Pairs out of one column a level, from coarse to fine; what all rows share at the coarse end is the root."""
    rows = [[code.strip() for code in row] for row in zip(*file.columns, strict=True)]
    shared = {row[0] for row in rows}
    root = shared.pop() if len(shared) == 1 and len(file.header) > 1 else TOTAL
    pairs: dict[tuple[str, str], None] = {}
    for row in rows:
        chain = [root, *(code for code in row if code)]
        for parent, child in pairwise(chain):
            if child != parent:
                pairs.setdefault((child, parent))
    return pairs


def grouped(hierarchy: Hierarchy) -> Hierarchy:
    """A hierarchy whose groupings overlap, with the ways in which each code is divided into parts without overlap.

    The parts of a code are dealt out in order, each to the first way in which it overlaps nothing. A way that leaves
    something out adds up to nothing; a code that no way divides completely is divided into its smallest parts.
    """
    children: dict[int, list[int]] = {}
    for place, parents in enumerate(hierarchy.parents):
        for parent in parents:
            children.setdefault(parent, []).append(place)
    smallest: dict[int, int] = {}
    for place in reversed(range(len(hierarchy))):
        below = [smallest[child] for child in children.get(place, ())]
        smallest[place] = reduce(or_, below) if below else 1 << place
    families = [
        (place, way)
        for place in range(len(hierarchy))
        if place in children
        for way in _ways(place, children[place], smallest)
    ]
    return Hierarchy(hierarchy.codes, hierarchy.parents, tuple(families))


def _ways(place: int, parts: Iterable[int], smallest: Mapping[int, int]) -> list[tuple[int, ...]]:
    ways: list[list[int]] = []
    covered: list[int] = []
    for part in parts:
        at = next((at for at, sofar in enumerate(covered) if not sofar & smallest[part]), len(ways))
        if at == len(ways):
            ways.append([])
            covered.append(0)
        ways[at].append(part)
        covered[at] |= smallest[part]
    complete = [tuple(way) for way, sofar in zip(ways, covered, strict=True) if sofar == smallest[place]]
    bits = smallest[place]
    return complete or [tuple(leaf for leaf in range(bits.bit_length()) if bits >> leaf & 1)]


def flat_hierarchy(codes: Iterable[str], dimension: str) -> Hierarchy:
    """The hierarchy of a dimension without a file: a total and the codes of the table, in their order."""
    parts = [code for code in dict.fromkeys(codes) if code != TOTAL]
    return flat(parts, name=dimension, root=TOTAL) if parts else Hierarchy((TOTAL,), ((),))


def apart(codes: Iterable[str], dimension: str) -> Hierarchy:
    """The codes of a dimension over which nothing is added up."""
    each = tuple(dict.fromkeys(codes))
    if TOTAL in each:
        what = f"the policy adds nothing up over '{dimension}', and the table has a '{TOTAL}' of it."
        raise DefinitionError(what, remedy="Take `separate` out of the policy, or the totals out of the table.")
    return Hierarchy(each, tuple(() for _ in each))


def used_part(hierarchy: Hierarchy, used: Collection[int]) -> Hierarchy:
    """The part of a hierarchy that a table is about.

    Below, a code stays divided if one of its parts is used; above, the total is the lowest code that holds all that is
    used. Hierarchies with overlaps stay as they are: the common parts of two groups matter, used or not.
    """
    if not hierarchy.is_tree:
        return hierarchy
    reached = set(used)
    for place in reversed(range(len(hierarchy))):
        if place in reached:
            reached.update(hierarchy.parents[place])
    children = dict(hierarchy.families)
    root = 0
    while root not in used and len(below := [part for part in children.get(root, ()) if part in reached]) == 1:
        root = below[0]
    kept, at = [root], 0
    while at < len(kept):
        parts = children.get(kept[at], ())
        kept += parts if reached.intersection(parts) else ()
        at += 1
    new = {place: at for at, place in enumerate(kept)}
    above = (tuple(new[parent] for parent in hierarchy.parents[place] if parent in new) for place in kept)
    return Hierarchy(tuple(hierarchy.codes[place] for place in kept), tuple(above))

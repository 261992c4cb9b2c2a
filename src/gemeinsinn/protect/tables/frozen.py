"""What earlier releases no longer let anybody hide: which cells, why, and the cheapest way out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from scipy import sparse
from scipy.sparse.csgraph import connected_components

from gemeinsinn.protect.tables.pattern import Array, Flags
from gemeinsinn.protect.tables.recipes import Tells, recipe_of
from gemeinsinn.protect.tables.union import Union
from gemeinsinn.protect.tables.words import Attack, Language, cell_name, language, told


class WayOut(StrEnum):
    """What can be done about a cell that can no longer be hidden."""

    LEAVE_OPEN = "leave_open"
    """It was shown itself: its value is known, and hiding it now would protect nobody and cost other cells."""
    HOLD_BACK = "hold_back"
    """It is a corrected number that follows from others which were shown before: the part of the table that it is in
    keeps its earlier figures, until it can be pooled or merged, or is left out."""


@dataclass(frozen=True, slots=True)
class Frozen:
    """A cell that should be hidden and cannot be, because of what was released before."""

    cell: int
    """Its place in the present table."""
    releases: tuple[str, ...]
    """The releases that are in the way."""
    way_out: WayOut
    cells: int
    """How many cells of the present table the way out costs: that keep their earlier figures."""
    what: str
    why: str
    remedy: str


def frozen_cells(
    union: Union, primary: Flags, *, exposed: Sequence[int] = (), hidden: Flags | None = None, name: str = "en"
) -> tuple[Frozen, ...]:
    """Primary cells that were shown before, and those that stay exposed whatever is hidden.

    `primary` and `exposed` speak of the cells of the union's model; `hidden` is what can be hidden at most, else all
    that is not open. Cells that only earlier releases hold are not told: the present table can do nothing about them.
    """
    speaks = language(name)
    present = np.full(union.model.cells, -1, dtype=np.int64)
    present[union.place[union.unsettled]] = union.unsettled
    shown = np.flatnonzero(primary & (union.shown_in > 0) & (present >= 0))
    found = [_shown(union, int(cell), int(present[cell]), speaks) for cell in shown]
    at_most = ~union.model.open_cells() if hidden is None else hidden
    pieces = _pieces(union)
    for cell in exposed:
        if present[cell] >= 0 and not union.model.open_cells()[cell]:
            cost = int(((pieces == pieces[cell]) & (present >= 0)).sum())
            found.append(_exposed(union, cell, int(present[cell]), at_most, cost=cost, name=name))
    return tuple(found)


def _shown(union: Union, cell: int, place: int, speaks: Language) -> Frozen:
    release = union.head_of(int(union.shown_in[cell])).name
    own = cell_name(union.model.labels, cell, speaks)
    return Frozen(
        place,
        (release,),
        WayOut.LEAVE_OPEN,
        0,
        what=speaks.fill("frozen.what", cell=own),
        why=speaks.fill("frozen.shown", release=release),
        remedy=speaks.fill("frozen.leave_open"),
    )


def _exposed(union: Union, cell: int, place: int, hidden: Flags, *, cost: int, name: str) -> Frozen:
    speaks = language(name)
    recipes = (recipe_of(union.model, hidden, cell, tells=tells) for tells in Tells)
    cells = next(([other for other, _ in recipe.terms] for recipe in recipes if recipe), [])
    numbers = sorted({int(union.shown_in[other]) for other in cells} - {0})
    releases = tuple(union.head_of(number).name for number in numbers)

    def origin(other: int) -> str:
        number = int(union.shown_in[other])
        return union.head_of(number).name if number else ""

    return Frozen(
        place,
        releases,
        WayOut.HOLD_BACK,
        cost,
        what=speaks.fill("frozen.what", cell=cell_name(union.model.labels, cell, speaks)),
        why=told(union.model, hidden, Attack(cell), name=name, origin=origin),
        remedy=speaks.fill("frozen.hold_back", count=cost),
    )


def _pieces(union: Union) -> Array:
    """Cells that may still be hidden and are linked with each other; known cells are pieces of their own."""
    equations = sparse.csr_matrix(abs(union.model.equations))
    equations.data = np.where(union.model.open_cells()[equations.indices], 0, equations.data)
    equations.eliminate_zeros()
    if not equations.nnz:
        return np.arange(union.model.cells)
    graph = sparse.block_array([[None, equations.T], [equations, None]], format="csr")
    return np.asarray(connected_components(graph, directed=False)[1][: union.model.cells])

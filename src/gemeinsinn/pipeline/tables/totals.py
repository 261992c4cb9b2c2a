"""Totals of a table: cells that are missing, totals that are left out and are added up, and those that do not add up."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gemeinsinn.errors import DeliveryError, Finding
from gemeinsinn.pipeline.tables.csv_file import told
from gemeinsinn.pipeline.tables.reading import ReadTable
from gemeinsinn.protect.tables.hierarchies import Hierarchy
from gemeinsinn.protect.tables.pattern import Array, Flags


Combined = Callable[[Array], Array]
"""How the numbers of parts (parts by cells) become that of the whole."""

_SHOWN_PARTS = 6
_EXACT = 1e-9


@dataclass(frozen=True, slots=True, eq=False)
class Family:
    """A code of one dimension and its parts, everywhere in the table: places of the whole (cells) and of its parts."""

    whole: NDArray[np.int64]
    parts: NDArray[np.int64]
    """Parts by cells."""


def families(dimensions: Mapping[str, Hierarchy]) -> Iterator[Family]:
    """All families of all dimensions, small wholes before the larger ones that they are part of."""
    shape = tuple(len(hierarchy) for hierarchy in dimensions.values())
    places = np.arange(int(np.prod(shape)), dtype=np.int64).reshape(shape)
    for axis, hierarchy in enumerate(dimensions.values()):
        lines = np.moveaxis(places, axis, 0).reshape(len(hierarchy), -1)
        for whole, parts in reversed(hierarchy.families):
            yield Family(lines[whole], lines[list(parts)])


def check_complete(table: ReadTable, present: Flags) -> None:
    """Where a table has some parts of a whole, it has all; `DeliveryError` names those that are missing.

    What is present includes totals that were added up. A whole that could not be, because parts of it are missing, is
    not missing itself.
    """
    missing: set[int] = set()
    begun: set[int] = set()
    for family in families(table.dimensions):
        held = present[family.parts]
        some = held.any(axis=0)
        partly = some & ~held.all(axis=0)
        missing.update(family.parts[:, partly][~held[:, partly]].tolist())
        begun.update(family.whole[partly].tolist())
    if missing:
        remedy = "Add its row, with 0 if there is nobody; with the state `latent` if it is not published."
        words = (f"the cell {table.cell(place)} is missing." for place in sorted(missing - begun))
        raise DeliveryError(told([Finding(table.file.name, each, remedy) for each in words], table.file.name))


def check_common_parts(table: ReadTable, given: Flags) -> None:
    """Groupings that overlap meet in their smallest common parts, which the table has to hold."""
    dense = given.reshape(table.shape)
    wrong = []
    for axis, (name, hierarchy) in enumerate(table.dimensions.items()):
        held = np.asarray(np.moveaxis(dense, axis, 0).reshape(len(hierarchy), -1).any(axis=1))
        absent = [hierarchy.codes[place] for place in hierarchy.leaves if not held[place]]
        if absent and not hierarchy.is_tree:
            what = f"groupings of '{name}' overlap, and their common parts are missing: {', '.join(absent[:5])}."
            wrong.append(Finding(table.file.name, what, "Add their rows; with the state `latent` if not published."))
    if wrong:
        raise DeliveryError(wrong)


def add_up(dimensions: Mapping[str, Hierarchy], present: Flags, numbers: Sequence[tuple[Array, Combined]]) -> Flags:
    """Fill in, in place, every whole that is not there and whose parts are; returns where that was done."""
    derived = np.zeros_like(present)
    again = True
    while again:
        again = False
        for family in families(dimensions):
            new = ~present[family.whole] & present[family.parts].all(axis=0)
            if new.any():
                again = True
                whole, parts = family.whole[new], family.parts[:, new]
                for array, combined in numbers:
                    array[whole] = combined(array[parts])
                present[whole] = derived[whole] = True
    return derived


def summed(parts: Array) -> Array:
    """The sum of the parts."""
    return np.asarray(parts.sum(axis=0))


def at_least(parts: Array) -> Array:
    """The least that the whole can be if units may stand in several parts: the largest part."""
    return np.asarray(parts.max(axis=0))


def largest_of(parts: Array) -> Array:
    """The largest contributions to the whole, if nobody contributes to two of its parts."""
    held = parts.shape[-1]
    together = np.moveaxis(parts, 0, -2).reshape(*parts.shape[1:-1], -1)
    return np.asarray(-np.sort(-together, axis=-1)[..., :held])


def check_sums(table: ReadTable, present: Flags, values: Array, *, decimals: int) -> None:
    """Every total is the sum of its parts, up to rounding; `DeliveryError` names cell, number and sum."""
    wrong: dict[int, Finding] = {}
    for family in families(table.dimensions):
        whole, parts = values[family.whole], values[family.parts]
        allowed = _EXACT * np.abs(parts).sum(axis=0)
        if decimals:
            allowed += 0.5 * 10.0**-decimals * (len(family.parts) + 1)
        off = (np.abs(whole - summed(parts)) > allowed) & present[family.whole] & present[family.parts].all(axis=0)
        for at in np.flatnonzero(off).tolist():
            wrong.setdefault(int(family.whole[at]), _does_not_add_up(table, family, at, values))
    if wrong:
        raise DeliveryError(told([wrong[place] for place in sorted(wrong)], table.file.name))


def _does_not_add_up(table: ReadTable, family: Family, at: int, values: Array) -> Finding:
    parts = values[family.parts[:, at]]
    place = int(family.whole[at])
    terms = " + ".join(f"{part:.15g}" for part in parts[:_SHOWN_PARTS]) + (" + …" if len(parts) > _SHOWN_PARTS else "")
    what = (
        f"the cell {table.cell(place)} is {values[place]:.15g}, but its parts add up to {parts.sum():.15g} ({terms})."
    )
    return Finding(table.file.name, what, "Correct one of them, or leave the total out: it is added up then.")

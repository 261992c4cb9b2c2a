"""Whom indicators ask for: choices among the people of a register, and the smallest common parts that overlapping choices meet in.

Two choices that overlap give numbers that can be subtracted from each other. What is protected is therefore not only
each choice, but each part that no choice divides further, and each difference between a choice and the next smaller
one inside it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from gemeinsinn.concepts.registers import AGE, AGE_CLASS, AREA_DIMENSIONS, OLDEST, Register
from gemeinsinn.errors import DisclosureError
from gemeinsinn.gate.groups import AND, WITHOUT, Where, earlier, name_of


Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class Grid:
    """The smallest pieces that any choice distinguishes: classes of ages by the categories of some dimensions."""

    register: Register
    starts: tuple[int, ...]
    """The first ages of the classes; 0 alone if no choice is one of ages."""
    dimensions: tuple[str, ...]

    @property
    def knows_ages(self) -> bool:
        """Whether any choice is one of ages."""
        return len(self.starts) > 1

    @cached_property
    def categories(self) -> tuple[tuple[str, ...], ...]:
        """The ids of the categories of each dimension."""
        return tuple(
            tuple(category.id for category in self.register.dimensions[name].categories) for name in self.dimensions
        )

    @property
    def shape(self) -> tuple[int, ...]:
        """Classes of ages by categories of each dimension."""
        return (len(self.starts), *(len(ids) for ids in self.categories))

    def chosen(self, where: Where) -> Flags:
        """The pieces that a choice takes."""
        flags = np.ones(self.shape, dtype=np.bool_)
        spans = spans_of(where)
        if spans:
            inside = [any(low <= first < high for low, high in spans) for first in self.starts]
            flags &= _along(inside, 0, flags.ndim)
        for axis, (name, ids) in enumerate(zip(self.dimensions, self.categories, strict=True), start=1):
            if name in where:
                flags &= _along([id in where[name] for id in ids], axis, flags.ndim)
        return flags

    def identity(self, flags: Flags) -> bytes:
        """Tells one set of pieces from another, whatever else the grid divides: 16 bytes."""
        lengths = [after - first for first, after in pairwise((*self.starts, OLDEST + 1))]
        whole = np.repeat(flags, lengths, axis=0)
        hashed = hashlib.blake2b(digest_size=16)
        for axis, (name, ids) in enumerate(zip((AGE, *self.dimensions), ((), *self.categories), strict=True)):
            first = whole.take([0], axis)
            if (whole == first).all():
                whole = first
            else:
                hashed.update("\0".join((name, *ids, "")).encode())
        hashed.update(np.packbits(whole).tobytes())
        return hashed.digest()


def grid_of(register: Register, wheres: Sequence[Where]) -> Grid:
    """The grid on which some choices can be told apart.

    Raises `DisclosureError` for choices that areas cannot be added up from.
    """
    edges = {0}
    named: dict[str, None] = {}
    for where in wheres:
        for name in where:
            if name in AREA_DIMENSIONS:
                what = f"an indicator chooses by '{name}', and hidden numbers could be found by it."
                raise DisclosureError(what, where=register.id, remedy="Leave the area out of `where`.")
            if name not in (AGE, AGE_CLASS) and name not in register.dimensions:
                what = f"what was released by '{name}' cannot be counted any more, and hidden numbers could be found by it."
                raise DisclosureError(what, where=register.id, remedy="Declare this dimension again.")
            if name not in (AGE, AGE_CLASS):
                named[name] = None
        edges |= {edge for span in spans_of(where) for edge in span if edge <= OLDEST}
    return Grid(register, tuple(sorted(edges)), tuple(sorted(named)))


def spans_of(where: Where) -> list[tuple[int, int]]:
    """First age and the age after the last of each span of ages; the question itself checks how they are written."""
    return [_span(text) for name in (AGE, AGE_CLASS) for text in where.get(name, ())]


def _span(text: str) -> tuple[int, int]:
    low, dash, high = text.strip().partition("-")
    if text.endswith("+"):
        return int(text.strip()[:-1]), OLDEST + 1
    return int(low), int(high if dash else low) + 1


def _along(flags: Sequence[bool], axis: int, dimensions: int) -> Flags:
    shape = [1] * dimensions
    shape[axis] = len(flags)
    return np.array(flags, dtype=np.bool_).reshape(shape)


@dataclass(frozen=True, slots=True, eq=False)
class Columns:
    """What of the people each number of a table counts: choices that are asked, or were before, and what follows from them.

    `members` says of which parts each column is the sum; the first `asked` columns are shown, all others are latent.
    """

    names: tuple[str, ...]
    identities: tuple[bytes, ...]
    members: Flags
    """Columns by parts."""
    place: NDArray[np.int64]
    """The part of each piece of the grid, -1 for pieces that no choice takes."""
    asked: int
    column_of: Mapping[str, int]
    """The column of each choice by its name; equal choices share one."""

    @property
    def parts(self) -> int:
        """How many parts there are."""
        return int(self.members.shape[1])

    @property
    def of_pieces(self) -> NDArray[np.int64]:
        """Pieces of the grid by parts, 1 where the piece lies in the part."""
        found = np.zeros((self.place.size, self.parts), dtype=np.int64)
        taken = self.place >= 0
        found[np.flatnonzero(taken), self.place[taken]] = 1
        return found


def columns_of(grid: Grid, asked: Iterable[Where], before: Iterable[Where] = ()) -> Columns:
    """The columns for the choices that are asked, and for those that were asked before."""
    by_identity: dict[bytes, tuple[str, Flags]] = {}
    named = dict[str, bytes]()
    shown = _collected(grid, asked, by_identity, named, str)
    _collected(grid, before, by_identity, named, earlier)
    names = tuple(name for name, _ in by_identity.values())
    place, members = _common_parts(np.stack([flags.ravel() for _, flags in by_identity.values()]))
    latent = _latent(members)
    order = list(by_identity)
    return Columns(
        names=(*names, *(_described(row, members, names) for row in latent)),
        identities=(*by_identity, *(grid.identity(_pieces(row, place).reshape(grid.shape)) for row in latent)),
        members=np.vstack([members, *latent]),
        place=place,
        asked=shown,
        column_of={name: order.index(identity) for name, identity in named.items()},
    )


def _collected(
    grid: Grid,
    wheres: Iterable[Where],
    by_identity: dict[bytes, tuple[str, Flags]],
    named: dict[str, bytes],
    called: Callable[[str], str],
) -> int:
    """Add choices by what they are and by name; how many different ones there are then."""
    for where in wheres:
        name, flags = name_of(where), grid.chosen(where)
        named[name] = grid.identity(flags)
        by_identity.setdefault(named[name], (called(name), flags))
    return len(by_identity)


def _pieces(parts: Flags, place: NDArray[np.int64]) -> Flags:
    """The pieces of the grid that lie in some parts."""
    return np.asarray(parts[place] & (place >= 0))


def _common_parts(flags: Flags) -> tuple[NDArray[np.int64], Flags]:
    """The part of each piece, and of which parts each choice is made: pieces in the same choices are one part."""
    taken = np.flatnonzero(flags.any(axis=0))
    signatures, inverse = np.unique(np.packbits(flags[:, taken], axis=0), axis=1, return_inverse=True)
    place = np.full(flags.shape[1], -1, dtype=np.int64)
    place[taken] = inverse.ravel()
    members = np.unpackbits(signatures, axis=0, count=flags.shape[0]).astype(np.bool_)
    return place, members


def _latent(members: Flags) -> list[Flags]:
    """What follows from the choices and is none of them: every part, and what each choice has over the next smaller ones."""
    found: dict[bytes, Flags] = {}
    asked = {row.tobytes() for row in members}
    parts = np.eye(members.shape[1], dtype=np.bool_)
    for row in (*parts, *_differences(members)):
        if row.tobytes() not in asked:
            found.setdefault(row.tobytes(), row)
    return list(found.values())


def _differences(members: Flags) -> list[Flags]:
    """For each choice and each of the largest choices inside it: what lies between the two."""
    sizes = members.sum(axis=1)
    inside = (members[:, None, :] <= members[None, :, :]).all(axis=2) & (sizes[:, None] < sizes[None, :])
    covered = (inside.astype(np.int64) @ inside.astype(np.int64)) > 0
    return [members[large] & ~members[small] for small, large in np.argwhere(inside & ~covered).tolist()]


def _described(row: Flags, members: Flags, names: Sequence[str]) -> str:
    """A part in words: the smallest choices that hold it, and what it lacks of them."""
    around = [place for place, each in enumerate(members) if (each >= row).all()]
    least = [
        place
        for place in around
        if not any((members[other] <= members[place]).all() for other in around if other != place)
    ]
    held = members[least].all(axis=0)
    apart = [place for place, each in enumerate(members) if not (each & row).any() and (each & held).any()]
    text = AND.join(names[place] for place in least)
    return f"{text}{WITHOUT}{', '.join(names[place] for place in apart)}" if apart else text

"""The attack on published numbers that were rounded or deviate: what they say together of a cell, against what each may say."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gemeinsinn.errors import DeliveryError
from gemeinsinn.pipeline.tables.attacking import Leak
from gemeinsinn.pipeline.tables.published import PublicTable
from gemeinsinn.pipeline.tables.together import Together, side_by_side
from gemeinsinn.protect.tables.bases import nearest_multiple, said_by
from gemeinsinn.protect.tables.linear import INFINITE, UnfinishedError
from gemeinsinn.protect.tables.model import ListedLabels
from gemeinsinn.protect.tables.pattern import Array, Flags
from gemeinsinn.protect.tables.policy import Attacker, Method, TablePolicy, Zeros
from gemeinsinn.protect.tables.rounding_audit import Asked, Exposure, asked_of, exposed
from gemeinsinn.protect.tables.words import cell_name, language


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Said:
    """Between which counts the numbers of all tables say that each cell lies."""

    one: Together
    low: NDArray[np.float64]
    high: NDArray[np.float64]
    known: Flags
    """Cells that are shown as they are, and those that are not shown at all."""


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Learnt:
    """What somebody learns from all numbers together beyond what each says, and of how many cells that was asked."""

    leaks: tuple[Leak, ...]
    checked: int
    labels: ListedLabels


def from_numbers(tables: Sequence[PublicTable], policy: TablePolicy) -> Learnt:
    """Attack numbers that were changed.

    Where the numbers of several tables contradict each other, because one of them was moved to its other neighbour, the
    attacker can only believe of each that it is one of the two. Raises `DeliveryError` if they contradict each other
    even so.
    """
    for wide in (False, True):
        said = _said(tables, policy, wide=wide)
        if (said.low <= said.high).all():
            with suppress(UnfinishedError):
                return _learnt(said, policy)
    where = ", ".join(table.table.file.name for table in tables)
    what = "the numbers contradict each other by more than the method changes them."
    raise DeliveryError(what, where=where, remedy="Audit a table that was corrected without those from before.")


def _learnt(said: Said, policy: TablePolicy) -> Learnt:
    asked = _asked(said, policy)
    found = exposed(said.one.equations, said.low, said.high, asked)
    leaks = tuple(_leak(said, each, least=each.bound > asked.down[each.cell]) for each in found)
    return Learnt(leaks, int((~said.known).sum()), said.one.labels)


def _said(tables: Sequence[PublicTable], policy: TablePolicy, *, wide: bool) -> Said:
    one = side_by_side(tables)
    low, high = np.zeros(one.shown.size), np.full(one.shown.size, INFINITE)
    known = np.ones(one.shown.size, dtype=np.bool_)
    for table, cells in zip(tables, one.cells, strict=True):
        seen = ~np.isnan(table.shown) & (np.arange(table.shown.size) < table.rows)
        least, most, exact = _says(table.shown[seen], policy, wide=wide)
        np.maximum.at(low, cells[seen], least)
        np.minimum.at(high, cells[seen], most)
        known[cells[seen]] &= exact
    return Said(one, low, high, known)


def _says(numbers: Array, policy: TablePolicy, *, wide: bool) -> tuple[Array, Array, Flags]:
    """Between which counts each number says that its cell lies, and whether it is the count itself."""
    if policy.method is Method.CELL_KEY:
        most = float(policy.max_deviation)
        nowhere = np.zeros(numbers.size, dtype=np.bool_)
        return np.maximum(numbers - most, np.minimum(numbers, 1.0)), numbers + most, nowhere
    exact = nearest_multiple(numbers, policy.base) != numbers
    step = policy.base if wide else 0
    low, _ = said_by(np.maximum(numbers - step, 0), policy.base)
    _, high = said_by(numbers + step, policy.base)
    return np.where(exact, numbers, low), np.where(exact, numbers, high), exact


def _asked(said: Said, policy: TablePolicy) -> Asked:
    """What has to stay open: of a deviating number, from which everybody sees whether somebody is there, only that it is small."""
    if policy.method is Method.ROUND:
        secret = policy.zeros is Zeros.SECRET
        return asked_of(said.low, said.high, min_units=policy.min_units, secret_zeros=secret, known=said.known)
    small = ~said.known & (said.low > 0) & (said.low < policy.min_units)
    up = np.where(small, np.minimum(said.high, policy.min_units), -np.inf)
    return Asked(np.full(said.low.size, np.inf), up)


def _leak(said: Said, each: Exposure, *, least: bool) -> Leak:
    speaks = language("en")
    low, high = float(said.low[each.cell]), float(said.high[each.cell])
    names = [cell_name(said.one.labels, cell, speaks) for cell in each.by]
    bound = f"{cell_name(said.one.labels, each.cell, speaks)} is at {'least' if least else 'most'} {each.bound}"
    words = f"{bound}, as {speaks.listed(names)} say." if names else f"{bound}."
    interval = (float(each.bound), high) if least else (low, float(each.bound))
    return Leak(each.cell, Attacker.OUTSIDER, *interval, words)

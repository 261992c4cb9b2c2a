"""Auditing published tables: what everybody can learn from them, together, and whether that is more than the policy allows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gemeinsinn.errors import DeliveryError, Finding, UnknownNameError
from gemeinsinn.pipeline.tables.announced import from_numbers
from gemeinsinn.pipeline.tables.assembly import assembled
from gemeinsinn.pipeline.tables.attacking import Leak, Outside, Target, Truth, from_inside, from_outside, target_of
from gemeinsinn.pipeline.tables.csv_file import told
from gemeinsinn.pipeline.tables.judging import lowest_value
from gemeinsinn.pipeline.tables.published import LEFT_OUT, PublicTable, read_published
from gemeinsinn.pipeline.tables.reading import read_table
from gemeinsinn.pipeline.tables.together import Together, together
from gemeinsinn.protect.tables.model import Labels
from gemeinsinn.protect.tables.needs import Needs
from gemeinsinn.protect.tables.pattern import FREE, PRIMARY, SECONDARY, WORDS, Array
from gemeinsinn.protect.tables.policy import Attacker, Method, TablePolicy
from gemeinsinn.protect.tables.protection import needs_of
from gemeinsinn.protect.tables.rules import primary_cells


_CLOSE = 1e-6
_ENDLESS = 1e15


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked for beside the table."""

    policy: TablePolicy
    attackers: tuple[Attacker, ...] = ()
    """Empty: those of the policy."""
    hierarchies: Mapping[str, Path] = field(default_factory=dict)
    earlier: tuple[Path, ...] = ()
    """Tables that were published before, or beside it."""
    original: Path | None = None
    """The table that it was made from, for the office."""


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Audited:
    """What the attack found."""

    document: Mapping[str, Any]
    notes: tuple[str, ...]


def audited_table(path: Path, request: Request) -> Audited:
    """Attack a published table, together with others."""
    policy = request.policy
    attackers = request.attackers or policy.attackers
    tables = [read_published(each, policy, request.hierarchies) for each in (path, *request.earlier)]
    _check_measures(tables)
    if policy.method in (Method.ROUND, Method.CELL_KEY):
        return _numbers(tables, policy, attackers)
    _check_attackers(policy, attackers, request)
    lowest = lowest_value(policy, counts=tables[0].table.columns.counts)
    one = together(tables, lowest=lowest)
    target = target_of(one, tables, policy)
    if request.original is not None:
        target = _with_truth(target, one, tables[0], request, request.original)
    outside = from_outside(target, policy)
    inside = from_inside(target, policy, attackers, outside)
    leaks = [*outside.leaks, *inside]
    document = {**_document(one.labels, leaks, outside.cells.size), "intervals": _intervals(target, outside)}
    return Audited(document, tuple(_notes(target, tables, attackers)))


def _check_measures(tables: Sequence[PublicTable]) -> None:
    first = tables[0].table
    for other in (each.table for each in tables[1:]):
        if other.columns.measure != first.columns.measure:
            what = f"this table has `{other.columns.measure}`, and {first.file.name} has `{first.columns.measure}`."
            raise DeliveryError(what, where=other.file.name, remedy="Audit counts and sums one after the other.")


def _check_attackers(policy: TablePolicy, attackers: Sequence[Attacker], request: Request) -> None:
    """Who knows something nobody can guess from a table alone is only found with the original."""
    if request.original is not None:
        return
    remedy = "Add --original TABLE.csv, or leave them out: --attackers outsider."
    if Attacker.ALL_SINGLETONS in attackers:
        raise UnknownNameError("the published table does not say who is alone in a cell.", remedy=remedy)
    if Attacker.INSIDER in attackers and (not policy.zeros_known or policy.signed):
        what = "which hidden cells are zero is not public, and what insiders learn depends on it."
        raise UnknownNameError(what, remedy=remedy)


def _numbers(tables: Sequence[PublicTable], policy: TablePolicy, attackers: Sequence[Attacker]) -> Audited:
    """Numbers that were changed: nobody but the outsider is reckoned with."""
    found = from_numbers(tables, policy)
    notes = (_CHANGED,) if set(attackers) - {Attacker.OUTSIDER} else ()
    return Audited({**_document(found.labels, found.leaks, found.checked), "intervals": []}, notes)


_CHANGED = "Only the outsider attacks numbers that were rounded or deviate."


def _with_truth(target: Target, one: Together, first: PublicTable, request: Request, original: Path) -> Target:
    """The target with what the office knows of its cells."""
    policy = request.policy
    whole = assembled(read_table(original, policy, request.hierarchies), policy)
    cells, places = _common(whole.model.labels, whole.model.cells, first)
    at = one.cells[0][cells]
    primary = primary_cells(whole.model, policy, whole.facts).mask
    needs = needs_of(whole.model, policy, primary)
    truth = Truth(
        values=_spread(target, at, whole.model.values[places], nothing=np.nan),
        units=_spread(target, at, whole.model.counted[places], nothing=np.nan),
        primary=_spread(target, at, primary[places], nothing=0) > 0,
        needs=Needs(
            _spread(target, at, needs.up[places], nothing=0), _spread(target, at, needs.down[places], nothing=0)
        ),
    )
    _check_same(target, truth, first.table.file.name)
    hidden = np.where(truth.primary, PRIMARY, SECONDARY)
    states = np.where(truth.known, np.where(target.hidden, hidden, FREE), target.states)
    return replace(target, truth=truth, states=states.astype(np.uint8))


def _common(labels: Labels, count: int, first: PublicTable) -> tuple[Array, Array]:
    """The cells of the published table that the original has, and their places there."""
    axes = [labels.dimensions.index(name) for name in first.labels.dimensions if name in labels.dimensions]
    if len(axes) < len(first.labels.dimensions):
        what = f"the original has the dimensions {', '.join(labels.dimensions)}."
        raise DeliveryError(what, where=first.table.file.name, remedy="Name the table that this one was made from.")
    place = {tuple(labels.of(cell)[axis] for axis in axes): cell for cell in range(count)}
    found = [(cell, place[row]) for cell, row in enumerate(first.labels.rows) if row in place]
    cells, places = np.array(found, dtype=np.int64).reshape(-1, 2).T
    return cells, places


def _spread(target: Target, at: Array, numbers: Array, *, nothing: float) -> NDArray[np.float64]:
    found = np.full(target.shown.size, nothing)
    found[at] = numbers
    return found


def _check_same(target: Target, truth: Truth, name: str) -> None:
    """What is shown is what the original says; else one of the two is another table."""
    other = truth.known & ~target.hidden & (np.abs(target.shown - truth.values) > _CLOSE * (1 + np.abs(truth.values)))
    remedy = "Name the table that this one was made from, or protect it again."
    wrong = [
        Finding(name, f"the cell {_label(target.model.labels, cell)} is not what the original says.", remedy)
        for cell in np.flatnonzero(other).tolist()
    ]
    if wrong:
        raise DeliveryError(told(wrong, name))


def _document(labels: Labels, leaks: Sequence[Leak], checked: int) -> dict[str, Any]:
    """The verdict as the command line's contract has it."""
    return {
        "verdict": "breached" if leaks else "clean",
        "breaches": [
            {
                "cell": _codes(labels, leak.cell),
                "attacker": str(leak.attacker),
                "interval": [_number(leak.low), _number(leak.high)],
                "words": leak.words,
            }
            for leak in leaks
        ],
        "checked": checked,
    }


def _intervals(target: Target, outside: Outside) -> list[dict[str, Any]]:
    """For each hidden cell, row by row, between which values it lies for everybody."""
    bounds = zip(outside.cells.tolist(), outside.interval.low.tolist(), outside.interval.high.tolist(), strict=True)
    return [
        {
            "cell": _codes(target.model.labels, cell),
            "state": WORDS.get(int(target.states[cell]), "hidden"),
            "interval": [_number(low), _number(high)],
        }
        for cell, low, high in bounds
        if target.states[cell] != LEFT_OUT
    ]


def _codes(labels: Labels, cell: int) -> dict[str, str]:
    return {name: code for name, code in zip(labels.dimensions, labels.of(cell), strict=True) if code}


def _label(labels: Labels, cell: int) -> str:
    return ", ".join(f"{name}={code}" for name, code in _codes(labels, cell).items())


def _number(value: float) -> float | int | None:
    """A number as short as it is; none where there is no end."""
    if abs(value) >= _ENDLESS:
        return None
    return int(value) if value == int(value) else round(value, 6)


def _notes(target: Target, tables: Sequence[PublicTable], attackers: Sequence[Attacker]) -> Iterator[str]:
    """What to keep in mind with the verdict."""
    if any(PRIMARY in table.states for table in tables):
        yield _SAYS_PRIMARY
    if Attacker.INSIDER in attackers and target.truth is None:
        yield _MAY_BE_ALONE


_SAYS_PRIMARY = "The column `state` tells primary cells from secondary ones, and so which are small. Show readers one sign for both."
_MAY_BE_ALONE = (
    "In every hidden cell that may be 1 somebody was taken to be alone. --original TABLE.csv says in which he is."
)

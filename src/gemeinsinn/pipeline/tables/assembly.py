"""From a file to the table that disclosure control sees: numbers, totals, equations, and what must stay open or hidden."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from gemeinsinn.errors import DeliveryError, DisclosureError, Finding, UnknownNameError, did_you_mean
from gemeinsinn.pipeline.tables.columns import CELL_KEY, DENOMINATOR, STATE
from gemeinsinn.pipeline.tables.csv_file import told
from gemeinsinn.pipeline.tables.numbers import amounts, counts, places_after_point
from gemeinsinn.pipeline.tables.reading import ReadTable
from gemeinsinn.pipeline.tables.structure import base_of, equations_of, labels_of, spine_of
from gemeinsinn.pipeline.tables.totals import (
    Combined,
    add_up,
    at_least,
    check_common_parts,
    check_complete,
    check_sums,
    largest_of,
    summed,
)
from gemeinsinn.protect.tables.model import TableModel, product_table
from gemeinsinn.protect.tables.pattern import Array, Flags
from gemeinsinn.protect.tables.policy import TablePolicy, Zeros
from gemeinsinn.protect.tables.rules import Facts, Primary, declared_open, nobody


OPEN, PROTECT, LATENT = "open", "protect", "latent"
FORCED = ("", OPEN, PROTECT, LATENT)
"""What the column `state` may say of a cell that is to be protected."""

KEYS = 1 << 16
_OUTCOMES = ("free", "primary", "secondary")


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Assembled:
    """A table with all its cells, in row-major order of their codes."""

    table: ReadTable
    model: TableModel
    facts: Facts
    places: NDArray[np.int64]
    """The place of each cell among all combinations of codes."""
    cells: NDArray[np.int64]
    """The cell of each row of the file."""
    derived: NDArray[np.int64]
    """The cells that the file leaves out: totals that were added up."""
    decimals: int
    keys: Array | None
    """The cell key of each cell, where the file has them."""

    def label(self, cell: int) -> str:
        """A cell in words."""
        codes = zip(self.model.labels.dimensions, self.model.labels.of(cell), strict=True)
        return ", ".join(f"{name}={code}" for name, code in codes)


@dataclass(slots=True)
class _Dense:
    """The numbers of a table over all combinations of codes; what is in none of its rows is 0 until it is added up."""

    places: NDArray[np.int64]
    size: int
    numbers: dict[str, tuple[Array, Combined]]

    def put(self, name: str, numbers: Array, combined: Combined) -> None:
        """Lay out the numbers of the rows."""
        array = np.zeros((self.size, *numbers.shape[1:]), dtype=numbers.dtype)
        array[self.places] = numbers
        self.numbers[name] = (array, combined)

    def of(self, name: str) -> Array:
        """The numbers of one kind."""
        return self.numbers[name][0]


def assembled(table: ReadTable, policy: TablePolicy) -> Assembled:
    """The table of a file, complete with its totals; every mistake is named with row, cell and remedy."""
    columns, size = table.columns, int(np.prod(table.shape))
    states = _states(table)
    values = _values(table, policy)
    decimals = 0 if columns.counts else places_after_point(table.file.column(columns.measure) or ())
    given = np.zeros(size, dtype=np.bool_)
    given[table.places] = True
    check_common_parts(table, given)
    dense = _Dense(table.places, size, {})
    dense.put("values", values, summed)
    _put_units(table, dense)
    present = given.copy()
    derived = add_up(table.dimensions, present, list(dense.numbers.values()))
    check_complete(table, present)
    _check_denominators(table, derived)
    check_sums(table, present, dense.of("values"), decimals=decimals)
    held = np.flatnonzero(present)
    number = np.cumsum(present) - 1
    model = _model(table, policy, dense, held)
    model = _forced(table, policy, model, states, number)
    _check_units(table, model, values, number)
    return Assembled(
        table=table,
        model=model,
        facts=_facts(table, dense, held, states, number),
        places=held,
        cells=number[table.places],
        derived=number[np.flatnonzero(derived)],
        decimals=decimals,
        keys=dense.of(CELL_KEY)[held] % KEYS if CELL_KEY in dense.numbers else None,
    )


def _states(table: ReadTable) -> Sequence[str]:
    texts = [text.strip().lower() for text in table.file.column(STATE) or [""] * table.file.rows]
    wrong = [row for row, text in enumerate(texts) if text not in FORCED]
    if wrong and texts[wrong[0]] in _OUTCOMES:
        what = f"the column `{STATE}` says '{texts[wrong[0]]}': this table was protected already."
        raise DeliveryError(what, where=table.where(wrong[0]), remedy="Protect the table that it came from.")
    if wrong:
        remedies = (
            did_you_mean(texts[row], FORCED[1:]) or f"Allowed: {', '.join(FORCED[1:])}, or empty." for row in wrong
        )
        found = [
            Finding(table.where(row), f"`{STATE}` is '{texts[row]}'.", remedy)
            for row, remedy in zip(wrong, remedies, strict=True)
        ]
        raise DeliveryError(told(found, table.file.name))
    return texts


def _values(table: ReadTable, policy: TablePolicy) -> NDArray[np.float64]:
    if table.columns.counts:
        return counts(table.file, table.columns.measure, table.where)
    return amounts(table.file, table.columns.measure, table.where, signed=policy.signed)


def _put_units(table: ReadTable, dense: _Dense) -> None:
    """Units, contributions and keys.

    The units behind a sum add up, as persons do; of any further unit, which may stand in several parts, the whole has
    at least as many as its largest part.
    """
    columns, file = table.columns, table.file
    if columns.units:
        dense.put("units", counts(file, columns.units, table.where).astype(np.int64), summed)
    for name in columns.more_units:
        dense.put(f"units of {name}", counts(file, name, table.where), at_least)
    if columns.largest:
        contributions = [amounts(file, name, table.where, signed=False) for name in columns.largest]
        dense.put("largest", _falling(table, np.stack(contributions, axis=1)), largest_of)
    if DENOMINATOR in file.header:
        dense.put(DENOMINATOR, counts(file, DENOMINATOR, table.where), summed)
    if CELL_KEY in file.header:
        dense.put(CELL_KEY, counts(file, CELL_KEY, table.where).astype(np.int64), summed)


def _falling(table: ReadTable, contributions: Array) -> Array:
    wrong = np.flatnonzero((np.diff(contributions, axis=1) > 0).any(axis=1))
    if wrong.size:
        remedy = "largest_1 is the largest of all, largest_2 the next, and so on."
        found = [Finding(table.where(row), "the largest contributions do not fall.", remedy) for row in wrong.tolist()]
        raise DeliveryError(told(found, table.file.name))
    return contributions


def _check_denominators(table: ReadTable, derived: Flags) -> None:
    if DENOMINATOR in table.file.header and derived.any():
        place = int(np.flatnonzero(derived)[0])
        what = f"the total {table.cell(place)} is left out, and of how many it counts the cases cannot be added up."
        remedy = f"Add rows for all totals, with their `{DENOMINATOR}`."
        raise DeliveryError(what, where=table.file.name, remedy=remedy)


def _model(table: ReadTable, policy: TablePolicy, dense: _Dense, held: NDArray[np.int64]) -> TableModel:
    """A dense product where every combination is there, else the cells that are."""
    units = dense.of("units")[held] if "units" in dense.numbers else None
    if held.size == dense.size and held.size:
        smallest = np.ix_(*(hierarchy.leaves for hierarchy in table.dimensions.values()))
        leaves = dense.of("values").reshape(table.shape)[smallest]
        return replace(product_table(table.dimensions, leaves, signed=policy.signed), units=units)
    return TableModel(
        values=dense.of("values")[held].astype(np.float64),
        equations=equations_of(table.dimensions, held),
        labels=labels_of(table.dimensions, held),
        base=base_of(table.dimensions, held),
        spine=spine_of(table.dimensions, held),
        units=units,
        signed=policy.signed,
    )


def _forced(
    table: ReadTable, policy: TablePolicy, model: TableModel, states: Sequence[str], number: NDArray[np.int64]
) -> TableModel:
    """The table with the cells that must stay open and those that are not published."""
    _check_open_codes(table, policy)
    forced = declared_open(model.labels, model.cells, policy)
    latent = np.zeros(model.cells, dtype=np.bool_)
    for flags, word in ((forced, OPEN), (latent, LATENT)):
        rows = [row for row, state in enumerate(states) if state == word]
        flags[number[table.places[rows]]] = True
    both = np.flatnonzero(forced & latent)
    if both.size:
        what = "this cell is to stay open by the policy, and latent by the table."
        where = table.where(int(np.flatnonzero(number[table.places] == both[0])[0]))
        raise DeliveryError(what, where=where, remedy="Take one of them back.")
    return replace(model, forced=forced if forced.any() else None, latent=latent if latent.any() else None)


def _check_open_codes(table: ReadTable, policy: TablePolicy) -> None:
    wrong = [
        Finding(
            table.file.name,
            f"the policy keeps {name}={code} open, and there is no such code.",
            did_you_mean(code, known),
        )
        for each in policy.open
        for name, codes in each.items()
        for known in (table.dimensions[name].codes,)
        for code in codes
        if code not in known
    ]
    if wrong:
        raise UnknownNameError(wrong)


def _facts(
    table: ReadTable, dense: _Dense, held: NDArray[np.int64], states: Sequence[str], number: NDArray[np.int64]
) -> Facts:
    protect = np.zeros(held.size, dtype=np.bool_)
    rows = [row for row, state in enumerate(states) if state == PROTECT]
    protect[number[table.places[rows]]] = True
    return Facts(
        units={name: dense.of(f"units of {name}")[held] for name in table.columns.more_units},
        largest=dense.of("largest")[held] if table.columns.largest else None,
        denominators=dense.of(DENOMINATOR)[held] if DENOMINATOR in dense.numbers else None,
        protect=protect if protect.any() else None,
    )


def _check_units(table: ReadTable, model: TableModel, values: Array, number: NDArray[np.int64]) -> None:
    """Behind a sum stands somebody."""
    units = model.counted[number[table.places]]
    wrong = np.flatnonzero((values != 0) & (units == 0))
    if wrong.size:
        column = table.columns.units
        found = [
            Finding(
                table.where(row), f"there is a {table.columns.measure}, and `{column}` says that nobody is behind it."
            )
            for row in wrong.tolist()
        ]
        raise DeliveryError(told(found, table.file.name))


def check_forced(whole: Assembled, policy: TablePolicy, primary: Primary) -> None:
    """What is forced can be had: no open cell is primary, and no cell that everybody knows is to be protected."""
    model = whole.model
    wrong = [
        Finding(_place(whole, cell), "this cell must stay open, and the rules make it primary.", _MERGE)
        for cell in np.flatnonzero(primary.mask & model.open_cells()).tolist()
    ]
    if policy.zeros is Zeros.PUBLIC and whole.facts.protect is not None:
        wrong += [
            Finding(_place(whole, cell), "this cell is to be protected, but it is zero, and zeros are public.", _ZERO)
            for cell in np.flatnonzero(whole.facts.protect & nobody(model)).tolist()
        ]
    if wrong:
        raise DisclosureError(told(wrong, whole.table.file.name))


_MERGE = "Take its `open` back, or merge the cell with another one."
_ZERO = "Take its `protect` back, or say `zeros: secret` in the policy."


def _place(whole: Assembled, cell: int) -> str:
    rows = np.flatnonzero(whole.cells == cell)
    return whole.table.where(int(rows[0])) if rows.size else f"{whole.table.file.name} ({whole.label(cell)})"

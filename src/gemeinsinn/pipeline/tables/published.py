"""A table as the public sees it: numbers, gaps where something is hidden, and the equations between them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from gemeinsinn.errors import DeliveryError, Finding, did_you_mean
from gemeinsinn.pipeline.tables.columns import STATE, columns_of
from gemeinsinn.pipeline.tables.csv_file import read_csv, told
from gemeinsinn.pipeline.tables.numbers import amounts, counts, places_after_point
from gemeinsinn.pipeline.tables.reading import ReadTable, table_in
from gemeinsinn.pipeline.tables.structure import equations_of, labels_of
from gemeinsinn.pipeline.tables.totals import add_up, check_complete, check_sums, summed
from gemeinsinn.protect.tables.model import ListedLabels
from gemeinsinn.protect.tables.pattern import FREE, WORDS
from gemeinsinn.protect.tables.policy import Method, TablePolicy


UNTOLD, LEFT_OUT = 3, 4
"""The states of a hidden cell in a table that does not say whether it is primary, and of a total that has no row."""


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class PublicTable:
    """The cells of a published table in the order of its rows; behind them totals that it leaves out, which anybody adds up."""

    table: ReadTable
    shown: NDArray[np.float64]
    """What is shown of each cell, or adds up from what is; nan where it is hidden."""
    states: NDArray[np.uint8]
    equations: sparse.csr_matrix
    labels: ListedLabels

    @property
    def rows(self) -> int:
        """How many cells, the first ones, have a row."""
        return self.table.file.rows


def read_published(path: Path, policy: TablePolicy, hierarchies: Mapping[str, Path]) -> PublicTable:
    """Read a table that was protected; every mistake is named with row, cell and remedy."""
    file = read_csv(path)
    columns = columns_of(file, policy, published=True)
    known = {name: path for name, path in hierarchies.items() if name in columns.dimensions}
    table = table_in(file, columns, _without_missing(policy, columns.dimensions), known)
    given = _shown(table, policy)
    shown = np.full(int(np.prod(table.shape)), np.nan)
    shown[table.places] = given
    present = np.zeros(shown.size, dtype=np.bool_)
    present[table.places] = True
    left_out = np.flatnonzero(add_up(table.dimensions, present, [(shown, summed)]))
    check_complete(table, present)
    if policy.method in (Method.SUPPRESS, Method.COARSEN):
        decimals = places_after_point([text for text in file.column(columns.measure) or () if text])
        check_sums(table, present, shown, decimals=decimals)
    return _in_order(table, shown, np.concatenate([table.places, left_out]), _states(table, given))


def _in_order(
    table: ReadTable, shown: NDArray[np.float64], places: NDArray[np.int64], states: NDArray[np.uint8]
) -> PublicTable:
    order = np.argsort(places, kind="stable")
    back = np.empty_like(order)
    back[order] = np.arange(order.size)
    equations = equations_of(table.dimensions, places[order])[:, back]
    all_states = np.pad(states, (0, places.size - states.size), constant_values=LEFT_OUT)
    return PublicTable(table, shown[places], all_states, equations, labels_of(table.dimensions, places))


def _without_missing(policy: TablePolicy, dimensions: tuple[str, ...]) -> TablePolicy:
    """The policy as far as it speaks of the dimensions of a table: an earlier one may have fewer."""
    return replace(
        policy,
        overlap=tuple(name for name in policy.overlap if name in dimensions),
        separate=tuple(name for name in policy.separate if name in dimensions),
        open=(),
    )


def _shown(table: ReadTable, policy: TablePolicy) -> NDArray[np.float64]:
    file, measure = table.file, table.columns.measure
    texts = file.column(measure) or ()
    empty = np.array([not text.strip() for text in texts], dtype=np.bool_)
    at = file.header.index(measure)
    filled = tuple("0" if gap else text for gap, text in zip(empty.tolist(), texts, strict=True))
    full = replace(file, columns=(*file.columns[:at], filled, *file.columns[at + 1 :]))
    if table.columns.counts:
        numbers = counts(full, measure, table.where)
    else:
        numbers = amounts(full, measure, table.where, signed=policy.signed)
    return np.where(empty, np.nan, numbers)


def _states(table: ReadTable, shown: NDArray[np.float64]) -> NDArray[np.uint8]:
    texts = table.file.column(STATE)
    if texts is None:
        return np.where(np.isnan(shown), UNTOLD, FREE).astype(np.uint8)
    number = {word: state for state, word in WORDS.items()}
    wrong = [row for row, text in enumerate(texts) if text.strip() not in number]
    found = [
        Finding(table.where(row), f"`{STATE}` is '{texts[row]}'.", did_you_mean(texts[row], number) or _STATES)
        for row in wrong
    ]
    if not wrong:
        states = np.array([number[text.strip()] for text in texts], dtype=np.uint8)
        found = [
            Finding(
                table.where(row),
                "this cell is free, and shows no number.",
                "Write its number, or say why it is hidden.",
            )
            for row in np.flatnonzero((states == FREE) & np.isnan(shown)).tolist()
        ]
    if found:
        raise DeliveryError(told(found, table.file.name))
    return states


_STATES = f"Allowed: {', '.join(WORDS.values())}; without the column an empty number is a hidden one."

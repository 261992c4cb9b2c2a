"""Reading a table: the codes of every row, looked up in the hierarchies of its dimensions, and what stands there."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from gemeinsinn.errors import DefinitionError, DeliveryError, Finding, UnknownNameError, did_you_mean
from gemeinsinn.pipeline.tables.columns import Columns, columns_of
from gemeinsinn.pipeline.tables.csv_file import CsvFile, read_csv, told
from gemeinsinn.pipeline.tables.hierarchy_files import TOTAL, apart, flat_hierarchy, read_hierarchy, used_part
from gemeinsinn.protect.tables.hierarchies import Hierarchy
from gemeinsinn.protect.tables.policy import TablePolicy


MOST_PLACES = 20_000_000
"""How many combinations of codes a table may have; beyond, its arrays do not fit."""


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class ReadTable:
    """A file whose every row has a place in the product of the hierarchies of its dimensions."""

    file: CsvFile
    columns: Columns
    dimensions: Mapping[str, Hierarchy]
    places: NDArray[np.int64]
    """The place of each row among all combinations of codes, in row-major order."""
    roots: Mapping[str, str]
    """The code of each dimension that stands for everything, and so says nothing; a dimension without one is left out."""

    @property
    def shape(self) -> tuple[int, ...]:
        """How many codes each dimension has."""
        return tuple(len(hierarchy) for hierarchy in self.dimensions.values())

    def where(self, row: int) -> str:
        """The row and its cell, for messages."""
        return f"{self.file.row(row)} ({self.cell(int(self.places[row]))})"

    def cell(self, place: int) -> str:
        """A cell in words: `area=01, sex=Total`."""
        return ", ".join(f"{name}={code}" for name, code in zip(self.dimensions, self.codes(place), strict=True))

    def codes(self, place: int) -> tuple[str, ...]:
        """The codes of a place."""
        at = np.unravel_index(place, self.shape)
        return tuple(each.codes[int(code)] for each, code in zip(self.dimensions.values(), at, strict=True))


def read_table(path: Path, policy: TablePolicy, hierarchies: Mapping[str, Path]) -> ReadTable:
    """Read a table and the hierarchies of some of its dimensions; every mistake is named with row, cell and remedy."""
    file = read_csv(path)
    return table_in(file, columns_of(file, policy), policy, hierarchies)


def table_in(file: CsvFile, columns: Columns, policy: TablePolicy, hierarchies: Mapping[str, Path]) -> ReadTable:
    """The table in a file whose columns are known."""
    _check_names(columns, hierarchies, policy, file.name)
    texts = {name: [code.strip() for code in file.column(name) or ()] for name in columns.dimensions}
    _check_filled(texts, file)
    found = {name: _dimension(name, texts[name], policy, hierarchies.get(name), file) for name in texts}
    dimensions = {name: each.hierarchy for name, each in found.items()}
    shape = [len(hierarchy) for hierarchy in dimensions.values()]
    if float(np.prod(np.array(shape, dtype=np.float64))) > MOST_PLACES:
        what = (
            f"the codes make {' x '.join(map(str, shape))} combinations; at most {MOST_PLACES:,} are protected at once."
        )
        raise DeliveryError(what, where=file.name, remedy="Protect parts of the table one after another with a ledger.")
    places = np.ravel_multi_index([each.codes for each in found.values()], shape)
    roots = {name: each.hierarchy.root for name, each in found.items() if each.whole}
    table = ReadTable(file, columns, dimensions, np.asarray(places, dtype=np.int64), roots)
    _check_distinct(table)
    return table


def _check_names(columns: Columns, hierarchies: Collection[str], policy: TablePolicy, name: str) -> None:
    said = {
        "a hierarchy is given for": hierarchies,
        "the policy lets codes overlap in": policy.overlap,
        "the policy adds nothing up over": policy.separate,
        "the policy keeps cells open by": [each for codes in policy.open for each in codes],
    }
    wrong = [
        Finding(name, f"{words} '{each}', which is no dimension of the table.", _known(each, columns.dimensions))
        for words, names in said.items()
        for each in names
        if each not in columns.dimensions
    ]
    if wrong:
        raise UnknownNameError(wrong)


def _known(name: str, dimensions: Sequence[str]) -> str:
    return did_you_mean(name, dimensions) or f"Dimensions: {', '.join(dimensions)}."


def _check_filled(texts: Mapping[str, Sequence[str]], file: CsvFile) -> None:
    wrong = [
        Finding(file.row(row), f"there is no code of '{name}'.", f"Write one, or '{TOTAL}' for the margin.")
        for name, codes in texts.items()
        for row, code in enumerate(codes)
        if not code
    ]
    if wrong:
        raise DeliveryError(told(wrong, file.name))


@dataclass(frozen=True, slots=True, eq=False)
class _Dimension:
    """The hierarchy of a dimension, as far as the table is about it, and the place of each row's code in it."""

    hierarchy: Hierarchy
    codes: NDArray[np.int64]
    whole: bool
    """Whether its root stands for everything."""


def _dimension(name: str, codes: Sequence[str], policy: TablePolicy, path: Path | None, file: CsvFile) -> _Dimension:
    if path is None:
        hierarchy = apart(codes, name) if name in policy.separate else flat_hierarchy(codes, name)
        return _Dimension(hierarchy, _looked_up(hierarchy, codes), whole=name not in policy.separate)
    if name in policy.separate:
        what = f"the policy adds nothing up over '{name}', and {path.name} says what adds up."
        raise DefinitionError(what, remedy="Take `separate` out of the policy, or leave --hierarchy out.")
    whole = read_hierarchy(path, overlap=name in policy.overlap)
    known = {*whole.codes, TOTAL}
    unknown = [row for row, code in enumerate(codes) if code not in known]
    if unknown:
        raise DeliveryError(
            told([_unknown(name, codes[row], whole, path, file.row(row)) for row in unknown], file.name)
        )
    hierarchy = used_part(whole, {int(place) for place in np.unique(_looked_up(whole, codes))})
    return _Dimension(hierarchy, _looked_up(hierarchy, codes), whole=hierarchy.root == whole.root)


def _looked_up(hierarchy: Hierarchy, codes: Sequence[str]) -> NDArray[np.int64]:
    """The place of each code; `Total` is the root, unless a code is called so."""
    place = {TOTAL: 0} | {code: at for at, code in enumerate(hierarchy.codes)}
    return np.array([place[code] for code in codes], dtype=np.int64)


def _unknown(name: str, code: str, hierarchy: Hierarchy, path: Path, where: str) -> Finding:
    what = f"'{code}' is no code of '{name}' in {path.name}."
    return Finding(where, what, did_you_mean(code, hierarchy.codes) or f"Add it to {path.name}, or correct the row.")


def _check_distinct(table: ReadTable) -> None:
    order = np.argsort(table.places, kind="stable")
    again = order[1:][np.diff(table.places[order]) == 0]
    if not again.size:
        return
    first = dict(zip(table.places[order[::-1]].tolist(), order[::-1].tolist(), strict=True))
    wrong = [
        Finding(
            table.where(row),
            f"this cell stands in row {table.file.numbers[first[int(table.places[row])]]} already.",
            "Leave one of the rows; add them up if they are parts of one cell.",
        )
        for row in again.tolist()
    ]
    raise DeliveryError(told(wrong, table.file.name))

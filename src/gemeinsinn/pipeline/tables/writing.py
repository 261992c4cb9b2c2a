"""Writing a protected table: the columns and rows of the input, the state of each cell, and no number that is hidden."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gemeinsinn.pipeline.tables.assembly import Assembled
from gemeinsinn.pipeline.tables.columns import CELL_KEY, LOWER, STATE, UNITS, UPPER
from gemeinsinn.protect.tables.pattern import FREE, WORDS, Array, Flags


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Outcome:
    """What is shown of each cell of a table."""

    pattern: NDArray[np.uint8]
    numbers: Array | None = None
    """The numbers that are shown in place of the true ones, where a method changes them."""
    kept: Flags | None = None
    """The cells that still have a row, where a method drops some."""


def protected_csv(whole: Assembled, outcome: Outcome) -> bytes:
    """The output: rows of the input in their order, then the totals that the input leaves out, since anybody adds them up.

    Columns that only the rules look at (units, largest contributions, cell keys) stay and are emptied: they would be a
    second table, which nobody has protected.
    """
    file = whole.table.file
    header = (*file.header, *(() if STATE in file.header else (STATE,)))
    filled = {
        whole.table.columns.measure: _numbers(whole, outcome),
        STATE: [WORDS[state] for state in outcome.pattern[_order(whole)].tolist()],
        **{name: [""] * whole.model.cells for name in _inner(whole)},
    }
    columns = [filled[name] if name in filled else _as_delivered(whole, name) for name in header]
    rows = list(zip(*columns, strict=True))
    if outcome.kept is not None:
        rows = [row for row, kept in zip(rows, outcome.kept[_order(whole)].tolist(), strict=True) if kept]
    return _text(header, rows, file.delimiter).encode("utf-8")


def _order(whole: Assembled) -> NDArray[np.int64]:
    """The cells in the order of the output."""
    return np.concatenate([whole.cells, whole.derived])


def _inner(whole: Assembled) -> list[str]:
    columns = whole.table.columns
    inner = {UNITS, CELL_KEY, LOWER, UPPER, *columns.more_units, *columns.largest, *filter(None, [columns.units])}
    return [name for name in whole.table.file.header if name in inner]


def _as_delivered(whole: Assembled, name: str) -> list[str]:
    """A column of the input; below it the codes of derived totals."""
    texts = list(whole.table.file.column(name) or ())
    if name not in whole.table.dimensions:
        return [*texts, *[""] * whole.derived.size]
    place = whole.model.labels.dimensions.index(name)
    return [*texts, *(whole.model.labels.of(cell)[place] for cell in whole.derived.tolist())]


def _numbers(whole: Assembled, outcome: Outcome) -> list[str]:
    """The numbers that are shown: those of the input as they were written, unless the method changes them."""
    order = _order(whole)
    hidden = (outcome.pattern[order] != FREE).tolist()
    texts = [text.strip() for text in whole.table.file.column(whole.table.columns.measure) or ()]
    if outcome.numbers is None:
        shown = [*texts, *_written(whole.model.values[whole.derived], texts, whole)]
    else:
        shown = _written(outcome.numbers[order], texts, whole)
    return ["" if secret else text for secret, text in zip(hidden, shown, strict=True)]


def _written(numbers: Array, texts: Sequence[str], whole: Assembled) -> list[str]:
    """Numbers with the decimals, and the decimal mark, of those in the input."""
    comma = whole.table.file.delimiter != "," and any("," in text for text in texts)
    written = (f"{number:.{whole.decimals}f}" for number in numbers.tolist())
    return [text.replace(".", ",") for text in written] if comma else list(written)


def _text(header: Sequence[str], rows: Sequence[Sequence[str]], delimiter: str) -> str:
    written = io.StringIO(newline="")
    writer = csv.writer(written, delimiter=delimiter, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    return written.getvalue()

"""From a protected table to what the ledger holds of its release: what it shows, and what is sealed."""

from __future__ import annotations

import numpy as np

from gemeinsinn.errors import DisclosureError
from gemeinsinn.protect.released import Names, Sealed, Shown, Shows, keyed, names_of
from gemeinsinn.protect.tables.model import Labels, ProductLabels, TableModel
from gemeinsinn.protect.tables.needs import Needs
from gemeinsinn.protect.tables.pattern import FREE, PRIMARY, Array


def shown_of(
    model: TableModel, pattern: Array, *, key: bytes, low: Array | None = None, high: Array | None = None
) -> Shown:
    """What a release of the table shows: the free cells with their values, or with an interval around each.

    `low` and `high` are between which values a rounded or deviated number says that a cell lies; nan where the cell is
    shown as it is.
    """
    if model.identities is None:
        remedy = "Say what is counted of whom and on which day, so that its cells can be compared with other tables'."
        raise DisclosureError("a table without identities cannot enter the ledger.", remedy=remedy)
    hidden = np.asarray(pattern) != FREE
    below = _where(hidden, low, model.values)
    above = _where(hidden, high, model.values)
    shows = np.where(hidden, Shows.HIDDEN, np.where(below < above, Shows.INTERVAL, Shows.VALUE))
    equations = model.equations.tocsr()
    names = names_of_cells(model.labels, model.cells)
    return Shown(keyed(model.identities, key), shows.astype(np.uint8), below, above, equations, names)


def sealed_of(model: TableModel, pattern: Array, needs: Needs) -> Sealed:
    """What no audience may see of it."""
    units = np.rint(model.counted).astype(np.int64)
    return Sealed(model.values, np.asarray(pattern) == PRIMARY, needs.up, needs.down, units)


def _where(hidden: Array, bound: Array | None, values: Array) -> Array:
    shown = values if bound is None else np.where(np.isnan(bound), values, bound)
    return np.where(hidden, np.nan, shown)


def names_of_cells(labels: Labels, cells: int) -> Names:
    """The names of all cells of a table, as arrays."""
    if isinstance(labels, ProductLabels):
        shape = [len(codes) for codes in labels.codes]
        places = np.stack(np.unravel_index(np.arange(cells), shape), axis=1).astype(np.int32)
        return Names(labels.dimensions, labels.codes, places)
    return names_of(labels.dimensions, [labels.of(cell) for cell in range(cells)])

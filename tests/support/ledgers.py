"""Small tables with identities, and ledgers of what was released of them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gemeinsinn.protect.ledger import Ledger, Release
from gemeinsinn.protect.tables.hierarchies import Hierarchy
from gemeinsinn.protect.tables.identity import identities_of
from gemeinsinn.protect.tables.model import TableModel, product_table
from gemeinsinn.protect.tables.needs import Needs, neighbours
from gemeinsinn.protect.tables.pattern import pattern_of
from gemeinsinn.protect.tables.releasing import sealed_of, shown_of


KEY = bytes(range(32))
FIRST_DAY = datetime(2026, 1, 1, tzinfo=UTC)


def identified(
    dimensions: Mapping[str, Hierarchy], leaves: Any, *, variable: str = "residents", valid_on: str = "2025-12-31"
) -> TableModel:
    """The table of some hierarchies, its cells comparable with those of other tables."""
    plain = product_table(dimensions, np.asarray(leaves, dtype=np.float64))
    roots = {name: hierarchy.root for name, hierarchy in dimensions.items()}
    known = identities_of(plain.labels, plain.values, variable=variable, valid_on=valid_on, roots=roots)
    return TableModel(plain.values, plain.equations, plain.labels, base=plain.base, spine=plain.spine, identities=known)


def small_counts(model: TableModel, *, below: int = 3) -> NDArray[np.bool_]:
    """The cells with few units, but not none."""
    return np.asarray((model.counted > 0) & (model.counted < below))


def cell_of(model: TableModel, *codes: str) -> int:
    """The place of a cell by its codes."""
    return next(cell for cell in range(model.cells) if model.labels.of(cell) == codes)


def hiding(model: TableModel, *cells: tuple[str, ...]) -> NDArray[np.uint8]:
    """The pattern that hides some cells, named by their codes, beside all small counts."""
    hidden = small_counts(model)
    for codes in cells:
        hidden[cell_of(model, *codes)] = True
    return pattern_of(hidden, small_counts(model))


def with_release(
    ledger: Ledger,
    model: TableModel,
    pattern: NDArray[np.uint8],
    *,
    table: str = "ages",
    audience: str = "public",
    policy: str = "p1",
    low: Any = None,
    high: Any = None,
    needs: Needs | None = None,
) -> Ledger:
    """A ledger after one more release, a day after the last; small counts need room on both sides, or as `needs` says."""
    at = FIRST_DAY + timedelta(days=len(ledger.entries))
    number = len(ledger.entries) + 1
    release = Release(table, audience, policy, "suppress", at, f"r{number}", certificate=f"c{number}")
    shown = shown_of(model, pattern, key=ledger.key, low=low, high=high)
    sealed = sealed_of(model, pattern, needs or neighbours(model.values, small_counts(model)))
    nonce = len(ledger.entries).to_bytes(12, "big")
    return ledger.with_entry(ledger.next(release, shown=shown, sealed=sealed, forced=model.open_cells(), nonce=nonce))

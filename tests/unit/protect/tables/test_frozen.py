"""What can no longer be hidden: which cell, why, and what to do."""

from __future__ import annotations

import numpy as np

from gemeinsinn.protect.ledger import Ledger
from gemeinsinn.protect.tables.frozen import WayOut, frozen_cells
from gemeinsinn.protect.tables.hierarchies import flat
from gemeinsinn.protect.tables.union import united
from support.ledgers import KEY, cell_of, hiding, identified, small_counts, with_release


AREAS = flat(["A", "B", "C"], name="area")
SEXES = flat(["m", "w"], name="sex")
BY_SEX = {"area": AREAS, "sex": SEXES}


def test_a_cell_that_was_shown_before_is_left_open_and_the_release_named() -> None:
    model = identified(BY_SEX, [[5, 1], [7, 4], [9, 2]])
    ledger = with_release(Ledger(KEY), model, hiding(model, ("A", "m"), ("C", "m")), table="first")
    union = united(model, ledger, audience="public", policy="stricter")

    found = frozen_cells(union, union.lifted(small_counts(model, below=5)))

    assert [(each.cell, each.way_out, each.cells) for each in found] == [
        (cell_of(model, "B", "w"), WayOut.LEAVE_OPEN, 0)
    ]
    assert found[0].what == "(B, w) should be hidden, and cannot be any more."
    assert found[0].why == "first of 2026-01-01 (entry 1) shows it."


def test_a_corrected_number_that_follows_from_what_was_shown_is_told_with_its_way_and_its_cost() -> None:
    before = identified(BY_SEX, [[5, 6], [7, 4], [9, 8]])
    after = identified(BY_SEX, [[5, 2], [7, 8], [9, 8]])
    ledger = with_release(Ledger(KEY), before, hiding(before), table="first")
    union = united(after, ledger, audience="public", policy="p1")
    exposed = int(union.place[cell_of(after, "A", "w")])

    found = frozen_cells(union, union.lifted(small_counts(after)), exposed=[exposed], name="de")

    assert not small_counts(before).any()
    assert len(found) == 1
    assert (found[0].cell, found[0].way_out) == (cell_of(after, "A", "w"), WayOut.HOLD_BACK)
    assert found[0].cells == 4, "both corrected numbers, and the totals of A and B"
    assert found[0].releases == ("first of 2026-01-01 (entry 1)",)
    assert found[0].why == (
        "first of 2026-01-01 (entry 1) zeigt (Total, w) und (C, w). "
        "(A, w) ist höchstens (Total, w) minus (C, w), weil nichts unter null liegt."
    )
    assert found[0].remedy.startswith("Die früheren Zahlen der 4 Zellen, ")


def test_nothing_is_frozen_without_earlier_releases() -> None:
    model = identified(BY_SEX, [[5, 1], [7, 4], [9, 2]])
    union = united(model, Ledger(KEY), audience="public", policy="p1")

    assert frozen_cells(union, union.lifted(small_counts(model))) == ()


def test_what_only_an_earlier_release_holds_is_not_told() -> None:
    before = identified(BY_SEX, [[5, 6], [7, 4], [9, 8]])
    after = identified(BY_SEX, [[5, 2], [7, 4], [9, 8]])
    ledger = with_release(Ledger(KEY), before, hiding(before), table="first")
    union = united(after, ledger, audience="public", policy="p1")

    found = frozen_cells(union, np.ones(union.model.cells, dtype=bool), exposed=range(union.model.cells))

    assert {each.cell for each in found} <= set(range(12))

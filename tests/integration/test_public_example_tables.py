"""Example tables of other packages: the same cells are primary, their patterns are judged alike, and we hide no more.

What is published, by whom and where, stands in tests/data/disclosure/SOURCES.md.
"""

from __future__ import annotations

import numpy as np
import pytest

from gemeinsinn.protect.tables.attack import audited
from gemeinsinn.protect.tables.pattern import FREE, SECONDARY
from gemeinsinn.protect.tables.policy import Zeros
from gemeinsinn.protect.tables.protection import protect
from support.examples import COUNTS, PATTERNS, REVEALED, TURNOVER, Count, Example, published


HIDDEN = ("primary", "secondary")


@pytest.mark.parametrize("example", [*PATTERNS, *REVEALED], ids=lambda each: each.name)
def test_the_rules_hide_the_primary_cells_that_are_published(example: Example) -> None:
    """Seen to fail with `min_units` one lower and one higher, and with zeros public."""
    table = example.read()

    wrong = table.primary.mask ^ table.cells(published(example.name), "primary")

    assert [table.model.labels.of(cell) for cell in np.flatnonzero(wrong)] == []


def test_the_turnover_hides_as_many_cells_by_each_rule_as_published() -> None:
    counts = TURNOVER.read().primary.counts()

    assert counts == {"frequency": 52, "forced": 25}


@pytest.mark.parametrize("example", PATTERNS, ids=lambda each: each.name)
def test_a_pattern_that_its_authors_call_safe_passes_the_audit(example: Example) -> None:
    """Seen to fail for each secondary cell that was shown, but five that are hidden for the sake of insiders only."""
    table = example.read()
    hidden = table.cells(published(example.name), *HIDDEN)

    verdict = audited(table.model, hidden, table.needs(example.policy), zeros_public=_zeros_public(example))

    assert verdict.breaches == ()
    assert verdict.checked > 0


@pytest.mark.parametrize("example", REVEALED, ids=lambda each: each.name)
def test_a_pattern_that_its_authors_can_reveal_does_not_pass(example: Example) -> None:
    """The zeros of the first row are seen: the other cells of the row add up to its total already."""
    table = example.read()
    hidden = table.cells(published(example.name), *HIDDEN)

    verdict = audited(table.model, hidden, table.needs(example.policy), zeros_public=False)

    seen = {table.model.labels.of(breach.cell) for breach in verdict.breaches if breach.low == breach.high}
    zeros = {codes for codes, state in published(example.name).items() if state == "primary" and codes[0] == "r1"}
    assert seen == zeros


@pytest.mark.parametrize("example", PATTERNS, ids=lambda each: each.name)
def test_what_is_hidden_for_others_adds_up_to_no_more_than_published(example: Example) -> None:
    """Seen to fail without the search for the proven optimum: of the activities 300 were hidden instead of 80."""
    table = example.read()
    theirs = float(table.model.values[table.cells(published(example.name), "secondary")].sum())

    protection = protect(table.model, example.policy, facts=table.facts, prove=True)

    assert protection.verdict.breaches == ()
    assert float(table.model.values[protection.pattern == SECONDARY].sum()) <= theirs + 1e-6


@pytest.mark.parametrize("count", COUNTS, ids=lambda each: each.example.name)
def test_no_more_cells_of_the_services_are_hidden_than_published(count: Count) -> None:
    """Seen to fail without the search for the proven optimum, for four of the eight."""
    example = count.example
    table = example.read()

    protection = protect(table.model, example.policy, facts=table.facts, prove=True)

    assert protection.verdict.breaches == ()
    assert int((protection.pattern != FREE).sum()) <= count.hidden


def _zeros_public(example: Example) -> bool:
    return example.policy.zeros is Zeros.PUBLIC

"""Attacks in words: the shortest way first, cells by their names, never a number, in English and in German."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, strategies as st

from gemeinsinn.protect.ledger import Ledger
from gemeinsinn.protect.tables.hierarchies import flat
from gemeinsinn.protect.tables.model import TableModel
from gemeinsinn.protect.tables.recipes import Recipe, Tells, recipe_of
from gemeinsinn.protect.tables.union import united
from gemeinsinn.protect.tables.words import PATTERNS, Attack, language, told
from support.attacks import reaching
from support.ledgers import KEY, cell_of, hiding, identified, with_release


AREAS = flat(["A", "B", "C"], name="area")
SEXES = flat(["m", "w", "x"], name="sex")
COUNTS = [[5, 1, 4], [7, 4, 6], [9, 2, 8]]


def table(counts: Any = COUNTS) -> TableModel:
    return identified({"area": AREAS, "sex": SEXES}, counts)


def hidden_in(model: TableModel, *cells: tuple[str, str]) -> Any:
    found = np.zeros(model.cells, dtype=bool)
    found[[cell_of(model, *codes) for codes in cells]] = True
    return found


def worth(model: TableModel, recipe: Recipe) -> float:
    return float(sum(factor * model.values[cell] for cell, factor in recipe.terms) / recipe.divisor)


def test_a_row_total_minus_the_others() -> None:
    model = table()
    hidden = hidden_in(model, ("A", "w"))

    text = told(model, hidden, Attack(cell_of(model, "A", "w")))

    assert text == "(A, w) is the total over area (Total, w) minus the other 2: (B, w) and (C, w)."


def test_the_shortest_sum_comes_first() -> None:
    model = identified({"area": flat(["A", "B"], name="area"), "sex": SEXES}, [[5, 1, 4], [7, 4, 6]])
    hidden = hidden_in(model, ("A", "w"))

    text = told(model, hidden, Attack(cell_of(model, "A", "w")))

    assert text == "(A, w) is the total over area (Total, w) minus the other one: (B, w)."


def test_a_total_is_the_sum_of_its_parts() -> None:
    model = table()
    hidden = hidden_in(model, ("A", "Total"), ("Total", "Total"))

    text = told(model, hidden, Attack(cell_of(model, "A", "Total")))

    assert text == "(A, Total) is the sum of (A, m), (A, w) and (A, x)."


def test_zeros_are_not_named() -> None:
    model = table([[0, 2, 0], [7, 4, 6], [9, 5, 8]])

    text = told(model, hidden_in(model, ("A", "w"), ("B", "w")), Attack(cell_of(model, "A", "w")))

    assert text == "(A, w) is the same as (A, Total), because all others are zero."


def test_several_equations_are_put_together() -> None:
    model = table()
    hidden = hidden_in(model, ("A", "m"), ("A", "w"), ("B", "m"), ("B", "w"), ("C", "w"), ("C", "Total"))

    recipe = recipe_of(model, hidden, cell_of(model, "C", "w"))
    text = told(model, hidden, Attack(cell_of(model, "C", "w")))

    assert recipe is not None
    assert worth(model, recipe) == 2
    assert recipe.equations > 1
    assert text.startswith("(C, w) is ")
    assert " minus " in text


def test_a_hidden_cell_that_cannot_be_recomputed_has_no_recipe() -> None:
    model = table()
    hidden = hidden_in(model, ("A", "m"), ("A", "w"), ("B", "m"), ("B", "w"))

    assert recipe_of(model, hidden, cell_of(model, "A", "w")) is None


def test_what_is_narrowed_is_told_from_above_and_from_below() -> None:
    model = table()
    hidden = hidden_in(model, ("A", "m"), ("A", "w"), ("B", "m"), ("B", "w"))

    text = told(model, hidden, Attack(cell_of(model, "A", "m"), low=1.0, high=6.0))

    above, below = text.split(". ")
    assert above == "(A, m) is at most (A, Total) minus (A, x), because nothing is below zero"
    assert below.startswith("(A, m) is at least (Total, m) and (B, x) minus (B, Total) and (C, m)")
    low = recipe_of(model, hidden, cell_of(model, "A", "m"), tells=Tells.AT_LEAST)
    assert low is not None
    assert worth(model, low) == 1


def test_a_sum_of_nothing_gives_all_its_parts_away() -> None:
    model = table([[5, 0, 0], [7, 4, 6], [9, 2, 8]])
    hidden = hidden_in(model, ("A", "w"), ("A", "x"), ("B", "w"), ("B", "x"))

    text = told(model, hidden, Attack(cell_of(model, "A", "w"), low=0.0, high=0.0))

    assert text == "(A, w) is at most (A, Total) minus (A, m), because nothing is below zero."


def test_an_insider_is_told_with_his_cell() -> None:
    model = table()
    hidden = hidden_in(model, ("A", "m"), ("A", "w"), ("B", "m"), ("B", "w"))
    own = cell_of(model, "A", "w")

    text = told(model, hidden, Attack(cell_of(model, "A", "m"), known=(own,)))

    assert text == (
        "Someone who is alone in (A, w) knows that cell. "
        "(A, m) is the total over sex (A, Total) minus the other 2: (A, w) and (A, x)."
    )


def test_those_who_put_together_what_they_know_are_told_as_such() -> None:
    model = table()
    hidden = hidden_in(model, ("A", "m"), ("A", "w"), ("B", "m"), ("B", "w"))
    own = cell_of(model, "A", "w")

    text = told(model, hidden, Attack(cell_of(model, "A", "m"), known=(own,), together=True))

    assert text.startswith("All who are alone in a cell put together what they know. (A, m) is ")


def test_many_parts_are_counted_and_the_first_ones_named() -> None:
    areas = flat([f"G{number}" for number in range(9)], name="area")
    model = identified({"area": areas, "sex": flat(["m", "w"], name="sex")}, [[number + 3, 5] for number in range(9)])
    hidden = hidden_in(model, ("G0", "m"), ("G0", "w"), ("G0", "Total"))

    text = told(model, hidden, Attack(cell_of(model, "G0", "m")))

    assert text == (
        "(G0, m) is the total over area (Total, m) minus the other 8: (G1, m), (G2, m), (G3, m) and 5 more cells."
    )


def test_releases_are_named_with_what_each_shows() -> None:
    model = identified({"area": AREAS, "sex": flat(["m", "w"], name="sex")}, [[5, 1], [7, 4], [9, 2]])
    ledger = with_release(Ledger(KEY), model, hiding(model, ("A", "m"), ("C", "m")), table="first")
    union = united(model, ledger, audience="public", policy="new")
    cells = {union.model.labels.of(cell)[:2]: cell for cell in range(12)}
    hidden = np.zeros(union.model.cells, dtype=bool)
    for codes in (("A", "w"), ("C", "w"), ("A", "Total"), ("C", "Total")):
        hidden[cells[codes]] = not union.model.open_cells()[cells[codes]]

    def origin(cell: int) -> str:
        number = int(union.shown_in[cell])
        return union.head_of(number).name if number and codes_hidden_now(cell) else ""

    def codes_hidden_now(cell: int) -> bool:
        return union.model.labels.of(cell)[1] == "Total"

    text = told(union.model, hidden, Attack(cells["A", "w"]), origin=origin)

    assert text == (
        "first of 2026-01-01 (entry 1) shows (A, Total). "
        "(A, w) is the total over sex (A, Total) minus the other one: (A, m)."
    )


def test_a_cell_of_an_earlier_release_is_named_with_it() -> None:
    before = identified({"area": AREAS, "sex": flat(["m", "w"], name="sex")}, [[5, 1], [7, 4], [9, 2]])
    after = identified({"area": AREAS, "sex": flat(["m", "w"], name="sex")}, [[6, 1], [7, 4], [9, 2]])
    ledger = with_release(Ledger(KEY), before, hiding(before, ("A", "m"), ("C", "m")), table="first")
    union = united(after, ledger, audience="public", policy="p1")
    old = next(cell for cell in range(12, union.model.cells) if union.model.labels.of(cell)[:2] == ("A", "m"))
    hidden = np.zeros(union.model.cells, dtype=bool)
    hidden[old] = True

    text = told(union.model, hidden, Attack(old))

    assert text.startswith("(A, m) in first of 2026-01-01 (entry 1) is ")


def test_german_says_the_same() -> None:
    model = table()
    hidden = hidden_in(model, ("A", "m"), ("A", "w"), ("B", "m"), ("B", "w"))
    own = cell_of(model, "A", "w")

    text = told(model, hidden, Attack(cell_of(model, "A", "m"), known=(own,)), name="de")

    assert text == (
        "Wer in (A, w) allein ist, kennt diese Zelle. "
        "(A, m) ist die Summe über sex (A, Total) minus die 2 anderen: (A, w) und (A, x)."
    )


@pytest.mark.parametrize("key", PATTERNS)
def test_every_pattern_is_translated_with_the_same_slots(key: str) -> None:
    german = language("de").patterns[key]

    assert set(_slots(german)) == set(_slots(PATTERNS[key]))
    assert german != PATTERNS[key] or key in {"cell", "difference"}


def _slots(pattern: str) -> list[str]:
    return [piece.partition("}")[0] for piece in pattern.split("{")[1:]]


def test_no_text_holds_a_number_of_the_table() -> None:
    model = table([[517, 611, 433], [719, 823, 967], [971, 853, 877]])
    hidden = hidden_in(model, ("A", "m"), ("A", "w"), ("B", "m"))

    text = told(model, hidden, Attack(cell_of(model, "B", "m")))

    assert not any(str(int(value)) in text for value in model.values)


@given(st.lists(st.integers(0, 6), min_size=9, max_size=9), st.lists(st.booleans(), min_size=16, max_size=16))
def test_a_recipe_gives_the_value_of_a_cell_whenever_an_attacker_can_recompute_it(
    counts: list[int], flags: list[bool]
) -> None:
    """An independent solver says whether the cell can move; planted fault: without the exact check rounded factors passed."""
    model = table(np.array(counts).reshape(3, 3))
    hidden = np.array(flags)
    hidden[0] = False
    for cell in np.flatnonzero(hidden):
        free = model.signed or all(
            abs(reaching(_signed(model), hidden, int(cell), sign=sign, most=1.0)[cell]) < 1e-7 for sign in (1, -1)
        )
        recipe = recipe_of(model, hidden, int(cell))

        assert (recipe is not None) == free
        if recipe is not None:
            assert worth(model, recipe) == model.values[cell]


def _signed(model: TableModel) -> TableModel:
    return TableModel(model.values, model.equations, model.labels, signed=True)

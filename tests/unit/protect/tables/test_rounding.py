"""Rounding to 5 and 10: what is shown, what it tells, and what no attacker finds out."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import highspy
import numpy as np
import pytest
from scipy import sparse

from gemeinsinn.errors import DefinitionError, DisclosureError
from gemeinsinn.protect.tables import integral, rounding_blocks
from gemeinsinn.protect.tables.bases import check_base, nearest_multiple, neighbours_say, said_by
from gemeinsinn.protect.tables.integral import Choice, chosen
from gemeinsinn.protect.tables.model import TableModel
from gemeinsinn.protect.tables.rounding import Rounded, rounded
from gemeinsinn.protect.tables.rounding_audit import Exposure, asked_of, exposed
from support.rounded import county, grid, tables_shown_as


def attacked(model: TableModel, found: Rounded, *, min_units: int = 3, secret_zeros: bool = False) -> list[Exposure]:
    """What linear programs find out from the multiples that a reader sees; they know nothing of how these came about."""
    known = model.open_cells()
    low, high = (np.where(known, found.shown, each) for each in said_by(found.shown, found.base))
    asked = asked_of(low, high, min_units=min_units, secret_zeros=secret_zeros, known=known)
    return exposed(model.equations, low, high, asked)


def plain(model: TableModel, base: int) -> Rounded:
    """A table rounded to the nearest multiples, whatever they tell."""
    shown = nearest_multiple(model.values, base)
    nothing = np.zeros(model.cells, dtype=np.bool_)
    return Rounded(base, shown, nothing, *said_by(shown, base), largest_deviation=base // 2, checked=0)


@pytest.mark.parametrize("base", [5, 10])
def test_a_multiple_says_exactly_which_counts_are_rounded_to_it(base: int) -> None:
    counts = np.arange(200)
    multiples = nearest_multiple(counts, base)

    low, high = said_by(multiples, base)

    for count in range(150):
        alike = counts[multiples == multiples[count]]
        assert (low[count], high[count]) == (alike.min(), alike.max())


def test_a_half_goes_up_and_one_and_two_are_nobody() -> None:
    assert nearest_multiple(np.array([0, 1, 2, 3, 7, 8, 12, 13]), 5).tolist() == [0, 0, 0, 5, 5, 10, 10, 15]
    assert nearest_multiple(np.array([0, 4, 5, 14, 15]), 10).tolist() == [0, 0, 10, 10, 20]


def test_a_count_may_go_to_a_neighbouring_multiple_and_nobody_stays_nobody() -> None:
    low, high = neighbours_say(np.array([0, 1, 5, 12]), 5)

    assert low.tolist() == [0, 0, 0, 8]
    assert high.tolist() == [2, 7, 12, 17]


@pytest.mark.parametrize(("base", "why"), [(3, "a third of all ones and twos"), (7, "not to 7"), (1, "not to 1")])
def test_other_bases_are_refused(base: int, why: str) -> None:
    with pytest.raises(DefinitionError, match=why):
        check_base(base)


def test_to_three_many_ones_could_be_recognised_as_somebody() -> None:
    """Why 3 is refused: the same attack on a table of 8 towns."""
    model = county(1)
    low, high = said_by(nearest_multiple(model.values, 3), 3)

    found = exposed(model.equations, low, high, asked_of(low, high, min_units=2))

    ones = model.values == 1
    assert ones[[each.cell for each in found]].sum() > 0.3 * ones.sum()


def test_two_zeros_with_a_total_of_five_are_both_somebody() -> None:
    model = grid([2, 2])

    found = attacked(model, plain(model, 5))

    assert [(model.labels.of(each.cell), each.bound) for each in found] == [(("00",), 1), (("01",), 1)]
    assert all(model.labels.of(found[0].by[0])[0] in ("Total", "01") for each in found)


def test_a_number_that_would_tell_goes_to_its_other_neighbour() -> None:
    model = grid([2, 2])

    found = rounded(model, base=5)

    assert found.shown.tolist() in ([0, 0, 0], [5, 0, 5], [5, 5, 0])
    assert found.moved.sum() == 1
    assert (found.low <= model.values).all()
    assert (found.high >= model.values).all()
    assert found.largest_deviation == 5


def test_a_table_that_tells_nothing_is_rounded_to_the_nearest() -> None:
    model = grid([[1, 9, 14], [10, 9, 8]])

    found = rounded(model, base=5)

    assert attacked(model, plain(model, 5)) == []
    assert found.shown.tolist() == nearest_multiple(model.values, 5).tolist()
    assert not found.moved.any()
    assert found.largest_deviation == 2


@pytest.mark.parametrize("base", [5, 10])
@pytest.mark.parametrize("seed", range(6))
def test_linear_programs_find_nobody_in_a_rounded_table(seed: int, base: int) -> None:
    """Seen to fail with `plain` in the place of `rounded`: rounding alone tells of a fifth of the small cells."""
    model = county(seed)

    found = rounded(model, base=base)

    assert attacked(model, plain(model, base))
    assert attacked(model, found) == []
    assert found.checked > 0


@pytest.mark.parametrize("base", [5, 10])
@pytest.mark.parametrize("seed", range(6))
def test_numbers_are_multiples_and_off_by_no_more_than_the_base(seed: int, base: int) -> None:
    model = county(seed, mean=6.0)

    found = rounded(model, base=base)

    assert (found.shown % base == 0).all()
    assert np.abs(found.shown - model.values).max() <= found.largest_deviation
    assert found.moved.mean() < 0.1


@pytest.mark.parametrize("base", [5, 10])
def test_who_knows_the_program_finds_nobody_either(base: int) -> None:
    """Whatever is shown as 0 is 0 in another table that is shown in the same way, moved numbers included.

    All 256 tables of two by two cells up to 3, and every table that is rounded to the same multiples. Seen to fail when
    numbers were only moved for cells that are truly 1 or 2: a moved number then told why it was moved.
    """
    seen: dict[tuple[int, ...], TableModel] = {}
    for values in product(range(4), repeat=4):
        model = grid(np.reshape(values, (2, 2)).tolist())
        found = rounded(model, base=base, workers=1)
        seen.setdefault(tuple(found.shown.tolist()), model)

    for shown, model in seen.items():
        zeros = {cell for cell, number in enumerate(shown) if number == 0}
        for table in tables_shown_as(model, np.array(shown), base):
            if any(table[cell] == 0 for cell in zeros):
                again = rounded(replace(model, values=table), base=base, workers=1)
                assert tuple(again.shown.tolist()) == shown
                zeros = {cell for cell in zeros if table[cell] > 0}
            if not zeros:
                break
        assert not zeros


def test_a_small_number_that_is_shown_can_be_one_that_is_not_small() -> None:
    """With `min_units` 5, three and four are shown as 5; nobody may know that they are three or four."""
    model = grid([[3, 3], [4, 4]])

    found = rounded(model, base=5, min_units=5)

    assert attacked(model, found, min_units=5) == []


def test_secret_zeros_can_be_somebody() -> None:
    """3, 3, 8 and 8 are at least 22 together, and 20 is at most 22: nothing is left for the last part."""
    model = grid([3, 3, 8, 8, 0])

    found = rounded(model, base=5, secret_zeros=True)

    assert [each.bound for each in attacked(model, plain(model, 5), secret_zeros=True)] == [0]
    assert attacked(model, found, secret_zeros=True) == []


def test_a_number_that_must_stay_open_is_shown_as_it_is() -> None:
    """Official population stands in every annual report; rounding it would protect nobody."""
    model = grid([2, 2])
    total = np.array([True, False, False])

    found = rounded(replace(model, forced=total), base=5)

    assert found.shown[0] == 4
    assert attacked(replace(model, forced=total), found) == []


def test_a_total_of_one_part_is_rounded_as_the_part() -> None:
    found = rounded(grid([2]), base=5)

    assert found.shown.tolist() == [0, 0]


def test_a_table_of_nobody_stays_one() -> None:
    found = rounded(grid([[0, 0], [0, 0]]), base=5)

    assert not found.shown.any()
    assert not found.moved.any()


def test_the_same_table_is_rounded_in_the_same_way_on_one_core_and_two() -> None:
    first, second = (rounded(county(3), base=5, workers=workers) for workers in (1, 2))

    assert first.shown.tolist() == second.shown.tolist()


@pytest.mark.parametrize(
    ("change", "why"),
    [({"signed": True}, "only counts are rounded"), ({"values": np.array([4.5, 2.0, 2.5])}, "only counts are rounded")],
)
def test_sums_are_not_rounded(change: dict[str, object], why: str) -> None:
    with pytest.raises(DefinitionError, match=why):
        rounded(replace(grid([2, 2]), **change), base=5)


def test_a_base_below_the_threshold_is_refused() -> None:
    with pytest.raises(DefinitionError, match="show which cells have fewer than 10"):
        rounded(grid([2, 2]), base=5, min_units=10)


def test_totals_that_do_not_add_up_are_refused() -> None:
    with pytest.raises(DefinitionError, match="do not add up"):
        rounded(replace(grid([2, 2]), values=np.array([5.0, 2.0, 2.0])), base=5)


def test_a_solver_that_finds_nothing_lets_nothing_leave(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rounding_blocks, "chosen", lambda choice, seconds: None)

    with pytest.raises(DisclosureError, match="no safe way was found to round the cells around"):
        rounded(grid([2, 2]), base=5)


def test_a_solution_that_does_not_hold_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    """The solver's word is checked: here the sums it was given are others than those that are checked."""
    model = grid([2, 2])
    assert model.base is not None
    choice = Choice(model.base.tocsc(), np.zeros(3), np.array([4.0, 2.0, 2.0]), -np.ones(2), np.zeros(2))
    asked = integral._program

    def loosened(choice: Choice, columns: sparse.csc_matrix, whole: int) -> highspy.HighsLp:
        return asked(replace(choice, high=choice.high + 5), columns, whole)

    monkeypatch.setattr(integral, "_program", loosened)

    assert chosen(choice, seconds=1.0) is None

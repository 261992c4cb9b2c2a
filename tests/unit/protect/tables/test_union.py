"""The union of a table with earlier releases: what is one cell, what stays open, and what is left to decide."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
from scipy.optimize import linprog

from gemeinsinn.errors import DisclosureError
from gemeinsinn.protect.ledger import Ledger
from gemeinsinn.protect.tables.hierarchies import flat
from gemeinsinn.protect.tables.pattern import FREE, PRIMARY, SECONDARY
from gemeinsinn.protect.tables.union import UNSETTLED, Union, united, wider_unions
from support.ledgers import KEY, cell_of, hiding, identified, with_release


AREAS = flat(["A", "B", "C"], name="area")
SEXES = flat(["m", "w"], name="sex")
AGES = flat(["young", "old"], name="age")
BY_SEX = {"area": AREAS, "sex": SEXES}
EMPTY = Ledger(KEY)


def at(union: Union, *codes: str, release: str = "") -> int:
    """The place of a cell of the union by its codes, an empty one for a dimension that its table does not have."""
    found = [cell for cell in range(union.model.cells) if union.model.labels.of(cell) == (*codes, release)]
    assert len(found) == 1, found
    return found[0]


def interval(union: Union, hidden: Sequence[int], cell: int) -> tuple[float, float]:
    """What an attacker can say of a cell who knows everything but the hidden ones; a plain reference by SciPy."""
    movable = np.zeros(union.model.cells, dtype=bool)
    movable[list(hidden)] = True
    movable |= union.model.latent_cells()
    matrix = union.model.equations.toarray().astype(float)
    values = union.model.values
    known = matrix[:, ~movable] @ values[~movable]
    ends = []
    for sign in (1, -1):
        cost = np.zeros(int(movable.sum()))
        cost[int(movable[:cell].sum())] = sign
        solved = linprog(cost, A_eq=matrix[:, movable], b_eq=-known, bounds=[(0, None)] * cost.size)
        ends.append(sign * solved.fun if solved.status == 0 else -sign * np.inf)
    return ends[0], ends[1]


def test_without_earlier_releases_the_union_is_the_table() -> None:
    model = identified(BY_SEX, [[5, 1], [7, 4], [9, 2]])

    union = united(model, EMPTY, audience="public", policy="p1")

    assert (union.model.values == model.values).all()
    assert (union.model.equations != model.equations).nnz == 0
    assert union.place.tolist() == list(range(12))
    assert (union.settled == UNSETTLED).all()


def test_a_cell_that_was_shown_stays_open_and_one_that_was_hidden_may_still_be_hidden() -> None:
    model = identified(BY_SEX, [[5, 1], [7, 4], [9, 2]])
    ledger = with_release(EMPTY, model, hiding(model, ("A", "m"), ("C", "m")), policy="old")

    union = united(model, ledger, audience="public", policy="new")

    free = {model.labels.of(cell) for cell in np.flatnonzero(union.model.open_cells())}
    assert {("A", "m"), ("A", "w"), ("C", "m"), ("C", "w")} == {model.labels.of(cell) for cell in range(12)} - free
    assert union.shown_in[at(union, "B", "m")] == 1


def test_a_cell_is_hidden_only_if_every_release_hides_it() -> None:
    model = identified(BY_SEX, [[5, 1], [7, 4], [9, 2]])
    ledger = with_release(EMPTY, model, hiding(model, ("A", "m"), ("C", "m")), policy="old")
    ledger = with_release(ledger, model, hiding(model, ("A", "m"), ("A", "Total")), policy="old")

    union = united(model, ledger, audience="public", policy="new")

    assert union.model.open_cells()[at(union, "C", "m")]
    assert union.shown_in[at(union, "C", "m")] == 2
    assert not union.model.open_cells()[at(union, "A", "m")]


def test_a_part_that_was_released_just_so_on_the_same_policy_is_settled_with_its_old_pattern() -> None:
    model = identified(BY_SEX, [[5, 1], [7, 4], [9, 2]])
    pattern = hiding(model, ("A", "m"), ("C", "m"))
    ledger = with_release(EMPTY, model, pattern)

    union = united(model, ledger, audience="public", policy="p1")

    assert union.model.cells == 0
    assert union.unsettled.size == 0
    assert (union.pattern(np.zeros(0, dtype=np.uint8)) == pattern).all()
    assert (union.settled[cell_of(model, "A", "w")], union.settled[cell_of(model, "A", "m")]) == (PRIMARY, SECONDARY)
    assert union.settled[cell_of(model, "B", "m")] == FREE
    assert (union.present, union.covered_by, set(union.settled_in.tolist())) == (0, ("c1",), {1})


@pytest.mark.parametrize(("audience", "policy"), [("public", "p2"), ("planning", "p1")])
def test_another_policy_or_audience_settles_nothing(audience: str, policy: str) -> None:
    model = identified(BY_SEX, [[5, 1], [7, 4], [9, 2]])
    ledger = with_release(EMPTY, model, hiding(model, ("A", "m"), ("C", "m")))

    union = united(model, ledger, audience=audience, policy=policy)

    assert union.unsettled.size == 12


def test_the_order_of_cells_and_equations_makes_no_difference_to_what_is_settled() -> None:
    model = identified(BY_SEX, [[5, 1], [7, 4], [9, 2]])
    turned = identified({"sex": flat(["w", "m"], name="sex"), "area": AREAS}, [[1, 4, 2], [5, 7, 9]])
    pattern = hiding(model, ("A", "m"), ("C", "m"))
    ledger = with_release(EMPTY, model, pattern)

    union = united(turned, ledger, audience="public", policy="p1")

    assert union.unsettled.size == 0
    assert {turned.labels.of(cell)[::-1] for cell in np.flatnonzero(union.settled)} == {
        model.labels.of(cell) for cell in np.flatnonzero(pattern)
    }


def test_a_corrected_table_keeps_old_and_new_cells_apart_and_all_others_as_one() -> None:
    before = identified(BY_SEX, [[5, 1], [7, 4], [9, 2]])
    after = identified(BY_SEX, [[6, 1], [7, 4], [9, 2]])
    ledger = with_release(EMPTY, before, hiding(before, ("A", "m"), ("C", "m")))

    union = united(after, ledger, audience="public", policy="p1")

    old = {union.model.labels.of(cell)[:2] for cell in range(12, union.model.cells)}
    assert old == {("A", "m"), ("A", "Total"), ("Total", "m")}, "and what is known and stands in no equation with them"
    assert np.abs(union.model.equations @ union.model.values).max() == 0
    assert union.model.latent_cells().sum() == 1, "the old number of men in A is hidden; the old totals are known"
    assert not union.model.open_cells()[at(union, "A", "Total")], "a new number may be hidden"


def test_two_patterns_that_are_safe_alone_give_a_cell_away_together() -> None:
    model = identified(BY_SEX, [[5, 1], [7, 4], [9, 2]])
    first, second = hiding(model, ("A", "m"), ("C", "m")), hiding(model, ("A", "Total"), ("C", "Total"))
    alone = united(model, EMPTY, audience="public", policy="p1")
    ledger = with_release(EMPTY, model, first)

    exposed = united(model, ledger, audience="public", policy="new")

    cell = at(exposed, "A", "w")
    for pattern in (first, second):
        low, high = interval(alone, np.flatnonzero(pattern), cell)
        assert low < 1 < high
    both = np.flatnonzero((second > 0) & ~exposed.model.open_cells()[exposed.place])
    assert interval(exposed, both, cell) == (1, 1)


def test_tables_that_cross_an_area_with_other_things_share_their_margins() -> None:
    by_sex = identified(BY_SEX, [[5, 1], [7, 4], [9, 2]])
    by_age = identified({"area": AREAS, "age": AGES}, [[4, 2], [5, 6], [8, 3]])
    ledger = with_release(EMPTY, by_sex, hiding(by_sex, ("A", "m"), ("C", "m")))

    union = united(by_age, ledger, audience="public", policy="p1")

    shared = {union.model.labels.of(cell)[0] for cell in np.flatnonzero(union.shown_in[:12])}
    assert shared == {"A", "B", "C", "Total"}


def test_what_is_not_linked_over_cells_that_may_move_is_left_out() -> None:
    known = hiding(identified(BY_SEX, [[5, 1], [7, 4], [9, 2]]))
    by_sex = identified(BY_SEX, [[5, 1], [7, 4], [9, 2]])
    other_day = identified(BY_SEX, [[5, 1], [7, 4], [9, 2]], valid_on="2024-12-31")
    by_age = identified({"area": AREAS, "age": AGES}, [[4, 2], [5, 6], [8, 3]])
    ledger = with_release(with_release(EMPTY, other_day, known), by_sex, known)

    union = united(by_age, ledger, audience="public", policy="p1")

    assert union.model.cells == 12


def test_what_a_table_shows_that_has_entered_the_ledger_is_news_to_all_that_it_is_linked_with() -> None:
    """The total of A tells of its men and women. Seen to fail when its own cells linked nothing, for they are known."""
    by_sex, totals = identified(BY_SEX, [[5, 1], [7, 4], [9, 2]]), identified({"area": AREAS}, [6, 11, 11])
    cells = [(area, sex) for area in ("A", "C", "Total") for sex in ("m", "w", "Total")]
    ledger = with_release(EMPTY, by_sex, hiding(by_sex, *cells))
    ledger = with_release(ledger, totals, hiding(totals), table="totals")

    before, after = (united(totals, ledger, audience="public", policy="", entered=each) for each in (False, True))

    assert before.model.cells == 4
    assert after.primary[at(after, "A", "w", release="ages of 2026-01-01 (entry 1)")]


def test_what_was_primary_in_an_earlier_table_still_needs_protection() -> None:
    by_sex = identified(BY_SEX, [[5, 1], [7, 4], [9, 2]])
    by_age = identified({"area": AREAS, "age": AGES}, [[4, 2], [5, 6], [8, 3]])
    ledger = with_release(EMPTY, by_sex, hiding(by_sex, ("A", "m"), ("A", "Total"), ("C", "m"), ("C", "Total")))

    union = united(by_age, ledger, audience="public", policy="p1")

    name = "ages of 2026-01-01 (entry 1)"
    cell = at(union, "A", "", "w", release=name)
    assert union.primary[cell]
    assert (union.needs.up[cell], union.needs.down[cell]) == (1, 1)
    assert not union.primary[at(union, "A", "", "m", release=name)]


def test_a_number_that_deviates_bounds_its_cell_from_both_sides() -> None:
    model = identified(BY_SEX, [[5, 1], [7, 4], [9, 2]])
    low, high = np.full(12, np.nan), np.full(12, np.nan)
    cell = cell_of(model, "A", "m")
    low[cell], high[cell] = 3, 7
    ledger = with_release(EMPTY, model, hiding(model) * 0, low=low, high=high, table="answers")
    other = identified({"area": AREAS, "age": AGES}, [[4, 2], [5, 6], [8, 3]])

    union = united(model, ledger, audience="public", policy="new")

    place = at(union, "A", "m")
    assert not union.model.open_cells()[place]
    assert np.abs(union.model.equations @ union.model.values).max() == 0
    free = [place, *range(12, union.model.cells)]
    alone = [each for each in free if not union.model.open_cells()[each]]
    assert union.model.counted[12:].tolist() == [-1] * 4, "not even nobody: no rule looks at a bound"
    assert other.cells == 12
    row = union.model.equations.toarray()[-2:, [place, *range(12, 16)]]
    assert row.tolist() == [[1, -1, 0, -1, 0], [1, 0, 1, 0, -1]]
    assert union.model.values[12:].tolist() == [2, 2, 3, 7]
    assert len(alone) == 3


def test_bounds_of_several_answers_narrow_a_cell_and_one_value_left_is_known() -> None:
    model = identified(BY_SEX, [[5, 1], [7, 4], [9, 2]])
    cell = cell_of(model, "A", "m")
    ledger = EMPTY
    for below, above in ((1, 5), (5, 9)):
        low, high = np.full(12, np.nan), np.full(12, np.nan)
        low[cell], high[cell] = below, above
        ledger = with_release(
            ledger, model, hiding(model, ("A", "w"), ("C", "m")), low=low, high=high, policy=f"{below}"
        )

    union = united(model, ledger, audience="public", policy="new")

    assert union.model.open_cells()[at(union, "A", "m")]


def test_what_planning_saw_binds_planning_and_not_the_public() -> None:
    model = identified(BY_SEX, [[5, 1], [7, 4], [9, 2]])
    ledger = with_release(EMPTY, model, hiding(model) * 0, audience="planning")

    public = united(model, ledger, audience="public", policy="p1")
    planning = united(model, ledger, audience="planning", policy="p2")

    assert not public.model.open_cells().any()
    assert planning.model.open_cells().all()


def test_a_cell_with_two_values_is_refused() -> None:
    model = identified(BY_SEX, [[5, 1], [7, 4], [9, 2]])
    other = identified(BY_SEX, [[6, 1], [7, 4], [9, 2]])
    forged = type(other)(other.values, other.equations, other.labels, identities=model.identities)
    ledger = with_release(EMPTY, model, hiding(model))

    with pytest.raises(DisclosureError, match="different values for what is said to be the same cell"):
        united(forged, ledger, audience="public", policy="p1")


def test_the_spine_of_the_table_carries_the_cells_of_earlier_releases() -> None:
    before = identified(BY_SEX, [[5, 1], [7, 4], [9, 2]])
    after = identified(BY_SEX, [[6, 1], [7, 4], [9, 2]])
    ledger = with_release(EMPTY, before, hiding(before, ("A", "m"), ("C", "m")))

    union = united(after, ledger, audience="public", policy="p1")

    assert union.model.spine is not None
    nodes = {union.model.labels.of(cell)[0]: set[int]() for cell in range(union.model.cells)}
    for cell in range(union.model.cells):
        nodes[union.model.labels.of(cell)[0]].add(int(union.model.spine.node[cell]))
    assert all(len(found) == 1 for found in nodes.values())


def test_what_nobody_shows_of_the_present_table_stays_hidden_at_no_cost() -> None:
    plain = identified(BY_SEX, [[5, 1], [7, 4], [9, 2]])
    unseen = np.zeros(12, dtype=bool)
    unseen[cell_of(plain, "B", "m")] = True
    model = replace(plain, latent=unseen)

    union = united(model, EMPTY, audience="public", policy="p1")

    assert (union.model.latent_cells() == unseen).all()


def test_a_public_table_is_also_looked_at_with_the_eyes_of_those_who_see_more() -> None:
    model = identified(BY_SEX, [[5, 1], [7, 4], [9, 2]])
    ledger = with_release(EMPTY, model, hiding(model, ("A", "Total"), ("C", "Total")), audience="planning")

    wider = dict(wider_unions(model, ledger, audience="public"))
    public = united(model, ledger, audience="public", policy="p1")

    assert list(wider) == ["planning"]
    planning = wider["planning"]
    assert planning.primary[at(planning, "A", "w")]
    pattern = hiding(model, ("A", "m"), ("C", "m"))
    hidden = np.flatnonzero((planning.lifted(pattern) > 0) & ~planning.model.open_cells())
    assert interval(planning, hidden, at(planning, "A", "w")) == (1, 1)
    low, high = interval(public, np.flatnonzero(pattern), at(public, "A", "w"))
    assert low < 1 < high


def test_nobody_sees_more_if_nothing_was_told_to_them() -> None:
    model = identified(BY_SEX, [[5, 1], [7, 4], [9, 2]])
    ledger = with_release(EMPTY, model, hiding(model))

    assert list(wider_unions(model, ledger, audience="public")) == []

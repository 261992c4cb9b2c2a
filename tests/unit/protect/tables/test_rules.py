"""Primary rules: what each takes for a cell that may not be shown, at its borders."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from gemeinsinn.errors import DefinitionError
from gemeinsinn.protect.tables.hierarchies import flat
from gemeinsinn.protect.tables.model import ListedLabels, TableModel, product_table
from gemeinsinn.protect.tables.policy import Dominance, Ratio, TablePolicy, Zeros
from gemeinsinn.protect.tables.rules import (
    Facts,
    Reason,
    declared_open,
    known_zeros,
    mean_may_be_shown,
    primary_cells,
    rate_may_be_shown,
)


def row(*numbers: float, units: Sequence[int] | None = None, signed: bool = False) -> TableModel:
    """A total and its parts: cell 0 is the total."""
    parts = flat([f"p{place}" for place in range(len(numbers))], name="part")
    counted = None if units is None else np.array(units, dtype=np.int64)
    return product_table({"part": parts}, np.array(numbers, dtype=np.float64), units=counted, signed=signed)


def reasons(model: TableModel, policy: TablePolicy, facts: Facts | None = None) -> list[Reason]:
    """The reason of each part, then that of the total."""
    found = primary_cells(model, policy, facts or Facts())
    assert found.mask.tolist() == (found.reasons > 0).tolist()
    told = [Reason(number) for number in found.reasons.tolist()]
    return [*told[1:], told[0]]


N, F = Reason.NONE, Reason.FREQUENCY


def test_counts_from_1_to_below_the_threshold_are_primary() -> None:
    assert reasons(row(0, 1, 2, 3, 4), TablePolicy(min_units=3)) == [N, F, F, N, N, N]
    assert reasons(row(0, 1, 2, 3, 4), TablePolicy(min_units=5)) == [N, F, F, F, F, N]


def test_sums_are_judged_by_the_units_behind_them() -> None:
    sums = row(900, 5, 0, 70, units=[2, 3, 1, 40])

    assert reasons(sums, TablePolicy(min_units=3)) == [F, N, F, N, N]


def test_three_persons_of_one_household_are_not_three() -> None:
    """Seen to fail when only the first unit was looked at."""
    households = {"household": np.array([9, 1, 3, 5])}

    assert reasons(row(3, 4, 9), TablePolicy(), Facts(units=households)) == [F, N, N, N]


def test_the_largest_contribution_may_be_the_share_k_of_a_sum_and_no_more() -> None:
    sums = row(100, 100, 100, units=[9, 9, 9])
    largest = np.array([[86.0, 5.0], [85.0, 5.0], [86.0, 5.0], [20.0, 20.0]])
    policy = TablePolicy(dominance=Dominance(n=1, k=0.85))

    assert reasons(sums, policy, Facts(largest=largest)) == [N, Reason.DOMINANCE, N, N]


def test_two_that_together_are_most_of_a_sum_dominate_it() -> None:
    largest = np.array([[50.0, 40.0], [50.0, 40.0]])
    policy = TablePolicy(dominance=Dominance(n=2, k=0.85))

    assert reasons(row(100, units=[9]), policy, Facts(largest=largest)) == [Reason.DOMINANCE, Reason.DOMINANCE]


def test_the_second_largest_may_not_estimate_the_largest_within_p_per_cent() -> None:
    """100 = 60 + 34 + 6: the rest is exactly 10 % of 60, and may be; 60 + 35 + 5 may not."""
    largest = np.array([[60.0, 34.0], [60.0, 34.0], [60.0, 35.0]])

    found = reasons(row(100, 100, units=[9, 9]), TablePolicy(p_percent=10), Facts(largest=largest))

    assert found == [N, Reason.P_PERCENT, N]


@pytest.mark.parametrize("largest", [None, np.zeros((2, 1))])
def test_a_rule_about_contributions_needs_them(largest: np.ndarray | None) -> None:
    with pytest.raises(DefinitionError, match="Add columns largest_1 to largest_2 to the table"):
        primary_cells(row(100, units=[9]), TablePolicy(p_percent=10), Facts(largest=largest))


def test_a_rate_needs_enough_cases_enough_people_and_enough_who_are_none() -> None:
    rule = Ratio(numerator=3, denominator=10)
    cases, people = np.array([0, 2, 3, 5, 8, 9, 10, 7]), np.array([10, 99, 10, 9, 10, 10, 10, 10])

    shown = rate_may_be_shown(cases, people, rule)

    assert shown.tolist() == [True, False, True, False, False, False, True, True]
    assert rate_may_be_shown(cases, people, replace(rule, complement=False)).tolist()[4:7] == [True, True, True]


def test_counts_of_cases_are_primary_where_their_rate_may_not_be_shown() -> None:
    facts = Facts(denominators=np.array([100, 50, 9, 50]))
    policy = TablePolicy(ratio=Ratio(numerator=3, denominator=10))

    assert reasons(row(48, 5, 7), policy, facts) == [Reason.RATIO, Reason.RATIO, N, N]


def test_a_mean_needs_enough_units() -> None:
    policy = TablePolicy(ratio=Ratio(mean=5))

    assert reasons(row(900, 5, units=[4, 5]), policy) == [Reason.RATIO, N, N]
    assert mean_may_be_shown(np.array([4, 5]), Ratio(mean=5)).tolist() == [False, True]


def test_everybody_of_a_group_in_one_category_is_primary_with_the_empty_ones() -> None:
    """Of 7 all are in one category: that the others are empty must not be known, so zeros are not public."""
    model, policy = row(0, 7, 0), TablePolicy(group_disclosure=True, zeros=Zeros.PUBLIC)
    group = Reason.GROUP_DISCLOSURE

    assert reasons(model, policy) == [group, group, group, N]
    assert not known_zeros(model, policy).any()
    assert policy.document["zeros"] == "structural"


@pytest.mark.parametrize("numbers", [(3, 4, 0), (7,), (0, 0, 0)])
def test_no_group_is_disclosed_where_it_is_in_two_categories_or_there_is_but_one_or_nobody(
    numbers: tuple[int, ...],
) -> None:
    assert Reason.GROUP_DISCLOSURE not in reasons(row(*numbers), TablePolicy(group_disclosure=True))


def test_categories_that_cannot_exist_disclose_no_group() -> None:
    forced = np.array([False, True, False, True])

    assert reasons(replace(row(0, 7, 0), forced=forced), TablePolicy(group_disclosure=True)) == [N, N, N, N]


def test_a_secret_zero_is_primary_unless_it_cannot_be_anything_else() -> None:
    forced = np.array([False, True, False, False])
    model, policy = replace(row(0, 7, 0), forced=forced), TablePolicy(zeros=Zeros.SECRET)

    assert reasons(model, policy) == [N, N, Reason.SECRET_ZERO, N]
    assert known_zeros(model, policy).tolist() == [False, True, False, False]


def test_a_structural_zero_is_known_and_any_other_may_hide_something() -> None:
    forced = np.array([False, True, False, False])
    model, policy = replace(row(0, 7, 0), forced=forced), TablePolicy(zeros=Zeros.STRUCTURAL)

    assert reasons(model, policy) == [N, N, N, N]
    assert known_zeros(model, policy).tolist() == [False, True, False, False]


def test_a_sum_of_zero_that_somebody_makes_up_is_no_public_zero() -> None:
    model = row(0, 9, units=[2, 9])

    assert reasons(model, TablePolicy()) == [F, N, N]
    assert not known_zeros(model, TablePolicy()).any()


def test_a_cell_that_is_to_be_protected_is_primary_by_that_only_if_no_rule_says_so() -> None:
    protect = np.array([False, True, True, False])

    assert reasons(row(2, 50, 60), TablePolicy(), Facts(protect=protect)) == [F, Reason.FORCED, N, N]


def test_of_several_rules_the_first_is_told_and_all_are_counted_by_it() -> None:
    found = primary_cells(row(1, 2, 50), TablePolicy(), Facts(protect=np.array([False, True, False, True])))

    assert found.counts() == {"frequency": 2, "forced": 1}


def test_the_policy_opens_cells_by_their_codes_in_a_product_as_in_a_list() -> None:
    """Seen to fail with the codes of one dimension taken for those of another."""
    area, sex = flat(["1", "2"], name="area"), flat(["m", "w"], name="sex")
    dense = product_table({"area": area, "sex": sex}, np.ones((2, 2)))
    rows = tuple(dense.labels.of(cell) for cell in range(dense.cells))
    policy = TablePolicy(open=({"sex": ("Total",)}, {"area": ("1",), "sex": ("m", "w")}))

    flags = declared_open(dense.labels, dense.cells, policy)

    assert {rows[cell] for cell in np.flatnonzero(flags)} == {
        ("Total", "Total"), ("1", "Total"), ("2", "Total"), ("1", "m"), ("1", "w"),
    }  # fmt: skip
    assert declared_open(ListedLabels(("area", "sex"), rows), dense.cells, policy).tolist() == flags.tolist()


def test_rules_do_not_mind_in_which_order_cells_stand() -> None:
    numbers = np.array([0, 1, 2, 3, 9, 0, 5])
    order = np.random.default_rng(5).permutation(numbers.size)
    policy = TablePolicy(zeros=Zeros.SECRET, min_units=4)

    straight = reasons(row(*numbers), policy)[:-1]
    mixed = reasons(row(*numbers[order]), policy)[:-1]

    assert mixed == [straight[place] for place in order]

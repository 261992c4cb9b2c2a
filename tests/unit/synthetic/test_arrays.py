"""Draws: stratified, so that small samples come close to their expectation."""

from __future__ import annotations

import numpy as np

from gemeinsinn.synthetic.arrays import chosen_by_weight, drawn, ranks, whole


def test_as_many_are_drawn_as_expected_give_or_take_one() -> None:
    rates = np.full(10_000, 0.0123)

    counts = {int(drawn(rates, np.random.default_rng(seed)).sum()) for seed in range(20)}

    assert counts <= {123, 124}


def test_nobody_is_drawn_at_rate_zero_and_everybody_at_rate_one() -> None:
    rates = np.array([0.0, 1.0, 0.0, 1.0])

    for seed in range(10):
        assert drawn(rates, np.random.default_rng(seed)).tolist() == [False, True, False, True]


def test_whole_numbers_keep_the_sum_of_the_expected_ones() -> None:
    expected = np.random.default_rng(1).random((7, 2, 11)) * 3

    counted = whole(expected, np.random.default_rng(2))

    assert abs(counted.sum() - expected.sum()) < 1
    assert (np.abs(counted - expected) < 1).all()


def test_ranks_count_inside_each_group() -> None:
    assert ranks(np.array([3, 3, 5, 9, 9, 9])).tolist() == [0, 1, 0, 0, 1, 2]
    assert ranks(np.array([], dtype=np.int64)).tolist() == []


def test_places_are_chosen_as_often_as_their_weights_say() -> None:
    chosen = chosen_by_weight(np.array([1.0, 0.0, 3.0]), 400, np.random.default_rng(4))

    assert np.bincount(chosen, minlength=3).tolist() == [100, 0, 300]

"""Households: nobody is left out, couples are couples, children live with somebody who could be a parent."""

from __future__ import annotations

import numpy as np

from gemeinsinn.synthetic.arrays import FEMALE, MALE
from gemeinsinn.synthetic.households import Households, formed, marital_status
from gemeinsinn.synthetic.people import Marital


def village(count: int = 4_000) -> tuple[dict[str, np.ndarray], Households]:
    rng = np.random.default_rng(3)
    people = {
        "place": rng.integers(0, 3, count),
        "age": rng.integers(0, 95, count),
        "sex": rng.integers(MALE, FEMALE + 1, count),
        "foreign": rng.random(count) < 0.1,
    }
    return people, formed(*people.values(), rng=rng)


def test_couples_are_mutual_in_one_place_and_of_two_sexes() -> None:
    people, households = village()
    paired = np.flatnonzero(households.mate >= 0)
    mate = households.mate[paired]

    assert len(paired) > 1_000
    assert (households.mate[mate] == paired).all()
    assert (people["place"][mate] == people["place"][paired]).all()
    assert (people["sex"][mate] != people["sex"][paired]).all()
    assert (people["age"][paired] >= 17).all()


def test_children_live_with_grown_ups_of_their_place_and_no_home_bursts() -> None:
    people, households = village()
    children = np.flatnonzero(households.child)
    head = households.head[children]
    sizes = np.bincount(households.head)

    assert (people["place"][head] == people["place"][children]).all()
    assert (~households.child[head]).mean() > 0.99
    gap = people["age"][head] - people["age"][children]
    assert np.quantile(gap, 0.1) > 15
    assert sizes.max() <= 12


def test_both_partners_are_married_or_neither_is() -> None:
    people, households = village()

    status = marital_status(people["age"], people["sex"], households, rng=np.random.default_rng(5))

    married = np.flatnonzero(status == Marital.VH)
    assert (status[households.mate[married]] == Marital.VH).all()
    assert (status[people["age"] < 18] == Marital.LD).all()


def test_a_place_with_children_only_leaves_them_on_their_own() -> None:
    nobody = np.zeros(3, dtype=np.int64)

    households = formed(nobody, np.array([3, 5, 9]), nobody + FEMALE, nobody > 0, rng=np.random.default_rng(1))

    assert households.head.tolist() == [0, 1, 2]

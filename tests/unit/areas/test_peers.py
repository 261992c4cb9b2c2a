"""Peers where the arithmetic has its edges: equal features, zeros under a logarithm, a single area."""

from __future__ import annotations

import numpy as np

from gemeinsinn.areas.peers import Peer, peers_of


def test_a_feature_that_is_the_same_everywhere_sets_nobody_apart() -> None:
    features = np.array([[5.0, 1.0], [5.0, 2.0], [5.0, 4.0]])

    found = peers_of(["a", "b", "c"], features, logarithmic=[False, False], count=1)

    assert [found[area][0].area for area in "abc"] == ["b", "a", "b"]


def test_areas_equally_far_off_stand_in_the_order_of_their_keys() -> None:
    features = np.array([[0.0], [1.0], [-1.0]])

    found = peers_of(["a", "c", "b"], features, logarithmic=[False], count=2)

    assert found["a"] == (Peer("b", 1.22), Peer("c", 1.22))


def test_what_has_no_logarithm_counts_as_missing() -> None:
    features = np.array([[0.0], [1.0], [10.0], [-1.0]])

    found = peers_of(["a", "b", "c", "d"], features, logarithmic=[True], count=3)

    assert found["a"] == found["d"] == ()
    assert [peer.area for peer in found["b"]] == ["c"]


def test_a_single_area_has_no_peers() -> None:
    assert peers_of(["a"], np.array([[1.0]]), logarithmic=[False], count=3) == {"a": ()}


def test_without_features_nobody_is_similar() -> None:
    assert peers_of(["a", "b"], np.zeros((2, 0)), logarithmic=[], count=3) == {"a": (), "b": ()}


def test_the_features_that_were_handed_in_are_left_as_they_are() -> None:
    features = np.array([[1.0], [10.0]])

    peers_of(["a", "b"], features, logarithmic=[True], count=1)

    assert features.tolist() == [[1.0], [10.0]]

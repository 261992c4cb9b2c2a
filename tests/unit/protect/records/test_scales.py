"""Lines and trees: what they lose, and how trees lie in arrays."""

from __future__ import annotations

import numpy as np
import pytest

from gemeinsinn.protect.records.boxes import common
from gemeinsinn.protect.records.scales import MISSING, Line, flat_tree, scales, tree_of
from gemeinsinn.protect.tables.hierarchies import from_pairs
from support.records import country


def test_a_range_loses_its_length_out_of_the_whole_line() -> None:
    line = Line(np.array([0.0, 10.0, 30.0, 100.0]))

    assert line.penalties(np.array([0, 1, 0]), np.array([0, 2, 3])).tolist() == [0.0, 0.2, 1.0]


def test_a_line_of_one_value_loses_nothing() -> None:
    assert Line(np.array([7.0])).penalties(np.array([0]), np.array([0])).tolist() == [0.0]


def test_a_code_loses_the_share_of_leaves_below_it() -> None:
    tree = country()
    north, south = tree.names.index("north"), tree.names.index("south")

    assert tree.penalties(np.array([0, north, south]), np.zeros(3)).tolist() == [1.0, 6 / 7, 1 / 7]
    assert tree.penalties(tree.leaves, tree.leaves).tolist() == [0.0] * 7


def test_two_leaves_meet_in_the_lowest_code_above_both() -> None:
    tree = country()

    def met(first: str, second: str) -> str:
        codes = sorted((tree.code_of[first], tree.code_of[second]))
        return tree.names[int(tree.common(np.array(codes[:1]), np.array(codes[1:]))[0])]

    assert met("a", "c") == "coast"
    assert met("a", "f") == "north"
    assert met("a", "city") == "country"
    assert met("a", "a") == "a"


def test_compiled_code_finds_the_same_code_above_both() -> None:
    tree = country()
    codes = np.arange(len(tree)).repeat(2).reshape(-1, 1).astype(np.int32)
    found = scales(
        [Line(np.arange(3.0)), flat_tree(["x"]), tree], np.column_stack([codes % 3, codes * 0, codes]), [1.0] * 3
    )
    shift = len(flat_tree(["x"]).names)

    for low in range(len(tree)):
        for high in range(low, len(tree)):
            expected = int(tree.common(np.array([low]), np.array([high]))[0])
            assert common(found, 2, low, high) - shift == expected


def test_a_code_that_is_divided_and_held_has_a_leaf_of_its_own() -> None:
    hierarchy = from_pairs([("a", "north"), ("b", "north"), ("north", "all")], name="h")

    tree = tree_of(hierarchy, held=["a", "north", MISSING])

    assert sorted(tree.code_of) == ["", "a", "b", "north"]
    codes = sorted([tree.code_of["north"], tree.code_of["a"]])
    assert tree.names[int(tree.common(np.array(codes[:1]), np.array(codes[1:]))[0])] == "north"
    codes = sorted([tree.code_of[MISSING], tree.code_of["a"]])
    assert tree.names[int(tree.common(np.array(codes[:1]), np.array(codes[1:]))[0])] == "all"


def test_leaves_of_a_code_are_neighbours() -> None:
    tree = country()

    below = {name: set() for name in tree.names}  # type: ignore[var-annotated]
    for code, node in enumerate(tree.leaves.tolist()):
        while node >= 0:
            below[tree.names[node]].add(code)
            node = int(tree.parent[node])

    for node, name in enumerate(tree.names):
        assert below[name] == set(range(int(tree.first[node]), int(tree.last[node]) + 1))


def test_cutting_a_code_with_one_large_branch_gains_more_for_each_halving() -> None:
    """Nine out of ten have one branch: they are told exactly at the price of a small part of a halving."""
    tree, line = flat_tree(["most", "rest"]), Line(np.arange(2.0))
    even = np.array([[0, 0], [1, 1]] * 50, dtype=np.int32)
    skewed = np.array([[0, 0]] * 90 + [[1, 1]] * 10, dtype=np.int32)

    gains = [float(scales([tree, line], codes, [1.0, 1.0]).gain[0]) for codes in (even, skewed)]

    assert gains[0] == pytest.approx(1.0)
    assert gains[1] == pytest.approx(1 / 0.469, rel=1e-3)


def test_outermost_records_do_not_stretch_a_line() -> None:
    """One millionaire would make all others alike: between 0 and 99, everybody else keeps a place."""
    line = Line(np.array([*np.arange(100.0), 1e6]))
    counts = np.array([100] * 100 + [1])

    positions = line.positions(counts)

    assert positions[50] == pytest.approx(0.5, abs=0.02)
    assert positions[100] == 1.0

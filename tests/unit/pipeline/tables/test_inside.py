"""What somebody learns who knows cells of his own: against all whole tables that go with what he knows."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

import numpy as np
import pytest

from gemeinsinn.pipeline.tables.inside import Knowledge, learnt
from gemeinsinn.protect.tables.hierarchies import flat
from gemeinsinn.protect.tables.model import TableModel, product_table


AREAS, SEXES = flat(["1", "2", "3"], name="area"), flat(["m", "w", "d"], name="sex")


def tables(rng: np.random.Generator, lowest: int) -> Iterator[tuple[TableModel, np.ndarray]]:
    """Small tables, and which of their smallest cells are hidden."""
    for _ in range(20):
        inner = rng.integers(lowest, 4, (3, 3))
        model = product_table({"area": AREAS, "sex": SEXES}, inner.astype(float))
        hidden = np.zeros((4, 4), dtype=np.bool_)
        hidden[1:, 1:] = rng.random((3, 3)) < 0.75
        yield model, hidden.reshape(-1)


def possible(model: TableModel, hidden: np.ndarray, lowest: int) -> np.ndarray:
    """All whole tables with the same shown cells, one a row."""
    values = model.values.reshape(4, 4)
    lines = [list(_lines(values[a], hidden.reshape(4, 4)[a], lowest)) for a in (1, 2, 3)]
    found = [
        np.concatenate([values[0], *([line.sum(), *line] for line in map(np.array, chosen))])
        for chosen in product(*lines)
        if (np.sum(chosen, axis=0) == values[0, 1:]).all()
    ]
    return np.array(found)


def _lines(line: np.ndarray, hidden: np.ndarray, lowest: int) -> Iterator[tuple[int, ...]]:
    total = int(line[0])
    ranges = [range(lowest, total + 1) if gap else (int(n),) for n, gap in zip(line[1:], hidden[1:], strict=True)]
    return (each for each in product(*ranges) if sum(each) == total)


@pytest.mark.parametrize("lowest", [0, 1])
def test_he_learns_the_cells_that_are_the_same_in_all_tables_that_go_with_his_own(lowest: int) -> None:
    """Seen to fail when tables counted that do not agree with what he knows, and when bounds were left out."""
    for model, hidden in tables(np.random.default_rng(lowest), lowest):
        every = possible(model, hidden, lowest)
        for own in np.flatnonzero(hidden).tolist():
            knowledge = [Knowledge(np.array([own]), np.array([float(value)])) for value in (1, 2)]

            found = {
                float(each.knowledge.values[0]): each
                for each in learnt(model, hidden, knowledge, hidden, lowest=lowest)
            }

            for value in (1, 2):
                agreeing = every[every[:, own] == value]
                same = (np.ptp(agreeing, axis=0) == 0) & hidden if agreeing.size else np.zeros(16, dtype=np.bool_)
                same[own] = False
                cells = found[value].cells.tolist() if value in found else []
                assert cells == np.flatnonzero(same).tolist()
                assert not cells or (found[value].values == agreeing[0, cells]).all()


def test_of_a_cell_in_no_equation_nobody_learns_anything() -> None:
    model = product_table({"area": AREAS}, np.array([1.0, 2.0, 3.0]))
    alone = TableModel(model.values, model.equations[:0], model.labels)
    hidden = np.ones(4, dtype=np.bool_)

    assert list(learnt(alone, hidden, [Knowledge(np.array([0]), np.array([1.0]))], hidden, lowest=0.0)) == []


def test_cells_that_are_not_asked_about_are_not_told() -> None:
    model = product_table({"area": flat(["1", "2"], name="area")}, np.array([1.0, 2.0]))
    hidden, nothing = np.array([False, True, True]), np.zeros(3, dtype=np.bool_)
    own = [Knowledge(np.array([1]), np.array([1.0]))]

    assert [each.cells.tolist() for each in learnt(model, hidden, own, hidden, lowest=1.0)] == [[2]]
    assert list(learnt(model, hidden, own, nothing, lowest=1.0)) == []

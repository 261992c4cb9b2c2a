"""A solver's deviations in whole numbers: exact, as few as need be, and never one that is none."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, strategies as st
from scipy import sparse

from gemeinsinn.errors import DisclosureError
from gemeinsinn.protect.tables.exact import Exact, Piece, Scaled, scaled
from gemeinsinn.protect.tables.hierarchies import flat
from gemeinsinn.protect.tables.model import TableModel, product_table
from gemeinsinn.protect.tables.needs import Needs, neighbours
from support.attacks import witnesses_of


def table(counts: Sequence[Sequence[float]]) -> TableModel:
    areas = flat([f"A{at}" for at in range(len(counts))], name="area")
    sexes = flat([f"s{at}" for at in range(len(counts[0]))], name="sex")
    return product_table({"area": areas, "sex": sexes}, np.array(counts, dtype=float))


def inner(model: TableModel, rows: int, columns: int) -> np.ndarray:
    """All cells but totals."""
    hidden = np.zeros((rows + 1, columns + 1), dtype=bool)
    hidden[1:, 1:] = True
    assert hidden.size == model.cells
    return hidden.reshape(-1)


def whole(model: TableModel, hidden: np.ndarray, needs: Needs) -> Scaled:
    may_move = hidden & (model.values > 0)
    return scaled(model.values, model.equations, may_move, up=needs.up, down=needs.down, signed=False)


def check(exact: Exact, pieces: Sequence[Piece]) -> None:
    for piece in pieces:
        dense = np.zeros(exact.table.hidden.size, dtype=np.int64)
        dense[piece.places] = piece.deviations
        assert not (exact.table.equations @ dense).any()
        assert (exact.room * piece.divisor + dense >= 0).all()


def furthest(exact: Exact, sign: int) -> np.ndarray:
    """How far each cell goes, rounded down, in the piece that takes it furthest."""
    found = np.zeros(exact.table.hidden.size, dtype=np.int64)
    for piece in exact.pieces:
        found[piece.places] = np.maximum(found[piece.places], sign * piece.deviations // piece.divisor)
    return found


@given(st.lists(st.integers(0, 9), min_size=12, max_size=12), st.integers(1, 9), st.floats(-4e-9, 4e-9))
def test_whatever_can_be_reached_is_reached_in_whole_numbers(counts: list[int], mix: int, noise: float) -> None:
    """Mixed and noisy solutions of an independent solver. Planted fault: needs compared without the divisor."""
    model = table(np.array(counts).reshape(4, 3).tolist())
    hidden = inner(model, 4, 3) & (model.values > 0)
    primary = hidden & (model.values < 3)
    needs = neighbours(model.values, primary)
    rough = witnesses_of(model, hidden, needs).toarray()
    reached = Needs(
        np.where(primary & (rough.max(axis=0, initial=0) > 1 - 1e-6), needs.up, 0.0),
        np.where(primary & (-rough.min(axis=0, initial=0) > needs.down - 1e-6), needs.down, 0.0),
    )
    blended = (rough * (10 - mix) + np.roll(rough, 1, axis=0) * mix) / 10 + noise * (rough != 0)
    exact = Exact(whole(model, hidden, reached))

    exact.add_useful(sparse.csr_matrix(np.vstack([blended, rough])))

    assert exact.missing.size == 0
    check(exact, exact.pieces)
    assert (furthest(exact, 1) >= exact.asked_up).all()
    assert (furthest(exact, -1) >= exact.asked_down).all()


def test_a_need_that_no_witness_reaches_is_asked_of_the_solver_once_more() -> None:
    model = table([[5, 1, 4], [7, 4, 2], [9, 2, 6]])
    hidden = inner(model, 3, 3)
    needs = neighbours(model.values, hidden & (model.values < 3))
    exact = Exact(whole(model, hidden, needs))

    exact.add_useful(sparse.csr_matrix((0, model.cells)))

    assert exact.missing.size == 0
    check(exact, exact.pieces)
    assert max(piece.places.size for piece in exact.pieces) == 4


def test_a_need_that_cannot_be_reached_stays_missing() -> None:
    model = table([[5, 1], [7, 4]])
    hidden = np.zeros(9, dtype=bool)
    hidden[[4, 5]] = True
    exact = Exact(whole(model, hidden, neighbours(model.values, hidden & (model.values < 3))))

    exact.add_useful(sparse.csr_matrix((0, model.cells)))

    assert exact.missing.tolist() == [5]


def test_a_deviation_that_is_none_is_refused() -> None:
    model = table([[5, 1, 4], [7, 4, 2], [9, 2, 6]])
    hidden = inner(model, 3, 3)
    exact = Exact(whole(model, hidden, neighbours(model.values, hidden & (model.values < 3))))
    wrong = np.zeros(model.cells)
    wrong[np.flatnonzero(hidden)[:3]] = 1.0

    assert not exact.add(wrong)
    assert exact.pieces == []


def test_decimals_become_whole_in_their_smallest_unit_and_needs_are_rounded_down() -> None:
    model = table([[5.25, 1.5], [7, 4]])
    hidden = inner(model, 2, 2)

    found = whole(model, hidden, Needs(np.full(9, 0.255), np.zeros(9)))

    assert found.scale == 100
    assert found.values.tolist() == [1775, 1225, 550, 675, 525, 150, 1100, 700, 400]
    assert set(found.up.tolist()) == {25}


def test_values_with_too_many_decimals_are_refused_with_the_remedy() -> None:
    model = table([[1 / 3, 1.5], [7, 4]])

    with pytest.raises(DisclosureError, match="at most six decimals"):
        whole(model, inner(model, 2, 2), Needs(np.zeros(9), np.zeros(9)))

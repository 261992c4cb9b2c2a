"""Deviations in general position: whole numbers that fulfil all equations and tie no more cells than the equations do."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, strategies as st
from scipy import sparse

from gemeinsinn.protect.tables.hierarchies import flat
from gemeinsinn.protect.tables.model import product_table
from gemeinsinn.protect.tables.nullspace import Nullspace


def equations_of(hidden: np.ndarray, sizes: tuple[int, ...]) -> sparse.csr_matrix:
    names = [flat([f"{axis}{at}" for at in range(size)], name="d") for axis, size in enumerate(sizes)]
    model = product_table({f"d{axis}": name for axis, name in enumerate(names)}, np.ones(sizes))
    return sparse.csr_matrix(sparse.csc_matrix(model.equations)[:, np.flatnonzero(hidden)])


def null_dimension(equations: sparse.csr_matrix) -> int:
    dense = equations.toarray().astype(float)
    return int(dense.shape[1] - np.linalg.matrix_rank(dense)) if dense.size else dense.shape[1]


@given(st.lists(st.booleans(), min_size=48, max_size=48), st.integers(0, 99))
def test_random_deviations_fulfil_all_equations_and_span_all_that_there_are(flags: list[bool], seed: int) -> None:
    """Against the rank by singular values. Planted fault: one cell that is never dealt."""
    hidden = np.array([True, *flags[1:]])
    equations = equations_of(hidden, (3, 2, 3))
    space = Nullspace(equations, np.random.default_rng(seed))
    dimension = null_dimension(equations)

    found = [space.random() for _ in range(dimension + 2)]

    rows = np.array(found).reshape(-1, equations.shape[1])
    assert not (equations @ rows.T).any()
    assert np.linalg.matrix_rank(rows.astype(float)) == dimension


def test_a_smaller_share_moves_fewer_cells() -> None:
    equations = equations_of(np.ones(7 * 7, dtype=bool), (6, 6))
    space = Nullspace(equations, np.random.default_rng(1))

    all_cells, few = space.random(), space.random(share=0.05)

    assert np.count_nonzero(few) < np.count_nonzero(all_cells)


def test_a_piece_with_too_large_denominators_stays_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gemeinsinn.protect.tables.nullspace._MOST", 2)
    equations = sparse.csr_matrix(np.array([[7, 3, 0, 0], [0, 0, 1, 1]]))

    found = [Nullspace(equations, np.random.default_rng(seed)).random() for seed in range(20)]

    assert any(not each[:2].any() for each in found)
    assert all(each[2:].any() for each in found)

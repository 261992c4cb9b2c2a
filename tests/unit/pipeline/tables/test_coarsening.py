"""Coarsening: the combination of levels without a primary cell that keeps most of the table."""

from __future__ import annotations

from itertools import product
from pathlib import Path

import numpy as np

from gemeinsinn.pipeline.tables.coarsening import Coarsened, coarsened
from gemeinsinn.protect.tables.policy import TablePolicy
from gemeinsinn.protect.tables.rules import primary_cells
from support.tables import read


AREAS = "region,area\nNorth,1\nNorth,2\nSouth,3\nSouth,4\n"


def cells(**numbers: int) -> str:
    """Four areas by two ages by two sexes, 20 in each cell but those that are named, e.g. `a1yw=1`."""
    rows = product("1234", "yo", "mw")
    return "area,age,sex,count\n" + "".join(f"{a},{g},{s},{numbers.get(f'a{a}{g}{s}', 20)}\n" for a, g, s in rows)


def found(folder: Path, text: str) -> Coarsened | None:
    whole = read(folder, text, hierarchies={"area": AREAS})
    return coarsened(whole.table, whole.places, primary_cells(whole.model, TablePolicy()).mask)


def test_a_table_without_primary_cells_stays_as_it_is(tmp_path: Path) -> None:
    left = found(tmp_path, cells())

    assert left is not None
    assert left.kept.all()
    assert left.dropped == {}


def test_the_level_is_left_out_that_costs_least(tmp_path: Path) -> None:
    """Without single areas 27 of the 63 cells are left, without ages or without sexes 21."""
    left = found(tmp_path, cells(a1yw=1))

    assert left is not None
    assert (dict(left.dropped), int(left.kept.sum())) == ({"area": 1}, 27)
    assert left.words == "levels left out: 1 of 'area'; 36 of 63 cells"


def test_levels_of_several_dimensions_go_where_one_is_not_enough(tmp_path: Path) -> None:
    left = found(tmp_path, cells(a1yw=1, a2yw=0, a1ow=0, a2ow=1, a3yw=1, a3ow=0, a4yw=0, a4ow=1))

    assert left is not None
    assert dict(left.dropped) == {"sex": 1}


def test_no_cell_that_stays_is_primary_and_every_part_of_it_stays_with_its_neighbours(tmp_path: Path) -> None:
    """Seen to fail when the deepest codes were dropped only where they were primary."""
    rng = np.random.default_rng(11)
    for _ in range(20):
        numbers = {f"a{a}{g}{s}": int(rng.integers(0, 6)) for a, g, s in product("1234", "yo", "mw")}
        whole = read(tmp_path, cells(**numbers), hierarchies={"area": AREAS})
        primary = primary_cells(whole.model, TablePolicy()).mask

        left = coarsened(whole.table, whole.places, primary)

        assert left is not None
        assert not (left.kept & primary).any()
        equations = abs(whole.model.equations)
        inside = equations @ left.kept.astype(np.int64)
        wholes = np.asarray((whole.model.equations < 0) @ left.kept.astype(np.int64))
        assert set(inside) <= {0, 1, *np.diff(equations.indptr)}
        assert ((inside == 0) | (wholes == 1) | (inside == wholes)).all()


def test_where_even_the_total_is_primary_nothing_is_left(tmp_path: Path) -> None:
    whole = read(tmp_path, "area,count\n1,2\n2,0\n")

    assert coarsened(whole.table, whole.places, primary_cells(whole.model, TablePolicy()).mask) is None


def test_an_empty_table_is_nothing_to_coarsen(tmp_path: Path) -> None:
    whole = read(tmp_path, "area,count\n")

    assert coarsened(whole.table, whole.places, np.zeros(0, dtype=np.bool_)) is None

"""What is shown of a table by each method but gaps, and what everybody may conclude from it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from gemeinsinn.errors import DisclosureError
from gemeinsinn.pipeline.tables.assembly import Assembled
from gemeinsinn.pipeline.tables.methods import (
    Treated,
    coarsened_table,
    deviated_table,
    rounded_table,
    withheld_table,
)
from gemeinsinn.protect.tables.pattern import FREE, PRIMARY, SECONDARY
from gemeinsinn.protect.tables.policy import Attacker, Method, TablePolicy, Zeros
from gemeinsinn.protect.tables.rules import primary_cells
from support.tables import SMALL, read


ROUND = TablePolicy(method=Method.ROUND)
DEVIATE = TablePolicy(method=Method.CELL_KEY)
SECRET = bytes(range(32))
LATENT = SMALL.replace("count\n", "count,state\n").replace("1,m,1", "1,m,1,latent").replace("9\n", "9,\n")


def latent(folder: Path) -> Assembled:
    """The table whose smallest cell is not published."""
    rows = [line if line.count(",") == 3 else f"{line}," for line in LATENT.splitlines()]
    return read(folder, "\n".join(rows) + "\n")


def of(whole: Assembled, treated: Treated, *codes: str) -> int:
    """The place of a cell."""
    assert treated.outcome.pattern.size == whole.model.cells
    return next(cell for cell in range(whole.model.cells) if whole.model.labels.of(cell) == codes)


def test_rounded_numbers_are_multiples_and_the_true_ones_lie_in_what_they_say(tmp_path: Path) -> None:
    whole = read(tmp_path, SMALL)

    found = rounded_table(whole, ROUND)

    assert found.outcome.numbers is not None
    assert found.low is not None
    assert found.high is not None
    assert not (found.outcome.numbers % 5).any()
    assert (found.low <= whole.model.values).all()
    assert (whole.model.values <= found.high).all()
    assert (found.outcome.pattern == FREE).all()
    assert "multiples of 5" in found.notes[0]


def test_what_rounding_leaves_open_has_to_stay_open(tmp_path: Path) -> None:
    """One who is shown as nobody must be able to be nobody. Seen to fail when nothing was asked for later releases."""
    whole = read(tmp_path, SMALL)

    found = rounded_table(whole, ROUND)

    one, nine = of(whole, found, "1", "m"), of(whole, found, "1", "w")
    assert (found.needs.down[one], found.needs.up[one]) == (1, 0)
    assert (found.needs.down[nine], found.needs.up[nine]) == (0, 0)


def test_secret_zeros_must_be_able_to_be_somebody(tmp_path: Path) -> None:
    whole = read(tmp_path, SMALL.replace("1,m,1", "1,m,0"))

    found = rounded_table(whole, replace(ROUND, zeros=Zeros.SECRET))

    assert found.needs.up[of(whole, found, "1", "m")] == 1


def test_a_deviating_number_says_within_how_many_its_count_lies_and_one_above_zero_that_somebody_is_there(
    tmp_path: Path,
) -> None:
    """Seen to fail when 3 said that there may be nobody: a zero is always shown as zero."""
    text = "area,count\n" + "".join(f"{area},{area % 12}\n" for area in range(200))
    whole = read(tmp_path, text)

    found = deviated_table(whole, DEVIATE, SECRET)

    assert found.outcome.numbers is not None
    assert found.low is not None
    assert found.high is not None
    shown = found.outcome.numbers
    assert (found.low <= whole.model.values).all()
    assert (whole.model.values <= found.high).all()
    assert (found.low[shown == 0] == 0).all()
    assert (found.low[(shown > 0) & (shown < 5)] == 1).all()
    assert found.report["audit"] == "none"


@pytest.mark.parametrize("method", [Method.ROUND, Method.CELL_KEY])
def test_what_is_not_published_gets_no_number_by_any_method(method: Method, tmp_path: Path) -> None:
    """Seen to fail when latent cells were shown with a rounded number."""
    whole = latent(tmp_path)

    found = rounded_table(whole, ROUND) if method is Method.ROUND else deviated_table(whole, DEVIATE, SECRET)

    hidden = np.flatnonzero(found.outcome.pattern != FREE)
    assert [whole.model.labels.of(cell) for cell in hidden.tolist()] == [("1", "m")]


def test_coarsening_leaves_no_primary_cell(tmp_path: Path) -> None:
    whole = read(tmp_path, SMALL)
    primary = primary_cells(whole.model, TablePolicy())

    found = coarsened_table(whole, TablePolicy(method=Method.COARSEN), primary)

    kept = found.outcome.kept
    assert kept is not None
    assert not (kept & primary.mask).any()
    assert (found.outcome.pattern[kept] == FREE).all()
    assert found.outcome.pattern[of(whole, found, "1", "m")] == PRIMARY
    assert found.outcome.pattern[of(whole, found, "1", "w")] == SECONDARY
    assert found.notes == ("levels left out: 1 of 'sex'; 8 of 12 cells.",)


def test_where_not_even_the_total_may_be_shown_the_table_is_refused(tmp_path: Path) -> None:
    whole = read(tmp_path, "area,count\n1,1\n2,1\n")
    primary = primary_cells(whole.model, TablePolicy())

    with pytest.raises(DisclosureError, match="even the coarsest totals may not be shown"):
        coarsened_table(whole, TablePolicy(method=Method.COARSEN), primary)


def test_a_table_without_cells_is_not_coarsened(tmp_path: Path) -> None:
    whole = read(tmp_path, "area,count\n")

    with pytest.raises(DisclosureError, match="the table has no cells"):
        coarsened_table(whole, TablePolicy(), primary_cells(whole.model, TablePolicy()))


def test_of_a_table_that_is_withheld_nothing_is_free(tmp_path: Path) -> None:
    whole = read(tmp_path, SMALL)

    found = withheld_table(whole, primary_cells(whole.model, TablePolicy()))

    assert not (found.outcome.pattern == FREE).any()
    assert (found.outcome.pattern == PRIMARY).sum() == 1


PAIRS = "area,sex,count\n1,m,1\n1,w,2\n2,m,40\n2,w,50\n"


def test_coarsening_goes_on_where_somebody_inside_could_recompute_another(tmp_path: Path) -> None:
    """Whoever is alone among the men of area 1 knows from its total of 3 that there are two women.

    Seen to fail when levels were chosen by primary cells alone.
    """
    whole = read(tmp_path, PAIRS)
    primary = primary_cells(whole.model, TablePolicy())
    outside = TablePolicy(method=Method.COARSEN, zeros=Zeros.STRUCTURAL)
    inside = replace(outside, attackers=(Attacker.OUTSIDER, Attacker.INSIDER))

    found = [coarsened_table(whole, policy, primary).outcome.kept for policy in (outside, inside)]

    shown = [
        {whole.model.labels.of(cell) for cell in np.flatnonzero(kept).tolist()} for kept in found if kept is not None
    ]
    assert shown[0] == {("Total", "Total"), ("1", "Total"), ("2", "Total")}
    assert shown[1] == {("Total", "Total"), ("Total", "m"), ("Total", "w")}


def test_coarsening_goes_on_where_a_total_tells_that_its_parts_are_small(tmp_path: Path) -> None:
    """Two who are not nobody are three together: one and two. Seen to fail when only shown cells were looked at."""
    whole = read(tmp_path, PAIRS)

    kept = coarsened_table(whole, TablePolicy(), primary_cells(whole.model, TablePolicy())).outcome.kept

    assert kept is not None
    assert not kept[[whole.model.labels.of(cell) == ("1", "Total") for cell in range(whole.model.cells)]].any()

"""Published tables read back: what is shown, what is hidden, and several of them as one."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest

from gemeinsinn.errors import GemeinsinnError
from gemeinsinn.pipeline.tables import published, together as joining
from gemeinsinn.pipeline.tables.published import LEFT_OUT, UNTOLD, PublicTable, read_published
from gemeinsinn.pipeline.tables.together import Together, together
from gemeinsinn.protect.tables.pattern import FREE, PRIMARY, SECONDARY
from gemeinsinn.protect.tables.policy import Method, TablePolicy
from support.messages import unprovoked
from support.tables import table_file


OUT = """area,sex,count,state
1,m,,primary
1,w,,secondary
2,m,,secondary
2,w,,secondary
3,m,5,free
3,w,6,free
1,Total,10,free
2,Total,15,free
3,Total,11,free
Total,m,14,free
Total,w,22,free
Total,Total,36,free
"""


def public(
    folder: Path, text: str = OUT, policy: TablePolicy | None = None, name: str = "out.csv", **hierarchies: str
) -> PublicTable:
    paths = {each: table_file(folder, content, f"{each}.csv") for each, content in hierarchies.items()}
    return read_published(table_file(folder, text, name), policy or TablePolicy(), paths)


def test_gaps_are_no_numbers_and_states_are_as_they_are_written(tmp_path: Path) -> None:
    table = public(tmp_path)

    assert np.isnan(table.shown[:4]).all()
    assert table.shown[4:].tolist() == [5, 6, 10, 15, 11, 14, 22, 36]
    assert table.states.tolist() == [PRIMARY, *[SECONDARY] * 3, *[FREE] * 8]
    assert table.labels.rows[6] == ("1", "Total")


def test_the_equations_speak_of_the_rows_in_their_order(tmp_path: Path) -> None:
    """Seen to fail when the cells of the equations stood in the order of the codes."""
    full = OUT.replace("1,m,,primary", "1,m,1,free").replace("1,w,,secondary", "1,w,9,free")
    full = full.replace("2,m,,secondary", "2,m,8,free").replace("2,w,,secondary", "2,w,7,free")
    lines = full.splitlines(keepends=True)
    mixed = lines[0] + "".join(lines[1:][at] for at in np.random.default_rng(3).permutation(len(lines) - 1))

    table = public(tmp_path, mixed)

    assert table.equations.shape == (7, 12)
    assert not (table.equations @ table.shown).any()


def test_without_a_column_of_states_an_empty_number_is_hidden(tmp_path: Path) -> None:
    text = "\n".join(line.rpartition(",")[0] for line in OUT.splitlines())

    assert public(tmp_path, text).states.tolist() == [UNTOLD] * 4 + [FREE] * 8


def test_units_are_not_asked_for_again(tmp_path: Path) -> None:
    text = "area,value,units,largest_1,state\n1,,,,primary\n2,,,,secondary\nTotal,99.5,,,free\n"

    table = public(tmp_path, text, TablePolicy(units=("person", "provider")))

    assert table.shown[2] == 99.5


WRONG = {
    "state": (OUT.replace("1,w,,secondary", "1,w,,second"), "out.csv, row 3 (area=1, sex=w): `state` is 'second'. Did"),
    "no word": (OUT.replace("1,w,,secondary", "1,w,,x"), "`state` is 'x'. Allowed: free, primary, secondary; without"),
    "free gap": (
        OUT.replace("3,m,5,free", "3,m,,free"),
        "row 6 (area=3, sex=m): this cell is free, and shows no number.",
    ),
    "sum": (
        OUT.replace("3,m,5,free", "3,m,4,free"),
        "the cell area=3, sex=Total is 11, but its parts add up to 10 (4 + 6)",
    ),
    "missing": (OUT.replace("3,m,5,free\n", ""), "the cell area=3, sex=m is missing."),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_mistake_in_a_published_table_is_named(name: str, tmp_path: Path) -> None:
    text, words = WRONG[name]

    assert words in refusal(tmp_path, text)


def refusal(folder: Path, text: str) -> str:
    with pytest.raises(GemeinsinnError) as told:
        public(folder, text)
    assert told.value.exit_code == 4
    return str(told.value)


def test_rounded_numbers_need_not_add_up(tmp_path: Path) -> None:
    text = "area,count,state\n1,5,free\n2,5,free\nTotal,15,free\n"

    assert public(tmp_path, text, TablePolicy(method=Method.ROUND)).shown.tolist() == [5, 5, 15]


def joined(folder: Path, *texts: str, hierarchies: Mapping[str, str] | None = None) -> Together:
    tables = [public(folder, text, name=f"t{at}.csv", **(hierarchies or {})) for at, text in enumerate(texts)]
    return together(tables, lowest=0.0)


def test_a_table_alone_is_itself(tmp_path: Path) -> None:
    found = joined(tmp_path, OUT)

    assert found.labels.rows[0] == ("1", "m")
    assert found.unknown.sum() == 4
    assert found.cells[0].tolist() == list(range(12))


def test_a_cell_that_an_earlier_table_shows_is_known(tmp_path: Path) -> None:
    earlier = OUT.replace("1,m,,primary", "1,m,1,free").replace("1,w,,secondary", "1,w,9,free")

    found = joined(tmp_path, OUT, earlier)

    assert found.unknown.sum() == 2
    assert found.shown[found.cells[0]][:2].tolist() == [1, 9]
    assert found.labels.rows == joined(tmp_path, OUT).labels.rows


def test_tables_with_other_dimensions_share_their_margins(tmp_path: Path) -> None:
    ages = "area,age,count,state\n1,y,4,free\n1,o,6,free\n2,y,7,free\n2,o,8,free\n3,y,5,free\n3,o,6,free\nTotal,y,16,free\n"

    found = joined(tmp_path, OUT, ages + "1,Total,10,free\n")

    assert found.labels.dimensions == ("area", "sex", "age")
    assert found.shown.size == 12 + 8
    assert found.labels.rows[found.cells[1][0]] == ("1", "", "y")


def test_a_total_that_is_left_out_is_known_where_its_parts_are(tmp_path: Path) -> None:
    lines = [line for line in OUT.splitlines() if not line.startswith(("3,Total", "1,Total", "2,Total", "Total"))]

    table = public(tmp_path, "\n".join(lines))

    left_out = {table.labels.rows[at]: table.shown[at] for at in np.flatnonzero(table.states == LEFT_OUT).tolist()}
    assert len(left_out) == 6
    assert left_out["3", "Total"] == 11
    assert np.isnan(left_out["1", "Total"])


def test_a_total_of_a_part_is_no_total_of_everything(tmp_path: Path) -> None:
    """The whole table of one county is one number of a table of the country."""
    areas = "child,parent\n1,North\n2,North\n3,South\nNorth,Country\nSouth,Country\n"
    north = "area,count,state\n1,5,free\n2,6,free\nNorth,11,free\n"
    country = "area,count,state\nNorth,11,free\nSouth,9,free\nCountry,20,free\n"

    found = joined(tmp_path, north, country, hierarchies={"area": areas})

    assert sorted(found.shown.tolist()) == [5, 6, 9, 11, 20]


def test_a_corrected_number_is_two_cells_and_so_is_what_may_have_changed_with_it(tmp_path: Path) -> None:
    """Area 1 was corrected from 10 to 12, and among its hidden parts, too; in area 2 nothing speaks of a change."""
    corrected = (
        OUT.replace("1,Total,10", "1,Total,12").replace("Total,w,22", "Total,w,24").replace("36,free", "38,free")
    )

    found = joined(tmp_path, OUT, corrected)

    first, second = found.cells
    assert first[6] != second[6]
    assert first[2] == second[2]
    assert first[1] == second[1] or found.changed >= {frozenset({("area", "1"), ("sex", "w")})}


def test_hidden_cells_are_one_unless_the_tables_then_contradict_each_other(tmp_path: Path) -> None:
    """With area 1, m and its total 3 in both, w would have to be 2 and 4."""
    one = "area,count,state\n1,,primary\n2,,secondary\nTotal,5,free\n"
    other = one.replace("5", "7")

    same, corrected = joined(tmp_path, one, one), joined(tmp_path, one, other)

    assert (same.shown.size, corrected.shown.size) == (3, 6)
    assert corrected.changed == {frozenset(), frozenset({("area", "1")}), frozenset({("area", "2")})}


def test_numbers_behind_which_nothing_fits_are_refused(tmp_path: Path) -> None:
    text = "area,sex,count,state\n1,m,5,free\n1,w,,primary\n2,m,5,free\n2,w,,primary\n1,Total,4,free\n2,Total,9,free\n"
    text += "Total,m,10,free\nTotal,w,3,free\nTotal,Total,13,free\n"

    with pytest.raises(GemeinsinnError, match=r"t0\.csv: no numbers behind the gaps fit the totals that are shown\."):
        joined(tmp_path, text)


@pytest.mark.parametrize("module", [published, joining])
def test_every_message_about_a_published_table_is_provoked_here(module: object, tmp_path: Path) -> None:
    messages = [refusal(tmp_path, text) for text, _ in WRONG.values()]

    assert unprovoked(module, [*messages, "no numbers behind the gaps fit the totals that are shown."]) == []

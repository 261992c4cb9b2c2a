"""Reading a table from files: what is taken for what, and one wrong file for every mistake."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pytest

from gemeinsinn.errors import GemeinsinnError
from gemeinsinn.pipeline.tables import assembly, columns, csv_file, hierarchy_files, numbers, reading, totals
from gemeinsinn.pipeline.tables.structure import base_of, equations_of
from gemeinsinn.protect.tables import hierarchies
from gemeinsinn.protect.tables.model import ProductLabels
from gemeinsinn.protect.tables.policy import TablePolicy, Zeros
from gemeinsinn.protect.tables.rules import primary_cells
from support.messages import unprovoked
from support.tables import SMALL, by_label, read, table_file


AREAS = "child,parent\n1,North\n2,North\n3,South\nNorth,County\nSouth,County\n"


def test_totals_that_are_left_out_are_added_up(tmp_path: Path) -> None:
    whole = read(tmp_path, SMALL)

    assert whole.model.cells == 12
    assert by_label(whole)["Total", "Total"] == 36
    assert by_label(whole)["1", "Total"] == 10
    assert whole.derived.size == 6
    assert not (whole.model.equations @ whole.model.values).any()


def test_totals_in_the_table_are_the_same_cells_as_derived_ones(tmp_path: Path) -> None:
    totals_too = SMALL + "Total,m,14\nTotal,w,22\n1,Total,10\n2,Total,15\n3,Total,11\nTotal,Total,36\n"

    assert by_label(read(tmp_path, totals_too)) == by_label(read(tmp_path, SMALL))
    assert read(tmp_path, totals_too).derived.size == 0


@pytest.mark.parametrize(
    "text",
    [
        SMALL.replace(",", ";"),
        SMALL.replace(",", "\t"),
        "\ufeff" + SMALL,
        SMALL.replace("\n", "\r\n"),
        SMALL + "\n,,\n",
    ],
    ids=["semicolon", "tab", "byte order mark", "Windows", "blank rows"],
)
def test_a_table_is_the_same_however_its_file_is_written(tmp_path: Path, text: str) -> None:
    assert by_label(read(tmp_path, text)) == by_label(read(tmp_path, SMALL))


def test_a_hierarchy_of_pairs_is_that_of_one_column_a_level(tmp_path: Path) -> None:
    levels = "region,area\nNorth,1\nNorth,2\nSouth,3\n"

    pairs = by_label(read(tmp_path, SMALL, hierarchies={"area": AREAS.replace("County", "Total")}))

    assert pairs["North", "m"] == 9
    assert len(pairs) == 18
    assert by_label(read(tmp_path, SMALL, hierarchies={"area": levels})) == pairs


def test_the_root_of_a_hierarchy_may_be_called_total(tmp_path: Path) -> None:
    named = by_label(read(tmp_path, SMALL + "Total,m,14\n", hierarchies={"area": AREAS}))

    assert named["County", "m"] == 14


def test_what_all_rows_of_a_hierarchy_share_at_the_coarse_end_is_its_root(tmp_path: Path) -> None:
    levels = "state,region,area\nS,North,1\nS,North,2\nS,South,3\n"

    cells = by_label(read(tmp_path, SMALL, hierarchies={"area": levels}))

    assert cells["S", "Total"] == 36
    assert len(cells) == 18


def test_a_hierarchy_may_be_larger_than_the_table(tmp_path: Path) -> None:
    """Seen to fail when the codes of the other county were asked for."""
    country = AREAS + "County,Country\nElsewhere,Country\n9,Elsewhere\n1a,1\n1b,1\n"

    whole = read(tmp_path, SMALL, hierarchies={"area": country})

    assert by_label(whole)["County", "Total"] == 36
    assert whole.model.cells == 18
    assert whole.table.dimensions["area"].codes == ("County", "North", "South", "1", "2", "3")
    assert whole.table.roots == {"sex": "Total"}


def test_nothing_is_added_up_over_what_the_policy_keeps_apart(tmp_path: Path) -> None:
    text = "year,sex,count\n2023,m,4\n2023,w,5\n2024,m,6\n2024,w,7\n"

    cells = by_label(read(tmp_path, text, TablePolicy(separate=("year",))))

    assert cells == {
        ("2023", "Total"): 9, ("2023", "m"): 4, ("2023", "w"): 5,
        ("2024", "Total"): 13, ("2024", "m"): 6, ("2024", "w"): 7,
    }  # fmt: skip


def test_linked_tables_in_one_file_share_their_margins(tmp_path: Path) -> None:
    """Area by age and area by sex, but not age by sex: one model without the cells that nobody counts."""
    text = "area,age,sex,count\n"
    text += "".join(f"{area},{age},Total,{5 + at}\n" for at, (area, age) in enumerate(["1y", "1o", "2y", "2o"]))
    text += "1,Total,m,4\n1,Total,w,7\n2,Total,m,8\n2,Total,w,7\n"

    whole = read(tmp_path, text)

    assert by_label(whole)["1", "Total", "Total"] == 11
    assert by_label(whole)["Total", "y", "Total"] == 12
    assert ("1", "y", "m") not in by_label(whole)
    assert whole.model.cells == 15
    assert not (whole.model.equations @ whole.model.values).any()
    assert whole.model.equations.shape[0] == 3 + 3 + 3 + 3 - 1 - 1 + 1
    assert whole.model.base is not None
    assert whole.model.base.shape == (15, 8)


def test_a_linked_model_has_the_equations_of_the_product_where_all_cells_are_there(tmp_path: Path) -> None:
    whole = read(tmp_path, SMALL, hierarchies={"area": AREAS})
    held = np.arange(whole.model.cells)
    assert isinstance(whole.model.labels, ProductLabels)

    listed = equations_of(whole.table.dimensions, held)
    base = base_of(whole.table.dimensions, held)

    assert sorted(map(tuple, listed.toarray())) == sorted(map(tuple, whole.model.equations.toarray()))
    assert (base != whole.model.base).nnz == 0


OVERLAP = "child,parent\nNorth,Total\nSouth,Total\n1,North\n2,North\n3,South\nCoast,Total\nInland,Total\n1,Coast\n2,Inland\n3,Inland\n"


def test_groupings_may_overlap_where_the_policy_says_so(tmp_path: Path) -> None:
    """Seen to fail when all four groups were added up to the total."""
    whole = read(tmp_path, SMALL, TablePolicy(overlap=("area",)), {"area": OVERLAP})

    area, cells = whole.table.dimensions["area"], by_label(whole)
    divided = [tuple(area.codes[part] for part in parts) for place, parts in area.families if place == 0]
    assert divided == [("North", "South"), ("Coast", "Inland")]
    assert (cells["North", "m"], cells["Coast", "m"], cells["Inland", "m"], cells["Total", "m"]) == (9, 1, 13, 14)


def test_a_grouping_that_covers_a_part_adds_up_to_nothing(tmp_path: Path) -> None:
    text = OVERLAP.replace("Inland,Total\n", "").replace("2,Inland\n3,Inland\n", "2,Coast\n")

    cells = by_label(read(tmp_path, SMALL, TablePolicy(overlap=("area",)), {"area": text}))

    assert (cells["Coast", "m"], cells["Total", "m"]) == (9, 14)


def test_common_parts_may_be_there_without_being_published(tmp_path: Path) -> None:
    text = "area,count,state\n" + "".join(f"{area},{5 + area},latent\n" for area in (1, 2, 3))
    text += "North,13,\nSouth,8,\nCoast,6,\nInland,15,\n"

    whole = read(tmp_path, text, TablePolicy(overlap=("area",)), {"area": OVERLAP})

    hidden = {whole.model.labels.of(int(cell)) for cell in np.flatnonzero(whole.model.latent_cells())}
    assert hidden == {("1",), ("2",), ("3",)}
    assert by_label(whole)["Total",] == 21


def test_sums_come_with_units_and_decimals(tmp_path: Path) -> None:
    text = "area;value;units\n1;1234,50;2\n2;99,25;7\n"

    whole = read(tmp_path, text)

    assert by_label(whole) == {("Total",): 1333.75, ("1",): 1234.5, ("2",): 99.25}
    assert whole.model.counted.tolist() == [9, 2, 7]
    assert whole.decimals == 2


def test_negative_sums_are_read_where_the_policy_says_so(tmp_path: Path) -> None:
    whole = read(tmp_path, "area,value,units\n1,-5.5,4\n2,3,7\n", TablePolicy(signed=True))

    assert by_label(whole)["Total",] == -2.5
    assert whole.model.signed


def test_of_households_a_derived_total_has_at_least_as_many_as_its_largest_part(tmp_path: Path) -> None:
    """Three persons of one household in two cells are not two households."""
    text = "area,sex,count,household\n1,m,3,2\n1,w,3,2\n"

    whole = read(tmp_path, text, TablePolicy(units=("person", "household")))

    assert {*by_label(whole)} == {(area, sex) for area in ("Total", "1") for sex in ("Total", "m", "w")}
    assert whole.facts.units["household"].tolist() == [2] * 6
    assert primary_cells(whole.model, TablePolicy(), whole.facts).mask.all()


def test_the_largest_contributions_to_a_derived_total_are_those_of_its_parts(tmp_path: Path) -> None:
    text = "area,value,units,largest_1,largest_2\n1,100,5,60,20\n2,90,5,70,5\n"

    whole = read(tmp_path, text)

    assert whole.facts.largest is not None
    assert whole.facts.largest.tolist() == [[70, 60], [60, 20], [70, 5]]


def test_states_say_what_is_forced(tmp_path: Path) -> None:
    text = "area,count,state\n1,5,protect\n2,0,Open\n3,9,\n"

    whole = read(tmp_path, text, TablePolicy(zeros=Zeros.SECRET, open=({"area": ("Total",)},)))

    assert whole.model.open_cells().tolist() == [True, False, True, False]
    assert whole.facts.protect is not None
    assert whole.facts.protect.tolist() == [False, True, False, False]


def test_an_empty_table_has_no_cells(tmp_path: Path) -> None:
    assert read(tmp_path, "area,sex,count\n").model.cells == 0


@dataclass(frozen=True, slots=True)
class Wrong:
    """A file that is wrong, and what is said of it."""

    text: str
    words: tuple[str, ...]
    policy: TablePolicy = field(default_factory=TablePolicy)
    area: str = ""
    code: int = 4


def sums(column: str) -> str:
    return f"area,value,units{column}\n"


WRONG = {
    "empty file": Wrong("", ("table.csv: the file is empty. Its first row names the columns.",)),
    "doubled column": Wrong("area,area,count\n", ("table.csv: two columns are called 'area'. Rename one of them.",)),
    "nameless column": Wrong("area,,count\n1,2,3\n", ("table.csv: column 2 has no name.",)),
    "uneven row": Wrong("area,count\n1,5\n2\n", ("table.csv, row 3: this row has 1 fields, the header 2.",)),
    "open quotation": Wrong('area,count\n"1,5\n', ("table.csv: a quotation mark in row 2 is never closed.",)),
    "no number": Wrong(
        "area,conut\n1,5\n", ("table.csv: there is no column `count` or `value`. Did you mean 'conut'?",)
    ),
    "two numbers": Wrong("area,count,value\n1,5,5\n", ("has both a column `count` and a column `value`",)),
    "no dimension": Wrong("count\n5\n", ("table.csv: there is no dimension.",)),
    "units of counts": Wrong("area,count,units\n1,5,5\n", ("a table of counts has no column `units`",)),
    "sums without units": Wrong("area,value\n1,5\n", ("a table of sums needs the number of units behind each sum.",)),
    "unit of the policy": Wrong(
        "area,count,househlod\n1,5,5\n",
        ("the policy counts the unit 'household', and there is no such column. Did you mean 'househlod'?",),
        TablePolicy(units=("person", "household")),
    ),
    "gap in contributions": Wrong(
        sums(",largest_1,largest_3") + "1,5,5,1,1\n", ("Number them without a gap: largest_1, largest_2.",)
    ),
    "rising contributions": Wrong(
        sums(",largest_1,largest_2") + "1,5,5,1,3\n",
        ("table.csv, row 2 (area=1): the largest contributions do not fall.",),
    ),
    "empty count": Wrong("area,count\n1,\n", ("table.csv, row 2 (area=1): `count` is empty. Write the count, 0 if",)),
    "text for a count": Wrong("area,count\n1,few\n", ("table.csv, row 2 (area=1): `count` is 'few', and no number.",)),
    "negative count": Wrong(
        "area,count\n1,4\n2,-3\n", ("table.csv, row 3 (area=2): `count` is -3: a count is not negative. Correct it",)
    ),
    "decimals in a count": Wrong(
        "area,count\n1,4.5\n", ("`count` is 4.5: a count has no decimals. Correct it; sums go into a column `value`.",)
    ),
    "huge count": Wrong(
        "area,count\n1,99999999999999999999\n", ("`count` is 99999999999999999999, which is too large.",)
    ),
    "thousands mark": Wrong("area;count\n1;1.234,5\n", ("`count` is '1.234,5', and no number.",)),
    "empty sum": Wrong(sums("") + "1,,5\n", ("table.csv, row 2 (area=1): `value` is empty. Write the sum",)),
    "text for a sum": Wrong(sums("") + "1,much,5\n", ("`value` is 'much', and no number.",)),
    "negative sum": Wrong(
        sums("") + "1,-2,5\n", ("`value` is -2, and the policy knows no negative values. Say `signed",)
    ),
    "huge sum": Wrong(sums("") + "1,1e999,5\n", ("`value` is 1e999, which is too large.",)),
    "comma in a sum": Wrong('area,value,units\n1,"2,5",5\n', ("`value` is '2,5', with a comma.",)),
    "nobody behind a sum": Wrong(
        sums("") + "1,5,0\n", ("there is a value, and `units` says that nobody is behind it.",)
    ),
    "missing code": Wrong(
        "area,sex,count\n1,,5\n", ("table.csv, row 2: there is no code of 'sex'. Write one, or 'Total'",)
    ),
    "unknown code": Wrong(
        SMALL.replace("3,m", "North1,m"),
        ("table.csv, row 6: 'North1' is no code of 'area' in area.csv. Did you mean 'North'?",),
        area=AREAS,
    ),
    "doubled cell": Wrong(
        SMALL + "1,w,9\n",
        ("table.csv, row 8 (area=1, sex=w): this cell stands in row 3 already. Leave one of the rows",),
    ),
    "missing cell": Wrong(
        SMALL.replace("2,w,7\n", ""),
        ("table.csv: the cell area=2, sex=w is missing. Add its row, with 0 if there is nobody",),
    ),
    "missing area": Wrong(SMALL + "Total,m,14\n", ("the cell area=4, sex=m is missing.",), area=AREAS + "4,South\n"),
    "wrong total": Wrong(
        SMALL + "1,Total,11\n",
        ("table.csv: the cell area=1, sex=Total is 11, but its parts add up to 10 (1 + 9). Correct one of them",),
    ),
    "two parents": Wrong(
        SMALL,
        ("area.csv: '1' is part of two codes: North and South. Take one of the two rows out, or declare",),
        area=AREAS + "1,South\n",
        code=3,
    ),
    "circle": Wrong(SMALL, ("there must be one root",), area="child,parent\n1,2\n2,1\n", code=3),
    "part of itself": Wrong(SMALL, ("'3' is part of itself",), area="child,parent\n1,T\n2,3\n3,2\n", code=3),
    "empty hierarchy": Wrong(SMALL, ("area.csv: the hierarchy has no rows.",), area="child,parent\n"),
    "hierarchy of nothing": Wrong(SMALL, ("area.csv: the hierarchy divides nothing.",), area="child,parent\n1,\n"),
    "nameless child": Wrong(SMALL, ("area.csv, row 3: `child` is empty.",), area="child,parent\n1,T\n,T\n"),
    "overlap without common parts": Wrong(
        "area,count\nNorth,5\nSouth,6\nCoast,7\nInland,4\n",
        ("table.csv: groupings of 'area' overlap, and their common parts are missing: 1, 2, 3. Add their rows",),
        TablePolicy(overlap=("area",)),
        OVERLAP,
    ),
    "hierarchy of no dimension": Wrong(
        SMALL.replace("area", "aera"),
        ("table.csv: a hierarchy is given for 'area', which is no dimension of the table. Did you mean 'aera'?",),
        area=AREAS,
        code=2,
    ),
    "policy of no dimension": Wrong(
        SMALL,
        ("the policy adds nothing up over 'year', which is no dimension of the table. Dimensions: area, sex.",),
        TablePolicy(separate=("year",)),
        code=2,
    ),
    "total of what is apart": Wrong(
        SMALL + "Total,m,14\nTotal,w,22\n",
        ("the policy adds nothing up over 'area', and the table has a 'Total' of it.",),
        TablePolicy(separate=("area",)),
        code=3,
    ),
    "hierarchy of what is apart": Wrong(
        SMALL,
        ("the policy adds nothing up over 'area', and area.csv says what adds up.",),
        TablePolicy(separate=("area",)),
        AREAS,
        code=3,
    ),
    "open code": Wrong(
        SMALL,
        ("the policy keeps sex=Totl open, and there is no such code. Did you mean 'Total'?",),
        TablePolicy(open=({"sex": ("Totl",)},)),
        code=2,
    ),
    "state": Wrong(
        "area,count,state\n1,5,hide\n", ("table.csv, row 2 (area=1): `state` is 'hide'. Allowed: open, protect",)
    ),
    "protected already": Wrong(
        "area,count,state\n1,5,free\n2,,primary\n",
        ("the column `state` says 'free': this table was protected already.",),
    ),
    "open and latent": Wrong(
        "area,count,state\n1,5,latent\n2,7,\n",
        ("table.csv, row 2 (area=1): this cell is to stay open by the policy, and latent by the table.",),
        TablePolicy(open=({"area": ("1",)},)),
    ),
    "denominator of a derived total": Wrong(
        "area,count,denominator\n1,5,9\n2,5,9\n",
        ("the total area=Total is left out, and of how many it counts the cases cannot be added up.",),
    ),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_mistake_is_named_with_file_row_cell_and_remedy(name: str, tmp_path: Path) -> None:
    wrong = WRONG[name]

    told, code = refusal(tmp_path, wrong)

    assert [words for words in wrong.words if words not in told] == []
    assert code == wrong.code


def test_a_total_that_lacks_a_part_is_not_missing_itself(tmp_path: Path) -> None:
    told, _ = refusal(tmp_path, Wrong(SMALL.replace("2,w,7\n", ""), ()))

    assert len(told.splitlines()) == 1


def refusal(folder: Path, wrong: Wrong) -> tuple[str, int]:
    with pytest.raises(GemeinsinnError) as told:
        read(folder, wrong.text, wrong.policy, {"area": wrong.area} if wrong.area else {})
    return str(told.value), told.value.exit_code


def test_a_file_that_is_not_there_is_a_question_of_its_name(tmp_path: Path) -> None:
    with pytest.raises(GemeinsinnError, match=r"there is no file .*nowhere\.csv\. Check the name") as told:
        reading.read_table(tmp_path / "nowhere.csv", TablePolicy(), {})

    assert told.value.exit_code == 2


def test_more_combinations_than_can_be_held_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "MOST_PLACES", 11)

    with pytest.raises(GemeinsinnError, match="the codes make 4 x 3 combinations; at most 11 are protected at once"):
        read(tmp_path, SMALL)


def test_of_many_mistakes_the_first_twenty_are_told_and_how_many_there_are(tmp_path: Path) -> None:
    text = "area,count\n" + "".join(f"{area},-1\n" for area in range(33))

    told, _ = refusal(tmp_path, Wrong(text, ()))

    assert len(told.splitlines()) == 21
    assert told.endswith("table.csv: … and 13 more of this kind.")


def test_an_open_cell_that_is_primary_and_a_zero_to_protect_cannot_be_had(tmp_path: Path) -> None:
    policy = TablePolicy(open=({"area": ("1",), "sex": ("m",)},))
    whole = read(tmp_path, "area,sex,count,state\n1,m,1,\n1,w,9,\n2,m,0,protect\n2,w,2,open\n", policy)

    with pytest.raises(GemeinsinnError) as told:
        assembly.check_forced(whole, policy, primary_cells(whole.model, policy, whole.facts))

    assert told.value.exit_code == 5
    assert str(told.value).splitlines() == [
        "table.csv, row 2 (area=1, sex=m): this cell must stay open, and the rules make it primary. " + assembly._MERGE,
        "table.csv, row 5 (area=2, sex=w): this cell must stay open, and the rules make it primary. " + assembly._MERGE,
        "table.csv, row 4 (area=2, sex=m): this cell is to be protected, but it is zero, and zeros are public. "
        + assembly._ZERO,
    ]


def test_blank_rows_are_counted_where_a_row_is_named(tmp_path: Path) -> None:
    told, _ = refusal(tmp_path, Wrong("\narea,count\n\n , \n1,4\n\n1,5\n2,-1\n", ()))

    assert told.startswith("table.csv, row 7 (area=1): this cell stands in row 5 already.")


def test_a_workbook_is_no_table(tmp_path: Path) -> None:
    path = table_file(tmp_path, "")
    path.write_bytes(b"PK\x03\x04rest")

    with pytest.raises(GemeinsinnError, match="this is a workbook and no text"):
        reading.read_table(path, TablePolicy(), {})


@pytest.mark.parametrize(
    "module", [csv_file, columns, numbers, hierarchy_files, reading, totals, assembly, hierarchies]
)
def test_every_message_about_a_table_is_provoked_here(module: object, tmp_path: Path) -> None:
    messages = [refusal(tmp_path, wrong)[0] for wrong in WRONG.values()]
    messages += [
        "there is no file x.",
        "… and 13 more of this kind.",
        "the codes make 4 x 3 combinations; at most 11 are protected at once.",
    ]
    messages += [
        "this cell must stay open, and the rules make it primary.",
        "this cell is to be protected, but it is zero, and zeros are public.",
    ]

    assert unprovoked(module, messages) == []

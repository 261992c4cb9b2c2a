"""From wide to long: every cell becomes one row or one problem, with its place in the file."""

from __future__ import annotations

from datetime import date

import polars as pl

from gemeinsinn.concepts.observations import ObsStatus
from gemeinsinn.concepts.periods import Period
from gemeinsinn.sources.long import CellColumn, long_table, periods_by_row, rows_column
from gemeinsinn.sources.reading import Problem, dimensions_of, schema_of
from support.readings import cells


LEFTS = {
    "area": pl.Series(["01", "02"]),
    "area_name": pl.Series(["Nord", "Süd"]),
    "row": rows_column([7, 9]),
}
PEOPLE = CellColumn(3, ["10", "20"], "people", "Anzahl", Period("2015", date(2015, 12, 31)))


def test_a_column_becomes_one_row_a_cell() -> None:
    observations, problems = long_table(LEFTS, [PEOPLE])

    assert problems == ()
    assert cells(observations, "area", "measure", "unit", "period") == {
        ("01", "people", "Anzahl", "2015"): 10,
        ("02", "people", "Anzahl", "2015"): 20,
    }


def test_the_table_has_the_columns_of_every_reading_in_their_order() -> None:
    women = CellColumn(4, ["4", "9"], "people", "Anzahl", Period("2015"), {"sex": "female"})

    observations, _ = long_table(LEFTS, [PEOPLE, women])

    assert dict(observations.schema) == schema_of(("sex",))
    assert dimensions_of(observations) == ("sex",)


def test_a_column_without_a_dimension_that_others_have_is_the_total() -> None:
    women = CellColumn(4, ["4", "9"], "people", "Anzahl", Period("2015"), {"sex": "female"})

    observations, _ = long_table(LEFTS, [PEOPLE, women])

    assert cells(observations, "area", "sex") == {
        ("01", "total"): 10,
        ("02", "total"): 20,
        ("01", "female"): 4,
        ("02", "female"): 9,
    }


def test_every_row_knows_its_place_in_the_file() -> None:
    observations, _ = long_table(LEFTS, [PEOPLE])

    assert observations.select("row", "column").rows() == [(7, 3), (9, 3)]


def test_a_key_date_in_the_head_dates_the_cells() -> None:
    observations, _ = long_table(LEFTS, [PEOPLE])

    assert set(observations["valid_on"]) == {date(2015, 12, 31)}


def test_rows_may_name_period_measure_and_unit_themselves() -> None:
    lefts = LEFTS | periods_by_row(["2014", "31.12.2015"])
    lefts |= {"measure": pl.Series(["Wald", "Wege"]), "unit": pl.Series(["ha", "km"])}

    observations, _ = long_table(lefts, [CellColumn(5, ["1", "2"])])

    assert observations.select("period", "valid_on", "measure", "unit").rows() == [
        ("2014", None, "Wald", "ha"),
        ("2015", date(2015, 12, 31), "Wege", "km"),
    ]


def test_a_cell_that_does_not_read_is_a_problem_with_its_text() -> None:
    column = CellColumn(3, ["1O", "20"], "people", "Anzahl", Period("2015"))

    observations, problems = long_table(LEFTS, [column])

    assert cells(observations, "area") == {"02": 20}
    assert problems == (Problem(7, "3", "the cell is neither a number nor a known sign.", "1O"),)


def test_a_cell_without_a_period_is_a_problem() -> None:
    lefts = LEFTS | periods_by_row(["2015", "gestern"])

    observations, problems = long_table(lefts, [CellColumn(3, ["10", "20"], "people", "Anzahl")])

    assert cells(observations, "area") == {"01": 10}
    assert problems == (Problem(9, "3", "the cell has a period that does not read.", "20"),)


def test_a_sign_is_an_observation_without_a_number() -> None:
    column = CellColumn(3, [".", "k.A."], "people", "Anzahl", Period("2015"))

    observations, problems = long_table(LEFTS, [column], marks={"k.A.": ObsStatus.SOURCE_LATER})

    assert problems == ()
    assert cells(observations, "area") == {"01": "source-confidential", "02": "source-later"}


def test_every_cell_is_either_an_observation_or_a_problem() -> None:
    columns = [CellColumn(at, ["1", "?"], "people", "Anzahl", Period("2015")) for at in range(3, 8)]

    observations, problems = long_table(LEFTS, columns)

    assert (observations.height, len(problems)) == (5, 5)


def test_a_table_without_rows_has_the_right_columns() -> None:
    nobody = {
        "area": pl.Series([], dtype=pl.String),
        "area_name": pl.Series([], dtype=pl.String),
        "row": rows_column([]),
    }

    observations, problems = long_table(nobody, [CellColumn(3, [], "people", "Anzahl", Period("2015"))])

    assert (observations.height, problems) == (0, ())
    assert dict(observations.schema) == schema_of(())

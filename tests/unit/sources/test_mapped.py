"""Any CSV or workbook, read by a declared mapping: which column is what, and what is refused."""

from __future__ import annotations

from datetime import date

import pytest

from gemeinsinn.errors import DeliveryError
from gemeinsinn.sources import mapped
from gemeinsinn.sources.mapped import read
from gemeinsinn.sources.reading import Reading
from support.messages import unprovoked
from support.readings import cells, mapping
from support.workbooks import workbook


PLAIN = "area: {column: key}\nperiod: {column: year}\nvalues: [{column: cases, measure: cases, unit: Anzahl}]\n"
WIDE = 'area: {column: key}\nvalues: [{columns: "people (?P<period>\\\\d+)", measure: people, unit: Anzahl}]\n'
CSV = "key;year;cases\n01001;2015;1,5\n01002;2015;-\n"


def read_text(text: str, declared: str = PLAIN) -> Reading:
    return read(text.encode(), name="a.csv", mapping=mapping(declared))


def test_columns_are_found_by_their_heads() -> None:
    assert cells(read_text(CSV).observations) == {("01001", "2015"): 1.5, ("01002", "2015"): "source-nothing"}


@pytest.mark.parametrize("delimiter", [";", ",", "\t", "|"])
def test_the_delimiter_is_detected_in_the_head(delimiter: str) -> None:
    text = "key;year;cases\n01001;2015;15\n".replace(";", delimiter)

    assert cells(read_text(text).observations) == {("01001", "2015"): 15}


def test_another_delimiter_can_be_declared() -> None:
    reading = read_text(
        "key:year:cases;all\n01001:2015:7\n", PLAIN.replace("cases,", "'cases;all',", 1) + "delimiter: ':'\n"
    )

    assert cells(reading.observations) == {("01001", "2015"): 7}


def test_rows_above_the_head_are_passed_over() -> None:
    reading = read_text(f"Tabelle 1\n\n{CSV}", f"{PLAIN}header_row: 3\n")

    assert reading.observations["row"].to_list() == [4, 5]


def test_a_declared_encoding_is_used() -> None:
    content = "key;year;fälle\n01001;2015;7\n".encode("cp850")

    reading = read(
        content, name="a.csv", mapping=mapping(PLAIN.replace("column: cases", "column: fälle") + "encoding: cp850\n")
    )

    assert (reading.encoding, reading.observations.height) == ("cp850", 1)


def test_one_area_and_one_period_may_hold_for_the_whole_file() -> None:
    declared = (
        'area: {value: "01001"}\nperiod: {value: 31.12.2015}\nvalues: [{column: cases, measure: cases, unit: Anzahl}]\n'
    )

    rows = read_text("cases\n7\n", declared).observations

    assert rows.select("area", "period", "valid_on", "value").row(0) == ("01001", "2015", date(2015, 12, 31), 7.0)


def test_periods_may_stand_in_the_heads_of_columns() -> None:
    reading = read_text("key;people 2014;people 2015\n01001;5;6\n", WIDE)

    assert cells(reading.observations) == {("01001", "2014"): 5, ("01001", "2015"): 6}


def test_labels_of_a_dimension_become_codes_and_declared_codes_go_first() -> None:
    declared = PLAIN + "dimensions: {sex: {column: sex, codes: {weiblich: w}}}\n"

    reading = read_text(
        "key;year;sex;cases\n01001;2015;männlich;1\n01001;2015;weiblich;2\n01001;2015;Insgesamt;3\n", declared
    )

    assert cells(reading.observations, "sex") == {"male": 1, "w": 2, "total": 3}


def test_labels_that_nobody_knows_stay_as_they_are() -> None:
    declared = PLAIN + "dimensions: {party: {column: party}}\n"

    reading = read_text("key;year;party;cases\n01001;2015;CDU;1\n", declared)

    assert cells(reading.observations, "party") == {"CDU": 1}


def test_declared_marks_are_signs() -> None:
    reading = read_text(CSV.replace("1,5", "geheim"), f"{PLAIN}marks: {{geheim: source-confidential}}\n")

    assert cells(reading.observations)["01001", "2015"] == "source-confidential"


def test_rows_of_totals_can_be_skipped() -> None:
    reading = read_text(f"{CSV}Summe;2015;9\n", f"{PLAIN}skip: {{key: [Summe]}}\n")

    assert reading.observations["area"].to_list() == ["01001", "01002"]
    assert reading.problems == ()


@pytest.mark.parametrize(("row", "columns"), [("01003;2015", 2), ("01003;2015;1;2", 4)])
def test_a_row_of_another_width_is_a_problem(row: str, columns: int) -> None:
    reading = read_text(f"{CSV}{row}\n")

    assert [(each.row, each.problem) for each in reading.problems] == [
        (4, f"the row has {columns} columns, the head 3.")
    ]
    assert reading.rows_in == 3


def test_empty_cells_behind_the_head_and_empty_rows_are_no_problem() -> None:
    reading = read_text("key;year;cases\n\n01001;2015;7;;\n;;\n")

    assert (reading.observations.height, reading.problems) == (1, ())


def test_a_period_that_does_not_read_is_a_problem_of_its_cell() -> None:
    reading = read_text(CSV.replace("01001;2015", "01001;gestern"))

    assert [(each.row, each.column) for each in reading.problems] == [(2, "3")]


def test_a_workbook_reads_like_the_csv_of_it() -> None:
    book = workbook({"Daten": [["key", "year", "cases"], ["01001", 2015, 1.5], ["01002", 2015, "-"]]})

    reading = read(book, name="a.xlsx", mapping=mapping(PLAIN))

    assert reading.encoding == "workbook"
    assert cells(reading.observations) == cells(read_text(CSV).observations)


@pytest.mark.parametrize("decimal", [",", "."])
def test_numbers_of_a_workbook_do_not_depend_on_the_declared_decimal_mark(decimal: str) -> None:
    book = workbook({"Daten": [["key", "year", "cases"], ["01001", 2015, 1234.5]]})

    reading = read(book, name="a.xlsx", mapping=mapping(f'{PLAIN}decimal: "{decimal}"\n'))

    assert cells(reading.observations) == {("01001", "2015"): 1234.5}


def test_dates_of_a_workbook_are_key_dates() -> None:
    book = workbook({"Daten": [["key", "year", "cases"], ["01001", date(2015, 12, 31), 7]]})

    reading = read(book, name="a.xlsx", mapping=mapping(PLAIN))

    assert reading.observations["valid_on"].to_list() == [date(2015, 12, 31)]


def test_the_sheet_of_a_workbook_can_be_declared() -> None:
    book = workbook({"Inhalt": [["Titel"]], "Daten": [["key", "year", "cases"], ["01001", 2015, 7]]})

    reading = read(book, name="a.xlsx", mapping=mapping(f"{PLAIN}sheet: Daten\n"))

    assert cells(reading.observations) == {("01001", "2015"): 7}


def test_the_title_is_the_declared_one_or_the_name_of_the_file() -> None:
    assert read_text(CSV).title == "a.csv"
    assert read_text(CSV, f"{PLAIN}title: Fälle\n").title == "Fälle"


REFUSED: dict[str, tuple[bytes, str, list[str]]] = {
    "columns of other names": (
        b"schluessel;Year;cases\n01001;2015;7\n",
        PLAIN,
        [
            "there is no column 'key'. Row 1 has: schluessel, Year, cases.",
            "there is no column 'year'. Did you mean 'Year'?",
        ],
    ),
    "no column of the pattern": (
        b"key;population\n01001;7\n",
        WIDE,
        ["no column matches 'people (?P<period>\\d+)'. Row 1 has: key, population."],
    ),
    "no text": (
        b"",
        PLAIN,
        [f"there is no column '{name}'. Row 1 has: ." for name in ("key", "year", "cases")],
    ),
    "a head alone": (
        b"key;year;cases\n",
        PLAIN,
        ["the file has no rows below its head. Check `header_row` in the mapping, and whether the file came whole."],
    ),
    "a head further down than the file is long": (
        CSV.encode(),
        f"{PLAIN}header_row: 9\n",
        [f"there is no column '{name}'. Row 9 has: ." for name in ("key", "year", "cases")],
    ),
    "an open quotation mark": (
        b'key;year;cases\n"01001;2015;7\n',
        PLAIN,
        ["a quotation mark in row 2 is never closed. Close or double it."],
    ),
    "half a workbook": (
        workbook({"Daten": [["key"]]})[:700],
        PLAIN,
        ["the workbook does not open. Check that it is an .xlsx or .xls file and was transferred whole."],
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_does_not_fit_its_mapping_is_refused_with_every_reason(name: str) -> None:
    content, declared, messages = REFUSED[name]

    with pytest.raises(DeliveryError) as refused:
        read(content, name="a.csv", mapping=mapping(declared))

    assert str(refused.value).splitlines() == [f"a.csv: {message}" for message in messages]


def test_no_message_is_left_without_a_file_that_provokes_it() -> None:
    assert unprovoked(mapped, [message for _, _, messages in REFUSED.values() for message in messages]) == []

"""Files of IRIS: a row of codes, a row of names with years, and values of which only we know the unit."""

from __future__ import annotations

import pytest

from gemeinsinn.errors import DeliveryError
from gemeinsinn.sources import iris
from gemeinsinn.sources.iris import read
from support.messages import unprovoked
from support.readings import cells
from support.shipped import shipped


WHOLE = """\
gem22;name;q98;q99
Gebietskennziffer;Name;Einkommensteuer 1998;Einkommensteuer 1999
010560002;Barmstedt, Stadt;293,92;301,5
010560005; Bönningstedt;-;4O
"""


def test_each_column_of_values_is_a_year_of_a_measure() -> None:
    assert cells(read(WHOLE.encode(), name="a.csv").observations, "area", "measure", "period") == {
        ("010560002", "Einkommensteuer", "1998"): 293.92,
        ("010560002", "Einkommensteuer", "1999"): 301.5,
        ("010560005", "Einkommensteuer", "1998"): "source-nothing",
    }


def test_names_lose_their_blanks_and_keep_their_commas() -> None:
    names = set(read(WHOLE.encode(), name="a.csv").observations["area_name"])

    assert names == {"Barmstedt, Stadt", "Bönningstedt"}


@pytest.mark.parametrize(("options", "unit"), [({}, "EUR"), ({"unit": "Prozent"}, "Prozent")])
def test_the_unit_is_euro_unless_declared(options: dict[str, str], unit: str) -> None:
    assert set(read(WHOLE.encode(), name="a.csv", **options).observations["unit"]) == {unit}


def test_a_cell_that_does_not_read_is_a_problem_with_its_place() -> None:
    problems = read(WHOLE.encode("cp1252"), name="a.csv").problems

    assert [(each.row, each.column, each.raw) for each in problems] == [(4, "4", "4O")]


@pytest.mark.parametrize("row", ["010560015;Elmshorn;1", "010560015;Elmshorn;1;2;3"])
def test_a_row_of_another_width_is_a_problem(row: str) -> None:
    reading = read(f"{WHOLE}{row}\n".encode(), name="a.csv")

    assert reading.problems[0].problem == "the row does not have its 4 columns."
    assert reading.problems[0].row == 5
    assert reading.rows_in == 5


def test_the_shipped_file_reads_but_for_one_cell() -> None:
    """In its row 3732 stands `-,14`."""
    delivery = shipped("inkar/IRIS_Einkommenssteuer_Gemeindeverbaende_2022.csv.gz")

    reading = read(delivery.content, name=delivery.name)

    assert [(each.row, each.raw) for each in reading.problems] == [(3732, "-,14")]
    assert reading.rows_in == 115_000


REFUSED: dict[str, tuple[str, str]] = {
    "no text": ("", "the file has no two-row head of IRIS. The second row begins with Gebietskennziffer; Name."),
    "a head alone": ("\n".join(WHOLE.splitlines()[:2]), "the file has no two-row head of IRIS."),
    "another file": ("a;b;c\nd;e;f\n1;2;3\n", "the file has no two-row head of IRIS."),
    "no column of values": ("a;b\nGebietskennziffer;Name\n01;Nord\n", "the file has no two-row head of IRIS."),
    "a column without a year": (
        WHOLE.replace("Einkommensteuer 1999", "Einkommensteuer"),
        "column 4 is not named 'name year', but 'Einkommensteuer'. A column of values is named e.g. "
        "Einkommensteuer 1998.",
    ),
    "only rows cut short": (
        "\n".join([*WHOLE.splitlines()[:2], "010560002;Barmstedt"]),
        "no row below the head has its 4 columns. Fetch it again.",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_no_whole_file_is_refused_with_the_reason(name: str) -> None:
    text, message = REFUSED[name]

    with pytest.raises(DeliveryError) as refused:
        read(text.encode(), name="a.csv")

    assert str(refused.value).startswith(f"a.csv: {message}")


def test_no_message_is_left_without_a_file_that_provokes_it() -> None:
    assert unprovoked(iris, [message for _, message in REFUSED.values()]) == []

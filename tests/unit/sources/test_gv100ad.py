"""The municipality directory GV100AD in fixed width: records by their positions, and a key date that must be declared."""

from __future__ import annotations

from datetime import date

import pytest

from gemeinsinn.errors import DeliveryError
from gemeinsinn.sources import gv100ad
from gemeinsinn.sources.gv100ad import read
from gemeinsinn.sources.reading import Reading
from support.messages import unprovoked
from support.readings import cells
from support.shipped import shipped
from support.tiny import directory, directory_line


def read_text(text: str, **options: str) -> Reading:
    return read(text.encode(), name="gv.txt", **{"period": "31.12.2022", **options})


TOWN = directory_line("60", "010010010001", "Astadt, Stadt", mark="63", people=10_001, hectares=2_050)


def test_areas_are_read_with_their_place_in_the_hierarchy() -> None:
    areas = {each.key: (each.name, each.parent) for each in read_text(directory()).areas}

    assert areas["DG"] == ("Deutschland", "")
    assert areas["01"] == ("Testland", "DG")
    assert areas["01001"] == ("Testkreis", "01")
    assert areas["010015001"] == ("Verbandsgemeinde Nord", "01001")
    assert areas["01001002"] == ("Bedorf", "010015001")
    assert areas["01001001"] == ("Astadt", "01001")


def test_surface_comes_in_square_kilometres_and_women_are_the_rest() -> None:
    assert cells(read_text(TOWN).observations, "measure", "sex", "unit") == {
        ("surface", "total", "km²"): 20.5,
        ("population", "total", "Anzahl"): 10_001,
        ("population", "male", "Anzahl"): 5_000,
        ("population", "female", "Anzahl"): 5_001,
    }


def test_a_name_loses_its_title() -> None:
    assert set(read_text(TOWN).observations["area_name"]) == {"Astadt"}


def test_every_cell_knows_its_line_and_the_position_in_it() -> None:
    rows = read_text(f"\n{TOWN}\n").observations

    assert rows.select("row", "column").rows() == [(2, 129), (2, 140), (2, 151), (2, 151)]


def test_the_declared_key_date_dates_the_numbers_and_the_records_date_the_territory() -> None:
    reading = read_text(directory())

    assert set(reading.observations["valid_on"]) == {date(2022, 12, 31)}
    assert set(reading.observations["period"]) == {"2022"}
    assert reading.areas_on == date(2023, 12, 31)


def test_umlauts_are_read_in_both_encodings() -> None:
    old = read(directory().encode("cp1252"), name="gv.txt", period="31.12.2022")

    assert old.encoding == "cp1252"
    assert old.areas == read_text(directory()).areas


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("70" + TOWN[2:], "'70' is no type of record."),
        (TOWN[:150], "surface or population is not a number, or the line is cut short."),
        (TOWN[:155], "surface or population is not a number, or the line is cut short."),
        (TOWN[:139] + "0000000100O" + TOWN[150:], "surface or population is not a number, or the line is cut short."),
    ],
)
def test_a_line_that_does_not_read_is_a_problem_with_its_number(line: str, problem: str) -> None:
    reading = read_text(f"{TOWN}\n{line}\n")

    assert [(each.row, each.problem) for each in reading.problems] == [(2, problem)]
    assert reading.observations.height == 4


def test_the_shipped_directory_holds_the_published_population_of_germany() -> None:
    """Destatis, Bevölkerungsstand at 31.12.2022: 84,358,845, on the basis of the census of 2011."""
    delivery = shipped("gemeindeverzeichnis/GV100AD_301123.txt.gz")

    reading = read(delivery.content, name=delivery.name, period="31.12.2022")

    people = reading.observations.filter(reading.observations["measure"] == "population")
    assert people.filter(people["sex"] == "total")["value"].sum() == 84_358_845
    assert people.filter(people["sex"] != "total")["value"].sum() == 84_358_845
    assert reading.problems == ()
    assert reading.areas_on == date(2023, 11, 30)


REFUSED: dict[str, tuple[str, dict[str, str], str]] = {
    "no key date": (
        directory(),
        {"period": ""},
        "the key date of the population is not declared. Declare it, e.g. `period: 31.12.2022`; the file itself names "
        "only the date of its territory.",
    ),
    "a year for a key date": (directory(), {"period": "2022"}, "the key date of the population is not declared."),
    "no line": ("", {}, "no line is a municipality (record type 60). Is this GV100AD?"),
    "another file": ("key;people\n01001001;5\n", {}, "no line is a municipality (record type 60)."),
    "two dates": (
        f"{TOWN}\n{TOWN.replace('20231231', '20240101')}\n",
        {},
        "the records name 2 different dates of the territory. Fetch the file of one date.",
    ),
    "no date": (
        TOWN.replace("20231231", "        "),
        {},
        "the records name no date of the territory, but '        '. It stands in columns 3 to 10, e.g. 20231231.",
    ),
    "a day that no calendar has": (
        TOWN.replace("20231231", "20230231"),
        {},
        "the records name no date of the territory, but '20230231'.",
    ),
    "another encoding": (directory(), {"encoding": "ascii"}, "the file is not ascii text."),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_no_whole_directory_is_refused_with_the_reason(name: str) -> None:
    text, options, message = REFUSED[name]

    with pytest.raises(DeliveryError) as refused:
        read_text(text, **options)

    assert str(refused.value).startswith(f"gv.txt: {message}")


def test_no_message_is_left_without_a_file_that_provokes_it() -> None:
    assert unprovoked(gv100ad, [message for _, _, message in REFUSED.values()]) == []

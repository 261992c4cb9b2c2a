"""The municipality directory GV-ISys as a workbook: areas, surface and population, each with its own key date."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import pytest

from gemeinsinn.concepts.territory import AreaRecord, Level
from gemeinsinn.errors import DeliveryError
from gemeinsinn.sources import gv_isys
from gemeinsinn.sources.gv_isys import read
from support.messages import unprovoked
from support.readings import cells
from support.shipped import shipped
from support.workbooks import workbook


Row = Sequence[object]
TITLE = "Gemeinden in Deutschland nach Fläche und Bevölkerung am 31.12.2023 (Jahr)"
HEAD: Sequence[Row] = [
    [
        "Satz-art",
        "Text-kenn-zeichen",
        "Amtlicher Regionalschlüssel (ARS)",
        *[""] * 4,
        "Gemeindename",
        "Fläche km2",
        "Bevölkerung",
    ],
    ["", "", "Land", "RB", "Kreis", "VB", "Gem", "", "", "insgesamt", "männlich", "weiblich", "je km2"],
    ["", "", "Gebietsstand am 01.01.2024", "", "", "", "", "", "31.12.2022", "30.09.2023"],
]
RECORDS: Sequence[Row] = [
    ["10", "", "01", "", "", "", "", "Testland"],
    ["40", "43", "01", "0", "01", "", "", "Testkreis"],
    ["50", "50", "01", "0", "01", "0001", "", "Astadt, Stadt"],
    ["60", "63", "01", "0", "01", "0001", "001", "Astadt, Stadt", 20.5, 10_000, 4_900, 5_100, 488, *[""] * 5, "01"],
    ["50", "51", "01", "0", "01", "5001", "", "Nord"],
    ["60", "64", "01", "0", "01", "5001", "002", "Bedorf4)", "8,5", "900", "-", ".", "", *[""] * 5, "03"],
    ["60", "66", "01", "0", "01", "9999", "009", "Forst", 30, 0, 0, 0, 0],
]
FOOTER: Sequence[Row] = [
    *[[""]] * 16,
    [""],
    ["Quelle: GV-ISys"],
    ["1) Durch Runden\n   möglich."],
    ["© Daten"],
    ["  Bundesamt, 2024"],
]
SHEET = "Onlineprodukt_Gemeinden31122023"


def extract(
    *, title: str = TITLE, head: Sequence[Row] = HEAD, records: Sequence[Row] = RECORDS, sheet: str = SHEET
) -> bytes:
    """A whole extract, or one with a part of it changed."""
    return workbook({"Inhalt": [["Inhalt"]], sheet: [[title], [""], *head, [""], *records, *FOOTER]})


READING = read(extract(), name="gv.xlsx")


def test_the_hierarchy_is_read_with_names_as_people_say_them() -> None:
    assert {(each.key, each.name, each.parent) for each in READING.areas} == {
        ("DG", "Deutschland", ""),
        ("01", "Testland", "DG"),
        ("01001", "Testkreis", "01"),
        ("010015001", "Amt Nord", "01001"),
        ("01001001", "Astadt", "01001"),
        ("01001002", "Bedorf", "010015001"),
        ("01001009", "Forst", "010019999"),
    }


def test_a_municipality_keeps_its_kind_and_its_long_key() -> None:
    astadt = next(each for each in READING.areas if each.key == "01001001")

    assert astadt == AreaRecord("01001001", Level.MUNICIPALITY, "Astadt", "01001", "Stadt", "010010001001")


def test_land_where_nobody_may_live_is_marked() -> None:
    assert [each.key for each in READING.areas if each.uninhabited] == ["01001009"]


def test_each_measure_has_its_own_key_date() -> None:
    dated = READING.observations.select("measure", "valid_on").unique().rows()

    assert dict(dated) == {
        "surface": date(2022, 12, 31),
        "population": date(2023, 9, 30),
        "population_density": date(2023, 9, 30),
        "degree_of_urbanisation": date(2023, 9, 30),
    }


def test_the_date_of_the_territory_stands_in_the_head() -> None:
    assert READING.areas_on == date(2024, 1, 1)


def test_where_the_head_names_no_date_that_of_the_title_holds() -> None:
    reading = read(extract(head=[*HEAD[:2], [""]]), name="gv.xlsx")

    assert reading.areas_on == date(2023, 12, 31)
    assert set(reading.observations["valid_on"]) == {date(2023, 12, 31)}


def test_only_municipalities_have_numbers() -> None:
    assert set(READING.observations["area"]) == {"01001001", "01001002", "01001009"}


def test_numbers_are_read_by_measure_and_sex() -> None:
    astadt = READING.observations.filter(READING.observations["area"] == "01001001")

    assert cells(astadt, "measure", "sex") == {
        ("surface", "total"): 20.5,
        ("population", "total"): 10_000,
        ("population", "male"): 4_900,
        ("population", "female"): 5_100,
        ("population_density", "total"): 488,
        ("degree_of_urbanisation", "total"): 1,
    }


def test_signs_are_kept_and_what_does_not_read_is_a_problem() -> None:
    bedorf = READING.observations.filter(READING.observations["area"] == "01001002")

    assert cells(bedorf, "measure", "sex") == {
        ("population", "total"): 900,
        ("population", "male"): "source-nothing",
        ("population", "female"): "source-confidential",
        ("population_density", "total"): "source-empty",
        ("degree_of_urbanisation", "total"): 3,
    }
    assert [(each.row, each.column, each.raw) for each in READING.problems] == [(12, "9", "8,5")]


def test_every_cell_is_an_observation_or_a_problem() -> None:
    assert READING.rows_in == 3 * 6


def test_footnotes_and_the_line_of_copyright_are_kept_apart() -> None:
    assert READING.notes == ("Quelle: GV-ISys", "1) Durch Runden möglich.")
    assert READING.attribution == "© Daten Bundesamt, 2024"


@pytest.mark.parametrize(("year", "people"), [(2017, 82_792_351), (2021, 83_237_124), (2023, 84_669_326)])
def test_the_shipped_extracts_hold_the_published_population_of_germany(year: int, people: int) -> None:
    """Destatis, Bevölkerungsstand at 31 December, on the basis of the census of 2011."""
    delivery = shipped(f"gemeindeverzeichnis/3112{year}_Auszug_GV.xlsx")

    reading = read(delivery.content, name=delivery.name)

    counted = cells(reading.observations, "area", "measure", "sex").items()
    assert sum(value for (_, *what), value in counted if what == ["population", "total"]) == people
    assert reading.problems == ()


def test_a_number_that_an_office_did_not_find_certain_enough_stays_a_gap() -> None:
    """For six municipalities, the extract of 2016 has a stroke in the place of the population."""
    delivery = shipped("gemeindeverzeichnis/31122016_Auszug_GV.xlsx")

    rows = read(delivery.content, name=delivery.name).observations

    people = rows.filter((rows["measure"] == "population") & (rows["sex"] == "total"))
    gaps = people.filter(people["value"].is_null())
    assert set(gaps["status"]) == {"source-unreliable"}
    assert sorted(gaps["area_name"])[0] == "Bad Driburg"
    assert gaps.height == 6


REFUSED: dict[str, tuple[bytes, str]] = {
    "a text copy": (
        b"Satzart;Gemeindename\n",
        "this is no workbook. Fetch the .xlsx: a text copy of it loses Land, RB, Kreis and VB, without which no row "
        "has an area.",
    ),
    "no bytes": (b"", "this is no workbook."),
    "half of it": (extract()[:900], "the workbook does not open."),
    "no such sheet": (
        extract(sheet="Tabelle1"),
        "the workbook has no sheet 'Onlineprodukt_Gemeinden…'. It has: Inhalt, Tabelle1.",
    ),
    "an empty sheet": (
        workbook({SHEET: []}),
        "no head row begins with 'Satzart'. Is this an extract of GV-ISys?",
    ),
    "no head": (extract(head=[[""]]), "no head row begins with 'Satzart'."),
    "no regional key": (
        extract(head=[["Satz-art", "Text-kenn-zeichen", "Gemeindename"], *HEAD[1:]]),
        "the columns of the regional key are missing. Fetch the whole workbook: without Land, RB, Kreis and VB no row "
        "can be assigned to an area.",
    ),
    "no date at all": (
        extract(title="Gemeinden", head=[*HEAD[:2], [""]]),
        "the head names no date of the territory (Gebietsstand). Fetch the extract again, as it was published.",
    ),
    "no date of the numbers": (
        extract(title="Gemeinden", head=[*HEAD[:2], ["", "", "Gebietsstand am 01.01.2024"]]),
        "neither the title nor the head of column 9 names a key date. Fetch the extract again",
    ),
    "a day that no calendar has": (
        extract(head=[*HEAD[:2], ["", "", "Gebietsstand am 31.02.2024"]]),
        "'31.02.2024' is no date. Fetch the extract again",
    ),
    "no municipality": (extract(records=RECORDS[:2]), "the directory holds no municipality. Fetch the extract again"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_no_whole_extract_is_refused_with_the_reason(name: str) -> None:
    content, message = REFUSED[name]

    with pytest.raises(DeliveryError) as refused:
        read(content, name="gv.xlsx")

    assert str(refused.value).startswith(f"gv.xlsx: {message}")


def test_no_message_is_left_without_a_file_that_provokes_it() -> None:
    assert unprovoked(gv_isys, [message for _, message in REFUSED.values()]) == []

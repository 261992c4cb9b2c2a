"""Exports of INKAR: a sheet of data under a head of two rows, one of definitions, one with the source."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from gemeinsinn.errors import DeliveryError
from gemeinsinn.sources import inkar
from gemeinsinn.sources.inkar import read
from support.messages import unprovoked
from support.readings import cells
from support.shipped import DATA, shipped
from support.workbooks import workbook


Row = Sequence[object]
NAMES = ["Kennziffer", "Raumeinheit", "Aggregat", "Arbeitslose", "Arbeitslose", "Quote"]
YEARS = ["", "", "", "2014", 2015, "2015"]
DATA_ROWS: Sequence[Row] = [
    ["01056", "Pinneberg", "Kreise", 7_000, 6_800.5, 4.1],
    [],
    ["01057", "Plön", "Kreise", 3_000, "-", "keine"],
]
FACTS: Sequence[Row] = [
    ["Dokumentation"],
    ["Indikator", "Langname", "Quelle", "Berechnungsgrundlage", "Anmerkungen"],
    ["Arbeitslose", "Zahl der Arbeitslosen", "Bundesagentur", "", "Jahresdurchschnitt"],
    ["Quote", "Arbeitslose in %"],
]
SOURCE: Sequence[Row] = [["INKAR. Ausgabe 2024."], ["© 2024  Bundesamt,\n Bonn"]]


def export(*rows: Row, **sheets: Sequence[Row]) -> bytes:
    """An export with these rows in its sheet of data."""
    return workbook({"Daten": rows or (NAMES, YEARS, *DATA_ROWS), **sheets})


WHOLE = export(Metadaten=FACTS, Quellangabe=SOURCE)


def test_each_column_is_an_indicator_in_a_year() -> None:
    assert cells(read(WHOLE, name="a.xls").observations, "area", "measure", "period") == {
        ("01056", "Arbeitslose", "2014"): 7_000,
        ("01056", "Arbeitslose", "2015"): 6_800.5,
        ("01056", "Quote", "2015"): 4.1,
        ("01057", "Arbeitslose", "2014"): 3_000,
        ("01057", "Arbeitslose", "2015"): "source-nothing",
    }


def test_a_cell_that_does_not_read_is_a_problem_with_its_place() -> None:
    problems = read(WHOLE, name="a.xls").problems

    assert [(each.row, each.column, each.raw) for each in problems] == [(5, "6", "keine")]


def test_the_unit_is_told_by_the_long_name() -> None:
    facts = [*FACTS, ["Verdienst", "Bruttoverdienst in Euro"]]
    content = export([*NAMES, "Verdienst"], [*YEARS, "2015"], [*DATA_ROWS[0], 3_000], Metadaten=facts)

    rows = read(content, name="a.xls").observations

    assert dict(rows.select("measure", "unit").unique().rows()) == {
        "Arbeitslose": "Anzahl",
        "Quote": "Prozent",
        "Verdienst": "EUR",
    }


def test_long_names_notes_and_attribution_are_kept() -> None:
    reading = read(WHOLE, name="a.xls")

    assert reading.title == "Zahl der Arbeitslosen; Arbeitslose in %"
    assert reading.notes == ("Bundesagentur", "Jahresdurchschnitt")
    assert reading.attribution == "INKAR. Ausgabe 2024. © 2024 Bundesamt, Bonn"


def test_an_export_without_definitions_and_source_reads_too() -> None:
    reading = read(export(), name="a.xls")

    assert (reading.title, reading.notes, reading.attribution) == ("Arbeitslose; Quote", (), "")


def test_columns_without_any_head_are_left_out() -> None:
    reading = read(export([*NAMES, ""], [*YEARS, ""], [*DATA_ROWS[0], "Rest"]), name="a.xls")

    assert (reading.observations.height, reading.problems) == (3, ())


@pytest.mark.parametrize("name", sorted(path.name for path in (DATA / "inkar").glob("*.xls.gz")))
def test_every_shipped_export_reads_whole(name: str) -> None:
    delivery = shipped(f"inkar/{name}")

    reading = read(delivery.content, name=delivery.name)

    assert reading.observations.height > 0
    assert reading.problems == ()
    assert reading.attribution.startswith("Quelle")


REFUSED: dict[str, tuple[bytes, str]] = {
    "no bytes": (b"", "the workbook does not open."),
    "a page of an error": (b"<html>Wartung</html>", "the workbook does not open."),
    "half of it": (WHOLE[: len(WHOLE) // 2], "the workbook does not open."),
    "no sheet of data": (workbook({"Tabelle1": [NAMES]}), "the workbook has no sheet 'Daten'. It has: Tabelle1."),
    "an empty sheet": (
        workbook({"Daten": []}),
        "the sheet 'Daten' has no head of INKAR. The head begins with Kennziffer, Raumeinheit, Aggregat; below the "
        "names stand the years.",
    ),
    "another head": (export(["Schlüssel", *NAMES[1:]], YEARS, *DATA_ROWS), "the sheet 'Daten' has no head of INKAR."),
    "no year above a column": (
        export(NAMES, [*YEARS[:5], "gestern"], *DATA_ROWS),
        "the head names no year above column 6, but 'gestern'. Below the name of each indicator stands a year.",
    ),
    "no column of values": (
        export(NAMES[:3], YEARS[:3], ["01056", "Pinneberg", "Kreise"]),
        "the sheet 'Daten' holds no values. Export it again.",
    ),
    "no row": (export(NAMES, YEARS, ["", "", "Kreise"]), "the sheet 'Daten' holds no values."),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_no_whole_export_is_refused_with_the_reason(name: str) -> None:
    content, message = REFUSED[name]

    with pytest.raises(DeliveryError) as refused:
        read(content, name="a.xls")

    assert str(refused.value).startswith(f"a.xls: {message}")


def test_no_message_is_left_without_a_file_that_provokes_it() -> None:
    assert unprovoked(inkar, [message for _, message in REFUSED.values()]) == []

"""Tables of regionalstatistik.de: heads of every depth, both encodings, footers, and what is refused."""

from __future__ import annotations

from datetime import date

import pytest

from gemeinsinn.errors import DeliveryError
from gemeinsinn.sources.reading import Reading
from gemeinsinn.sources.regionalstatistik import read
from support.readings import cells, regional_table


YEARS_AND_SEX = """
Bevölkerungsstand: Bevölkerung nach Geschlecht;;;;;
- Stichtag 31.12. -;;;;;
regionale Tiefe: Gemeinden;;;;;
Bevölkerungsstand (Anzahl);;;;;
;;31.12.2015;31.12.2015;31.12.2014;31.12.2014
;;Insgesamt;weiblich;Insgesamt;weiblich
DG;Deutschland;82175684;41661561;81197537;41362080
01;  Schleswig-Holstein;2858714;1459256;2830864;1449413
01056;      Pinneberg, Landkreis;307471;157236;304087;155679
01056015;        Elmshorn, Stadt;48684;25041;.;-
"""
ONE_KEY_DATE = """
Wanderungsstatistik;;;
Zeitraum;;;
Stichtag: 31.12.2015;;;
;;Zuzüge;Fortzüge
;;Anzahl;Anzahl
01056;Pinneberg;100;90
"""
PERIOD_IN_FRONT = """
Regionalatlas Deutschland Indikatoren;;;
;;;Männliches pädagogisches Personal
;;;Prozent
2011;DG;Deutschland;3,8
2011;01;  Schleswig-Holstein;6,0
2014;DG;Deutschland;4,9
"""


def read_text(body: str, **options: str) -> Reading:
    return read(regional_table(body), name="table.csv", **options)


def test_years_and_sexes_above_the_values_become_periods_and_a_dimension() -> None:
    reading = read_text(YEARS_AND_SEX)

    assert reading.dimensions == ("sex",)
    assert cells(reading.observations.filter(reading.observations["area"] == "01056"), "period", "sex") == {
        ("2015", "total"): 307_471,
        ("2015", "female"): 157_236,
        ("2014", "total"): 304_087,
        ("2014", "female"): 155_679,
    }


def test_the_line_below_the_title_names_the_measure_and_its_unit() -> None:
    reading = read_text(YEARS_AND_SEX)

    assert set(reading.observations["measure"]) == {"Bevölkerungsstand"}
    assert set(reading.observations["unit"]) == {"Anzahl"}


def test_key_dates_in_the_head_date_the_values() -> None:
    reading = read_text(YEARS_AND_SEX)

    assert set(reading.observations["valid_on"]) == {date(2015, 12, 31), date(2014, 12, 31)}


def test_indented_names_lose_their_blanks_and_keep_their_commas() -> None:
    reading = read_text(YEARS_AND_SEX)

    assert reading.observations["area_name"].unique(maintain_order=True).to_list() == [
        "Deutschland",
        "Schleswig-Holstein",
        "Pinneberg, Landkreis",
        "Elmshorn, Stadt",
    ]


def test_every_cell_knows_its_row_and_column_in_the_file() -> None:
    """Counted from 1, so that a steward finds the cell in an editor and in a spreadsheet."""
    lines = regional_table(YEARS_AND_SEX).decode().splitlines()

    rows = read_text(YEARS_AND_SEX).observations

    elmshorn = rows.filter((rows["area"] == "01056015") & (rows["period"] == "2015") & (rows["sex"] == "female"))
    row, column = elmshorn.select("row", "column").row(0)
    assert lines[row - 1].split(";")[column - 1] == "25041"


def test_title_code_and_state_are_kept() -> None:
    reading = read_text(YEARS_AND_SEX)

    assert reading.table_code == "99999-01-01-4"
    assert reading.title == (
        "Bevölkerungsstand: Bevölkerung nach Geschlecht - Stichtag 31.12. - regionale Tiefe: Gemeinden"
    )
    assert reading.stand == "10.10.2017 / 11:01:03"


def test_the_footer_is_kept_as_notes_and_attribution() -> None:
    reading = read_text(YEARS_AND_SEX)

    assert reading.notes == (
        'zu "gesamte Tabelle": Mit kleinen Abweichungen zwischen den Ländern ist zu rechnen.',
        "Berlin: ohne Bezirke",
    )
    assert reading.attribution.startswith(
        "© Statistische Ämter des Bundes und der Länder, Deutschland, 2017. Dieses Werk"
    )
    assert reading.attribution.endswith("Version 2.0.")


@pytest.mark.parametrize(("encoding", "named"), [("utf-8", "utf-8"), ("utf-8-sig", "utf-8"), ("iso-8859-1", "cp1252")])
def test_both_encodings_are_detected_and_named(encoding: str, named: str) -> None:
    reading = read(regional_table(YEARS_AND_SEX, encoding=encoding), name="table.csv")

    assert reading.encoding == named
    assert reading.title.startswith("Bevölkerungsstand: Bevölkerung")
    assert reading.table_code == "99999-01-01-4"
    assert cells(reading.observations, "area", "period", "sex")["DG", "2015", "total"] == 82_175_684


def test_windows_line_ends_make_no_difference() -> None:
    windows = regional_table(YEARS_AND_SEX).replace(b"\n", b"\r\n")

    reading = read(windows, name="table.csv")

    plain = read_text(YEARS_AND_SEX)
    assert reading.observations.equals(plain.observations)
    assert (reading.stand, reading.title) == (plain.stand, plain.title)


def test_the_period_may_stand_in_front_of_the_key() -> None:
    reading = read_text(PERIOD_IN_FRONT)

    assert cells(reading.observations) == {("DG", "2011"): 3.8, ("01", "2011"): 6.0, ("DG", "2014"): 4.9}


def test_measure_and_unit_may_stand_in_bands_of_the_head() -> None:
    reading = read_text(ONE_KEY_DATE)

    assert cells(reading.observations, "measure", "unit") == {("Zuzüge", "Anzahl"): 100, ("Fortzüge", "Anzahl"): 90}


@pytest.mark.parametrize(
    ("line", "valid_on"),
    [
        ("Stichtag: 31.12.2015", date(2015, 12, 31)),
        ("31.12.2015", date(2015, 12, 31)),
        ("- 31.12.2015 -", date(2015, 12, 31)),
        ("Gemeinden - Stichtag 30.09.2015", date(2015, 9, 30)),
        ("2015", None),
    ],
)
def test_one_period_in_the_title_holds_for_the_whole_table(line: str, valid_on: date | None) -> None:
    reading = read_text(ONE_KEY_DATE.replace("Stichtag: 31.12.2015", line))

    assert set(reading.observations["period"]) == {"2015"}
    assert set(reading.observations["valid_on"]) == {valid_on}


def test_columns_behind_the_name_are_dimensions() -> None:
    reading = read_text(
        """
        Bevölkerung nach Alter;;;;
        Bevölkerung (Anzahl);;;;
        ;;;;Insgesamt;männlich
        31.12.2015;DG;Deutschland;unter 3 Jahre;2200407;1130438
        31.12.2015;DG;Deutschland;75 Jahre und mehr;9096421;3736297
        31.12.2015;DG;Deutschland;Insgesamt;82175684;40514123
    """.replace("        ", "")
    )

    assert reading.dimensions == ("age", "sex")
    assert cells(reading.observations, "age", "sex")["0-2", "male"] == 1_130_438
    assert cells(reading.observations, "age", "sex")["75+", "total"] == 9_096_421
    assert cells(reading.observations, "age", "sex")["total", "total"] == 82_175_684


def test_a_title_above_a_band_names_its_dimension() -> None:
    reading = read_text(
        """
        Wahlen;;;;
        2013;;;;
        ;;Gültige Stimmen;Gültige Stimmen;Gültige Stimmen
        ;;Parteien;Parteien;Parteien
        ;;Insgesamt;CDU;SPD
        ;;Anzahl;Anzahl;Anzahl
        01056;Pinneberg;300;100;90
    """.replace("        ", "")
    )

    assert reading.dimension_titles == {"party": "Parteien"}
    assert cells(reading.observations, "measure", "party") == {
        ("Gültige Stimmen", "total"): 300,
        ("Gültige Stimmen", "CDU"): 100,
        ("Gültige Stimmen", "SPD"): 90,
    }


def test_bands_that_nobody_can_name_are_numbered() -> None:
    reading = read_text(
        """
        Betriebe;;;
        2010;;;
        ;;Betriebe;Betriebe
        ;;im Haupterwerb;im Nebenerwerb
        ;;mit Rindern;mit Schafen
        ;;Anzahl;Anzahl
        01056;Pinneberg;3;4
    """.replace("        ", "")
    )

    assert reading.dimensions == ("breakdown", "breakdown_2")
    assert cells(reading.observations, "breakdown", "breakdown_2") == {
        ("im Haupterwerb", "mit Rindern"): 3,
        ("im Nebenerwerb", "mit Schafen"): 4,
    }


def test_measure_and_unit_may_stand_in_every_row() -> None:
    reading = read_text(
        """
        Flächen;;;;
        ;;;;2014;2015
        01056;Pinneberg;Wald;ha;10,5;11
        01056;Pinneberg;Wege;km;7;8
    """.replace("        ", "")
    )

    assert cells(reading.observations, "measure", "unit", "period") == {
        ("Wald", "ha", "2014"): 10.5,
        ("Wald", "ha", "2015"): 11,
        ("Wege", "km", "2014"): 7,
        ("Wege", "km", "2015"): 8,
    }


def test_a_declared_period_fills_a_table_that_names_none() -> None:
    without = ONE_KEY_DATE.replace("Stichtag: 31.12.2015;;;\n", "")

    reading = read_text(without, period="30.06.2016")

    assert set(reading.observations["period"]) == {"2016"}
    assert set(reading.observations["valid_on"]) == {date(2016, 6, 30)}


def test_a_declared_period_never_goes_before_one_that_the_table_names() -> None:
    reading = read_text(ONE_KEY_DATE, period="2016")

    assert set(reading.observations["period"]) == {"2015"}


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        ("01056;Pinneberg;100", "the row has 3 columns, the head 4."),
        ("01056;Pinneberg; Kreis;100;90", "the row has 5 columns, the head 4."),
        (";nachrichtlich;1;2", "the row does not begin with the key of an area."),
    ],
)
def test_a_row_that_is_not_whole_is_a_problem_of_its_own(row: str, problem: str) -> None:
    """A semicolon in a name would otherwise push every number one column to the right."""
    reading = read_text(f"{ONE_KEY_DATE.strip()}\n{row}\n")

    assert [(each.row, each.problem) for each in reading.problems] == [(8, problem)]
    assert reading.observations.height == 2
    assert reading.rows_in == 3


def test_empty_cells_behind_the_last_column_are_no_problem() -> None:
    reading = read_text(ONE_KEY_DATE.replace(";100;90", ";100;90;;"))

    assert reading.problems == ()


def test_a_cell_that_does_not_read_is_a_problem_with_its_place() -> None:
    reading = read_text(ONE_KEY_DATE.replace(";100;90", ";1OO;90"))

    assert [(each.row, each.column, each.raw) for each in reading.problems] == [(7, "3", "1OO")]


@pytest.mark.parametrize(
    ("content", "options", "what"),
    [
        (
            regional_table(YEARS_AND_SEX)[:400],
            {},
            "the table ends without its footer, so it was cut short. Fetch it again",
        ),
        (
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1\x00\x00",
            {},
            "this is a workbook and no text. Fetch the table as CSV, or read the workbook as `mapped`",
        ),
        (b"PK\x03\x04\x14\x00", {"encoding": "cp1252"}, "this is a workbook and no text."),
        (b"", {}, "the table ends without its footer, so it was cut short. Fetch it again"),
        (
            regional_table("Titel;;\n;;Anzahl\nkein Schlüssel;x;1"),
            {},
            "no row begins with the key of an area. A table has",
        ),
        (regional_table("Titel;;\n01056;Pinneberg;7"), {}, "the head does not stand above the values. Fetch it again"),
        (
            regional_table(ONE_KEY_DATE.replace("Stichtag: 31.12.2015;;;\n", "")),
            {},
            "the table names no period. Say the period it stands for, e.g. `period: 2015` in sources.yaml",
        ),
        (regional_table(ONE_KEY_DATE), {"period": "gestern"}, "'gestern' is no period. Write 2015, 31.12.2015"),
        (regional_table(ONE_KEY_DATE), {"encoding": "ascii"}, "the file is not ascii text. Leave `encoding` out"),
        (regional_table(ONE_KEY_DATE), {"encoding": "klingon"}, "the file is not klingon text. Leave `encoding` out"),
        (
            regional_table(ONE_KEY_DATE.replace(";Pinneberg;", ';"Pinneberg;')),
            {},
            "a quotation mark in row 7 is never closed. Close or double it.",
        ),
    ],
)
def test_what_is_no_whole_table_is_refused_with_the_reason(content: bytes, options: dict[str, str], what: str) -> None:
    with pytest.raises(DeliveryError) as refused:
        read(content, name="table.csv", **options)

    assert str(refused.value).startswith(f"table.csv: {what}")


def test_a_footer_without_notes_is_a_footer() -> None:
    table = regional_table(ONE_KEY_DATE, footer='__________\n"© Amt"\nStand: 1.1.2018\n')

    reading = read(table, name="table.csv")

    assert (reading.notes, reading.attribution, reading.stand) == ((), "© Amt", "1.1.2018")

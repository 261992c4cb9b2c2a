"""Numbers and signs: what a cell says, and that a gap is never read as a zero."""

from __future__ import annotations

import pytest

from gemeinsinn.concepts.observations import ObsStatus
from gemeinsinn.sources import mapped
from gemeinsinn.sources.reading import Reading
from support.readings import cells, mapping


def reading_of(*texts: str, declared: str = "") -> Reading:
    """A file with one cell a year from 2001 on, read by a mapping with these further lines."""
    rows = "".join(f'01001;{2001 + place};"{text}"\n' for place, text in enumerate(texts))
    lines = f"area: {{column: key}}\nperiod: {{column: year}}\nvalues: [{{column: n, measure: n, unit: Anzahl}}]\n{declared}"
    return mapped.read(f"key;year;n\n{rows}".encode(), name="file.csv", mapping=mapping(lines))


def said(text: str, declared: str = "") -> float | str | None:
    """The value of one cell, its status if it has none, or None if it went to the problems."""
    reading = reading_of(text, "1", declared=declared)
    return cells(reading.observations, "period").get("2001")


@pytest.mark.parametrize(
    ("sign", "status"),
    [
        (".", ObsStatus.SOURCE_CONFIDENTIAL),
        ("-", ObsStatus.SOURCE_NOTHING),
        ("–", ObsStatus.SOURCE_NOTHING),
        ("/", ObsStatus.SOURCE_UNRELIABLE),
        ("x", ObsStatus.SOURCE_BLOCKED),
        ("X", ObsStatus.SOURCE_BLOCKED),
        ("...", ObsStatus.SOURCE_LATER),
        ("…", ObsStatus.SOURCE_LATER),
        ("", ObsStatus.SOURCE_EMPTY),
        ("  ", ObsStatus.SOURCE_EMPTY),
    ],
)
def test_every_sign_of_official_statistics_has_its_status_and_no_value(sign: str, status: ObsStatus) -> None:
    assert said(sign) == status


def test_a_zero_is_a_number() -> None:
    assert said("0") == 0


@pytest.mark.parametrize(
    ("text", "value"),
    [("42", 42), ("3,8", 3.8), ("-1,5", -1.5), ("+7", 7), (" 42 ", 42), ("0,0", 0), ("1,5e3", 1500), ("007", 7)],
)
def test_german_numbers_have_a_decimal_comma(text: str, value: float) -> None:
    assert said(text) == value


def test_a_number_in_brackets_is_weak() -> None:
    reading = reading_of("(12,5)", "( 7 )")

    rows = reading.observations
    assert rows["value"].to_list() == [12.5, 7]
    assert rows["status"].to_list() == ["weak", "weak"]


@pytest.mark.parametrize(
    "text",
    [
        "1.234",  # a thousand and more, or one and a bit? nobody said
        "1 234",
        "12,5,3",
        ",5",
        "5,",
        "(12",
        "12)",
        "()",
        "(.)",
        "12 Personen",
        "0x1F",
        "inf",
        "NaN",
        "1e999",
        "k. A.",
        "--",
    ],
)
def test_what_is_neither_a_number_nor_a_sign_is_a_problem_and_no_guess(text: str) -> None:
    reading = reading_of(text, "1")

    assert [(each.row, each.column, each.raw) for each in reading.problems] == [(2, "3", text)]
    assert cells(reading.observations, "period") == {"2002": 1}


@pytest.mark.parametrize(
    ("declared", "text", "value"),
    [
        ('decimal: "."', "3.8", 3.8),
        ('grouping: "."', "1.234", 1234),
        ('grouping: "."', "1.234.567,5", 1_234_567.5),
        ('grouping: "."', "999", 999),
        ('decimal: "."\ngrouping: ","', "1,234.5", 1234.5),
        ('grouping: " "', "1 234", 1234),
        ('grouping: "\'"', "1'234", 1234),
    ],
)
def test_other_marks_hold_where_they_are_declared(declared: str, text: str, value: float) -> None:
    assert said(text, declared) == value


@pytest.mark.parametrize("text", ["12.5", "1.23", "1234.567", "1.2345", ".123", "1.234."])
def test_a_thousands_mark_stands_before_three_digits_or_the_cell_is_a_problem(text: str) -> None:
    """Otherwise 12.5, written with a point by mistake, would become 125."""
    assert said(text, 'grouping: "."') is None


def test_a_decimal_comma_is_no_number_where_a_point_was_declared() -> None:
    assert said("3,8", 'decimal: "."') is None


def test_a_source_may_have_signs_of_its_own() -> None:
    assert said("k. A.", 'marks: {"k. A.": source-empty}') == "source-empty"


def test_a_sign_of_its_own_goes_before_the_common_meaning() -> None:
    assert said("-", 'marks: {"-": source-confidential}') == "source-confidential"

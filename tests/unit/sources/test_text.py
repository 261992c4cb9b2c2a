"""Text as authorities send it: encodings, rows of CSV, numbers with commas, and signs in the place of numbers."""

from __future__ import annotations

import polars as pl
import pytest

from gemeinsinn.concepts.observations import STATUS_OF_SIGN, ObsStatus
from gemeinsinn.errors import DeliveryError
from gemeinsinn.sources import text
from gemeinsinn.sources.text import decoded, separated, with_values
from support.messages import unprovoked


def read_cell(written: str | None, **options: object) -> tuple[float | None, str | None]:
    """Value and status of one cell."""
    cells = with_values(pl.DataFrame({"text": [written]}, schema={"text": pl.String}), **options)  # type: ignore[arg-type]
    value, status = cells.select("value", "status").row(0)
    return value, status


@pytest.mark.parametrize(
    ("content", "read", "encoding"),
    [
        ("Köln".encode(), "Köln", "utf-8"),
        ("Köln".encode("utf-8-sig"), "Köln", "utf-8"),
        ("Köln – 5 €".encode("cp1252"), "Köln – 5 €", "cp1252"),
        ("Köln".encode("iso-8859-1"), "Köln", "cp1252"),
        (b"K\xf6ln\x81", "Köln\x81", "iso-8859-1"),
        (b"", "", "utf-8"),
    ],
)
def test_the_encoding_of_a_file_is_detected(content: bytes, read: str, encoding: str) -> None:
    """Windows-1252 has no letter at 0x81, so a file with one can only be ISO-8859-1."""
    assert decoded(content, name="a.csv") == (read, encoding)


def test_a_declared_encoding_goes_before_detection() -> None:
    assert decoded("Köln".encode("utf-16"), name="a.csv", encoding="utf-16") == ("Köln", "utf-16")


def test_a_mark_at_the_beginning_is_no_letter_under_a_declared_encoding_either() -> None:
    assert decoded("a".encode("utf-8-sig"), name="a.csv", encoding="utf-8") == ("a", "utf-8")


@pytest.mark.parametrize("encoding", ["ascii", "klingon", "hex", "undefined", "a\0b"])
def test_an_encoding_that_is_not_that_of_the_file_is_refused(encoding: str) -> None:
    with pytest.raises(DeliveryError) as refused:
        decoded("Köln".encode(), name="a.csv", encoding=encoding)

    assert str(refused.value) == (
        f"a.csv: the file is not {encoding} text. Leave `encoding` out to have it detected, or declare the right one "
        "(utf-8, cp1252, …)."
    )


@pytest.mark.parametrize(
    ("written", "rows"),
    [
        ("a;b\n1;2\n", [["a", "b"], ["1", "2"]]),
        ("a;b\r\n1;2\r\n", [["a", "b"], ["1", "2"]]),
        ("a;b\r1;2", [["a", "b"], ["1", "2"]]),
        ('"a;b";c', [["a;b", "c"]]),
        ('"say ""a""";b', [['say "a"', "b"]]),
        ('"two\nlines";b', [["two\nlines", "b"]]),
        ("a\n\nb", [["a"], [], ["b"]]),
        ("", [[]]),
        ("end of file", [["end of file"]]),
    ],
)
def test_rows_are_split_as_spreadsheets_write_them(written: str, rows: list[list[str]]) -> None:
    assert separated(written, name="a.csv") == rows


def test_another_delimiter_can_be_told() -> None:
    assert separated("a,b;c", name="a.csv", delimiter=",") == [["a", "b;c"]]


def test_blank_rows_at_the_end_are_left_out() -> None:
    assert separated("a;b\n\n\n", name="a.csv") == [["a", "b"]]


def test_an_open_quotation_mark_is_named_with_its_row() -> None:
    """It would swallow every row behind it, and nobody would miss them."""
    with pytest.raises(DeliveryError) as refused:
        separated('a;b\n1;"2\n3;4\n', name="a.csv")

    assert str(refused.value) == "a.csv: a quotation mark in row 2 is never closed. Close or double it."


def test_an_open_quotation_mark_is_found_before_very_many_rows_too() -> None:
    with pytest.raises(DeliveryError, match="a quotation mark in row 2 is never closed"):
        separated('a\n"' + "1234567\n" * 50_000, name="a.csv")


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("0", 0),
        ("12", 12),
        ("-3", -3),
        ("+3", 3),
        ("1,5", 1.5),
        ("-0,25", -0.25),
        (" 7 ", 7),
        ("1e3", 1000),
        ("007", 7),
    ],
)
def test_a_number_is_read_as_it_is_written(written: str, value: float) -> None:
    assert read_cell(written) == (value, "normal")


@pytest.mark.parametrize(
    "written", ["1.234", "1 234", "1,2,3", "1,", ",5", "12a", "0x1F", "1_000", "٣", "nan", "inf", "1e999"]
)
def test_what_is_no_number_is_never_guessed_at(written: str) -> None:
    """A point before three digits may be a thousand or a thousandth."""
    assert read_cell(written) == (None, None)


@pytest.mark.parametrize(
    ("written", "value"), [("1.234", 1234), ("1.234.567,5", 1_234_567.5), ("12", 12), ("1234", 1234)]
)
def test_a_declared_thousands_mark_is_taken_before_three_digits(written: str, value: float) -> None:
    assert read_cell(written, grouping=".") == (value, "normal")


@pytest.mark.parametrize("written", ["1.23", "1234.567", "1.2345", ".123"])
def test_a_thousands_mark_elsewhere_makes_no_number(written: str) -> None:
    assert read_cell(written, grouping=".") == (None, None)


def test_a_declared_decimal_point_leaves_no_comma() -> None:
    assert read_cell("1.5", decimal=".") == (1.5, "normal")
    assert read_cell("1,5", decimal=".") == (None, None)


@pytest.mark.parametrize("written", ["(12)", "( 12 )", "(12,5)"])
def test_a_number_in_brackets_is_of_limited_reliability(written: str) -> None:
    value, status = read_cell(written)

    assert value in (12, 12.5)
    assert status == ObsStatus.WEAK


@pytest.mark.parametrize("written", ["(12", "12)", "()", "(x)", "(1 2)"])
def test_brackets_around_no_number_are_neither(written: str) -> None:
    assert read_cell(written) == (None, None)


@pytest.mark.parametrize("sign", STATUS_OF_SIGN)
def test_every_sign_of_official_tables_is_a_status_without_a_number(sign: str) -> None:
    assert read_cell(sign) == (None, STATUS_OF_SIGN[sign])


def test_a_cell_that_is_not_there_is_an_empty_one() -> None:
    assert read_cell(None) == (None, ObsStatus.SOURCE_EMPTY)


def test_declared_marks_stand_beside_the_official_signs_and_before_them() -> None:
    marks = {"k.A.": ObsStatus.SOURCE_UNRELIABLE, ".": ObsStatus.SOURCE_NOTHING}

    assert read_cell("k.A.", marks=marks) == (None, ObsStatus.SOURCE_UNRELIABLE)
    assert read_cell(".", marks=marks) == (None, ObsStatus.SOURCE_NOTHING)
    assert read_cell("/", marks=marks) == (None, ObsStatus.SOURCE_UNRELIABLE)


def test_no_message_is_left_without_a_file_that_provokes_it() -> None:
    provoked = [
        "the file is not ascii text.",
        "this is a workbook and no text.",
        "a quotation mark in row 2 is never closed.",
    ]

    assert unprovoked(text, provoked) == []

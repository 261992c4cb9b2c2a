"""Choosing cells of a source: totals, age classes that make up a span, thousands, and what a source does not have."""

from __future__ import annotations

import polars as pl
import pytest

from gemeinsinn.errors import DefinitionError
from gemeinsinn.indicators.cells import ages, chosen_cells, tiles
from gemeinsinn.indicators.definition import Part


def table(*rows: tuple[str, str, float | None, str], measure: str = "people", unit: str = "Anzahl") -> pl.DataFrame:
    """Rows of sex, age, value, status for one area and year."""
    schema = {"sex": pl.String, "age": pl.String, "value": pl.Float64, "status": pl.String}
    return pl.DataFrame(list(rows), schema=schema, orient="row").with_columns(
        area=pl.lit("01001001"),
        period=pl.lit("2023"),
        valid_on=pl.lit(None, dtype=pl.Date),
        measure=pl.lit(measure),
        unit=pl.lit(unit),
    )


BY_AGE = table(
    ("total", "total", 100, "normal"),
    ("total", "0-2", 3, "normal"),
    ("total", "3-5", 4, "normal"),
    ("total", "6-17", 13, "normal"),
    ("total", "18+", 80, "normal"),
    ("female", "total", 52, "normal"),
    ("female", "0-2", None, "source-confidential"),
    ("female", "3-5", 2, "weak"),
    ("female", "6-17", 7, "normal"),
)
PART = Part("counts", "people")


def value(rows: pl.DataFrame = BY_AGE, **where: tuple[str, ...]) -> tuple[float | None, int]:
    """The one value that is chosen, and the code of its status."""
    cells = chosen_cells(rows, PART, where, place="table 'people'")
    assert cells.height == 1
    return cells["value"][0], cells["code"][0]


def test_dimensions_that_are_not_chosen_stand_at_their_total() -> None:
    assert value() == (100, 0)
    assert value(sex=("female",)) == (52, 0)


def test_several_codes_are_added_up() -> None:
    assert value(age=("0-2", "6-17")) == (16, 0)


def test_a_span_is_added_up_from_the_classes_that_it_is_made_of() -> None:
    assert value(age=("0-17",)) == (20, 0)


def test_a_sum_that_lacks_a_cell_has_the_sign_of_that_cell() -> None:
    assert value(sex=("female",), age=("0-5",)) == (None, 4)


def test_a_sum_of_a_weak_cell_is_weak() -> None:
    assert value(sex=("female",), age=("3-17",)) == (9, 1)


def test_a_sum_that_lacks_the_row_of_an_area_has_no_value_there() -> None:
    elsewhere = BY_AGE.with_columns(area=pl.lit("01001002")).filter(pl.col("age") != "6-17")

    cells = chosen_cells(pl.concat([BY_AGE, elsewhere]), PART, {"age": ("3-5", "6-17")}, place="table 'people'")

    assert cells.select("area", "value", "code").rows() == [("01001001", 17, 0), ("01001002", None, 12)]


@pytest.mark.parametrize(
    ("unit", "factor"), [("Tsd. EUR", 1_000), ("Mill. EUR", 1_000_000), ("EUR", 1), ("1000", 1_000)]
)
def test_units_in_thousands_and_millions_become_the_plain_unit(unit: str, factor: int) -> None:
    rows = table(("total", "total", 2.5, "normal"), unit=unit)

    assert value(rows) == (2.5 * factor, 0)


def test_a_dimension_with_one_code_needs_no_choice() -> None:
    rows = BY_AGE.filter((pl.col("sex") == "female") & (pl.col("age") == "total"))

    assert value(rows) == (52, 0)


MISTAKES: dict[str, tuple[Part, dict[str, tuple[str, ...]], str]] = {
    "a measure nearly known": (
        Part("counts", "peeple"),
        {},
        "the source 'counts' has no measure 'peeple'. Did you mean 'people'?",
    ),
    "a measure unknown": (
        Part("counts", "income"),
        {},
        "the source 'counts' has no measure 'income'. It has: people.",
    ),
    "a dimension unknown": (PART, {"ag": ("0-2",)}, "the source 'counts' has no dimension 'ag'. Did you mean 'age'?"),
    "a code nearly known": (
        PART,
        {"sex": ("femal",)},
        "source 'counts', measure 'people' has no sex 'femal'. Did you mean 'female'?",
    ),
    "one of two spans that the source does not have": (
        PART,
        {"age": ("3-5", "20-24")},
        "source 'counts', measure 'people' has no age '20-24'. Did you mean '3-5'?",
    ),
    "a span that cuts a class": (
        PART,
        {"age": ("0-3",)},
        "source 'counts', measure 'people' has no age '0-3'. Did you mean '0-2'?",
    ),
}


@pytest.mark.parametrize("name", MISTAKES)
def test_what_a_source_does_not_have_is_named_with_what_it_has(name: str) -> None:
    part, where, message = MISTAKES[name]

    with pytest.raises(DefinitionError) as raised:
        chosen_cells(BY_AGE, part, where, place="table 'people'")

    assert str(raised.value) == f"table 'people': {message}"


def test_a_dimension_without_total_has_to_be_chosen() -> None:
    rows = BY_AGE.filter(pl.col("age") != "total")

    with pytest.raises(DefinitionError) as raised:
        chosen_cells(rows, PART, {}, place="table 'people'")

    assert str(raised.value) == (
        "table 'people': 'age' of source 'counts', measure 'people' is not chosen and has no total. "
        "Choose from: 0-2, 18+, 3-5, 6-17."
    )


@pytest.mark.parametrize(
    ("code", "span"), [("0-17", (0, 17)), ("65+", (65, 999)), ("18", (18, 18)), ("total", None), ("u18", None)]
)
def test_an_age_class_has_a_first_and_a_last_age(code: str, span: tuple[int, int] | None) -> None:
    assert ages(code) == span


@pytest.mark.parametrize(
    ("span", "classes"),
    [
        ("0-5", ["0-2", "3-5"]),
        ("3+", ["3-5", "6-9", "10+"]),
        ("0-9", ["0-2", "3-5", "6-9"]),
        ("0-4", []),
        ("1-5", []),
        ("0-19", []),
        ("total", []),
    ],
)
def test_a_span_is_made_of_whole_classes_or_of_none(span: str, classes: list[str]) -> None:
    assert tiles(span, ["0-2", "3-5", "6-9", "10+", "total"]) == classes


def test_of_overlapping_classes_the_widest_is_taken() -> None:
    assert tiles("0-17", ["0-2", "0-5", "3-5", "6-17", "6-9"]) == ["0-5", "6-17"]

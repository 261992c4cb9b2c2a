"""Panels: other periods, other areas, years shifted, and where numbers of two panels come from."""

from __future__ import annotations

import numpy as np
import pytest

from gemeinsinn.indicators.panel import (
    NOT_COLLECTED,
    NOWHERE,
    Panel,
    Provenance,
    empty_panel,
    joined_origin,
)


A, B = Provenance(("a",), ("old",), "2015-12-31"), Provenance(("b",), ("new",), "", "added-up")


def panel(values: list[list[float]], *, periods: tuple[str, ...], origin: list[list[int]] | None = None) -> Panel:
    """Two areas; nan where nothing was collected."""
    numbers = np.array(values)
    places = np.where(np.isnan(numbers), NOWHERE, 0) if origin is None else np.array(origin)
    status = np.where(np.isnan(numbers), NOT_COLLECTED, 0).astype(np.uint8)
    return Panel(
        ("x", "y"), periods, numbers, status, places.astype(np.int32), np.zeros(numbers.shape, np.uint8), (A, B)
    )


NAN = float("nan")
YEARS = panel([[1, 2, NAN], [NAN, 4, 5]], periods=("2014", "2015", "2016"))


def test_a_period_that_a_panel_does_not_have_is_not_collected() -> None:
    wider = YEARS.at_periods(["2013", "2015"])

    assert wider.values[:, 1].tolist() == [2, 4]
    assert np.isnan(wider.values[:, 0]).all()
    assert (wider.status[:, 0] == NOT_COLLECTED).all()
    assert wider.provenance == YEARS.provenance


def test_areas_are_picked_in_the_order_asked_for() -> None:
    other = YEARS.at_areas(["y", "x"])

    assert other.areas == ("y", "x")
    assert other.values[:, 1].tolist() == [4, 2]


def test_a_shifted_panel_shows_each_number_some_years_later() -> None:
    assert YEARS.shifted(5).periods == ("2019", "2020", "2021")
    assert YEARS.shifted(5).values is YEARS.values


@pytest.mark.parametrize(
    ("values", "origin", "kept"),
    [
        ([[NAN, 1, NAN], [NAN, NAN, NAN]], None, ("2015",)),
        ([[1, NAN, 1], [NAN, NAN, NAN]], None, ("2014", "2016")),
        ([[1, NAN, 1], [NAN, NAN, NAN]], [[0, 0, 0], [-1, -1, -1]], ("2014", "2015", "2016")),
        ([[NAN, 1, NAN], [NAN, NAN, NAN]], [[0, 0, 0], [0, 0, 0]], ("2015",)),
        ([[NAN, NAN, NAN], [NAN, NAN, NAN]], None, ()),
    ],
    ids=["around", "between", "a sign between", "signs around", "nothing"],
)
def test_periods_without_number_or_sign_are_left_out(
    values: list[list[float]], origin: list[list[int]] | None, kept: tuple[str, ...]
) -> None:
    full = panel(values, periods=("2014", "2015", "2016"), origin=origin)

    assert full.without_empty_periods().periods == kept


def test_an_empty_panel_has_nothing_anywhere() -> None:
    nothing = empty_panel(["x", "y"], ["2015"])

    assert not nothing.known.any()
    assert (nothing.origin == NOWHERE).all()
    assert (nothing.status == NOT_COLLECTED).all()


def test_a_number_made_of_two_names_both_sources_and_both_bases() -> None:
    first = panel([[1, 1], [1, NAN]], periods=("2014", "2015"), origin=[[0, 0], [1, -1]])
    second = panel([[1, 1], [1, NAN]], periods=("2014", "2015"), origin=[[1, 0], [-1, -1]])

    origin, provenance = joined_origin(first, second)

    def told(row: int, column: int) -> Provenance | None:
        place = origin[row, column]
        return provenance[place] if place != NOWHERE else None

    assert told(0, 0) == Provenance(("a", "b"), ("old", "new"), "2015-12-31", "added-up")
    assert told(0, 1) == A
    assert told(1, 0) == B
    assert told(1, 1) is None

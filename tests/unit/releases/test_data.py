"""Numbers of one indicator as a release holds them: asked by area and period, also for what it does not hold."""

from __future__ import annotations

from typing import Any

import pytest

from gemeinsinn.concepts.observations import ALL_STATUSES, ObsStatus
from gemeinsinn.releases.data import Cell, IndicatorData, indicator_data


SECRET = ALL_STATUSES.index(ObsStatus.SOURCE_CONFIDENTIAL)
NOT_COLLECTED = ALL_STATUSES.index(ObsStatus.NOT_COLLECTED)
PLAIN: dict[str, Any] = {
    "id": "share",
    "unit": "percent",
    "decimals": 1,
    "areas": ["a", "b"],
    "periods": ["2021", "2022", "2023"],
    "values": [[1.5, 0, None], [None, None, None]],
    "status": [[0, 0, NOT_COLLECTED], [SECRET, NOT_COLLECTED, NOT_COLLECTED]],
    "lower": [[1, 0, None], [None, None, None]],
    "upper": [[2, 0.5, None], [None, None, None]],
    "numerator": None,
    "denominator": [[100, 100, None], [None, None, None]],
    "provenance": [{"sources": ["one", "two"], "bases": ["census"], "valid_on": "2021-12-31", "made": "added-up"}],
    "origin": [[0, 0, -1], [0, -1, -1]],
    "converted": [[0, 1]],
    "breaks": [{"period": "2022", "kind": "basis", "text": {}}],
}


@pytest.fixture
def data() -> IndicatorData:
    return indicator_data(PLAIN)


def test_a_cell_says_all_that_is_known_of_its_number(data: IndicatorData) -> None:
    assert data.cell("a", "2021") == Cell(
        1.5, ObsStatus.NORMAL, 1, 2, None, 100, ("one", "two"), ("census",), "2021-12-31", "added-up", converted=False
    )


def test_a_converted_number_says_so(data: IndicatorData) -> None:
    assert data.cell("a", "2022").converted


def test_a_zero_is_a_number(data: IndicatorData) -> None:
    assert data.cell("a", "2022").value == 0
    assert data.latest("a") == "2022"


def test_a_sign_keeps_the_source_that_set_it(data: IndicatorData) -> None:
    found = data.cell("b", "2021")

    assert (found.value, found.status, found.sources) == (None, "source-confidential", ("one", "two"))


def test_where_nobody_says_anything_there_is_no_source(data: IndicatorData) -> None:
    assert data.cell("b", "2022") == Cell(None, ObsStatus.NOT_COLLECTED)


@pytest.mark.parametrize(("area", "period"), [("x", "2021"), ("a", "1999"), ("x", "1999")])
def test_what_the_file_does_not_hold_was_not_collected(data: IndicatorData, area: str, period: str) -> None:
    assert data.cell(area, period) == Cell(None, ObsStatus.NOT_COLLECTED)


@pytest.mark.parametrize("area", ["b", "x"])
def test_an_area_without_any_number_has_no_last_period(data: IndicatorData, area: str) -> None:
    assert data.latest(area) is None


def test_a_series_has_every_period_in_order(data: IndicatorData) -> None:
    assert [(period, cell.value) for period, cell in data.series("a")] == [("2021", 1.5), ("2022", 0), ("2023", None)]


def test_the_period_of_a_break_belongs_to_the_part_after_it(data: IndicatorData) -> None:
    assert [data.part(period) for period in ("2021", "2022", "2023")] == [0, 1, 1]


def test_its_size_is_the_number_of_its_cells(data: IndicatorData) -> None:
    assert data.size == 6

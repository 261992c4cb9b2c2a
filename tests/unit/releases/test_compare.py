"""What a release changes against the one before: each value that is new, revised, vanished or hidden, exactly once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from gemeinsinn.concepts.observations import ALL_STATUSES, ObsStatus
from gemeinsinn.releases.compare import Changes, note_changes, note_vanished
from gemeinsinn.releases.data import indicator_data


NORMAL, SECRET = ALL_STATUSES.index(ObsStatus.NORMAL), ALL_STATUSES.index(ObsStatus.SOURCE_CONFIDENTIAL)


def plain(
    values: Sequence[Sequence[float | None]], *, areas: Sequence[str] = ("a", "b"), periods: Sequence[str] = ("2022",)
) -> dict[str, Any]:
    """The file of an indicator; what has no value is kept secret by its source."""
    return {
        "id": "share",
        "unit": "percent",
        "decimals": 1,
        "areas": list(areas),
        "periods": list(periods),
        "values": [list(row) for row in values],
        "status": [[SECRET if value is None else NORMAL for value in row] for row in values],
        "lower": None,
        "upper": None,
        "numerator": None,
        "denominator": None,
        "origin": [[0 for _ in row] for row in values],
        "provenance": [{"sources": ["counts"], "bases": [], "valid_on": "", "made": ""}],
        "converted": [],
        "breaks": [],
    }


def changes(before: dict[str, Any] | None, now: dict[str, Any]) -> Changes:
    found = Changes()
    note_changes(found, indicator_data(before) if before else None, now)
    return found


def test_nothing_changes_between_equal_files() -> None:
    found = changes(plain([[1], [None]]), plain([[1], [None]]))

    assert found.counts == {"new": 0, "revised": 0, "vanished": 0, "hidden": 0}


def test_all_numbers_of_a_new_indicator_are_new() -> None:
    found = changes(None, plain([[1], [None]]))

    assert found.new == {"share": 1}


def test_an_indicator_without_any_number_adds_nothing() -> None:
    assert changes(None, plain([[None], [None]])).new == {}


def test_a_number_in_the_place_of_a_sign_is_new() -> None:
    found = changes(plain([[1], [None]]), plain([[1], [2]]))

    assert (found.new, found.revised) == ({"share": 1}, [])


def test_another_number_is_revised_and_told_with_the_old_one() -> None:
    found = changes(plain([[1], [2]]), plain([[1], [3]]))

    assert found.revised == [["share", "b", "2022", 2, 3]]


def test_a_sign_in_the_place_of_a_number_hides_it() -> None:
    found = changes(plain([[1], [2]]), plain([[1], [None]]))

    assert found.hidden == [["share", "b", "2022", 2, "source-confidential"]]


def test_a_number_of_an_area_that_is_no_more_has_vanished() -> None:
    found = changes(plain([[1], [2]]), plain([[1]], areas=["a"]))

    assert found.vanished == [["share", "b", "2022", 2, None]]


def test_a_number_of_a_period_that_is_no_more_has_vanished() -> None:
    found = changes(plain([[1, 2], [3, None]], periods=["2021", "2022"]), plain([[2], [None]]))

    assert found.vanished == [["share", "a", "2021", 1, None], ["share", "b", "2021", 3, None]]


def test_areas_and_periods_in_another_order_are_no_change() -> None:
    before = plain([[1, 2], [3, 4]], periods=["2021", "2022"])
    now = plain([[3, 4], [1, 2]], areas=["b", "a"], periods=["2021", "2022"])

    assert changes(before, now).counts == {"new": 0, "revised": 0, "vanished": 0, "hidden": 0}


def test_zero_and_nothing_are_different() -> None:
    assert changes(plain([[0], [1]]), plain([[None], [1]])).counts["hidden"] == 1
    assert changes(plain([[None], [1]]), plain([[0], [1]])).counts["new"] == 1


def test_all_numbers_of_an_indicator_that_is_no_more_have_vanished() -> None:
    found = Changes()

    note_vanished(found, indicator_data(plain([[1], [None]])))

    assert found.vanished == [["share", "a", "2022", 1, None]]


def test_the_file_of_revisions_names_its_columns() -> None:
    found = changes(plain([[1], [2]]), plain([[1], [3]])).as_json()

    assert dict(zip(found["columns"], found["revised"][0], strict=True)) == {
        "indicator": "share", "area": "b", "period": "2022", "old": 2, "new": 3,
    }  # fmt: skip


@pytest.mark.parametrize("empty", [plain([], areas=[]), plain([[], []], periods=[])], ids=["no areas", "no periods"])
def test_a_file_without_any_cell_is_compared_too(empty: dict[str, Any]) -> None:
    assert changes(empty, plain([[1], [2]])).new == {"share": 2}
    assert changes(plain([[1], [2]]), empty).counts["vanished"] == 2

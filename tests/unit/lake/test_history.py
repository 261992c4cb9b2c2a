"""History of a table: what a delivery adds, changes and closes; the rest is told in the specs of the two clocks."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import polars as pl
import pytest

from gemeinsinn.concepts.temporal import OPEN_RELEASE
from gemeinsinn.lake.history import CLOCK_COLUMNS, as_known, merged


def delivered(counts: Mapping[str, float | None], *, valid_on: date | None = None) -> pl.DataFrame:
    """Counts of 2021 by area; None is a secret one."""
    return pl.DataFrame(
        {
            "area": list(counts),
            "period": ["2021"] * len(counts),
            "valid_on": [valid_on] * len(counts),
            "value": list(counts.values()),
            "status": ["source-confidential" if count is None else "normal" for count in counts.values()],
        },
        schema={"area": pl.String, "period": pl.String, "valid_on": pl.Date, "value": pl.Float64, "status": pl.String},
    )


def known(table: pl.DataFrame, commit: int) -> dict[str, float | None]:
    return dict(as_known(table, commit).select("area", "value").iter_rows())


FIRST = merged(None, delivered({"a": 1, "b": 2, "c": None}), commit=1, run="r1").table


def test_a_first_delivery_is_open_from_its_commit_on() -> None:
    assert set(FIRST.select(CLOCK_COLUMNS).iter_rows()) == {(1, OPEN_RELEASE, "r1")}


def test_what_is_believed_carries_no_system_clock() -> None:
    assert set(CLOCK_COLUMNS).isdisjoint(as_known(FIRST, 1).columns)


@pytest.mark.parametrize(
    ("counts", "added", "changed", "closed"),
    [
        ({"a": 1, "b": 2, "c": None}, 0, 0, 0),
        ({"a": 1, "b": 9, "c": None}, 0, 1, 0),
        ({"a": 1, "b": None, "c": 3}, 0, 2, 0),
        ({"a": 1, "b": 2, "c": None, "d": 4}, 1, 0, 0),
        ({"a": 1, "b": 2}, 0, 0, 1),
        ({"a": 7, "d": 4}, 1, 1, 2),
    ],
)
def test_changes_are_counted_by_kind(counts: dict[str, float | None], added: int, changed: int, closed: int) -> None:
    merge = merged(FIRST, delivered(counts), commit=2, run="r2")

    assert (merge.added, merge.changed, merge.closed) == (added, changed, closed)
    assert known(merge.table, 2) == counts
    assert known(merge.table, 1) == {"a": 1, "b": 2, "c": None}


def test_a_delivery_with_nothing_new_changes_nothing() -> None:
    merge = merged(FIRST, delivered({"c": None, "b": 2, "a": 1}), commit=2, run="r2")

    assert (merge.added, merge.changed, merge.closed) == (0, 0, 0)
    assert merge.table.sort("area").equals(FIRST.sort("area"))


def test_a_partial_delivery_leaves_what_it_does_not_hold() -> None:
    merge = merged(FIRST, delivered({"b": 5}), commit=2, run="r2", partial=True)

    assert (merge.added, merge.changed, merge.closed) == (0, 1, 0)
    assert known(merge.table, 2) == {"a": 1, "b": 5, "c": None}


def test_another_key_date_is_another_fact() -> None:
    merge = merged(FIRST, delivered({"a": 1}, valid_on=date(2021, 6, 30)), commit=2, run="r2", partial=True)

    assert (merge.added, merge.changed) == (1, 0)


def test_rows_keep_the_run_that_brought_them() -> None:
    table = merged(FIRST, delivered({"a": 1, "b": 9, "c": None}), commit=2, run="r2").table

    assert set(table.select("area", "run_id").iter_rows()) == {("a", "r1"), ("b", "r1"), ("b", "r2"), ("c", "r1")}

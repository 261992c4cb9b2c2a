"""Two clocks: a number has a time at which it held and a time at which we knew it, and nothing known is overwritten."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import polars as pl
import pytest

from gemeinsinn.concepts.temporal import OPEN_RELEASE
from gemeinsinn.errors import NotYetKnownError
from gemeinsinn.lake.history import as_known, merged
from gemeinsinn.lake.store import Lake
from gemeinsinn.pipeline.refresh import refreshed
from gemeinsinn.settings.instance import Instance
from support.lake import believed
from support.publishing import keyed
from support.tiny import ASTADT, BEDORF, tiny_instance


def january(day: int) -> datetime:
    return datetime(2026, 1, day, 12, tzinfo=UTC)


def deliver(instance: Instance, moment: datetime, table: str) -> None:
    """Take in a whole file of counts at a moment."""
    (instance.root / "counts.csv").write_text(keyed(table), encoding="utf-8")
    refreshed(instance, ["counts"], clock=lambda: moment)


@pytest.fixture
def corrected(tmp_path: Path) -> Instance:
    """A county whose file came on 5 January and came again on 10 January with Bedorf corrected."""
    instance = tiny_instance(tmp_path)
    deliver(
        instance,
        january(5),
        """
        area    year  cases  people
        Astadt  2023    500   10000
        Bedorf  2023     30     900
        """,
    )
    deliver(
        instance,
        january(10),
        """
        area    year  cases  people
        Astadt  2023    500   10000
        Bedorf  2023     35     900
        """,
    )
    return instance


def known_on(instance: Instance, moment: datetime) -> dict[tuple[str, str], float | str]:
    return believed(instance, manifest=Lake(instance.lake).manifests.known_on(moment))


@pytest.mark.parametrize(("day", "cases"), [(5, 30), (9, 30), (10, 35), (31, 35)])
def test_what_was_known_on_a_day_is_still_what_was_known_on_it(corrected: Instance, day: int, cases: int) -> None:
    assert known_on(corrected, january(day)) == {(ASTADT, "2023"): 500, (BEDORF, "2023"): cases}


def test_a_correction_is_known_from_its_own_moment_on_and_not_before(corrected: Instance) -> None:
    just_before = known_on(corrected, january(10) - timedelta(microseconds=1))
    exactly_then = known_on(corrected, january(10))

    assert just_before[BEDORF, "2023"] == 30
    assert exactly_then[BEDORF, "2023"] == 35


def test_before_the_first_delivery_nothing_is_known_and_the_answer_says_since_when(corrected: Instance) -> None:
    with pytest.raises(NotYetKnownError) as refused:
        known_on(corrected, january(4))

    assert "nothing was known on 04.01.2026" in str(refused.value)
    assert "2026-01-05" in str(refused.value)


def test_a_correction_closes_the_old_row_and_adds_a_new_one(corrected: Instance) -> None:
    lake = Lake(corrected.lake)

    table = lake.read("official/counts", lake.manifests.latest())

    cases = table.filter((pl.col("area") == BEDORF) & (pl.col("measure") == "cases")).sort("sys_from_rel")
    assert cases.select("value", "sys_from_rel", "sys_to_rel").rows() == [(30, 1, 2), (35, 2, OPEN_RELEASE)]


def test_what_did_not_change_keeps_its_only_row(corrected: Instance) -> None:
    lake = Lake(corrected.lake)

    table = lake.read("official/counts", lake.manifests.latest())

    rows = table.filter((pl.col("area") == ASTADT) & (pl.col("measure") == "cases"))
    assert rows.select("value", "sys_from_rel", "sys_to_rel").rows() == [(500, 1, OPEN_RELEASE)]


def test_a_return_to_the_first_number_is_a_third_fact(corrected: Instance) -> None:
    deliver(
        corrected,
        january(20),
        """
        area    year  cases  people
        Astadt  2023    500   10000
        Bedorf  2023     30     900
        """,
    )

    found = [known_on(corrected, january(day))[BEDORF, "2023"] for day in (5, 10, 20)]

    assert found == [30, 35, 30]


def test_a_number_that_becomes_secret_was_known_before(corrected: Instance) -> None:
    deliver(
        corrected,
        january(20),
        """
        area    year  cases  people
        Astadt  2023    500   10000
        Bedorf  2023      .     900
        """,
    )

    assert known_on(corrected, january(19))[BEDORF, "2023"] == 35
    assert known_on(corrected, january(20))[BEDORF, "2023"] == "source-confidential"


# Tables whose form changes from one delivery to the next.


def rows_of(**columns: list[object]) -> pl.DataFrame:
    """A delivery for one area and year."""
    height = len(columns["value"])
    fixed = {"area": ["01001001"] * height, "period": ["2023"] * height, "status": ["normal"] * height}
    return pl.DataFrame({**fixed, **columns}, schema_overrides={"value": pl.Float64})


WITHOUT_SEX = rows_of(value=[10])
BY_SEX = rows_of(sex=["total", "male", "female"], value=[10, 4, 6])


def test_a_table_that_learns_a_dimension_keeps_its_total() -> None:
    first = merged(None, WITHOUT_SEX, commit=1, run="a")

    second = merged(first.table, BY_SEX, commit=2, run="b")

    assert (second.added, second.changed, second.closed) == (2, 0, 0)
    assert as_known(second.table, 1).select("sex", "value").rows() == [("total", 10)]
    assert sorted(as_known(second.table, 2).select("sex", "value").iter_rows()) == [
        ("female", 6),
        ("male", 4),
        ("total", 10),
    ]


def test_a_table_that_loses_a_dimension_keeps_its_total() -> None:
    first = merged(None, BY_SEX, commit=1, run="a")

    second = merged(first.table, WITHOUT_SEX, commit=2, run="b")

    assert (second.added, second.changed, second.closed) == (0, 0, 2)
    assert as_known(second.table, 1).height == 3
    assert as_known(second.table, 2).select("sex", "value").rows() == [("total", 10)]


def test_a_renamed_dimension_is_found_under_its_new_name_and_stands_at_the_total_of_the_old_one() -> None:
    first = merged(None, BY_SEX.rename({"sex": "breakdown"}), commit=1, run="a")

    second = merged(first.table, BY_SEX, commit=2, run="b")

    now = as_known(second.table, 2)
    assert set(now["breakdown"]) == {"total"}
    assert sorted(now["sex"]) == ["female", "male", "total"]


def test_a_part_of_a_table_with_a_dimension_of_its_own_leaves_the_other_part_known() -> None:
    """Two files of one source, the second by sex: what only the first one holds must not go."""
    first = merged(None, rows_of(period=["2022"], value=[9]), commit=1, run="a", partial=True)

    second = merged(first.table, BY_SEX, commit=1, run="a", partial=True)

    assert sorted(as_known(second.table, 1).select("period", "sex", "value").iter_rows()) == [
        ("2022", "total", 9),
        ("2023", "female", 6),
        ("2023", "male", 4),
        ("2023", "total", 10),
    ]


def test_the_same_delivery_after_a_change_of_form_changes_nothing() -> None:
    table = merged(None, BY_SEX, commit=1, run="a").table
    table = merged(table, WITHOUT_SEX, commit=2, run="b").table

    again = merged(table, WITHOUT_SEX, commit=3, run="c")

    assert (again.added, again.changed, again.closed) == (0, 0, 0)

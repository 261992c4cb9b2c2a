"""The two clocks: points on both of them, and ends that lie behind everything."""

from __future__ import annotations

from datetime import UTC, date, datetime

from gemeinsinn.concepts.temporal import OPEN_END, OPEN_RELEASE, AsOf


def test_the_open_end_lies_behind_every_day() -> None:
    assert date.max == OPEN_END


def test_the_open_commit_fits_a_column_of_64_bits_and_lies_behind_every_other() -> None:
    assert OPEN_RELEASE == 2**63 - 1


def test_one_day_known_at_two_moments_is_two_points() -> None:
    day, monday, tuesday = date(2021, 12, 31), datetime(2022, 1, 3, tzinfo=UTC), datetime(2022, 1, 4, tzinfo=UTC)

    assert AsOf(day, monday) != AsOf(day, tuesday)
    assert AsOf(day, monday) == AsOf(day, monday)

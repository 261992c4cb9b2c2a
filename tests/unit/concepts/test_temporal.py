"""The two clocks: ends that lie behind everything."""

from __future__ import annotations

from datetime import date

from gemeinsinn.concepts.temporal import OPEN_END, OPEN_RELEASE


def test_the_open_end_lies_behind_every_day() -> None:
    assert date.max == OPEN_END


def test_the_open_commit_fits_a_column_of_64_bits_and_lies_behind_every_other() -> None:
    assert OPEN_RELEASE == 2**63 - 1

"""Somebody who is alone in a number knows it, and must still not find out anybody else's from what is published."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path

import pytest

from support.csv_attacker import Cell, intervals, read
from support.publishing import KEY_OF
from support.suppressing import SUPPRESS, HelpingCounty, count, helping_county


HELPS = {
    "Astadt": {"women": 50, "men": 40},
    "Bedorf": {"women": 1, "men": 9},
    "Cedorf": {"women": 8, "men": 1},
    "Dedorf": {"women": 40, "men": 30},
    "Edorf": {"women": 30, "men": 30},
}
"""Bedorf and Cedorf are an Amt. If all sums are shown, one number of the four tells the other three."""
OUTSIDERS_ONLY = SUPPRESS.replace("[outsider, insider]", "[outsider]")
INDICATORS = {"helps_count": count("Helps"), "women_count": count("Women", "{sex: [female]}")}
WOMAN = (0, "women_count", KEY_OF["Bedorf"])
"""The number in which she is alone."""


@pytest.fixture
def county(tmp_path: Path, clock: Callable[[], datetime]) -> HelpingCounty:
    made = helping_county(tmp_path / "county", clock, indicators=INDICATORS)
    made.fill(HELPS)
    return made


def men_of_cedorf(county: HelpingCounty, own: Mapping[Cell, float]) -> tuple[float, float]:
    """Between what the number of men lies: helps less women, as far as both are known."""
    shown, _ = read(county)
    bounds = intervals(county, own=own) | {cell: (value, value) for cell, value in shown.items()}
    helps, women = (bounds[0, indicator, KEY_OF["Cedorf"]] for indicator in INDICATORS)
    return helps[0] - women[1], helps[1] - women[0]


def test_if_only_readers_are_kept_off_the_woman_of_bedorf_finds_the_man_of_cedorf(county: HelpingCounty) -> None:
    """The planted fault of the test below: a policy that does not think of insiders."""
    county.policy(OUTSIDERS_ONLY)
    county.publish()

    low, high = men_of_cedorf(county, {})

    assert high - low >= 1
    assert men_of_cedorf(county, {WOMAN: 1.0}) == pytest.approx((1, 1))


def test_if_insiders_are_kept_off_she_does_not(county: HelpingCounty) -> None:
    county.publish()

    low, high = men_of_cedorf(county, {WOMAN: 1.0})

    assert WOMAN in read(county)[1]
    assert high - low >= 1

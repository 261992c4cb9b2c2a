"""What is told of hidden numbers: in public nothing that helps to find one, at the desk how much, why, and what else could be done."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from gemeinsinn.lake.jobs import JobState
from gemeinsinn.pipeline.publish import store_of
from gemeinsinn.pipeline.worker import worker_of
from gemeinsinn.releases.desk_reports import DeskReports
from support.suppressing import SUPPRESS, HelpingCounty, count, helping_county


HELPS = {
    "Astadt": {"boys": 40, "youths": 7, "women": 12},
    "Bedorf": {"boys": 8, "youths": 1, "women": 2},
    "Cedorf": {"boys": 19, "youths": 9, "women": 9},
    "Dedorf": {"boys": 2, "youths": 5, "women": 14},
    "Edorf": {"boys": 24, "youths": 4, "women": 11},
}
INDICATORS = {
    "helps_count": count("Helps"),
    "minors_count": count("Minors", '{age: ["0-17"]}'),
    "grown_up_count": count("Adults", '{age: ["18+"]}'),
}


@pytest.fixture
def county(tmp_path: Path, clock: Callable[[], datetime]) -> HelpingCounty:
    made = helping_county(tmp_path / "county", clock, indicators=INDICATORS)
    made.fill(HELPS)
    return made


def public(county: HelpingCounty) -> dict[str, Any]:
    folder = store_of(county.instance).folder(county.current.hash)
    tables = json.loads((folder / "disclosure.json").read_bytes())["tables"]
    found: dict[str, Any] = next(table for table in tables if table["source"] == "helps")
    return found


def at_the_desk(county: HelpingCounty) -> dict[str, Any]:
    report = DeskReports(county.instance.desk).of(county.current.hash)
    assert report is not None
    (found,) = report["registers"]
    return dict(found)


def hidden_in(county: HelpingCounty, *indicators: str) -> int:
    """How many numbers of both years are hidden, counted on the release itself."""
    shown = [county.shown(id, year).values() for id in indicators for year in (2021, 2022)]
    return sum(value == "confidential" for values in shown for value in values)


def test_the_release_says_how_much_is_hidden_and_not_how_much_of_it_is_small(county: HelpingCounty) -> None:
    """With few hidden numbers even a count in tens would tell; the desk is told."""
    county.publish()

    told, desk = public(county), at_the_desk(county)

    assert told["hidden"] == desk["hidden"] == hidden_in(county, *INDICATORS) > 0
    assert told["primary"] is told["secondary"] is None
    assert desk["primary"]["frequency"] >= 2
    assert sum(desk["primary"].values()) + desk["secondary"] == desk["hidden"]
    assert (told["audit"], told["insiders"], told["frozen"], told["held"]) == ("clean", 0, 0, [])


def test_the_desk_is_told_which_entry_and_how_many_certificates_stand_behind_a_release(county: HelpingCounty) -> None:
    county.publish()

    desk = at_the_desk(county)

    assert desk["ledger"] == public(county)["ledger"]
    assert desk["ledger"]["entry"] == desk["certificates"] == desk["tables"] == 2
    assert desk["checked"] > 0


def test_what_lies_in_hidden_numbers_follows_from_released_ones(county: HelpingCounty) -> None:
    county.publish()

    groups = {group["indicators"][0]: group["levels"] for group in public(county)["groups"]}
    levels = {level["level"]: level for level in groups["minors_count"]}
    shown = [value for value in county.shown("minors_count", 2022).values() if value != "confidential"]

    assert set(groups) == set(INDICATORS)
    assert levels["municipality"]["hidden"] > 0
    assert levels["municipality"]["cells"] == 10
    total, hidden = levels["municipality"]["total"], levels["municipality"]["hidden_sum"]
    assert (total is None) is (hidden is None)
    assert total is None or (total == 2 * 93 and 0 < hidden < total)
    assert len(shown) < 8


def test_other_ways_are_really_protected_and_the_cheapest_stands_first(county: HelpingCounty) -> None:
    county.publish()

    worker = worker_of(county.instance, clock=county.clock)
    worker.jobs.add("alternatives", {}, at=county.clock())
    (job,) = worker.until_nothing_is_left()

    assert job.state is JobState.DONE
    report = DeskReports(county.instance.desk).alternatives()
    assert report is not None
    (of_register,) = report["registers"]
    ways = {(way["way"], tuple(way["groups"])): way for way in of_register["ways"]}
    losses = [way["loss"] for way in of_register["ways"]]
    as_asked, larger = ways["as-asked", ()], ways["larger-areas", ()]
    assert losses == sorted(losses)
    assert as_asked["hidden"] == at_the_desk(county)["hidden"]
    assert larger["hidden"] < as_asked["hidden"]
    assert larger["numbers"] < as_asked["numbers"]
    assert {way["way"] for way in of_register["ways"]} >= {
        "as-asked",
        "larger-areas",
        "without-a-group",
        "groups-together",
    }
    assert sum(way["way"] == "groups-together" for way in of_register["ways"]) == 1


def test_a_policy_may_leave_the_small_areas_out(county: HelpingCounty) -> None:
    county.policy(SUPPRESS.replace("method: suppress", "method: coarsen"))
    county.publish()

    shown = county.shown("helps_count", 2022)
    assert {shown[name] for name in HELPS} == {"withheld"}
    assert shown["Testkreis"] == 167
    assert public(county)["method"] == "coarsen"


def test_a_policy_may_leave_everything_out(county: HelpingCounty) -> None:
    county.policy(SUPPRESS.replace("method: suppress", "method: withhold"))

    publication = county.publish()

    assert set(publication.waiting) == set(INDICATORS)
    assert set(county.current.indicators) == {"people_count"}

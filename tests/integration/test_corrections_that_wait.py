"""Corrections that cannot be protected beside what was published before: their dates keep the earlier figures.

In Bedorf and Cedorf cases move from one age to the other, so that every sum stays as it was. One young adult is left in
Bedorf, and no minor in Cedorf: everybody sees that zero, and knows all sums from the release before.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest

from gemeinsinn.errors import DisclosureError
from gemeinsinn.gate.hiding import Guarded
from gemeinsinn.pipeline.publish import store_of
from gemeinsinn.releases.desk_reports import DeskReports
from support.suppressing import KNOWN_ON, HelpingCounty, count, helping_county


REST = {"Astadt": {"boys": 40, "youths": 7}, "Dedorf": {"boys": 12, "youths": 3}, "Edorf": {"boys": 24, "youths": 4}}
BEFORE = {**REST, "Bedorf": {"boys": 5, "youths": 4}, "Cedorf": {"boys": 3, "youths": 5}}
MOVED = {**REST, "Bedorf": {"boys": 8, "youths": 1}, "Cedorf": {"boys": 0, "youths": 8}}
MENDED = {**REST, "Bedorf": {"boys": 8, "youths": 3}, "Cedorf": {"boys": 4, "youths": 8}}
INDICATORS = {"minors_count": count("Minors", '{age: ["0-17"]}'), "young_count": count("Young", '{age: ["0-20"]}')}


@pytest.fixture
def county(tmp_path: Path, clock: Callable[[], datetime]) -> HelpingCounty:
    made = helping_county(tmp_path / "county", clock, indicators=INDICATORS)
    made.fill(BEFORE, MOVED, MENDED)
    made.publish(known=KNOWN_ON[0])
    return made


def told(county: HelpingCounty) -> list[dict[str, str]]:
    """The dates that the release says keep their earlier figures."""
    folder = store_of(county.instance).folder(county.current.hash)
    (table,) = [
        table for table in json.loads((folder / "disclosure.json").read_bytes())["tables"] if table["source"] == "helps"
    ]
    found: list[dict[str, str]] = table["held"]
    return found


def test_the_first_release_shows_everything(county: HelpingCounty) -> None:
    assert county.shown("minors_count", 2022)["Bedorf"] == 5
    assert county.shown("young_count", 2022)["Bedorf"] == 9
    assert told(county) == []


def test_a_correction_that_would_tell_of_one_person_waits_and_the_release_says_so(county: HelpingCounty) -> None:
    county.indicators({**INDICATORS, "all_count": count("All")})

    county.publish(known=KNOWN_ON[1])

    assert county.shown("minors_count", 2022) == {
        "Astadt": 40, "Bedorf": 5, "Cedorf": 3, "Dedorf": 12, "Edorf": 24, "Nord": 8, "Süd": 36, "Testkreis": 84,
    }  # fmt: skip
    held = [{"at": f"{year}-12-31", "known": KNOWN_ON[0].isoformat()} for year in (2021, 2022)]
    assert told(county) == held
    report = DeskReports(county.instance.desk).of(county.current.hash)
    assert report is not None
    assert report["registers"][0]["held"] == held


def test_without_waiting_the_correction_stops_the_publication(
    county: HelpingCounty, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the test above waits for is a number that anybody could calculate: nothing else gets it past the audit."""
    monkeypatch.setattr(Guarded, "must_wait", False)
    county.indicators({**INDICATORS, "all_count": count("All")})
    before = county.current.hash

    with pytest.raises(DisclosureError, match="01001002"):
        county.publish(known=KNOWN_ON[1])

    assert county.current.hash == before


def test_the_next_correction_that_can_be_protected_is_published(county: HelpingCounty) -> None:
    county.publish(known=KNOWN_ON[1])

    county.publish()

    assert county.shown("young_count", 2022)["Cedorf"] == 12
    assert told(county) == []

"""Manifests: one for every commit, never two of one number, and what was known on a day."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from gemeinsinn.errors import NotYetKnownError, SettingsError
from gemeinsinn.lake.manifest import EMPTY, Manifest, Manifests, Pin


def january(day: int, hour: int = 12) -> datetime:
    return datetime(2026, 1, day, hour, tzinfo=UTC)


def manifest(number: int, day: int) -> Manifest:
    pin = Pin(number, 5, "schema", "births", "digest", "declaration", "run", {"title": "Geburten", "notes": ["ä"]})
    return Manifest(number, january(day).isoformat(), "1.0", {"official/births": pin})


@pytest.fixture
def manifests(tmp_path: Path) -> Manifests:
    """Two commits, on the 5th and on the 9th of January."""
    found = Manifests(tmp_path / "manifests")
    found.commit(manifest(1, 5))
    found.commit(manifest(2, 9))
    return found


def test_before_the_first_commit_the_lake_is_empty(tmp_path: Path) -> None:
    nothing = Manifests(tmp_path / "manifests")

    assert nothing.latest() == EMPTY == nothing.numbered(0)
    assert list(nothing.all()) == []


def test_a_manifest_comes_back_as_it_was_committed(manifests: Manifests) -> None:
    assert manifests.latest() == manifest(2, 9)
    assert manifests.numbered(1) == manifest(1, 5)


def test_manifests_come_oldest_first(manifests: Manifests) -> None:
    assert [each.number for each in manifests.all()] == [1, 2]


def test_the_same_manifest_is_always_the_same_bytes() -> None:
    pins = {name: manifest(1, 5).tables["official/births"] for name in ("b", "a")}

    there = Manifest(1, "", "", pins).as_json()

    assert there == Manifest(1, "", "", dict(reversed(pins.items()))).as_json()


def test_no_number_is_given_twice(manifests: Manifests) -> None:
    with pytest.raises(SettingsError) as refused:
        manifests.commit(manifest(2, 10))

    assert str(refused.value) == (
        "commit 2 was made by another run. Start the run again; it takes up what the other one wrote."
    )
    assert manifests.latest() == manifest(2, 9)


@pytest.mark.parametrize(
    ("moment", "number"), [(january(5), 1), (january(9, 11), 1), (january(9), 2), (january(20), 2)]
)
def test_what_was_known_at_a_moment_is_the_last_commit_by_then(
    manifests: Manifests, moment: datetime, number: int
) -> None:
    assert manifests.known_on(moment).number == number


def test_before_the_first_commit_nothing_was_known_and_the_answer_says_since_when(manifests: Manifests) -> None:
    with pytest.raises(NotYetKnownError) as raised:
        manifests.known_on(january(4))

    assert str(raised.value) == ("nothing was known on 04.01.2026. The first commit is of 2026-01-05T12:00:00+00:00.")


def test_in_an_empty_lake_nothing_was_ever_known(tmp_path: Path) -> None:
    with pytest.raises(NotYetKnownError, match="The lake is empty"):
        Manifests(tmp_path).known_on(january(4))


def test_a_commit_that_is_still_to_come_is_answered_with_the_last(manifests: Manifests) -> None:
    with pytest.raises(NotYetKnownError) as raised:
        manifests.numbered(3)

    assert str(raised.value) == "the lake has no commit 3. The last is 2."

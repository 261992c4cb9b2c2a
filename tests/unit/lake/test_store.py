"""The lake: one writer, tables as manifests pin them, and order after a writer that was killed."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import polars as pl
import pytest

from gemeinsinn.errors import SettingsError, UnknownNameError
from gemeinsinn.lake.durable import TEMPORARY_PREFIX
from gemeinsinn.lake.manifest import Manifest, Pin
from gemeinsinn.lake.runs import Run, RunState
from gemeinsinn.lake.store import Lake
from gemeinsinn.lake.tables import schema_digest


NOON = datetime(2026, 1, 5, 12, tzinfo=UTC)
BIRTHS = "official/births"


def frame(*values: int) -> pl.DataFrame:
    return pl.DataFrame({"value": list(values)})


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    """A lake with one table and one commit."""
    found = Lake(tmp_path / "lake")
    with found.writing(NOON):
        committed(found, 1, 2)
    return found


def committed(lake: Lake, *values: int, name: str = BIRTHS) -> Manifest:
    """Write a table and pin it."""
    version = lake.tables.write(name, frame(*values))
    pin = Pin(version, len(values), schema_digest(frame(*values)), "births", "d", "d", "r")
    return lake.commit({name: pin}, at=NOON)


def values(lake: Lake, manifest: Manifest, name: str = BIRTHS) -> list[int]:
    return lake.read(name, manifest)["value"].to_list()


def test_a_table_is_read_as_its_manifest_pins_it(lake: Lake) -> None:
    before = lake.manifests.latest()

    after = committed(lake, 1, 2, 3)

    assert values(lake, before) == [1, 2]
    assert values(lake, after) == [1, 2, 3]


def test_a_commit_keeps_the_pins_of_all_other_tables(lake: Lake) -> None:
    after = committed(lake, 7, name="official/deaths")

    assert set(after.tables) == {BIRTHS, "official/deaths"}
    assert after.number == 2


def test_a_table_may_change_its_columns(lake: Lake) -> None:
    before = lake.manifests.latest()
    version = lake.tables.write(BIRTHS, pl.DataFrame({"value": ["eins"], "sex": ["female"]}))

    assert lake.tables.read(BIRTHS, version).columns == ["value", "sex"]
    assert values(lake, before) == [1, 2]


def test_a_table_that_is_not_there_is_answered_with_the_nearest(lake: Lake) -> None:
    with pytest.raises(UnknownNameError) as raised:
        lake.read("official/birth", lake.manifests.latest())

    assert str(raised.value) == "the lake has no table 'official/birth'. Did you mean 'official/births'?"


def test_a_table_like_no_other_is_answered_with_what_to_run(lake: Lake) -> None:
    with pytest.raises(UnknownNameError, match="Run `gemeinsinn refresh` first"):
        lake.read("territory/x", lake.manifests.latest())


def test_a_second_writer_is_refused_until_the_first_has_ended(lake: Lake) -> None:
    with lake.writing(NOON), pytest.raises(SettingsError) as refused, Lake(lake.root).writing(NOON):
        pass

    assert str(refused.value) == ("another run is writing to the lake. Wait until it has finished, then start again.")
    with lake.writing(NOON):
        committed(lake, 3)


def test_reading_needs_no_turn(lake: Lake) -> None:
    with lake.writing(NOON):
        assert values(Lake(lake.root), lake.manifests.latest()) == [1, 2]


def test_a_table_that_ran_ahead_of_its_pin_is_taken_back(lake: Lake) -> None:
    lake.tables.write(BIRTHS, frame(9, 9, 9))

    with lake.writing(NOON):
        newest = lake.tables.version(BIRTHS)

    assert newest is not None
    assert lake.tables.read(BIRTHS, newest)["value"].to_list() == [1, 2]
    assert values(lake, lake.manifests.latest()) == [1, 2]


def test_a_table_is_taken_back_once(lake: Lake) -> None:
    lake.tables.write(BIRTHS, frame(9, 9, 9))
    with lake.writing(NOON):
        once = lake.tables.version(BIRTHS)

    with lake.writing(NOON):
        twice = lake.tables.version(BIRTHS)

    assert twice == once


def test_a_table_that_no_manifest_knows_is_removed(lake: Lake) -> None:
    lake.tables.write("official/deaths", frame(7))

    with lake.writing(NOON):
        left = lake.tables.names()

    assert left == [BIRTHS]
    assert lake.tables.version("official/deaths") is None


def test_a_run_that_was_killed_is_marked(lake: Lake) -> None:
    lake.ledger.record(Run("r1", "births", RunState.RUNNING, NOON.isoformat()))

    with lake.writing(NOON):
        states = [run.state for run in lake.ledger.runs()]

    assert states == [RunState.INTERRUPTED]


@pytest.mark.parametrize("folder", ["manifests", "runs", "landing/ab"])
def test_files_that_a_killed_writer_left_half_written_are_removed(lake: Lake, folder: str) -> None:
    left = lake.root / folder / f"{TEMPORARY_PREFIX}1"
    left.parent.mkdir(parents=True, exist_ok=True)
    left.write_bytes(b"half")

    with lake.writing(NOON):
        there = left.exists()

    assert not there


def test_tables_of_other_columns_have_other_schemas() -> None:
    assert schema_digest(frame(1)) == schema_digest(frame(2, 3))
    assert schema_digest(frame(1)) != schema_digest(pl.DataFrame({"value": [1.0]}))
    assert schema_digest(frame(1)) != schema_digest(pl.DataFrame({"values": [1]}))

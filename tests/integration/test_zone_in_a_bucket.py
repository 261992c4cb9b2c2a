"""The restricted zone with its tables in a bucket: what a folder holds, and nothing of them on this machine."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from uuid import uuid4

import polars as pl
import pytest

from gemeinsinn.errors import InUseError, NotYetKnownError, SettingsError
from gemeinsinn.lake import lease
from gemeinsinn.lake.manifest import Manifest, Pin
from gemeinsinn.lake.restricted.engines import Spells, opened
from gemeinsinn.lake.restricted.steps import STEPS, Step, steps_frame
from gemeinsinn.lake.restricted.store import RestrictedZone
from gemeinsinn.lake.tables import schema_digest
from gemeinsinn.settings.places import BucketPlace
from support.s3 import KEY, SECRET, S3Server, s3_server


NOON = datetime(2026, 1, 5, 12, tzinfo=UTC)
SPELLS = "residents/spells"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[S3Server]:
    with s3_server(tmp_path_factory.mktemp("s3"), ["zone"]) as found:
        yield found


@pytest.fixture
def bucket(tmp_path: Path, server: S3Server) -> RestrictedZone:
    options = {
        "aws_endpoint": server.endpoint,
        "aws_allow_http": "true",
        "aws_region": "us-east-1",
        "aws_access_key_id": KEY,
        "aws_secret_access_key": SECRET,
    }
    return RestrictedZone(tmp_path / "bucket", BucketPlace(f"s3://zone/{uuid4().hex}", tuple(options.items())))


@pytest.fixture
def folder(tmp_path: Path) -> RestrictedZone:
    return RestrictedZone(tmp_path / "folder")


def spells(*people: int) -> pl.DataFrame:
    rows = {"pid": list(people), "area": [1056015 + person for person in people]}
    return pl.DataFrame(rows, schema={"pid": pl.Int64, "area": pl.Int32})


def kept(zone: RestrictedZone, name: str, frame: pl.DataFrame, *, append: bool = False) -> Manifest:
    """Write a table and pin it."""
    write = zone.tables.append if append else zone.tables.write
    version = write(name, frame, logged=("area",) if name == SPELLS else ())
    return zone.commit({name: Pin(version, frame.height, schema_digest(frame), "residents", "d", "d", "r")}, at=NOON)


def test_a_bucket_holds_what_a_folder_holds(bucket: RestrictedZone, folder: RestrictedZone) -> None:
    step = Step(1, date(2026, 1, 5), "residents", False, "r")
    for zone in (bucket, folder):
        with zone.writing(NOON):
            kept(zone, SPELLS, spells(1, 2))
            kept(zone, SPELLS, spells(3), append=True)
            kept(zone, STEPS, steps_frame([step]))
            kept(zone, "residents/events", spells())

    states = [zone.manifests.latest() for zone in (bucket, folder)]

    assert states[0].tables == states[1].tables
    for zone, state in zip((bucket, folder), states, strict=True):
        assert sorted(zone.read(SPELLS, state)["pid"]) == [1, 2, 3]
        assert zone.read("residents/events", state).schema == spells().schema
        assert zone.steps(state).all == (step,)
    assert [path.name for path in bucket.root.iterdir()] == []
    assert bucket.root.stat().st_mode & 0o777 == 0o700


def test_files_that_no_kept_commit_needs_are_removed_from_the_bucket(bucket: RestrictedZone, server: S3Server) -> None:
    with bucket.writing(NOON):
        first = kept(bucket, SPELLS, spells(4711))
        for number in range(3):
            kept(bucket, SPELLS, spells(number))

        assert isinstance(bucket.place, BucketPlace)
        files = [name for name in server.names("zone") if name.startswith(bucket.place.prefix) and "part-" in name]
        assert len(files) == 2
        with pytest.raises(NotYetKnownError, match="are no longer kept"):
            bucket.read(SPELLS, first)


def test_what_a_killed_writer_left_in_the_bucket_is_taken_back(bucket: RestrictedZone) -> None:
    with bucket.writing(NOON):
        state = kept(bucket, SPELLS, spells(1, 2))
    bucket.tables.write(SPELLS, spells(9))
    bucket.tables.write("residents/nobody", spells(9))

    with bucket.writing(NOON):
        now = bucket.tables.version(SPELLS)
        assert now is not None
        assert bucket.tables.read(SPELLS, now).equals(bucket.read(SPELLS, state))
        assert bucket.tables.version("residents/nobody") is None


def test_one_writes_to_the_zone_in_a_bucket(bucket: RestrictedZone, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lease, "RENEWED", 0.3)

    with bucket.writing(NOON), pytest.raises(InUseError, match="the restricted zone"), bucket.writing(NOON):
        pass


@pytest.mark.parametrize("engine", ["polars", "duckdb"])
def test_engines_read_the_table_in_the_bucket(bucket: RestrictedZone, engine: str) -> None:
    with bucket.writing(NOON):
        state = kept(bucket, SPELLS, spells(1, 2))
    tables = bucket.tables.plain
    there = Spells(
        tuple(bucket.files(SPELLS, state)),
        tables.uri(SPELLS),
        state.tables[SPELLS].version,
        tables.storage.options or {},
    )

    with opened(engine, there) as (rows, _):
        assert sorted(rows.collect("polars").to_native()["pid"]) == [1, 2]


@pytest.mark.parametrize("where", ["folder", "bucket"])
def test_a_commit_made_from_an_older_state_is_refused(where: str, request: pytest.FixtureRequest) -> None:
    zone: RestrictedZone = request.getfixturevalue(where)
    older = kept(zone, SPELLS, spells(1))
    kept(zone, SPELLS, spells(1, 2))
    pin = older.tables[SPELLS]

    with pytest.raises(SettingsError, match="commit 2 was made by another run"):
        zone.commit({SPELLS: pin}, at=NOON, after=older)

    assert zone.manifests.latest().tables[SPELLS].rows == 2

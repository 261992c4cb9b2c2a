"""A lake in a bucket: the same county, the same release, two writers and killed ones, on a real S3 server."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import obstore
import pytest

from gemeinsinn.errors import InUseError, SettingsError
from gemeinsinn.lake import lease
from gemeinsinn.lake.bucket import Bucket
from gemeinsinn.lake.manifest import EMPTY, Manifest
from gemeinsinn.lake.runs import RunState
from gemeinsinn.lake.storage import Folder, Storage, storage_of
from gemeinsinn.lake.store import Lake, lake_of
from gemeinsinn.pipeline.publish import store_of
from gemeinsinn.settings.places import BucketPlace, lake_place
from support.publishing import County, county_in
from support.s3 import S3Server, s3_server
from support.tiny import CASES, HEAD, SETTINGS, counts


Clock = Callable[[], datetime]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[S3Server]:
    with s3_server(tmp_path_factory.mktemp("s3"), ["lake"]) as found:
        before = {name: os.environ.get(name) for name in found.environment}
        os.environ.update(found.environment)
        yield found
        for name, value in before.items():
            os.environ.pop(name) if value is None else os.environ.update({name: value})


@pytest.fixture
def url() -> str:
    """A prefix that nobody has used."""
    return f"s3://lake/{uuid4().hex}"


@pytest.fixture
def county(tmp_path: Path, clock: Clock, server: S3Server, url: str) -> County:
    """The county with its lake in a bucket."""
    return county_in(tmp_path / "bucket", clock, files={"gemeinsinn.toml": SETTINGS + server.settings(url)})


@pytest.fixture(params=["folder", "bucket"])
def storage(request: pytest.FixtureRequest, tmp_path: Path, server: S3Server, url: str) -> Storage:
    """Both kinds of places."""
    if request.param == "folder":
        return Folder(tmp_path / "lake")
    options = {
        "aws_endpoint": server.endpoint,
        "aws_allow_http": "true",
        "aws_region": "us-east-1",
        "aws_access_key_id": server.environment["TEST_S3_KEY"],
        "aws_secret_access_key": server.environment["TEST_S3_SECRET"],
    }
    return storage_of(BucketPlace(url, tuple(options.items())))


def test_a_name_is_given_once(storage: Storage) -> None:
    assert storage.write_new("a/b", b"first")
    assert not storage.write_new("a/b", b"second")

    assert storage.read("a/b") == b"first"


def test_of_many_who_write_a_name_at_once_one_succeeds(storage: Storage) -> None:
    with ThreadPoolExecutor(8) as writers:
        wrote = list(writers.map(lambda number: storage.write_new("n", str(number).encode()), range(16)))

    assert sum(wrote) == 1
    assert storage.read("n") == str(wrote.index(True)).encode()


def test_files_are_replaced_found_and_removed(storage: Storage) -> None:
    for name in ("b.json", "a.json", "part/c.json", "part/deep/d.json", "other/e.json"):
        storage.replace(name, b"1")
    storage.replace("a.json", b"2")

    assert storage.read("a.json") == b"2"
    assert storage.names() == ["a.json", "b.json"]
    assert storage.names(after="a.json") == ["b.json"]
    assert storage.folders() == ["other", "part"]
    assert storage.below("part").names() == ["c.json"]
    assert storage.everything() == ["a.json", "b.json", "other/e.json", "part/c.json", "part/deep/d.json"]
    assert storage.has("part/c.json")
    storage.drop("part")
    storage.delete("b.json")
    storage.delete("b.json")
    assert storage.everything() == ["a.json", "other/e.json"]
    assert not storage.has("part/c.json")
    with pytest.raises(FileNotFoundError):
        storage.read("b.json")


def test_a_place_that_nobody_has_written_to_is_empty(storage: Storage) -> None:
    nowhere = storage.below("nowhere")

    assert [nowhere.names(), nowhere.folders(), nowhere.everything(), nowhere.has("a")] == [[], [], [], False]


def test_one_writes_and_the_next_may_when_it_has_ended(storage: Storage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lease, "RENEWED", 0.3)

    with (
        storage.only_writer("lock", what="the lake"),
        pytest.raises(InUseError, match="another run is writing to the lake"),
        storage.only_writer("lock", what="the lake"),
    ):
        pass
    with storage.only_writer("lock", what="the lake"):
        pass


def test_a_lease_that_nobody_renews_is_taken_over_and_its_late_holder_does_not_give_back_what_is_not_its_own(
    server: S3Server, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    store, key = server.store("lake"), f"{url.rpartition('/')[2]}/lock"
    monkeypatch.setattr(lease, "LASTS", 1.0)
    monkeypatch.setattr(lease, "RENEWED", 30.0)

    with lease.leased(store, key, what="the lake"):
        begin = time.monotonic()
        monkeypatch.setattr(lease, "RENEWED", 0.2)
        taking = lease.leased(store, key, what="the lake")
        with taking:
            assert time.monotonic() - begin >= 1.0
            with pytest.raises(InUseError), lease.leased(store, key, what="the lake"):
                pass


@pytest.mark.parametrize("ignored", ["create", "update"])
def test_a_server_that_does_not_keep_to_conditions_is_refused(
    server: S3Server, url: str, monkeypatch: pytest.MonkeyPatch, ignored: str
) -> None:
    put = obstore.put

    def careless(store: object, key: str, content: bytes, *, mode: object = "overwrite") -> object:
        drops = (mode == "create") if ignored == "create" else isinstance(mode, dict)
        return put(store, key, content, mode="overwrite" if drops else mode)

    monkeypatch.setattr(obstore, "put", careless)

    with (
        pytest.raises(SettingsError, match="does not keep to conditional writes"),
        lease.leased(server.store("lake"), f"{url.rpartition('/')[2]}/lock", what="the lake"),
    ):
        pass


def test_a_lake_in_a_bucket_gives_the_release_that_a_folder_gives(
    county: County, tmp_path: Path, server: S3Server, url: str
) -> None:
    county = County(county.instance, lambda: datetime(2026, 1, 1, tzinfo=UTC))
    local = county_in(tmp_path / "folder", county.clock)
    for each in (local, county):
        each.refresh()
        each.publish()
        each.write("counts.csv", HEAD + counts(dict.fromkeys(CASES, 7)) + counts(CASES, year=2021))
        assert each.refresh()["counts"].changed == 5
        assert each.publish().published

    folder, bucket = (store_of(each.instance) for each in (local, county))
    assert folder.current() == bucket.current()
    assert not county.instance.lake.exists()
    prefix = f"{url.rpartition('/')[2]}/"
    assert all(name.startswith(prefix) for name in server.names("lake") if prefix in name)
    same = {name.partition("/")[0] for name in Folder(local.instance.lake).everything()}
    assert {name.removeprefix(prefix).partition("/")[0] for name in server.names("lake") if prefix in name} == same
    assert county.refresh()["counts"].state is RunState.UNCHANGED


def test_two_writers_of_a_bucket_cannot_both_write(county: County, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lease, "RENEWED", 0.3)

    with lake_of(county.instance).writing(county.clock()), pytest.raises(InUseError):
        county.refresh()

    assert {run.state for run in county.refresh().values()} == {RunState.ACCEPTED}


def test_a_commit_made_from_an_older_state_is_refused(county: County) -> None:
    county.refresh()
    lake = lake_of(county.instance)
    before = lake.manifests.numbered(1)

    with pytest.raises(SettingsError, match="commit 2 was made by another run"):
        lake.commit({}, at=county.clock(), after=before)


def test_a_commit_whose_answer_was_lost_is_not_taken_for_somebody_elses(county: County) -> None:
    manifests = lake_of(county.instance).manifests
    manifest = Manifest(1, "2026-01-05", "code", EMPTY.tables)
    manifests.commit(manifest)

    manifests.commit(manifest)

    assert manifests.latest() == manifest


@pytest.mark.parametrize("seconds", [0.5, 0.9, 1.3])
def test_a_writer_that_is_killed_leaves_the_old_state_or_the_new_and_the_next_waits_for_its_lease(
    county: County, monkeypatch: pytest.MonkeyPatch, seconds: float
) -> None:
    county.refresh()
    before = lake_of(county.instance).manifests.latest().number
    county.write("counts.csv", HEAD + counts(dict.fromkeys(CASES, 7)) + counts(CASES, year=2021))
    words = [sys.executable, "-m", "gemeinsinn", "refresh", "--instance", str(county.instance.root)]
    process = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    time.sleep(seconds)
    process.send_signal(signal.SIGKILL)
    process.wait()
    lake = lake_of(county.instance)
    assert lake.manifests.latest().number in (before, before + 1)
    lake.read("official/counts", lake.manifests.latest())
    monkeypatch.setattr(lease, "LASTS", 4.0)

    county.refresh()

    runs = lake.ledger.runs()
    assert [run.id for run in runs if run.state is RunState.RUNNING] == []
    assert lake.manifests.latest().number == before + 1
    believed = lake.believed("official/counts", lake.manifests.latest())
    assert set(believed.filter(measure="cases", period="2022")["value"]) == {7.0}


def test_what_a_killed_writer_wrote_into_a_table_is_taken_back(county: County) -> None:
    county.refresh()
    lake = lake_of(county.instance)
    pinned = lake.manifests.latest().tables["official/counts"].version
    lake.tables.write("official/counts", lake.tables.read("official/counts", pinned).head(1))
    lake.tables.write("official/nobody", lake.tables.read("official/counts", pinned))

    with lake.writing(county.clock()):
        pass

    assert lake.tables.read("official/counts", pinned + 2).height == 20
    assert lake.tables.version("official/nobody") is None


def test_a_bucket_that_does_not_answer_is_a_question_of_settings_and_no_key_is_told(server: S3Server, url: str) -> None:
    options = (
        ("aws_endpoint", server.endpoint),
        ("aws_allow_http", "true"),
        ("aws_region", "us-east-1"),
        ("aws_access_key_id", "somebody"),
        ("aws_secret_access_key", "very-secret"),
    )
    bucket = Bucket(BucketPlace(url, options))

    for ask in (bucket.names, bucket.folders, lambda: bucket.write_new("a", b""), lambda: bucket.read("a")):
        with pytest.raises(SettingsError, match="the bucket lake cannot be read or written") as refused:
            ask()
        assert "very-secret" not in f"{refused.value} {bucket!r}"


def test_a_key_that_is_not_in_the_environment_is_named(county: County) -> None:
    with pytest.raises(SettingsError) as refused:
        lake_place(county.instance, environment={"TEST_S3_KEY": "x"})

    assert str(refused.value).startswith(
        "gemeinsinn.toml [storage] secret_key_variable: the environment has no variable TEST_S3_SECRET."
    )


def test_the_bucket_is_what_the_county_wrote_and_nothing_else(county: County, server: S3Server) -> None:
    county.refresh()
    place = lake_place(county.instance)

    assert isinstance(place, BucketPlace)
    listed = [each["path"] for each in obstore.list(server.store("lake"), f"{place.prefix}/").collect()]
    assert sorted(Lake(place).storage.everything()) == sorted(name.removeprefix(f"{place.prefix}/") for name in listed)


def test_nobody_opens_the_lake_or_the_zone_past_the_settings() -> None:
    source = Path(lease.__file__).parents[1]
    opened = [
        path for path in source.rglob("*.py") if re.search(r"\b(?:Lake|RestrictedZone)\(instance", path.read_text())
    ]

    assert [path.name for path in opened] == ["store.py"], "take lake_of and zone_of"

"""The folder of releases: found by name, pointed to at once, logged, checked byte by byte."""

from __future__ import annotations

import json
import threading
from datetime import UTC, datetime
from pathlib import Path

import pytest

from gemeinsinn.errors import SettingsError, UnknownNameError
from gemeinsinn.releases.files import as_json, sha256
from gemeinsinn.releases.store import Store


AT = datetime(2026, 1, 1, 12, tzinfo=UTC)
LATER = datetime(2026, 1, 2, 12, tzinfo=UTC)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "releases", tmp_path / "publications.jsonl")


def kept(store: Store, text: str) -> str:
    """A release with one file; its hash."""
    with store.building() as folder:
        (folder / "file.txt").write_text(text)
        listing = {"file.txt": {"sha256": sha256(text.encode()), "size": len(text)}}
        return store.keep(folder, {"files": listing})


def test_before_the_first_publication_there_is_nothing(store: Store) -> None:
    assert (store.current(), store.hashes(), store.pointed()) == ("", [], [])


def test_before_the_first_publication_the_error_says_how_to_publish(store: Store) -> None:
    with pytest.raises(UnknownNameError, match=r"nothing was published yet\. Run `gemeinsinn publish`\."):
        store.found("")


def test_a_release_is_named_by_the_hash_of_its_manifest(store: Store) -> None:
    release = kept(store, "one")

    assert release == sha256(as_json({"files": {"file.txt": {"sha256": sha256(b"one"), "size": 3}}}))
    assert (store.folder(release) / "file.txt").read_text() == "one"


def test_a_kept_release_is_not_current_until_it_is_pointed_to(store: Store) -> None:
    release = kept(store, "one")

    assert store.current() == ""
    store.point_to(release, at=AT, action="publish")
    assert store.current() == release


def test_the_same_release_kept_twice_is_one(store: Store) -> None:
    first, second = kept(store, "one"), kept(store, "one")

    assert first == second
    assert store.hashes() == [first]


@pytest.mark.parametrize("length", [4, 12, 64])
def test_a_release_is_found_by_the_beginning_of_its_hash_in_either_case(store: Store, length: int) -> None:
    release = kept(store, "one")

    assert store.found(release[:length]) == store.found(release[:length].upper()) == release


@pytest.mark.parametrize("name", ["", "current"])
def test_without_a_hash_the_current_release_is_meant(store: Store, name: str) -> None:
    first, _ = kept(store, "one"), kept(store, "two")
    store.point_to(first, at=AT, action="publish")

    assert store.found(name) == first


def test_an_unknown_release_is_answered_with_the_way_to_all(store: Store) -> None:
    kept(store, "one")

    with pytest.raises(UnknownNameError, match=r"no release begins with 'xyz'\. `gemeinsinn releases` lists all\."):
        store.found("xyz")


def test_a_beginning_that_several_releases_share_is_not_guessed(store: Store) -> None:
    by_digit: dict[str, list[str]] = {}
    for number in range(17):
        release = kept(store, str(number))
        by_digit.setdefault(release[0], []).append(release)
    digit, several = max(by_digit.items(), key=lambda each: len(each[1]))

    with pytest.raises(UnknownNameError, match=f"{len(several)} releases begin with '{digit}'"):
        store.found(digit)


def test_going_back_is_logged_with_time_reason_and_what_was_current(store: Store) -> None:
    first, second = kept(store, "one"), kept(store, "two")
    store.point_to(first, at=AT, action="publish")
    store.point_to(second, at=AT, action="publish")

    store.point_to(first, at=LATER, action="roll-back", reason="falsche Datei")

    last = store.pointed()[-1]
    assert (last.at, last.release, last.previous) == (LATER.isoformat(), first, second)
    assert (last.action, last.reason) == ("roll-back", "falsche Datei")


def test_a_release_was_published_when_it_became_current_for_the_first_time(store: Store) -> None:
    release = kept(store, "one")
    store.point_to(release, at=AT, action="publish")
    store.point_to(release, at=LATER, action="roll-back", reason="again")

    assert store.published_at(release) == AT.isoformat()
    assert store.published_at("0" * 64) == ""


def test_a_line_of_the_log_that_a_kill_cut_short_is_left_out_and_spoils_no_other(store: Store) -> None:
    release = kept(store, "one")
    store.point_to(release, at=AT, action="publish")
    with store.log.open("a") as log:
        log.write('{"at": "2026-01-01T12:0')

    store.point_to(release, at=LATER, action="roll-back", reason="again")

    assert [line.at for line in store.pointed()] == [AT.isoformat(), LATER.isoformat()]


def test_the_pointer_is_replaced_at_once(store: Store) -> None:
    """Whoever reads while it is replaced sees the one release or the other, never half of a file."""
    both = kept(store, "one"), kept(store, "two")
    store.point_to(both[0], at=AT, action="publish")
    done = threading.Event()

    def point() -> None:
        for number in range(100):
            store.point_to(both[number % 2], at=AT, action="publish")
        done.set()

    writer = threading.Thread(target=point)
    writer.start()
    seen = {store.current()}
    while not done.is_set():
        seen.add(store.current())
    writer.join()

    assert seen <= set(both)


def test_the_pointer_says_since_when(store: Store) -> None:
    release = kept(store, "one")
    store.point_to(release, at=AT, action="publish")

    assert json.loads((store.root / "current.json").read_bytes()) == {
        "release": release,
        "published_at": AT.isoformat(),
    }


@pytest.mark.parametrize("content", ["", "{", "[]", "{}"])
def test_a_damaged_pointer_is_named_with_the_way_out(store: Store, content: str) -> None:
    store.point_to(kept(store, "one"), at=AT, action="publish")
    (store.root / "current.json").write_text(content)

    with pytest.raises(SettingsError, match=r"current\.json: the pointer to the current release is damaged\. Remove"):
        store.current()


def test_without_the_pointer_a_release_can_be_chosen_again(store: Store) -> None:
    release = kept(store, "one")
    store.point_to(release, at=AT, action="publish")
    (store.root / "current.json").unlink()

    store.point_to(store.found(release[:12]), at=LATER, action="roll-back", reason="pointer lost")

    assert store.current() == release


def test_a_build_that_breaks_off_leaves_nothing(store: Store) -> None:
    def build() -> None:
        with store.building() as folder:
            (folder / "half.txt").write_text("half")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        build()

    assert list(store.root.iterdir()) == []


def test_what_a_killed_build_left_behind_is_removed_by_the_next(store: Store) -> None:
    left = store.root / ".unfinished-0123"
    left.mkdir(parents=True)
    (left / "half.txt").write_text("half")

    release = kept(store, "one")

    assert [path.name for path in store.root.iterdir()] == [release]


def test_what_is_no_release_is_not_listed(store: Store) -> None:
    release = kept(store, "one")
    (store.root / "notes").mkdir()
    (store.root / "current.json").write_text("{}")

    assert store.hashes() == [release]


def test_a_whole_release_passes_the_check(store: Store) -> None:
    store.check(kept(store, "one"))


def test_a_changed_file_does_not_pass_the_check(store: Store) -> None:
    release = kept(store, "one")
    (store.folder(release) / "file.txt").write_text("eno")

    with pytest.raises(SettingsError, match=rf"file\.txt of release {release[:12]} is not what its manifest says"):
        store.check(release)


def test_a_missing_file_does_not_pass_the_check(store: Store) -> None:
    release = kept(store, "one")
    (store.folder(release) / "file.txt").unlink()

    with pytest.raises(SettingsError, match=r"file\.txt of release"):
        store.check(release)


def test_a_manifest_that_was_changed_does_not_pass_the_check(store: Store) -> None:
    release = kept(store, "one")
    manifest = store.folder(release) / "manifest.json"
    manifest.write_bytes(manifest.read_bytes() + b"\n")

    with pytest.raises(SettingsError, match=f"the manifest of release {release[:12]} is not what its name says"):
        store.check(release)


def test_a_release_without_manifest_is_damaged(store: Store) -> None:
    release = kept(store, "one")
    (store.folder(release) / "manifest.json").unlink()

    with pytest.raises(SettingsError, match=rf"the release {release[:12]} is damaged: manifest\.json is missing"):
        store.check(release)

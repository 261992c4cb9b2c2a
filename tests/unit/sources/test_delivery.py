"""Fetching deliveries: files, packed files, files in archives, patterns, and what is not there."""

from __future__ import annotations

import gzip
import hashlib
import zipfile
from pathlib import Path

import pytest

from gemeinsinn.errors import DeliveryError
from gemeinsinn.sources import delivery
from gemeinsinn.sources.delivery import Delivery, fetch
from support.messages import unprovoked


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with deliveries of every kind, whole and damaged."""
    (tmp_path / "plain.csv").write_bytes(b"a;b\n")
    (tmp_path / "packed.csv.gz").write_bytes(gzip.compress(b"a;b\n"))
    (tmp_path / "cut.csv.gz").write_bytes(gzip.compress(b"a;b\n" * 500)[:-9])
    (tmp_path / "named.csv.gz").write_bytes(b"a;b\n")
    (tmp_path / "cut.zip").write_bytes(b"PK\x03\x04")
    (tmp_path / "sub").mkdir()
    with zipfile.ZipFile(tmp_path / "tables.zip", "w") as archive:
        archive.writestr("2021.csv", b"a;b\n")
        archive.writestr("deep/2022.csv", b"c;d\n")
    return tmp_path


def fetched(location: str, root: Path) -> list[tuple[str, bytes]]:
    return [(each.name, each.content) for each in fetch(location, root=root)]


def test_a_file_comes_as_it_lies_there(folder: Path) -> None:
    assert fetched("plain.csv", folder) == [("plain.csv", b"a;b\n")]


def test_a_packed_file_comes_unpacked_and_without_its_ending(folder: Path) -> None:
    assert fetched("packed.csv.gz", folder) == [("packed.csv", b"a;b\n")]


@pytest.mark.parametrize(("member", "content"), [("2021.csv", b"a;b\n"), ("deep/2022.csv", b"c;d\n")])
def test_a_file_in_an_archive_is_named_behind_a_mark(folder: Path, member: str, content: bytes) -> None:
    assert fetched(f"tables.zip!{member}", folder) == [(member, content)]


def test_a_pattern_brings_all_files_in_the_order_of_their_names(folder: Path) -> None:
    for name in ("c.txt", "a.txt", "b.txt"):
        (folder / "sub" / name).write_bytes(name.encode())

    assert [name for name, _ in fetched("sub/*.txt", folder)] == ["a.txt", "b.txt", "c.txt"]


def test_a_location_may_lie_outside_the_instance(folder: Path) -> None:
    assert fetched(str(folder / "plain.csv"), folder / "sub") == [("plain.csv", b"a;b\n")]
    assert fetched(str(folder / "pl*.csv"), folder / "sub") == [("plain.csv", b"a;b\n")]


def test_the_digest_of_a_delivery_is_that_of_its_bytes() -> None:
    assert Delivery("a.csv", b"a;b\n").digest == hashlib.sha256(b"a;b\n").hexdigest()


MISSING = "Check `location` in sources.yaml"
REFUSED = {
    "nothing.csv": f"nothing.csv: the file is not there. {MISSING}. The delivery is missing, which is not the same as empty.",
    "sub/*.csv": f"sub/*.csv: no file matches. {MISSING}.",
    "sub": f"sub: the file cannot be read. {MISSING}. Is it a file, and who may read it?",
    "plain.csv/inside.csv": f"inside.csv: the file cannot be read. {MISSING}. Is it a file, and who may read it?",
    "cut.csv.gz": "cut.csv.gz: the packed file is damaged or cut short. Fetch it again.",
    "named.csv.gz": "named.csv.gz: the packed file is damaged or cut short. Fetch it again.",
    "nothing.zip!a.csv": f"nothing.zip: the archive is not there or cannot be read. {MISSING}.",
    "cut.zip!a.csv": "cut.zip: the archive is damaged or cut short. Fetch it again.",
    "plain.csv!a.csv": "plain.csv: the archive is damaged or cut short. Fetch it again.",
    "tables.zip!2023.csv": "tables.zip: there is no '2023.csv' in it. Did you mean '2021.csv' or 'deep/2022.csv'?",
    "tables.zip!Einwohner": f"tables.zip: there is no 'Einwohner' in it. {MISSING}.",
    "locked.zip!2021.csv": (
        "locked.zip: '2021.csv' in it is locked by a password or packed in an unknown way. Ask for it as a plain zip."
    ),
}


@pytest.mark.parametrize("location", REFUSED)
def test_what_does_not_come_is_refused_with_the_reason(folder: Path, location: str) -> None:
    (folder / "locked.zip").write_bytes(locked((folder / "tables.zip").read_bytes()))

    with pytest.raises(DeliveryError) as refused:
        fetched(location, folder)

    assert str(refused.value) == REFUSED[location]


def locked(archive: bytes) -> bytes:
    """The archive with the flag of a password set on its first file, in its header and in the directory."""
    changed = bytearray(archive)
    changed[6] |= 1
    changed[archive.index(b"PK\x01\x02") + 8] |= 1
    return bytes(changed)


def test_no_message_is_left_without_a_location_that_provokes_it() -> None:
    assert unprovoked(delivery, REFUSED.values()) == []

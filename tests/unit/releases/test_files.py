"""Files of a release: one way to write JSON, a hash and a size for each, packed twins for texts."""

from __future__ import annotations

import gzip
import hashlib
from pathlib import Path

import brotli
import pytest

from gemeinsinn.releases.files import Builder, as_json, sha256


def test_json_has_no_blanks_and_keeps_the_order_and_the_letters_as_given() -> None:
    assert as_json({"b": [1, None, 2.5], "a": "Süd"}) == '{"b":[1,null,2.5],"a":"Süd"}'.encode()


@pytest.mark.parametrize("number", [float("nan"), float("inf")])
def test_what_is_no_number_is_never_written(number: float) -> None:
    with pytest.raises(ValueError, match="not JSON compliant"):
        as_json([number])


def test_the_hash_is_sha_256() -> None:
    """The first test vector of NIST: the message `abc`."""
    assert sha256(b"abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"


def test_every_file_is_listed_with_its_hash_and_size(tmp_path: Path) -> None:
    builder = Builder(tmp_path)

    builder.add("ind/a.csv", b"area\n")
    builder.finish()

    assert builder.listing == {"ind/a.csv": {"sha256": hashlib.sha256(b"area\n").hexdigest(), "size": 5}}
    assert (tmp_path / "ind/a.csv").read_bytes() == b"area\n"


@pytest.mark.parametrize("size", [10, 200_000, 4_500_000], ids=["small", "larger", "largest"])
def test_a_text_of_any_size_lies_packed_beside_itself(tmp_path: Path, size: int) -> None:
    content = b"0123456789" * (size // 10)
    builder = Builder(tmp_path)

    builder.add("a.json", content)
    builder.finish()

    assert brotli.decompress((tmp_path / "a.json.br").read_bytes()) == content
    assert gzip.decompress((tmp_path / "a.json.gz").read_bytes()) == content


def test_what_is_packed_already_is_not_packed_again(tmp_path: Path) -> None:
    builder = Builder(tmp_path)

    builder.add("a.parquet", b"PAR1")
    builder.finish()

    assert [path.name for path in tmp_path.iterdir()] == ["a.parquet"]


def test_many_files_are_all_packed(tmp_path: Path) -> None:
    builder = Builder(tmp_path)

    for number in range(50):
        builder.add(f"{number}.json", str(number).encode())
    builder.finish()

    assert len(list(tmp_path.glob("*.br"))) == len(list(tmp_path.glob("*.gz"))) == 50


def test_packed_twins_are_in_no_list(tmp_path: Path) -> None:
    builder = Builder(tmp_path)

    builder.add("a.json", b"{}")
    builder.finish()

    assert list(builder.listing) == ["a.json"]

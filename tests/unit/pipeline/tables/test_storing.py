"""Files that are written: beside nothing that is read, whole, and secret ones for their owner only."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from gemeinsinn.errors import UnknownNameError
from gemeinsinn.pipeline.tables import storing
from gemeinsinn.pipeline.tables.storing import check_targets, stored
from support.messages import unprovoked


def test_a_secret_file_is_for_its_owner_only_and_leaves_the_process_as_it_was(tmp_path: Path) -> None:
    before = os.umask(0o022)
    try:
        stored(tmp_path / "c.json", b"{}", secret=True)
        stored(tmp_path / "out.csv", b"a\n")
    finally:
        os.umask(before)

    assert ((tmp_path / "c.json").stat().st_mode & 0o777, (tmp_path / "out.csv").stat().st_mode & 0o777) == (
        0o600,
        0o644,
    )


def test_what_is_not_asked_for_or_not_there_is_not_written(tmp_path: Path) -> None:
    stored(None, b"a\n")
    stored(tmp_path / "c.json", None)

    assert list(tmp_path.iterdir()) == []


def test_files_beside_each_other_are_accepted(tmp_path: Path) -> None:
    check_targets({"--out": tmp_path / "b.csv", "--certificate": None}, read=[tmp_path / "a.csv"])


def refusal(folder: Path, **targets: Path) -> str:
    with pytest.raises(UnknownNameError) as told:
        check_targets({f"--{name}": path for name, path in targets.items()}, read=[folder / "a.csv"])
    return str(told.value)


def test_nothing_is_replaced_that_is_read_or_written_besides(tmp_path: Path) -> None:
    """Also under another name. Seen to fail when paths were compared as they were written."""
    (tmp_path / "x").mkdir()
    messages = [
        refusal(tmp_path, out=tmp_path / "x" / ".." / "a.csv"),
        refusal(tmp_path, out=tmp_path / "b", certificate=tmp_path / "b"),
        refusal(tmp_path, out=tmp_path / "x"),
        refusal(tmp_path, out=tmp_path / "y" / "b"),
    ]

    assert [message.partition(" ")[0] for message in messages] == ["--out", "--certificate", "--out", "--out"]
    assert "which is read. Choose another name." in messages[0]
    assert "what --out writes" in messages[1]
    assert unprovoked(storing, messages) == []

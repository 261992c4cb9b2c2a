"""Files that are written whole or not at all, logs that grow by lines, and what killed processes leave."""

from __future__ import annotations

from pathlib import Path

from gemeinsinn.lake.durable import TEMPORARY_PREFIX, append_line, remove_unfinished, replace, write_new


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_new_file_is_written_with_its_folders(tmp_path: Path) -> None:
    assert write_new(tmp_path / "a" / "b" / "c.json", b"1")

    assert (tmp_path / "a" / "b" / "c.json").read_bytes() == b"1"


def test_a_name_that_is_taken_keeps_its_content(tmp_path: Path) -> None:
    write_new(tmp_path / "c.json", b"first")

    assert not write_new(tmp_path / "c.json", b"second")
    assert (tmp_path / "c.json").read_bytes() == b"first"


def test_nothing_unfinished_stays_behind(tmp_path: Path) -> None:
    write_new(tmp_path / "c.json", b"first")
    write_new(tmp_path / "c.json", b"second")
    replace(tmp_path / "d.json", b"third")

    assert names(tmp_path) == ["c.json", "d.json"]


def test_a_file_is_replaced_at_once(tmp_path: Path) -> None:
    replace(tmp_path / "c.json", b"first, and longer")

    replace(tmp_path / "c.json", b"second")

    assert (tmp_path / "c.json").read_bytes() == b"second"


def test_a_log_grows_line_by_line(tmp_path: Path) -> None:
    append_line(tmp_path / "log" / "a.jsonl", "eins")
    append_line(tmp_path / "log" / "a.jsonl", "zwei – drei")

    assert (tmp_path / "log" / "a.jsonl").read_text(encoding="utf-8") == "eins\nzwei – drei\n"


def test_a_line_that_was_cut_short_spoils_no_other(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_bytes(b'{"a": 1}\n{"b"')

    append_line(tmp_path / "a.jsonl", '{"c": 3}')

    assert (tmp_path / "a.jsonl").read_text(encoding="utf-8").splitlines() == ['{"a": 1}', '{"b"', '{"c": 3}']


def test_what_killed_processes_left_is_removed_and_nothing_else(tmp_path: Path) -> None:
    (tmp_path / f"{TEMPORARY_PREFIX}1").write_bytes(b"half")
    (tmp_path / f"{TEMPORARY_PREFIX}2" / "deep").mkdir(parents=True)
    (tmp_path / f"{TEMPORARY_PREFIX}2" / "deep" / "file").write_bytes(b"half")
    (tmp_path / "kept.json").write_bytes(b"whole")

    assert remove_unfinished(tmp_path) == 2
    assert names(tmp_path) == ["kept.json"]


def test_in_a_folder_that_is_not_there_nothing_is_left(tmp_path: Path) -> None:
    assert remove_unfinished(tmp_path / "nowhere") == 0

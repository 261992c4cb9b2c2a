"""The folder of a ledger: closed to others, written whole or not at all, and by one at a time."""

from __future__ import annotations

import os
import secrets
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from gemeinsinn.errors import DisclosureError, InUseError, SettingsError
from gemeinsinn.gate.ledger_folder import KEY, LAST, LedgerFolder
from gemeinsinn.lake.durable import TEMPORARY_PREFIX
from gemeinsinn.protect.ledger import Entry, Release
from gemeinsinn.protect.tables.hierarchies import flat
from gemeinsinn.protect.tables.needs import neighbours
from gemeinsinn.protect.tables.releasing import sealed_of, shown_of
from support.ledgers import FIRST_DAY, hiding, identified, small_counts


AREAS = flat(["A", "B", "C"], name="area")
SEXES = flat(["m", "w"], name="sex")


def released(folder: Path, *, more: int = 0) -> Entry:
    model = identified({"area": AREAS, "sex": SEXES}, [[5 + more, 1], [7, 4], [9, 2]])
    pattern = hiding(model, ("A", "m"), ("C", "m"))
    needs = neighbours(model.values, small_counts(model))
    with LedgerFolder(folder).writing(secrets.token_bytes) as book:
        return book.append(
            Release("ages", "public", "p1", "suppress", FIRST_DAY, f"r{more}"),
            shown=shown_of(model, pattern, key=book.ledger.key),
            sealed=sealed_of(model, pattern, needs),
            forced=model.open_cells(),
            random=secrets.token_bytes,
        )


def modes(folder: Path) -> set[int]:
    return {stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()}


def test_what_was_appended_is_read_again(tmp_path: Path) -> None:
    entries = tuple(released(tmp_path / "ledger", more=step) for step in range(3))

    assert LedgerFolder(tmp_path / "ledger").read().entries == entries


def test_a_folder_that_is_not_there_is_an_empty_ledger(tmp_path: Path) -> None:
    assert LedgerFolder(tmp_path / "ledger").read().entries == ()
    assert not (tmp_path / "ledger").exists()


def test_nobody_but_the_owner_may_enter(tmp_path: Path) -> None:
    before = os.umask(0o000)
    try:
        released(tmp_path / "ledger")
    finally:
        os.umask(before)

    assert stat.S_IMODE((tmp_path / "ledger").stat().st_mode) == 0o700
    assert modes(tmp_path / "ledger") == {0o600}


def test_a_ledger_that_others_may_enter_is_refused_with_the_remedy(tmp_path: Path) -> None:
    released(tmp_path / "ledger")
    (tmp_path / "ledger").chmod(0o750)

    with pytest.raises(SettingsError, match="chmod 700"):
        LedgerFolder(tmp_path / "ledger").read()


def test_an_entry_that_was_removed_is_found_also_if_it_was_the_last(tmp_path: Path) -> None:
    for step in range(3):
        released(tmp_path / "ledger", more=step)

    (tmp_path / "ledger" / "000003.entry").unlink()

    with pytest.raises(DisclosureError, match="entry 3: it is missing"):
        LedgerFolder(tmp_path / "ledger").read()


def test_an_entry_that_was_changed_is_found_before_anything_is_made_of_it(tmp_path: Path) -> None:
    for step in range(2):
        released(tmp_path / "ledger", more=step)
    path = tmp_path / "ledger" / "000001.entry"

    path.write_bytes(path.read_bytes()[:-1] + b"?")

    with pytest.raises(DisclosureError, match="entry 1: what is sealed was changed"):
        LedgerFolder(tmp_path / "ledger").read()


@pytest.mark.parametrize(("name", "told"), [(KEY, "its key is missing"), (LAST, "last.json is missing")])
def test_a_missing_file_beside_the_entries_is_named(tmp_path: Path, name: str, told: str) -> None:
    for step in range(2):
        released(tmp_path / "ledger", more=step)

    (tmp_path / "ledger" / name).unlink()

    with pytest.raises(DisclosureError, match=told):
        LedgerFolder(tmp_path / "ledger").read()


def test_a_half_written_entry_is_not_read_and_is_removed_by_the_next_writer(tmp_path: Path) -> None:
    released(tmp_path / "ledger")
    half = tmp_path / "ledger" / f"{TEMPORARY_PREFIX}abc"
    half.write_bytes(b"half an entry")

    read = LedgerFolder(tmp_path / "ledger").read()
    released(tmp_path / "ledger", more=1)

    assert len(read.entries) == 1
    assert not half.exists()


def test_an_entry_whose_writer_was_killed_before_he_noted_it_as_the_last_counts(tmp_path: Path) -> None:
    released(tmp_path / "ledger")
    noted = (tmp_path / "ledger" / LAST).read_bytes()
    released(tmp_path / "ledger", more=1)

    (tmp_path / "ledger" / LAST).write_bytes(noted)
    third = released(tmp_path / "ledger", more=2)

    assert third.head.number == 3
    assert len(LedgerFolder(tmp_path / "ledger").read().entries) == 3


def test_a_second_writer_is_refused_while_the_first_one_writes(tmp_path: Path) -> None:
    folder = LedgerFolder(tmp_path / "ledger")

    with folder.writing(secrets.token_bytes):
        waiting = folder.writing(secrets.token_bytes)
        with pytest.raises(InUseError, match="another run is writing to this ledger"):
            waiting.__enter__()

    assert folder.read().entries == ()


WRITER = """
import sys, secrets
sys.path[:0] = {paths!r}
import gemeinsinn.lake.durable as durable
from pathlib import Path
from unit.gate.test_ledger_folder import released

count = 0
def link_or_die(source, target, _link=durable.os.link):
    global count
    count += 1
    if count == {at}:
        durable.os._exit(9)
    _link(source, target)
durable.os.link = link_or_die
released(Path({folder!r}), more=1)
"""


def test_a_writer_that_is_killed_leaves_the_ledger_as_it_was(tmp_path: Path) -> None:
    released(tmp_path / "ledger")
    before = LedgerFolder(tmp_path / "ledger").read()

    program = WRITER.format(paths=sys.path, at=1, folder=str(tmp_path / "ledger"))
    ended = subprocess.run([sys.executable, "-c", program], check=False, timeout=120)

    assert ended.returncode == 9
    assert LedgerFolder(tmp_path / "ledger").read() == before
    assert released(tmp_path / "ledger", more=2).head.number == 2


def test_a_key_that_is_kept_apart_lies_not_in_the_folder_and_opens_it(tmp_path: Path) -> None:
    folder = LedgerFolder(tmp_path / "ledger", key=bytes(range(32)))
    model = identified({"area": AREAS, "sex": SEXES}, [[5, 1], [7, 4], [9, 2]])
    pattern = hiding(model, ("A", "m"), ("C", "m"))
    needs = neighbours(model.values, small_counts(model))
    with folder.writing(secrets.token_bytes) as book:
        book.append(
            Release("ages", "public", "p1", "suppress", FIRST_DAY, "r"),
            shown=shown_of(model, pattern, key=book.ledger.key),
            sealed=sealed_of(model, pattern, needs),
            forced=model.open_cells(),
            random=secrets.token_bytes,
        )

    assert not (tmp_path / "ledger" / KEY).exists()
    assert (folder.read().entries[0].content().sealed.values == model.values).all()
    with pytest.raises(DisclosureError, match="its key is missing"):
        LedgerFolder(tmp_path / "ledger").read()

"""Erasure and retention: what is forgotten stands in no byte of the instance; records are signed and say no name."""

from __future__ import annotations

import json
import struct
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from cryptography.exceptions import InvalidTag

from gemeinsinn.errors import NotYetKnownError, SettingsError, UnknownNameError
from gemeinsinn.lake.restricted.store import DELIVERIES, EVENTS
from gemeinsinn.pipeline.records import checked
from gemeinsinn.pipeline.registers import landing
from gemeinsinn.pipeline.registers.identity import key_ring
from gemeinsinn.pipeline.retention import erased, retained
from gemeinsinn.protect.keys import LANDING, VAULT, purpose
from gemeinsinn.protect.vault import Vault
from support.registers import HEAD, Office, bytes_from, changes, line, office_in, policy_of


CANARY = "CANARY7Xq"
NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
_LINKED = """\
    link:
      - {register: benefits, basis: § 1, by: {name: name, birth: birth}}
"""


@pytest.fixture
def office(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Office:
    """A register with a vault and a sealed landing; the canary moved, was corrected, and has a birth of its own."""
    monkeypatch.setattr("gemeinsinn.lake.restricted.tables._COMPRESSION", "uncompressed")
    policies = "policies:\n" + policy_of("residents", more=_LINKED, landing="20 days") + policy_of("benefits")
    made = office_in(tmp_path, "residents", "benefits", policies=policies)
    own = "|{number}|{number}|19370719|w|01001001|20250101"
    stock = [line("BE", str(number), f"P{number}", "Astadt", date(2025, 1, 1)) for number in range(10, 30)]
    stock.append("BE|1|" + own.format(number=CANARY))
    made.deliver("residents/bestand_20250101.csv", changes(*stock))
    made.take_in("residents", on=date(2025, 1, 1))
    moved = "UM|2|" + own.format(number=CANARY).replace("01001001", "01001002").replace("20250101", "20250301")
    made.deliver("residents/aenderungen_20250301.csv", changes(moved))
    made.take_in("residents", on=date(2025, 3, 1))
    return made


def erase(office: Office, person: str = CANARY, register: str = "residents") -> str:
    found = erased(office.instance, register, person, reason="request", clock=lambda: NOON, random=bytes_from(1))
    return found.record


def marks_of(office: Office) -> list[bytes]:
    """The bytes that would tell of the canary: pseudonym, record key, event, and the day of birth as a number."""
    spells = office.spells()
    own = spells.filter(birth=date(1937, 7, 19))
    pid, record_key = own["pid"][0], own["record_key"][0]
    events = office.zone.read(office.zone.table("residents", EVENTS), office.manifest).filter(pid=pid)
    days = (date(1937, 7, 19) - date(1970, 1, 1)).days
    numbers = [pid, record_key, *events["event_id"]]
    texts = [CANARY.encode(), CANARY.lower().encode(), b"1937-07-19", struct.pack("<i", days)]
    return texts + [
        mark for number in numbers for mark in (struct.pack("<q", number), str(number).encode(), rowid(number))
    ]


def rowid(number: int) -> bytes:
    """A large number as SQLite writes it: eight times seven bits, then eight."""
    bits = number & (2**64 - 1)
    return bytes((bits >> shift) & 0x7F | 0x80 for shift in range(57, 7, -7)) + bytes([bits & 0xFF])


def places(office: Office, marks: list[bytes]) -> set[str]:
    """The files of the instance that hold one of the marks; what the sender delivered is the sender's."""
    own = [path for path in office.files() if "deliveries" not in path.relative_to(office.instance.root).parts[:1]]
    return {
        str(path.relative_to(office.instance.root)) for path in own if any(mark in path.read_bytes() for mark in marks)
    }


def test_who_is_erased_stands_in_no_byte_of_the_instance(office: Office) -> None:
    index = office.zone.index("residents")
    index.mkdir(parents=True)
    marks = marks_of(office)
    (index / "served").write_bytes(marks[4])
    before = places(office, marks)

    erase(office)

    assert any("spells" in place for place in before)
    assert any("events" in place for place in before)
    assert any("vault" in place for place in before)
    assert any("index" in place for place in before)
    assert places(office, marks) == set()
    assert office.spells().height == 20


def test_the_log_of_the_tables_never_held_a_value_of_a_person(office: Office) -> None:
    logs = b"".join(path.read_bytes() for path in office.files() if "_delta_log" in path.parts)

    assert b"valid_from" in logs
    assert not any(mark in logs for mark in marks_of(office))
    assert b"minValues" in logs
    assert b'\\"birth\\": \\"' not in logs


def test_what_was_known_earlier_of_the_others_is_still_known_after_an_erasure(office: Office) -> None:
    erase(office)

    assert len(office.believed(date(2025, 2, 1), known=date(2025, 2, 1))) == 20
    first = office.zone.manifests.numbered(1)
    with pytest.raises(NotYetKnownError, match="no longer kept"):
        office.zone.files("residents/spells", first)
    assert "erased_after" in office.manifest.tables["residents/spells"].facts


def test_the_record_of_an_erasure_is_signed_and_says_nothing_of_the_person(office: Office) -> None:
    marks = marks_of(office)
    path = office.instance.records / erase(office)

    record = checked(path)

    assert (record["action"], record["register"], record["reason"], record["persons"]) == (
        "erase",
        "residents",
        "request",
        1,
    )
    assert not any(mark in path.read_bytes() for mark in marks)


def test_a_record_that_was_changed_is_found_out(office: Office) -> None:
    path = office.instance.records / erase(office)
    plain = json.loads(path.read_text())
    path.write_text(json.dumps({**plain, "rows": 0}))

    with pytest.raises(SettingsError, match="changed after it was signed"):
        checked(path)


def test_nobody_of_a_name_is_said_without_repeating_the_name(office: Office) -> None:
    with pytest.raises(UnknownNameError) as refused:
        erase(office, "Unbekannt77")

    assert "Unbekannt77" not in str(refused.value)
    assert "nobody of that name is in the register 'residents'. Name the person by: number" in str(refused.value)


def test_a_file_that_was_taken_in_before_does_not_bring_an_erased_person_back(office: Office) -> None:
    erase(office)

    office.take_in("residents", on=date(2026, 6, 2))

    assert office.spells().height == 20


def test_an_erasure_takes_the_sealed_deliveries_with_it(office: Office) -> None:
    assert len(landing.all_of(office.zone, "residents")) == 1

    erase(office)

    assert landing.all_of(office.zone, "residents") == []


def test_raw_deliveries_are_sealed_and_go_after_the_days_of_the_policy(office: Office) -> None:
    sealed = landing.all_of(office.zone, "residents")[0]
    key = key_ring(office.instance).key(purpose(LANDING, "residents"))

    assert CANARY.encode() not in sealed.read_bytes()
    assert CANARY.encode() in landing.opened(sealed, key)
    with pytest.raises(InvalidTag):
        landing.opened(sealed, bytes(32))
    office.deliver("residents/aenderungen_20250401.csv", HEAD)
    run = office.take_in("residents", on=date(2025, 4, 1))
    assert run.findings == ()
    assert sealed not in landing.all_of(office.zone, "residents")


def test_by_default_no_raw_delivery_is_kept(tmp_path: Path) -> None:
    office = office_in(tmp_path, "residents")
    office.deliver("residents/bestand_20250101.csv", changes(line("BE", "1", "P1", "Astadt", date(2025, 1, 1))))
    office.take_in("residents")

    assert landing.all_of(office.zone, "residents") == []


@pytest.fixture
def old(tmp_path: Path) -> Office:
    """A register that keeps people for ten years; one left twelve years ago, one was an error, one is there."""
    office = office_in(tmp_path, "residents", policies="policies:\n" + policy_of("residents", microdata="10 years"))
    left = date(2014, 1, 1)
    office.deliver(
        "residents/bestand_20100101.csv",
        changes(*(line("BE", str(number), f"P{number}", "Astadt", date(2010, 1, 1)) for number in (1, 2, 3))),
    )
    office.deliver("residents/a_20140101.csv", changes(line("WE", "4", "P1", "Astadt", left)))
    office.deliver("residents/a_20140102.csv", changes(line("SO", "5", "P2", "Astadt", left, refers="2")))
    office.take_in("residents", on=date(2026, 1, 1))
    return office


def run_retention(office: Office, *, dry_run: bool) -> tuple[int, int]:
    found = retained(office.instance, clock=lambda: NOON, random=bytes_from(2), dry_run=dry_run)[0]
    return found.persons, found.rows


def test_a_dry_run_counts_and_deletes_nothing(old: Office) -> None:
    before = old.manifest.number

    assert run_retention(old, dry_run=True) == (2, 7)
    assert old.manifest.number == before
    assert not old.instance.records.exists()


def test_retention_deletes_whoever_left_longer_ago_than_the_policy_allows(old: Office) -> None:
    assert run_retention(old, dry_run=True) == run_retention(old, dry_run=False)

    assert old.spells()["pid"].n_unique() == 1
    assert old.believed(date(2012, 1, 1)) == ["Astadt"]
    assert len(list(old.instance.records.iterdir())) == 1
    assert run_retention(old, dry_run=True) == (0, 0)


def test_the_vault_forgets_who_is_erased(office: Office) -> None:
    vault = Vault(office.instance.vault, "residents", key_ring(office.instance).key(purpose(VAULT, "residents")))
    names = [text for _, text in vault.all()]

    erase(office)

    assert any(CANARY.lower() in text for text in names)
    assert not any(CANARY.lower() in text for _, text in vault.all())
    assert office.zone.read(office.zone.table("residents", DELIVERIES), office.manifest).height == 2

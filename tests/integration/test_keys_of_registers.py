"""Keys of registers: made once, kept from others, rotated without losing a history; linkage only where it is allowed."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from gemeinsinn.errors import DisclosureError, SettingsError
from gemeinsinn.lake.runs import RunState
from gemeinsinn.pipeline.registers.linkage import linked
from gemeinsinn.pipeline.registers.refresh import Surroundings, registers_refreshed
from gemeinsinn.pipeline.registers.rotation import rotated
from gemeinsinn.protect.policy import read_policies
from gemeinsinn.sources.registers.declared import read_registers
from support.registers import Office, bytes_from, changes, line, office_in, policy_of


JANUARY, MARCH, MAY = date(2025, 1, 1), date(2025, 3, 1), date(2025, 5, 1)
_LINK = "    link:\n      - {register: benefits, basis: § 67c, by: {name: name, birth: birth}}\n"


@pytest.fixture
def office(tmp_path: Path) -> Office:
    policies = "policies:\n" + policy_of("residents", more=_LINK) + policy_of("benefits")
    made = office_in(tmp_path, "residents", "benefits", policies=policies)
    lines = [line("BE", str(number), f"P{number}", "Astadt", JANUARY) for number in (1, 2)]
    lines[1] = lines[1].replace("Mustermann", "Müller")
    made.deliver("residents/bestand_20250101.csv", changes(*lines))
    made.take_in("residents", on=JANUARY)
    return made


def rotate(office: Office, register: str = "residents") -> int:
    declaration = read_registers(office.instance.registers_file)[register]
    policies = read_policies(office.instance.policy_file)
    at = datetime(2025, 4, 1, tzinfo=UTC)
    return rotated(office.instance, declaration, policies, at=at, random=bytes_from(7))


def test_the_keys_are_readable_for_their_owner_only_and_lie_outside_the_zone(office: Office) -> None:
    path = office.instance.keys_file

    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700
    assert office.instance.restricted.stat().st_mode & 0o777 == 0o700
    assert not path.is_relative_to(office.instance.restricted)


def test_keys_that_others_may_read_are_refused(office: Office) -> None:
    office.instance.keys_file.chmod(0o640)
    office.deliver("residents/a_20250301.csv", changes(line("UM", "3", "P1", "Bedorf", MARCH)))

    run = office.take_in("residents", on=MARCH)

    assert run.state is RunState.FAILED
    assert "others may read the keys in registers.json." in run.findings[0]


def test_lost_keys_are_not_made_anew_behind_the_back_of_the_operator(office: Office) -> None:
    office.instance.keys_file.unlink()
    office.deliver("residents/a_20250301.csv", changes(line("UM", "3", "P1", "Bedorf", MARCH)))

    run = office.take_in("residents", on=MARCH)

    assert run.state is RunState.FAILED
    assert "there is no key for" in run.findings[0]
    assert not office.instance.keys_file.exists()


def test_exchanged_keys_are_found_out(office: Office, tmp_path: Path) -> None:
    other = office_in(tmp_path / "other", "residents")
    other.random = bytes_from(99)
    other.deliver("residents/bestand_20250101.csv", changes(line("BE", "1", "P1", "Astadt", JANUARY)))
    other.take_in("residents")
    ring = other.instance.keys_file.read_text()
    office.instance.keys_file.write_text(ring.replace("deliveries:residents", "deliveries:residents"))
    office.deliver("residents/a_20250301.csv", changes(line("UM", "3", "P1", "Bedorf", MARCH)))

    run = office.take_in("residents", on=MARCH)

    assert run.state is RunState.FAILED
    assert office.spells().height == 2


def test_after_a_rotation_everybody_has_another_pseudonym_and_the_same_history(office: Office) -> None:
    office.deliver("residents/a_20250301.csv", changes(line("UM", "3", "P1", "Bedorf", MARCH)))
    office.take_in("residents", on=MARCH)
    before = office.spells()

    assert rotate(office) == 2

    after = office.spells()
    assert set(before["pid"]) & set(after["pid"]) == set()
    assert sorted(before["record_key"]) == sorted(after["record_key"])
    assert office.believed(date(2025, 4, 1)) == ["Astadt", "Bedorf"]
    assert office.believed(date(2025, 4, 1), known=JANUARY) == ["Astadt", "Astadt"]


def test_after_a_rotation_changes_and_corrections_still_find_their_person(office: Office) -> None:
    office.deliver("residents/a_20250301.csv", changes(line("UM", "3", "P1", "Bedorf", MARCH)))
    office.take_in("residents", on=MARCH)
    rotate(office)
    office.deliver("residents/a_20250501.csv", changes(line("KO", "4", "P1", "Cedorf", MARCH, refers="3")))
    office.take_in("residents", on=MAY)

    assert office.believed(MAY) == ["Astadt", "Cedorf"]
    assert office.spells()["pid"].n_unique() == 2


def test_a_rotation_that_was_stopped_behind_the_keys_is_finished_by_the_next(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stop(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr("gemeinsinn.lake.restricted.store.RestrictedZone.commit", stop)
        with pytest.raises(KeyboardInterrupt):
            rotate(office)
    office.deliver("residents/a_20250301.csv", changes(line("UM", "3", "P1", "Bedorf", MARCH)))
    office.take_in("residents", on=MARCH)
    assert office.believed(MARCH) == ["Astadt", "Bedorf"]

    rotate(office)

    office.deliver("residents/a_20250501.csv", changes(line("UM", "4", "P2", "Cedorf", MAY)))
    office.take_in("residents", on=MAY)
    assert office.believed(MAY) == ["Bedorf", "Cedorf"]


CASES = """case,name,birth,sex,town,amount,since
C1,MUSTERMANN,1980-01-01,w,Astadt,1,2025-01-01
C2,Mu\u0308ller,1980-01-01,w,Astadt,1,2025-01-01
C3,Niemand,1980-01-01,w,Astadt,1,2025-01-01"""


def test_two_registers_are_linked_by_the_columns_of_the_policy_whatever_their_spelling(office: Office) -> None:
    office.deliver("benefits/stand_2025-01-31.csv", CASES)
    office.take_in("benefits")

    pairs = linked(office.instance, read_policies(office.instance.policy_file), "residents", "benefits")

    assert pairs.height == 2
    assert set(pairs["residents_pid"]) == set(office.spells()["pid"])
    assert set(pairs["benefits_pid"]) < set(office.spells("benefits")["pid"])


def test_linkage_still_works_after_a_rotation(office: Office) -> None:
    office.deliver("benefits/stand_2025-01-31.csv", CASES)
    office.take_in("benefits")
    rotate(office)

    pairs = linked(office.instance, read_policies(office.instance.policy_file), "residents", "benefits")

    assert set(pairs["residents_pid"]) == set(office.spells()["pid"])


def test_what_no_policy_names_is_not_linked(office: Office) -> None:
    policies = read_policies(office.instance.policy_file)

    with pytest.raises(DisclosureError, match="no policy allows to link 'benefits' with 'residents'"):
        linked(office.instance, policies, "benefits", "residents")


def test_a_register_that_nobody_links_has_no_vault(tmp_path: Path) -> None:
    office = office_in(tmp_path, "residents")
    office.deliver("residents/bestand_20250101.csv", changes(line("BE", "1", "P1", "Astadt", JANUARY)))
    office.take_in("residents")

    assert not office.instance.vault.exists()


def test_keys_may_come_from_a_command(office: Office) -> None:
    office.instance.keys_file.rename(office.instance.root / "elsewhere.json")
    settings = office.instance.settings_file
    settings.write_text(
        settings.read_text() + f'\n[restricted]\nkey_command = "cat {office.instance.root}/elsewhere.json"\n'
    )
    office.deliver("residents/a_20250301.csv", changes(line("UM", "3", "P1", "Bedorf", MARCH)))

    assert office.take_in("residents", on=MARCH).state is RunState.ACCEPTED
    with pytest.raises(SettingsError, match="the keys come from a command"):
        rotate(office)


@pytest.mark.parametrize(
    ("command", "message"),
    [
        ("exit 3", "ended with code 3"),
        ("echo secret", "this is no ring of keys"),
        ('echo \'{\\"keys\\": {\\"a\\": [\\"00\\"]}}\'', "cut short"),
    ],
)
def test_a_command_that_gives_no_keys_is_told_without_what_it_printed(
    office: Office, command: str, message: str
) -> None:
    settings = office.instance.settings_file
    settings.write_text(settings.read_text() + f'\n[restricted]\nkey_command = "{command}"\n')

    run = office.take_in("residents", on=MARCH)

    assert message in run.findings[0]
    assert "secret" not in run.findings[0]


def test_keys_beside_the_data_are_refused(office: Office) -> None:
    settings = office.instance.settings_file
    settings.write_text(settings.read_text() + '\n[restricted]\nkeys = "var/restricted/keys.json"\n')

    assert "may not lie beside the data" in office.take_in("residents", on=MARCH).findings[0]


def test_two_runs_do_not_write_at_once(office: Office) -> None:
    now = datetime(2025, 4, 1, tzinfo=UTC)
    surroundings = Surroundings(clock=lambda: now)

    with office.zone.writing(now), pytest.raises(SettingsError, match="another run is writing to the restricted zone"):
        registers_refreshed(office.instance, ["residents"], surroundings=surroundings)

"""Bad deliveries of each of five systems: a clear finding, nothing lost, nothing personal said, yesterday's table stands."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from gemeinsinn.lake.runs import Run, RunState
from support.registers import HEAD, Office, changes, line, office_in
from support.workbooks import workbook


SECRETS = ("Geheimnam", "NR4711", "19550505", "1955-05-05", "05.05.1955", "Nirgendwo")
"""What no message and no run record may hold."""
LATER = date(2026, 2, 1)


@pytest.fixture(autouse=True)
def _legible(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tables are written without compression, so that a search through their bytes finds what is in them."""
    monkeypatch.setattr("gemeinsinn.lake.restricted.tables._COMPRESSION", "uncompressed")


def resident(
    number: str,
    *,
    town: str = "01001001",
    birth: str = "19550505",
    sex: str = "w",
    kind: str = "BE",
    day: str = "20250101",
) -> str:
    return f"{kind}|{number}||NR4711{number}|Geheimnam{number}|{birth}|{sex}|{town}|{day}"


def residents(*lines: str) -> str:
    return "\n".join((HEAD, *lines)) + "\n"


CASES = "case,name,birth,sex,town,amount,since\n"
HELP = "Fall-Nr.;Name;geb.;Wohnort;Beginn;Ende\n"
CARE = "VersNr;GebDat;GemSchl;Beginn\n"


def case(number: int, *, town: str = "Astadt", birth: str = "1955-05-05", sex: str = "w") -> str:
    return f"NR4711{number},Geheimnam{number},{birth},{sex},{town},10.5,2024-06-01\n"


def help_case(number: int, *, town: str = "Astadt, Stadt", birth: str = "05.05.1955") -> str:
    return f"NR4711{number};Geheimnam{number}ä;{birth};{town};01.02.2025;\n"


def cared_for(number: int, *, town: str = "1001001", birth: str = "1955-05-05") -> str:
    return f"NR4711{number};{birth};{town};2024-06-01\n"


def children(
    *rows: tuple[object, ...], head: tuple[str, ...] = ("Name des Kindes", "geb. am", "Wohnort"), said: int = -1
) -> bytes:
    count = len(rows) if said < 0 else said
    return workbook({"Kinder": [["Kita"], [], list(head), *map(list, rows), ["Summe", count]]})


def child(number: int, *, town: str = "Astadt", birth: object = date(1955, 5, 5)) -> tuple[object, ...]:
    return (f"Geheimnam{number}, A", birth, town)


SYSTEMS: dict[str, tuple[str, str, bytes]] = {
    "residents": (
        "residents/bestand_20250101.csv",
        "residents/aenderungen_20260201.csv",
        residents(resident("1"), resident("2")).encode(),
    ),
    "benefits": (
        "benefits/stand_2026-01-31.csv",
        "benefits/stand_2026-02-01.csv",
        (CASES + case(1) + case(2)).encode(),
    ),
    "youth": (
        "youth/hilfen_2025-Q3.csv",
        "youth/hilfen_2025-Q4.csv",
        (HELP + help_case(1) + help_case(2)).encode("cp1252"),
    ),
    "childcare": ("childcare/2025/sonne.xlsx", "childcare/2026/sonne.xlsx", children(child(1), child(2))),
    "care": (
        "care/pflege_2025-12.csv",
        "care/pflege_2026-01.csv",
        ("\ufeff" + CARE + cared_for(1) + cared_for(2)).encode(),
    ),
}
"""The first delivery and the name of the second one, by system."""


def after(tmp_path: Path, register: str, content: bytes, name: str = "") -> tuple[Office, Run]:
    """An office that took in a good delivery yesterday, and what came of the second one."""
    first, second, good = SYSTEMS[register]
    office = office_in(tmp_path, register)
    office.deliver_bytes(first, good)
    assert office.take_in(register).rows_accepted == 2
    office.deliver_bytes(name or second, content)
    return office, office.take_in(register, on=LATER)


def nothing_personal(office: Office, run: Run) -> None:
    """No secret stands in a finding, a run record, or anywhere in the restricted zone."""
    for secret in SECRETS:
        assert all(secret not in finding for finding in run.findings)
        for path in office.instance.restricted.rglob("*"):
            assert not path.is_file() or secret.encode() not in path.read_bytes(), path


REFUSED: dict[str, tuple[str, bytes, str]] = {
    "residents in cp1252": (
        "residents",
        residents(resident("3")).replace("Geheim", "Gähn").encode("cp1252"),
        "is not utf-8 text",
    ),
    "residents without a column": (
        "residents",
        residents().replace("|ags", "").encode(),
        "the column 'ags' is missing.",
    ),
    "residents cut short": ("residents", residents(resident("3"), resident("4")).encode()[:-20], "it was cut short."),
    "residents with an unknown column": (
        "residents",
        residents().replace("|day", "|day|religion").encode(),
        "the policy does not say what the column 'religion' is.",
    ),
    "an empty file of residents": ("residents", b"", "the file is empty."),
    "a workbook of residents": ("residents", children(child(3)), "this is a workbook and no text."),
    "benefits in utf-16": ("benefits", (CASES + case(3)).encode("utf-16"), "is not utf-8 text"),
    "benefits without a column": ("benefits", CASES.replace("amount,", "").encode(), "the column 'amount' is missing."),
    "benefits cut short": ("benefits", (CASES + case(1) + case(2)).encode()[:-25], "it was cut short."),
    "far fewer benefits": ("benefits", (CASES + case(1)).encode(), "it looks cut short."),
    "youth in utf-8": (
        "youth",
        (HELP + help_case(1) + help_case(2)).encode(),
        "the file is UTF-8, and cp1252 is declared.",
    ),
    "youth without a column": ("youth", HELP.replace("Wohnort", "Ort").encode(), "the column 'Wohnort' is missing."),
    "youth cut short": ("youth", (HELP + help_case(1) + help_case(2)).encode("cp1252")[:-20], "it was cut short."),
    "childcare that is no workbook": ("childcare", b"Name;Geburt\n", "this is no workbook."),
    "childcare without a column": (
        "childcare",
        children((1, 2), head=("Name des Kindes", "geb. am")),
        "the column 'place' is missing.",
    ),
    "childcare cut short": ("childcare", children(child(1), said=2), "says another number of rows"),
    "childcare without its sum": (
        "childcare",
        workbook({"a": [["Name des Kindes", "geb. am", "Wohnort"]]}),
        "cut short",
    ),
    "damaged childcare": ("childcare", children(child(1))[:900], "the workbook does not open."),
    "care in cp1252": ("care", (CARE + "ä;1;1;1\n").encode("cp1252"), "is not utf-8 text"),
    "care without a column": ("care", CARE.replace("GebDat", "Geburt").encode(), "the column 'GebDat' is missing."),
    "care cut short": ("care", (CARE + cared_for(1) + cared_for(2)).encode()[:-20], "it was cut short."),
}


@pytest.mark.parametrize("case_", REFUSED)
def test_a_delivery_that_cannot_be_read_is_refused_and_yesterday_s_table_stands(tmp_path: Path, case_: str) -> None:
    register, content, message = REFUSED[case_]
    office, run = after(tmp_path, register, content)

    assert run.state is RunState.FAILED
    assert not run.is_our_fault
    assert message in "\n".join(run.findings)
    assert office.manifest.number == 1
    assert office.believed(date(2025, 6, 1), register=register) == ["Astadt", "Astadt"]
    nothing_personal(office, run)


QUARANTINED: dict[str, tuple[str, bytes, tuple[str, str, int]]] = {
    "a resident of an unknown municipality": (
        "residents",
        residents(resident("3"), resident("4", town="09999999")).encode(),
        ("unknown_municipality", "ags", 3),
    ),
    "a resident born on an impossible day": (
        "residents",
        residents(resident("3"), resident("4", birth="20250230")).encode(),
        ("impossible_day", "birth", 3),
    ),
    "a resident with a code that is new": (
        "residents",
        residents(resident("3"), resident("4", sex="q")).encode(),
        ("unknown_code", "sex", 3),
    ),
    "a kind of event that is new": (
        "residents",
        residents(resident("3"), resident("4", kind="XX")).encode(),
        ("unknown_kind", "kind", 3),
    ),
    "a resident twice": (
        "residents",
        residents(resident("3"), resident("4").replace("BE|4", "BE|4"), resident("4").replace("BE|4", "BE|5")).encode(),
        ("doubled_row", "number", 4),
    ),
    "a resident twice and otherwise": (
        "residents",
        residents(resident("3"), resident("4"), resident("4", sex="m").replace("BE|4", "BE|5")).encode(),
        ("doubled_person", "number", 3),
    ),
    "a row with too few cells": (
        "residents",
        residents(resident("3"), "BE|4||NR47114|Geheimnam4").encode(),
        ("malformed_row", "", 3),
    ),
    "a case in an unknown town": (
        "benefits",
        (CASES + case(1) + case(2) + case(3, town="Nirgendwo")).encode(),
        ("unknown_municipality", "town", 4),
    ),
    "a case born on an impossible day": (
        "benefits",
        (CASES + case(1) + case(2) + case(3, birth="1955-02-30")).encode(),
        ("impossible_day", "birth", 4),
    ),
    "a case twice": ("benefits", (CASES + case(1) + case(2) + case(2)).encode(), ("doubled_row", "case", 4)),
    "a case with a new code": (
        "benefits",
        (CASES + case(1) + case(2) + case(3, sex="X")).encode(),
        ("unknown_code", "sex", 4),
    ),
    "an assistance in an unknown town": (
        "youth",
        (HELP + help_case(1) + help_case(2) + help_case(3, town="Nirgendwo")).encode("cp1252"),
        ("unknown_municipality", "Wohnort", 4),
    ),
    "an assistance of somebody born on an impossible day": (
        "youth",
        (HELP + help_case(1) + help_case(2) + help_case(3, birth="31.02.1955")).encode("cp1252"),
        ("impossible_day", "geb.", 4),
    ),
    "an assistance twice": (
        "youth",
        (HELP + help_case(1) + help_case(2) + help_case(2)).encode("cp1252"),
        ("doubled_row", "Fall-Nr.", 4),
    ),
    "a child in an unknown town": (
        "childcare",
        children(child(1), child(2), child(3, town="Nirgendwo")),
        ("unknown_municipality", "place", 6),
    ),
    "a child born on an impossible day": (
        "childcare",
        children(child(1), child(2), child(3, birth="30.02.2020")),
        ("impossible_day", "birth", 6),
    ),
    "a child twice": ("childcare", children(child(1), child(2), child(2)), ("doubled_row", "name", 6)),
    "care in an unknown municipality": (
        "care",
        (CARE + cared_for(1) + cared_for(2) + cared_for(3, town="9999999")).encode(),
        ("unknown_municipality", "GemSchl", 4),
    ),
    "care of somebody born on an impossible day": (
        "care",
        (CARE + cared_for(1) + cared_for(2) + cared_for(3, birth="1955-13-01")).encode(),
        ("impossible_day", "GebDat", 4),
    ),
    "care of somebody twice": (
        "care",
        (CARE + cared_for(1) + cared_for(2) + cared_for(2)).encode(),
        ("doubled_row", "VersNr", 4),
    ),
}


@pytest.mark.parametrize("case_", QUARANTINED)
def test_a_row_that_does_not_fit_waits_in_quarantine_and_all_others_are_taken_in(tmp_path: Path, case_: str) -> None:
    register, content, waits = QUARANTINED[case_]
    office, run = after(tmp_path, register, content)

    rule, column, row = waits
    assert run.state is RunState.ACCEPTED
    assert run.rows_in == run.rows_accepted + run.rows_quarantined
    assert waits in office.quarantine(register)
    assert f"by the rule '{rule}', the first in deliveries/" in run.findings[0]
    assert f"row {row}, column {column or '-'}" in run.findings[0]
    nothing_personal(office, run)


def test_a_changed_code_list_stops_the_whole_delivery(tmp_path: Path) -> None:
    lines = [resident(str(number), sex="F") for number in range(10, 60)]
    office, run = after(tmp_path, "residents", residents(*lines).encode())

    assert run.state is RunState.FAILED
    assert "50 of 50 rows do not fit, most by the rule 'unknown_code' (50), column sex." in run.findings[0]
    assert "Nothing of it was taken in." in run.findings[0]
    assert office.manifest.number == 1


def test_a_damaged_file_stops_no_other(tmp_path: Path) -> None:
    office = office_in(tmp_path, "residents")
    office.deliver_bytes("residents/a_20260101.csv.gz", gzip.compress(residents(resident("1")).encode()))
    office.deliver_bytes("residents/a_20260102.csv.gz", gzip.compress(residents(resident("2")).encode())[:-9])

    run = office.take_in("residents")

    assert run.state is RunState.ACCEPTED
    assert run.rows_accepted == 1
    assert run.findings[0].startswith(
        "deliveries/residents/a_20260102.csv.gz: the packed file is damaged or cut short."
    )


def test_rows_in_quarantine_come_in_when_the_mapping_is_mended(tmp_path: Path) -> None:
    office, run = after(tmp_path, "benefits", (CASES + case(1) + case(2) + case(3, town="Altdorf")).encode())
    assert run.rows_quarantined == 1

    names = office.instance.root / "mappings" / "names.csv"
    names.write_text(names.read_text() + "Altdorf,01001003\n")
    again = office.take_in("benefits", on=LATER)

    assert again.rows_quarantined == 0
    assert office.quarantine("benefits") == []
    assert office.believed(date(2026, 2, 1), register="benefits") == ["Astadt", "Astadt", "Cedorf"]


def test_somebody_whose_row_is_in_quarantine_stays_as_believed(tmp_path: Path) -> None:
    office, run = after(tmp_path, "benefits", (CASES + case(1) + case(2, town="Nirgendwo")).encode())

    assert run.rows_quarantined == 1
    assert office.believed(date(2026, 3, 1), register="benefits") == ["Astadt", "Astadt"]


def test_a_file_whose_name_says_no_day_is_named(tmp_path: Path) -> None:
    office = office_in(tmp_path, "residents")
    office.deliver("residents/heute.csv", changes(line("BE", "1", "P1", "Astadt", date(2025, 1, 1))))

    run = office.take_in("residents")

    assert run.findings == (
        "heute.csv: its name does not say its day as `dated_by` declares it. Rename it, or move it elsewhere.",
    )


def test_a_register_without_a_policy_is_refused(tmp_path: Path) -> None:
    published = "policies:\n  open: {contains: territory, audience: public, reason: x, origins: [office]}\n"
    office = office_in(tmp_path, "residents", policies=published)
    office.deliver("residents/bestand_20250101.csv", residents(resident("1")))

    run = office.take_in("residents")

    assert run.state is RunState.FAILED
    assert "the policy 'open' is for 'territory', and 'residents' holds persons." in run.findings[0]
    assert not (office.instance.restricted / "tables").exists()


def test_a_fault_of_the_program_is_told_by_its_place_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> Callable[[], None]:
        raise ValueError("Geheimnam1")

    monkeypatch.setattr("gemeinsinn.pipeline.registers.intake.became", fail)
    office = office_in(tmp_path, "residents")
    office.deliver("residents/bestand_20250101.csv", residents(resident("1")))

    run = office.take_in("residents")

    assert run.is_our_fault
    assert "ValueError in gemeinsinn.pipeline.registers.intake" in run.findings[0]
    nothing_personal(office, run)


EMPTY = {
    "residents": HEAD.encode() + b"\n",
    "benefits": CASES.encode(),
    "youth": HELP.encode(),
    "childcare": children(),
    "care": CARE.encode(),
}


@pytest.mark.parametrize("register", EMPTY)
def test_a_delivery_without_rows_is_no_fault_of_the_program(tmp_path: Path, register: str) -> None:
    office, run = after(tmp_path, register, EMPTY[register])

    assert not run.is_our_fault
    assert run.rows_in == 0
    assert office.believed(date(2025, 6, 1), register=register) == ["Astadt", "Astadt"]


@pytest.mark.parametrize("register", EMPTY)
def test_a_first_delivery_without_rows_is_no_fault_of_the_program(tmp_path: Path, register: str) -> None:
    office = office_in(tmp_path, register)
    office.deliver_bytes(SYSTEMS[register][0], EMPTY[register])

    run = office.take_in(register)

    assert run.state is RunState.ACCEPTED
    assert office.spells(register).is_empty()

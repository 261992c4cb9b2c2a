"""How the history of people is told: late, wrongly, corrected, cancelled, as a whole, or as what holds on a day."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from gemeinsinn.lake.runs import RunState
from support.registers import Office, changes, line, office_in
from support.workbooks import workbook


def d(month: int, day: int = 1, *, year: int = 2025) -> date:
    return date(year, month, day)


@pytest.fixture
def office(tmp_path: Path) -> Office:
    """A register in which one woman lives in Astadt since January 2025."""
    made = office_in(tmp_path, "residents")
    made.deliver("residents/bestand_20250101.csv", changes(line("BE", "1", "P1", "Astadt", d(1))))
    made.take_in("residents", on=d(1))
    return made


def tell(office: Office, on: date, *lines: str) -> None:
    office.deliver(f"residents/aenderungen_{on:%Y%m%d}.csv", changes(*lines))
    office.take_in("residents", on=on)


def test_who_has_no_end_is_there_on_every_later_day(office: Office) -> None:
    assert office.believed(d(1)) == ["Astadt"]
    assert office.believed(date(2099, 12, 31)) == ["Astadt"]


def test_nobody_is_there_before_the_first_day(office: Office) -> None:
    assert office.believed(date(2024, 12, 31)) == []


def test_on_the_day_of_a_move_one_lives_at_the_new_place(office: Office) -> None:
    tell(office, d(3, 1), line("UM", "2", "P1", "Bedorf", d(3, 1)))

    assert office.believed(d(2, 28)) == ["Astadt"]
    assert office.believed(d(3, 1)) == ["Bedorf"]


def test_a_late_report_changes_the_past_but_not_what_was_known_of_it(office: Office) -> None:
    tell(office, d(6, 1), line("UM", "2", "P1", "Bedorf", d(2, 1)))

    assert office.believed(d(3, 1)) == ["Bedorf"]
    assert office.believed(d(3, 1), known=d(5, 31)) == ["Astadt"]


def test_a_correction_takes_the_place_of_what_it_corrects(office: Office) -> None:
    tell(office, d(2, 1), line("UM", "2", "P1", "Bedorf", d(2, 1)))
    tell(office, d(4, 1), line("KO", "3", "P1", "Cedorf", d(2, 15), refers="2"))

    assert office.believed(d(2, 10)) == ["Astadt"]
    assert office.believed(d(3, 1)) == ["Cedorf"]
    assert office.believed(d(2, 10), known=d(3, 1)) == ["Bedorf"]


def test_a_correction_of_a_correction_takes_its_place(office: Office) -> None:
    tell(office, d(2, 1), line("UM", "2", "P1", "Bedorf", d(2, 1)))
    tell(office, d(3, 1), line("KO", "3", "P1", "Cedorf", d(2, 1), refers="2"))
    tell(office, d(4, 1), line("KO", "4", "P1", "Astadt", d(2, 1), refers="3"))

    assert office.believed(d(5, 1)) == ["Astadt"]
    assert office.believed(d(5, 1), known=d(3, 15)) == ["Cedorf"]


def test_what_is_cancelled_was_never_so(office: Office) -> None:
    tell(office, d(2, 1), line("WE", "2", "P1", "Astadt", d(2, 1)))
    tell(office, d(4, 1), line("SO", "3", "P1", "Astadt", d(2, 1), refers="2"))

    assert office.believed(d(3, 1)) == ["Astadt"]
    assert office.believed(d(3, 1), known=d(3, 1)) == []


def test_if_a_correction_is_cancelled_the_event_stands_as_it_was_told_first(office: Office) -> None:
    tell(office, d(2, 1), line("UM", "2", "P1", "Bedorf", d(2, 1)))
    tell(office, d(3, 1), line("KO", "3", "P1", "Cedorf", d(2, 1), refers="2"))
    tell(office, d(4, 1), line("SO", "4", "P1", "Cedorf", d(2, 1), refers="3"))

    assert office.believed(d(5, 1)) == ["Bedorf"]


def test_who_moves_out_and_comes_back_is_the_same_person(office: Office) -> None:
    tell(office, d(2, 1), line("WE", "2", "P1", "Astadt", d(2, 1)))
    tell(office, d(6, 1), line("ZU", "3", "P1", "Cedorf", d(6, 1)))

    assert [office.believed(day) for day in (d(1, 31), d(2, 1), d(6, 1))] == [["Astadt"], [], ["Cedorf"]]
    assert office.spells()["pid"].n_unique() == 1


def test_after_a_death_nothing_brings_anybody_back(office: Office) -> None:
    tell(office, d(3, 1), line("ST", "2", "P1", "Astadt", d(2, 1)), line("UM", "3", "P1", "Bedorf", d(2, 20)))

    assert office.believed(d(1, 31)) == ["Astadt"]
    assert office.believed(d(3, 1)) == []


def test_the_same_file_again_changes_nothing(office: Office) -> None:
    before = office.spells()

    run = office.take_in("residents", on=d(2, 1))

    assert run.state is RunState.UNCHANGED
    assert office.spells().equals(before)


def test_events_that_come_again_in_another_file_change_nothing(office: Office) -> None:
    tell(office, d(2, 1), line("BE", "1", "P1", "Astadt", d(1)), line("UM", "2", "P1", "Bedorf", d(2, 1)))

    assert office.believed(d(2, 1)) == ["Bedorf"]
    assert office.spells().height == 3


def test_an_earlier_file_that_comes_late_is_a_late_report(office: Office) -> None:
    tell(office, d(5, 1), line("UM", "3", "P1", "Cedorf", d(5, 1)))
    office.deliver("residents/aenderungen_20250201.csv", changes(line("UM", "2", "P1", "Bedorf", d(2, 1))))
    office.take_in("residents", on=d(6, 1))

    assert [office.believed(day) for day in (d(3, 1), d(5, 1))] == [["Bedorf"], ["Cedorf"]]
    assert office.believed(d(3, 1), known=d(5, 15)) == ["Astadt"]


def test_a_correction_that_comes_before_its_event_waits_for_it(office: Office) -> None:
    tell(office, d(2, 1), line("KO", "3", "P1", "Cedorf", d(2, 1), refers="2"))
    assert office.believed(d(3, 1)) == ["Astadt"]

    tell(office, d(4, 1), line("UM", "2", "P1", "Bedorf", d(2, 1)))

    assert office.believed(d(3, 1)) == ["Cedorf"]


def test_one_import_of_all_files_believes_the_same_as_taking_them_in_day_by_day(office: Office, tmp_path: Path) -> None:
    told = {
        d(2, 1): line("UM", "2", "P1", "Bedorf", d(2, 1)),
        d(3, 1): line("ZU", "3", "P2", "Cedorf", d(1, 15), birth="20000229"),
        d(4, 1): line("KO", "4", "P1", "Cedorf", d(2, 10), refers="2"),
        d(5, 1): line("ST", "5", "P2", "Cedorf", d(4, 20), birth="20000229"),
    }
    for on, text in told.items():
        tell(office, on, text)
    at_once = office_in(tmp_path / "other", "residents")
    for file in sorted((office.instance.root / "deliveries" / "residents").iterdir()):
        at_once.deliver(f"residents/{file.name}", file.read_text())
    at_once.take_in("residents", on=d(12))

    for known in [d(1), *told]:
        for day in (d(1, 20), d(2, 5), d(3, 1), d(4, 25), d(6, 1)):
            assert at_once.believed(day, known=known) == office.believed(day, known=known)


def test_a_clock_that_jumped_back_does_not_move_knowledge_back(office: Office) -> None:
    tell(office, d(5, 1), line("UM", "2", "P1", "Bedorf", d(5, 1)))

    office.deliver("residents/aenderungen_20250502.csv", changes(line("UM", "3", "P1", "Cedorf", d(5, 2))))
    run = office.take_in("residents", on=d(3, 1))

    assert "01.05.2025 stands" in run.findings[-1]
    assert office.zone.steps(office.manifest).last_known_on("residents") == d(5, 1)


EXTRACT = "Fall-Nr.;Name;geb.;Wohnort;Beginn;Ende\n"


def test_a_whole_extract_closes_what_it_no_longer_says_and_keeps_what_was_believed(tmp_path: Path) -> None:
    office = office_in(tmp_path, "youth")
    first = "F1;A;01.01.2010;Astadt, Stadt;01.02.2025;\nF2;B;01.01.2011;Gem. Bedorf;01.03.2025;"
    second = "F1;A;01.01.2010;Astadt, Stadt;15.02.2025;01.05.2025\nF2;B;01.01.2011;Gem. Bedorf;01.03.2025;"
    office.deliver("youth/hilfen_2025-Q1.csv", EXTRACT + first)
    office.deliver("youth/hilfen_2025-Q2.csv", EXTRACT + second)
    office.take_in("youth", on=d(7))

    known = d(3, 31)
    assert office.believed(d(2, 10), register="youth") == []
    assert office.believed(d(2, 10), register="youth", known=known) == ["Astadt"]
    assert office.believed(d(6, 1), register="youth") == ["Bedorf"]
    assert office.believed(d(6, 1), register="youth", known=known) == ["Astadt", "Bedorf"]


def test_an_extract_that_is_older_than_the_last_one_is_left_out(tmp_path: Path) -> None:
    office = office_in(tmp_path, "youth")
    office.deliver("youth/hilfen_2025-Q2.csv", EXTRACT + "F1;A;01.01.2010;Astadt;01.02.2025;")
    office.take_in("youth", on=d(7))
    office.deliver("youth/hilfen_2025-Q1.csv", EXTRACT + "F1;A;01.01.2010;Bedorf;01.02.2025;")

    run = office.take_in("youth", on=d(8))

    assert "one of 30.06.2025 was taken in before" in run.findings[0]
    assert office.believed(d(3, 1), register="youth") == ["Astadt"]


STATE = "case,name,birth,sex,town,amount,since\n"


def test_who_is_gone_from_the_state_of_a_day_ends_on_that_day(tmp_path: Path) -> None:
    office = office_in(tmp_path, "benefits")
    office.deliver("benefits/stand_2025-01-31.csv", STATE + "C1,A,1980-01-01,m,Astadt,10.5,2024-06-01")
    office.deliver("benefits/stand_2025-02-28.csv", STATE + "C2,B,1980-01-01,w,Bedorf,10,2025-02-10")
    office.take_in("benefits", on=d(3))

    assert office.believed(d(7, 1, year=2024), register="benefits") == ["Astadt"]
    assert office.believed(d(2, 27), register="benefits") == ["Astadt", "Bedorf"]
    assert office.believed(d(2, 28), register="benefits") == ["Bedorf"]
    assert office.believed(d(2, 28), register="benefits", known=d(2, 1)) == ["Astadt"]


def test_who_is_described_otherwise_on_a_later_day_changed_on_that_day(tmp_path: Path) -> None:
    office = office_in(tmp_path, "benefits")
    for day, town in (("2025-01-31", "Astadt"), ("2025-02-28", "Bedorf"), ("2025-03-31", "Bedorf")):
        office.deliver(f"benefits/stand_{day}.csv", STATE + f"C1,A,1980-01-01,m,{town},10.5,2024-06-01")
        office.take_in("benefits", on=date.fromisoformat(day))

    assert [office.believed(day, register="benefits") for day in (d(2, 27), d(2, 28))] == [["Astadt"], ["Bedorf"]]
    assert office.spells("benefits").height == 3


def test_a_beginning_that_is_said_otherwise_later_is_corrected(tmp_path: Path) -> None:
    office = office_in(tmp_path, "benefits")
    for day, since in (("2025-01-31", "2025-01-01"), ("2025-02-28", "2024-12-01")):
        office.deliver(f"benefits/stand_{day}.csv", STATE + f"C1,A,1980-01-01,m,Astadt,10.5,{since}")
        office.take_in("benefits", on=date.fromisoformat(day))

    assert office.believed(d(12, 15, year=2024), register="benefits") == ["Astadt"]
    assert office.believed(d(12, 15, year=2024), register="benefits", known=d(2, 1)) == []


def test_a_list_of_one_provider_says_nothing_of_the_children_of_another(tmp_path: Path) -> None:
    office = office_in(tmp_path, "childcare")
    for provider, year, rows in (
        ("sonne", 2024, [["A, B", date(2020, 5, 1), "Astadt"]]),
        ("mond", 2024, [["C, D", date(2021, 5, 1), "Bedorf"]]),
        ("sonne", 2025, [["E, F", date(2022, 5, 1), "Cedorf"]]),
    ):
        lines = [["Kita"], ["Name des Kindes", "geb. am", "Wohnort"], *rows, ["Summe", len(rows)]]
        office.deliver_bytes(f"childcare/{year}/{provider}.xlsx", workbook({"Kinder": lines}))
    office.take_in("childcare", on=d(4))

    assert office.believed(d(3, 1), register="childcare") == ["Bedorf", "Cedorf"]

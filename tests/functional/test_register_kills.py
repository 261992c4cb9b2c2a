"""A kill at any moment of an intake, an erasure or a rotation leaves the register as it was or as it was to be."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from gemeinsinn.concepts.temporal import OPEN_RELEASE
from support.registers import Office, changes, line, office_in


ROUNDS = 25
KILLED = Path(__file__).parents[1] / "support" / "killed.py"
BEGIN, END = date(2020, 1, 1), date(2025, 12, 31)


@pytest.fixture
def office(tmp_path: Path) -> Office:
    """A register of forty people in Astadt."""
    made = office_in(tmp_path, "residents")
    made.deliver(
        "residents/bestand_20200101.csv",
        changes(*(line("BE", str(number), f"P{number}", "Astadt", BEGIN) for number in range(1, 41))),
    )
    made.take_in("residents", on=BEGIN)
    return made


def run(office: Office, step: int, *words: str) -> subprocess.CompletedProcess[str]:
    """Run a verb and kill it before its n-th lasting step; 0 lets it run to its end and counts them."""
    environment = {**os.environ, "GEMEINSINN_INSTANCE": str(office.instance.root)}
    command = [sys.executable, str(KILLED), str(step), *words]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=180)


def steps_of(office: Office, *words: str) -> int:
    done = run(office, 0, *words)
    assert done.returncode == 0, done.stderr
    return int(done.stderr.rsplit("steps: ", 1)[1])


def check(office: Office) -> None:
    """Nobody is believed to be in two places, and every table holds as many rows as its pin says."""
    spells = office.spells()
    believed = spells.filter(sys_to_rel=OPEN_RELEASE, valid_to=date(9999, 12, 31))
    assert believed["pid"].is_unique().all()
    for name, pin in office.manifest.tables.items():
        assert office.zone.read(name, office.manifest).height == pin.rows, name


def moved(office: Office, number: int) -> int:
    """Deliver a day on which everybody moves; how many live in Bedorf afterwards is 40 or 0."""
    town = "Bedorf" if number % 2 else "Astadt"
    day = date(2021, 1, number)
    lines = [line("UM", f"{number}-{each}", f"P{each}", town, day) for each in range(1, 41)]
    office.deliver(f"residents/aenderungen_{day:%Y%m%d}.csv", changes(*lines))
    return 40 if number % 2 else 0


def test_an_intake_that_is_killed_before_any_of_its_steps_leaves_the_old_register_or_the_new(office: Office) -> None:
    moved(office, 1)
    steps = steps_of(office, "refresh", "residents")

    for number in range(2, ROUNDS + 2):
        before = office.believed(END).count("Bedorf")
        after = moved(office, number)

        killed = run(office, max(1, (number - 1) * steps // ROUNDS), "refresh", "residents")

        assert killed.returncode in (-signal.SIGKILL, 0)
        assert office.believed(END).count("Bedorf") in (before, after)
        check(office)
        assert run(office, 0, "refresh", "residents").returncode == 0
        assert office.believed(END).count("Bedorf") == after
        check(office)


def test_an_erasure_that_is_killed_before_any_of_its_steps_can_be_done_again(office: Office) -> None:
    words = ("erase", "--register", "residents", "--reason", "request", "--person")
    steps = steps_of(office, *words, "P40")

    for number in range(1, 13):
        run(office, max(1, number * steps // 12), *words, f"P{number}")

        check(office)
        again = run(office, 0, *words, f"P{number}")
        assert again.returncode == 0 or "nobody of that name" in again.stderr
        assert len(office.believed(END)) == 39 - number
        parquet = [path for path in office.files() if path.suffix == ".parquet" and "spells" in path.parts]
        assert len(parquet) == 1


def test_a_rotation_that_is_killed_before_any_of_its_steps_can_be_done_again(office: Office) -> None:
    steps = steps_of(office, "keys", "rotate", "residents")

    for number in range(1, 7):
        run(office, max(1, number * steps // 6), "keys", "rotate", "residents")

        check(office)
        assert len(office.believed(END)) == 40
        moved(office, number)
        assert run(office, 0, "refresh", "residents").returncode == 0
        assert office.spells()["pid"].n_unique() == 40


_WITHOUT_ROOM = """
import resource, signal, sys
from gemeinsinn.cli.main import main
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (60_000, 60_000))
main(["refresh", "residents", "--json"])
"""


def test_a_disk_without_room_leaves_the_old_register_and_says_so(office: Office) -> None:
    lines = [line("ZU", f"n{number}", f"N{number}", "Cedorf", date(2021, 1, 1)) for number in range(5000)]
    office.deliver("residents/aenderungen_20210101.csv", changes(*lines))
    environment = {**os.environ, "GEMEINSINN_INSTANCE": str(office.instance.root)}

    done = subprocess.run(
        [sys.executable, "-c", _WITHOUT_ROOM], env=environment, capture_output=True, text=True, check=False, timeout=180
    )

    assert "the disk is full: the table of the last run stands." in done.stdout
    assert done.returncode == 4
    assert len(office.believed(END)) == 40
    assert run(office, 0, "refresh", "residents").returncode == 0
    assert len(office.believed(END)) == 5040
    check(office)

"""The ledger of runs: written at the beginning and the end, and closed for those that were killed."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from gemeinsinn.lake.runs import Ledger, Run, RunState


NOON = datetime(2026, 1, 5, 12, tzinfo=UTC)
BEGUN = Run("r1", "births", RunState.RUNNING, "2026-01-05T11:00:00+00:00")
ENDED = replace(
    BEGUN,
    state=RunState.ACCEPTED,
    finished_at="2026-01-05T11:00:02.500000+00:00",
    rows_in=7,
    rows_accepted=6,
    rows_quarantined=1,
    digests=("d1", "d2"),
    findings=("1 in quarantine",),
    commit=3,
)


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    return Ledger(tmp_path / "runs")


def test_a_run_comes_back_as_it_was_recorded(ledger: Ledger) -> None:
    ledger.record(ENDED)

    assert list(ledger.runs()) == [ENDED]


def test_the_end_of_a_run_stands_in_the_place_of_its_beginning(ledger: Ledger) -> None:
    ledger.record(BEGUN)

    ledger.record(ENDED)

    assert [run.state for run in ledger.runs()] == [RunState.ACCEPTED]


def test_runs_come_in_the_order_of_their_beginning_wherever_the_clock_stood(ledger: Ledger) -> None:
    later = replace(BEGUN, id="a", started_at="2026-01-05T11:30:00+00:00")
    earlier = replace(BEGUN, id="z", started_at="2026-01-05T12:00:00+02:00")
    for run in (later, BEGUN, earlier):
        ledger.record(run)

    assert [run.id for run in ledger.runs()] == ["z", "r1", "a"]


def test_the_runs_of_one_source_can_be_asked_for(ledger: Ledger) -> None:
    ledger.record(BEGUN)
    ledger.record(replace(BEGUN, id="r2", source="deaths"))

    assert [run.id for run in ledger.runs(source="deaths")] == ["r2"]


def test_a_ledger_without_runs_is_empty(ledger: Ledger) -> None:
    assert list(ledger.runs()) == []


@pytest.mark.parametrize(("run", "seconds"), [(BEGUN, 0.0), (ENDED, 2.5)])
def test_a_run_says_how_long_it_took_once_it_has_ended(run: Run, seconds: float) -> None:
    assert run.seconds == seconds


def test_a_run_that_nobody_works_on_any_more_was_interrupted(ledger: Ledger) -> None:
    ledger.record(BEGUN)
    ledger.record(replace(ENDED, id="r2"))

    assert ledger.close_interrupted(NOON) == 1

    closed, untouched = ledger.runs()
    assert (closed.state, closed.finished_at) == (RunState.INTERRUPTED, NOON.isoformat())
    assert closed.findings == ("the run was stopped before its end; the next one repeats it.",)
    assert untouched == replace(ENDED, id="r2")


def test_a_run_is_closed_once(ledger: Ledger) -> None:
    ledger.record(BEGUN)
    ledger.close_interrupted(NOON)

    assert ledger.close_interrupted(NOON) == 0

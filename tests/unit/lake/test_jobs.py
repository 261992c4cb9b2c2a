"""The ledger of jobs: in the order in which they were added, one at a time, whatever the clock says."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from gemeinsinn.errors import InUseError
from gemeinsinn.lake import jobs as ledger
from gemeinsinn.lake.jobs import Job, Jobs, JobState, JobStep


NOON = datetime(2026, 1, 5, 12, tzinfo=UTC)


@pytest.fixture
def jobs(tmp_path: Path) -> Jobs:
    return Jobs(tmp_path / "jobs")


def test_jobs_stand_in_the_order_in_which_they_were_added_also_if_the_clock_jumps_back(jobs: Jobs) -> None:
    for days, kind in ((0, "refresh"), (-400, "publish"), (9, "registers")):
        jobs.add(kind, at=NOON + timedelta(days=days))

    assert [job.kind for job in jobs.all()] == ["refresh", "publish", "registers"]
    assert [job.id for job in jobs.all()] == ["000001-refresh", "000002-publish", "000003-registers"]


def test_a_job_that_is_not_finished_stands_for_the_same_one_that_is_added_again(jobs: Jobs) -> None:
    first = jobs.add("refresh", {"sources": ["births"]}, at=NOON)

    assert jobs.add("refresh", {"sources": ["births"]}, at=NOON) == first
    assert jobs.add("refresh", {"sources": ["deaths"]}, at=NOON).number == 2
    jobs.record(replace(first, state=JobState.DONE))
    assert jobs.add("refresh", {"sources": ["births"]}, at=NOON).number == 3


def test_jobs_that_are_added_at_once_all_have_a_number_of_their_own(jobs: Jobs) -> None:
    with ThreadPoolExecutor(8) as adding:
        list(adding.map(lambda number: jobs.add("refresh", {"n": number}, at=NOON), range(60)))

    found = jobs.all()
    assert [job.number for job in found] == list(range(1, 61))
    assert len({job.arguments["n"] for job in found}) == 60


def test_a_job_is_read_as_it_was_written(jobs: Jobs) -> None:
    job = jobs.add("registers", {"register": "residents"}, at=NOON)
    told = replace(
        job, state=JobState.RUNNING, attempts=2, steps=(JobStep("read", 3, 6), JobStep("index")), message="ü"
    )

    jobs.record(told)

    assert jobs.all() == [told]


@pytest.mark.parametrize(
    ("steps", "place", "percent"),
    [((), 0, 0), ((JobStep("a"), JobStep("b")), 0, 0), ((JobStep("a"), JobStep("b", 1, 3), JobStep("c")), 2, 33)],
)
def test_a_job_is_at_the_last_step_that_has_begun(steps: tuple[JobStep, ...], place: int, percent: int) -> None:
    job = Job(1, "registers", JobState.RUNNING, NOON.isoformat(), steps=steps)

    assert (job.place, job.percent) == (place, percent)


def test_one_works_and_others_are_told_so(jobs: Jobs) -> None:
    assert not jobs.is_worked_on()

    with jobs.working():
        assert jobs.is_worked_on()
        with pytest.raises(InUseError), jobs.working():
            pass

    assert not jobs.is_worked_on()


def test_several_may_be_there_for_jobs_to_come(jobs: Jobs) -> None:
    assert not jobs.has_worker()

    with jobs.attending(), jobs.attending():
        assert jobs.has_worker()
        assert not jobs.is_worked_on()

    assert not jobs.has_worker()


def test_old_jobs_are_tidied_away_and_what_is_not_finished_stays(jobs: Jobs, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ledger, "KEPT", 2)
    waiting = jobs.add("publish", at=NOON)
    for number in range(4):
        jobs.record(replace(jobs.add("refresh", {"n": number}, at=NOON), state=JobState.DONE))
    (jobs.root / ".unfinished-x").write_bytes(b"")

    jobs.tidy()

    assert [job.number for job in jobs.all()] == [waiting.number, 4, 5]
    assert not (jobs.root / ".unfinished-x").exists()
    assert jobs.add("refresh", at=NOON).number == 6

"""The worker: one job after the other, each to its end, whatever happens to one of them or to the clock."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

import pytest

from gemeinsinn.errors import DeliveryError
from gemeinsinn.lake.jobs import Job, Jobs, JobState
from gemeinsinn.lake.lock import exclusive
from gemeinsinn.pipeline.jobs import KINDS, Kind, Outcome, Tell
from gemeinsinn.pipeline.publish import store_of
from gemeinsinn.pipeline.worker import MOST_ATTEMPTS, Worker
from gemeinsinn.settings.instance import Instance
from support.tiny import SETTINGS, tiny_instance


DAILY = SETTINGS + '\n[worker]\nrefresh = "05:30"\n'


class Clock:
    """A clock that a test sets; it goes on by a second whenever it is read."""

    def __init__(self, at: datetime) -> None:
        self.at = at
        self.ticks = count()

    def __call__(self) -> datetime:
        return self.at + timedelta(seconds=next(self.ticks))


class Office:
    """A county with a worker whose kinds of jobs a test makes up."""

    def __init__(self, instance: Instance, clock: Clock) -> None:
        self.instance = instance
        self.clock = clock
        self.jobs = Jobs(instance.jobs)
        self.done: list[str] = []

    def work(self, **kinds: Callable[[Instance, Job, Tell], Outcome]) -> list[Job]:
        def note(instance: Instance, job: Job, tell: Tell) -> Outcome:
            self.done.append(job.id)
            return Outcome("noted.")

        made = {name: Kind(work) for name, work in ({"refresh": note, "publish": note} | kinds).items()}
        worker = Worker(self.instance, self.clock, made, lambda job, step: None, pause=0.01)
        return worker.until_nothing_is_left()

    def look(self) -> None:
        """Let the worker look for what is due, as it does each second."""
        self.jobs.add("something", at=self.clock())
        self.work(something=lambda instance, job, tell: Outcome())


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return Office(tiny_instance(tmp_path), Clock(datetime(2026, 1, 5, 12, tzinfo=UTC)))


def test_jobs_are_run_in_their_order_and_say_what_they_came_to(office: Office) -> None:
    office.jobs.add("refresh", at=office.clock())
    office.jobs.add("publish", at=office.clock())

    ended = office.work()

    assert office.done == ["000001-refresh", "000002-publish"]
    assert [(job.state, job.message, job.attempts) for job in ended] == [(JobState.DONE, "noted.", 1)] * 2
    assert all(job.started_at < job.finished_at for job in office.jobs.all())


def test_a_refresh_and_a_publication_bring_a_release(tmp_path: Path, clock: Callable[[], datetime]) -> None:
    instance = tiny_instance(tmp_path)
    for kind in ("refresh", "publish"):
        Jobs(instance.jobs).add(kind, at=clock())
    told: list[tuple[str, int, int]] = []

    worker = Worker(instance, clock, KINDS, lambda job, step: told.append((step.name, step.done, step.of)))
    ended = worker.until_nothing_is_left()

    assert [job.state for job in ended] == [JobState.DONE] * 2
    assert ended[1].release == store_of(instance).current()
    assert [step.name for step in ended[1].steps] == ["calculate", "boundaries", "compile"]
    assert all(step.done == step.of for step in ended[1].steps)
    assert told[:2] == [("sources", 1, 2), ("sources", 2, 2)]


def test_a_job_that_fails_says_why_and_keeps_no_other_from_running(office: Office) -> None:
    def refused(instance: Instance, job: Job, tell: Tell) -> Outcome:
        raise DeliveryError("the file is cut short.", remedy="Fetch it again.")

    def broken(instance: Instance, job: Job, tell: Tell) -> Outcome:
        raise ValueError("Erika Mustermann")

    for kind in ("refused", "broken", "unknown", "refresh"):
        office.jobs.add(kind, at=office.clock())

    ended = office.work(refused=refused, broken=broken)

    assert [job.state for job in ended] == [JobState.FAILED] * 3 + [JobState.DONE]
    assert ended[0].message == "the file is cut short. Fetch it again."
    assert ended[1].message.startswith("a fault of the program: ValueError in gemeinsinn.pipeline.worker:")
    assert "Mustermann" not in ended[1].message
    assert ended[2].message == "this version knows no job 'unknown'."


def test_a_job_waits_for_another_run_that_is_writing(office: Office) -> None:
    attempts = iter(range(9))

    def publish(instance: Instance, job: Job, tell: Tell) -> Outcome:
        with exclusive(instance.var / "publish.lock", what="the releases"):
            if next(attempts) < 2:
                with exclusive(instance.var / "publish.lock", what="the releases"):
                    pass
        return Outcome("at last.")

    office.jobs.add("publish", at=office.clock())

    ended = office.work(publish=publish)

    assert [(job.state, job.message, job.attempts) for job in ended] == [(JobState.DONE, "at last.", 1)]
    assert next(attempts) == 3


def test_a_worker_that_is_stopped_puts_its_job_back(office: Office) -> None:
    def stopped(instance: Instance, job: Job, tell: Tell) -> Outcome:
        raise SystemExit(0)

    office.jobs.add("refresh", at=office.clock())

    with pytest.raises(SystemExit):
        office.work(refresh=stopped)

    assert [(job.state, job.attempts) for job in office.jobs.all()] == [(JobState.WAITING, 0)]
    assert [job.state for job in office.work()] == [JobState.DONE]


def test_a_job_that_killed_its_process_again_and_again_is_not_begun_once_more(office: Office) -> None:
    office.jobs.record(
        Job(1, "refresh", JobState.RUNNING, office.clock().isoformat(), attempts=MOST_ATTEMPTS, started_at="x")
    )

    ended = office.work()

    assert (ended[0].state, office.done) == (JobState.FAILED, [])
    assert "killed 3 times" in ended[0].message


def test_the_schedule_asks_once_a_day_from_its_hour_on_by_the_clock_in_germany(office: Office) -> None:
    office.instance.settings_file.write_text(DAILY)
    office.clock.at = datetime(2026, 1, 5, 4, 0, tzinfo=UTC)
    office.look()
    assert office.done == []

    office.clock.at = datetime(2026, 1, 5, 4, 30, tzinfo=UTC)
    for _ in range(3):
        office.look()

    assert [name[7:] for name in office.done] == ["refresh", "publish"]


def test_a_day_whose_hour_passed_without_a_worker_is_made_up_for(office: Office) -> None:
    office.instance.settings_file.write_text(DAILY)

    office.look()

    assert [name[7:] for name in office.done] == ["refresh", "publish"]


def test_a_clock_that_jumps_back_a_day_repeats_nothing_of_a_day_that_was_done(office: Office) -> None:
    office.instance.settings_file.write_text(DAILY)
    office.look()
    office.clock.at += timedelta(days=1)
    office.look()
    before = list(office.done)

    office.clock.at -= timedelta(days=1)
    office.look()
    office.clock.at += timedelta(days=1)
    office.look()

    assert len(before) == 4
    assert office.done == before

"""The worker: runs the jobs of an instance one after the other, and repeats those whose process was killed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from threading import Event
from zoneinfo import ZoneInfo

from gemeinsinn.errors import GemeinsinnError, InUseError
from gemeinsinn.lake.jobs import Job, Jobs, JobState, JobStep
from gemeinsinn.pipeline.faults import fault_of
from gemeinsinn.pipeline.jobs import KINDS, Kind, Outcome
from gemeinsinn.pipeline.telling import Clock, Listener, Telling
from gemeinsinn.settings.instance import Instance


MOST_ATTEMPTS = 3
"""A job whose process was killed so often is not begun again: it may be the job that kills it."""
DAILY = ("refresh", "publish")
"""What the schedule asks for, in this order."""
GERMANY = ZoneInfo("Europe/Berlin")


@dataclass(frozen=True, slots=True)
class Worker:
    """Works on the jobs of an instance. Several may be there; one of them works, the others stand by."""

    instance: Instance
    clock: Clock
    kinds: Mapping[str, Kind]
    listen: Listener
    pause: float = 1.0
    """Seconds between two looks at the ledger."""

    @property
    def jobs(self) -> Jobs:
        return Jobs(self.instance.jobs)

    def until_nothing_is_left(self) -> list[Job]:
        """Run what waits, and what comes meanwhile; the jobs that ended, in their order."""
        ended: list[Job] = []
        with self.jobs.attending():
            while self.jobs.unfinished():
                job = self._next()
                if job is not None and job.is_finished:
                    ended.append(job)
                else:
                    Event().wait(self.pause)
        return ended

    def for_ever(self) -> None:
        """Run what waits, what comes, and what the schedule asks for, until the process is stopped."""
        with self.jobs.attending():
            while True:
                job = self._next()
                if job is None or not job.is_finished:
                    Event().wait(self.pause)

    def _next(self) -> Job | None:
        """Run one job; None if there is none or somebody else is working."""
        try:
            with self.jobs.working():
                self._add_what_is_due()
                left = self.jobs.unfinished()
                return self._run(left[0]) if left else None
        except InUseError:
            return None

    def _add_what_is_due(self) -> None:
        """Today's jobs, once a day, also if the hour passed while no worker was there."""
        hour = self.instance.settings().daily_refresh
        here = self.clock().astimezone(GERMANY)
        if hour is None or here.time() < hour:
            return
        today = {"scheduled": here.date().isoformat()}
        there = {job.kind for job in self.jobs.all() if dict(job.arguments) == today}
        for kind in DAILY:
            if kind not in there:
                self.jobs.add(kind, today, at=self.clock())

    def _run(self, job: Job) -> Job:
        if job.attempts >= MOST_ATTEMPTS:
            what = f"the process was killed {job.attempts} times while it ran; it is not begun again."
            return self._ended(job, JobState.FAILED, what)
        planned = self.kinds[job.kind].steps if job.kind in self.kinds else ()
        begun = replace(
            job,
            state=JobState.RUNNING,
            started_at=self.clock().isoformat(),
            attempts=job.attempts + 1,
            steps=tuple(JobStep(name) for name in planned),
            message="",
        )
        telling = Telling(self.jobs, begun, self.clock, self.listen)
        try:
            with telling.beating():
                outcome = self._outcome(telling)
        except InUseError as error:
            return self._waiting_again(telling.job, str(error))
        except GemeinsinnError as error:
            return self._ended(telling.job, JobState.FAILED, " ".join(str(each) for each in error.findings))
        except Exception as error:  # noqa: BLE001  (a fault of ours in one job must not keep the others from running)
            return self._ended(telling.job, JobState.FAILED, fault_of(error))
        except BaseException:
            self._waiting_again(telling.job, "the worker was stopped.")
            raise
        return self._ended(replace(telling.job, release=outcome.release), JobState.DONE, outcome.message)

    def _outcome(self, telling: Telling) -> Outcome:
        kind = self.kinds.get(telling.job.kind)
        if kind is None:
            raise GemeinsinnError(f"this version knows no job '{telling.job.kind}'.")
        return kind.work(self.instance, telling.job, telling)

    def _ended(self, job: Job, state: JobState, message: str) -> Job:
        ended = replace(job, state=state, message=message, finished_at=self.clock().isoformat())
        self.jobs.record(ended)
        self.jobs.tidy()
        return ended

    def _waiting_again(self, job: Job, why: str) -> Job:
        """Nobody's fault: the job waits as before, and the attempt does not count."""
        waiting = replace(job, state=JobState.WAITING, attempts=job.attempts - 1, message=why)
        self.jobs.record(waiting)
        return waiting


def worker_of(
    instance: Instance, *, clock: Clock, listen: Listener = lambda job, step: None, kinds: Mapping[str, Kind] = KINDS
) -> Worker:
    """The worker of an instance, for all kinds of jobs."""
    return Worker(instance, clock, kinds, listen)

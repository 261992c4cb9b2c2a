"""The ledger of jobs: what the worker has to do, is doing and has done, as one small file a job.

Jobs are numbered, so that their order does not depend on a clock. Who works on a job holds a lock that the operating
system frees when the process ends: a job that stands as running while nobody holds the lock was killed, and is
repeated. The portal reads what the worker writes.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import asdict, dataclass, field
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

from gemeinsinn.lake import durable
from gemeinsinn.lake.lock import exclusive, in_turn, is_held, shared


KEPT = 200
"""How many finished jobs stay in the ledger."""


class JobState(StrEnum):
    """How far a job came."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class JobStep:
    """One step of a job: its name, how far it is, and how far it goes; `of` 0 has not begun."""

    name: str
    done: int = 0
    of: int = 0


@dataclass(frozen=True, slots=True)
class Job:
    """One thing to do; moments are in ISO form and tell people when, they decide nothing."""

    number: int
    kind: str
    state: JobState
    created_at: str
    arguments: Mapping[str, Any] = field(default_factory=dict)
    started_at: str = ""
    heartbeat: str = ""
    """The last sign of life of the process that runs it."""
    finished_at: str = ""
    attempts: int = 0
    """How often it was begun."""
    steps: tuple[JobStep, ...] = ()
    message: str = ""
    release: str = ""
    """The release that it published."""

    @property
    def id(self) -> str:
        return f"{self.number:06d}-{self.kind}"

    @property
    def is_finished(self) -> bool:
        return self.state in (JobState.DONE, JobState.FAILED)

    @property
    def place(self) -> int:
        """Which step it is at, counted from 1; 0 before the first."""
        return max((place for place, step in enumerate(self.steps, start=1) if step.of), default=0)

    @property
    def percent(self) -> int:
        """How much of that step is done."""
        if not self.place:
            return 0
        step = self.steps[self.place - 1]
        return min(100, 100 * step.done // step.of)


@dataclass(frozen=True, slots=True)
class Jobs:
    """The folder of jobs."""

    root: Path

    def add(self, kind: str, arguments: Mapping[str, Any] | None = None, *, at: datetime) -> Job:
        """Put a job behind all others; the same one that is not finished yet stands for it."""
        wanted = dict(arguments or {})
        with in_turn(self.root / "add.lock"):
            for job in self.unfinished():
                if (job.kind, dict(job.arguments)) == (kind, wanted):
                    return job
            job = Job(max(self._numbers(), default=0) + 1, kind, JobState.WAITING, at.isoformat(), wanted)
            self.record(job)
            return job

    def record(self, job: Job) -> None:
        """Write the state of a job, over its earlier one."""
        durable.replace(self._path(job.number), _written(job))

    def all(self) -> Sequence[Job]:
        """All jobs, in the order in which they were added."""
        return list(self._read(self._numbers()))

    def unfinished(self) -> Sequence[Job]:
        """What waits or runs, or was running when its process was killed."""
        return [job for job in self.all() if not job.is_finished]

    def tidy(self) -> None:
        """Remove all but the newest finished jobs, and what killed processes left; only for who works on jobs."""
        with in_turn(self.root / "add.lock"):
            durable.remove_unfinished(self.root)
            finished = [job for job in self.all() if job.is_finished]
            for job in finished[:-KEPT]:
                self._path(job.number).unlink(missing_ok=True)

    def working(self) -> AbstractContextManager[None]:
        """Be the one who works on jobs of this instance; `InUseError` if somebody else is at it."""
        return exclusive(self.root / "work.lock", what="the results of a job")

    def is_worked_on(self) -> bool:
        """Whether somebody works on a job at this moment."""
        return is_held(self.root / "work.lock")

    def attending(self) -> AbstractContextManager[None]:
        """Be there for jobs to come."""
        return shared(self.root / "worker.lock")

    def has_worker(self) -> bool:
        """Whether somebody is there for jobs to come."""
        return is_held(self.root / "worker.lock")

    def _numbers(self) -> list[int]:
        if not self.root.is_dir():
            return []
        return sorted(int(path.stem) for path in self.root.glob("[0-9]*.json"))

    def _read(self, numbers: Sequence[int]) -> Iterator[Job]:
        for number in numbers:
            try:
                yield _job(self._path(number).read_bytes())
            except FileNotFoundError:  # tidied away meanwhile
                continue

    def _path(self, number: int) -> Path:
        return self.root / f"{number:06d}.json"


def _written(job: Job) -> bytes:
    return (json.dumps(asdict(job), ensure_ascii=False, indent=1) + "\n").encode("utf-8")


def _job(content: bytes) -> Job:
    plain = json.loads(content)
    steps = tuple(JobStep(**step) for step in plain.pop("steps"))
    return Job(**{**plain, "steps": steps, "state": JobState(plain["state"])})

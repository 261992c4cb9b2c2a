"""How far a job is, written into the ledger from a thread of its own, with a sign of life."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from threading import Event, Lock, Thread

from gemeinsinn.lake.jobs import Job, Jobs, JobStep


Clock = Callable[[], datetime]
Listener = Callable[[Job, JobStep], None]
BEAT_SECONDS = 1.0


@dataclass(slots=True)
class Telling:
    """Takes in how far a job is; what it takes in is written once in a while, however often it is told."""

    jobs: Jobs
    job: Job
    clock: Clock
    listen: Listener
    _lock: Lock = field(default_factory=Lock)

    def __call__(self, step: str, done: int, of: int) -> None:
        told = JobStep(step, done, of)
        with self._lock:
            steps = {each.name: each for each in self.job.steps} | {step: told}
            self.job = replace(self.job, steps=tuple(steps.values()))
        self.listen(self.job, told)

    @contextmanager
    def beating(self) -> Iterator[None]:
        """Write the job down now and again and again until it has ended."""
        ended = Event()

        def beat() -> None:
            while not ended.wait(BEAT_SECONDS):
                self._write()

        self._write()
        thread = Thread(target=beat, daemon=True)
        thread.start()
        try:
            yield
        finally:
            ended.set()
            thread.join()

    def _write(self) -> None:
        with self._lock:
            self.job = replace(self.job, heartbeat=self.clock().isoformat())
            self.jobs.record(self.job)

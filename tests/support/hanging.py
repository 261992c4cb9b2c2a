"""A worker whose refresh takes in one source and then hangs, so that a test can kill it in the middle of its job."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path
from threading import Event

from gemeinsinn.lake.jobs import Job
from gemeinsinn.pipeline.jobs import Kind, Outcome, Tell
from gemeinsinn.pipeline.refresh import refreshed
from gemeinsinn.pipeline.worker import Worker
from gemeinsinn.settings.instance import Instance


def clock() -> datetime:
    return datetime.now(UTC)  # noqa: TID251  (a process of its own)


def hang(instance: Instance, job: Job, tell: Tell) -> Outcome:
    tell("sources", 0, 2)
    refreshed(instance, ["directory"], clock=tell.clock)
    tell("sources", 1, 2)
    Event().wait(120)
    return Outcome()


if __name__ == "__main__":
    kinds = {"refresh": Kind(hang, ("sources",))}
    Worker(Instance(Path(sys.argv[1])), clock, kinds, lambda job, step: None).for_ever()

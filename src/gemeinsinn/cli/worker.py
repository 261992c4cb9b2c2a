"""`gemeinsinn worker`: run the jobs of an instance."""

from __future__ import annotations

import os
import signal
import sys
from threading import Event, Thread
from types import FrameType

import click

from gemeinsinn.cli.shared import chosen_instance, instance_option, now, progress, say
from gemeinsinn.errors import GemeinsinnError
from gemeinsinn.lake.jobs import Job, Jobs, JobState
from gemeinsinn.pipeline.worker import worker_of
from gemeinsinn.settings.instance import Instance


@click.command("worker")
@click.option("--once", is_flag=True, help="Run what waits, then end.")
@click.option("--beside", "companion", type=int, hidden=True, help="End with the process of this number.")
@instance_option
def command(once: bool, companion: int | None, instance_dir: str | None) -> None:
    """Run the jobs of an instance until stopped, and those that the schedule in gemeinsinn.toml asks for.

    A job whose process was killed is repeated. Several workers may run; one works, the others stand by.
    """
    instance = chosen_instance(instance_dir)
    signal.signal(signal.SIGTERM, _leave)
    if companion is not None:
        Thread(target=_end_with, args=(companion,), daemon=True).start()
    if once:
        run_jobs(instance)
    elif companion is None:
        say(f"Working for {instance.settings().name['de']}; stop with Ctrl+C.")
        worker_of(instance, clock=now).for_ever()
    else:
        os.nice(10)
        worker_of(instance, clock=now).for_ever()


def run_jobs(instance: Instance) -> list[Job]:
    """Run what waits, with its progress on the screen; raises `GemeinsinnError` if a job failed."""
    if not Jobs(instance.jobs).unfinished():
        return []
    with progress() as step:
        told = worker_of(instance, clock=now, listen=lambda job, at: step(f"{job.kind}: {at.name}", at.done, at.of))
        ended = told.until_nothing_is_left()
    for job in ended:
        say(f"{job.kind}: {job.message}")
    failed = [job for job in ended if job.state is JobState.FAILED]
    if failed:
        raise GemeinsinnError("; ".join(f"the job '{job.kind}' failed: {job.message}" for job in failed))
    return ended


def _leave(signal_number: int, frame: FrameType | None) -> None:
    sys.exit(0)


def _end_with(companion: int) -> None:
    """End this process when the one that started it has ended, however it ended."""
    while os.getppid() == companion:
        Event().wait(1)
    os.kill(os.getpid(), signal.SIGTERM)

"""`gemeinsinn status`: how an instance stands."""

from __future__ import annotations

from dataclasses import asdict

import click

from gemeinsinn.cli.shared import chosen_instance, instance_option, json_option, now, print_json, print_table, say
from gemeinsinn.lake.jobs import Job
from gemeinsinn.lake.standing import Stand
from gemeinsinn.pipeline.status import Status, status_of


_MOST_JOBS = 10


@click.command("status")
@instance_option
@json_option
def command(instance_dir: str | None, as_json: bool) -> None:
    """Show the current release, the last jobs, the last run of every source and register, and what is out of date."""
    instance = chosen_instance(instance_dir)
    status = status_of(instance, at=now())
    if as_json:
        print_json(status_json(status))
    else:
        _print(status)


def status_json(status: Status) -> dict[str, object]:
    """The status as the command line's contract has it."""
    return {
        "release": status.release,
        "published_at": status.published_at,
        "lake_commit": status.lake_commit,
        "worker": "working" if status.is_worked_on else "ready" if status.has_worker else "none",
        "jobs": [_job_json(job) for job in status.jobs],
        "sources": [asdict(stand) for stand in status.sources],
        "registers": [asdict(stand) for stand in status.registers],
        "stale": [asdict(each) for each in status.stale],
    }


def _job_json(job: Job) -> dict[str, object]:
    return {"id": job.id, **asdict(job)}


def _print(status: Status) -> None:
    if status.release:
        say(f"Release {status.release[:12]}, published on {status.published_at[:10]}; commit {status.lake_commit}.")
    if status.jobs:
        rows = [
            (job.id, job.state, f"{job.place}/{len(job.steps)}", f"{job.percent} %", job.heartbeat[:19], job.message)
            for job in status.jobs[-_MOST_JOBS:]
        ]
        print_table(("job", "state", "step", "done", "last sign", "message"), rows)
    for title, stands in (("source", status.sources), ("register", status.registers)):
        if stands:
            print_table(
                (title, "state", "last run", "rows", "quarantined", "findings"), [_row(each) for each in stands]
            )
    for each in status.stale:
        say(f"out of date: {each.what}: {each.why}.")
    if not status.stale:
        say("Nothing is out of date.")


def _row(stand: Stand) -> tuple[object, ...]:
    return (stand.name, stand.state, stand.at[:19], stand.rows_accepted, stand.rows_quarantined, stand.findings)

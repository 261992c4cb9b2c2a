"""`gemeinsinn demo`: build the demo county, or bring it up to date, and serve it."""

from __future__ import annotations

from pathlib import Path

import click

from gemeinsinn.cli.companion import worker_beside
from gemeinsinn.cli.refresh import print_findings
from gemeinsinn.cli.serve import check_port, serve, start_migrations
from gemeinsinn.cli.shared import now, progress, say
from gemeinsinn.cli.worker import run_jobs
from gemeinsinn.errors import DeliveryError, GemeinsinnError, SettingsError
from gemeinsinn.lake.jobs import Jobs
from gemeinsinn.lake.runs import RunState
from gemeinsinn.pipeline.publish import published
from gemeinsinn.pipeline.refresh import refreshed
from gemeinsinn.pipeline.shipped import demo_instance, demo_jobs


@click.command("demo")
@click.option(
    "--dir",
    "folder",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("var/demo"),
    show_default=True,
    help="Where the demo keeps its data.",
)
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option("--port", default=8000, show_default=True, help="The port to listen on.")
@click.option(
    "--residents", default=320_000, show_default=True, help="How many people its invented registers have; 0 for none."
)
@click.option("--no-serve", is_flag=True, help="Only build it.")
def command(folder: Path, host: str, port: int, residents: int, no_serve: bool) -> None:
    """Build the demo county from real open data and serve it; what is done already is not done again.

    Its registers of invented people are made and taken in behind that, while it is served, and published in three
    releases, as they became known. Without serving, the command waits for them.
    """
    if not no_serve:
        check_port(host, port)
    instance = demo_instance(folder)
    database = start_migrations(instance)
    with progress() as step:
        runs = refreshed(instance, clock=now, journal=lambda run, done, of: step("read sources", done, of))
        failed = [run for run in runs if run.state is RunState.FAILED]
        if failed:
            kind = GemeinsinnError if any(run.is_our_fault for run in failed) else DeliveryError
            raise kind("; ".join(finding for run in failed for finding in run.findings))
        publication = published(instance, at=now, journal=step)
        step("database", 0, 1)
        if database.wait() != 0:
            raise SettingsError("the application database could not be made.", remedy="See the lines above.")
        step("database", 1, 1)
    print_findings(runs)
    say(f"Release {publication.release[:12]} of {instance.settings().name['de']} in {instance.root}.")
    for what, arguments in demo_jobs(instance, residents):
        Jobs(instance.jobs).add(what, arguments, at=now())
    if no_serve:
        run_jobs(instance)
        say(f"Serve it with: gemeinsinn serve --instance {folder}")
        return
    say(f"Look at http://{host}:{port} (stop with Ctrl+C).")
    with worker_beside(instance, f"http://{host}:{port}/status.json"):
        serve(instance, host=host, port=port, workers=2)

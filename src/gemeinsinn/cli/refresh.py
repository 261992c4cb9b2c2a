"""`gemeinsinn refresh`: take in what the sources deliver."""

from __future__ import annotations

import click

from gemeinsinn.cli.shared import (
    chosen_instance,
    instance_option,
    json_option,
    now,
    print_json,
    print_table,
    progress,
    say,
)
from gemeinsinn.errors import DeliveryError, GemeinsinnError
from gemeinsinn.lake.runs import Run, RunState
from gemeinsinn.pipeline.refresh import refreshed


@click.command("refresh")
@click.argument("sources", nargs=-1)
@instance_option
@json_option
def command(sources: tuple[str, ...], instance_dir: str | None, as_json: bool) -> int:
    """Take in what the SOURCES and registers deliver (all, if none is named).

    A source that fails never stops the others; its table of yesterday stays. Exit code 4 says that one failed,
    1 that one failed through a fault of the program.
    """
    instance = chosen_instance(instance_dir)
    with progress(quiet=as_json) as step:
        runs = refreshed(
            instance,
            sources,
            clock=now,
            journal=lambda run, done, of: step("sources", done, of),
            with_registers=True,
        )
    if as_json:
        print_json({"runs": [run_json(run) for run in runs]})
    else:
        print_runs(runs)
    if any(run.is_our_fault for run in runs):
        return GemeinsinnError.exit_code
    return DeliveryError.exit_code if any(run.state is RunState.FAILED for run in runs) else 0


def run_json(run: Run) -> dict[str, object]:
    """A run as the command line's contract has it."""
    return {
        "source": run.source,
        "state": str(run.state),
        "rows_in": run.rows_in,
        "rows_accepted": run.rows_accepted,
        "rows_quarantined": run.rows_quarantined,
        "findings": list(run.findings),
        "seconds": round(run.seconds, 3),
    }


def print_runs(runs: list[Run]) -> None:
    """What changed and what was found; sources that brought nothing new are only counted."""
    changed = [run for run in runs if run.state is not RunState.UNCHANGED]
    if changed:
        head = ("source", "state", "rows in", "accepted", "quarantined", "seconds")
        rows = [
            (run.source, run.state, run.rows_in, run.rows_accepted, run.rows_quarantined, f"{run.seconds:.2f}")
            for run in changed
        ]
        print_table(head, rows)
    print_findings(runs)


def print_findings(runs: list[Run]) -> None:
    """What was found in deliveries that brought something new, and how many brought nothing new."""
    changed = [run for run in runs if run.state is not RunState.UNCHANGED]
    for run in changed:
        for finding in run.findings:
            say(f"{run.source}: {finding}")
    say(f"{len(runs)} sources, {len(runs) - len(changed)} unchanged.")

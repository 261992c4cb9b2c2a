"""`gemeinsinn retention`: delete what may no longer be kept."""

from __future__ import annotations

import secrets

import click

from gemeinsinn.cli.shared import chosen_instance, instance_option, json_option, now, print_json, print_table, say
from gemeinsinn.pipeline.retention import retained


@click.group("retention")
def command() -> None:
    """Retention: how long the policy of each register lets it be kept."""


@command.command("run")
@click.option("--dry-run", is_flag=True, help="Count only; delete nothing.")
@instance_option
@json_option
def run(dry_run: bool, instance_dir: str | None, as_json: bool) -> None:
    """Delete everybody whose last day in a register lies further back than its policy allows; signed records are kept."""
    found = retained(chosen_instance(instance_dir), clock=now, random=secrets.token_bytes, dry_run=dry_run)
    if as_json:
        plain = [
            {"register": each.register, "persons": each.persons, "rows": each.rows, "record": each.record}
            for each in found
        ]
        print_json({"dry_run": dry_run, "registers": plain})
        return
    print_table(("register", "persons", "rows"), [(each.register, each.persons, each.rows) for each in found])
    say("Nothing was deleted." if dry_run else f"{sum(each.rows for each in found)} rows were deleted.")

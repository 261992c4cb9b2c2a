"""`gemeinsinn erase`: erase a person from a register."""

from __future__ import annotations

import secrets

import click

from gemeinsinn.cli.shared import chosen_instance, instance_option, json_option, now, print_json, say
from gemeinsinn.pipeline.retention import erased


@click.command("erase")
@click.option("--register", required=True, help="The register.")
@click.option(
    "--person",
    required=True,
    metavar="REF",
    help="The person, by the columns that say who is who, `|` between several; `-` asks without showing.",
)
@click.option("--reason", required=True, help="Why; it stands in the signed record.")
@instance_option
@json_option
def command(register: str, person: str, reason: str, instance_dir: str | None, as_json: bool) -> None:
    """Erase a person from every table of a register, from the vault and from the indexes; a signed record is kept.

    Published figures stay. What the sender of the register still holds is not ours to delete.
    """
    named = click.prompt("Person", hide_input=True, err=True) if person == "-" else person
    instance = chosen_instance(instance_dir)
    found = erased(instance, register, named, reason=reason, clock=now, random=secrets.token_bytes)
    if as_json:
        print_json({"register": found.register, "rows": found.rows, "record": found.record, "notes": found.notes})
        return
    say(f"Erased: {found.rows} rows of '{found.register}'. Record: {found.record}.")
    for note in found.notes:
        say(note)

"""`gemeinsinn check`: check all definitions of an instance; every mistake at once."""

from __future__ import annotations

import click

from gemeinsinn.cli.shared import chosen_instance, instance_option, json_option, print_json, say
from gemeinsinn.pipeline.check import checked


@click.command("check")
@instance_option
@json_option
def command(instance_dir: str | None, as_json: bool) -> None:
    """Check settings, sources, policies and catalogue of an instance; nothing is changed."""
    found = checked(chosen_instance(instance_dir))
    if as_json:
        print_json(
            {
                "sources": found.sources,
                "registers": found.registers,
                "tables": found.tables,
                "indicators": found.indicators,
                "notes": found.notes,
            }
        )
        return
    for note in found.notes:
        say(note)
    registers = f", {found.registers} registers" if found.registers else ""
    say(f"No mistakes in {found.sources} sources{registers}, {found.tables} tables and {found.indicators} indicators.")

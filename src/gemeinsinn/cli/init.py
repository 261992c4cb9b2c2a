"""`gemeinsinn init`: make a new instance in a folder."""

from __future__ import annotations

from pathlib import Path

import click

from gemeinsinn.cli.shared import say
from gemeinsinn.pipeline.shipped import new_instance


@click.command("init")
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path, file_okay=False))
@click.option("--name", default="Sozialatlas", show_default=True, help="The name that stands on every page.")
@click.option("--home", default="DG", show_default=True, help="The key of the county, the state, or DG for Germany.")
def command(folder: Path, name: str, home: str) -> None:
    """Make a new instance in DIR: settings, an empty list of sources, an empty policy, and the shipped catalogue."""
    instance = new_instance(folder, name=name, home=home)
    say(f"Made {instance.root}.")
    say(
        "Next: declare sources in sources.yaml and cover them in policy.yaml; then `gemeinsinn check`, `refresh`, `publish`."
    )

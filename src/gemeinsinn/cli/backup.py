"""`gemeinsinn backup`: back up a whole instance into one file."""

from __future__ import annotations

from pathlib import Path

import click

from gemeinsinn.cli.database import copy_out
from gemeinsinn.cli.shared import chosen_instance, instance_option, json_option, now, print_json, progress, say
from gemeinsinn.pipeline.backup import backed_up


@click.command("backup")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option(
    "--keys",
    type=click.Path(path_type=Path, dir_okay=False),
    help="A file for the keys of registers; keep it elsewhere.",
)
@instance_option
@json_option
def command(file: Path, keys: Path | None, instance_dir: str | None, as_json: bool) -> None:
    """Write settings, definitions, lake, restricted zone, releases and database into FILE (.zip).

    Keys are left out, unless a file of their own is named for them; what systems delivered of persons is left out
    always.
    """
    instance = chosen_instance(instance_dir)
    with progress(quiet=as_json) as step:
        backup = backed_up(instance, file, at=now(), journal=step, copy_out=copy_out, keys=keys)
    if as_json:
        print_json(
            {"files": backup.files, "bytes": backup.bytes, "release": backup.release, "lake_commit": backup.lake_commit}
        )
    else:
        say(
            f"{backup.files} files, {backup.bytes / 1e6:.1f} MB, release {backup.release[:12] or 'none'}, written to {file}."
        )

"""`gemeinsinn restore`: restore an instance from a backup."""

from __future__ import annotations

from pathlib import Path

import click

from gemeinsinn.cli.database import copy_in
from gemeinsinn.cli.shared import json_option, print_json, progress, say
from gemeinsinn.pipeline.backup import restored


@click.command("restore")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path, file_okay=False))
@click.option(
    "--database-variable",
    "variable",
    metavar="NAME",
    default="",
    help="The environment variable with the address of an empty PostgreSQL database, for a backup that holds one.",
)
@click.option(
    "--keys",
    type=click.Path(path_type=Path, dir_okay=False),
    help="The file with the keys of registers, from --keys of backup.",
)
@json_option
def command(file: Path, folder: Path, variable: str, keys: Path | None, as_json: bool) -> None:
    """Restore FILE into the new folder DIR; every file is checked against its hash.

    What lay in buckets then lies in the folder.
    """
    with progress(quiet=as_json) as step:
        backup = restored(file, folder, journal=step, copy_in=copy_in, database_variable=variable, keys=keys)
    if as_json:
        print_json(
            {"files": backup.files, "bytes": backup.bytes, "release": backup.release, "lake_commit": backup.lake_commit}
        )
    else:
        for note in backup.notes:
            say(note)
        say(f"{backup.files} files restored and checked, release {backup.release[:12] or 'none'}.")

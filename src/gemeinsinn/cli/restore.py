"""`gemeinsinn restore`: restore an instance from a backup."""

from __future__ import annotations

from pathlib import Path

import click

from gemeinsinn.cli.shared import json_option, print_json, progress, say
from gemeinsinn.pipeline.backup import restored


@click.command("restore")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path, file_okay=False))
@json_option
def command(file: Path, folder: Path, as_json: bool) -> None:
    """Restore FILE into the new folder DIR; every file is checked against its hash."""
    with progress(quiet=as_json) as step:
        backup = restored(file, folder, journal=step)
    if as_json:
        print_json(
            {"files": backup.files, "bytes": backup.bytes, "release": backup.release, "lake_commit": backup.lake_commit}
        )
    else:
        say(f"{backup.files} files restored and checked, release {backup.release[:12] or 'none'}.")

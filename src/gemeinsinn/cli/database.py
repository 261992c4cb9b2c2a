"""The portal's database copied out and in, in a process of its own: backup and restore call it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from gemeinsinn.cli.serve import portal_environment
from gemeinsinn.errors import SettingsError
from gemeinsinn.portal.database import check_database
from gemeinsinn.settings.instance import Instance


def copy_out(instance: Instance, file: Path) -> None:
    """Copy the tables of the PostgreSQL database into a new file."""
    _copy(instance, "out", file)


def copy_in(instance: Instance, file: Path) -> None:
    """Copy a file into the PostgreSQL database, which must be empty."""
    _copy(instance, "in", file)


def _copy(instance: Instance, direction: str, file: Path) -> None:
    check_database(instance)
    words = [sys.executable, "-m", "django", "copy_database", direction, str(file)]
    environment = portal_environment(instance)
    done = subprocess.run(words, env=environment, capture_output=True, text=True, check=False)  # noqa: S603  (our words)
    if done.returncode:
        said = done.stderr.strip().rpartition("\n")[2].removeprefix("CommandError: ")
        raise SettingsError(f"the PostgreSQL database could not be copied: {said}")

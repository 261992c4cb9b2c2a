"""A PostgreSQL database as one file: the rows of every table as one moment saw them, and which migrations made the tables.

It needs no program of PostgreSQL's and does not mind which version made it: tables are made by the same migrations
when it is copied in, then filled, and only then brought up to date.
"""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

from gemeinsinn.errors import SettingsError


LISTING = "tables.json"
_MIGRATIONS = "django_migrations"
_COLUMNS = """
    SELECT column_name::text FROM information_schema.columns
    WHERE table_schema = current_schema() AND table_name = %s AND is_generated = 'NEVER' ORDER BY ordinal_position
"""
_NUMBERED = """
    SELECT column_name::text FROM information_schema.columns
    WHERE table_schema = current_schema() AND table_name = %s
    AND pg_get_serial_sequence(quote_ident(%s), column_name) IS NOT NULL
"""


def copied_out(connection: psycopg.Connection[Any], file: Path) -> None:
    """Write all tables into a new file, as they are at one moment; editors may go on working."""
    with _one_moment(connection), zipfile.ZipFile(file, "x", zipfile.ZIP_DEFLATED) as archive:
        listing: dict[str, Any] = {"tables": {}, "migrations": []}
        query = sql.SQL("SELECT app, name FROM {} ORDER BY id").format(sql.Identifier(_MIGRATIONS))
        listing["migrations"] = [list(row) for row in connection.execute(query)]
        for table in _tables(connection):
            columns = _names(connection, _COLUMNS, table)
            with archive.open(f"{table}.copy", "w") as target:
                rows = _read(connection, table, columns, target)
            listing["tables"][table] = {"columns": columns, "rows": rows}
        archive.writestr(LISTING, json.dumps(listing, indent=1))


def migrations_in(file: Path) -> list[tuple[str, str]]:
    """The migrations that made the tables of a file."""
    with zipfile.ZipFile(file) as archive:
        return [(app, name) for app, name in json.loads(archive.read(LISTING))["migrations"]]


def refuse_unless_empty(connection: psycopg.Connection[Any]) -> None:
    """Raise `SettingsError` if the database holds anything: nothing of somebody else's is overwritten."""
    if _tables(connection):
        remedy = "Make a new one with CREATE DATABASE."
        raise SettingsError("the PostgreSQL database is not empty; nothing was restored.", remedy=remedy)


def copied_in(connection: psycopg.Connection[Any], file: Path) -> None:
    """Fill the tables from a file, all or none; what migrations put into them gives way."""
    with zipfile.ZipFile(file) as archive, connection.transaction():
        tables: dict[str, dict[str, Any]] = json.loads(archive.read(LISTING))["tables"]
        missing = sorted(set(tables) - set(_tables(connection)))
        if missing:
            remedy = "Restore with the version of the program that made the backup, then bring it up to date."
            raise SettingsError(f"this version knows no table {missing[0]}.", remedy=remedy)
        everything = sql.SQL(", ").join(sql.Identifier(table) for table in tables)
        connection.execute(sql.SQL("TRUNCATE {} CASCADE").format(everything))
        for table, facts in tables.items():
            with archive.open(f"{table}.copy") as source:
                _fill(connection, table, facts["columns"], iter(lambda: source.read(1 << 16), b""))
            _check(connection, table, facts["rows"])
            _go_on_counting(connection, table)


@contextmanager
def _one_moment(connection: psycopg.Connection[Any]) -> Iterator[None]:
    connection.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
    try:
        yield
    finally:
        connection.execute("ROLLBACK")


def _tables(connection: psycopg.Connection[Any]) -> list[str]:
    query = "SELECT tablename::text FROM pg_tables WHERE schemaname = current_schema() ORDER BY 1"
    return [name for (name,) in connection.execute(query)]


def _names(connection: psycopg.Connection[Any], query: str, *parameters: str) -> list[str]:
    return [name for (name,) in connection.execute(query.encode(), parameters)]


def _read(connection: psycopg.Connection[Any], table: str, columns: Sequence[str], target: Any) -> int:
    statement = sql.SQL("COPY {} ({}) TO STDOUT").format(sql.Identifier(table), _list(columns))
    with connection.cursor() as cursor:
        with cursor.copy(statement) as copy:
            for block in copy:
                target.write(block)
        return cursor.rowcount


def _fill(connection: psycopg.Connection[Any], table: str, columns: Sequence[str], blocks: Iterator[bytes]) -> None:
    statement = sql.SQL("COPY {} ({}) FROM STDIN").format(sql.Identifier(table), _list(columns))
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        for block in blocks:
            copy.write(block)


def _check(connection: psycopg.Connection[Any], table: str, rows: int) -> None:
    found = connection.execute(sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(table))).fetchone()
    if found is None or found[0] != rows:
        what = f"the table {table} came out with another number of rows than it went in."
        raise SettingsError(what, remedy="Take another backup; nothing was restored.")


def _go_on_counting(connection: psycopg.Connection[Any], table: str) -> None:
    """New rows are numbered behind the ones that came in."""
    for column in _names(connection, _NUMBERED, table, table):
        statement = sql.SQL(
            "SELECT setval(pg_get_serial_sequence(quote_ident({name}), {column_name}), coalesce(max({column}), 0) + 1,"
            " false) FROM {table}"
        ).format(
            name=sql.Literal(table),
            column_name=sql.Literal(column),
            column=sql.Identifier(column),
            table=sql.Identifier(table),
        )
        connection.execute(statement)


def _list(columns: Sequence[str]) -> sql.Composed:
    return sql.SQL(", ").join(sql.Identifier(column) for column in columns)

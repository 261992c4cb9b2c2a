"""The portal's database: the SQLite file of the instance, or the PostgreSQL database that the settings name."""

from __future__ import annotations

from typing import Any

import psycopg
from psycopg.conninfo import conninfo_to_dict

from gemeinsinn.errors import SettingsError
from gemeinsinn.settings.instance import FILE, Instance
from gemeinsinn.settings.places import database_url


_KEPT_OPEN = 60
"""Seconds for which a worker keeps its connection to PostgreSQL."""


def database_of(instance: Instance) -> dict[str, Any]:
    """Django's words for the database of an instance."""
    url = database_url(instance)
    return _postgresql(url) if url else _sqlite(instance)


def _sqlite(instance: Instance) -> dict[str, Any]:
    """Without immediate transactions and the timeout, saving while others read met "database is locked"."""
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": instance.database,
        "OPTIONS": {
            "timeout": 20,
            "transaction_mode": "IMMEDIATE",
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON;",
        },
    }


def _postgresql(url: str) -> dict[str, Any]:
    parts = _parts(url)
    names = {"NAME": "dbname", "USER": "user", "PASSWORD": "password", "HOST": "host", "PORT": "port"}
    known = {name: str(parts.pop(part, "")) for name, part in names.items()}
    return {
        "ENGINE": "django.db.backends.postgresql",
        **known,
        "OPTIONS": parts,
        "CONN_MAX_AGE": _KEPT_OPEN,
        "CONN_HEALTH_CHECKS": True,
    }


def _parts(url: str) -> dict[str, Any]:
    try:
        return dict(conninfo_to_dict(url))
    except psycopg.ProgrammingError as error:
        remedy = "Write postgresql://USER@HOST/DATABASE."
        what = "this is no address of a PostgreSQL database."
        raise SettingsError(what, where=f"{FILE} [database]", remedy=remedy) from error


def check_database(instance: Instance) -> None:
    """Raise `SettingsError` if the database does not answer; the message holds neither user nor password."""
    url = database_url(instance)
    if not url:
        return
    parts = _parts(url)
    try:
        psycopg.connect(url, connect_timeout=10).close()
    except psycopg.OperationalError as error:
        place = f"{parts.get('dbname', '')} on {parts.get('host', 'this machine')}"
        remedy = "Is the server running, and may this user sign in? See the log of PostgreSQL."
        what = f"the PostgreSQL database {place} does not answer."
        raise SettingsError(what, where=f"{FILE} [database]", remedy=remedy) from error

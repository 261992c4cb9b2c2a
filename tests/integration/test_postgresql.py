"""PostgreSQL in the place of SQLite: brought up to date, backed up and restored, with buckets beside it."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg
import pytest

from gemeinsinn.cli.serve import portal_environment, start_migrations
from gemeinsinn.errors import SettingsError
from gemeinsinn.lake.runs import RunState
from gemeinsinn.lake.store import lake_of
from gemeinsinn.pipeline.publish import store_of
from gemeinsinn.portal.database import check_database, database_of
from gemeinsinn.settings.instance import Instance
from support.demo import command_line
from support.postgres import Databases, databases
from support.publishing import County, county_in
from support.s3 import S3Server, s3_server
from support.tiny import SETTINGS, tiny_instance


Clock = Callable[[], datetime]
NAMED = '\n[database]\nurl_variable = "TEST_DATABASE"\n'


@dataclass(frozen=True, slots=True)
class Machines:
    """What stands beside the instance."""

    databases: Databases
    s3: S3Server


@pytest.fixture(scope="module")
def machines(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machines]:
    with databases() as postgresql, s3_server(tmp_path_factory.mktemp("s3"), ["county"]) as s3:
        yield Machines(postgresql, s3)


@pytest.fixture
def county(tmp_path: Path, clock: Clock, machines: Machines, monkeypatch: pytest.MonkeyPatch) -> County:
    """A published county with its lake in a bucket and its pages in PostgreSQL."""
    for name, value in (machines.s3.environment | {"TEST_DATABASE": machines.databases.fresh()}).items():
        monkeypatch.setenv(name, value)
    text = SETTINGS + machines.s3.settings(f"s3://county/{uuid4().hex}") + NAMED
    made = county_in(tmp_path / "county", clock, files={"gemeinsinn.toml": text})
    made.refresh()
    made.publish()
    return made


def rows(url: str) -> dict[str, list[Any]]:
    """Every row of every table."""
    with psycopg.connect(url) as connection:
        query = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1"
        names = [name for (name,) in connection.execute(query)]
        return {name: sorted(map(str, connection.execute(f'SELECT * FROM "{name}"'))) for name in names}  # noqa: S608


def editor(instance: Instance, name: str) -> None:
    """Make an account."""
    words = ["-m", "django", "createsuperuser", "--noinput", "--username", name, "--email", "a@example.org"]
    environment = portal_environment(instance) | {"DJANGO_SUPERUSER_PASSWORD": "ein langes Kennwort"}
    subprocess.run([sys.executable, *words], env=environment, check=True, timeout=120)


def test_a_backup_restores_what_lay_in_a_bucket_and_in_postgresql(
    county: County, machines: Machines, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert start_migrations(county.instance).wait() == 0
    editor(county.instance, "Zoë")
    before = rows(os.environ["TEST_DATABASE"])
    archive = tmp_path / "backup.zip"
    assert command_line("backup", str(archive), instance=county.instance.root).returncode == 0
    monkeypatch.setenv("RESTORED_DATABASE", machines.databases.fresh())

    refused = command_line("restore", str(archive), str(tmp_path / "new"))
    done = command_line("restore", str(archive), str(tmp_path / "new"), "--database-variable", "RESTORED_DATABASE")

    assert refused.returncode == 8
    assert "--database-variable NAME" in refused.stderr
    assert done.returncode == 0, done.stderr
    assert "[storage] was taken out" in done.stderr
    restored = County(Instance(tmp_path / "new"), county.clock)
    assert rows(os.environ["RESTORED_DATABASE"]) == before
    assert "Zoë" in str(before["auth_user"])
    assert store_of(restored.instance).current() == store_of(county.instance).current()
    assert lake_of(restored.instance).storage.folder == restored.instance.lake
    assert {run.state for run in restored.refresh().values()} == {RunState.UNCHANGED}
    assert not restored.publish().published
    editor(restored.instance, "another")
    assert rows(os.environ["TEST_DATABASE"]) == before, "the live database is left alone"


def test_nothing_is_restored_into_a_database_that_holds_anything(
    county: County, tmp_path: Path, machines: Machines
) -> None:
    assert start_migrations(county.instance).wait() == 0
    archive = tmp_path / "backup.zip"
    assert command_line("backup", str(archive), instance=county.instance.root).returncode == 0

    done = command_line("restore", str(archive), str(tmp_path / "new"), "--database-variable", "TEST_DATABASE")

    assert done.returncode == 8
    assert "is not empty; nothing was restored. Make a new one with CREATE DATABASE." in done.stderr
    assert not (tmp_path / "new").exists()


def test_a_database_that_does_not_answer_is_named_without_user_and_password(tmp_path: Path) -> None:
    text = f'{SETTINGS}\n[database]\nurl = "postgresql://planner:very-secret@127.0.0.1:1/atlas"\n'
    instance = tiny_instance(tmp_path, files={"gemeinsinn.toml": text})

    with pytest.raises(SettingsError) as refused:
        check_database(instance)

    assert "the PostgreSQL database atlas on 127.0.0.1 does not answer" in str(refused.value)
    assert "very-secret" not in str(refused.value)
    done = command_line("serve", "--port", "0", instance=instance.root)
    assert done.returncode == 8
    assert "very-secret" not in done.stderr


@pytest.mark.parametrize(
    ("url", "host", "options"),
    [
        ("postgresql://planner@db.example:6432/atlas?sslmode=require", "db.example", {"sslmode": "require"}),
        ("postgresql:///atlas?host=/run/postgresql", "/run/postgresql", {}),
    ],
)
def test_an_address_becomes_the_words_of_the_framework(
    tmp_path: Path, url: str, host: str, options: dict[str, str]
) -> None:
    instance = tiny_instance(tmp_path, files={"gemeinsinn.toml": f'{SETTINGS}\n[database]\nurl = "{url}"\n'})

    found = database_of(instance)

    assert (found["ENGINE"], found["NAME"]) == ("django.db.backends.postgresql", "atlas")
    assert (found["HOST"], found["OPTIONS"]) == (host, options)
    assert database_of(tiny_instance(tmp_path / "plain"))["ENGINE"] == "django.db.backends.sqlite3"


def test_an_address_that_is_none_is_refused_without_repeating_it(tmp_path: Path) -> None:
    text = f'{SETTINGS}\n[database]\nurl = "postgresql://a:very-secret@h/d?nonsense=1"\n'
    instance = tiny_instance(tmp_path, files={"gemeinsinn.toml": text})

    with pytest.raises(SettingsError, match="this is no address of a PostgreSQL database") as refused:
        database_of(instance)

    assert "very-secret" not in str(refused.value)

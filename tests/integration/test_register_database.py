"""A register in a PostgreSQL database: read only, in text, and a server that hangs ends with a message."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import psycopg
import pytest

from gemeinsinn.errors import DeliveryError, SettingsError
from gemeinsinn.lake.runs import RunState
from gemeinsinn.sources.registers import database
from gemeinsinn.sources.registers.database import copied
from gemeinsinn.sources.registers.declaration import Database
from support.postgres import Databases, databases
from support.registers import BENEFITS, Office, office_in


TABLE = """
    CREATE SCHEMA fach;
    CREATE TABLE fach.leistung (
        fall text PRIMARY KEY, name text, birth date, sex char(1), town text, amount numeric(10,2), since date
    );
    INSERT INTO fach.leistung VALUES
        ('C1', 'A, "B"', '1980-01-01', 'm', 'Astadt', 10.50, '2024-06-01'),
        ('C2', 'C', '1981-01-01', 'w', 'Bedorf', 11, '2025-01-15');
"""
QUERY = 'SELECT fall AS "case", name, birth, sex, town, amount, since FROM fach.leistung;\n'
REGISTER = BENEFITS.replace(
    """      format: csv
      location: deliveries/benefits/*.csv
      dated_by: "stand_{date:%Y-%m-%d}"
      delimiter: ","
""",
    """      format: postgresql
      dsn_variable: BENEFITS_DSN
      query_file: queries/benefits.sql
      timeout_seconds: 2
      may_shrink: 0.5
""",
)


@pytest.fixture(scope="module")
def server() -> Iterator[Databases]:
    with databases() as started:
        yield started


@pytest.fixture
def address(server: Databases) -> str:
    found = server.fresh()
    change(found, TABLE)
    return found


@pytest.fixture
def office(tmp_path: Path, address: str) -> Office:
    made = office_in(tmp_path, "benefits", registers=f"registers:\n{REGISTER}")
    (tmp_path / "queries").mkdir()
    (tmp_path / "queries" / "benefits.sql").write_text(QUERY)
    made.environment = {"BENEFITS_DSN": address}
    return made


def change(address: str, statement: str) -> None:
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute(statement)  # type: ignore[call-overload]


def test_the_state_of_a_database_becomes_a_history(office: Office, address: str) -> None:
    office.take_in("benefits", on=date(2025, 2, 1))
    change(address, "DELETE FROM fach.leistung WHERE fall = 'C1'")
    change(address, "UPDATE fach.leistung SET town = 'Cedorf'")
    office.take_in("benefits", on=date(2025, 3, 1))

    believed = {day: office.believed(day, register="benefits") for day in (date(2025, 2, 1), date(2025, 3, 1))}
    assert believed == {date(2025, 2, 1): ["Astadt", "Bedorf"], date(2025, 3, 1): ["Cedorf"]}
    assert office.believed(date(2025, 3, 1), known=date(2025, 2, 28), register="benefits") == ["Astadt", "Bedorf"]


def test_a_state_that_did_not_change_since_this_morning_is_no_delivery(office: Office) -> None:
    office.take_in("benefits", on=date(2025, 2, 1))

    assert office.take_in("benefits", on=date(2025, 2, 1)).state is RunState.UNCHANGED


def test_a_query_that_hangs_ends_with_a_message_and_yesterday_s_table_stands(office: Office) -> None:
    office.take_in("benefits", on=date(2025, 2, 1))
    query = office.instance.root / "queries" / "benefits.sql"
    query.write_text(QUERY.replace("FROM fach.leistung", "FROM fach.leistung, pg_sleep(60)"))

    run = office.take_in("benefits", on=date(2025, 3, 1))

    assert run.state is RunState.FAILED
    assert run.findings[0].startswith("benefits.sql: the database did not answer within 2 seconds.") or (
        "queries/benefits.sql: the database did not answer within 2 seconds." in run.findings[0]
    )
    assert office.believed(date(2025, 2, 1), register="benefits") == ["Astadt", "Bedorf"]


WRONG = {
    "a query that writes": (
        "WITH gone AS (DELETE FROM fach.leistung RETURNING *) SELECT * FROM gone",
        ("the query would write", "the database does not answer or broke off"),
    ),
    "a table that is not there": ("SELECT * FROM fach.leistungen", ("does not understand the query (UndefinedTable)",)),
    "no query": ("SELECTT 1", ("does not understand the query (SyntaxError)",)),
}


@pytest.mark.parametrize("case", WRONG)
def test_what_is_wrong_with_a_query_is_told_without_the_server_s_words(office: Office, address: str, case: str) -> None:
    query, messages = WRONG[case]
    (office.instance.root / "queries" / "benefits.sql").write_text(query)

    run = office.take_in("benefits")

    assert run.state is RunState.FAILED
    assert any(message in run.findings[0] for message in messages)
    assert "leistung " not in run.findings[0]
    with psycopg.connect(address) as connection:
        assert connection.execute("SELECT count(*) FROM fach.leistung").fetchone() == (2,)


def test_a_column_that_the_database_no_longer_has_is_named(office: Office) -> None:
    (office.instance.root / "queries" / "benefits.sql").write_text(QUERY.replace("amount, ", ""))

    assert "the column 'amount' is missing." in office.take_in("benefits").findings[0]


def source(root: Path, **places: str) -> Database:
    (root / "q.sql").write_text("SELECT 1")
    return Database(**places, query_file="q.sql", timeout_seconds=1)


def test_a_database_that_is_not_there_is_told_without_its_address(tmp_path: Path) -> None:
    asked = source(tmp_path, dsn_variable="DSN")
    address = {"DSN": "postgresql://secretuser@127.0.0.1:1/nothing"}

    with pytest.raises(DeliveryError, match="does not answer or broke off") as refused:
        copied(asked, root=tmp_path, environment=address)

    assert "secretuser" not in str(refused.value)


def test_a_server_that_takes_the_call_and_says_nothing_is_not_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "_CONNECTING", 2)
    with socket.create_server(("127.0.0.1", 0)) as listening:
        taken: list[socket.socket] = []
        threading.Thread(target=lambda: taken.append(listening.accept()[0]), daemon=True).start()
        address = f"postgresql://somebody@127.0.0.1:{listening.getsockname()[1]}/x"

        with pytest.raises(DeliveryError, match="does not answer"):
            copied(source(tmp_path, dsn_variable="DSN"), root=tmp_path, environment={"DSN": address})
        for each in taken:
            each.close()


def test_the_address_stands_in_a_variable_or_in_a_file_that_nobody_else_may_read(tmp_path: Path, address: str) -> None:
    with pytest.raises(SettingsError, match="the variable DSN of the environment is not set"):
        copied(source(tmp_path, dsn_variable="DSN"), root=tmp_path, environment={})
    with pytest.raises(SettingsError, match=r"there is no file dsn\.txt"):
        copied(source(tmp_path, dsn_file="dsn.txt"), root=tmp_path, environment={})
    (tmp_path / "dsn.txt").write_text(address)
    (tmp_path / "dsn.txt").chmod(0o644)
    with pytest.raises(SettingsError, match=r"others may read dsn\.txt"):
        copied(source(tmp_path, dsn_file="dsn.txt"), root=tmp_path, environment={})

    (tmp_path / "dsn.txt").chmod(0o600)

    assert copied(source(tmp_path, dsn_file="dsn.txt"), root=tmp_path, environment={}).startswith(b"?column?\n1")

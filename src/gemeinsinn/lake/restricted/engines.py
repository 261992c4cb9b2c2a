"""The engines that the general path runs on, by name: where the spells of a register are opened as a Narwhals frame.

`polars` and `duckdb` read the table's files on this machine. `spark-connect://host:port` has a Spark Connect server
read the same Delta table from where both can reach it.
"""

from __future__ import annotations

import importlib
import socket
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from typing import Any

import duckdb
import narwhals as nw
import polars as pl

from gemeinsinn.errors import SettingsError, UnknownNameError, did_you_mean
from gemeinsinn.lake.restricted.general import Frame, MakeTable


POLARS, DUCKDB, SPARK = "polars", "duckdb", "spark-connect://"
_PATIENCE = 5
"""Seconds that a server has to answer."""

GENERAL_ENGINES = (POLARS, DUCKDB, f"{SPARK}host:port")


@dataclass(frozen=True, slots=True)
class Spells:
    """Where the spells of a register lie: the files of the pinned version, or the table with its version."""

    files: tuple[str, ...]
    table: str
    version: int
    options: Mapping[str, str]
    """What an object store asks for; empty for a folder."""


@contextmanager
def opened(engine: str, spells: Spells) -> Iterator[tuple[Frame, MakeTable]]:
    """The spells on an engine, and how small tables are made there.

    Raises `UnknownNameError` for a name that is no engine, `SettingsError` if it cannot be reached.
    """
    if engine.startswith(SPARK):
        with _spark(engine, spells) as both:
            yield both
    elif engine in _LOCAL:
        with _LOCAL[engine](spells) as both:
            yield both
    else:
        remedy = did_you_mean(engine, GENERAL_ENGINES) or f"Engines: fast, {', '.join(GENERAL_ENGINES)}."
        raise UnknownNameError(f"there is no engine '{engine}'.", remedy=remedy)


@contextmanager
def _polars(spells: Spells) -> Iterator[tuple[Frame, MakeTable]]:
    frame = pl.scan_delta(spells.table, version=spells.version, storage_options=dict(spells.options) or None)
    yield nw.from_native(frame).lazy(), _polars_table


def _polars_table(columns: Mapping[str, Sequence[Any]]) -> Frame:
    return nw.from_native(_small(columns).lazy())


@contextmanager
def _duckdb(spells: Spells) -> Iterator[tuple[Frame, MakeTable]]:
    connection = duckdb.connect()
    try:
        if spells.options or not spells.files:
            frame = pl.scan_delta(spells.table, version=spells.version, storage_options=dict(spells.options) or None)
            rows = connection.from_arrow(frame.collect(engine="streaming").to_arrow())
        else:
            rows = connection.read_parquet(list(spells.files))

        def table(columns: Mapping[str, Sequence[Any]]) -> Frame:
            return nw.from_native(connection.from_arrow(_small(columns).to_arrow())).lazy()

        yield nw.from_native(rows).lazy(), table
    finally:
        connection.close()


_LOCAL: Mapping[str, Callable[[Spells], Any]] = {POLARS: _polars, DUCKDB: _duckdb}


@contextmanager
def _spark(engine: str, spells: Spells) -> Iterator[tuple[Frame, MakeTable]]:
    try:
        with _main_module_has_a_file():
            importlib.import_module("pyspark.sql.connect")
            errors, sql = importlib.import_module("pyspark.errors"), importlib.import_module("pyspark.sql")
    except ImportError as error:
        remedy = "Install it: pip install 'gemeinsinn[spark]'."
        raise SettingsError("the client of Spark Connect is not installed.", where=engine, remedy=remedy) from error
    address = engine.removeprefix(SPARK).rstrip("/")
    _check_reachable(engine, address)
    try:
        session = sql.SparkSession.builder.remote(f"sc://{address}").create()
        read = session.read.format("delta").option("versionAsOf", str(spells.version))
        rows = read.load(spells.table)
        rows.schema  # noqa: B018  (asks the server whether it can reach the table)
    except errors.PySparkException as error:
        remedy = "Is the server running, and does it reach the table with credentials of its own?"
        raise SettingsError("the engine cannot read the table.", where=engine, remedy=remedy) from error

    def table(columns: Mapping[str, Sequence[Any]]) -> Frame:
        records = [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]
        types = ", ".join(
            f"{name} {'date' if values and isinstance(values[0], date) else 'bigint'}"
            for name, values in columns.items()
        )
        small: Frame = nw.from_native(session.createDataFrame(records, schema=types)).lazy()
        return small

    try:
        yield nw.from_native(rows).lazy(), table
    finally:
        session.stop()


@contextmanager
def _main_module_has_a_file() -> Iterator[None]:
    """Give the main module a file while the client is imported, if it has none, as in `python -c` and in workers.

    Without one the client takes it for a run of its own doctests and ends the process. It is taken away again, since
    whoever starts processes later would have them run that file.
    """
    main = sys.modules["__main__"]
    if main.__spec__ is not None or hasattr(main, "__file__"):
        yield
        return
    main.__file__ = "main"
    try:
        yield
    finally:
        del main.__file__


def _check_reachable(engine: str, address: str) -> None:
    """Whether anybody listens; the client itself would try for ten minutes."""
    host, _, port = address.partition(":")
    try:
        socket.create_connection((host, int(port)), timeout=_PATIENCE).close()
    except (OSError, ValueError) as error:
        remedy = "Write spark-connect://HOST:PORT of a running server."
        raise SettingsError("no Spark Connect server answers.", where=engine, remedy=remedy) from error


def _small(columns: Mapping[str, Sequence[Any]]) -> pl.DataFrame:
    types = {name: pl.Date if values and isinstance(values[0], date) else pl.Int64 for name, values in columns.items()}
    return pl.DataFrame({name: list(values) for name, values in columns.items()}, schema=types)

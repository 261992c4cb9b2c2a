"""A register in a bucket, counted by a Spark Connect cluster that reads it there: the same as on this machine."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import date

import numpy as np
import polars as pl
import pytest

from gemeinsinn.concepts.registers import Question
from gemeinsinn.errors import SettingsError
from gemeinsinn.gate.answers import Desk
from gemeinsinn.lake.restricted.store import RestrictedZone
from gemeinsinn.settings.places import BucketPlace
from support.desk import NOON, desk_at, filled_at
from support.key_dates import SCHEMA
from support.s3 import KEY, SECRET, s3_server
from support.sail import spark_connect


BY = ("municipality", "age_class", "sex", "nationality_group")
YEAR_ENDS = tuple(date(year, 12, 31) for year in range(2012, 2024))


@pytest.fixture(scope="module")
def people() -> pl.DataFrame:
    rng = np.random.default_rng(11)
    count = 20_000
    begin = rng.integers(14_700, 19_000, count)
    columns = {
        "pid": np.arange(count),
        "area": rng.choice([1001001, 1001002, 1001003], count),
        "sex": rng.integers(1, 4, count),
        "nationality": rng.choice([0, 152, 163, 475], count),
        "marital": rng.integers(1, 4, count),
        "birth": begin - rng.integers(0, 32_000, count),
        "valid_from": begin,
        "valid_to": np.where(rng.random(count) < 0.5, begin + rng.integers(1, 3_000, count), 2_932_896),
        "sys_from_rel": rng.integers(1, 4, count),
        "sys_to_rel": np.full(count, 2**63 - 1),
        "record_key": rng.integers(-(2**63), 2**63 - 1, count),
        "run_id": ["run"] * count,
    }
    days = pl.col("birth", "valid_from", "valid_to").cast(pl.Int32).cast(pl.Date)
    return pl.DataFrame(columns).with_columns(days).cast(SCHEMA)  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory, people: pl.DataFrame) -> Iterator[tuple[Desk, str]]:
    """A desk before a zone in a bucket, and a cluster that has credentials of its own for it."""
    with s3_server(tmp_path_factory.mktemp("s3"), ["restricted"]) as server:
        options = {
            "aws_endpoint": server.endpoint,
            "aws_allow_http": "true",
            "aws_region": "us-east-1",
            "aws_access_key_id": KEY,
            "aws_secret_access_key": SECRET,
        }
        folder = tmp_path_factory.mktemp("zone")
        zone = RestrictedZone(folder, BucketPlace("s3://restricted/zone", tuple(options.items())))
        filled_at(zone, people)
        environment = {name.upper(): value for name, value in options.items()}
        with spark_connect(environment) as engine:
            yield replace(desk_at(zone), engine=engine), engine


@pytest.mark.parametrize("by", [BY, ("age",), ("marital", "amt"), ()], ids=lambda by: ",".join(by) or "total")
def test_the_cluster_answers_as_this_machine_does(cluster: tuple[Desk, str], by: tuple[str, ...]) -> None:
    desk, engine = cluster
    question = Question("residents", YEAR_ENDS, by)

    there = desk.answer(question, who="test", at=NOON, engine=engine)
    here = desk.answer(question, who="test", at=NOON, engine="polars")

    assert there.engine == engine
    assert there.counts.tolist() == here.counts.tolist()
    assert there.counts.any()


def test_an_index_may_be_built_from_what_the_cluster_has_filtered(cluster: tuple[Desk, str]) -> None:
    desk, _ = cluster
    question = Question("residents", YEAR_ENDS, BY)
    desk.zone.drop_index("residents")

    there = desk.answer(question, who="test", at=NOON, engine="fast")
    desk.zone.drop_index("residents")
    here = replace(desk, engine="duckdb").answer(question, who="test", at=NOON, engine="fast")

    assert there.counts.tolist() == here.counts.tolist()


def test_pseudonyms_do_not_come_back_with_the_rows_of_an_index(cluster: tuple[Desk, str]) -> None:
    desk, _ = cluster
    desk.answer(Question("residents", YEAR_ENDS, BY), who="test", at=NOON, engine="fast")

    files = {path.stem for path in desk.zone.index("residents").rglob("*.npy")}

    assert files == {"start", "births", "begins", "ends", "keys"}


def test_a_cluster_that_is_not_there_is_told(cluster: tuple[Desk, str]) -> None:
    desk, _ = cluster

    with pytest.raises(SettingsError, match="no Spark Connect server answers"):
        desk.answer(
            Question("residents", YEAR_ENDS, ("marital",)), who="test", at=NOON, engine="spark-connect://127.0.0.1:9"
        )


def test_the_client_leaves_the_main_module_as_it_was() -> None:
    """It wants one with a file; processes that are started afterwards would run that file."""
    code = (
        "import sys; from gemeinsinn.lake.restricted.engines import _main_module_has_a_file as named\n"
        "with named():\n    import pyspark.sql.connect\n"
        "print(hasattr(sys.modules['__main__'], '__file__'))"
    )

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)

    assert done.stdout.split() == ["False"], done.stderr

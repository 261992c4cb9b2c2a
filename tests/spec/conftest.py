"""The county that every sentence about counting is told of."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import datetime
from functools import lru_cache
from pathlib import Path

import pytest

from support.key_dates import Engines
from support.publishing import County, county_in
from support.sail import spark_connect


@pytest.fixture(scope="session")
def engines() -> Iterator[Engines]:
    """Every engine that counts on key dates; the server of Spark Connect starts when somebody first asks for it."""
    with ExitStack() as stack:
        yield Engines(lru_cache(lambda: stack.enter_context(spark_connect())))


@pytest.fixture
def county(tmp_path: Path, clock: Callable[[], datetime]) -> County:
    """A made-up county with two Ämter and five municipalities; Astadt belongs to none of the Ämter."""
    return county_in(tmp_path, clock)

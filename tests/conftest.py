"""What tests share: the demo county, and a clock that stands still."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from gemeinsinn.releases.read import Release, open_release
from gemeinsinn.releases.store import Store
from support.demo import built_demo


_SLOW = [HealthCheck.too_slow, HealthCheck.data_too_large]
settings.register_profile("quick", deadline=None, derandomize=True, suppress_health_check=_SLOW)
settings.register_profile("nightly", deadline=None, max_examples=1000, suppress_health_check=_SLOW, print_blob=True)
settings.load_profile("quick")


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """The folder of the demo county, with its release."""
    base = tmp_path_factory.getbasetemp()
    return built_demo(base if worker_id == "master" else base.parent)


@pytest.fixture(scope="session")
def release(demo: Path) -> Release:
    """The current release of the demo county."""
    store = Store(demo / "var" / "releases", demo / "var" / "publications.jsonl")
    return open_release(store.folder(store.current()))


@pytest.fixture
def clock() -> Callable[[], datetime]:
    """A clock that goes on by one second whenever it is read."""
    begin = datetime(2026, 1, 1, tzinfo=UTC)
    ticks = iter(range(10**9))
    return lambda: begin + timedelta(seconds=next(ticks))

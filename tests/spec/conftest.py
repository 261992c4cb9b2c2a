"""The county that every sentence about counting is told of."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest

from support.publishing import County, county_in


@pytest.fixture
def county(tmp_path: Path, clock: Callable[[], datetime]) -> County:
    """A made-up county with two Ämter and five municipalities; Astadt belongs to none of the Ämter."""
    return county_in(tmp_path, clock)

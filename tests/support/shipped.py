"""The files that come with the demo county, for tests of formats that are hard to write by hand."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from gemeinsinn.sources.delivery import Delivery, file_delivery


DATA = Path(__file__).parents[2] / "examples" / "pinneberg" / "data"


@cache
def shipped(name: str) -> Delivery:
    """A file below `examples/pinneberg/data`, unpacked."""
    return file_delivery(DATA / name)

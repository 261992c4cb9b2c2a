"""The two clocks of the lake: when a fact held, and when we learned it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime


OPEN_END = date(9999, 12, 31)
"""The end of what has no end yet; intervals are half-open, the end does not belong to them."""

OPEN_RELEASE = 2**63 - 1
"""The lake commit at which a fact that we still believe will be closed: none so far."""


@dataclass(frozen=True, slots=True)
class AsOf:
    """One point on both clocks: what held on `valid_on`, as known at `known_at`."""

    valid_on: date
    known_at: datetime

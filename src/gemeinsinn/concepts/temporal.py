"""The two clocks of the lake: the ends of what has no end yet, in time and in commits."""

from __future__ import annotations

from datetime import date


OPEN_END = date(9999, 12, 31)
"""The end of what has no end yet; intervals are half-open, the end does not belong to them."""

OPEN_RELEASE = 2**63 - 1
"""The lake commit at which a fact that we still believe will be closed: none so far."""

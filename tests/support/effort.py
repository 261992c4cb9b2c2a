"""How much a generative test tries: a little with every change, much over night (`--hypothesis-profile nightly`)."""

from __future__ import annotations

from hypothesis import settings


_NIGHTLY = 1000


def examples(share: float) -> settings:
    """So large a share of the examples that the profile allows, for tests of which one example takes long."""
    return settings(max_examples=max(1, round(_most() * share)))


def nightly() -> bool:
    """Whether there is time to try everything."""
    return _most() >= _NIGHTLY


def _most() -> int:
    return settings.default.max_examples if settings.default else settings().max_examples

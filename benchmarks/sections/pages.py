"""Pages: what they weigh as they are sent, and when they are ready on a slow network and a slow processor."""

from __future__ import annotations

from playwright.sync_api import Browser

from bars import Row, Section, spread
from browsing import Throttle, browser, opened, ready_seconds, visitor, weights
from functional.routes import ROUTES
from places import demo
from support.served import served


SLOW = Throttle(bits_per_second=1.6e6, latency_ms=150, cpu=4)
_TIMED = ("start", "indicator", "area")


def measured(*, quick: bool, clone: bool) -> Section:
    """Open every kind of page once and weigh it; open three of them several times and time them."""
    with served(demo()) as address, browser() as opened_browser:
        sent = {kind: _weighed(opened_browser, address + route) for kind, route in ROUTES.items()}
        rows = [row for kind in ROUTES for row in _weight_rows(kind, sent[kind])]
        for kind in _TIMED:
            rows += _ready_rows(opened_browser, kind, address + ROUTES[kind], 2 if quick else 5)
    return Section("Pages", _HOW, tuple(rows))


_HOW = (
    "Bodies as sent to Chromium, packed with brotli. Ready on a network of 1.6 Mbit/s with 150 ms for each request and a "
    "processor slowed down four times: the page is parsed, its scripts have run, and the frame with its map and charts "
    "is handed over. Cold is somebody who was never here; warm opens the same page again. The server is warm. Medians; "
    "smallest and largest in brackets."
)


def _weighed(browser: Browser, url: str) -> dict[str, int]:
    with visitor(browser) as context:
        return weights(opened(context, url))


def _weight_rows(kind: str, sent: dict[str, int]) -> list[Row]:
    """The weight without typefaces; of the page that has a budget also its parts."""
    total = sum(size for part, size in sent.items() if part != "fonts") / 1e3
    if kind != "indicator":
        parts = ", ".join(f"{part} {size / 1e3:.1f}" for part, size in sent.items() if size and part != "fonts")
        return [Row(f"{kind}: all but typefaces ({parts})", total, "kB")]
    limits = {"js": 40.0}
    rows = [Row(f"{kind}: {part}", size / 1e3, "kB", bar=limits.get(part)) for part, size in sent.items()]
    return [*rows, Row(f"{kind}: all but typefaces", total, "kB", bar=100)]


def _ready_rows(browser: Browser, kind: str, url: str, times: int) -> list[Row]:
    cold: list[float] = []
    warm: list[float] = []
    for _ in range(times):
        with visitor(browser) as context:
            cold.append(ready_seconds(context, url, SLOW))
            warm.append(ready_seconds(context, url, SLOW))
    return [spread(f"{kind}: ready, cold", cold, "s", bar=1.0), spread(f"{kind}: ready, warm", warm, "s", bar=1.0)]

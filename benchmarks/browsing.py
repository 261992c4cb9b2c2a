"""A browser that measures: throttled pages, what they load, when they are drawn, and how long a change of year takes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize, sync_playwright

import places  # noqa: F401  (makes the tests' own support importable)
from support.served import TABLET, launched


@dataclass(frozen=True, slots=True)
class Throttle:
    """A slow network and a slow processor."""

    bits_per_second: float
    latency_ms: float
    cpu: float


@dataclass(frozen=True, slots=True)
class Switches:
    """What each of some changes of year took, in milliseconds."""

    areas: int
    script: list[float]
    """From the event until the handler and the components have drawn."""
    frame: list[float]
    """From the event until the frame that shows it was handed over, with the wait for the screen's rhythm."""


@contextmanager
def browser() -> Iterator[Browser]:
    """The system's browser."""
    with sync_playwright() as playwright:
        opened = launched(playwright)
        yield opened
        opened.close()


@contextmanager
def visitor(browser: Browser) -> Iterator[BrowserContext]:
    """Somebody who was never here: an empty cache, the size of a tablet, German."""
    context = browser.new_context(viewport=_TABLET, locale="de-DE")
    context.add_init_script(_NOTE_WHEN_DRAWN)
    yield context
    context.close()


def opened(context: BrowserContext, url: str, throttle: Throttle | None = None) -> Page:
    """A page in a tab of its own, drawn."""
    page = context.new_page()
    if throttle is not None:
        _slow_down(page, throttle)
    page.goto(url)
    page.evaluate("() => document.querySelector('gs-map, gs-trend') && whenDrawn")
    return page


def ready_seconds(context: BrowserContext, url: str, throttle: Throttle) -> float:
    """When a page could be read and used: parsed, its scripts run, its map and charts in a frame."""
    page = opened(context, url, throttle)
    found = float(page.evaluate(_READY)) / 1e3
    page.close()
    return found


def weights(page: Page) -> dict[str, int]:
    """The bytes of all bodies as they were sent, by kind; typefaces are waited for."""
    page.wait_for_load_state("networkidle")
    found: dict[str, int] = page.evaluate(_WEIGHTS)
    return found


def switch_years(page: Page, times: int) -> Switches:
    """Move the slider of years to and fro; the first three moves warm up and do not count."""
    found: dict[str, Any] = page.evaluate(_SWITCH, times + 3)
    return Switches(found["areas"], found["script"][3:], found["frame"][3:])


def _slow_down(page: Page, throttle: Throttle) -> None:
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    rate = throttle.bits_per_second / 8
    conditions = {
        "offline": False,
        "latency": throttle.latency_ms,
        "downloadThroughput": rate,
        "uploadThroughput": rate,
    }
    session.send("Network.emulateNetworkConditions", conditions)
    session.send("Emulation.setCPUThrottlingRate", {"rate": throttle.cpu})


_TABLET: ViewportSize = {"width": TABLET["width"], "height": TABLET["height"]}
_NOTE_WHEN_DRAWN = """
window.whenDrawn = new Promise((done) => {
  new MutationObserver((changes, observer) => {
    const wanted = document.querySelector("gs-map") ? "gs-map canvas[data-painted]" : "gs-trend svg";
    if (!document.querySelector(wanted)) return;
    observer.disconnect();
    requestAnimationFrame(() => {
      const after = new MessageChannel();
      after.port1.onmessage = () => done((window.drawnAt = performance.now()));
      after.port2.postMessage(null);
    });
  }).observe(document, { subtree: true, childList: true, attributes: true, attributeFilter: ["data-painted"] });
});
"""
_READY = """() => {
  const [page] = performance.getEntriesByType("navigation");
  const [paint] = performance.getEntriesByName("first-contentful-paint");
  return Math.max(page.domContentLoadedEventEnd, paint?.startTime ?? 0, window.drawnAt ?? 0);
}"""
_WEIGHTS = r"""() => {
  const kind = (path) => [[/\.js$/, "js"], [/\.css$/, "css"], [/\.woff2?$/, "fonts"], [/^\/r\//, "data"]]
    .find(([pattern]) => pattern.test(path))?.[1] ?? "other";
  const sent = { html: performance.getEntriesByType("navigation")[0].encodedBodySize };
  const seen = new Set();
  for (const { name, encodedBodySize } of performance.getEntriesByType("resource")) {
    if (seen.has(name)) continue;
    seen.add(name);
    const of = kind(new URL(name).pathname);
    sent[of] = (sent[of] ?? 0) + encodedBodySize;
  }
  return sent;
}"""
_SWITCH = """async (times) => {
  const slider = document.querySelector(".gs-year input");
  const drawn = [...document.querySelectorAll("gs-map, gs-trend, gs-multiples")];
  const frame = () => new Promise((done) => requestAnimationFrame(() => {
    const after = new MessageChannel();
    after.port1.onmessage = () => done();
    after.port2.postMessage(null);
  }));
  const found = { areas: 0, script: [], frame: [] };
  for (let turn = 0; turn < times; turn += 1) {
    await new Promise((done) => setTimeout(done, 50 + 7 * (turn % 5)));
    slider.value = String((Number(slider.value) + 1) % (Number(slider.max) + 1));
    const began = performance.now();
    slider.dispatchEvent(new Event("input", { bubbles: true }));
    await Promise.all(drawn.map((element) => element.updateComplete));
    found.script.push(performance.now() - began);
    await frame();
    found.frame.push(performance.now() - began);
  }
  found.areas = Number(document.querySelector("gs-map canvas").dataset.painted);
  return found;
}"""

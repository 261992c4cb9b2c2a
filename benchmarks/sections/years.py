"""The change of year on the page of an indicator, with few areas and with very many."""

from __future__ import annotations

from pathlib import Path

from bars import Row, Section, median, percentile
from browsing import Switches, browser, opened, switch_years, visitor
from places import demo, germany
from support.served import served


FRAME_MS = 16.7
_PAGE = "/k/unemployment_share/?e=municipality"


def measured(*, quick: bool, clone: bool) -> Section:
    """Move the slider in the demo county and in all of Germany."""
    rows: list[Row] = []
    for instance in (demo(), germany()):
        rows += _rows(_switched(instance, 20))
    return Section("Change of year", _HOW, tuple(rows))


_HOW = (
    "`unemployment_share` with map, trend and tables, not throttled, no GPU. Script is the time from the event of the "
    "slider until handler and components are done; the bar is one frame of 60 a second. Frame goes on until the frame "
    "was handed over: it adds styles, layout and painting, and up to 16.7 ms of waiting for the rhythm of the screen. "
    "Three changes before the first warm up."
)


def _switched(instance: Path, times: int) -> Switches:
    with served(instance) as address, browser() as found, visitor(found) as context:
        return switch_years(opened(context, address + _PAGE), times)


def _rows(switches: Switches) -> list[Row]:
    rows: list[Row] = []
    for name, values, bar in (("script", switches.script, FRAME_MS), ("frame", switches.frame, None)):
        head, n = f"{switches.areas:,} areas: {name}", len(values)
        rows.append(Row(f"{head}, median", median(values), "ms", n, bar))
        rows.append(Row(f"{head}, 95 of 100", percentile(values, 95), "ms", n, bar))
    return rows

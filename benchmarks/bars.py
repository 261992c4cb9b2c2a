"""The nouns of the report: a measured number with its bar, and a section of them."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any


_DECIMALS = {"s": 1, "ms": 1, "kB": 1, "MB": 1, "GB": 2, "times": 1, "cores": 1, "%": 1}


@dataclass(frozen=True, slots=True)
class Row:
    """One number; `n` says of how many measurements, `bar` what it may be at most, or has to be at least."""

    what: str
    number: float
    unit: str
    n: int = 1
    bar: float | None = None
    at_least: bool = False
    """True for a bar that is to be reached, not kept below."""

    @property
    def held(self) -> bool | None:
        """Whether the bar is held; nothing where there is none."""
        if self.bar is None:
            return None
        return self.number >= self.bar if self.at_least else self.number <= self.bar

    def markdown(self) -> str:
        """The row of the table."""
        bar = "" if self.bar is None else f"{'≥' if self.at_least else '≤'} {_text(self.bar, self.unit)}"
        mark = {None: "", True: "held", False: "**not held**"}[self.held]
        return f"| {self.what} | {_text(self.number, self.unit)} | {self.n} | {bar} | {mark} |"


@dataclass(frozen=True, slots=True)
class Section:
    """A table of numbers, and how they were measured."""

    title: str
    how: str
    rows: tuple[Row, ...]

    def markdown(self) -> str:
        """Heading, explanation and table."""
        head = "| what | measured | n | bar | |\n| --- | ---: | ---: | ---: | --- |"
        return "\n".join([f"## {self.title}", "", self.how, "", head, *(row.markdown() for row in self.rows), ""])

    def as_json(self) -> dict[str, Any]:
        """The same for programs."""
        rows = [{**asdict(row), "held": row.held} for row in self.rows]
        return {"title": self.title, "how": self.how, "rows": rows}


def median(values: Sequence[float]) -> float:
    """The value in the middle."""
    return statistics.median(values)


def percentile(values: Sequence[float], share: int) -> float:
    """The value that `share` per cent do not exceed: the nearest rank, so always one that was measured."""
    return sorted(values)[max(0, -(-len(values) * share // 100) - 1)]


def spread(what: str, values: Sequence[float], unit: str, *, bar: float | None = None) -> Row:
    """The median of some measurements, with the smallest and the largest beside it."""
    if len(values) > 1:
        what = f"{what} ({_plain(min(values), unit)} to {_plain(max(values), unit)})"
    return Row(what, median(values), unit, len(values), bar)


def _text(number: float, unit: str) -> str:
    return f"{_plain(number, unit)} {unit}"


def _plain(number: float, unit: str) -> str:
    """Enough decimals to tell two small numbers apart, no more than a large one needs."""
    decimals = _DECIMALS.get(unit, 0)
    if number and abs(number) < 1:
        decimals = max(decimals, 2)
    return f"{number:,.{decimals}f}"

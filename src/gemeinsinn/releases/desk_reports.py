"""What those who answer for the data are told of a release: files beside the releases, which no web server shows."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gemeinsinn.lake import durable


_WAYS = "alternatives.json"


@dataclass(frozen=True, slots=True)
class DeskReports:
    """The folder of reports: one on what is hidden in each release, and one on other ways to publish what is asked now."""

    root: Path

    def write(self, release: str, report: Mapping[str, Any]) -> None:
        """Keep the report on a release."""
        durable.replace(self.root / f"{release}.json", _as_json(report))

    def of(self, release: str) -> Mapping[str, Any] | None:
        """The report on a release; None if there is none."""
        return _read(self.root / f"{release}.json")

    def write_alternatives(self, report: Mapping[str, Any]) -> None:
        """Keep what other ways would cost."""
        durable.replace(self.root / _WAYS, _as_json(report))

    def alternatives(self) -> Mapping[str, Any] | None:
        """What other ways would cost; None if nobody has had it calculated yet."""
        return _read(self.root / _WAYS)


def _as_json(report: Mapping[str, Any]) -> bytes:
    return json.dumps(report, ensure_ascii=False, indent=1).encode() + b"\n"


def _read(path: Path) -> Mapping[str, Any] | None:
    try:
        found: dict[str, Any] = json.loads(path.read_bytes())
    except FileNotFoundError:
        return None
    return found

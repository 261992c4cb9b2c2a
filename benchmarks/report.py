"""Measures and writes a report: `report.py [SECTION …] [--quick] [--clone] [--write FILE]`.

A report and not a test: it marks each bar as held or not, and never fails on a number. It is printed and written to
`var/bench/report.md` and `report.json`.
"""

from __future__ import annotations

import argparse
import importlib
import json
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

from bars import Section
from machine import Machine
from places import BENCH


SECTIONS = ("demo", "pages", "germany", "years", "readers", "registers", "records", "gate", "disclosure")
"""Each is a module of the folder `sections` with `measured(quick=…, clone=…)`."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, print and write; the exit code."""
    options = _options(arguments)
    machine = Machine.this()
    started = datetime.now(UTC)
    sections: list[Section] = []
    for name in options.sections or SECTIONS:
        began = time.monotonic()
        sections.append(importlib.import_module(f"sections.{name}").measured(quick=options.quick, clone=options.clone))
        print(f"{name}: measured in {time.monotonic() - began:.0f} s", file=sys.stderr)
    text = markdown(machine, started, sections, quick=options.quick)
    BENCH.mkdir(parents=True, exist_ok=True)
    facts = {"at": started.isoformat(), "machine": asdict(machine), "quick": options.quick}
    facts["sections"] = [section.as_json() for section in sections]
    (BENCH / "report.json").write_text(json.dumps(facts, ensure_ascii=False, indent=1), encoding="utf-8")
    for path in filter(None, (BENCH / "report.md", options.write)):
        path.write_text(text, encoding="utf-8")
    print(text)
    return 0


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Measures and writes a report.")
    parser.add_argument("sections", nargs="*", metavar="SECTION", help=f"one of {', '.join(SECTIONS)}; else all")
    parser.add_argument("--quick", action="store_true", help="fewer runs, wider noise")
    parser.add_argument("--clone", action="store_true", help="also `make demo` in a clean clone")
    parser.add_argument("--write", type=Path, metavar="FILE", help="write the report there, too")
    options = parser.parse_args(arguments)
    unknown = [name for name in options.sections if name not in SECTIONS]
    if unknown:
        parser.error(f"there is no section '{unknown[0]}'; there are {', '.join(SECTIONS)}.")
    return options


def markdown(machine: Machine, started: datetime, sections: Sequence[Section], *, quick: bool) -> str:
    """The report for people."""
    rows = [row for section in sections for row in section.rows if row.held is not None]
    head = [
        "# Benchmarks",
        "",
        f"Measured on {started:%Y-%m-%d} by `make bench`{' (quick)' if quick else ''}. {machine.sentence()}",
        f"{sum(1 for row in rows if row.held)} of {len(rows)} bars are held. Other work on the same machine makes times "
        "longer, never shorter; n says how many measurements a number stands for. kB, MB and GB are powers of ten.",
        "",
    ]
    return "\n".join([*head, *(section.markdown() for section in sections)])


if __name__ == "__main__":
    sys.exit(main())

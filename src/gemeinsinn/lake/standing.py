"""How the sources and registers of an instance stand: the last run of each, in counts only, for everybody to read."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from gemeinsinn.lake import durable
from gemeinsinn.lake.runs import Run, RunState


SOURCES, REGISTERS = "sources", "registers"
"""What stands in a file of its own, so that the writers of two lakes never write to the same one."""


@dataclass(frozen=True, slots=True)
class Stand:
    """The last run of one source or register; no value, no text of a delivery."""

    name: str
    state: str
    """How the last run ended: accepted, unchanged, failed."""
    at: str
    """When it ended."""
    good_at: str
    """When a run last ended well; empty if none did."""
    rows_in: int | None = None
    """None for a register: how many rows it has is an exact number of people, which only the gate may tell."""
    rows_accepted: int | None = None
    rows_quarantined: int | None = None
    findings: int = 0


@dataclass(frozen=True, slots=True)
class Standing:
    """The folder of these files."""

    root: Path

    def of(self, what: str) -> Mapping[str, Stand]:
        """The stands of all sources, or of all registers, by name."""
        path = self.root / f"{what}.json"
        if not path.is_file():
            return {}
        return {plain["name"]: Stand(**plain) for plain in json.loads(path.read_bytes())}

    def record(self, what: str, stands: Iterable[Stand]) -> None:
        """Note the stands of some, beside those of all others; only for the writer of their lake."""
        known = dict(self.of(what))
        together = known | {stand.name: stand for stand in stands}
        if together != known:
            plain = [asdict(together[name]) for name in sorted(together)]
            text = json.dumps(plain, ensure_ascii=False, indent=1) + "\n"
            durable.replace(self.root / f"{what}.json", text.encode("utf-8"))


def stand_of_register(run: Run, before: Mapping[str, Stand]) -> Stand:
    """How a register stands after a run, without the number of its rows."""
    return replace(stand_of(run, before), rows_in=None, rows_accepted=None, rows_quarantined=None)


def stand_of(run: Run, before: Mapping[str, Stand]) -> Stand:
    """How a source stands after a run."""
    good_at = before[run.source].good_at if run.source in before else ""
    return Stand(
        name=run.source,
        state=str(run.state),
        at=run.finished_at,
        good_at=good_at if run.state is RunState.FAILED else run.finished_at,
        rows_in=run.rows_in,
        rows_accepted=run.rows_accepted,
        rows_quarantined=run.rows_quarantined,
        findings=len(run.findings),
    )

"""The ledger of runs: one file a run, so that every number can be traced to the delivery and the hour it came.

A run is written when it starts and again when it ends. One that is found running while nobody holds the lake's lock
was killed; it is marked as interrupted, and the next run does its work again.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from enum import StrEnum

from gemeinsinn.lake.storage import Root, Storage, storage_of


_ENDED, _OPEN = ".json", ".open.json"
"""How the file of a run ends: while it runs, it stands apart, so that open ones are found by their names."""


class RunState(StrEnum):
    """How far a run came."""

    RUNNING = "running"
    ACCEPTED = "accepted"
    """The delivery changed the table."""
    UNCHANGED = "unchanged"
    """The delivery held nothing new."""
    FAILED = "failed"
    """The delivery was refused, or the program failed; the table of yesterday stands."""
    INTERRUPTED = "interrupted"


@dataclass(frozen=True, slots=True)
class Run:
    """One intake of one source."""

    id: str
    source: str
    state: RunState
    started_at: str
    finished_at: str = ""
    rows_in: int = 0
    rows_accepted: int = 0
    rows_quarantined: int = 0
    added: int = 0
    changed: int = 0
    closed: int = 0
    digests: tuple[str, ...] = ()
    findings: tuple[str, ...] = field(default_factory=tuple)
    commit: int = 0
    is_our_fault: bool = False
    """True for a failure that is no fault of the delivery but of the program."""

    @property
    def seconds(self) -> float:
        """How long it took."""
        if not self.finished_at:
            return 0.0
        span = datetime.fromisoformat(self.finished_at) - datetime.fromisoformat(self.started_at)
        return span.total_seconds()


@dataclass(frozen=True, slots=True)
class Ledger:
    """The runs of a lake."""

    root: Root

    @property
    def storage(self) -> Storage:
        return storage_of(self.root)

    def record(self, run: Run) -> None:
        """Write the state of a run, over its earlier one."""
        text = json.dumps(asdict(run), ensure_ascii=False, indent=1, sort_keys=True).encode("utf-8")
        if run.state is RunState.RUNNING:
            self.storage.replace(run.id + _OPEN, text)
        else:
            self.storage.replace(run.id + _ENDED, text)
            self.storage.delete(run.id + _OPEN)

    def runs(self, *, source: str = "") -> Sequence[Run]:
        """All runs, oldest first."""
        names = self.storage.names()
        ended = {name.removesuffix(_ENDED) for name in names if name.endswith(_ENDED) and not name.endswith(_OPEN)}
        wanted = [id + _ENDED for id in ended] + [id + _OPEN for id in self._open()]
        found = [_run(self.storage.read(name)) for name in wanted]
        in_order = sorted(found, key=lambda run: (datetime.fromisoformat(run.started_at), run.id))
        return [run for run in in_order if not source or run.source == source]

    def close_interrupted(self, at: datetime) -> int:
        """Mark the runs that nobody is working on any more; only for the holder of the lock."""
        left = self._open()
        for run in [_run(self.storage.read(id + _OPEN)) for id in left]:
            what = "the run was stopped before its end; the next one repeats it."
            ended = replace(run, state=RunState.INTERRUPTED, finished_at=at.isoformat(), findings=(*run.findings, what))
            self.record(ended)
        return len(left)

    def _open(self) -> list[str]:
        """The runs that have begun and not ended."""
        names = set(self.storage.names())
        begun = sorted(name.removesuffix(_OPEN) for name in names if name.endswith(_OPEN))
        return [id for id in begun if id + _ENDED not in names]


def _run(content: bytes) -> Run:
    plain = json.loads(content)
    lists = {name: tuple(plain.pop(name)) for name in ("digests", "findings")}
    return Run(**{**plain, **lists, "state": RunState(plain["state"])})

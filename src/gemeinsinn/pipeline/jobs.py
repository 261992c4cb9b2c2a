"""What the worker can do: the kinds of jobs, each a function of instance, job and the teller of its progress."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from gemeinsinn.errors import DeliveryError
from gemeinsinn.lake.jobs import Job
from gemeinsinn.lake.runs import RunState
from gemeinsinn.pipeline import demo_registers
from gemeinsinn.pipeline.alternatives import alternatives_calculated
from gemeinsinn.pipeline.publish import published
from gemeinsinn.pipeline.refresh import refreshed
from gemeinsinn.settings.instance import Instance


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a job came to."""

    message: str = ""
    release: str = ""
    """The release that it published, if it did."""


class Tell(Protocol):
    """Tells how far a job is; it also has the clock."""

    @property
    def clock(self) -> Callable[[], datetime]: ...

    def __call__(self, step: str, done: int, of: int) -> None: ...


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of job: what it does, and the steps that it will go through, for "3 of 6"."""

    work: Callable[[Instance, Job, Tell], Outcome]
    steps: tuple[str, ...] = ()


def _refresh(instance: Instance, job: Job, tell: Tell) -> Outcome:
    """Take in the sources and registers that the job names, or all."""
    names = tuple(job.arguments.get("sources", ()))
    runs = refreshed(
        instance,
        names,
        clock=tell.clock,
        journal=lambda run, done, of: tell("sources", done, of),
        with_registers=True,
    )
    failed = [run.source for run in runs if run.state is RunState.FAILED]
    if failed and len(failed) == len(runs):
        raise DeliveryError("every source failed.", remedy="`gemeinsinn refresh` says why.")
    changed = sum(run.state is RunState.ACCEPTED for run in runs)
    return Outcome(f"{len(runs)} sources, {changed} with something new, {len(failed)} failed.")


def _publish(instance: Instance, job: Job, tell: Tell) -> Outcome:
    """Publish what the lake holds."""
    publication = published(instance, at=tell.clock, journal=tell)
    if not publication.published:
        return Outcome("nothing changed.")
    return Outcome(f"published {publication.release[:12]}.", publication.release)


def _alternatives(instance: Instance, job: Job, tell: Tell) -> Outcome:
    """Calculate what other ways to publish would cost."""
    ways = alternatives_calculated(instance, at=tell.clock, tell=lambda done, of: tell("alternatives", done, of))
    return Outcome(f"{ways} ways.")


def _registers(instance: Instance, job: Job, tell: Tell) -> Outcome:
    """Invent the people of the demo county, take in what is delivered of them, and publish them as they became known."""
    residents = int(job.arguments["residents"])
    demo_registers.deliver(instance, residents, lambda done, of: tell("invent", done, of))
    demo_registers.take_in(instance, tell.clock, lambda done, of: tell("registers", done, of))
    for number, day in enumerate(demo_registers.KNOWN_ON[:-1], start=1):
        journal = _as_step(tell, f"known then {number}")
        published(instance, at=tell.clock, journal=journal, known=day)
    outcome = _publish(instance, job, tell)
    demo_registers.mark_ready(instance, residents)
    return outcome


def _as_step(tell: Tell, name: str) -> Callable[[str, int, int], None]:
    """Tells a whole publication as one step, by how far its calculation is."""

    def told(step: str, done: int, of: int) -> None:
        if step == "calculate":
            tell(name, done, of)

    return told


KINDS: Mapping[str, Kind] = {
    "refresh": Kind(_refresh, ("sources",)),
    "registers": Kind(
        _registers,
        ("invent", "registers", "known then 1", "known then 2", "calculate", "boundaries", "compile"),
    ),
    "publish": Kind(_publish, ("calculate", "boundaries", "compile")),
    "alternatives": Kind(_alternatives, ("alternatives",)),
}

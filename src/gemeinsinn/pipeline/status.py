"""How an instance stands: the current release, jobs, sources and registers, and what of it is out of date."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from gemeinsinn.lake.jobs import Job, Jobs, JobState
from gemeinsinn.lake.standing import REGISTERS, SOURCES, Stand, Standing
from gemeinsinn.lake.store import lake_of
from gemeinsinn.pipeline.publish import store_of
from gemeinsinn.settings.instance import Instance
from gemeinsinn.sources.declared import read_sources


OVERDUE = timedelta(days=2)
"""With a daily refresh, a source that was not taken in for so long is out of date."""


@dataclass(frozen=True, slots=True)
class Stale:
    """Something that is out of date: a source, the release, a job."""

    what: str
    why: str


@dataclass(frozen=True, slots=True)
class Status:
    """All of it."""

    release: str
    published_at: str
    lake_commit: int
    is_worked_on: bool
    has_worker: bool
    jobs: Sequence[Job]
    sources: Sequence[Stand]
    registers: Sequence[Stand]
    stale: Sequence[Stale]


def status_of(instance: Instance, *, at: datetime) -> Status:
    """How an instance stands at a moment; nothing is written."""
    jobs, standing, store = Jobs(instance.jobs), Standing(instance.standing), store_of(instance)
    sources = standing.of(SOURCES)
    release = store.current()
    commit = lake_of(instance).manifests.latest().number
    return Status(
        release=release,
        published_at=store.published_at(release) if release else "",
        lake_commit=commit,
        is_worked_on=jobs.is_worked_on(),
        has_worker=jobs.has_worker(),
        jobs=jobs.all(),
        sources=list(sources.values()),
        registers=list(standing.of(REGISTERS).values()),
        stale=[*_stale_release(instance, release, commit), *_stale_sources(instance, at), *_stale_jobs(jobs)],
    )


def _stale_release(instance: Instance, release: str, commit: int) -> Iterator[Stale]:
    if not release:
        yield Stale("release", "nothing was published yet")
        return
    from_commit = store_of(instance).manifest(release)["lake"]["commit"]
    if from_commit != commit:
        yield Stale("release", f"it was made from commit {from_commit} of the lake, the last is {commit}")


def _stale_sources(instance: Instance, at: datetime) -> Iterator[Stale]:
    known = Standing(instance.standing).of(SOURCES)
    is_daily = instance.settings().daily_refresh is not None
    for name in read_sources(instance.sources_file):
        stand = known.get(name)
        if stand is None:
            yield Stale(name, "it was never taken in")
        elif stand.state == "failed":
            yield Stale(name, f"the last run failed; its table is of {stand.good_at[:10] or 'no day'}")
        elif is_daily and at - datetime.fromisoformat(stand.at) > OVERDUE:
            yield Stale(name, f"it was last taken in on {stand.at[:10]}")


def _stale_jobs(jobs: Jobs) -> Iterator[Stale]:
    if jobs.is_worked_on():
        return
    for job in jobs.unfinished():
        if job.state is JobState.RUNNING:
            yield Stale(job.id, "its process was killed; the next worker repeats it")
        elif not jobs.has_worker():
            yield Stale(job.id, "it waits for a worker: start `gemeinsinn worker`")

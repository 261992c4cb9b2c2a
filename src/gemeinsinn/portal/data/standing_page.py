"""The state of the data: the last run of every source and register, and the jobs; counts only, nothing about people."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from gemeinsinn.lake.jobs import Job, Jobs, JobState
from gemeinsinn.lake.standing import REGISTERS, SOURCES, Stand, Standing
from gemeinsinn.portal.data.words import said
from gemeinsinn.releases.read import Release


_MOST_JOBS = 20


def standing_context(release: Release) -> dict[str, Any]:
    """What stands when the page is asked for; it is kept nowhere."""
    standing, jobs = Standing(settings.INSTANCE.standing), Jobs(settings.INSTANCE.jobs)
    facts = release.catalogue["sources"]
    return {
        "sources": [_stand(each, facts) for each in standing.of(SOURCES).values()],
        "registers": [_stand(each, facts) for each in standing.of(REGISTERS).values()],
        "jobs": [_job(each, is_worked_on=jobs.is_worked_on()) for each in reversed(jobs.all()[-_MOST_JOBS:])],
    }


def _stand(stand: Stand, all_facts: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    facts = all_facts.get(stand.name, {})
    title = facts.get("title", "")
    return {
        "stand": stand,
        "facts": facts,
        "title": said(title) if isinstance(title, dict) else title or stand.name,
        "state": {
            "accepted": _("something new"),
            "unchanged": _("nothing new"),
            "failed": _("failed; the last good state stands"),
        }.get(stand.state, stand.state),
    }


def _job(job: Job, *, is_worked_on: bool) -> dict[str, Any]:
    interrupted = job.state is JobState.RUNNING and not is_worked_on
    states = {
        JobState.WAITING: _("waiting"),
        JobState.RUNNING: _("stopped; it will be repeated") if interrupted else _("running"),
        JobState.DONE: _("done"),
        JobState.FAILED: _("failed"),
    }
    return {"job": job, "title": job_title(job.kind), "state": states[job.state], "steps": len(job.steps)}


def job_title(kind: str) -> str:
    """What a job does, in words."""
    return {
        "refresh": _("New data are taken in"),
        "publish": _("The numbers are calculated"),
        "registers": _("The registers are read"),
        "alternatives": _("Other ways to publish are weighed"),
    }.get(kind, _("The data are worked on"))

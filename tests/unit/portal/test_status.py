"""What `/status.json` says: the current release, and a job only while somebody is there to end it."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from gemeinsinn.lake.jobs import Job, Jobs, JobState, JobStep
from gemeinsinn.portal.status import StatusAnswer
from gemeinsinn.releases.store import Store


NOON = datetime(2026, 1, 5, 12, tzinfo=UTC)


class Site:
    """A portal whose pages are all the same, with its ledger of jobs."""

    def __init__(self, folder: Path) -> None:
        self.jobs = Jobs(folder / "jobs")
        self.store = Store(folder / "releases", folder / "publications.jsonl")
        self.store.point_to("a" * 64, at=NOON, action="publish")
        self.answer = StatusAnswer(lambda environ, start: [b"page"], self.jobs, self.store)
        self.said: tuple[str, dict[str, str]] = ("", {})

    def ask(self, path: str = "/status.json", method: str = "GET") -> Iterable[bytes]:
        def start(status: str, headers: list[tuple[str, str]]) -> None:
            self.said = (status, dict(headers))

        return self.answer({"PATH_INFO": path, "REQUEST_METHOD": method}, start)

    def document(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(b"".join(self.ask()))
        return found

    def running(self) -> Job:
        job = self.jobs.add("registers", at=NOON)
        steps = (JobStep("residents", 6, 6), JobStep("care", 45, 100), JobStep("index"))
        told = replace(job, state=JobState.RUNNING, steps=steps, message="not for everybody")
        self.jobs.record(told)
        return told


@pytest.fixture
def site(tmp_path: Path) -> Site:
    return Site(tmp_path)


def test_while_nothing_runs_it_names_the_current_release_and_nothing_else(site: Site) -> None:
    assert site.document() == {"release": "a" * 64}
    assert site.said[0] == "200 OK"
    assert site.said[1]["Cache-Control"] == "no-store"
    assert "Set-Cookie" not in site.said[1]


def test_a_job_that_runs_is_told_by_its_kind_and_how_far_it_is(site: Site) -> None:
    site.running()

    with site.jobs.working():
        assert site.document()["job"] == {"kind": "registers", "step": 2, "steps": 3, "percent": 45}


def test_a_job_whose_process_was_killed_is_not_told_until_somebody_is_there_to_repeat_it(site: Site) -> None:
    site.running()

    assert "job" not in site.document()
    with site.jobs.attending():
        assert site.document()["job"]["kind"] == "registers"


def test_a_job_that_waits_for_a_worker_that_is_there_has_no_step(site: Site) -> None:
    site.jobs.add("refresh", at=NOON)

    with site.jobs.attending():
        assert site.document()["job"] == {"kind": "refresh"}


def test_what_has_ended_is_told_no_more(site: Site) -> None:
    job = site.running()
    with site.jobs.attending():
        assert "job" in site.document()

        site.jobs.record(replace(job, state=JobState.DONE))

        assert "job" not in site.document()


def test_only_reading_is_answered_and_other_addresses_are_passed_on(site: Site) -> None:
    assert list(site.ask(method="HEAD")) == []
    assert site.said[0] == "200 OK"
    assert list(site.ask(method="POST")) == []
    assert site.said[0] == "405 Method Not Allowed"
    assert list(site.ask(path="/daten/")) == [b"page"]

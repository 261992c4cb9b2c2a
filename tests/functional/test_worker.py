"""Jobs as people meet them: the worker's verbs, a kill in the middle of a job, and what open pages say meanwhile."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser

from gemeinsinn.lake.jobs import Job, Jobs, JobState, JobStep
from gemeinsinn.lake.store import Lake
from gemeinsinn.pipeline.publish import store_of
from support.demo import command_line
from support.publishing import County, county_in
from support.served import NARROW, Visit, free_port, served, visit
from support.tiny import CASES, HEAD, counts


NOON = datetime(2026, 1, 5, 12, tzinfo=UTC)
HANGING = Path(__file__).parents[1] / "support" / "hanging.py"
SHIFTS = """
window.shifts = 0;
new PerformanceObserver((list) => { for (const each of list.getEntries()) window.shifts += each.value; })
  .observe({ type: "layout-shift", buffered: true });
"""


@pytest.fixture
def county(tmp_path: Path, clock: Callable[[], datetime]) -> County:
    """A published county."""
    made = county_in(tmp_path, clock)
    made.refresh()
    made.publish()
    return made


def wait_until(true: Callable[[], object], *, seconds: float = 30) -> None:
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, "it did not come true"
        time.sleep(0.05)


def only_job(county: County) -> Job:
    (job,) = Jobs(county.instance.jobs).all()
    return job


def test_a_job_whose_worker_is_killed_in_its_middle_is_repeated_by_the_next(
    tmp_path: Path, clock: Callable[[], datetime]
) -> None:
    county = county_in(tmp_path, clock)
    jobs = Jobs(county.instance.jobs)
    jobs.add("refresh", at=NOON)
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    worker = subprocess.Popen([sys.executable, str(HANGING), str(county.instance.root)], env=environment)
    wait_until(lambda: JobStep("sources", 1, 2) in only_job(county).steps)
    beat = only_job(county).heartbeat
    wait_until(lambda: only_job(county).heartbeat > beat)
    waiting = subprocess.Popen([sys.executable, "-m", "gemeinsinn", "worker", "--once", "--instance", str(tmp_path)])
    time.sleep(1.5)
    assert only_job(county).attempts == 1, "two work on one job"

    worker.send_signal(signal.SIGKILL)
    worker.wait()

    assert waiting.wait(timeout=60) == 0
    job = only_job(county)
    assert (job.state, job.attempts) == (JobState.DONE, 2)
    assert "official/counts" in Lake(county.instance.lake).manifests.latest().tables
    assert not jobs.is_worked_on()


def test_a_worker_that_is_told_to_stop_puts_its_job_back_and_leaves(county: County) -> None:
    worker = subprocess.Popen([sys.executable, "-m", "gemeinsinn", "worker", "--instance", str(county.instance.root)])
    jobs = Jobs(county.instance.jobs)
    wait_until(jobs.has_worker)

    worker.terminate()

    assert worker.wait(timeout=20) == 0
    assert not jobs.has_worker()


def test_the_status_names_release_jobs_sources_and_what_is_out_of_date(county: County) -> None:
    Jobs(county.instance.jobs).add("publish", at=NOON)
    county.write("counts.csv", HEAD + counts(CASES, year=2021))
    county.refresh()

    done = command_line("status", "--json", instance=county.instance.root)

    found = json.loads(done.stdout)
    assert found["release"] == store_of(county.instance).current()
    assert found["worker"] == "none"
    assert [(job["id"], job["state"]) for job in found["jobs"]] == [("000001-publish", "waiting")]
    assert {each["name"]: each["state"] for each in found["sources"]} == {"directory": "unchanged", "counts": "failed"}
    assert [each["what"] for each in found["stale"]] == ["counts", "000001-publish"]
    words = command_line("status", instance=county.instance.root)
    assert "out of date: counts: the last run failed" in words.stderr


def test_the_demo_takes_its_worker_with_it(demo: Path) -> None:
    jobs = Jobs(demo / "var" / "jobs")
    port = free_port()
    words = [sys.executable, "-m", "gemeinsinn", "demo", "--dir", str(demo), "--residents", "0", "--port", str(port)]
    added = jobs.add("refresh", {"sources": ["gv_isys"]}, at=NOON)
    server = subprocess.Popen(words, stderr=subprocess.DEVNULL)
    try:
        wait_until(lambda: next(job for job in jobs.all() if job.number == added.number).is_finished, seconds=90)
        urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=20).close()
        assert jobs.has_worker()
    finally:
        server.terminate()
        server.wait(timeout=40)

    assert not jobs.has_worker()
    assert jobs.all()[-1].state is JobState.DONE


@pytest.fixture
def address(county: County) -> Iterator[str]:
    """The address of the served county."""
    with served(county.instance.root) as found:
        yield found


def running(county: County, place: int, percent: int) -> Job:
    """A job in the ledger that is in the middle of one of six steps."""
    jobs = Jobs(county.instance.jobs)
    steps = [JobStep(f"step {number}", 1 if number < place else 0, int(number < place)) for number in range(1, 7)]
    steps[place - 1] = JobStep(f"step {place}", percent, 100)
    job = replace(jobs.add("registers", at=NOON), state=JobState.RUNNING, steps=tuple(steps))
    jobs.record(job)
    return job


def asked_for_status(found: Visit) -> int:
    return sum(url.endswith("/status.json") for url in found.asked)


def test_a_page_shows_how_far_a_job_is_and_offers_what_it_published(
    county: County, address: str, browser: Browser
) -> None:
    jobs = Jobs(county.instance.jobs)
    with visit(browser, address) as found, jobs.working():
        found.page.add_init_script(SHIFTS)
        job = running(county, 3, 45)
        found.go("/")
        status = found.page.get_by_role("status").last
        found.page.get_by_text("Die Register werden eingelesen: 3 von 6, 45 %").wait_for()
        assert status.get_attribute("aria-live") == "polite"
        assert found.axe() == found.violations() == found.complaints == []
        found.page.evaluate("document.fonts.ready")
        assert found.page.evaluate("window.shifts") < 0.01, "more than the typeface moves"
        found.page.evaluate("window.shifts = 0")

        running(county, 4, 7)
        found.page.get_by_text("Die Register werden eingelesen: 4 von 6, 7 %").wait_for()
        county.write("counts.csv", HEAD + counts(dict.fromkeys(CASES, 1)) + counts(CASES, year=2021))
        county.refresh()
        release = county.publish().release
        jobs.record(replace(job, state=JobState.DONE, release=release))
        found.page.get_by_text("Eine neue Veröffentlichung ist da.").wait_for()
        assert found.page.evaluate("window.shifts") == 0
        assert found.axe() == []
        before = asked_for_status(found)
        found.page.wait_for_timeout(4_000)
        assert asked_for_status(found) == before

        found.page.get_by_role("link", name="Neu laden").click()
        found.page.wait_for_load_state("networkidle")
        assert found.page.locator("gs-status").get_attribute("data-release") == release
        assert status.inner_text() == ""
        assert found.page.context.cookies() == []


def test_a_job_is_told_in_the_language_of_the_page_and_hides_nothing_on_a_narrow_one(
    county: County, address: str, browser: Browser
) -> None:
    with visit(browser, address, viewport=NARROW) as found, Jobs(county.instance.jobs).working():
        running(county, 1, 99)
        found.go("/en/daten/")
        found.page.get_by_text("The registers are read: 1 of 6, 99%").wait_for()

        found.page.evaluate("scrollTo(0, document.body.scrollHeight)")
        status = found.page.locator("gs-status").bounding_box()
        footer = found.page.locator("footer").bounding_box()

        assert status is not None
        assert footer is not None
        assert status["y"] >= footer["y"] + footer["height"] - 1
        assert found.page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
        assert found.axe() == []


def test_while_nothing_runs_a_page_asks_once_and_shows_nothing(address: str, browser: Browser) -> None:
    with visit(browser, address) as found:
        found.go("/")
        found.page.wait_for_timeout(7_000)

        assert asked_for_status(found) == 1
        assert found.page.locator("gs-status").inner_text() == ""


def test_an_embedded_view_and_an_earlier_release_offer_no_newer_one(
    county: County, address: str, browser: Browser
) -> None:
    earlier = store_of(county.instance).current()
    county.write("counts.csv", HEAD + counts(dict.fromkeys(CASES, 1)) + counts(CASES, year=2021))
    county.refresh()
    county.publish()

    with visit(browser, address) as found:
        found.go(f"/?r={earlier[:12]}")
        assert found.page.locator("gs-status").get_attribute("data-release") is None
        found.go("/e/k/cases_share/")
        assert found.page.locator("gs-status").count() == 0


def test_the_status_is_tiny_and_kept_nowhere(county: County, address: str) -> None:
    with Jobs(county.instance.jobs).working():
        running(county, 2, 50)
        with urllib.request.urlopen(f"{address}/status.json", timeout=20) as answer:
            content, headers = answer.read(), answer.headers

    assert len(content) < 200
    assert headers["Cache-Control"] == "no-store"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Set-Cookie"] is None


def test_the_state_of_the_data_is_asked_anew_each_time(county: County, address: str, browser: Browser) -> None:
    def page() -> tuple[str, Any]:
        with urllib.request.urlopen(f"{address}/daten/stand/", timeout=20) as answer:
            return answer.read().decode(), answer.headers

    before, headers = page()
    Jobs(county.instance.jobs).add("refresh", at=NOON)
    after, _ = page()

    assert headers["Cache-Control"] == "no-store"
    assert headers["Set-Cookie"] is None
    assert "Aufträge" not in before
    assert "Neue Daten werden eingelesen" in after.partition("Aufträge")[2].partition("</table>")[0]
    with visit(browser, address) as found:
        found.go("/daten/stand/")
        row = found.page.get_by_role("row").filter(has_text="counts")
        assert "Neues" in row.inner_text()
        assert found.page.get_by_role("link", name="Stand der Daten").count() == 2

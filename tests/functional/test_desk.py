"""The desk of those who answer for the data: behind a right of its own, in the admin, with what is hidden and other ways."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

import pytest
from playwright.sync_api import Browser

from gemeinsinn.lake.jobs import Jobs
from gemeinsinn.pipeline.publish import published, store_of
from gemeinsinn.pipeline.refresh import refreshed
from gemeinsinn.releases.desk_reports import DeskReports
from gemeinsinn.settings.instance import Instance
from support.served import Visit, served, visit
from support.tiny import tiny_instance


ENTRY = "ein langes Kennwort"
GROUP = {
    "question": "persons 12-31",
    "indicators": ["people_count"],
    "levels": [
        {"level": "municipality", "dates": 1, "cells": 200, "hidden": 30, "withheld": 0, "total": 900.0, "hidden_sum": 41.0, "primary": 17},
    ],
}  # fmt: skip
REPORT: dict[str, Any] = {
    "register": "helps", "policy": "abc", "method": "suppress", "min_units": 3, "attackers": ["outsider", "insider"],
    "tables": 4, "cells": 1250, "hidden": 30, "primary": {"frequency": 17}, "secondary": 13, "secondary_sum": 222.0,
    "checked": 34, "insiders": 0, "bound_percent": 2, "certificates": 4, "ledger": {"entry": 7, "head": "f" * 64},
    "held": [{"at": "2023-12-31", "known": "2025-04-15"}],
    "frozen": [{"what": "(Bedorf) should be hidden.", "why": "It was shown.", "remedy": "Leave it open.", "cells": 0}],
    "groups": [GROUP],
}  # fmt: skip
WAY = {"groups": [], "years": 1, "primary": 0, "total": 900.0}
WAYS = {
    "at": "2026-01-01T00:00:00+00:00",
    "registers": [
        {
            "register": "helps",
            "users": {},
            "ways": [
                {**WAY, "way": "as-asked", "numbers": 1250, "hidden": 30, "hidden_sum": 90.0, "loss": 0.024},
                {**WAY, "way": "larger-areas", "numbers": 90, "hidden": 2, "hidden_sum": 9.0, "loss": 0.93},
            ],
        }
    ],
}
ENTER = """
import sys, django
django.setup()
from django.contrib.auth.models import Group, User
for name, groups in (("officer", ("Datenschutz",)), ("editor", ("Redaktion",))):
    user = User.objects.create_user(name, password=sys.argv[1])
    user.groups.set(Group.objects.filter(name__in=groups))
"""


@dataclass(frozen=True)
class Office:
    """A served instance with two accounts: one that has the right, and one that edits."""

    instance: Instance
    address: str


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    instance = tiny_instance(tmp_path_factory.mktemp("desk"))
    begin = datetime(2026, 1, 1, tzinfo=UTC)
    clock = (begin + timedelta(seconds=second) for second in count()).__next__
    refreshed(instance, clock=clock)
    published(instance, at=clock)
    reports = DeskReports(instance.desk)
    reports.write(store_of(instance).current(), {"registers": [REPORT]})
    reports.write_alternatives(WAYS)
    with served(instance.root) as address:
        named = {"GEMEINSINN_INSTANCE": str(instance.root), "DJANGO_SETTINGS_MODULE": "gemeinsinn.portal.settings"}
        words = [sys.executable, "-c", ENTER, ENTRY]
        subprocess.run(words, env={**os.environ, **named}, check=True, timeout=60)
        yield Office(instance, address)


def entered(found: Visit, name: str) -> None:
    found.go("/verwaltung/")
    found.page.locator("input[name=username]").fill(name)
    found.page.locator("input[name=password]").fill(ENTRY)
    found.page.locator("button[type=submit]").click()
    found.page.wait_for_url(f"{found.address}/verwaltung/")


def test_the_report_says_what_is_hidden_how_much_and_what_other_ways_cost(browser: Browser, office: Office) -> None:
    with visit(browser, office.address, locale="de-DE") as found:
        entered(found, "officer")
        found.go("/verwaltung/geheimhaltung/")
        text = " ".join(found.page.locator("main").inner_text().split())

        assert "Um ihrer selbst willen verdeckt zu wenige: 17" in text
        assert "Um anderer Zahlen willen verdeckt 13, zusammen zählen sie 222; höchstens 2 % mehr als nötig" in text
        assert "34 Zahlen angegriffen, keine gefunden; 0 Beteiligte" in text
        assert "Eintrag 7 ffffffffffffffff; 4 Nachweise daneben" in text
        assert "behalten diese Tage ihre früheren Zahlen: 31.12.2023 (Stand 15.04.2025)" in text
        assert "(Bedorf) should be hidden. It was shown. Leave it open." in text
        assert "Gemeinden 200 30 17 15 %" in text
        assert "wie es jetzt gefragt ist 1.250 30 10 % 2,4 %" in text
        assert "nur für Ämter und Kreis 90 2 1 % 93 %" in text
        assert found.strangers == found.violations() == []


def test_who_edits_and_has_not_the_right_sees_neither_the_entry_nor_the_page(browser: Browser, office: Office) -> None:
    """Planted once: without `permission_required` on the view the editor read the report."""
    with visit(browser, office.address) as found:
        entered(found, "editor")
        menu = found.page.locator("[data-wagtail-sidebar], .sidebar").first.inner_text()
        found.page.goto(f"{office.address}/verwaltung/geheimhaltung/")

        assert "Geheimhaltung" not in menu
        assert "Um ihrer selbst willen verdeckt" not in found.page.content()


def test_nobody_reads_it_without_an_account_and_no_file_of_it_is_served(browser: Browser, office: Office) -> None:
    with visit(browser, office.address) as found:
        found.page.goto(f"{office.address}/verwaltung/geheimhaltung/")
        release = store_of(office.instance).current()

        assert "/verwaltung/login/" in found.page.url
        for path in (f"/desk/{release}.json", f"/media/../desk/{release}.json", f"/r/../desk/{release}.json"):
            answer = found.page.request.get(f"{office.address}{path}")
            assert "secondary_sum" not in answer.text()


def test_other_ways_are_calculated_by_the_worker_once_somebody_asks(browser: Browser, office: Office) -> None:
    with visit(browser, office.address) as found:
        entered(found, "officer")
        found.go("/verwaltung/geheimhaltung/")
        found.page.get_by_role("button", name="Neu berechnen").click()
        found.page.wait_for_load_state()

        assert [job.kind for job in Jobs(office.instance.jobs).unfinished()] == ["alternatives"]
        assert found.page.get_by_role("button", name="Wird gerade berechnet").is_disabled()

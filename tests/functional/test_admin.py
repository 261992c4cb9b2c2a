"""The editors' admin, on SQLite and on PostgreSQL: in German, asking nobody else, and what is written there stands on
the public page."""

from __future__ import annotations

import os
import re
import struct
import subprocess
import sys
import zlib
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from gemeinsinn.pipeline.publish import published
from gemeinsinn.pipeline.refresh import refreshed
from support.postgres import Databases, databases
from support.served import Visit, served, visit
from support.tiny import SETTINGS, tiny_instance


NAME, PASSWORD = "redaktion", "ein langes Kennwort"
PAGES = {
    "/verwaltung/": "4 Seiten",
    "/verwaltung/pages/": "Seiten",
    "/verwaltung/images/": "Bilder",
    "/verwaltung/documents/": "Dokumente",
    "/verwaltung/users/": "Benutzer",
    "/verwaltung/reports/site-history/": "Webseitenverlauf",
    "/verwaltung/account/": "Benutzerkonto",
}


@pytest.fixture(scope="module")
def postgresql() -> Iterator[Databases]:
    """A PostgreSQL server."""
    with databases() as server:
        yield server


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def newsroom(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a small served county with an editor, on either database."""
    files = {}
    if request.param == "postgresql":
        url = request.getfixturevalue("postgresql").fresh()
        files = {"gemeinsinn.toml": f'{SETTINGS}\n[database]\nurl = "{url}"\n'}
    instance = tiny_instance(tmp_path_factory.mktemp("newsroom"), files=files)
    begin = datetime(2026, 1, 1, tzinfo=UTC)
    clock = (begin + timedelta(seconds=second) for second in count()).__next__
    refreshed(instance, clock=clock)
    published(instance, at=clock)
    with served(instance.root) as address:
        environment = {
            **os.environ,
            "GEMEINSINN_INSTANCE": str(instance.root),
            "DJANGO_SETTINGS_MODULE": "gemeinsinn.portal.settings",
            "DJANGO_SUPERUSER_PASSWORD": PASSWORD,
        }
        words = ["-m", "django", "createsuperuser", "--noinput", "--username", NAME, "--email", "a@example.org"]
        subprocess.run([sys.executable, *words], env=environment, check=True, timeout=60)
        yield address
    assert instance.database.exists() is (request.param == "sqlite")


@pytest.fixture(scope="module")
def state(newsroom: str, browser: Browser) -> Any:
    """The cookies of an editor who is logged in."""
    with visit(browser, newsroom) as found:
        found.go("/verwaltung/")
        found.page.locator("input[name=username]").fill(NAME)
        found.page.locator("input[name=password]").fill(PASSWORD)
        found.page.locator("button[type=submit]").click()
        found.page.wait_for_url(f"{newsroom}/verwaltung/")
        return found.page.context.storage_state()


@pytest.fixture
def editing(browser: Browser, newsroom: str, state: Any) -> Callable[[], AbstractContextManager[Visit]]:
    """Opens a visit of the editor."""
    return lambda: visit(browser, newsroom, storage_state=state, locale="en-GB")


def picture(width: int = 40, height: int = 30) -> bytes:
    """A grey PNG."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    rows = b"".join(b"\0" + b"\x80" * width for _ in range(height))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


def test_nobody_comes_in_without_a_password(browser: Browser, newsroom: str) -> None:
    with visit(browser, newsroom) as found:
        found.go("/verwaltung/pages/")
        found.page.locator("input[name=username]").fill(NAME)
        found.page.locator("input[name=password]").fill("geraten und falsch")
        found.page.locator("button[type=submit]").click()
        found.page.wait_for_load_state()

        assert "/verwaltung/login/" in found.page.url
        assert "Anmelden" in found.page.locator("main").inner_text()
        assert found.strangers == found.violations() == []


@pytest.mark.parametrize("path", PAGES)
def test_a_page_of_the_admin_speaks_german_and_asks_nobody_else(
    editing: Callable[[], AbstractContextManager[Visit]], path: str
) -> None:
    with editing() as found:
        found.go(path)

        assert found.page.locator("html").get_attribute("lang") == "de"
        assert PAGES[path] in found.page.locator("body").inner_text()
        assert found.strangers == found.violations() == found.complaints == []


def test_what_an_editor_publishes_stands_on_the_public_page(
    editing: Callable[[], AbstractContextManager[Visit]], newsroom: str, browser: Browser
) -> None:
    with editing() as found:
        found.go("/verwaltung/pages/search/?q=Impressum")
        found.page.get_by_role("link", name="Impressum").first.click()
        found.page.wait_for_load_state()
        text = found.page.locator("[contenteditable=true]").first
        text.click()
        found.page.keyboard.press("Control+End")
        found.page.keyboard.type(" Vertreten durch die Landrätin.")
        expect(found.page.locator("input[name=body]")).to_have_value(re.compile("Landrätin"))
        found.page.get_by_role("button", name="Aktionen").last.click()
        found.page.locator("button[name=action-publish]").click()
        found.page.get_by_text("wurde veröffentlicht").wait_for()
        assert found.strangers == found.violations() == []

    with visit(browser, newsroom) as reader:
        reader.go("/impressum/")

        assert "Vertreten durch die Landrätin." in reader.page.locator("main").inner_text()
        assert reader.violations() == reader.complaints == []
        assert reader.page.context.cookies() == []


def test_a_picture_that_an_editor_uploads_is_shown(
    editing: Callable[[], AbstractContextManager[Visit]], tmp_path: Path
) -> None:
    file = tmp_path / "rathaus.png"
    file.write_bytes(picture())

    with editing() as found:
        found.go("/verwaltung/images/add/")
        found.page.locator("input[type=file]").first.set_input_files(file)
        found.page.locator("input[name=title]").fill("Rathaus")
        found.page.get_by_role("button", name="Hochladen").click()
        found.page.wait_for_url(f"{found.address}/verwaltung/images/")
        shown = found.page.locator("main img").first

        assert shown.evaluate("(image) => image.complete && image.naturalWidth > 0")
        assert found.strangers == found.violations() == found.complaints == []

"""Pages in memory: kept for one release, never for the next."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from pathlib import Path
from threading import Event, Thread
from typing import Any

import pytest

from gemeinsinn.portal.page_cache import PageCache
from gemeinsinn.releases.store import CURRENT


def point_to(root: Path, release: str, *, at: int) -> None:
    """Make a release the current one, at a time of its own."""
    (root / CURRENT).write_text(release, encoding="utf-8")
    os.utime(root / CURRENT, ns=(at, at))


def page(cache: PageCache, path: str) -> bytes:
    """What a reader who is not signed in gets."""
    return b"".join(cache({"REQUEST_METHOD": "GET", "PATH_INFO": path}, lambda *_: None))


class Site:
    """An application that says which release is current, and counts how often it is asked."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.asked = 0
        self.meanwhile: Callable[[], object] = lambda: None
        """What happens between reading the release and answering."""

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        self.asked += 1
        content = (self.root / CURRENT).read_bytes()
        happens, self.meanwhile = self.meanwhile, lambda: None
        happens()
        start_response("200 OK", [("Content-Type", "text/html")])
        return [content]


@pytest.fixture
def site(tmp_path: Path) -> Site:
    point_to(tmp_path, "old", at=1)
    return Site(tmp_path)


def test_a_page_is_asked_for_once_while_one_release_is_current(site: Site) -> None:
    cache = PageCache(site, site.root)

    assert [page(cache, "/k/births/"), page(cache, "/k/births/")] == [b"old", b"old"]
    assert site.asked == 1


def test_another_release_empties_it(site: Site) -> None:
    cache = PageCache(site, site.root)
    page(cache, "/k/births/")

    point_to(site.root, "new", at=2)

    assert page(cache, "/k/births/") == b"new"


def test_a_page_that_was_begun_under_the_old_release_is_not_kept_under_the_new_one(site: Site) -> None:
    cache = PageCache(site, site.root)

    def publish_and_read() -> None:
        point_to(site.root, "new", at=2)
        page(cache, "/k/deaths/")

    site.meanwhile = publish_and_read
    page(cache, "/k/births/")

    assert page(cache, "/k/births/") == b"new"


def test_the_same_holds_for_two_readers_at_once(site: Site) -> None:
    cache = PageCache(site, site.root)
    begun, published = Event(), Event()

    def wait() -> None:
        begun.set()
        published.wait(timeout=10)

    site.meanwhile = wait
    slow = Thread(target=page, args=(cache, "/k/births/"))
    slow.start()
    begun.wait(timeout=10)
    point_to(site.root, "new", at=2)
    page(cache, "/k/deaths/")
    published.set()
    slow.join(timeout=10)

    assert page(cache, "/k/births/") == b"new"

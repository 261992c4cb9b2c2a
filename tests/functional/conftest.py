"""The portal of the demo county, served, and the system's browser."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, sync_playwright

from support.served import Visit, launched, served, visit


Visiting = Callable[..., AbstractContextManager[Visit]]


@pytest.fixture(scope="session")
def address(demo: Path) -> Iterator[str]:
    """The address of the served demo county."""
    with served(demo) as found:
        yield found


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """The system's browser."""
    with sync_playwright() as playwright:
        opened = launched(playwright)
        yield opened
        opened.close()


@pytest.fixture
def visiting(browser: Browser, address: str) -> Visiting:
    """Opens a visit to the demo county."""

    def opened(**options: Any) -> AbstractContextManager[Visit]:
        return visit(browser, address, **options)

    return opened

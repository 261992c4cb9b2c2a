"""Every kind of page is accessible, keeps its policy and asks nobody else: in light, in dark and at 320 pixels."""

from __future__ import annotations

import pytest

from functional.conftest import Visiting
from functional.routes import ROUTES
from support.served import NARROW, TABLET


MODES = {
    "light": {"viewport": TABLET},
    "dark": {"viewport": TABLET, "color_scheme": "dark"},
    "narrow": {"viewport": NARROW},
}


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("route", ROUTES)
def test_a_page_has_no_barrier_no_violation_no_stranger_and_nothing_that_stands_out(
    visiting: Visiting, route: str, mode: str
) -> None:
    with visiting(**MODES[mode]) as visit:
        visit.go(ROUTES[route])

        barriers = visit.axe()

        assert barriers == []
        assert visit.violations() == []
        assert visit.strangers == []
        expected = ["error: Failed to load resource: the server responded with a status of 404 (Not Found)"]
        assert visit.complaints == (expected if route == "not found" else [])
        assert visit.page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0

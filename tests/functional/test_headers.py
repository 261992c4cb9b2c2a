"""What the portal tells a browser that it may do, and how far each answer may be kept."""

from __future__ import annotations

import re
import urllib.error
import urllib.request
from email.message import Message

import pytest


INDICATOR = "/k/unemployment_share/"


def headers_of(address: str) -> Message:
    """The headers of an answer, whatever its status."""
    try:
        with urllib.request.urlopen(address, timeout=30) as answer:
            return answer.headers
    except urllib.error.HTTPError as error:
        error.close()
        return error.headers


def policy_of(address: str) -> dict[str, str]:
    """The content security policy of an answer, by directive."""
    parts = [part.strip().partition(" ") for part in headers_of(address)["Content-Security-Policy"].split(";")]
    return {name: sources for name, _, sources in parts}


@pytest.mark.parametrize("path", ["/", INDICATOR, "/en/", "/suche/?q=x", "/impressum/", "/gibt-es-nicht/"])
def test_a_public_page_may_load_from_its_own_server_and_nothing_inline(address: str, path: str) -> None:
    policy = policy_of(address + path)

    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == policy["connect-src"] == "'self'"
    assert not re.search("unsafe|\\*|https?:", " ".join(policy.values()))
    assert policy["frame-ancestors"] == policy["base-uri"] == "'none'"
    assert headers_of(address + path)["X-Frame-Options"] == "DENY"


def test_only_the_embedded_view_may_stand_in_a_page_of_others(address: str) -> None:
    embedded = address + "/e" + INDICATOR

    policy = policy_of(embedded)

    assert policy.pop("frame-ancestors") == "*"
    assert policy == {name: what for name, what in policy_of(address).items() if name != "frame-ancestors"}
    assert headers_of(embedded)["X-Frame-Options"] is None


def test_the_admin_has_a_policy_of_its_own_that_also_names_nobody_else(address: str) -> None:
    policy = policy_of(f"{address}/verwaltung/login/")

    assert "'unsafe-inline'" in policy["script-src"]
    assert not re.search("\\*|https?:", " ".join(policy.values()))
    assert policy["frame-ancestors"] == "'self'"


def test_every_page_says_that_types_are_not_guessed_and_that_nobody_learns_where_a_reader_came_from(
    address: str,
) -> None:
    headers = headers_of(address + INDICATOR)

    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "geolocation=()" in headers["Permissions-Policy"]
    assert headers["Set-Cookie"] is None

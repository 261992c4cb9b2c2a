"""Words and numbers of a page in the language of its reader."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from gemeinsinn.releases.data import Cell, IndicatorData
from gemeinsinn.releases.read import Release
from gemeinsinn.releases.sentences import Wording
from gemeinsinn.releases.wording import patterns


def language() -> str:
    """The language of the page: de, en, or plain German."""
    return translation.get_language() or "de"


def content_language() -> str:
    """The language of the release's content; plain German reads German content."""
    return "en" if language() == "en" else "de"


def is_plain() -> bool:
    """Whether the page is in plain German."""
    return language() == settings.PLAIN_GERMAN


def wording(release: Release) -> Wording:
    """What the language needs to word findings on this release."""
    return Wording(content_language(), _patterns(language()), release.names)


@cache
def _patterns(language: str) -> Mapping[str, str]:
    return patterns(language)


def said(words: Mapping[str, str]) -> str:
    """A text of the release in the language of the page."""
    return words.get(content_language(), "")


def title_of(entry: Mapping[str, Any]) -> str:
    """The title of an indicator where nothing but text can stand: a synthetic one says so."""
    title = said(entry["title"])
    return _("{title} (synthetic)").format(title=title) if entry.get("synthetic") else title


def description(entry: Mapping[str, Any]) -> str:
    """What an indicator counts, in plain words where the page is in plain German."""
    return said(entry["plain"] if is_plain() else entry["description"])


def value_text(cell: Cell, data: IndicatorData, words: Wording) -> str:
    """A number with its unit, or the sign that stands for its absence."""
    if cell.value is not None:
        return words.value(cell.value, data)
    return sign(cell, words)


def sign(cell: Cell, words: Wording) -> str:
    """The sign of a missing number, each status its own."""
    return words.patterns[f"sign.{cell.status}"]


def reason(cell: Cell, words: Wording) -> str:
    """Why a number is missing, as a sentence begins."""
    text = words.patterns[f"reason.{cell.status}"]
    return text[:1].upper() + text[1:]

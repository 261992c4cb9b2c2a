"""Small words that templates need: marks of judgements, names of levels, addresses with a changed state, data for scripts."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django import template
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from gemeinsinn.portal.data.words import content_language, said as said_of, title_of
from gemeinsinn.releases.wording import day


register = template.Library()

MARKS = {
    "better": "▲",
    "worse": "▼",
    "higher": "▶",
    "lower": "◀",
    "no-difference": "●",
    "not-judged": "◇",
}


LICENCE_TEXTS = {
    "dl-de/by-2-0": "https://www.govdata.de/dl-de/by-2-0",
    "dl-de/zero-2-0": "https://www.govdata.de/dl-de/zero-2-0",
    "CC BY 4.0": "https://creativecommons.org/licenses/by/4.0/",
    "CC0 1.0": "https://creativecommons.org/publicdomain/zero/1.0/",
}
"""Where the texts of licences stand that official statistics use."""


@register.simple_tag
def judgement_mark(judgement: str) -> SafeString:
    """The mark of a judgement: a shape beside the words, never a colour alone."""
    if not judgement:
        return SafeString("")
    return format_html(
        '<span class="gs-mark gs-mark--{}" aria-hidden="true">{}</span>', judgement, MARKS.get(judgement, "")
    )


@register.simple_tag
def level_name(level: str) -> str:
    """The name of a level, in the plural."""
    return {
        "municipality": _("Municipalities"),
        "amt": _("Ämter"),
        "district": _("Districts"),
        "state": _("States"),
        "country": _("Country"),
    }.get(level, level)


@register.filter
def said(words: dict[str, str]) -> str:
    """A text of the release in the language of the page."""
    return said_of(words)


@register.filter
def titled(entry: Mapping[str, Any]) -> str:
    """The title of an indicator where nothing but text can stand."""
    return title_of(entry)


@register.simple_tag
def mark(thing: Mapping[str, Any]) -> SafeString:
    """The badge behind the name of an indicator or a source with synthetic data; nothing behind any other."""
    if not thing.get("synthetic"):
        return SafeString("")
    return format_html(' <span class="gs-badge">{}</span>', _("synthetic"))


@register.simple_tag(takes_context=True)
def official(context: dict[str, Any], entry: Mapping[str, Any], **parameters: Any) -> SafeString:
    """The link to the official indicator beside another one; nothing where there is none."""
    if "beside" not in entry:
        return SafeString("")
    other = context["release"].indicators[entry["beside"]["indicator"]]
    address = reverse("indicator", args=[other["id"]]) + query(context, **parameters)
    link = format_html('<a class="kern-link" href="{}">{}</a>', address, said_of(other["title"]))
    return format_html('<span class="gs-below">{}</span>', format_html(_("Official: {}"), link))


@register.simple_tag(takes_context=True)
def query(context: dict[str, Any], **parameters: Any) -> str:
    """The query of an address; lists are joined, empty values left out. An earlier release stays the one that is read."""
    if context.get("release") and context.get("is_current") is False:
        parameters = {**parameters, "r": context["release"].hash[:12]}
    plain = {
        name: ",".join(map(str, value)) if isinstance(value, list | tuple) else value
        for name, value in parameters.items()
        if value not in ("", None, [], ())
    }
    return f"?{urlencode(plain)}" if plain else ""


@register.simple_tag
def script_data(id: str, value: Any) -> SafeString:
    """Data for the page's own code, as a block that is not executed."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c").replace("&", "\\u0026")
    return mark_safe(f'<script type="application/json" id="{id}">{text}</script>')  # noqa: S308  (escaped above)


@register.filter
def at(mapping: Any, key: Any) -> Any:
    """A value of a mapping by a key that a template has."""
    return mapping.get(key) if hasattr(mapping, "get") else None


@register.simple_tag
def unit_words(unit: str, patterns: dict[str, str]) -> str:
    """The unit alone, for the heads of columns."""
    return patterns[f"unit.{unit}"].replace("{n}", "").strip()


@register.filter
def json_attribute(value: Any) -> str:
    """Data for an attribute of an element; the template escapes it."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


@register.filter
def unlocalize_number(value: float | None) -> str:
    """A number as machines read it."""
    return "" if value is None else f"{value:.10g}"


@register.simple_tag(takes_context=True)
def newest(context: dict[str, Any]) -> str:
    """The address of the same view in the newest release."""
    request = context["request"]
    query = request.GET.copy()
    query.pop("r", None)
    return f"{request.path}?{query.urlencode()}" if query else str(request.path)


@register.simple_tag
def licence(name: str) -> SafeString:
    """A licence, linked to its text where that is known."""
    if name not in LICENCE_TEXTS:
        return format_html("{}", name)
    return format_html('<a class="kern-link" rel="license" href="{}">{}</a>', LICENCE_TEXTS[name], name)


@register.filter
def distance(value: float) -> str:
    """A distance between areas, to two decimals."""
    return f"{value:.2f}".replace(".", "," if content_language() == "de" else ".")


@register.filter
def localized(value: Any) -> str:
    """A number as the page's language writes it, anything else as it is."""
    if not isinstance(value, int | float):
        return "" if value is None else str(value)
    text = f"{value:,.10g}"
    return text.replace(",", "\0").replace(".", ",").replace("\0", ".") if content_language() == "de" else text


@register.filter
def day_of(moment: str) -> str:
    """The day of a moment in ISO form."""
    return day(moment[:10], content_language()) if moment else ""


@register.filter
def moment(moment: str) -> str:
    """A moment in ISO form as day and time in Germany; a dash where there is none."""
    if not moment:
        return "–"
    here = localtime(datetime.fromisoformat(moment))
    return f"{day(here.date().isoformat(), content_language())}, {here:%H:%M}"


@register.filter
def pair(first: str, second: str) -> list[str]:
    """Two keys for a query."""
    return [first, second]


@register.filter
def words(text: str) -> list[str]:
    """The words of a text."""
    return text.split()


@register.filter
def numbers(count: int) -> range:
    """1, 2, … up to a count."""
    return range(1, count + 1)

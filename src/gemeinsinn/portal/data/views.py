"""The views: each opens the release its address names, asks a page for its content, and renders it."""

from __future__ import annotations

import re
from typing import Any

from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponsePermanentRedirect,
    HttpResponseRedirect,
    JsonResponse,
)
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.clickjacking import xframe_options_exempt
from django.views.decorators.http import require_safe

from gemeinsinn.portal.data import data_pages, exports, pictures
from gemeinsinn.portal.data.area_page import area_context
from gemeinsinn.portal.data.compare_page import compare_context
from gemeinsinn.portal.data.current import release_of, store
from gemeinsinn.portal.data.disclosure_page import disclosure_context
from gemeinsinn.portal.data.indicator_page import indicator_context
from gemeinsinn.portal.data.search import Hit, found
from gemeinsinn.portal.data.selection import selection_of
from gemeinsinn.portal.data.standing_page import standing_context
from gemeinsinn.portal.data.start_page import start_context
from gemeinsinn.portal.data.topic_page import topic_context
from gemeinsinn.portal.data.words import content_language
from gemeinsinn.releases.read import Release
from gemeinsinn.releases.wording import day


_FROZEN = "max-age=31536000, public, immutable"
_WHOLE_HASH = re.compile("[0-9a-f]{64}")


def _page(request: HttpRequest, template: str, release: Release, context: dict[str, Any]) -> HttpResponse:
    """Render a page with the state of its data; an older release says that a newer one is there."""
    current = store().current()
    published = store().published_at(release.hash)
    frame = {
        "release": release,
        "release_day": day(published[:10], content_language()) if published else "",
        "is_current": release.hash == current,
        "synthetic": release.catalogue["synthetic"],
        "home_area": release.area_of[release.areas["home"]],
    }
    return render(request, template, {**frame, **context})


@require_safe
def start(request: HttpRequest) -> HttpResponse:
    """The start page; before anything was published it says so."""
    try:
        release = release_of(request)
    except Http404:
        if store().current():
            raise
        return render(request, "data/empty.html", status=503)
    return _page(request, "data/start.html", release, start_context(release))


@require_safe
def area(request: HttpRequest, slug: str) -> HttpResponse:
    """An area with all its indicators; a key in the address leads to the slug."""
    release = release_of(request)
    if slug in release.area_of:
        return HttpResponsePermanentRedirect(reverse("area", args=[release.area_of[slug]["slug"]]))
    return _page(request, "data/area.html", release, area_context(release, _area_key(release, slug)))


def _area_key(release: Release, slug: str) -> str:
    if slug not in release.by_slug:
        raise Http404(f"no area {slug}")
    return release.by_slug[slug]


@require_safe
def indicator(request: HttpRequest, indicator: str) -> HttpResponse:
    """An indicator with finding, map, trend and tables."""
    release = release_of(request)
    _known(release, indicator)
    elsewhere = _proper_address(request, release, indicator)
    if elsewhere:
        return HttpResponseRedirect(elsewhere)
    context = indicator_context(release, indicator, request.GET)
    return _page(request, "data/indicator.html", release, context)


def _proper_address(request: HttpRequest, release: Release, indicator: str) -> str:
    """Where a view stands that names another indicator, or a period or level that it does not have; else nothing."""
    wanted = request.GET.get("k", indicator)
    _known(release, wanted)
    query = request.GET.copy()
    query.pop("k", None)
    if query.get("j") not in release.data(wanted).columns:
        query.pop("j", None)
    if query.get("e") not in release.indicators[wanted]["levels"]:
        query.pop("e", None)
    if wanted == indicator and query == request.GET:
        return ""
    address = reverse("indicator", args=[wanted])
    return f"{address}?{query.urlencode()}" if query else address


def _known(release: Release, indicator: str) -> None:
    if indicator not in release.indicators:
        raise Http404(f"no indicator {indicator}")


@xframe_options_exempt
@require_safe
def embedded(request: HttpRequest, indicator: str) -> HttpResponse:
    """The finding, the trend and its table alone, for a frame on another site."""
    release = release_of(request)
    _known(release, indicator)
    return _page(request, "data/embedded.html", release, indicator_context(release, indicator, request.GET))


@require_safe
def indicator_file(request: HttpRequest, indicator: str, form: str) -> HttpResponse:
    """The view of an indicator as CSV, JSON, SVG or PNG."""
    release = release_of(request)
    _known(release, indicator)
    data = release.data(indicator)
    selection = selection_of(release, data, request.GET)
    if form in ("csv", "json"):
        rows = exports.indicator_rows(release, data, selection)
        return _file(request, exports.written(rows, form), form, f"{indicator}")
    spec = pictures.indicator_spec(release, data, selection, picture=request.GET.get("bild", ""))
    return _file(request, pictures.drawn(spec, form), form, indicator)


@require_safe
def area_file(request: HttpRequest, slug: str, form: str) -> HttpResponse:
    """All indicators of an area as CSV or JSON, its spine chart as SVG or PNG."""
    release = release_of(request)
    key = _area_key(release, slug)
    if form in ("csv", "json"):
        return _file(request, exports.written(exports.area_rows(release, key), form), form, slug)
    return _file(request, pictures.drawn(pictures.area_spec(release, key), form), form, slug)


@require_safe
def compare(request: HttpRequest) -> HttpResponse:
    """Areas and indicators side by side."""
    release = release_of(request)
    return _page(request, "data/compare.html", release, compare_context(release, request.GET))


@require_safe
def compare_file(request: HttpRequest, form: str) -> HttpResponse:
    """The comparison as CSV, JSON, SVG or PNG."""
    release = release_of(request)
    context = compare_context(release, request.GET)
    chosen = context["chosen_areas"], context["chosen_indicators"]
    if form in ("csv", "json"):
        return _file(request, exports.written(exports.compare_rows(release, *chosen), form), form, "vergleich")
    return _file(request, pictures.drawn(pictures.compare_spec(release, *chosen), form), form, "vergleich")


@require_safe
def topics(request: HttpRequest) -> HttpResponse:
    """The county's fields of action."""
    release = release_of(request)
    return _page(request, "data/topics.html", release, start_context(release))


@require_safe
def topic(request: HttpRequest, topic: str) -> HttpResponse:
    """A field of action with its indicators and a heat table."""
    release = release_of(request)
    return _page(request, "data/topic.html", release, topic_context(release, topic, request.GET))


@require_safe
def topic_file(request: HttpRequest, topic: str, form: str) -> HttpResponse:
    """The heat table of a topic as CSV, JSON, SVG or PNG."""
    release = release_of(request)
    topic_context(release, topic, request.GET)
    if form in ("csv", "json"):
        return _file(request, exports.written(exports.topic_rows(release, topic), form), form, topic)
    return _file(request, pictures.drawn(pictures.topic_spec(release, topic), form), form, topic)


@require_safe
def data(request: HttpRequest) -> HttpResponse:
    """The catalogue with downloads."""
    release = release_of(request)
    return _page(request, "data/data.html", release, data_pages.catalogue_context(release))


@require_safe
def methods(request: HttpRequest) -> HttpResponse:
    """How numbers are made and what their signs mean."""
    release = release_of(request)
    return _page(request, "data/methods.html", release, data_pages.methods_context(release))


@require_safe
def disclosure(request: HttpRequest) -> HttpResponse:
    """What is kept secret and why, and how much of this release."""
    release = release_of(request)
    return _page(request, "data/disclosure.html", release, disclosure_context(release))


@require_safe
def sources(request: HttpRequest) -> HttpResponse:
    """Sources, licences, states."""
    release = release_of(request)
    return _page(request, "data/sources.html", release, data_pages.sources_context(release))


@require_safe
def revisions(request: HttpRequest) -> HttpResponse:
    """What changed from release to release."""
    release = release_of(request)
    return _page(request, "data/revisions.html", release, data_pages.revisions_context(release))


@require_safe
def standing(request: HttpRequest) -> HttpResponse:
    """When each source was last taken in, how it went, and what is being done; asked anew each time."""
    release = release_of(request)
    response = _page(request, "data/standing.html", release, standing_context(release))
    response["Cache-Control"] = "no-store"
    return response


@require_safe
def interface(request: HttpRequest) -> HttpResponse:
    """How machines attach."""
    release = release_of(request)
    return _page(request, "data/interface.html", release, data_pages.catalogue_context(release))


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """The answers to a question."""
    release = release_of(request)
    question = request.GET.get("q", "").strip()[:200]
    hits = found(release, question, at_most=30) if question else []
    return _page(request, "data/search.html", release, {"question": question, "hits": hits})


@require_safe
def search_json(request: HttpRequest) -> HttpResponse:
    """The answers to a question, for the search field while somebody types."""
    release = release_of(request)
    question = request.GET.get("q", "").strip()[:200]
    hits = found(release, question, at_most=8) if question else []
    return JsonResponse({"hits": [_told(hit) for hit in hits]})


def _told(hit: Hit) -> dict[str, str]:
    told = {"kind": hit.kind, "title": hit.title, "subtitle": hit.subtitle, "url": hit.url}
    return {**told, "mark": _("synthetic")} if hit.is_synthetic else told


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """The page for an address that leads nowhere, with the search."""
    return render(request, "404.html", status=404)


def our_fault(request: HttpRequest) -> HttpResponse:
    """The page for a fault of our own."""
    return render(request, "500.html", status=500)


def _file(request: HttpRequest, content: bytes, form: str, name: str) -> HttpResponse:
    """A view to take away.

    Numbers under the whole hash of a release never change; a beginning may come to name two, and a picture is drawn by
    the program as it is.
    """
    kinds = {"csv": "text/csv; charset=utf-8", "json": "application/json", "svg": "image/svg+xml", "png": "image/png"}
    response = HttpResponse(content, content_type=kinds[form])
    disposition = "attachment" if form == "csv" else "inline"
    response["Content-Disposition"] = f'{disposition}; filename="{name}.{form}"'
    is_pinned = form in ("csv", "json") and _WHOLE_HASH.fullmatch(request.GET.get("r", "")) is not None
    response["Cache-Control"] = _FROZEN if is_pinned else "no-cache"
    response["Access-Control-Allow-Origin"] = "*"
    return response

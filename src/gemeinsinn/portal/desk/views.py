"""The report on disclosure control: what is hidden, how much, why, and what other ways would cost."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _, ngettext
from django.views.decorators.http import require_POST, require_safe

from gemeinsinn.lake.jobs import Jobs
from gemeinsinn.portal.data.current import store
from gemeinsinn.portal.data.disclosure_page import held_dates
from gemeinsinn.portal.data.words import said
from gemeinsinn.portal.desk.models import RIGHT
from gemeinsinn.releases.desk_reports import DeskReports
from gemeinsinn.releases.read import Release, open_release


JOB = "alternatives"
"""The job that calculates what other ways would cost; the worker does it, inside the restricted zone."""


@require_safe
@permission_required(RIGHT, raise_exception=True)
def disclosure(request: HttpRequest) -> HttpResponse:
    """The report on the current release, or on one that the address names."""
    releases = store()
    wanted = request.GET.get("r", "")
    hashes = [line.release for line in reversed(releases.pointed())]
    chosen = next((each for each in hashes if wanted and each.startswith(wanted)), releases.current())
    reports = DeskReports(settings.INSTANCE.desk)
    report = reports.of(chosen) or {"registers": []}
    release = open_release(releases.folder(chosen)) if chosen in releases.hashes() else None
    ways = reports.alternatives()
    context = {
        "page_title": _("Disclosure control"),
        "header_icon": "lock",
        "release": chosen,
        "current": releases.current(),
        "others": [each for each in dict.fromkeys(hashes) if reports.of(each)][:20],
        "registers": [_register(each, release) for each in report["registers"]],
        "ways": [_ways(each, release) for each in ways["registers"]] if ways else [],
        "ways_at": ways["at"] if ways else "",
        "is_waiting": any(job.kind == JOB for job in Jobs(settings.INSTANCE.jobs).unfinished()),
    }
    return render(request, "desk/disclosure.html", context)


@require_POST
@permission_required(RIGHT, raise_exception=True)
def calculate(request: HttpRequest) -> HttpResponse:
    """Have the worker calculate what other ways would cost."""
    jobs = Jobs(settings.INSTANCE.jobs)
    if not any(job.kind == JOB for job in jobs.unfinished()):
        jobs.add(JOB, {}, at=settings.CLOCK())
    messages.success(request, _("The worker calculates it. Look again in some minutes."))
    return HttpResponseRedirect(reverse("desk_disclosure"))


def _register(report: Mapping[str, Any], release: Release | None) -> dict[str, Any]:
    """The report on a register, with words in the place of ids."""
    rows = [
        {**level, "group": _group(group["question"], group["indicators"], release), "share": _share(level)}
        for group in report["groups"]
        for level in group["levels"]
    ]
    reasons = [(_reason(name), count) for name, count in report["primary"].items()]
    return {
        **report,
        "rows": rows,
        "reasons": reasons,
        "attackers": [_attacker(each) for each in report["attackers"]],
        "held": held_dates(report["held"]),
    }


def _group(question: str, indicators: Iterable[str], release: Release | None) -> str:
    """The indicators that use a group of people, else the question itself."""
    known = release.indicators if release else {}
    titles = [said(known[id]["title"]) for id in indicators if id in known]
    return ", ".join(titles) or question


def _share(level: Mapping[str, Any]) -> float:
    return round(100 * level["hidden"] / level["cells"], 1) if level["cells"] else 0.0


def _ways(report: Mapping[str, Any], release: Release | None) -> dict[str, Any]:
    """Other ways to publish what is asked of a register, the cheapest first."""
    ways = [
        {
            **each,
            "words": _way(each, report, release),
            "percent": round(100 * each["loss"], 1),
            "people": round(100 * each["hidden_sum"] / each["total"], 1) if each["total"] else 0.0,
        }
        for each in report["ways"]
    ]
    return {**report, "ways": ways}


def _way(way: Mapping[str, Any], report: Mapping[str, Any], release: Release | None) -> str:
    groups = ", ".join(_group(each, report["users"].get(each, ()), release) for each in way["groups"])
    match way["way"]:
        case "as-asked":
            return _("as it is asked for now")
        case "larger-areas":
            return _("only for Ämter and the county")
        case "years-together":
            years = way["years"]
            return ngettext("%(years)s year together", "%(years)s years together", years) % {"years": years}
        case "without-a-group":
            return _("without the group: %(groups)s") % {"groups": groups}
        case "groups-together":
            return _("as one group: %(groups)s") % {"groups": groups}
        case _:
            return _("for planning under secrecy: kept from outsiders only")


def _reason(name: str) -> str:
    return {
        "frequency": _("too few"),
        "group_disclosure": _("a whole group in one place"),
        "secret_zero": _("secret zeros"),
    }.get(name, name)


def _attacker(name: str) -> str:
    return {
        "outsider": _("readers"),
        "insider": _("people who are alone in a number"),
        "all_singletons": _("all who are alone in a number, together"),
    }.get(name, name)

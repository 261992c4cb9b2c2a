"""`gemeinsinn show`: an indicator's numbers, each with status, interval, source, key date and basis."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import click

from gemeinsinn.areas.editions import Edition, area_named, edition_of
from gemeinsinn.cli.shared import chosen_instance, instance_option, json_option, print_json, print_table, say
from gemeinsinn.concepts.observations import ObsStatus
from gemeinsinn.concepts.territory import AreaRecord, Level
from gemeinsinn.errors import UnknownNameError, did_you_mean, nearest
from gemeinsinn.pipeline.publish import store_of
from gemeinsinn.releases.data import Cell, IndicatorData
from gemeinsinn.releases.read import Release, open_release
from gemeinsinn.releases.sentences import Wording
from gemeinsinn.releases.wording import LANGUAGES, patterns


@click.command("show")
@click.argument("indicator")
@click.argument("areas", nargs=-1, required=True, metavar="AREA…")
@click.option("--from", "first", type=int, metavar="Y", help="First year.")
@click.option("--to", "last", type=int, metavar="Y", help="Last year.")
@click.option("--release", "release_name", default="", metavar="H", help="A release by the beginning of its hash.")
@click.option("--language", type=click.Choice(LANGUAGES), default="en", help="Language of reasons and sources.")
@instance_option
@json_option
def command(
    indicator: str,
    areas: tuple[str, ...],
    first: int | None,
    last: int | None,
    release_name: str,
    language: str,
    instance_dir: str | None,
    as_json: bool,
) -> None:
    """Show the numbers of INDICATOR (id or title) for one or more AREAs (key or name).

    A year without a number says why it is missing and which years there are.
    """
    if first is not None and last is not None and first > last:
        raise click.UsageError(f"--from {first} lies behind --to {last}.")
    store = store_of(chosen_instance(instance_dir))
    release = open_release(store.folder(store.found(release_name)))
    entry = indicator_entry(release, indicator)
    data = release.data(entry["id"])
    edition = edition_of_release(release)
    keys = [area_named(name, edition, within="the release") for name in areas]
    periods = _periods(data, first, last)
    observations = [observation(release, data, area, period, language) for area in keys for period in periods]
    if as_json:
        print_json({
            "indicator": entry["id"], "title": entry["title"][language], "unit": entry["unit"],
            "release": release.hash, **({"synthetic": True} if data.is_synthetic else {}), "observations": observations,
        })  # fmt: skip
        return
    _print(release, entry, observations, language)


def indicator_entry(release: Release, name: str) -> dict[str, Any]:
    """The catalogue's entry of an indicator by id or title."""
    if name in release.indicators:
        return dict(release.indicators[name])
    wanted = name.casefold()
    for entry in release.indicators.values():
        if wanted in (title.casefold() for title in entry["title"].values()):
            return dict(entry)
    titles = {title: entry["id"] for entry in release.indicators.values() for title in entry["title"].values()}
    close = [titles[title] for title in nearest(name, titles)]
    remedy = did_you_mean(name, release.indicators) or (f"Did you mean '{close[0]}'?" if close else "")
    raise UnknownNameError(
        f"there is no indicator '{name}'.", remedy=remedy or f"There are: {', '.join(release.indicators)}."
    )


def edition_of_release(release: Release) -> Edition:
    """The areas that a release publishes, on its territory."""
    records = (
        AreaRecord(area["key"], Level(area["level"]), area["name"], area["parent"]) for area in release.areas["areas"]
    )
    return edition_of(date.fromisoformat(release.areas["edition"]), release.areas["edition_source"], records)


def _periods(data: IndicatorData, first: int | None, last: int | None) -> list[str]:
    """The periods between two years; a year that has none stands for itself."""
    if not data.periods:
        return []
    begin = first if first is not None else int(data.periods[0][:4])
    end = last if last is not None else int(data.periods[-1][:4])
    found: list[str] = []
    for year in range(begin, end + 1):
        of_year = [period for period in data.periods if period.startswith(str(year))]
        found += of_year or ([str(year)] if first is not None or last is not None else [])
    return found


def observation(release: Release, data: IndicatorData, area: str, period: str, language: str) -> dict[str, Any]:
    """One number as the command line's contract has it."""
    cell = data.cell(area, period)
    status = _status(data, area, period, cell)
    return {
        "area": area,
        "name": release.names[area],
        "period": period,
        "valid_on": cell.valid_on or None,
        "value": cell.value,
        "status": str(status),
        "reason": _reason(release, data, area, period, status, language)
        if cell.value is None
        else _remark(cell, release, area, language),
        "lower": cell.lower,
        "upper": cell.upper,
        "numerator": cell.numerator,
        "denominator": cell.denominator,
        "source": source_words(release, cell),
        "basis": release.basis_words(cell.bases, language) or None,
        "made": cell.made or None,
        "converted": cell.converted,
    }


def _status(data: IndicatorData, area: str, period: str, cell: Cell) -> ObsStatus:
    """A year after the last one published is not yet there; one before or between was not collected."""
    latest = data.latest(area)
    if cell.value is None and period not in data.columns and latest is not None and period > latest:
        return ObsStatus.NOT_YET
    return cell.status


def _reason(release: Release, data: IndicatorData, area: str, period: str, status: ObsStatus, language: str) -> str:
    words = patterns(language)
    undelivered = status is ObsStatus.NOT_COLLECTED and period not in data.columns
    why = words["reason.no-source" if undelivered else f"reason.{status}"]
    years = [name for name, cell in data.series(area) if cell.value is not None]
    before = [name for name in years if name < period]
    after = [name for name in years if name > period]
    near = [*before[-1:], *after[:1]]
    if near:
        return words["reason.near"].format(reason=why, list=Wording(language, words, release.names).listed(near))
    parent = next((key for key in release.parents(area) if data.latest(key)), None)
    if parent is None:
        return why
    return words["reason.parent"].format(reason=why, area=release.names[parent], period=data.latest(parent))


def _remark(cell: Cell, release: Release, area: str, language: str) -> str | None:
    pattern = patterns(language).get(f"value.{cell.status}")
    return pattern.format(amt=release.names.get(release.amt(area), "")) if pattern else None


def source_words(release: Release, cell: Cell) -> str | None:
    """The sources of a number: each attribution once, with its tables."""
    tables: dict[str, list[str]] = {}
    for source in cell.sources:
        facts = release.catalogue["sources"][source]
        tables.setdefault(facts["attribution"], []).append(facts["table_code"] or source)
    return "; ".join(f"{attribution}, {', '.join(codes)}" for attribution, codes in tables.items()) or None


def _print(release: Release, entry: dict[str, Any], observations: Sequence[dict[str, Any]], language: str) -> None:
    mark = ", synthetic data" if entry.get("synthetic") else ""
    say(f"{entry['title'][language]} ({entry['unit']}){mark}, release {release.hash[:12]}")
    rows = []
    for each in observations:
        interval = f"{each['lower']} - {each['upper']}" if each["lower"] is not None else ""
        value = each["value"] if each["value"] is not None else each["status"]
        rows.append(
            (each["name"], each["period"], value, interval, each["basis"] or "", each["reason"] or each["source"] or "")
        )
    print_table(("area", "period", "value", "95 % interval", "basis", "source or reason"), rows)

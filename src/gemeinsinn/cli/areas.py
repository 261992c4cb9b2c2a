"""`gemeinsinn areas`: areas with their keys, names, levels and periods of validity."""

from __future__ import annotations

from datetime import date, datetime

import click

from gemeinsinn.areas.editions import AreaVersion, Territory, area_named
from gemeinsinn.areas.keys import canonical
from gemeinsinn.cli.shared import chosen_instance, instance_option, json_option, print_json, print_table
from gemeinsinn.concepts.territory import Level
from gemeinsinn.errors import NotYetKnownError, UnknownNameError
from gemeinsinn.lake.store import lake_of
from gemeinsinn.pipeline.known import Known
from gemeinsinn.sources.declared import read_sources


@click.command("areas")
@click.argument("area", required=False)
@click.option("--level", type=click.Choice([str(level) for level in Level]), help="Only areas of this level.")
@click.option("--on", type=click.DateTime(["%Y-%m-%d"]), help="The day; the newest edition if it is left out.")
@instance_option
@json_option
def command(area: str | None, level: str | None, on: datetime | None, instance_dir: str | None, as_json: bool) -> None:
    """List areas: all, or AREA (key or name) and what lies in it."""
    instance = chosen_instance(instance_dir)
    lake = lake_of(instance)
    territory = Known(lake, lake.manifests.latest(), read_sources(instance.sources_file)).editions()
    day = on.date() if on else date.max
    edition = territory.on(day)
    if day < territory.editions[0].on:
        first = territory.editions[0].on
        raise NotYetKnownError(
            f"the territory of {day} is not known.", remedy=f"The first day that is known is {first}."
        )
    wanted = set(edition.areas) if area is None else _within(area, territory, day)
    versions = [version for version in _versions(territory, day) if version.area.key in wanted]
    if level is not None:
        versions = [version for version in versions if version.area.level is Level(level)]
    rows = sorted(versions, key=lambda version: (list(Level).index(version.area.level), version.area.key))
    if as_json:
        print_json({"areas": [_json(version) for version in rows]})
        return
    head = ("key", "name", "level", "parent", "from", "to")
    print_table(head, [(*list(_json(version).values()),) for version in rows])


def _versions(territory: Territory, day: date) -> list[AreaVersion]:
    asked = min(day, territory.editions[-1].on)
    return list(territory.on_day(asked))


def _within(name: str, territory: Territory, day: date) -> set[str]:
    """The area and all that lies in it."""
    edition = territory.on(day)
    known = canonical(name)
    if known is not None and known.key not in edition.areas and territory.versions(known.key):
        spans = ", ".join(f"{each.valid_from} to {each.valid_to}" for each in territory.versions(known.key))
        raise UnknownNameError(f"the area {known.key} did not exist on that day.", remedy=f"It existed from {spans}.")
    queue = [area_named(name, edition)]
    found = set(queue)
    while queue:
        children = edition.children.get(queue.pop(), ())
        found.update(children)
        queue += children
    return found


def _json(version: AreaVersion) -> dict[str, str]:
    return {
        "area": version.area.key,
        "name": version.area.name,
        "level": str(version.area.level),
        "parent": version.area.parent,
        "valid_from": version.valid_from.isoformat(),
        "valid_to": version.valid_to.isoformat(),
    }

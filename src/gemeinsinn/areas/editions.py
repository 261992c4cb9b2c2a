"""Territory as editions: the areas of one date with their source, and from several editions each area's versions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property

from gemeinsinn.areas.keys import canonical
from gemeinsinn.concepts.temporal import OPEN_END
from gemeinsinn.concepts.territory import AreaRecord, BoundaryChange, Level
from gemeinsinn.errors import UnknownNameError, nearest


@dataclass(frozen=True)
class Edition:
    """The areas as one source records them on one date."""

    on: date
    source: str
    areas: Mapping[str, AreaRecord]

    @cached_property
    def children(self) -> Mapping[str, tuple[str, ...]]:
        """The keys directly below each key, in their order."""
        below: dict[str, list[str]] = {}
        for area in self.areas.values():
            below.setdefault(area.parent, []).append(area.key)
        return {parent: tuple(sorted(keys)) for parent, keys in below.items()}

    def below(self, key: str, level: Level) -> tuple[str, ...]:
        """All areas of a level that lie in an area, however deep; the area itself if it has that level."""
        area = self.areas.get(key)
        if area is not None and area.level is level:
            return (key,)
        found: list[str] = []
        for child in self.children.get(key, ()):
            found += self.below(child, level)
        return tuple(sorted(found))

    def of_level(self, level: Level) -> tuple[str, ...]:
        """All areas of a level."""
        return tuple(sorted(key for key, area in self.areas.items() if area.level is level))

    def ancestors(self, key: str) -> tuple[str, ...]:
        """The areas above an area, nearest first."""
        chain: list[str] = []
        area = self.areas.get(key)
        while area is not None and area.parent:
            chain.append(area.parent)
            area = self.areas.get(area.parent)
        return tuple(chain)

    def ancestor(self, key: str, level: Level) -> str | None:
        """The area of a level above an area, if it has one."""
        for parent in self.ancestors(key):
            area = self.areas.get(parent)
            if area is not None and area.level is level:
                return parent
        return None


@dataclass(frozen=True, slots=True)
class AreaVersion:
    """An area from `valid_from` until before `valid_to`, with one name, kind and place in the hierarchy."""

    area: AreaRecord
    valid_from: date
    valid_to: date


@dataclass(frozen=True)
class Territory:
    """All editions that an instance knows, oldest first, and the official changes between them."""

    editions: tuple[Edition, ...]
    changes: tuple[BoundaryChange, ...] = ()
    since: Mapping[str, date] = field(default_factory=dict)
    """The day on which an area's record took effect, where a source names it."""

    def on(self, day: date) -> Edition:
        """The last edition by a day; before the first one, the first."""
        if not self.editions:
            remedy = "Declare a source of format gv-isys or gv100ad and run `gemeinsinn refresh`."
            raise UnknownNameError("no territory is known.", remedy=remedy)
        by_then = [edition for edition in self.editions if edition.on <= day]
        return by_then[-1] if by_then else self.editions[0]

    def versions(self, key: str) -> tuple[AreaVersion, ...]:
        """The versions of an area, oldest first; none if there never was such an area."""
        if key not in self._versions:
            self._versions[key] = self._versions_of(key)
        return self._versions[key]

    def on_day(self, day: date) -> tuple[AreaVersion, ...]:
        """All areas of a day; before the first edition, those of the first."""
        asked = max(day, self.editions[0].on) if self.editions else day
        return tuple(
            version
            for key in self.keys
            for version in self.versions(key)
            if version.valid_from <= asked < version.valid_to
        )

    @cached_property
    def keys(self) -> tuple[str, ...]:
        """Every key that ever was."""
        return tuple(sorted({key for edition in self.editions for key in edition.areas}))

    @cached_property
    def _versions(self) -> dict[str, tuple[AreaVersion, ...]]:
        return {}

    def _versions_of(self, key: str) -> tuple[AreaVersion, ...]:
        found: list[AreaVersion] = []
        before: AreaRecord | None = None
        previous: Edition | None = None
        start = date.min
        for edition in self.editions:
            area = edition.areas.get(key)
            if area is not None and (before is None or _differs(area, before)):
                begins = self._begin(key, previous, edition)
                if before is not None:
                    found.append(AreaVersion(before, start, begins))
                before, start = area, begins
            elif area is None and before is not None:
                found.append(AreaVersion(before, start, self._begin(key, previous, edition)))
                before = None
            previous = edition
        if before is not None:
            found.append(AreaVersion(before, start, OPEN_END))
        return tuple(found)

    def _begin(self, key: str, previous: Edition | None, edition: Edition) -> date:
        """The day of a change: as a source names it, else the key date of the edition that shows it first."""
        since = self.since.get(key)
        if previous is None:
            return since if since is not None and since <= edition.on else edition.on
        first_day = previous.on + timedelta(days=1)
        named = [change.effective for change in self.changes if key in (change.from_key, change.to_key)]
        named += [since] if since is not None else self._since_of_members(key, previous, edition)
        in_between = [day for day in named if first_day <= day <= edition.on]
        return min(in_between) if in_between else edition.on

    def _since_of_members(self, key: str, previous: Edition, edition: Edition) -> list[date]:
        """An Amt begins and ends with its municipalities' belonging to it."""
        area = edition.areas.get(key) or previous.areas.get(key)
        if area is None or area.level is not Level.AMT:
            return []
        members = (*previous.children.get(key, ()), *edition.children.get(key, ()))
        return [self.since[member] for member in members if member in self.since]


def _differs(area: AreaRecord, before: AreaRecord) -> bool:
    return (area.name, area.parent, area.level) != (before.name, before.parent, before.level)


def edition_of(on: date, source: str, areas: Iterable[AreaRecord]) -> Edition:
    """An edition from records; of two records with one key the later stands."""
    return Edition(on, source, {area.key: area for area in areas})


def territory_of(
    editions: Sequence[Edition], changes: Sequence[BoundaryChange] = (), since: Mapping[str, date] | None = None
) -> Territory:
    """The territory of several editions; of two editions of one date the first source stands."""
    by_date: dict[date, Edition] = {}
    for edition in sorted(editions, key=lambda edition: (edition.on, edition.source)):
        by_date.setdefault(edition.on, edition)
    return Territory(tuple(by_date.values()), tuple(changes), since or {})


def area_named(name: str, edition: Edition, *, within: str = "") -> str:
    """The key of an area by key, however it is written, or by name.

    `UnknownNameError` names the nearest ones, or those of the same name; `within` says where it was looked for.
    """
    key = canonical(name)
    if key is not None and key.key in edition.areas:
        return key.key
    wanted = name.casefold()
    same = [key for key, area in edition.areas.items() if wanted in _names(area)]
    if len(same) == 1:
        return same[0]
    if len(same) > 1:
        choices = ", ".join(f"{key} {edition.areas[key].name}" for key in same[:5])
        raise UnknownNameError(f"'{name}' is the name of {len(same)} areas.", remedy=f"Say the key: {choices}.")
    names = {area.name: key for key, area in edition.areas.items()}
    close = [f"{known} ({names[known]})" for known in nearest(name, names)]
    remedy = f"Did you mean {' or '.join(close)}?" if close else "`gemeinsinn areas` lists all."
    where = f" in {within}" if within else ""
    raise UnknownNameError(f"there is no area '{name}'{where}.", remedy=remedy)


def _names(area: AreaRecord) -> set[str]:
    """The names an area answers to: Kreis Pinneberg is also `Landkreis Pinneberg`, but not `Pinneberg`, which is a city."""
    name = area.name.casefold()
    names = {name}
    if area.level is Level.DISTRICT and name.startswith("kreis "):
        names.add("land" + name)
    return names

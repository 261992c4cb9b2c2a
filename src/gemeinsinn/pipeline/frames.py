"""The frame of an instance: which areas it publishes, and on which territory."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from gemeinsinn.areas.editions import Edition, Territory
from gemeinsinn.concepts.names import sort_key
from gemeinsinn.concepts.territory import Level
from gemeinsinn.errors import SettingsError
from gemeinsinn.indicators.frame import Frame
from gemeinsinn.pipeline.known import Known
from gemeinsinn.settings.instance import Settings


def frame_of(settings: Settings, known: Known) -> Frame:
    """The frame that the settings ask for: municipalities and Ämter of home, districts of its state, all states."""
    territory = known.editions()
    edition = _edition(settings, territory)
    home = settings.home
    if home not in edition.areas:
        what = f"the edition of {edition.on:%d.%m.%Y} has no area '{home}'."
        raise SettingsError(what, where="gemeinsinn.toml [areas] home", remedy="`gemeinsinn areas` lists all.")
    published_keys = [
        *_by_name(edition, edition.below(home, Level.MUNICIPALITY)),
        *_by_name(edition, edition.below(home, Level.AMT)),
        *_by_name(edition, _districts(edition, home)),
        *_by_name(edition, edition.of_level(Level.STATE)),
        *edition.of_level(Level.COUNTRY),
    ]
    inhabited = [key for key in published_keys if not edition.areas[key].uninhabited]
    return Frame(territory, edition, tuple(dict.fromkeys(inhabited)), known.correspondences())


def _edition(settings: Settings, territory: Territory) -> Edition:
    if settings.edition is None:
        return territory.on(date.max)
    edition = territory.on(settings.edition)
    if edition.on != settings.edition:
        dates = ", ".join(edition.on.isoformat() for edition in territory.editions)
        what = f"there is no edition of {settings.edition:%d.%m.%Y}."
        raise SettingsError(what, where="gemeinsinn.toml [areas] edition", remedy=f"There are: {dates}.")
    return edition


def _by_name(edition: Edition, keys: Sequence[str]) -> list[str]:
    return sorted(keys, key=lambda key: (sort_key(edition.areas[key].name), key))


def _districts(edition: Edition, home: str) -> tuple[str, ...]:
    """The districts of the state that home lies in; all if home is the country."""
    state = edition.ancestor(home, Level.STATE) or home
    return edition.below(state, Level.DISTRICT)

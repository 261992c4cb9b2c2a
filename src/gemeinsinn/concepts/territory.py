"""The nouns of territory: levels, one area as a source records it, its shape, and a change of boundaries."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Level(StrEnum):
    """The levels of German territory that the platform compares, from the smallest up."""

    MUNICIPALITY = "municipality"
    AMT = "amt"
    """Association of municipalities (Amt, Samtgemeinde, Verbandsgemeinde, Verwaltungsgemeinschaft)."""
    DISTRICT = "district"
    REGION = "region"
    """Regierungsbezirk or statistical region."""
    STATE = "state"
    COUNTRY = "country"


@dataclass(frozen=True, slots=True)
class AreaRecord:
    """An area as one register of areas records it on one date; keys are canonical (see `areas.keys`)."""

    key: str
    level: Level
    name: str
    parent: str
    kind: str = ""
    ars: str = ""
    """The twelve-digit regional key of a municipality."""
    uninhabited: bool = False
    """True for gemeindefreie Gebiete, which have no inhabitants and no council."""
    since: date | None = None
    """The day the record took effect, where the source names it."""


Ring = tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True)
class Shape:
    """The land of one area: polygons of rings (outer first) in longitude and latitude, EPSG:4326."""

    key: str
    level: Level
    polygons: tuple[tuple[Ring, ...], ...]


@dataclass(frozen=True, slots=True)
class Transfer:
    """Part of one area that became part of another between two key dates (a row of a correspondence).

    Weights are shares of the old area, between 0 and 1, and add up to 1 over an old area's rows.
    """

    from_key: str
    to_key: str
    from_date: date
    to_date: date
    area_weight: float
    population_weight: float


@dataclass(frozen=True, slots=True)
class BoundaryChange:
    """One row of the official list of boundary changes: what was dissolved, split off or renamed, and when."""

    reference: str
    from_key: str
    to_key: str
    kind: int
    """1 dissolution, 2 part split off, 3 change of key, 4 change of name."""
    effective: date
    area_qm: float | None = None
    residents: int | None = None

"""What both forms of the official municipality directory (Gemeindeverzeichnis) share: record types, kinds and names."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from gemeinsinn.concepts.territory import AreaRecord, Level


COUNTRY = "DG"
STATE, REGION, DISTRICT, ASSOCIATION, MUNICIPALITY = "10", "20", "40", "50", "60"

KIND_OF_MARK = {
    "41": "Kreisfreie Stadt",
    "42": "Stadtkreis",
    "43": "Kreis",
    "44": "Landkreis",
    "45": "Regionalverband",
    "50": "verbandsfrei",
    "51": "Amt",
    "52": "Samtgemeinde",
    "53": "Verbandsgemeinde",
    "54": "Verwaltungsgemeinschaft",
    "55": "Kirchspielslandgemeinde",
    "56": "Verwaltungsverband",
    "58": "erfüllende Gemeinde",
    "60": "Markt",
    "61": "Kreisfreie Stadt",
    "62": "Stadtkreis",
    "63": "Stadt",
    "64": "Gemeinde",
    "65": "gemeindefreies Gebiet, bewohnt",
    "66": "gemeindefreies Gebiet, unbewohnt",
    "67": "Große Kreisstadt",
}
"""The text marks (Textkennzeichen) of the directory."""

_FREE_OF_ASSOCIATION = "50"
_UNINHABITED = "66"
_FOOTNOTE = re.compile(r"\d\)\s*$")


@dataclass(frozen=True, slots=True)
class Entry:
    """One record of the directory: its type, text mark, the five parts of its key, and its name."""

    type: str
    mark: str
    state: str
    region: str
    district: str
    association: str
    municipality: str
    name: str

    @property
    def district_key(self) -> str:
        return f"{self.state}{self.region}{self.district}"

    @property
    def ags(self) -> str:
        """The eight digits of a municipality (Amtlicher Gemeindeschlüssel)."""
        return f"{self.district_key}{self.municipality}"

    @property
    def association_key(self) -> str:
        """The nine digits of an association of municipalities."""
        return f"{self.district_key}{self.association}"

    @property
    def ars(self) -> str:
        """The twelve digits of a municipality (Amtlicher Regionalschlüssel)."""
        return f"{self.association_key}{self.municipality}"


def areas_of(entries: Iterable[Entry]) -> tuple[AreaRecord, ...]:
    """The hierarchy of the directory: country, states, regions, districts, associations, municipalities.

    A municipality that belongs to no association stands directly below its district.
    """
    records = list(entries)
    free = {
        entry.association_key for entry in records if entry.type == ASSOCIATION and entry.mark == _FREE_OF_ASSOCIATION
    }
    areas = [AreaRecord(COUNTRY, Level.COUNTRY, "Deutschland", "")]
    for entry in records:
        area = _area(entry, free)
        if area is not None:
            areas.append(area)
    return tuple(areas)


def _area(entry: Entry, free: set[str]) -> AreaRecord | None:
    name, kind = plain_name(entry.name), KIND_OF_MARK.get(entry.mark, "")
    if entry.type == STATE:
        return AreaRecord(entry.state, Level.STATE, name, COUNTRY, "Land")
    if entry.type == REGION:
        return AreaRecord(entry.state + entry.region, Level.REGION, name, entry.state)
    if entry.type == DISTRICT:
        return AreaRecord(entry.district_key, Level.DISTRICT, with_kind(name, kind), entry.state, kind)
    if entry.type == ASSOCIATION and entry.association_key not in free:
        return AreaRecord(entry.association_key, Level.AMT, with_kind(name, kind), entry.district_key, kind)
    if entry.type == MUNICIPALITY:
        parent = entry.district_key if entry.association_key in free else entry.association_key
        uninhabited = entry.mark == _UNINHABITED
        return AreaRecord(entry.ags, Level.MUNICIPALITY, name, parent, kind, entry.ars, uninhabited)
    return None


def plain_name(name: str) -> str:
    """The name without footnote mark and without title: `Elmshorn, Stadt` is Elmshorn.

    >>> plain_name("Kerken4)")
    'Kerken'
    """
    return _FOOTNOTE.sub("", name).split(",")[0].strip()


def with_kind(name: str, kind: str) -> str:
    """Kreis Pinneberg, Amt Rantzau; names that say their kind themselves, and cities, stay as they are.

    >>> with_kind("Ilm-Kreis", "Landkreis")
    'Ilm-Kreis'
    """
    if kind not in ("Kreis", "Landkreis", "Amt", "Samtgemeinde", "Verbandsgemeinde"):
        return name
    if "kreis" in name.casefold() or name.startswith(kind):
        return name
    return f"{kind} {name}"

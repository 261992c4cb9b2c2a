"""The official keys of German areas: how sources write them, and the one canonical form that the platform uses.

| level | canonical | written in sources as |
|---|---|---|
| country | `DG` | DG, D, DE, 00 |
| state | 2 digits | 2 |
| region | 3 digits | 3 |
| district | 5 digits | 5; also districts that are no more, and the boroughs of Berlin |
| amt | 9 digits: district and association | 9 (ARS), 7 (Rheinland-Pfalz), 8 with 4xx (Samtgemeinden) |
| municipality | 8 digits (AGS) | 8, 12 (ARS), 11 (members of Samtgemeinden), 10 (Rheinland-Pfalz) |
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from gemeinsinn.concepts.territory import Level


COUNTRY = "DG"
_COUNTRY_SPELLINGS = {"DG", "D", "DE", "00", "000000000"}
_LOWER_SAXONY, _RHINELAND_PALATINATE = "03", "07"


@dataclass(frozen=True, slots=True)
class AreaKey:
    """A canonical key with the level that its form tells."""

    key: str
    level: Level


def canonical(written: str) -> AreaKey | None:
    """Read a key as sources write it; None if it has no known form.

    >>> canonical("03151401002").key  # a member of Samtgemeinde 401
    '03151002'
    >>> canonical("0713101").key  # a Verbandsgemeinde in Rheinland-Pfalz
    '071315001'
    """
    text = written.strip()
    if text.upper() in _COUNTRY_SPELLINGS:
        return AreaKey(COUNTRY, Level.COUNTRY)
    if not (text.isascii() and text.isdigit()):
        return None
    known = _BY_LENGTH.get(len(text))
    return known(text) if known else None


def _eight(text: str) -> AreaKey:
    """A municipality, or (Lower Saxony, third part from 4) a Samtgemeinde."""
    if text.startswith(_LOWER_SAXONY) and text[5] == "4":
        return AreaKey(f"{text[:5]}5{text[5:]}", Level.AMT)
    return AreaKey(text, Level.MUNICIPALITY)


def _municipality(key: str) -> AreaKey | None:
    """A municipality within a longer key; none in Lower Saxony has the number of a Samtgemeinde."""
    found = _eight(key)
    return found if found.level is Level.MUNICIPALITY else None


def _seven(text: str) -> AreaKey | None:
    """A Verbandsgemeinde in Rheinland-Pfalz: district and a two-digit association."""
    if not text.startswith(_RHINELAND_PALATINATE):
        return None
    return AreaKey(f"{text[:5]}50{text[5:]}", Level.AMT)


def _ten(text: str) -> AreaKey | None:
    """A municipality in Rheinland-Pfalz: district, association (two digits), municipality."""
    if not text.startswith(_RHINELAND_PALATINATE):
        return None
    return _municipality(text[:5] + text[7:])


def _nine(text: str) -> AreaKey | None:
    """An association; one whose number begins with 0 or 9 is a municipality without association itself."""
    if text[5] in "09":
        return _municipality(text[:5] + text[6:])
    return AreaKey(text, Level.AMT)


_BY_LENGTH: dict[int, Callable[[str], AreaKey | None]] = {
    2: lambda text: AreaKey(text, Level.STATE),
    3: lambda text: AreaKey(text, Level.REGION),
    5: lambda text: AreaKey(text, Level.DISTRICT),
    7: _seven,
    8: _eight,
    9: _nine,
    10: _ten,
    11: lambda text: _municipality(text[:5] + text[8:]),
    12: lambda text: _municipality(text[:5] + text[9:]),
}


def district_of(key: str) -> str:
    """The district of a municipality or association."""
    return key[:5]


def state_of(key: str) -> str:
    """The state of any smaller area."""
    return key[:2]

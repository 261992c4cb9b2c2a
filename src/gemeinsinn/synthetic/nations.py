"""Nationalities of the synthetic county: which ones, how frequent, and how that changes; assumptions, not statistics.

Codes are those of the code list DESTATIS Staatsangehörigkeit (XÖV).
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from gemeinsinn.synthetic.arrays import Array, Rng


GERMAN, STATELESS, UNCLEAR, NOT_SAID = 0, 997, 998, 999
_RESIDENT: Mapping[int, float] = {
    163: 19, 152: 15, 160: 4, 137: 4, 134: 3.5, 153: 4, 154: 4.5, 125: 3, 161: 2, 126: 1.2, 148: 1.2, 151: 1.7, 168: 2,
    129: 1.1, 130: 2, 170: 3, 150: 1.4, 144: 1.6, 122: 1.3, 439: 2.2, 438: 1.6, 432: 1, 479: 1, 436: 1.2, 476: 1,
    462: 0.6, 238: 0.8, 232: 0.4, 224: 0.5, 273: 0.3, 252: 0.6, 368: 0.9, 327: 0.6, 166: 1.8, 475: 1, 423: 2.8, 142: 0.7,
    139: 0.8, 165: 1, 422: 0.4, 461: 0.6, 133: 0.4, 132: 0.3, STATELESS: 0.3, UNCLEAR: 0.6, NOT_SAID: 0.2,
}  # fmt: skip
_ARRIVING: Mapping[int, float] = {
    152: 15, 154: 16, 125: 9, 163: 5, 475: 4, 423: 4, 438: 3, 439: 3, 224: 2, 166: 2, 160: 2, 137: 3, 134: 3, 161: 2,
    153: 1.5, 165: 3, 130: 4, 170: 3, 150: 1.5, 144: 2.5, 122: 1.5, 436: 4, 479: 1.5, 462: 1, 476: 0.6, 327: 1, 368: 1,
    168: 1.4, 129: 1, 148: 1, 151: 1.4, 126: 1, 238: 1, 232: 1, 273: 1, 252: 1, 142: 1.5, 139: 1.5, 422: 1.2, 461: 1,
    STATELESS: 0.4, UNCLEAR: 0.8, NOT_SAID: 0.3,
}  # fmt: skip
_REFUGE = frozenset({475, 423, 438, 439, 224, 273, 422, UNCLEAR, STATELESS})
"""Nationalities of which most newcomers ask for asylum."""
_UKRAINE = 166
_YEARS: Mapping[int, Mapping[int, float]] = {
    2014: {475: 4.0, 224: 2.0, 423: 1.6},
    2015: {475: 11.0, 423: 7.5, 438: 5.5, 439: 3.0, 224: 3.0, 422: 3.0},
    2016: {475: 5.0, 423: 4.0, 438: 3.5, 439: 2.0},
    2017: {475: 2.5, 438: 1.5},
    2022: {_UKRAINE: 30.0, 475: 1.6, 423: 1.8},
    2023: {_UKRAINE: 14.0, 475: 2.0, 423: 2.2},
    2024: {_UKRAINE: 7.0, 475: 2.0, 423: 1.8},
    2025: {_UKRAINE: 5.0, 423: 1.4},
}
"""How many times more frequent a nationality is among the arrivals of a year."""


def of_residents(count: int, rng: Rng) -> Array:
    """Nationalities of foreign residents on the first day."""
    return _drawn(_RESIDENT, count, rng)


def of_arrivals(count: int, year: int, rng: Rng) -> Array:
    """Nationalities of foreign newcomers of a year."""
    times = _YEARS.get(year, {})
    return _drawn({code: share * times.get(code, 1.0) for code, share in _ARRIVING.items()}, count, rng)


def asks_for_asylum(nation: Array) -> Array:
    """Whether newcomers of these nationalities come as refugees, by and large."""
    return np.isin(nation, list(_REFUGE))


def _drawn(shares: Mapping[int, float], count: int, rng: Rng) -> Array:
    codes = np.array(list(shares))
    weights = np.array(list(shares.values()))
    return rng.choice(codes, size=count, p=weights / weights.sum())

"""Cell keys: every count gets a small random deviation that the people in it decide, so that it is always the same.

Each record carries a random number. The sum of these numbers over a cell, the cell key, chooses the deviation: the same
people give the same deviation in every table, on every page and at every time, and asking again or averaging equal
tables learns nothing. Another set of people, were it but one person more, has another key and so another deviation;
totals deviate on their own, and a difference between two tables or two days is no exact number.

The method is that of Fraser and Wooton (2005) and Thompson, Broadfoot and Elazar (2013), in the form in which the
European statistical offices use it; the distribution of maximum entropy follows Giessing and Tent (2019).
"""

from __future__ import annotations

import hashlib
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

from gemeinsinn.errors import DefinitionError


METHOD = "cell_key"
"""How this way of protection is named in answers, logs and releases."""

KEYS = 1 << 16
"""How many cell keys there are; a cell key is a sum of record keys modulo this number."""

_MANY = 200_000
"""From so many cells on, two cores are faster than one."""

_WORKERS = 2
_STEPS = 200
_CLOSE = 1e-12
_MOST_TILT = 60.0


@dataclass(frozen=True, slots=True)
class PerturbationDesign:
    """How counts deviate: by at most `max_deviation`, with `variance`, and never to a number from 1 below `min_units`.

    Zeros stay zero, and nothing falls below zero. A small count may not reach the variance with results that are
    allowed; it then has the nearest one that can be reached. The deviation is zero on average for every count.
    """

    max_deviation: int
    variance: float
    min_units: int

    def __post_init__(self) -> None:
        if not 1 <= self.max_deviation <= 100:
            raise DefinitionError("a maximum deviation lies between 1 and 100.", where="policy.yaml")
        if not 0 < self.variance <= self.max_deviation**2:
            what = (
                f"a variance lies above 0 and is at most the square of the maximum deviation, {self.max_deviation**2}."
            )
            raise DefinitionError(what, where="policy.yaml")
        if not 1 <= self.min_units <= self.max_deviation:
            what = f"with a maximum deviation of {self.max_deviation}, counts below {self.min_units} cannot be lifted or hidden."
            remedy = "Choose a maximum deviation that is at least min_units."
            raise DefinitionError(what, where="policy.yaml", remedy=remedy)

    @property
    def rows(self) -> int:
        """Counts from here on deviate alike."""
        return self.max_deviation + self.min_units

    def results(self, count: int) -> NDArray[np.int64]:
        """The numbers that a count may become, rising."""
        if count == 0:
            return np.zeros(1, dtype=np.int64)
        found = np.arange(max(0, count - self.max_deviation), count + self.max_deviation + 1)
        return np.asarray(found[(found == 0) | (found >= self.min_units)], dtype=np.int64)

    def probabilities(self, count: int) -> NDArray[np.float64]:
        """How likely a count becomes each of its `results`: the flattest distribution with the mean and the variance."""
        deviations = (self.results(count) - count).astype(np.float64)
        if deviations.size == 1:
            return np.ones(1)
        return _flattest(deviations, self._reachable(deviations))

    def _reachable(self, deviations: NDArray[np.float64]) -> float:
        """The variance asked for, or the nearest that these deviations can have around a mean of zero."""
        below, above = deviations[deviations <= 0].max(), deviations[deviations >= 0].min()
        least, most = -below * above, -deviations.min() * deviations.max()
        margin = 1e-3 * (most - least)
        return float(np.clip(self.variance, least + margin, most - margin))


def _flattest(deviations: NDArray[np.float64], variance: float) -> NDArray[np.float64]:
    """The distribution of maximum entropy with mean 0 and a variance: Newton's method on the dual, which is convex."""
    features = np.stack([deviations, deviations**2 - variance])
    tilt = np.zeros(2)
    for _ in range(_STEPS):
        shares = _shares(tilt, features)
        gradient = features @ shares
        if np.abs(gradient).max() < _CLOSE:
            break
        curvature = (features * shares) @ features.T - np.outer(gradient, gradient) + 1e-14 * np.eye(2)
        step = np.linalg.solve(curvature, -gradient)
        length, before = 1.0, _potential(tilt, features)
        while _potential(tilt + length * step, features) > before and length > 1e-10:
            length /= 2
        tilt = np.clip(tilt + length * step, -_MOST_TILT, _MOST_TILT)
    return _shares(tilt, features)


def _shares(tilt: NDArray[np.float64], features: NDArray[np.float64]) -> NDArray[np.float64]:
    power = tilt @ features
    weights = np.exp(power - power.max())
    return np.asarray(weights / weights.sum())


def _potential(tilt: NDArray[np.float64], features: NDArray[np.float64]) -> float:
    power = tilt @ features
    return float(power.max() + np.log(np.exp(power - power.max()).sum()))


@dataclass(frozen=True, slots=True, repr=False)
class PerturbationTable:
    """The deviation of each count (rows, the last for all larger ones) under each cell key."""

    design: PerturbationDesign
    deviations: NDArray[np.int8]

    def perturbed(self, counts: NDArray[Any], cell_keys: NDArray[np.uint16]) -> NDArray[np.int64]:
        """Counts as they may be shown; both arrays have one shape."""
        shown = np.empty(counts.shape, dtype=np.int64)
        flat, keys = np.ascontiguousarray(counts).reshape(-1), np.ascontiguousarray(cell_keys).reshape(-1)
        _deviate_on_all_cores(flat, keys, self.deviations, shown.reshape(-1))
        return shown


def _deviate_on_all_cores(counts: NDArray[Any], keys: NDArray[Any], deviations: NDArray[np.int8], shown: Any) -> None:
    if counts.size < _MANY:
        _deviate(counts, keys, deviations, shown)
        return
    edges = np.linspace(0, counts.size, _WORKERS + 1).astype(np.int64)
    parts = [slice(first, last) for first, last in pairwise(edges)]
    with ThreadPoolExecutor(_WORKERS) as pool:
        list(pool.map(lambda part: _deviate(counts[part], keys[part], deviations, shown[part]), parts))


@njit(nogil=True, cache=True)
def _deviate(counts: NDArray[Any], keys: NDArray[Any], deviations: NDArray[np.int8], shown: NDArray[np.int64]) -> None:
    """Add to each count its deviation: the last row of the table is that of all larger counts."""
    last = deviations.shape[0] - 1
    for place in range(counts.size):
        count = counts[place]
        shown[place] = count + deviations[min(count, last), keys[place]]


@lru_cache(maxsize=8)
def perturbation_table(design: PerturbationDesign, secret: bytes) -> PerturbationTable:
    """The table of a design under a secret: which key brings which deviation is random to all who do not know it.

    The 65,536 keys are shared out among the deviations as the probabilities say, and mixed in another order for each
    count, so that a record key that is close to zero hides nobody less than any other.
    """
    table = np.zeros((design.rows + 1, KEYS), dtype=np.int8)
    for count in range(1, design.rows + 1):
        deviations = (design.results(count) - count).astype(np.int64)
        places = whole_shares(design.probabilities(count), deviations)
        dealt = np.repeat(deviations, places).astype(np.int8)
        table[count, _mixed(secret, count)] = dealt
    table.setflags(write=False)
    return PerturbationTable(design, table)


def whole_shares(probabilities: NDArray[np.float64], deviations: NDArray[np.int64]) -> NDArray[np.int64]:
    """Probabilities as numbers of keys, in such a way that the mean deviation over all keys is exactly zero."""
    exact = probabilities * KEYS
    places = np.floor(exact).astype(np.int64)
    rest = KEYS - int(places.sum())
    places[np.argsort(exact - places)[::-1][:rest]] += 1
    drift = int(places @ deviations)
    if drift:
        at = {int(deviation): place for place, deviation in enumerate(deviations)}
        side = -1 if drift > 0 else 1
        pairs = [(at[one], at[one + side]) for one in sorted(at, key=abs) if one + side in at]
        giver, taker = next(pair for pair in pairs if places[pair[0]] > abs(drift))
        places[giver] -= abs(drift)
        places[taker] += abs(drift)
    return places


def _mixed(secret: bytes, count: int) -> NDArray[np.int64]:
    """A random order of all keys that the secret and the count decide, the same on every machine."""
    seed = int.from_bytes(hashlib.blake2b(count.to_bytes(4, "big"), key=secret[:64], digest_size=8).digest(), "big")
    state = np.uint64(seed) + np.arange(1, KEYS + 1, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15)
    state = (state ^ (state >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    state = (state ^ (state >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return np.argsort(state ^ (state >> np.uint64(31)), kind="stable")

"""Areas that are alike: by declared features, each brought to one scale, with the distance shown.

Method: every feature is standardised over the areas of a level (mean 0, standard deviation 1; counts by their
logarithm where declared); the distance is Euclidean, divided by the root of the number of features, so that 1 means
one standard deviation apart on average.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Peer:
    """A similar area and how far it is off."""

    area: str
    distance: float


def peers_of(
    areas: Sequence[str], features: NDArray[np.float64], *, logarithmic: Sequence[bool], count: int
) -> Mapping[str, tuple[Peer, ...]]:
    """The nearest areas of each area; `features` is areas by features.

    An area that lacks a feature has no peers and is nobody's peer.
    """
    scaled = features.astype(np.float64).copy()
    for column, is_logarithmic in enumerate(logarithmic):
        if is_logarithmic:
            scaled[:, column] = np.log(np.where(scaled[:, column] > 0, scaled[:, column], np.nan))
    whole = ~np.isnan(scaled).any(axis=1)
    if whole.sum() < 2 or not scaled.size:
        return dict.fromkeys(areas, ())
    spread = scaled[whole].std(axis=0)
    standard = (scaled - scaled[whole].mean(axis=0)) / np.where(spread > 0, spread, 1.0)
    places: list[int] = np.flatnonzero(whole).tolist()
    found: dict[str, tuple[Peer, ...]] = dict.fromkeys(areas, ())
    for place in places:
        distances = np.sqrt(((standard[places] - standard[place]) ** 2).mean(axis=1))
        order = sorted(zip(distances.tolist(), (areas[other] for other in places), strict=True))
        near = [Peer(area, round(distance, 2)) for distance, area in order if area != areas[place]]
        found[areas[place]] = tuple(near[:count])
    return found

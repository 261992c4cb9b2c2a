"""The median of a quantity that is known only in classes, by linear interpolation within the class that holds it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray


Floats = NDArray[np.float64]


def median_of_classes(counts: Floats, bounds: Sequence[tuple[float, float]]) -> Floats:
    """The medians of rows of counts; `bounds` are the classes' lower and upper ends, in order and without gap.

    A median that falls into an open class (upper end infinite), or counts that add up to zero, give nan.
    """
    totals = counts.sum(axis=-1)
    running = np.cumsum(counts, axis=-1)
    half = totals / 2
    medians = np.full(totals.shape, np.nan)
    for index in np.ndindex(totals.shape):
        if not totals[index] > 0:
            continue
        at = int(np.searchsorted(running[index], half[index]))
        lower, upper = bounds[at]
        if np.isinf(upper):
            continue
        before = running[index][at - 1] if at else 0.0
        medians[index] = lower + (half[index] - before) / counts[index][at] * (upper - lower)
    return medians

"""Medians of classes at their edges."""

from __future__ import annotations

import numpy as np
import pytest

from gemeinsinn.indicators.methods.classes import median_of_classes


BOUNDS = [(0.0, 10.0), (10.0, 20.0), (20.0, float("inf"))]


@pytest.mark.parametrize(
    ("counts", "median"),
    [
        ((4, 4, 0), 10.0),
        ((2, 4, 2), 15.0),
        ((8, 1, 1), 6.25),
        ((1, 0, 0), 5.0),
        ((0, 10, 0), 15.0),
    ],
)
def test_the_median_lies_within_its_class_in_proportion(counts: tuple[int, int, int], median: float) -> None:
    assert median_of_classes(np.array([counts], dtype=float), BOUNDS)[0] == pytest.approx(median)


@pytest.mark.parametrize("counts", [(0, 0, 0), (1, 1, 9)], ids=["nobody", "in the open class"])
def test_a_median_that_is_not_known_is_none(counts: tuple[int, int, int]) -> None:
    assert np.isnan(median_of_classes(np.array([counts], dtype=float), BOUNDS)[0])


def test_every_area_and_period_has_its_own_median() -> None:
    counts = np.array([[[4.0, 4.0, 0.0], [2.0, 4.0, 2.0]], [[0.0, 0.0, 0.0], [8.0, 1.0, 1.0]]])

    medians = median_of_classes(counts, BOUNDS)

    assert medians[0].tolist() == [10.0, 15.0]
    assert np.isnan(medians[1, 0])
    assert medians[1, 1] == 6.25

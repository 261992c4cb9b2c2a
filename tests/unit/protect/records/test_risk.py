"""Risk and loss of classes that one can count on one's fingers."""

from __future__ import annotations

import numpy as np
import pytest

from gemeinsinn.protect.records.assessment import assessed, missed
from gemeinsinn.protect.records.classes import Classes, by_number
from gemeinsinn.protect.records.levels import Diversity, Level, Watched, mixture
from gemeinsinn.protect.records.loss import loss
from gemeinsinn.protect.records.mondrian import Records
from gemeinsinn.protect.records.risk import risk


def classes(*sizes: int) -> Classes:
    """Classes of these sizes, records in order."""
    return by_number(np.repeat(np.arange(len(sizes)), sizes), len(sizes))


def test_the_risk_of_ten_records_in_three_classes() -> None:
    """El Emam (2013), chapter 16: 1/1 at most; 3 classes of 10 records on average; one record is alone."""
    found = risk(classes(1, 4, 5), threshold=5)

    assert found.prosecutor_max == 1.0
    assert found.prosecutor_mean == found.marketer == pytest.approx(0.3)
    assert found.at_risk == pytest.approx(0.5)
    assert found.unique == pytest.approx(0.1)


def test_in_a_sample_each_record_stands_for_others() -> None:
    found = risk(classes(5, 5), threshold=5, sampled=0.1)

    assert found.prosecutor_max == pytest.approx(0.2)
    assert [found.journalist_max, found.journalist_mean, found.marketer] == pytest.approx([0.02] * 3)


def test_people_count_and_not_their_records() -> None:
    found = risk(classes(4, 6), threshold=2, units=np.array([1, 3]))

    assert found.prosecutor_max == 1.0
    assert found.prosecutor_mean == pytest.approx(0.4 * 1 + 0.6 / 3)
    assert found.unique == pytest.approx(0.4)


def test_the_mixture_of_a_class_of_three_values() -> None:
    """Li, Li, Venkatasubramanian (2007), section 4: salaries 3 to 11 of nine people; {3,4,5} is 0.375, {6,8,11} 0.167."""
    salaries = Watched(np.arange(9, dtype=np.int32), is_ordered=True)
    groups = by_number(np.array([0, 0, 0, 1, 2, 1, 2, 2, 1]), 3)

    found = mixture(groups, salaries)

    assert found.distance[:2].tolist() == pytest.approx([0.375, 1 / 6])
    assert found.distinct.tolist() == [3, 3, 3]
    assert found.effective.tolist() == pytest.approx([3.0, 3.0, 3.0])
    assert found.largest.tolist() == pytest.approx([1 / 3] * 3)


def test_without_an_order_the_distance_is_half_of_all_differences() -> None:
    watched = Watched(np.array([0, 0, 1, 1, 2, 2], dtype=np.int32))

    found = mixture(by_number(np.array([0, 0, 0, 1, 1, 1]), 2), watched)

    assert found.distance.tolist() == pytest.approx([1 / 3, 1 / 3])


def test_attributes_tell_who_has_what_for_sure() -> None:
    grades = Watched(np.array([1, 1, 1, 0, 1, 2, 2, 2, 2, 0], dtype=np.int32))
    records = Records({}, np.zeros((10, 0), dtype=np.int32), {"grade": grades})

    found = assessed(classes(3, 3, 4), records).attributes["grade"]

    assert found.certain == pytest.approx(0.3)
    assert found.guess_max == 1.0
    assert found.guess_mean == pytest.approx((3 + 1 + 3) / 10)
    assert found.guess_before == pytest.approx(0.4)
    assert found.distinct_min == 1


@pytest.mark.parametrize(
    ("level", "what"),
    [
        (Level(4), "only 3 are alike, and k asks for 4."),
        (Level(3, l=2), "the sensitive column 'grade' has 1 values, and l asks for 2."),
        (Level(3, l=1.5, diversity=Diversity.ENTROPY), "has 1 values, and l asks for 1.5."),
        (Level(3, t=0.2), "off, and t asks for 0.2."),
    ],
)
def test_what_a_level_misses_is_said(level: Level, what: str) -> None:
    grades = Watched(np.array([1, 1, 1, 0, 1, 2], dtype=np.int32))
    records = Records({}, np.zeros((6, 0), dtype=np.int32), {"grade": grades})

    assert any(what in each for each in missed(level, assessed(classes(3, 3), records)))


def test_loss_counts_classes_and_the_suppressed() -> None:
    found = loss(classes(2, 3), {"age": np.array([0.1, 0.2])}, k=2, suppressed=5)

    assert (found.classes, found.average_class_size) == (2, 1.25)
    assert found.discernibility == 4 + 9 + 5 * 10
    assert found.penalty["age"] == pytest.approx((2 * 0.1 + 3 * 0.2 + 5) / 10)


def test_no_records_have_no_risk() -> None:
    nothing = Classes(np.zeros(0, np.int64), np.zeros(1, np.int64))

    assert risk(nothing, threshold=5).prosecutor_max == 0.0
    assert loss(nothing, {"age": np.zeros(0)}, k=5).mean_penalty == 0.0

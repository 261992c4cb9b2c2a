"""Who stays behind, and when nothing leaves at all."""

from __future__ import annotations

import numpy as np
import pytest

from gemeinsinn.errors import DisclosureError
from gemeinsinn.protect.records import protection
from gemeinsinn.protect.records.levels import Level, Watched
from gemeinsinn.protect.records.mondrian import Records
from gemeinsinn.protect.records.protection import generalised
from support.messages import unprovoked
from support.records import line


def strata(*sizes: int, grades: list[int] | None = None) -> Records:
    number = sum(sizes)
    return Records(
        columns={"age": line(100)},
        codes=np.arange(number, dtype=np.int32).reshape(-1, 1) % 100,
        sensitive={} if grades is None else {"grade": Watched(np.array(grades, dtype=np.int32))},
        strata=np.repeat(np.arange(len(sizes), dtype=np.int32), sizes),
    )


def refusal(records: Records, level: Level, **terms: float) -> str:
    with pytest.raises(DisclosureError) as raised:
        generalised(records, level, **terms)
    return str(raised.value)


TOO_FEW = "only 4 are alike, and k asks for 5. No class can have more."
TOO_ALIKE = "the sensitive column 'grade' has 1 values, and l asks for 2. No class can have more."
TOO_MANY_BEHIND = "3 of 23 records (13.0 %) cannot be placed in a class; the policy lets 10 % stay behind."


def test_strata_that_are_too_small_stay_behind() -> None:
    found = generalised(strata(20, 3), Level(5), max_suppressed=0.2)

    assert found.kept.tolist() == list(range(20))
    assert found.loss.penalty["age"] > 3 / 23


def test_strata_are_never_merged() -> None:
    found = generalised(strata(10, 10), Level(5))

    for first, last in zip(found.classes.begin, found.classes.begin[1:], strict=False):
        assert len({int(place) // 10 for place in found.classes.order[first:last]}) == 1


def test_what_stays_behind_changes_what_t_compares_with() -> None:
    """The small stratum has all the twos. Without it, the classes of the others are compared with zeros and ones."""
    grades = [0, 1] * 10 + [2] * 4
    records = strata(20, 4, grades=grades)

    found = generalised(records, Level(5, t=0.3), max_suppressed=0.5)

    assert found.kept.size == 20
    assert len(found.classes) > 1


def test_more_than_the_policy_allows_must_not_stay_behind() -> None:
    assert TOO_MANY_BEHIND in refusal(strata(20, 3), Level(5), max_suppressed=0.1)


def test_fewer_records_than_k_do_not_leave() -> None:
    assert TOO_FEW in refusal(strata(4), Level(5))
    assert "only 0 are alike" in refusal(strata(0), Level(5))


def test_records_with_one_value_are_not_diverse() -> None:
    assert TOO_ALIKE in refusal(strata(20, grades=[0] * 20), Level(5, l=2))


def test_if_all_strata_fail_nothing_leaves() -> None:
    assert "6 of 6 records (100.0 %) cannot be placed" in refusal(strata(3, 3), Level(5), max_suppressed=1.0)


def test_every_message_is_provoked() -> None:
    assert unprovoked(protection, [TOO_FEW, TOO_ALIKE, TOO_MANY_BEHIND]) == []

"""What happened in a period: births, arrivals, departures, and the time that people spent somewhere."""

from __future__ import annotations

from datetime import date

import pytest

from gemeinsinn.concepts.registers import Measure, Period, PeriodQuestion
from gemeinsinn.errors import UnknownNameError
from gemeinsinn.lake.restricted.cube import PeriodCube
from gemeinsinn.lake.restricted.periods import happened
from gemeinsinn.lake.restricted.resolved import resolved
from support.key_dates import AREAS, REGISTER, TOWNS, spells


YEAR = Period("2020", date(2020, 1, 1), date(2021, 1, 1))
NEXT = Period("2021", date(2021, 1, 1), date(2022, 1, 1))


def asked(text: str, measure: Measure, *by: str, step: int = 99, **where: tuple[str, ...]) -> PeriodCube:
    question = PeriodQuestion("residents", measure, (YEAR, NEXT), by, where)
    return happened(spells(text).lazy(), question, resolved(question, REGISTER, AREAS), AREAS, step=step)


def by_town(cube: PeriodCube) -> dict[str, list[int]]:
    names = {key: name for name, key in TOWNS.items()}
    return {names[key]: cube.counts[:, place].tolist() for place, key in enumerate(cube.axes[0].categories)}


def test_a_birth_counts_in_the_year_and_in_the_town_where_the_child_first_lives() -> None:
    register = """
    person | lives in | born       | from       | until
    Ada    | Astadt   | 2020-12-31 | 2020-12-31 | 2021-02-01
    Ada    | Bedorf   | 2020-12-31 | 2021-02-01 |
    Ben    | Bedorf   | 2021-01-01 | 2021-01-01 |
    Carl   | Bedorf   | 1980-01-01 | 2020-05-01 |
    """

    births = by_town(asked(register, Measure.BIRTHS, "municipality"))

    assert births == {"Astadt": [1, 0], "Bedorf": [0, 1], "Cedorf": [0, 0]}


def test_a_birth_that_was_reported_late_belongs_to_its_own_year() -> None:
    register = """
    person | lives in | born       | from       | known from
    Ada    | Astadt   | 2020-06-01 | 2020-06-01 | 7
    """

    assert asked(register, Measure.BIRTHS, step=6).counts.tolist() == [0, 0]
    assert asked(register, Measure.BIRTHS, step=7).counts.tolist() == [1, 0]


def test_a_move_within_the_county_arrives_in_a_town_and_not_in_the_county() -> None:
    register = """
    person | lives in | from       | until
    Anna   | Astadt   | 2010-01-01 | 2020-07-01
    Anna   | Bedorf   | 2020-07-01 | 2021-03-01
    Anna   | Cedorf   | 2021-03-01 |
    """

    arrivals = by_town(asked(register, Measure.ARRIVALS, "municipality"))
    departures = by_town(asked(register, Measure.DEPARTURES, "municipality"))

    assert arrivals == {"Astadt": [0, 0], "Bedorf": [1, 0], "Cedorf": [0, 1]}
    assert departures == {"Astadt": [1, 0], "Bedorf": [0, 1], "Cedorf": [0, 0]}
    assert asked(register, Measure.ARRIVALS, "amt").counts.tolist() == [[1], [0]]
    assert asked(register, Measure.ARRIVALS, "district").counts.tolist() == [[0], [0]]
    assert asked(register, Measure.DEPARTURES).counts.tolist() == [0, 0]


def test_a_change_of_nationality_is_no_move() -> None:
    register = """
    person | lives in | nationality | from       | until
    Anna   | Astadt   | Syrian      | 2015-01-01 | 2020-07-01
    Anna   | Astadt   | German      | 2020-07-01 |
    """

    assert asked(register, Measure.ARRIVALS, "municipality").counts.sum() == 0
    assert asked(register, Measure.DEPARTURES, "municipality").counts.sum() == 0


def test_who_comes_back_arrives_again() -> None:
    register = """
    person | lives in | from       | until
    Anna   | Astadt   | 2010-01-01 | 2020-02-01
    Anna   | Astadt   | 2021-02-01 |
    """

    assert asked(register, Measure.DEPARTURES, "municipality").counts[:, 0].tolist() == [1, 0]
    assert asked(register, Measure.ARRIVALS, "municipality").counts[:, 0].tolist() == [0, 1]


def test_events_are_told_apart_by_the_age_on_their_day() -> None:
    register = """
    person | lives in | born       | from
    Anna   | Astadt   | 2002-06-15 | 2020-06-14
    Ben    | Astadt   | 2002-06-15 | 2020-06-15
    """

    cube = asked(register, Measure.ARRIVALS, age=("18+",))

    assert cube.counts.tolist() == [1, 0]


def test_person_years_are_the_days_spent_there_and_not_the_people() -> None:
    register = """
    person | lives in | from       | until
    Anna   | Astadt   | 2000-01-01 |
    Ben    | Astadt   | 2020-01-01 | 2020-01-31
    Ben    | Bedorf   | 2020-01-31 | 2020-07-01
    """

    cube = asked(register, Measure.PERSON_YEARS, "municipality")

    assert cube.amounts is not None
    assert cube.amounts[0].tolist() == pytest.approx([(366 + 30) / 365.2425, 152 / 365.2425, 0])
    assert cube.amounts[1].tolist() == pytest.approx([365 / 365.2425, 0, 0])
    assert cube.counts.tolist() == [[2, 1, 0], [1, 0, 0]]


def test_somebody_who_comes_back_within_the_year_is_one_person_with_the_time_of_both_stays() -> None:
    register = """
    person | lives in | from       | until
    Anna   | Astadt   | 2020-01-01 | 2020-02-01
    Anna   | Astadt   | 2020-12-01 | 2021-01-01
    """

    cube = asked(register, Measure.PERSON_YEARS)

    assert cube.amounts is not None
    assert cube.amounts.tolist() == pytest.approx([62 / 365.2425, 0])
    assert cube.counts.tolist() == [1, 0]


def test_person_years_are_not_told_apart_by_age() -> None:
    with pytest.raises(UnknownNameError, match="person-years are not told apart by age"):
        asked("person | from | lives in\nAnna | 2020-01-01 | Astadt", Measure.PERSON_YEARS, "age")

"""Restating across any reforms: nobody gets lost and nobody is counted twice."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, strategies as st

from gemeinsinn.areas.rebase import Correspondence, chain, correspondences_of, restated
from gemeinsinn.concepts.territory import Transfer


MUNICIPALITIES = ("a", "b", "c", "d", "e")
COUNTS = st.dictionaries(st.sampled_from((*MUNICIPALITIES, "x")), st.integers(0, 100_000).map(float))
PARTS = st.integers(0, 10)


@st.composite
def reforms(draw: st.DrawFn, year: int) -> Correspondence:
    """A reform in which every municipality keeps its land, or shares it and its people among some others."""
    rows: list[Transfer] = []
    for old in MUNICIPALITIES:
        heirs = draw(st.lists(st.sampled_from(MUNICIPALITIES), min_size=1, max_size=3, unique=True))
        land = draw(st.lists(st.integers(1, 10), min_size=len(heirs), max_size=len(heirs)))
        people = draw(st.lists(PARTS, min_size=len(heirs), max_size=len(heirs)).filter(any))
        rows += [
            Transfer(old, new, date(year, 12, 31), date(year + 1, 12, 31), of_land / sum(land), of_people / sum(people))
            for new, of_land, of_people in zip(heirs, land, people, strict=True)
        ]
    return correspondences_of(rows)[0]


@st.composite
def chains(draw: st.DrawFn) -> tuple[Correspondence, ...]:
    """Up to three reforms, one after the other."""
    return tuple(draw(reforms(2019 + number)) for number in range(draw(st.integers(0, 3))))


@given(COUNTS, chains(), st.sampled_from(["population", "area"]))
def test_the_total_stays_the_same(counts: dict[str, float], steps: tuple[Correspondence, ...], by: str) -> None:
    found = restated(counts, steps, by=by)

    assert sum(each.value for each in found.values()) == pytest.approx(sum(counts.values()))


@given(COUNTS, chains())
def test_no_count_becomes_negative(counts: dict[str, float], steps: tuple[Correspondence, ...]) -> None:
    assert all(each.value >= 0 for each in restated(counts, steps).values())


@given(COUNTS, chains())
def test_a_count_that_is_not_converted_is_that_of_one_municipality_as_it_was(
    counts: dict[str, float], steps: tuple[Correspondence, ...]
) -> None:
    whole = [each.value for each in restated(counts, steps).values() if not each.converted]

    assert all(value in counts.values() for value in whole)


@given(COUNTS, chains())
def test_steps_taken_one_by_one_lead_where_the_chain_leads(
    counts: dict[str, float], steps: tuple[Correspondence, ...]
) -> None:
    at_once = {key: each.value for key, each in restated(counts, steps).items()}

    slowly = dict(counts)
    for step in steps:
        slowly = {key: each.value for key, each in restated(slowly, [step]).items()}

    assert slowly == pytest.approx(at_once)


@given(chains(), st.integers(2019, 2022), st.integers(2019, 2022))
def test_a_chain_has_no_gap_or_there_is_none(steps: tuple[Correspondence, ...], first: int, last: int) -> None:
    start, end = date(first, 12, 31), date(last, 12, 31)

    found = chain(steps, start, end)

    days = [start, *(step.to_date for step in found or ())]
    assert found is None or (days[-1] == end and [step.from_date for step in found] == days[:-1])

"""Keys and periods: whatever stands in a file, a canonical form is read as itself, and nothing is guessed."""

from __future__ import annotations

import string
from datetime import date

from hypothesis import example, given, strategies as st

from gemeinsinn.areas.keys import canonical
from gemeinsinn.concepts.names import slug
from gemeinsinn.concepts.periods import Period, period_of
from gemeinsinn.concepts.territory import Level


DIGITS = st.text(string.digits, min_size=1, max_size=13)
WRITTEN = st.one_of(
    DIGITS,
    st.tuples(st.sampled_from(["03", "07"]), DIGITS).map("".join),
    st.sampled_from(["DG", "d", "De", "00"]),
    st.text(max_size=12),
)
LENGTHS = {
    Level.COUNTRY: 2,
    Level.STATE: 2,
    Level.REGION: 3,
    Level.DISTRICT: 5,
    Level.AMT: 9,
    Level.MUNICIPALITY: 8,
}


@given(WRITTEN)
@example("031510402")
@example("0713101")
def test_a_canonical_key_is_read_as_itself(written: str) -> None:
    found = canonical(written)

    assert found is None or canonical(found.key) == found


@given(WRITTEN)
def test_the_level_of_a_key_shows_in_its_length(written: str) -> None:
    found = canonical(written)

    assert found is None or len(found.key) == LENGTHS[found.level]


@given(WRITTEN)
def test_blanks_around_a_key_make_no_difference(written: str) -> None:
    assert canonical(f"  {written}\t") == canonical(written)


@given(WRITTEN)
def test_a_key_lies_in_the_state_that_it_was_written_for(written: str) -> None:
    found = canonical(written)

    assert found is None or found.level is Level.COUNTRY or written.strip().startswith(found.key[:2])


@given(st.dates(min_value=date(1900, 1, 1), max_value=date(2099, 12, 31)))
def test_a_key_date_is_the_same_day_in_both_ways_of_writing_it(day: date) -> None:
    expected = Period(str(day.year), day)

    assert period_of(f"{day:%d.%m.%Y}") == period_of(day.isoformat()) == expected


@given(st.text(max_size=12))
def test_a_name_in_an_address_stays_as_it_is_when_made_again(name: str) -> None:
    assert slug(slug(name)) == slug(name)


PERIODS = st.one_of(
    st.integers(1900, 2099).map(str),
    st.tuples(st.integers(1900, 2099), st.integers(1, 12)).map(lambda at: f"{at[0]}-{at[1]:02d}"),
    st.tuples(st.integers(1900, 2099), st.integers(1, 4)).map(lambda at: f"{at[0]}q{at[1]}"),
    st.integers(1900, 2098).map(lambda year: f"{year}/{year + 1}"),
    st.text("0123456789.-/Qq ", max_size=11),
)


@given(PERIODS)
def test_the_name_of_a_period_is_read_as_the_same_period(written: str) -> None:
    found = period_of(written)

    assert found is None or period_of(found.name) == Period(found.name)


@given(PERIODS)
def test_a_period_begins_in_a_year_of_these_centuries(written: str) -> None:
    found = period_of(written)

    assert found is None or 1900 <= found.year <= 2099

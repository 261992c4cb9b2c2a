"""Whatever a register holds and whatever is asked: every engine counts as one would on paper, day by day."""

from __future__ import annotations

from datetime import date, timedelta

import narwhals as nw
import polars as pl
import pytest
from hypothesis import given, settings, strategies as st

from gemeinsinn.concepts.registers import Question
from gemeinsinn.concepts.temporal import OPEN_END, OPEN_RELEASE
from gemeinsinn.lake.restricted import fast
from gemeinsinn.lake.restricted.index import built, built_by, opened, saved
from gemeinsinn.lake.restricted.resolved import resolved
from support.key_dates import AREAS, NATIONALITIES, REGISTER, SCHEMA, TOWNS, Engines, plainly_counted


TURNS = [date(2019, 12, 31), date(2020, 1, 1), date(2020, 2, 28), date(2020, 2, 29), date(2020, 3, 1), date(2021, 3, 1)]
"""Days on which years, leap days and birthdays turn."""

near = st.builds(lambda turn, days: turn + timedelta(days=days), st.sampled_from(TURNS), st.integers(-3, 3))
birthdays = st.one_of(
    st.builds(lambda turn, years: _years_before(turn, years), near, st.integers(0, 104)),
    st.dates(date(1915, 1, 1), date(2021, 6, 1)),
)
key_dates = st.one_of(near, st.dates(date(2017, 1, 1), date(2024, 12, 31)))


def _years_before(day: date, years: int) -> date:
    try:
        return day.replace(year=day.year - years)
    except ValueError:
        return date(day.year - years, 2, 28)


@st.composite
def rows(draw: st.DrawFn) -> pl.DataFrame:
    """Spells without any order in them: late, corrected, empty in knowledge, of everybody at once."""
    found = []
    for number in range(draw(st.integers(0, 25))):
        begin = draw(key_dates)
        end = draw(
            st.one_of(st.just(OPEN_END), st.builds(lambda days, b=begin: b + timedelta(days=days), st.integers(1, 900)))
        )
        known = draw(st.integers(1, 4))
        until = draw(st.one_of(st.just(OPEN_RELEASE), st.integers(known + 1, 6)))
        found.append(
            (
                number // 2,
                int(draw(st.sampled_from(list(TOWNS.values())))),
                draw(st.integers(1, 3)),
                draw(st.sampled_from(list(NATIONALITIES.values()))),
                draw(st.integers(1, 3)),
                draw(birthdays),
                begin,
                end,
                known,
                until,
                draw(st.integers(-(2**63), 2**63 - 1)),
                "run",
            )
        )
    return pl.DataFrame(found, schema=SCHEMA, orient="row")


@st.composite
def questions(draw: st.DrawFn) -> Question:
    """Any dates, any dimensions of the index in any order, any classes of age, any choice."""
    age = draw(st.sampled_from([(), ("age",), ("age_class",)]))
    area = draw(st.sampled_from([(), ("municipality",), ("amt",), ("district",)]))
    others = draw(st.lists(st.sampled_from(["sex", "nationality_group"]), unique=True))
    by = tuple(draw(st.permutations([*age, *area, *others])))
    where = {}
    if draw(st.booleans()):
        where["sex"] = tuple(draw(st.lists(st.sampled_from(["male", "female", "diverse"]), min_size=1, unique=True)))
    if draw(st.booleans()):
        first = draw(st.integers(0, 90))
        where["age"] = (draw(st.sampled_from([f"{first}", f"{first}-{first + 7}", f"{first}+", "0-149"])),)
    classes = draw(
        st.one_of(st.just(()), st.lists(st.integers(0, 100), min_size=1, max_size=6, unique=True).map(sorted))
    )
    on = draw(st.lists(key_dates, min_size=1, max_size=14))
    return Question("residents", tuple(on), by, where, tuple(classes), draw(st.integers(1, 6)))


@settings(max_examples=300)
@given(rows(), questions())
def test_the_serving_index_counts_as_one_does_on_paper(register: pl.DataFrame, question: Question) -> None:
    asked = resolved(question, REGISTER, AREAS)

    expected = plainly_counted(register, asked, step=question.step or 0)
    found = fast.counted(built(register.lazy(), REGISTER, step=question.step or 0), asked)

    assert found.counts.tolist() == expected.counts.tolist()
    assert found.keys.tolist() == expected.keys.tolist()


@pytest.mark.parametrize("engine", ["polars", "duckdb"])
@settings(max_examples=40)
@given(register=rows(), question=questions())
def test_the_general_path_counts_as_one_does_on_paper(engine: str, register: pl.DataFrame, question: Question) -> None:
    engines = Engines(lambda: "")

    expected = engines.cube("plain", register, question)
    found = engines.cube(engine, register, question)

    assert found.counts.tolist() == expected.counts.tolist()
    assert found.keys.tolist() == expected.keys.tolist()


@settings(max_examples=12)
@given(rows(), st.lists(st.dates(date(1990, 1, 1), date(2024, 12, 31)), min_size=4, max_size=260, unique=True))
def test_a_series_of_any_length_is_each_of_its_days(register: pl.DataFrame, days: list[date]) -> None:
    index = built(register.lazy(), REGISTER, step=3)

    together = fast.counted(index, resolved(Question("residents", tuple(days), ("age",)), REGISTER, AREAS))

    for place, day in enumerate(sorted(days)):
        alone = fast.counted(index, resolved(Question("residents", (day,), ("age",)), REGISTER, AREAS))
        assert together.counts[place].tolist() == alone.counts[0].tolist()
        assert together.keys[place].tolist() == alone.keys[0].tolist()


@settings(max_examples=20)
@given(register=rows(), question=questions())
def test_an_index_that_was_saved_counts_as_before(
    register: pl.DataFrame, question: Question, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("index") / "one"
    index = built(register.lazy(), REGISTER, step=2)
    asked = resolved(question, REGISTER, AREAS)

    saved(index, folder)
    again = opened(folder)

    assert again is not None
    assert fast.counted(again, asked).counts.tolist() == fast.counted(index, asked).counts.tolist()


@settings(max_examples=30)
@given(register=rows())
def test_an_index_is_the_same_whichever_engine_filters_its_rows(register: pl.DataFrame) -> None:
    here = built(register.lazy(), REGISTER, step=2)

    there = built_by(nw.from_native(register.lazy()), REGISTER, step=2)

    assert there.dimensions == here.dimensions
    for name in ("start", "births", "begins", "ends", "keys"):
        assert getattr(there, name).tolist() == getattr(here, name).tolist()

"""The desk: what it answers, what it refuses, and what it writes down."""

from __future__ import annotations

import json
import stat
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from gemeinsinn.concepts.registers import Measure, Period, PeriodQuestion, Question
from gemeinsinn.errors import NotYetKnownError, UnknownNameError
from gemeinsinn.gate.answers import Desk, holds
from gemeinsinn.lake.restricted import fast
from gemeinsinn.lake.restricted.index import built
from gemeinsinn.lake.restricted.resolved import resolved
from gemeinsinn.protect.cell_keys import PerturbationDesign
from support.desk import NOON, TERMS, desk, filled
from support.key_dates import AREAS, REGISTER, SCHEMA, spells
from support.tiny import tiny_instance


ON = date(2023, 12, 31)
BY = ("municipality", "age_class", "sex", "nationality_group")


@pytest.fixture(scope="module")
def people() -> pl.DataFrame:
    """Four thousand people, drawn once; some arrive late, some move."""
    rng = np.random.default_rng(7)
    count = 4_000
    begin = rng.integers(14_700, 19_000, count)
    return (
        pl.DataFrame(
            {
                "pid": np.arange(count),
                "area": rng.choice([1001001, 1001002, 1001003], count, p=[0.8, 0.19, 0.01]),
                "sex": rng.integers(1, 3, count),
                "nationality": rng.choice([0, 152, 163, 475], count, p=[0.9, 0.05, 0.03, 0.02]),
                "marital": rng.integers(1, 4, count),
                "birth": begin - rng.integers(0, 32_000, count),
                "valid_from": begin,
                "valid_to": np.where(rng.random(count) < 0.3, begin + rng.integers(1, 3_000, count), 2_932_896),
                "sys_from_rel": rng.integers(1, 4, count),
                "sys_to_rel": np.full(count, 2**63 - 1),
                "record_key": rng.integers(-(2**63), 2**63 - 1, count),
                "run_id": ["run"] * count,
            }
        )
        .with_columns(pl.col("birth", "valid_from", "valid_to").cast(pl.Int32).cast(pl.Date))
        .cast(SCHEMA)
    )  # type: ignore[arg-type]


@pytest.fixture
def counter(tmp_path: Path, people: pl.DataFrame) -> Desk:
    filled(tmp_path / "var" / "restricted", people)
    return desk(tmp_path / "var" / "restricted")


def exact(people: pl.DataFrame, question: Question, step: int = 3) -> np.ndarray:
    return fast.counted(built(people.lazy(), REGISTER, step=step), resolved(question, REGISTER, AREAS)).counts


def test_every_count_deviates_within_the_terms_and_zeros_stay(counter: Desk, people: pl.DataFrame) -> None:
    question = Question("residents", (ON,), BY)

    shown = counter.answer(question, who="test", at=NOON).counts
    counts = exact(people, question)

    assert np.abs(shown - counts).max() <= TERMS.design.max_deviation
    assert not shown[counts == 0].any()
    assert (shown != counts).mean() > 0.1
    assert not np.isin(shown, [1, 2]).any()


def test_the_same_people_give_the_same_number_whatever_is_asked(counter: Desk) -> None:
    """Astadt's women of 2023 as a row of a table, as a choice, on two engines, and again tomorrow."""
    table = counter.answer(Question("residents", (ON,), ("municipality", "sex")), who="one", at=NOON)
    astadt, female = 0, table.axes[1].categories.index("female")
    expected = table.counts[0, astadt, female]
    chosen = Question("residents", (ON,), (), {"municipality": ("01001001",), "sex": ("female",)})

    answers = [
        counter.answer(chosen, who="two", at=NOON),
        counter.answer(chosen, who="two", at=NOON, engine="duckdb"),
        counter.answer(chosen, who="two", at=NOON, engine="polars"),
        counter.answer(Question("residents", (ON, date(2024, 1, 31)), ("sex", "municipality")), who="three", at=NOON),
    ]

    assert [int(answer.counts[0]) for answer in answers[:3]] == [expected] * 3
    assert answers[3].counts[0, female, astadt] == expected


def test_totals_deviate_on_their_own_and_are_no_sums_of_their_parts(counter: Desk) -> None:
    days = tuple(date(2020 + year, month, 1) for year in range(4) for month in range(1, 13))
    total = counter.answer(Question("residents", days), who="test", at=NOON).counts
    parts = counter.answer(Question("residents", days, ("municipality", "sex")), who="test", at=NOON).counts

    differences = total - parts.sum(axis=(1, 2))

    assert differences.any()
    assert np.abs(differences).max() <= TERMS.design.max_deviation * (1 + parts[0].size)


def test_subtracting_two_answers_does_not_tell_whether_somebody_is_there(counter: Desk, people: pl.DataFrame) -> None:
    """All people less all people but one group: the difference is no exact number in most cases."""
    days = tuple(date(2019, 1, 1).replace(year=2019 + place // 12, month=place % 12 + 1) for place in range(60))
    whole = Question("residents", days, ("municipality",))
    without = Question("residents", days, ("municipality",), {"nationality_group": ("german", "european")})
    shown = counter.answer(whole, who="test", at=NOON).counts - counter.answer(without, who="test", at=NOON).counts
    counts = exact(people, whole) - exact(people, without)

    wrong = (shown != counts)[counts > 0].mean()

    assert wrong > 0.6


def test_an_answer_is_given_as_known_on_a_day(counter: Desk, people: pl.DataFrame) -> None:
    step = counter.steps.known_on(date(2020, 3, 1), "residents")
    question = Question("residents", (date(2019, 12, 31),), ("sex",), step=step)

    answer = counter.answer(question, who="test", at=NOON)

    assert answer.known_on == date(2020, 1, 2)
    assert np.abs(answer.counts - exact(people, question, step=1)).max() <= 4


@pytest.mark.parametrize(
    ("question", "what"),
    [
        (Question("residents", (date(2025, 1, 1),)), "nothing is known about 01.01.2025 yet"),
        (Question("residents", (date(2009, 12, 31),)), "lies before the register"),
        (Question("residents", (date(2020, 3, 1),), step=1), "nothing is known about 01.03.2020 yet"),
    ],
)
def test_days_that_nobody_can_know_of_are_refused(counter: Desk, question: Question, what: str) -> None:
    with pytest.raises(NotYetKnownError, match=what):
        counter.answer(question, who="test", at=NOON)


@pytest.mark.parametrize(
    ("question", "what"),
    [
        (Question("residents", (ON,), ("sexx",)), "Did you mean 'sex'"),
        (Question("residents", (ON,), ("sex",), {"sex": ("femail",)}), "Did you mean 'female'"),
        (Question("residents", (ON,), ("age", "age_class")), "cannot be asked for together"),
        (Question("residents", (ON,), ("age",), {"age": ("old",)}), "'old' is no age"),
        (Question("residents", (ON,), ("age_class",), age_classes=(5, 3)), "are no first ages of classes"),
        (Question("residents", ()), "no key date"),
    ],
)
def test_names_that_stand_for_nothing_are_told_with_the_nearest(counter: Desk, question: Question, what: str) -> None:
    with pytest.raises(UnknownNameError, match=what):
        counter.answer(question, who="test", at=NOON)


def test_the_index_says_what_it_does_not_hold_and_another_engine_answers(counter: Desk) -> None:
    question = Question("residents", (ON,), ("marital",))

    with pytest.raises(UnknownNameError, match="the index does not hold: marital"):
        counter.answer(question, who="test", at=NOON, engine="fast")
    assert counter.answer(question, who="test", at=NOON).engine == "duckdb"


def test_an_engine_that_is_none_is_told(counter: Desk) -> None:
    with pytest.raises(UnknownNameError, match=r"there is no engine 'duckbd'\. Did you mean 'duckdb'"):
        counter.answer(Question("residents", (ON,)), who="test", at=NOON, engine="duckbd")


def test_a_question_is_written_down_and_no_answer_is(counter: Desk) -> None:
    answer = counter.answer(Question("residents", (ON,), ("municipality",), {"sex": ("female",)}), who="anna", at=NOON)

    (line,) = counter.log.read_text().splitlines()
    entry = json.loads(line)

    assert entry["who"] == "anna"
    assert entry["at"] == NOON.isoformat()
    assert (entry["register"], entry["measure"], entry["on"], entry["by"]) == (
        "residents", "persons", ["2023-12-31"], ["municipality"],
    )  # fmt: skip
    assert entry["where"] == {"sex": ["female"]}
    assert (entry["policy"], entry["policy_digest"], entry["method"]) == ("residents", "digest", "cell_key")
    for count in answer.counts.ravel().tolist():
        assert str(count) not in line.replace(entry["at"], "").replace("2023-12-31", "")


def test_a_refused_question_leaves_no_answer_and_no_line(counter: Desk) -> None:
    with pytest.raises(NotYetKnownError):
        counter.answer(Question("residents", (date(2030, 1, 1),)), who="test", at=NOON)

    assert not counter.log.exists()


def test_exact_numbers_get_into_no_text(counter: Desk) -> None:
    index = built(counter.zone.scan("residents/spells", counter.manifest), REGISTER, step=3)
    cube = fast.counted(index, resolved(Question("residents", (ON,), ("sex",)), REGISTER, AREAS))

    assert repr(cube) == "Cube(1 dates by sex)"
    assert repr(index).startswith("<gemeinsinn.lake.restricted.index.ServingIndex object")


def test_births_and_person_years_deviate_by_the_people_behind_them(counter: Desk) -> None:
    year = Period("2021", date(2021, 1, 1), date(2022, 1, 1))

    births = counter.answer(PeriodQuestion("residents", Measure.BIRTHS, (year,)), who="test", at=NOON)
    years = counter.answer(
        PeriodQuestion("residents", Measure.PERSON_YEARS, (year,), ("municipality",)), who="test", at=NOON
    )

    assert births.measure == "births"
    assert births.at == ("2021",)
    assert years.amounts is not None
    assert (years.amounts <= years.counts + 1).all()
    assert years.amounts.tolist() == years.amounts.round().tolist()


def test_the_time_of_somebody_who_is_alone_is_not_to_be_had_from_the_answer(tmp_path: Path) -> None:
    """Shown is nobody, or whole years of at least three people."""
    alone = spells("""
    person | lives in | from       | until
    Anna   | Astadt   | 2021-03-01 | 2021-06-11
    """)
    year = Period("2021", date(2021, 1, 1), date(2022, 1, 1))
    shown = set()
    for number in range(40):
        filled(tmp_path / str(number), alone.with_columns(record_key=pl.lit(number * 1_637, dtype=pl.Int64)))
        question = PeriodQuestion("residents", Measure.PERSON_YEARS, (year,))
        answer = desk(tmp_path / str(number)).answer(question, who="test", at=NOON)
        assert answer.amounts is not None
        shown.add((int(answer.counts[0]), float(answer.amounts[0])))

    assert {(0, 0.0), (3, 2.0)} <= shown <= {(0, 0.0), (3, 2.0), (4, 3.0), (5, 4.0)}


def test_an_area_may_be_named_by_its_name(counter: Desk) -> None:
    named = replace(counter, areas=replace(AREAS, names={"01001001": "Astadt"}))
    by_key, by_name = (
        named.answer(
            Question("residents", (ON,), ("sex",), {"municipality": (text,)}), who="a", at=NOON
        ).counts.tolist()
        for text in ("01001001", "astadt")
    )

    assert by_key == by_name


@pytest.mark.parametrize("engine", ["fast", "duckdb"])
def test_an_answer_that_would_not_fit_is_refused(counter: Desk, engine: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fast, "LARGEST_ANSWER", 1_000)
    question = Question("residents", (ON,), ("municipality", "age", "sex"))

    with pytest.raises(UnknownNameError, match="the answer would have 1,359 cells"):
        counter.answer(question, who="a", at=NOON, engine=engine)


def test_log_and_index_are_their_owner_s_alone(counter: Desk) -> None:
    counter.answer(Question("residents", (ON,), ("sex",)), who="a", at=NOON)

    made = [counter.log, *counter.zone.index("residents").rglob("*")]

    assert {stat.S_IMODE(path.stat().st_mode) & 0o077 for path in made} == {0}


def test_another_secret_gives_other_numbers(counter: Desk) -> None:
    question = Question("residents", (ON,), ("municipality", "age_class"))
    other = replace(counter, terms=replace(TERMS, secret=b"another secret of 32 bytes......"))

    assert (counter.answer(question, who="a", at=NOON).counts != other.answer(question, who="a", at=NOON).counts).any()


def test_wider_terms_deviate_more(counter: Desk) -> None:
    question = Question("residents", (ON,), ("municipality", "age_class"))
    wide = replace(counter, terms=replace(TERMS, design=PerturbationDesign(12, 20.0, 5)))

    shown = wide.answer(question, who="a", at=NOON).counts

    assert not np.isin(shown, [1, 2, 3, 4]).any()


def test_a_zone_without_the_register_holds_nothing(tmp_path: Path, people: pl.DataFrame) -> None:
    instance = tiny_instance(tmp_path)
    assert not holds(instance, "residents")

    filled(instance.restricted, people)

    assert holds(instance, "residents")
    assert not holds(instance, "care")


def test_an_index_that_was_removed_is_built_again(counter: Desk) -> None:
    question = Question("residents", (ON,), ("sex",))
    before = counter.answer(question, who="a", at=NOON).counts

    counter.zone.drop_index("residents")

    assert counter.answer(question, who="a", at=NOON).counts.tolist() == before.tolist()
    assert list(counter.zone.index("residents").iterdir())

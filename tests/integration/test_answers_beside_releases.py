"""Answers beside releases: what is published is answered just so, what is hidden stays hidden, all else deviates and is remembered."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import numpy as np
import pytest

from gemeinsinn.concepts.registers import Measure, Period, PeriodQuestion, Question
from gemeinsinn.errors import DisclosureError
from gemeinsinn.gate.answers import Answer, Desk
from gemeinsinn.gate.beside_releases import BesideReleases
from gemeinsinn.gate.ledger_folder import LedgerFolder
from gemeinsinn.pipeline.disclosure import LEDGER
from gemeinsinn.pipeline.registers.identity import key_ring
from gemeinsinn.protect import keys
from gemeinsinn.protect.ledger import Ledger
from gemeinsinn.protect.released import Shows
from support.publishing import KEY_OF
from support.suppressing import NOON, HelpingCounty, count, helping_county


ON = date(2022, 12, 31)
HELPS = {
    "Astadt": {"women": 3000, "men": 1511, "girls": 200},
    "Bedorf": {"women": 2},
    "Cedorf": {"women": 700, "men": 400, "girls": 137},
    "Dedorf": {"women": 200, "men": 231},
    "Edorf": {"men": 600, "boys": 77},
}
EVERY_DAY = tuple(date(2022, month, day) for month in (1, 2, 3) for day in range(1, 29))
TOWNS = tuple(KEY_OF[name] for name in HELPS)
WOMEN = Question("helps", (ON,), ("municipality",), {"sex": ("female",)})
ADULTS = Question("helps", (ON,), ("municipality",), {"age": ("18+",)})
BY_AGE = Question("helps", (ON,), ("municipality", "age_class"), {"sex": ("female",)}, age_classes=(0, 18))


@pytest.fixture
def county(tmp_path: Path, clock: Callable[[], datetime]) -> HelpingCounty:
    made = helping_county(tmp_path / "county", clock, indicators={"women_count": count("Women", "{sex: [female]}")})
    made.fill(HELPS)
    made.publish()
    return made


def asked(county: HelpingCounty, question: Question | PeriodQuestion) -> Answer:
    return county.desk().answer(question, who="test", at=NOON)


def unsettled(desk: Desk, question: Question) -> Answer:
    """What cell keys alone would answer."""
    alone = replace(desk, terms=replace(desk.terms, tables=None))
    return alone.answer(question, who="test", at=NOON)


def ledger(county: HelpingCounty) -> Ledger:
    place = county.instance.restricted / LEDGER
    return LedgerFolder(place, key_ring(county.instance).key(keys.LEDGER)).read()


def test_what_a_release_shows_is_answered_just_so_and_what_it_hides_is_hidden(county: HelpingCounty) -> None:
    answer = asked(county, WOMEN)

    assert answer.hidden is not None
    told = dict(zip(TOWNS, zip(answer.counts[0].tolist(), answer.hidden[0].tolist(), strict=True), strict=True))
    assert told[KEY_OF["Astadt"]] == (3200, False)
    assert told[KEY_OF["Dedorf"]] == (200, False)
    assert told[KEY_OF["Bedorf"]] == told[KEY_OF["Cedorf"]] == (0, True)
    assert [cell["count"] for cell in answer.cells()] == [3200, None, None, 200, 0]
    assert county.shown("women_count", 2022)["Dedorf"] == 200


def test_what_nobody_published_deviates_and_enters_the_ledger_as_intervals(county: HelpingCounty) -> None:
    desk = county.desk()

    answer = desk.answer(ADULTS, who="test", at=NOON)

    entry = ledger(county).entries[-1]
    shown = entry.content().shown
    intervals = shown.shows == Shows.INTERVAL
    assert answer.counts.tolist() == unsettled(desk, ADULTS).counts.tolist()
    assert answer.hidden is not None
    assert not answer.hidden.any()
    assert entry.head.method == "cell_key"
    assert entry.head.table == "helps persons 2022-12-31"
    assert intervals.sum() == len(TOWNS)
    assert ((shown.high - shown.low)[intervals] >= 4).all()


def test_asking_again_gives_the_same_numbers_and_enters_nothing(county: HelpingCounty) -> None:
    first = asked(county, ADULTS)
    entries = len(ledger(county).entries)

    again = asked(county, ADULTS)

    assert again.counts.tolist() == first.counts.tolist()
    assert len(ledger(county).entries) == entries


def test_the_next_release_is_protected_from_whoever_has_the_answers(county: HelpingCounty) -> None:
    """The group of the answer is a column of its table that nobody sees, bounded by what was answered."""
    asked(county, ADULTS)
    county.indicators({"women_count": count("Women", "{sex: [female]}"), "all_count": count("All")})

    county.publish()

    newest = ledger(county).entries[-1]
    names = newest.content().shown.names
    assert "[age=18+]" in names.codes[names.dimensions.index("group")]
    assert newest.head.method == "suppress"
    assert county.shown("all_count", 2022)["Testkreis"] == sum(map(sum, (each.values() for each in HELPS.values())))


def narrow(desk: Desk, by: int) -> Answer:
    """Women and girls in an answer whose deviations are all alike, as chance may have it."""
    answer = unsettled(desk, BY_AGE)
    exact = desk.exactly(BY_AGE)
    return replace(answer, counts=np.where(exact.counts > 2, exact.counts + by, answer.counts))


def settled(county: HelpingCounty, answer: Answer) -> Answer:
    desk = county.desk()
    assert isinstance(desk.beside, BesideReleases)
    return desk.beside.settled(desk, BY_AGE, answer, at=NOON)


def test_an_answer_that_would_help_to_find_a_hidden_number_is_refused(county: HelpingCounty) -> None:
    """In Cedorf 704 women and 141 girls are answered, of 837: at least 837, so in Bedorf at most 2, which is what is there."""
    entries = len(ledger(county).entries)

    with pytest.raises(DisclosureError, match=r"would help to find \d+ numbers"):
        settled(county, narrow(county.desk(), 4))

    assert len(ledger(county).entries) == entries


def test_an_answer_that_leaves_enough_open_is_given(county: HelpingCounty) -> None:
    """The same question with other deviations: the refusal above is not for the question."""
    answer = settled(county, narrow(county.desk(), 1))

    assert answer.counts[0, TOWNS.index(KEY_OF["Cedorf"])].tolist() == [138, 701]


@pytest.mark.parametrize(
    ("question", "what"),
    [
        (Question("helps", (ON,), ("municipality", "amt")), "two levels of areas at once"),
        (Question("helps", (ON,), (), {"municipality": (KEY_OF["Bedorf"],)}), "a sum over chosen areas"),
        (Question("helps", (ON,), ("age",), {"age": ("0-17",)}), "ages are chosen and told apart"),
        (Question("helps", EVERY_DAY, ("age", "sex", "municipality")), "more than 400 groups or 100,000 numbers"),
        (
            PeriodQuestion("helps", Measure.BIRTHS, (Period("2022", date(2022, 1, 1), date(2023, 1, 1)),)),
            "what happens in a period",
        ),
    ],
)
def test_what_cannot_be_set_against_published_numbers_is_refused(
    county: HelpingCounty, question: Question | PeriodQuestion, what: str
) -> None:
    with pytest.raises(DisclosureError, match=what):
        asked(county, question)


def test_a_desk_that_nobody_sets_against_releases_answers_nothing(county: HelpingCounty) -> None:
    alone = replace(county.desk(), beside=None)

    with pytest.raises(DisclosureError, match="nobody sets this answer against them"):
        alone.answer(WOMEN, who="test", at=NOON)


def test_a_chosen_area_alone_is_answered_as_in_a_table_of_all(county: HelpingCounty) -> None:
    one = Question("helps", (ON,), ("municipality",), {"sex": ("female",), "municipality": (KEY_OF["Cedorf"],)})

    answer = asked(county, one)

    assert [cell["status"] for cell in answer.cells()] == ["confidential"]

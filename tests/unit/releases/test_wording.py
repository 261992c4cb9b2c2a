"""Words and numbers of findings: every pattern in both languages, numbers and days as people write them."""

from __future__ import annotations

from string import Formatter

import pytest

from gemeinsinn.concepts.observations import ALL_STATUSES, SIGN_OF_STATUS, WITH_VALUE
from gemeinsinn.indicators.definition import Unit
from gemeinsinn.indicators.methods.judgement import Judgement
from gemeinsinn.releases.wording import LANGUAGES, PATTERNS, day, number, patterns


NUMBERS = """
value         decimals  de                 en
0             0         0                  0
999           0         999                999
1000          0         1.000              1,000
1234567.891   2         1.234.567,89       1,234,567.89
0.5           0         0                  0
1.5           0         2                  2
2.5           0         2                  2
0.125         2         0,12               0.12
0.375         2         0,38               0.38
999.95        1         1.000,0            1,000.0
5             2         5,00               5.00
-3.14         1         −3,1               −3.1
-1234.5       1         −1.234,5           −1,234.5
-0.04         1         0,0                0.0
-0.0          0         0                  0
1e15          0         1.000.000.000.000.000  1,000,000,000,000,000
"""


@pytest.mark.parametrize("row", NUMBERS.strip().splitlines()[1:])
def test_a_number_is_written_as_people_of_the_language_write_it(row: str) -> None:
    """A number exactly in the middle goes to the even neighbour; nothing is never below zero; minus is no hyphen."""
    value, decimals, german, english = row.split()

    said = [number(float(value), int(decimals), language) for language in ("de", "en")]

    assert said == [german, english]


@pytest.mark.parametrize(
    ("iso", "german", "english"),
    [
        ("2024-12-31", "31.12.2024", "31 December 2024"),
        ("2024-02-09", "09.02.2024", "9 February 2024"),
        ("1987-05-25", "25.05.1987", "25 May 1987"),
    ],
)
def test_a_day_is_written_as_people_of_the_language_write_it(iso: str, german: str, english: str) -> None:
    assert (day(iso, "de"), day(iso, "en")) == (german, english)


@pytest.mark.parametrize("month", range(1, 13))
def test_every_month_has_its_own_name(month: int) -> None:
    others = {day(f"2024-{other:02d}-01", "en") for other in range(1, 13) if other != month}

    assert day(f"2024-{month:02d}-01", "en") not in others


@pytest.mark.parametrize("language", [*LANGUAGES, "de-simple"])
def test_every_pattern_is_there_in_every_language(language: str) -> None:
    words = patterns(language)

    assert set(words) == set(PATTERNS)
    assert [key for key, text in words.items() if not text.strip()] == []


def test_english_is_the_language_that_patterns_are_written_in() -> None:
    assert patterns("en") == PATTERNS


@pytest.mark.parametrize("language", ["de", "de-simple"])
def test_a_translated_pattern_has_the_same_slots(language: str) -> None:
    words = patterns(language)

    assert {key: _slots(text) for key, text in words.items()} == {key: _slots(text) for key, text in PATTERNS.items()}


def test_every_pattern_with_words_has_german_ones() -> None:
    """What has no letters besides its slots, such as `{n} %`, is the same in both; so are the sign x and m²."""
    german = patterns("de")

    same = [key for key, text in PATTERNS.items() if german[key] == text and _letters(text)]

    assert same == ["sign.source-blocked", "unit.square_metres"]


def test_every_unit_has_words() -> None:
    assert {f"unit.{unit}" for unit in Unit} == {key for key in PATTERNS if key.startswith("unit.")}


def test_every_status_without_a_number_has_a_reason_and_a_sign() -> None:
    missing = [status for status in ALL_STATUSES if status not in WITH_VALUE]

    assert [status for status in missing if f"reason.{status}" not in PATTERNS] == []
    assert [status for status in missing if f"sign.{status}" not in PATTERNS] == []


def test_a_status_of_a_source_is_shown_with_the_sign_of_the_source() -> None:
    """Only the empty cell, which has no sign, is shown as a box."""
    signs = {status: PATTERNS[f"sign.{status}"] for status in SIGN_OF_STATUS if status not in WITH_VALUE}

    assert {status for status, sign in signs.items() if sign != SIGN_OF_STATUS[status]} == {"source-empty"}


def test_every_judgement_has_a_title_and_a_sentence() -> None:
    needed = {f"{place}.{said}" for place in ("title", "compare") for said in Judgement}

    assert needed <= set(PATTERNS)


def _slots(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


def _letters(text: str) -> bool:
    return any(part.isalpha() for literal, *_ in Formatter().parse(text) for part in literal)

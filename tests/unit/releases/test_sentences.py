"""Findings word by word: lists, shares, remarks and gaps that the county on a page does not have by itself."""

from __future__ import annotations

from typing import Any

import pytest

from gemeinsinn.concepts.observations import ALL_STATUSES, ObsStatus
from gemeinsinn.indicators.methods.judgement import Polarity
from gemeinsinn.releases.data import IndicatorData, indicator_data
from gemeinsinn.releases.sentences import Finding, Question, Wording, finding
from gemeinsinn.releases.wording import patterns


NAMES = {"town": "Astadt", "amt": "Amt Nord", "county": "Testkreis", "state": "Testland", "country": "Deutschland"}
ENGLISH = Wording("en", patterns("en"), NAMES)
GERMAN = Wording("de", patterns("de"), NAMES)


def numbers(
    rows: dict[str, list[float | None]],
    *,
    around: float | None = None,
    periods: tuple[str, ...] = ("2023",),
    status: ObsStatus = ObsStatus.NORMAL,
    breaks: tuple[dict[str, Any], ...] = (),
    unit: str = "percent",
) -> IndicatorData:
    """Values by area; `around` is how far the interval reaches to both sides, `status` that of all values."""
    missing = ALL_STATUSES.index(ObsStatus.SOURCE_CONFIDENTIAL)
    values = list(rows.values())

    def limits(sign: int) -> list[list[float | None]] | None:
        if around is None:
            return None
        return [[None if value is None else value + sign * around for value in row] for row in values]

    return indicator_data({
        "id": "share", "unit": unit, "decimals": 1, "areas": list(rows), "periods": list(periods), "values": values,
        "status": [[missing if value is None else ALL_STATUSES.index(status) for value in row] for row in values],
        "lower": limits(-1), "upper": limits(1), "numerator": None, "denominator": None, "provenance": [],
        "origin": [[-1 for _ in row] for row in values], "converted": [], "breaks": list(breaks),
    })  # fmt: skip


def said(
    data: IndicatorData,
    *,
    wording: Wording = ENGLISH,
    statistic: str = "proportion",
    polarity: Polarity = Polarity.NEUTRAL,
    period: str = "2023",
) -> Finding:
    """The finding on the town, beside county, state and country."""
    benchmarks = ("county", "state", "country")
    return finding(Question(data, "Share", statistic, polarity, "town", period, benchmarks, "amt"), wording)


@pytest.mark.parametrize(
    ("items", "german", "english"),
    [
        (["a"], "a", "a"),
        (["a", "b"], "a und b", "a and b"),
        (["a", "b", "c"], "a, b und c", "a, b and c"),
        (["a", "b", "c", "d"], "a, b, c und d", "a, b, c and d"),
    ],
)
def test_a_list_ends_with_and(items: list[str], german: str, english: str) -> None:
    assert (GERMAN.listed(items), ENGLISH.listed(items)) == (german, english)


def test_without_benchmark_a_title_states_the_number_alone() -> None:
    found = said(numbers({"town": [5.0]}))

    assert found == Finding("Share: Astadt 5.0 %", "Astadt, 2023: 5.0 %.")


def test_without_interval_both_numbers_stand_beside_each_other_unjudged() -> None:
    found = said(numbers({"town": [5.0], "county": [4.0]}))

    assert found.title == "Share: Astadt 5.0 %, Testkreis 4.0 %"
    assert found.text == "Astadt, 2023: 5.0 %. For comparison: Testkreis (4.0 %)."


@pytest.mark.parametrize(
    ("polarity", "title"),
    [
        (Polarity.HIGHER_IS_BETTER, "Share: Astadt more favourable than Testkreis"),
        (Polarity.LOWER_IS_BETTER, "Share: Astadt less favourable than Testkreis"),
        (Polarity.NEUTRAL, "Share: Astadt discernibly higher than Testkreis"),
    ],
)
def test_a_title_states_the_judgement_beside_the_nearest_benchmark(polarity: Polarity, title: str) -> None:
    data = numbers({"town": [5.0], "county": [3.0], "state": [9.0]}, around=1)

    assert said(data, polarity=polarity).title == title


def test_a_benchmark_without_a_number_in_the_period_is_passed_over() -> None:
    data = numbers({"town": [5.0], "county": [None], "state": [3.0]}, around=1)

    found = said(data)

    assert found.title == "Share: Astadt discernibly higher than Testland"
    assert "Testkreis" not in found.text


def test_each_thing_that_can_be_said_has_one_sentence() -> None:
    data = numbers({"town": [5.0], "county": [3.0], "state": [5.5], "country": [2.0]}, around=1)

    assert said(data).text == (
        "Astadt, 2023: 5.0 % (95 % interval 4.0 to 6.0). Discernibly higher than Testkreis (3.0 %) and "
        "Deutschland (2.0 %). No discernible difference from Testland (5.5 %)."
    )


@pytest.mark.parametrize("whole", [0.0, -100.0, None])
def test_a_count_is_no_share_of_nothing(whole: float | None) -> None:
    data = numbers({"town": [5.0], "county": [whole]}, unit="persons")

    assert said(data, statistic="count").text == "Astadt, 2023: 5.0."


def test_a_count_is_never_judged() -> None:
    data = numbers({"town": [5.0], "county": [50.0]}, unit="persons", around=1)

    assert said(data, statistic="count").title == "Share: Astadt 5.0"
    assert said(data, statistic="count").text.endswith("Share of Testkreis: 10.0 %.")


@pytest.mark.parametrize(
    ("status", "remark"),
    [
        (ObsStatus.POOLED, "Too few cases in one year: the value is pooled over several years."),
        (ObsStatus.MERGED, "Too few cases in the municipality: the value is that of Amt Nord."),
        (ObsStatus.WEAK, "The value is of limited reliability, because it rests on few cases."),
    ],
)
def test_what_was_done_to_a_number_is_said_after_it(status: ObsStatus, remark: str) -> None:
    assert said(numbers({"town": [5.0]}, status=status)).text == f"Astadt, 2023: 5.0 %. {remark}"


@pytest.mark.parametrize(
    ("earlier", "sentence"),
    [
        (3.0, "Discernibly higher than in 2021 (3.0 %)."),
        (7.0, "Discernibly lower than in 2021 (7.0 %)."),
        (5.5, "No discernible difference from 2021 (5.5 %)."),
        (3.7, "No discernible difference from 2021 (3.7 %)."),
        (6.3, "No discernible difference from 2021 (6.3 %)."),
    ],
)
def test_a_number_is_told_beside_the_first_one(earlier: float, sentence: str) -> None:
    data = numbers({"town": [earlier, 4.0, 5.0]}, around=1, periods=("2021", "2022", "2023"))

    assert said(data).text.endswith(sentence)


@pytest.mark.parametrize("bare", [0, 1])
def test_a_number_beside_one_without_interval_is_told_unjudged(bare: int) -> None:
    whole = dict(numbers({"town": [3.0, 5.0]}, around=1, periods=("2022", "2023")).plain)
    for limit in ("lower", "upper"):
        whole[limit] = [[None if place == bare else each for place, each in enumerate(whole[limit][0])]]

    assert said(indicator_data(whole)).text.endswith("In 2022 it was 3.0 %.")


def test_the_number_after_a_break_has_no_earlier_one_but_names_the_break() -> None:
    turn = {"period": "2023", "kind": "basis", "text": {"de": "neuer Zensus", "en": "new census"}}
    data = numbers({"town": [3.0, 5.0]}, around=1, periods=("2022", "2023"), breaks=(turn,))

    assert said(data).text.endswith("Values before 2023 compare only to a limited extent: new census.")
    assert "2022" not in said(data).text


def test_a_break_before_the_first_number_of_an_area_is_not_named() -> None:
    turn = {"period": "2022", "kind": "basis", "text": {"de": "neuer Zensus", "en": "new census"}}
    data = numbers({"town": [None, 4.0, 5.0]}, periods=("2021", "2022", "2023"), breaks=(turn,))

    assert "new census" not in said(data).text


def test_a_break_that_is_still_to_come_is_not_named() -> None:
    turn = {"period": "2023", "kind": "basis", "text": {"de": "neuer Zensus", "en": "new census"}}
    data = numbers({"town": [4.0, 5.0, 6.0]}, periods=("2021", "2022", "2023"), breaks=(turn,))

    assert said(data, period="2022").text == "Astadt, 2022: 5.0 %. In 2021 it was 4.0 %."


def test_where_the_town_has_no_number_at_all_the_amt_is_named_before_the_county() -> None:
    data = numbers({"town": [None], "amt": [4.0], "county": [3.0]})

    assert said(data).text.endswith("For Amt Nord there is one: 4.0 % (2023).")


def test_where_nobody_has_a_number_only_the_reason_is_told() -> None:
    found = said(numbers({"town": [None], "county": [None]}))

    assert found == Finding(
        "Share: no value for Astadt",
        "There is no value for Astadt in 2023: the source keeps it secret or does not know it (sign “.”).",
    )


def test_a_german_finding_is_german_throughout() -> None:
    data = numbers({"town": [3.0, 1234.5], "county": [None, 1200.0]}, around=1, periods=("2022", "2023"))

    assert said(data, wording=GERMAN).text == (
        "Astadt, 2023: 1.234,5 % (95-%-Intervall 1.233,5 bis 1.235,5). Erkennbar höher als Testkreis (1.200,0 %). "
        "Erkennbar höher als 2022 (3,0 %)."
    )

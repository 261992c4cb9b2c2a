"""Intervals and judgements beside other people's programs, and what must hold for all numbers."""

from __future__ import annotations

from itertools import pairwise
from math import isnan, sqrt

import numpy as np
import pytest
from hypothesis import example, given, strategies as st
from scipy.stats import binomtest, chi2, norm
from statsmodels.stats.proportion import (
    confint_proportions_2indep,
    proportion_confint,
    test_proportions_2indep as z_test,
)
from statsmodels.stats.rates import confint_poisson_2indep

from gemeinsinn.indicators.methods.intervals import Z_95, byar, exact_poisson, poisson, wilson
from gemeinsinn.indicators.methods.judgement import Estimate, Judgement, Polarity, developed, difference, judged


HIGHER, LOWER, NEUTRAL = Polarity.HIGHER_IS_BETTER, Polarity.LOWER_IS_BETTER, Polarity.NEUTRAL
MIRRORED = {Judgement.BETTER: Judgement.WORSE, Judgement.HIGHER: Judgement.LOWER}
MIRRORED |= {other: one for one, other in MIRRORED.items()}

numbers = st.floats(-1e9, 1e9)


@st.composite
def shares(draw: st.DrawFn, most: int = 10_000_000) -> tuple[int, int]:
    """Cases and the population that they are part of."""
    people = draw(st.integers(1, most))
    return draw(st.integers(0, people)), people


def limits_of_share(cases: float, people: float) -> tuple[float, float]:
    lower, upper = wilson(np.array([float(cases)]), np.array([float(people)]))
    return float(lower[0]), float(upper[0])


def limits_of_count(cases: float) -> tuple[float, float]:
    lower, upper = poisson(np.array([float(cases)]))
    return float(lower[0]), float(upper[0])


def share_of(cases: int, people: int) -> Estimate:
    return Estimate(cases / people, *limits_of_share(cases, people))


def rate_of(cases: int, people: int) -> Estimate:
    lower, upper = limits_of_count(cases)
    return Estimate(cases / people, lower / people, upper / people)


def test_the_level_of_all_intervals_is_95_per_cent() -> None:
    assert pytest.approx(norm.ppf(0.975), abs=1e-15) == Z_95


@given(shares())
@example((0, 1))
@example((1, 1))
def test_the_interval_of_a_share_is_that_of_statsmodels(share: tuple[int, int]) -> None:
    cases, people = share

    expected = proportion_confint(cases, people, alpha=0.05, method="wilson")

    assert limits_of_share(cases, people) == pytest.approx(expected, rel=1e-9, abs=1e-12)


@given(shares(most=2_000))
def test_the_interval_of_a_share_is_that_of_scipy(share: tuple[int, int]) -> None:
    cases, people = share

    expected = binomtest(cases, people).proportion_ci(0.95, method="wilson")

    assert limits_of_share(cases, people) == pytest.approx((expected.low, expected.high), rel=1e-9, abs=1e-12)


@given(shares())
def test_the_share_of_all_others_has_the_mirrored_interval(share: tuple[int, int]) -> None:
    cases, people = share

    lower, upper = limits_of_share(cases, people)

    assert limits_of_share(people - cases, people) == pytest.approx((1 - upper, 1 - lower), abs=1e-12)


@given(shares())
def test_a_share_lies_within_its_interval_and_that_between_nothing_and_all(share: tuple[int, int]) -> None:
    cases, people = share

    lower, upper = limits_of_share(cases, people)

    assert 0 <= lower <= cases / people + 1e-15
    assert cases / people - 1e-15 <= upper <= 1


@given(shares(most=1_000_000), st.integers(2, 10))
def test_the_same_share_of_more_people_is_surer(share: tuple[int, int], times: int) -> None:
    cases, people = share

    few, many = limits_of_share(cases, people), limits_of_share(cases * times, people * times)

    assert many[1] - many[0] < few[1] - few[0]


@pytest.mark.parametrize(
    ("cases", "people"), [(1, 0), (0, 0), (-1, 10), (11, 10), (float("nan"), 10), (1, float("nan"))]
)
def test_what_is_no_share_has_no_interval(cases: float, people: float) -> None:
    assert all(isnan(limit) for limit in limits_of_share(cases, people))


@pytest.mark.parametrize("events", range(10))
def test_few_events_have_the_exact_limits_of_scipy(events: int) -> None:
    """The limits of Garwood are quantiles of the chi-squared distribution (Johnson, Kemp & Kotz 2005, 4.7.3)."""
    lower = chi2.ppf(0.025, 2 * events) / 2 if events else 0.0
    upper = chi2.ppf(0.975, 2 * events + 2) / 2

    assert exact_poisson(events) == pytest.approx((lower, upper), rel=1e-12)
    assert limits_of_count(events) == exact_poisson(events)


@given(st.integers(10, 10_000_000))
@example(10)
def test_many_events_have_limits_near_the_exact_ones_of_scipy(events: int) -> None:
    """The error is largest at ten events."""
    lower, upper = limits_of_count(events)

    assert lower == pytest.approx(chi2.ppf(0.025, 2 * events) / 2, rel=1e-10, abs=0.008)
    assert upper == pytest.approx(chi2.ppf(0.975, 2 * events + 2) / 2, rel=1e-10, abs=0.0016)


@given(st.floats(10, 1e9))
def test_many_events_have_the_limits_that_the_book_prints(events: float) -> None:
    """Breslow & Day 1987, p. 69, written out for one number at a time."""
    lower = events * (1 - 1 / (9 * events) - 1.959963984540054 / (3 * sqrt(events))) ** 3
    upper = (events + 1) * (1 - 1 / (9 * (events + 1)) + 1.959963984540054 / (3 * sqrt(events + 1))) ** 3

    assert limits_of_count(events) == pytest.approx((lower, upper), rel=1e-12)


@given(st.lists(st.floats(0, 1e6), min_size=1, max_size=20))
def test_a_count_lies_within_its_interval(counts: list[float]) -> None:
    lower, upper = poisson(np.array(counts))

    assert (lower <= counts).all()
    assert (upper >= counts).all()


def test_more_events_never_have_lower_limits_and_the_seam_between_both_methods_is_smooth() -> None:
    lower, upper = poisson(np.arange(0.0, 30.0))

    assert all(one < other < one + 1.05 for one, other in pairwise(lower.tolist()))
    assert all(one < other < one + 2 for one, other in pairwise(upper.tolist()))


def test_a_count_that_was_divided_by_a_reform_has_the_limits_of_the_nearest_whole_one() -> None:
    assert limits_of_count(3.4) == exact_poisson(3)
    assert limits_of_count(3.6) == exact_poisson(4)


@pytest.mark.parametrize("count", [-1.0, -0.001, float("nan")])
def test_what_is_no_count_has_no_interval(count: float) -> None:
    assert all(isnan(limit) for limit in limits_of_count(count))


@pytest.mark.parametrize("method", [poisson, byar])
def test_every_cell_of_a_panel_has_its_own_limits(method: type) -> None:
    counts = np.array([[0.0, 5.0, np.nan], [10.0, 100.0, -1.0]])

    lower, upper = method(counts)

    each = [[method(np.array([count])) for count in row] for row in counts.tolist()]
    assert np.array_equal(lower, [[cell[0][0] for cell in row] for row in each], equal_nan=True)
    assert np.array_equal(upper, [[cell[1][0] for cell in row] for row in each], equal_nan=True)


def test_the_counts_that_were_handed_in_are_left_as_they_are() -> None:
    counts = np.array([0.0, 5.0, 100.0])

    poisson(counts)

    assert counts.tolist() == [0.0, 5.0, 100.0]


@given(numbers, numbers, numbers, st.sampled_from(Polarity))
def test_a_difference_is_said_exactly_where_the_interval_excludes_the_benchmark(
    one: float, other: float, benchmark: float, polarity: Polarity
) -> None:
    lower, upper = sorted((one, other))

    said = judged(lower=lower, upper=upper, benchmark=benchmark, polarity=polarity)

    assert (said is Judgement.NO_DIFFERENCE) == (not (benchmark < lower or benchmark > upper))


@given(numbers, numbers, numbers, st.sampled_from(Polarity))
def test_the_same_numbers_below_zero_are_judged_the_other_way_round(
    one: float, other: float, benchmark: float, polarity: Polarity
) -> None:
    lower, upper = sorted((one, other))

    said = judged(lower=lower, upper=upper, benchmark=benchmark, polarity=polarity)
    mirrored = judged(lower=-upper, upper=-lower, benchmark=-benchmark, polarity=polarity)

    assert mirrored is MIRRORED.get(said, said)


@given(numbers, numbers, numbers)
def test_what_is_better_where_higher_is_good_is_worse_where_lower_is(one: float, other: float, mark: float) -> None:
    lower, upper = sorted((one, other))

    said = [judged(lower=lower, upper=upper, benchmark=mark, polarity=polarity) for polarity in (HIGHER, LOWER)]

    assert said[1] is MIRRORED.get(said[0], said[0])


@given(numbers, numbers, numbers)
def test_without_a_polarity_nothing_is_called_better_or_worse(one: float, other: float, mark: float) -> None:
    lower, upper = sorted((one, other))

    said = judged(lower=lower, upper=upper, benchmark=mark, polarity=NEUTRAL)

    assert said in {Judgement.HIGHER, Judgement.LOWER, Judgement.NO_DIFFERENCE}


@given(shares(), shares())
@example((56, 70), (48, 80))
@example((0, 10), (0, 20))
@example((10, 10), (0, 20))
def test_the_interval_of_the_difference_of_two_shares_is_that_of_statsmodels(
    one: tuple[int, int], other: tuple[int, int]
) -> None:
    expected = confint_proportions_2indep(*one, *other, method="newcomb", compare="diff")

    assert difference(share_of(*one), share_of(*other)) == pytest.approx(expected, rel=1e-7, abs=1e-9)


@pytest.mark.parametrize(
    ("one", "other", "limits"),
    [
        ((56, 70), (48, 80), (0.0524, 0.3339)),
        ((9, 10), (3, 10), (0.1705, 0.8090)),
        ((5, 56), (0, 29), (-0.0381, 0.1926)),
        ((0, 10), (0, 20), (-0.1611, 0.2775)),
        ((10, 10), (0, 20), (0.6791, 1.0000)),
    ],
)
def test_the_interval_of_the_difference_of_two_shares_is_the_one_that_newcombe_prints(
    one: tuple[int, int], other: tuple[int, int], limits: tuple[float, float]
) -> None:
    """Newcombe 1998, table II, method 10: the contrasts (a), (b), (d), (e) and (g)."""
    assert difference(share_of(*one), share_of(*other)) == pytest.approx(limits, abs=5e-5)


@given(*[st.integers(0, 9), st.integers(1, 1_000_000)] * 2)
def test_the_interval_of_the_difference_of_two_rates_of_few_events_is_that_of_statsmodels(
    events: int, people: int, others: int, other_people: int
) -> None:
    expected = confint_poisson_2indep(
        events, people, others, other_people, method="mover", compare="diff", method_mover="exact-c"
    )

    assert difference(rate_of(events, people), rate_of(others, other_people)) == pytest.approx(expected, rel=1e-7)


@given(st.integers(50, 950), st.integers(50, 950))
def test_a_share_has_changed_where_the_test_of_two_shares_says_so(cases: int, earlier: int) -> None:
    """Both may differ only at the edge: where the chance that the test gives lies between 4 and 6 per cent."""
    chance = z_test(cases, 1000, earlier, 1000, method="score", compare="diff", correction=False).pvalue

    said = developed(share_of(cases, 1000), share_of(earlier, 1000))

    changed = Judgement.HIGHER if cases > earlier else Judgement.LOWER
    assert said in ({changed} if chance < 0.04 else {Judgement.NO_DIFFERENCE} if chance > 0.06 else Judgement)


@given(shares(), shares())
def test_the_difference_seen_from_the_other_side_is_mirrored(one: tuple[int, int], other: tuple[int, int]) -> None:
    now, earlier = share_of(*one), share_of(*other)

    lower, upper = difference(now, earlier)

    assert difference(earlier, now) == pytest.approx((-upper, -lower), abs=1e-15)
    assert developed(earlier, now) is MIRRORED.get(developed(now, earlier), developed(now, earlier))


@given(shares())
def test_the_same_number_again_is_no_difference(share: tuple[int, int]) -> None:
    assert developed(share_of(*share), share_of(*share)) is Judgement.NO_DIFFERENCE


@given(shares(), shares())
def test_what_differs_between_two_years_would_differ_from_the_earlier_value_if_that_were_exact(
    one: tuple[int, int], other: tuple[int, int]
) -> None:
    """Two uncertain values never say more than one."""
    now, earlier = share_of(*one), share_of(*other)

    said = developed(now, earlier)

    fixed = judged(lower=now.lower, upper=now.upper, benchmark=earlier.value, polarity=NEUTRAL)
    assert said in {fixed, Judgement.NO_DIFFERENCE}

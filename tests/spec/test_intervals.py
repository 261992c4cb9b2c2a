"""How sure a number is: 95 % intervals of shares and rates, and which numbers have none."""

from __future__ import annotations

import numpy as np
import pytest

from gemeinsinn.indicators.methods.intervals import byar, exact_poisson, wilson
from support.publishing import County, cell
from support.tiny import SHARE


@pytest.mark.parametrize(
    ("cases", "people", "lower", "upper"),
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_the_interval_of_a_share_is_that_of_wilson(cases: int, people: int, lower: float, upper: float) -> None:
    """Truth: Newcombe 1998, Statistics in Medicine 17, 857-872, table I, method 3."""
    found = wilson(np.array([float(cases)]), np.array([float(people)]))

    assert [limit[0] for limit in found] == pytest.approx([lower, upper], abs=0.00005)


@pytest.mark.parametrize(
    ("events", "lower", "upper"),
    [(0, 0.0, 3.689), (1, 0.025, 5.572), (2, 0.242, 7.225), (3, 0.619, 8.767), (5, 1.623, 11.668), (9, 4.115, 17.085)],
)
def test_fewer_than_ten_events_have_the_exact_limits_of_poisson(events: int, lower: float, upper: float) -> None:
    """Truth: Garwood 1936, Biometrika 28, 437-442, as printed in tables of Poisson limits."""
    assert exact_poisson(events) == pytest.approx((lower, upper), abs=0.0005)


@pytest.mark.parametrize(
    ("events", "lower", "upper"), [(10, 4.795, 18.390), (20, 12.217, 30.888), (100, 81.364, 121.627)]
)
def test_byars_limits_of_ten_events_and_more_are_near_the_exact_ones(events: int, lower: float, upper: float) -> None:
    """Truth: exact limits of the same tables; Breslow & Day 1987 call the approximation accurate from ten on."""
    found = byar(np.array([float(events)]))

    assert [limit[0] for limit in found] == pytest.approx([lower, upper], abs=0.02)


def test_a_share_carries_its_interval_in_its_own_unit_and_decimals(county: County) -> None:
    release = county.released("""
        area    year  cases  people
        Astadt  2023    500   10000
    """)

    share = cell(release, "cases_share", "Astadt", 2023)

    assert (share.value, share.lower, share.upper) == (5, 4.59, 5.44)
    assert (share.numerator, share.denominator) == (500, 10_000)


def test_no_case_among_two_hundred_people_is_a_zero_that_may_be_nearly_two_per_cent(county: County) -> None:
    release = county.released("""
        area    year  cases  people
        Edorf   2023      0     200
    """)

    share = cell(release, "cases_share", "Edorf", 2023)

    assert (share.value, share.lower, share.upper) == (0, 0, 1.88)


def test_a_rate_has_the_limits_of_its_events_over_its_population(county: County) -> None:
    rate = SHARE.replace("unit: percent", "unit: per_1000").replace("proportion", "rate")
    county.write("catalogue/life/cases_share.yaml", rate)

    release = county.released("""
        area    year  cases  people
        Astadt  2023     20   10000
        Edorf   2023      1     200
    """)

    many = cell(release, "cases_share", "Astadt", 2023)
    one = cell(release, "cases_share", "Edorf", 2023)
    assert (many.value, many.lower, many.upper) == (2, 1.22, 3.09)
    assert (one.value, one.lower, one.upper) == (5, 0.13, 27.86)


@pytest.mark.parametrize("statistic", ["ratio", "published"])
def test_a_ratio_or_a_published_figure_has_no_interval(county: County, statistic: str) -> None:
    definition = SHARE.replace("proportion", statistic)
    if statistic == "published":
        definition = definition.replace("numerator:", "value:").replace("denominator: {table: people}", "")
    county.write("catalogue/life/cases_share.yaml", definition)

    release = county.released("""
        area    year  cases  people
        Astadt  2023    500   10000
    """)

    found = cell(release, "cases_share", "Astadt", 2023)
    assert found.value is not None
    assert (found.lower, found.upper) == (None, None)


def test_a_count_has_no_interval(county: County) -> None:
    release = county.released("""
        area    year  cases  people
        Astadt  2023    500   10000
    """)

    people = cell(release, "people_count", "Astadt", 2023)

    assert (people.value, people.lower, people.upper) == (10_000, None, None)


def test_more_cases_than_people_are_told_without_an_interval(county: County) -> None:
    release = county.released("""
        area    year  cases  people
        Astadt  2023    500   10000
        Edorf   2023    250     200
    """)

    found = cell(release, "cases_share", "Edorf", 2023)

    assert (found.value, found.lower, found.upper) == (125, None, None)

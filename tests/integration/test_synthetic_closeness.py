"""A whole county of 320,000 against the published numbers that it follows."""

from __future__ import annotations

import numpy as np
import pytest

from gemeinsinn.synthetic.options import Order
from gemeinsinn.synthetic.report import Report, report
from support.synthetic import pinneberg, planned


@pytest.fixture(scope="module")
def found() -> Report:
    return report(planned(Order(last_year=2015)))


def test_the_county_has_the_published_residents_each_year(found: Report) -> None:
    scale = 320_000 / pinneberg().size
    # 12411-01-01-4, 31.12. of each year
    published = {2012: 298_826, 2013: 301_223, 2014: 304_087, 2015: 307_471}

    assert scale == pytest.approx(1.0, abs=0.01)
    for year, residents in published.items():
        assert found.residents[year].synthetic == pytest.approx(residents * scale, rel=0.001)


def test_births_deaths_and_moves_are_near_the_published_ones(found: Report) -> None:
    # 12612-01-01-4, 12613-01-01-4, 12711-05-02-4: the year 2015
    published = {"births": 2_687, "deaths": 3_407, "arrivals": 17_958, "departures": 13_933}

    for event, count in published.items():
        compared = found.events[event, 2015]
        assert compared.published == pytest.approx(count, rel=0.01)
        assert compared.deviation == pytest.approx(0.0, abs=0.05), event


def test_municipalities_of_some_size_are_within_two_percent_and_villages_within_a_hundred_people(found: Report) -> None:
    # 12411-01-01-5, 31.12.2015
    synthetic, published = found.municipalities[2015]
    large = published >= 5_000

    assert large.sum() == 10
    assert np.abs(synthetic / published - 1)[large].max() < 0.02
    assert np.abs(synthetic - published)[~large].max() < 100
    assert np.abs(synthetic - published).sum() / published.sum() < 0.01


def test_hardly_anybody_is_in_the_wrong_municipality_sex_or_age_group(found: Report) -> None:
    # 12411-02-03-5, 31.12.2015
    synthetic, published = (each.sum(axis=0) for each in found.cells)

    assert found.misplaced < 0.02
    assert np.abs(synthetic / published - 1).max() < 0.07

"""The calibration: what is read from the published tables, and what is filled in between them."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from gemeinsinn.errors import DeliveryError
from gemeinsinn.synthetic.calibration import in_year
from gemeinsinn.synthetic.projection import projection
from gemeinsinn.synthetic.published import TABLES, calibration_of, spread
from support.synthetic import pinneberg


def test_the_population_of_each_municipality_adds_up_to_the_published_county() -> None:
    calibration = pinneberg()

    # 12411-01-01-4: Kreis Pinneberg, 31.12.2015
    assert len(calibration.municipalities) == 49
    assert round(calibration.population.sum()) == 307_471
    assert round(calibration.population[:, 0].sum()) == 150_455


def test_births_and_deaths_at_calibrated_rates_are_the_published_ones() -> None:
    years = projection(pinneberg(), first_year=2013, last_year=2015).years

    expected = projection(pinneberg(), first_year=2015, last_year=2015)

    # 12612-01-01-4 and 12613-01-01-4: 2,687 born, 3,407 died in 2015
    assert (expected.first[:, 1] * expected.years[0].fertility).sum() == pytest.approx(2_687, rel=0.001)
    assert (expected.first * expected.years[0].mortality).sum() == pytest.approx(3_407, rel=0.001)
    assert [year.year for year in years] == [2013, 2014, 2015]


def test_a_year_between_published_ones_lies_between_them_and_a_later_one_goes_on_half_as_fast() -> None:
    calibration = pinneberg()

    between = calibration.residents(2019).sum()
    growth = calibration.residents(2025).sum() - calibration.residents(2024).sum()

    assert calibration.residents(2017).sum() < between < calibration.residents(2021).sum()
    # GV-ISys: 312,662 on 31.12.2017, 324,018 on 31.12.2023
    assert growth == pytest.approx((324_018 - 312_662) / 6 / 2, rel=0.01)


def test_the_first_day_s_people_grow_into_the_published_ones_of_the_base_year() -> None:
    plan = projection(pinneberg(), first_year=2013, last_year=2015)

    # 12411-01-01-4: 298,826 on 31.12.2012
    assert plan.first.sum() == pytest.approx(298_826)
    assert (plan.first >= 0).all()


def test_values_of_groups_are_spread_by_weight_and_keep_their_sums() -> None:
    weights = np.arange(101.0)

    single = spread(np.array([30.0, 70.0]), [(0, 3), (4, 100)], weights)

    assert single[:4].tolist() == pytest.approx([0.0, 5.0, 10.0, 15.0], abs=1e-9)
    assert single[4:].sum() == pytest.approx(70.0)


def test_a_figure_of_a_year_without_one_is_the_mean_of_the_nearest_three() -> None:
    figures = {2012: 1.0, 2013: 2.0, 2014: 3.0, 2015: 7.0}

    assert in_year(figures, 2014) == 3.0
    assert in_year(figures, 2020) == 4.0
    assert in_year(figures, 2000) == 2.0


def test_a_table_without_the_county_is_named() -> None:
    empty = pl.DataFrame({"area": ["01001"], "value": [1.0]})

    with pytest.raises(DeliveryError, match="12411-02-03-5: the table holds nothing of 01056"):
        calibration_of(dict.fromkeys(TABLES, empty), [], county="01056", totals=empty)


def test_a_missing_table_is_named() -> None:
    with pytest.raises(DeliveryError, match="12411-02-03-5: the calibration needs this table"):
        calibration_of({}, [], county="01056", totals=pl.DataFrame())

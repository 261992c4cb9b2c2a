"""Spells straight from the calibration: well formed, close to the published numbers, the same for the same seed."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from gemeinsinn.synthetic.spells import OPEN_STEP, pieces, step_days
from support.synthetic import pinneberg


FIRST, LAST = date(2013, 1, 1), date(2016, 12, 31)
OPEN = date(9999, 12, 31)


def table(seed: int = 1, residents: int = 60_000, piece: int = 50_000) -> list[pl.DataFrame]:
    return list(pieces(pinneberg(), residents=residents, seed=seed, first=FIRST, last=LAST, piece=piece))


@pytest.fixture(scope="module")
def spells() -> pl.DataFrame:
    return pl.concat(table())


def test_the_columns_have_the_types_of_a_register_s_table(spells: pl.DataFrame) -> None:
    whole, small, day = pl.Int64, pl.Int32, pl.Date

    assert dict(spells.schema) == {
        "pid": whole, "area": small, "sex": small, "nationality": small, "marital": small, "birth": day,
        "valid_from": day, "valid_to": day, "sys_from_rel": whole, "sys_to_rel": whole, "record_key": whole,
    }  # fmt: skip
    assert spells.null_count().sum_horizontal().item() == 0


def test_no_interval_is_empty_and_nobody_lives_before_birth(spells: pl.DataFrame) -> None:
    assert spells.filter(pl.col("valid_from") >= pl.col("valid_to")).is_empty()
    assert spells.filter(pl.col("sys_from_rel") >= pl.col("sys_to_rel")).is_empty()
    assert spells.filter(pl.col("birth") > pl.col("valid_from")).is_empty()
    assert spells["sys_from_rel"].min() == 1
    last = spells.filter(pl.col("sys_to_rel") < OPEN_STEP)["sys_to_rel"].max()
    assert last == len(step_days(FIRST, LAST))


@pytest.mark.parametrize("step", [1, 200, 700, len(step_days(FIRST, LAST))])
def test_nobody_is_in_two_places_on_any_day_as_known_at_any_step(spells: pl.DataFrame, step: int) -> None:
    believed = spells.filter(pl.col("sys_from_rel") <= step, pl.col("sys_to_rel") > step).sort("pid", "valid_from")

    overlapping = believed.filter(
        (pl.col("pid") == pl.col("pid").shift(-1)) & (pl.col("valid_to") > pl.col("valid_from").shift(-1))
    )

    assert believed.height > 50_000
    assert overlapping.is_empty()


def test_the_number_of_residents_follows_the_county(spells: pl.DataFrame) -> None:
    scale = 60_000 / pinneberg().size
    for year in (2013, 2014, 2015):
        day = date(year, 12, 31)
        now = spells.filter(
            pl.col("valid_from") <= day, pl.col("valid_to") > day, pl.col("sys_to_rel") == OPEN_STEP
        ).height

        assert now == pytest.approx(pinneberg().residents(year).sum() * scale, rel=0.03)


def test_one_person_has_one_key_and_another_has_another(spells: pl.DataFrame) -> None:
    people = spells.select("pid", "record_key").unique()

    assert people.height == people["pid"].n_unique() == people["record_key"].n_unique()


def test_the_same_seed_makes_the_same_pieces_and_another_seed_others() -> None:
    one, again, other = (table(seed, 3_000, 5_000) for seed in (1, 1, 2))

    assert len(one) > 1
    assert all(a.equals(b) for a, b in zip(one, again, strict=True))
    assert not any(a.equals(b) for a, b in zip(one, other, strict=False))

"""The exact tables behind what indicators ask: every cell is what a question of its own would count."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from gemeinsinn.concepts.registers import AREA_DIMENSIONS, Measure, Period, PeriodQuestion, Question
from gemeinsinn.errors import DisclosureError
from gemeinsinn.gate.answers import Desk
from gemeinsinn.gate.blocks import Block, block_of
from gemeinsinn.gate.exact_tables import Asked, ExactTables, exact_tables
from gemeinsinn.lake.restricted.resolved import AreaScheme
from support.desk import desk, filled
from support.key_dates import AREAS, SCHEMA


DAYS = (date(2022, 12, 31), date(2023, 12, 31))
WHERES: dict[str, dict[str, tuple[str, ...]]] = {
    "all": {},
    "minors": {"age": ("0-17",)},
    "young": {"age": ("0-20",)},
    "women": {"sex": ("female",)},
    "german women": {"sex": ("female",), "nationality_group": ("german",)},
}
ASKED: dict[str, Asked] = {name: Question("residents", DAYS, (), where) for name, where in WHERES.items()}


@pytest.fixture
def counter(tmp_path: Path) -> Desk:
    """Three hundred people, half of them young, in three towns, two of which are one Amt."""
    rng = np.random.default_rng(3)
    count = 300
    people = pl.DataFrame(
        {
            "pid": np.arange(count),
            "area": rng.choice([1001001, 1001002, 1001003], count, p=[0.7, 0.2, 0.1]),
            "sex": rng.integers(1, 3, count),
            "nationality": rng.choice([0, 152, 163, 475], count),
            "marital": rng.integers(1, 4, count),
            "birth": rng.integers(8_000, 18_900, count),
            "valid_from": np.full(count, 18_950),
            "valid_to": np.where(rng.random(count) < 0.3, 19_600, 2_932_896),
            "sys_from_rel": np.ones(count, dtype=np.int64),
            "sys_to_rel": np.full(count, 2**63 - 1),
            "record_key": rng.integers(-(2**63), 2**63 - 1, count),
            "run_id": ["run"] * count,
        }
    ).with_columns(pl.col("birth", "valid_from", "valid_to").cast(pl.Int32).cast(pl.Date))
    filled(tmp_path / "zone", people.cast(SCHEMA))  # type: ignore[arg-type]
    return desk(tmp_path / "zone")


def cell(tables: ExactTables, question: str, at: str, level: str, key: str) -> float:
    place = tables.places[question]
    block = next(each for each in tables.blocks if (each.snapshot.variable, each.snapshot.at) == (place.variable, at))
    row = block.areas.place[level, key]
    return float(block.model.values[row * block.shape[1] + place.column])


@pytest.mark.parametrize("name", WHERES)
@pytest.mark.parametrize("level", ["municipality", "amt", "district"])
def test_every_cell_is_what_a_question_of_its_own_counts(counter: Desk, name: str, level: str) -> None:
    tables = exact_tables(counter, ASKED)

    answer = counter.exactly(Question("residents", DAYS, (level,), WHERES[name]))

    for place, at in enumerate(DAYS):
        for number, key in enumerate(answer.axes[0].categories):
            assert cell(tables, name, at.isoformat(), level, key) == answer.counts[place, number]


def test_all_equations_hold_and_no_cell_is_without_one(counter: Desk) -> None:
    for block in exact_tables(counter, ASKED).blocks:
        model = block.model
        assert not (model.equations @ model.values).any()
        assert (abs(model.equations).sum(axis=0) > 0).all()
        assert model.base is not None
        assert np.array_equal(model.base @ _smallest(block), model.values)


def _smallest(block: Block) -> np.ndarray:
    """The numbers of the smallest cells: municipalities by parts."""
    return block.snapshot.counts.ravel()


def test_what_nobody_asked_for_is_latent_and_what_was_asked_is_not(counter: Desk) -> None:
    tables = exact_tables(counter, ASKED)

    for block in tables.blocks:
        latent = block.model.latent_cells().reshape(block.shape)
        assert not latent[:, : len(ASKED)].any()
        assert latent[:, len(ASKED) :].all()


def test_levels_that_are_not_published_are_latent(counter: Desk) -> None:
    (block, _) = exact_tables(counter, ASKED, levels=("amt", "district")).blocks

    latent = block.model.latent_cells().reshape(block.shape)[:, 0]
    assert [area.keys[0][0] for area, hidden in zip(block.areas.areas, latent, strict=True) if not hidden] == [
        "amt",
        "district",
    ]


def test_an_amt_of_one_municipality_is_the_same_cell_as_the_municipality(counter: Desk) -> None:
    alone = AreaScheme(AREAS.municipalities, {"01001002": "010015001"}, AREAS.district_of)

    (block, _) = exact_tables(replace(counter, areas=alone), ASKED).blocks

    assert block.areas.place["amt", "010015001"] == block.areas.place["municipality", "01001002"]
    assert len(block.areas.areas) == 4


def test_a_cell_is_the_same_as_long_as_its_number_is(counter: Desk) -> None:
    """One more girl in Bedorf: all cells that count her are other cells, and no other one is."""
    first = exact_tables(counter, ASKED).blocks[0]
    counts = first.snapshot.counts.copy()
    counts[1, 0] += 1
    other = replace(first.snapshot, counts=counts)
    corrected = block_of(other, first.areas, first.columns, frozenset(AREA_DIMENSIONS))

    both = zip(first.model.identities or (), corrected.model.identities or (), strict=True)
    same = np.array([one == another for one, another in both])
    assert np.array_equal(same, first.model.values == corrected.model.values)
    assert 0 < (~same).sum() < same.size


def test_another_key_date_is_another_cell(counter: Desk) -> None:
    """Nobody came or left between the two days."""
    days = (date(2022, 12, 30), date(2022, 12, 31))
    first, next_day = exact_tables(counter, {"all": Question("residents", days)}).blocks

    assert np.array_equal(first.snapshot.counts, next_day.snapshot.counts)
    assert not set(first.model.identities or ()) & set(next_day.model.identities or ())


def test_the_same_question_with_others_beside_has_the_same_identities(counter: Desk) -> None:
    alone = exact_tables(counter, {"minors": ASKED["minors"]}).blocks[0]
    beside = exact_tables(counter, ASKED).blocks[0]

    wanted = {(alone.model.identities or ())[row * alone.shape[1]] for row in range(alone.shape[0])}
    assert wanted <= set(beside.model.identities or ())


def test_numbers_that_do_not_add_up_over_areas_are_refused(counter: Desk) -> None:
    year = Period("2023", date(2023, 1, 1), date(2024, 1, 1))
    asked = {"arrivals": PeriodQuestion("residents", Measure.ARRIVALS, (year,))}

    with pytest.raises(
        DisclosureError, match="do not add up over areas, so that hidden ones among them cannot be protected: arrivals"
    ):
        exact_tables(counter, asked)


def test_a_block_prints_itself_without_a_number(counter: Desk) -> None:
    tables = exact_tables(counter, ASKED)

    assert repr(tables.blocks[0]) == "Block(residents persons 2022-12-31, 90 cells)"

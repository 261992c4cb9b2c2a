"""Cell keys: what a deviation is, and what it never does."""

from __future__ import annotations

import hashlib

import numpy as np
import pytest
from scipy.optimize import minimize

from gemeinsinn.errors import DefinitionError
from gemeinsinn.protect.cell_keys import KEYS, PerturbationDesign, perturbation_table


SECRET = bytes(range(32))
DESIGNS = [
    PerturbationDesign(4, 2.0, 3),
    PerturbationDesign(5, 3.0, 3),
    PerturbationDesign(3, 1.0, 1),
    PerturbationDesign(10, 8.0, 5),
]
EVERY_KEY = np.arange(KEYS, dtype=np.uint16)


@pytest.mark.parametrize("design", DESIGNS, ids=str)
def test_nothing_deviates_by_more_than_the_maximum_and_nothing_falls_below_zero(design: PerturbationDesign) -> None:
    table = perturbation_table(design, SECRET)

    for count in (*range(design.rows + 3), 50_000):
        shown = table.perturbed(np.full(KEYS, count), EVERY_KEY)

        assert np.abs(shown - count).max() <= design.max_deviation
        assert shown.min() >= 0


@pytest.mark.parametrize("design", DESIGNS, ids=str)
def test_a_zero_stays_a_zero_whatever_its_key(design: PerturbationDesign) -> None:
    shown = perturbation_table(design, SECRET).perturbed(np.zeros(KEYS, dtype=np.int64), EVERY_KEY)

    assert not shown.any()


@pytest.mark.parametrize("design", DESIGNS, ids=str)
def test_no_number_below_the_threshold_is_ever_shown(design: PerturbationDesign) -> None:
    table = perturbation_table(design, SECRET)

    for count in range(design.rows + 1):
        shown = set(table.perturbed(np.full(KEYS, count), EVERY_KEY).tolist())

        assert not shown & set(range(1, design.min_units))


@pytest.mark.parametrize("design", DESIGNS, ids=str)
def test_deviations_are_zero_on_average_for_every_count(design: PerturbationDesign) -> None:
    table = perturbation_table(design, SECRET)

    for count in range(1, design.rows + 1):
        assert table.deviations[count].astype(int).sum() == 0


@pytest.mark.parametrize("design", DESIGNS, ids=str)
def test_large_counts_have_the_variance_of_the_design(design: PerturbationDesign) -> None:
    deviations = perturbation_table(design, SECRET).deviations[-1].astype(float)

    assert deviations.var() == pytest.approx(design.variance, abs=0.01)


@pytest.mark.parametrize("design", DESIGNS, ids=str)
def test_the_distribution_is_the_flattest_with_its_mean_and_variance(design: PerturbationDesign) -> None:
    """Checked against a general optimiser (SciPy) that knows nothing of the dual."""
    count = design.rows
    deviations = (design.results(count) - count).astype(float)
    conditions = [
        {"type": "eq", "fun": lambda shares: shares.sum() - 1},
        {"type": "eq", "fun": lambda shares: shares @ deviations},
        {"type": "eq", "fun": lambda shares: shares @ deviations**2 - design.variance},
    ]
    even = np.full(deviations.size, 1 / deviations.size)
    best = minimize(
        lambda shares: (shares * np.log(np.maximum(shares, 1e-300))).sum(),
        even,
        bounds=[(1e-9, 1)] * deviations.size,
        constraints=conditions,
        method="SLSQP",
        options={"maxiter": 1000, "ftol": 1e-14},
    )

    assert design.probabilities(count) == pytest.approx(best.x, abs=2e-4)


def test_the_same_people_always_give_the_same_number() -> None:
    first = perturbation_table(DESIGNS[0], SECRET)
    perturbation_table.cache_clear()

    again = perturbation_table(PerturbationDesign(4, 2.0, 3), SECRET)

    assert np.array_equal(first.deviations, again.deviations)


def test_the_deviations_are_those_that_were_published_before() -> None:
    """Other deviations beside the old ones would tell more than either: whoever changes the table has to know."""
    table = perturbation_table(DESIGNS[0], SECRET)

    digest = hashlib.sha256(table.deviations.tobytes()).hexdigest()

    assert digest == "2c592071e16dc9b31fce829c65dc3e50edd306471e501518b9512759840c0ac8"


@pytest.mark.parametrize("kind", [np.int32, np.int64])
@pytest.mark.parametrize("cells", [0, 1, 1000, 500_000])
def test_a_compiled_loop_on_both_cores_deviates_as_the_table_says(kind: type, cells: int) -> None:
    """The plain expression by which numbers were published before; 500,000 cells are shared by two cores."""
    table = perturbation_table(DESIGNS[0], SECRET)
    rng = np.random.default_rng(cells)
    counts, keys = rng.integers(0, 30, cells).astype(kind), rng.integers(0, KEYS, cells).astype(np.uint16)

    shown = table.perturbed(counts, keys)

    row = np.minimum(counts, table.deviations.shape[0] - 1)
    assert shown.dtype == np.int64
    assert np.array_equal(shown, counts + table.deviations[row, keys])


def test_cells_in_any_order_of_axes_deviate_alike() -> None:
    """An answer for few dates has its axes swapped."""
    table = perturbation_table(DESIGNS[0], SECRET)
    rng = np.random.default_rng(5)
    counts, keys = rng.integers(0, 30, (40, 7, 3)), rng.integers(0, KEYS, (40, 7, 3)).astype(np.uint16)

    swapped = table.perturbed(counts.swapaxes(0, 2), keys.swapaxes(0, 2))

    assert np.array_equal(swapped.swapaxes(0, 2), table.perturbed(counts, keys))


def test_another_secret_deals_other_deviations() -> None:
    mine, other = perturbation_table(DESIGNS[0], SECRET), perturbation_table(DESIGNS[0], b"x" * 32)

    same = (mine.deviations[-1] == other.deviations[-1]).mean()

    assert same < 0.25


def test_one_person_more_changes_the_deviation_as_if_it_were_drawn_anew() -> None:
    """Also a person whose record key is as small as can be."""
    table = perturbation_table(DESIGNS[0], SECRET)
    without = table.perturbed(np.full(KEYS, 40), EVERY_KEY) - 40

    for record_key in (1, 2, 500, 65_535):
        having = table.perturbed(np.full(KEYS, 41), EVERY_KEY + np.uint16(record_key)) - 41

        assert abs(np.corrcoef(without, having)[0, 1]) < 0.02


def test_averaging_tables_that_say_the_same_learns_nothing() -> None:
    """The total is shown in ten tables: it is the same number ten times."""
    table = perturbation_table(DESIGNS[0], SECRET)

    shown = {int(table.perturbed(np.array([1234]), np.array([777], dtype=np.uint16))[0]) for _ in range(10)}

    assert len(shown) == 1


@pytest.mark.parametrize(
    ("design", "what"),
    [
        ((0, 1.0, 1), "a maximum deviation lies between 1 and 100"),
        ((4, 0.0, 3), "a variance lies above 0"),
        ((4, 17.0, 3), "at most the square of the maximum deviation, 16"),
        ((2, 1.0, 3), "counts below 3 cannot be lifted or hidden"),
    ],
)
def test_a_design_that_cannot_be_is_refused(design: tuple[int, float, int], what: str) -> None:
    with pytest.raises(DefinitionError, match=what):
        PerturbationDesign(*design)

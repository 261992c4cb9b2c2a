"""Whoever knows cells of his own recomputes nobody else's: persons alone, all of them together, households, providers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import product

import numpy as np
import pytest
from hypothesis import example, given, strategies as st
from numpy.typing import NDArray
from scipy.optimize import linprog

from gemeinsinn.protect.tables.hierarchies import flat
from gemeinsinn.protect.tables.model import TableModel, product_table
from gemeinsinn.protect.tables.pattern import FREE
from gemeinsinn.protect.tables.policy import Attacker, Dominance, TablePolicy, Zeros
from gemeinsinn.protect.tables.protection import Protection, protect
from gemeinsinn.protect.tables.rules import Facts
from support.effort import examples, nightly
from support.onlooker import CLOSE, asked_of, is_kept, onlooker, recomputed
from support.small_tables import AGES, DISTRICTS, OVERLAPPING, SHAPES, Case


OUTSIDER = (Attacker.OUTSIDER,)
INSIDER = (Attacker.OUTSIDER, Attacker.INSIDER)
EVERYBODY = (Attacker.OUTSIDER, Attacker.INSIDER, Attacker.ALL_SINGLETONS)
ZEROS = (Zeros.PUBLIC, Zeros.NAIVE, Zeros.STRUCTURAL)
LARGEST = {"area": DISTRICTS, "age": AGES, "sex": flat("mw", name="sex")}
OVERLAPS = {"area": OVERLAPPING, "age": AGES}


@st.composite
def cases(draw: st.DrawFn, attackers: tuple[Attacker, ...]) -> Case:
    """Tables of up to 105 cells with many persons who are alone."""
    dimensions = draw(st.sampled_from([*SHAPES, LARGEST, OVERLAPS]))
    shape = [len(each.leaves) for each in dimensions.values()]
    counts = draw(st.lists(st.sampled_from([0, 1, 1, 1, 2, 2, 3, 5, 8]), min_size=1, max_size=int(np.prod(shape))))
    leaves = np.resize(np.array(counts, dtype=np.float64), shape)
    policy = TablePolicy(zeros=draw(st.sampled_from(ZEROS)), attackers=attackers)
    return Case(product_table(dimensions, leaves), policy)


def is_safe(case: Case, hidden: NDArray[np.bool_]) -> bool:
    """Whether outsiders cannot narrow, and insiders cannot recompute any small count."""
    return is_kept(case.seen(hidden), asked_of(case.model, case.policy)) and not case.finds(hidden)


def hiding_all(case: Case) -> NDArray[np.bool_]:
    found = case.primary.copy()
    found[case.free] = True
    return found


@examples(0.4)
@given(cases(INSIDER))
def test_nobody_who_is_alone_in_a_cell_recomputes_a_cell_of_somebody_else(case: Case) -> None:
    """What is not safe is only called so where nothing is, whatever is hidden. Seen to fail with outsiders as the only attackers."""
    protection = protect(case.model, case.policy)

    assert protection.verdict.clean == (protection.insiders == 0 and is_safe(case, protection.pattern != FREE))
    assert protection.verdict.clean or not is_safe(case, hiding_all(case))


@examples(0.4)
@given(cases(EVERYBODY))
def test_all_who_are_alone_in_a_cell_recompute_nothing_together(case: Case) -> None:
    """Seen to fail with insiders as the only attackers beside outsiders."""
    protection = protect(case.model, case.policy)

    assert protection.verdict.clean == is_safe(case, protection.pattern != FREE)
    assert protection.verdict.clean or not is_safe(case, hiding_all(case))


AREAS = flat("ABC", name="area")
BY_AGE = {"area": AREAS, "age": flat(["young", "old"], name="age")}


@dataclass(frozen=True, slots=True, eq=False)
class Homes:
    """Persons who live together: by household the smallest cell that each of its members is in."""

    members: tuple[tuple[int, ...], ...]

    @property
    def model(self) -> TableModel:
        counts = np.bincount([cell for home in self.members for cell in home], minlength=6)
        return product_table(BY_AGE, counts.astype(np.float64).reshape(3, 2))

    def in_each(self, model: TableModel) -> NDArray[np.int64]:
        """How many households have members in each cell."""
        return sum(self._in_cells(model, home).astype(np.int64) for home in self.members)

    def alone(self, model: TableModel) -> list[tuple[int, ...]]:
        """For each household the cells that it makes up alone."""
        single = self.in_each(model) == 1
        cells = [tuple(np.flatnonzero(single & self._in_cells(model, home)).tolist()) for home in self.members]
        return [each for each in cells if each]

    def _in_cells(self, model: TableModel, home: Sequence[int]) -> NDArray[np.bool_]:
        assert model.base is not None
        return model.base.toarray()[:, list(home)].any(axis=1)


@st.composite
def homes(draw: st.DrawFn) -> Homes:
    """Up to 14 households of up to four persons in one area; pairs are in one age class, parents and children are not."""
    found = []
    for _ in range(draw(st.integers(4, 14))):
        area, size = draw(st.integers(0, 2)), draw(st.integers(1, 4))
        found.append(tuple(2 * area + draw(st.integers(0, 1)) for _ in range(size)))
    return Homes(tuple(found))


HOUSEHOLDS = TablePolicy(units=("person", "household"), attackers=INSIDER)


def protected(living: Homes) -> tuple[TableModel, Protection]:
    model = living.model
    facts = Facts(units={"household": living.in_each(model)})
    return model, protect(model, HOUSEHOLDS, facts=facts)


@examples(0.3)
@given(homes())
def test_cells_of_two_households_are_small_however_many_persons_they_have(living: Homes) -> None:
    """Seen to fail with households left out of the policy."""
    model, protection = protected(living)

    households = living.in_each(model)
    small = (households > 0) & (households < 3) | (model.values > 0) & (model.values < 3)
    assert (protection.primary.mask == small).all()
    assert (protection.pattern[small] != FREE).all()


@examples(0.3)
@given(homes())
@example(Homes(((0, 1, 1), (0,), (0,), (2,), (2,))))
def test_a_household_that_makes_up_a_cell_recomputes_no_cell_of_another(living: Homes) -> None:
    """Seen to fail, also for the example, as long as only somebody who is alone in a cell was an attacker."""
    model, protection = protected(living)

    if protection.verdict.clean:
        seen = onlooker(model, protection.pattern != FREE, HOUSEHOLDS)
        small = np.flatnonzero(protection.primary.mask).tolist()
        alone = living.alone(model)
        assert [recomputed(seen, known, small) for known in alone] == [[] for _ in alone]


PERCENT = 10.0
BY_KIND = {"area": DISTRICTS, "kind": flat("xyz", name="kind")}
SUMS = TablePolicy(p_percent=PERCENT, dominance=Dominance(1, 0.8), attackers=INSIDER)


@dataclass(frozen=True, slots=True, eq=False)
class Providers:
    """What each provider contributes to each smallest cell."""

    amounts: NDArray[np.float64]

    @property
    def model(self) -> TableModel:
        plain = product_table(BY_KIND, self.amounts.sum(axis=0).reshape(4, 3))
        return replace(plain, units=(self.to_cells(plain) > 0).sum(axis=0))

    def to_cells(self, model: TableModel) -> NDArray[np.float64]:
        """What each contributes to each cell."""
        assert model.base is not None
        return np.asarray(self.amounts @ model.base.toarray().T)


def providers(seed: int) -> Providers:
    """Some small and some large ones; each is in a few smallest cells."""
    rng = np.random.default_rng(seed)
    amounts = np.zeros((int(rng.integers(8, 20)), 12))
    for own in amounts:
        places = rng.choice(12, rng.integers(1, 4), replace=False)
        own[places] = np.ceil(np.exp(rng.normal(3, 2, places.size)))
    return Providers(amounts)


def protected_sums(those: Providers, policy: TablePolicy = SUMS) -> tuple[TableModel, Protection]:
    model = those.model
    largest = -np.sort(-those.to_cells(model), axis=0)[:2].T
    return model, protect(model, policy, facts=Facts(largest=largest))


def range_for(model: TableModel, hidden: NDArray[np.bool_], cell: int, own: NDArray[np.float64]) -> tuple[float, float]:
    """Between which values a sum lies for somebody who knows what is his own in each smallest cell of it."""
    assert model.base is not None
    base = model.base.toarray().astype(np.float64)
    ends = []
    for sign in (1, -1):
        solved = linprog(
            sign * base[cell], A_eq=base[~hidden], b_eq=model.values[~hidden], bounds=[(least, None) for least in own]
        )
        assert solved.status in (0, 3), solved.message
        ends.append(sign * solved.fun if solved.status == 0 else np.inf)
    return ends[0], ends[1]


def too_close(those: Providers, model: TableModel, protection: Protection) -> list[tuple[int, int]]:
    """Who can narrow which sum below what was asked for, or estimate another one's contribution closer than by p%.

    Whoever contributes most of a sum may know that it is no less; of the others he must not know more than anybody else.
    """
    assert model.base is not None
    hidden, parts, found = protection.pattern != FREE, those.to_cells(model), []
    for cell, provider in product(np.flatnonzero(protection.primary.mask), range(len(parts))):
        others = np.delete(parts[:, cell], provider)
        if parts[provider, cell] and others.any():
            own = those.amounts[provider] * model.base.toarray()[cell]
            low, high = range_for(model, hidden, cell, own)
            is_largest = parts[provider, cell] > others.max()
            asked = 0.0 if is_largest else 2 * PERCENT / 100 * model.values[cell]
            estimate = high - parts[provider, cell]
            if high - low < asked - CLOSE or estimate < (1 + PERCENT / 100) * others.max() - CLOSE:
                found.append((int(cell), provider))
    return found


@pytest.mark.parametrize("seed", range(40 if nightly() else 12))
def test_no_contributor_narrows_a_dominated_sum_or_estimates_the_largest_contribution(seed: int) -> None:
    """He knows what is his own in the sum, and what is shown (p% rule: Hundepool et al., 2012, section 4.2.1).

    Seen to fail with a thousandth of what primary sums need.
    """
    those = providers(seed)

    model, protection = protected_sums(those)

    assert protection.verdict.clean
    assert protection.primary.mask.any()
    assert too_close(those, model, protection) == []


def test_with_only_the_dominated_sums_hidden_contributors_find_something() -> None:
    """The planted fault for the test above: nothing is hidden for others' sake."""
    found = 0
    for seed in range(12):
        those = providers(seed)
        model, protection = protected_sums(those)
        found += len(too_close(those, model, replace(protection, pattern=protection.primary.mask.astype(np.uint8))))

    assert found > 0


@pytest.mark.parametrize("seed", range(40 if nightly() else 12))
def test_a_provider_who_makes_up_a_sum_alone_recomputes_no_other(seed: int) -> None:
    """Seen to fail with outsiders as the only attackers."""
    those = providers(seed)
    model, protection = protected_sums(those)
    seen = onlooker(model, protection.pattern != FREE, SUMS)
    small = np.flatnonzero(protection.primary.mask)

    alone = (model.counted == 1) & (those.to_cells(model) > 0)
    for cells in alone[alone.any(axis=1)]:
        assert recomputed(seen, np.flatnonzero(cells).tolist(), small[~cells[small]].tolist()) == []


@pytest.mark.parametrize(
    ("attackers", "against"), [(OUTSIDER, INSIDER), (INSIDER, EVERYBODY)], ids=["insiders", "all together"]
)
def test_from_whom_a_table_is_not_kept_he_finds_something(
    attackers: tuple[Attacker, ...], against: tuple[Attacker, ...]
) -> None:
    """The planted fault for the first two tests: attackers are forgotten."""
    found = 0
    for seed in range(20):
        leaves = np.random.default_rng(seed).poisson(1.5, (4, 3)).astype(np.float64)
        case = Case(product_table(BY_KIND, leaves), TablePolicy(attackers=against, zeros=Zeros.NAIVE))
        protection = protect(case.model, replace(case.policy, attackers=attackers))
        found += bool(protection.verdict.clean and case.finds(protection.pattern != FREE))

    assert found > 0

"""What the audit says of a table is what somebody finds who tries all tables of whole numbers that look the same.

The audit looks at all tables, the attacker who tries at those of whole numbers: what the audit finds, he must find, too;
what it calls safe could still be closed to him alone. In tables with two dimensions there is no such cell: their equations
are totally unimodular. With three there could be, and so it is asked of a solver for whole numbers beside.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import permutations, product

import numpy as np
import pytest
from hypothesis import given, strategies as st

from gemeinsinn.protect.tables.attack import attacked
from gemeinsinn.protect.tables.hierarchies import flat
from gemeinsinn.protect.tables.insiders import all_suspicions, known_cells
from gemeinsinn.protect.tables.model import TableModel, product_table
from gemeinsinn.protect.tables.pattern import FREE, Flags
from gemeinsinn.protect.tables.policy import Attacker, TablePolicy, Zeros
from gemeinsinn.protect.tables.problem import problem_of
from gemeinsinn.protect.tables.protection import needs_of, protect
from gemeinsinn.protect.tables.rules import NO_FACTS, primary_cells
from support.effort import examples, nightly
from support.trying import cells_of, impossible


ATTACKERS = (
    (Attacker.OUTSIDER,),
    (Attacker.OUTSIDER, Attacker.INSIDER),
    (Attacker.OUTSIDER, Attacker.ALL_SINGLETONS),
)
POLICIES = [TablePolicy(zeros=zeros, attackers=attackers) for zeros in Zeros for attackers in ATTACKERS]
FLAT = [(2, 2), (2, 3), (3, 3)]
DEEP = [(2, 2, 2), (2, 3, 2), (3, 3, 2)]


def named(policy: TablePolicy) -> str:
    return f"{policy.zeros}-{policy.attackers[-1]}"


def table(counts: Sequence[int], shape: Sequence[int]) -> TableModel:
    names = [f"d{axis}" for axis in range(len(shape))]
    dimensions = {
        name: flat([f"{name}{at}" for at in range(size)], name=name) for name, size in zip(names, shape, strict=True)
    }
    return product_table(dimensions, np.array(counts, dtype=np.float64).reshape(shape))


def found_by_audit(model: TableModel, hidden: Flags, policy: TablePolicy) -> set[tuple[bool, int]]:
    """The cells that are not kept, from outsiders and from those who know something."""
    primary = primary_cells(model, policy, NO_FACTS).mask
    problem = problem_of(model, policy, primary, needs_of(model, policy, primary))
    places = hidden[problem.cells]
    audit = attacked(problem, places, workers=1)
    found = {(False, int(problem.cells[place])) for place in np.flatnonzero(audit.short & places)}
    suspicions = all_suspicions(problem, places, known_cells(problem, policy.attackers), np.random.default_rng(1))
    return news(found | {(True, int(problem.cells[cell])) for each in suspicions for cell in each.cells})


def found_by_trying(model: TableModel, hidden: Flags, policy: TablePolicy) -> set[tuple[bool, int]]:
    return news(cells_of(impossible(model, hidden, primary_cells(model, policy, NO_FACTS).mask, policy)))


def news(found: set[tuple[bool, int]]) -> set[tuple[bool, int]]:
    """What outsiders find is no news from those who know something."""
    return {(inside, cell) for inside, cell in found if not (inside and (False, cell) in found)}


@st.composite
def patterns(draw: st.DrawFn, shapes: Sequence[tuple[int, ...]]) -> tuple[TableModel, Flags, TablePolicy]:
    """A table, whatever its policy hides, and some cells more."""
    shape = draw(st.sampled_from(shapes))
    size = int(np.prod(shape))
    model = table(draw(st.lists(st.sampled_from([0, 1, 1, 2, 3, 4]), min_size=size, max_size=size)), shape)
    policy = draw(st.sampled_from(POLICIES))
    more = np.array(draw(st.lists(st.booleans(), min_size=model.cells, max_size=model.cells)))
    return model, more | primary_cells(model, policy, NO_FACTS).mask, policy


@examples(3)
@given(patterns(FLAT))
def test_the_audit_of_any_pattern_finds_what_trying_finds_and_nothing_else(
    case: tuple[TableModel, Flags, TablePolicy],
) -> None:
    """Planted faults: a floor of zero where zeros are public; deviations of insiders that move what may only rise."""
    model, hidden, policy = case

    assert found_by_audit(model, hidden, policy) == found_by_trying(model, hidden, policy)


@given(patterns(DEEP))
def test_with_three_dimensions_too(case: tuple[TableModel, Flags, TablePolicy]) -> None:
    """Planted fault: nothing asked where cells may only rise."""
    model, hidden, policy = case

    assert found_by_audit(model, hidden, policy) == found_by_trying(model, hidden, policy)


@pytest.mark.parametrize("policy", POLICIES, ids=named)
def test_whoever_tries_all_tables_finds_what_the_verdict_on_a_protected_table_says(policy: TablePolicy) -> None:
    """All tables of two by two cells with counts from 0 to 4, alike ones once; by day one in seventeen."""
    for counts in list(_unlike(2, 2))[:: 1 if nightly() else 17]:
        _check_protected(table(counts, (2, 2)), policy)


@examples(0.1)
@given(
    st.sampled_from([*FLAT[1:], *DEEP]),
    st.lists(st.integers(0, 4), min_size=18, max_size=18),
    st.sampled_from(POLICIES),
)
def test_of_larger_tables_some(shape: tuple[int, ...], counts: list[int], policy: TablePolicy) -> None:
    _check_protected(table(counts[: int(np.prod(shape))], shape), policy)


def _check_protected(model: TableModel, policy: TablePolicy) -> None:
    protection = protect(model, policy)

    hidden = protection.pattern != FREE
    told = news({(each.attacker != "outsider", each.cell) for each in protection.verdict.breaches})
    assert told == found_by_trying(model, hidden, policy)


def _unlike(rows: int, columns: int) -> Iterator[tuple[int, ...]]:
    """Every table with counts from 0 to 4, of those that differ in the order of rows and columns the first."""
    for counts in product(range(5), repeat=rows * columns):
        if counts == min(_alike(np.array(counts).reshape(rows, columns))):
            yield counts


def _alike(counts: np.ndarray) -> Iterator[tuple[int, ...]]:
    for each in (counts, counts.T) if counts.shape[0] == counts.shape[1] else (counts,):
        for rows in permutations(range(each.shape[0])):
            for columns in permutations(range(each.shape[1])):
                yield tuple(each[list(rows)][:, list(columns)].reshape(-1).tolist())

"""Random sequences of releases with corrections: whoever has kept them all recomputes nothing; without the ledger he does."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from hypothesis import given, strategies as st
from numpy.typing import NDArray

from gemeinsinn.protect.ledger import Ledger
from gemeinsinn.protect.tables.hierarchies import Hierarchy, flat, from_pairs
from gemeinsinn.protect.tables.model import TableModel
from gemeinsinn.protect.tables.pattern import FREE
from gemeinsinn.protect.tables.policy import TablePolicy
from gemeinsinn.protect.tables.protection import protect
from gemeinsinn.protect.tables.union import united
from support.ledgers import KEY, identified, small_counts, with_release
from support.union_attacker import Archive


AREAS = from_pairs(
    [("N", "K"), ("S", "K"), *((f"N{at}", "N") for at in range(3)), *((f"S{at}", "S") for at in range(3))], name="area"
)
SEXES = flat(["m", "w"], name="sex")
AGES = flat(["young", "middle", "old"], name="age")
PEOPLE = (6, 2, 3)
"""Municipalities, sexes, age classes: what the tables are made of."""
POLICY = TablePolicy()

COUNTS = st.lists(st.integers(0, 4), min_size=36, max_size=36)
STEPS = st.lists(
    st.tuples(
        st.sampled_from(["sex", "age"]),
        st.lists(st.tuples(st.integers(0, 35), st.sampled_from([-2, -1, 1, 2])), max_size=4),
    ),
    min_size=2,
    max_size=5,
)
Steps = Sequence[tuple[str, Sequence[tuple[int, int]]]]


def table(people: NDArray[np.int64], by: str) -> TableModel:
    """The table that crosses areas with one of the two."""
    shaped = people.reshape(PEOPLE)
    dimensions: dict[str, Hierarchy] = {"area": AREAS, by: SEXES if by == "sex" else AGES}
    return identified(dimensions, shaped.sum(axis=2 if by == "sex" else 1))


def corrected(people: NDArray[np.int64], changes: Sequence[tuple[int, int]]) -> NDArray[np.int64]:
    found = people.copy()
    for place, by in changes:
        found[place] = max(found[place] + by, 0)
    return found


def archived(counts: Sequence[int], steps: Steps, *, with_ledger: bool) -> tuple[Archive, int]:
    """What somebody has who kept all releases, and how many were made; one that is not clean is not made."""
    archive, ledger, made = Archive(), Ledger(KEY), 0
    people = np.array(counts)
    for by, changes in steps:
        people = corrected(people, changes)
        model = table(people, by)
        union = united(model, ledger if with_ledger else Ledger(KEY), audience="public", policy=POLICY.digest)
        protection = protect(model, POLICY, earlier=union)
        if protection.verdict.clean and not protection.frozen:
            archive.keep(model, protection.pattern != FREE, small=small_counts(model))
            ledger = with_release(ledger, model, protection.pattern, table=by, policy=POLICY.digest)
            made += 1
    return archive, made


@given(COUNTS, STEPS)
def test_whoever_has_kept_all_releases_recomputes_nothing(counts: list[int], steps: Steps) -> None:
    """Planted fault: with the ledger off the same attacker finds something, see the next test."""
    archive, made = archived(counts, steps, with_ledger=True)

    assert made > 0
    assert archive.exposed() == []


def test_with_the_ledger_off_the_same_attacker_finds_something() -> None:
    rng = np.random.default_rng(4)
    exposed = 0
    for _ in range(12):
        counts = rng.poisson(1.5, 36).tolist()
        steps = [(str(rng.choice(["sex", "age"])), [(int(rng.integers(36)), 1)]) for _ in range(4)]
        exposed += len(archived(counts, steps, with_ledger=False)[0].exposed())
        assert archived(counts, steps, with_ledger=True)[0].exposed() == []

    assert exposed > 0

"""Patterns with a mistake in them: the audit finds it exactly when another solver does; one that is killed lets nothing out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import highspy
import numpy as np
import pytest
from hypothesis import given, strategies as st
from numpy.typing import NDArray

from gemeinsinn.errors import DisclosureError
from gemeinsinn.protect.certificate import Subject, certificate
from gemeinsinn.protect.tables.attack import attacked
from gemeinsinn.protect.tables.hierarchies import flat
from gemeinsinn.protect.tables.insiders import all_suspicions, known_cells
from gemeinsinn.protect.tables.linear import Program, UnfinishedError
from gemeinsinn.protect.tables.model import TableModel, product_table
from gemeinsinn.protect.tables.pattern import FREE, SECONDARY, Flags
from gemeinsinn.protect.tables.policy import Attacker, TablePolicy, Zeros
from gemeinsinn.protect.tables.problem import problem_of
from gemeinsinn.protect.tables.protection import Protection, protect
from support.effort import examples
from support.trying import asked_of, cells_of, solvable


EVERYBODY = (Attacker.OUTSIDER, Attacker.INSIDER)
AREAS = flat([f"A{at}" for at in range(4)], name="area")
AGES, SEXES = flat(["child", "adult", "old"], name="age"), flat(["m", "w"], name="sex")
COUNTS = st.lists(st.sampled_from([0, 1, 1, 2, 3, 4, 5, 8, 13, 20]), min_size=24, max_size=24)


def table(counts: Sequence[int]) -> TableModel:
    leaves = np.array(counts, dtype=np.float64).reshape(4, 3, 2)
    return product_table({"area": AREAS, "age": AGES, "sex": SEXES}, leaves)


def found_by_audit(protection: Protection, hidden: Flags, policy: TablePolicy) -> set[tuple[bool, int]]:
    """The cells that are not kept, from outsiders and from insiders."""
    model = protection.attacked
    problem = problem_of(model, policy, protection.primary.mask, protection.needs)
    places = hidden[problem.cells]
    short = attacked(problem, places, workers=1).short & places
    knows = known_cells(problem, policy.attackers)
    suspicions = all_suspicions(problem, places, knows, np.random.default_rng(1))
    inside = {(True, int(problem.cells[cell])) for each in suspicions for cell in each.cells}
    return {(False, int(problem.cells[place])) for place in np.flatnonzero(short)} | inside


def found_beside(protection: Protection, hidden: Flags, policy: TablePolicy) -> set[tuple[bool, int]]:
    """The same by SciPy, one program for each requirement."""
    model = protection.attacked
    asked = asked_of(model, hidden, protection.primary.mask, policy)
    return cells_of({each for each in asked if not solvable(model, hidden, policy, each, whole=False)})


def of_outsiders(found: set[tuple[bool, int]]) -> set[int]:
    return {cell for inside, cell in found if not inside}


@pytest.mark.parametrize("zeros", Zeros)
@examples(0.08)
@given(counts=COUNTS, place=st.integers(0, 10**6))
def test_a_secondary_cell_that_is_uncovered_is_noticed_exactly_when_it_matters(
    zeros: Zeros, counts: list[int], place: int
) -> None:
    """Each case is a planted fault: one cell of the pattern is shown. Planted beside: an audit without insiders."""
    policy = TablePolicy(zeros=zeros, attackers=EVERYBODY)
    protection = protect(table(counts), policy)
    secondary = np.flatnonzero(protection.pattern == SECONDARY)
    if not secondary.size:
        return
    hidden = protection.pattern != FREE
    hidden[secondary[place % secondary.size]] = False

    mine, theirs = found_by_audit(protection, hidden, policy), found_beside(protection, hidden, policy)

    assert of_outsiders(mine) == of_outsiders(theirs)
    assert {cell for _, cell in mine} == {cell for _, cell in theirs}


@pytest.mark.parametrize("attackers", [EVERYBODY[:1], EVERYBODY])
@examples(0.1)
@given(counts=COUNTS, place=st.integers(0, 10**6))
def test_a_pattern_that_was_made_worse_has_no_certificate(
    attackers: tuple[Attacker, ...], counts: list[int], place: int
) -> None:
    """Planted fault: a certificate that does not look whether all requirements are reached."""
    policy = TablePolicy(zeros=Zeros.STRUCTURAL, attackers=attackers)
    protection = protect(table(counts), policy)
    secondary = np.flatnonzero(protection.pattern == SECONDARY)
    if not secondary.size:
        return
    worse = protection.pattern.copy()
    worse[secondary[place % secondary.size]] = FREE
    safe = not found_beside(protection, worse != FREE, policy)

    if safe:
        assert proof_of(protection, worse, policy)
    else:
        with pytest.raises(DisclosureError):
            proof_of(protection, worse, policy)


def proof_of(protection: Protection, pattern: NDArray[np.uint8], policy: TablePolicy) -> bytes:
    needs, witnesses = protection.attacked_needs, protection.witnesses
    return certificate(protection.attacked, pattern, needs, witnesses, policy=policy, subject=Subject("ages"))


COUNTY = [4, 2, 7, 1, 0, 3, 12, 1, 5, 5, 2, 2, 9, 9, 1, 1, 6, 3, 2, 8, 4, 4, 1, 0]


def runs_of(policy: TablePolicy) -> int:
    """How many programs protecting the table takes."""
    runs = 0
    solved = Program.solved

    def counted(program: Program) -> Any:
        nonlocal runs
        runs += 1
        return solved(program)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Program, "solved", counted)
        protect(table(COUNTY), policy)
    return runs


@pytest.mark.parametrize("zeros", Zeros)
@pytest.mark.parametrize("attackers", [EVERYBODY[:1], EVERYBODY])
@pytest.mark.parametrize("share", [0.0, 0.5, 1.0])
def test_a_solver_that_is_killed_on_the_way_lets_nothing_out(
    zeros: Zeros, attackers: tuple[Attacker, ...], share: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Planted fault: an attack that does not come to its end counts as one that found nothing."""
    policy = TablePolicy(zeros=zeros, attackers=attackers)
    left = int((runs_of(policy) - 1) * share)
    solved = Program.solved

    def killed(program: Program) -> Any:
        nonlocal left
        left -= 1
        if left < 0:
            raise UnfinishedError("killed")
        return solved(program)

    monkeypatch.setattr(Program, "solved", killed)

    with pytest.raises(UnfinishedError, match="Nothing was released"):
        protect(table(COUNTY), policy)


@pytest.mark.parametrize("status", ["kNotset", "kTimeLimit", "kUnknown", "kIterationLimit", "kInfeasible"])
def test_whatever_a_solver_says_but_that_it_found_the_optimum_lets_nothing_out(
    status: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Planted fault: only the solver's word that something went wrong counts, not the status of the model."""
    found = getattr(highspy.HighsModelStatus, status)
    monkeypatch.setattr(highspy.Highs, "getModelStatus", lambda _: found)

    with pytest.raises(UnfinishedError, match="was not solved"):
        protect(table(COUNTY), TablePolicy())


def test_a_solver_that_does_not_even_run_lets_nothing_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """It once made a wrong audit look right: the status stayed "not set". Planted fault: the status is not read."""
    monkeypatch.setattr(highspy.Highs, "run", lambda _: highspy.HighsStatus.kOk)

    with pytest.raises(UnfinishedError, match="was not solved: Not Set"):
        protect(table(COUNTY), TablePolicy())

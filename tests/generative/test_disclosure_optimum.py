"""What is called the cheapest safe pattern is the cheapest: beside the trial of all patterns, and beside proven optima.

Patterns are tried by a plain program that judges each of them over the smallest cells and knows no equations. The optima
of the larger tables were proven by two other programs, an exact one of the trials and tau-ARGUS, on the assumption that
nobody concludes from shown zeros that a hidden count is not zero (`zeros: naive`).
"""

from __future__ import annotations

import numpy as np
import pytest

from gemeinsinn.protect.certificate import Subject, certificate
from gemeinsinn.protect.tables.model import TableModel
from gemeinsinn.protect.tables.pattern import FREE, SECONDARY
from gemeinsinn.protect.tables.policy import Attacker, ProtectionLevel, TablePolicy, Zeros
from gemeinsinn.protect.tables.protection import Protection, protect
from gemeinsinn.protect.verifier import verified
from support.effort import nightly
from support.onlooker import asked_of, is_kept
from support.small_tables import cheapest_safe, small_case
from support.trial_tables import KREIS, MINI, trial_table


BOTH = (Attacker.OUTSIDER, Attacker.INSIDER)
SEEDS, MOST = (range(200), 11) if nightly() else (range(50), 9)
"""So many cells can be hidden for others' sake, in small tables; each makes twice as many patterns."""
MINI_OPTIMA = {ProtectionLevel.OPEN: 873, ProtectionLevel.THRESHOLD: 907}
KREIS_OPTIMA = {ProtectionLevel.OPEN: 1679, ProtectionLevel.THRESHOLD: 1952}
GAUSS_SUPPRESSION = 3616
"""What GaussSuppression hides of the county by default, recorded; 7 % of the insiders succeed all the same."""


def secondary_sum(model: TableModel, protection: Protection) -> float:
    return float(model.values[protection.pattern == SECONDARY].sum())


def naive(level: ProtectionLevel, *attackers: Attacker) -> TablePolicy:
    return TablePolicy(zeros=Zeros.NAIVE, protection=level, attackers=attackers or (Attacker.OUTSIDER,))


def proves_itself(protection: Protection, policy: TablePolicy) -> bool:
    """Whether the verifier, which knows no solver, accepts its certificate."""
    content = certificate(
        protection.attacked,
        protection.attacked_pattern,
        protection.attacked_needs,
        protection.witnesses,
        policy=policy,
        subject=Subject("trial"),
    )
    return verified(content).valid


@pytest.mark.parametrize(("seed", "most"), [(seed, MOST) for seed in SEEDS] + [(256, 11), (293, 11), (352, 11)])
def test_the_proven_optimum_costs_what_the_cheapest_of_all_safe_patterns_costs(seed: int, most: int) -> None:
    """Seen to fail with the search stopped after the cuts in fractions, and with the least values of sums forgotten.

    For the last seeds also as long as the search trusted the pattern that it began with.
    """
    case = small_case(seed, most=most)
    cheapest = cheapest_safe(case)

    protection = protect(case.model, case.policy, prove=True)

    hidden = protection.pattern != FREE
    assert protection.verdict.clean == (cheapest is not None)
    if cheapest is not None:
        assert is_kept(case.seen(hidden), asked_of(case.model, case.policy))
        assert case.cost_of(hidden) == pytest.approx(cheapest)
        assert protection.bound == pytest.approx(cheapest)


def test_kept_from_insiders_a_table_costs_little_more_than_the_cheapest_pattern_that_keeps_them_off() -> None:
    """The search for the optimum looks at outsiders, and insiders are kept off afterwards: safe, and seldom dearer.

    Seen to fail with insiders left out of the repair.
    """
    theirs, ours = [], []
    for seed in range(200 if nightly() else 40):
        case = small_case(seed, most=8, attackers=BOTH)
        cheapest = cheapest_safe(case)
        protection = protect(case.model, case.policy, prove=True)
        hidden = protection.pattern != FREE
        assert protection.verdict.clean == (cheapest is not None), seed
        if cheapest is not None:
            assert is_kept(case.seen(hidden), asked_of(case.model, case.policy)), seed
            assert case.finds(hidden) == [], seed
            assert protection.bound is not None
            assert protection.bound <= cheapest + 1e-6, seed
            theirs.append(cheapest)
            ours.append(case.cost_of(hidden))

    assert (np.array(ours) >= np.array(theirs) - 1e-6).all()
    assert sum(ours) <= 1.03 * sum(theirs)


@pytest.mark.parametrize("level", ProtectionLevel)
def test_the_proven_optimum_of_a_district_comes_out(level: ProtectionLevel) -> None:
    """Seen to fail without the search, which leaves 947 and 937."""
    model, policy = trial_table(MINI), naive(level)

    protection = protect(model, policy, prove=True)

    assert protection.verdict.clean
    assert secondary_sum(model, protection) == MINI_OPTIMA[level]
    assert protection.bound == MINI_OPTIMA[level]
    assert proves_itself(protection, policy)


def test_without_a_proof_a_county_costs_at_most_one_per_cent_more_than_the_optimum() -> None:
    """Seen to fail without the reduction of larger parts."""
    model, policy = trial_table(KREIS), naive(ProtectionLevel.OPEN)

    protection = protect(model, policy)

    assert protection.verdict.clean
    assert 1679 <= secondary_sum(model, protection) <= 1.01 * 1679
    assert proves_itself(protection, policy)


def test_a_county_is_kept_from_insiders_and_loses_a_fifth_less_than_with_another_program_that_lets_some_through() -> (
    None
):
    """Seen to fail with insiders left out of the reduction."""
    model, policy = trial_table(KREIS), naive(ProtectionLevel.OPEN, *BOTH)

    protection = protect(model, policy)

    assert protection.verdict.clean
    assert protection.insiders == 0
    assert secondary_sum(model, protection) <= 0.8 * GAUSS_SUPPRESSION
    assert proves_itself(protection, policy)


@pytest.mark.skipif(not nightly(), reason="it takes minutes: --hypothesis-profile nightly")
@pytest.mark.parametrize("level", ProtectionLevel)
def test_the_proven_optimum_of_a_county_comes_out(level: ProtectionLevel) -> None:
    model = trial_table(KREIS)

    protection = protect(model, naive(level), prove=True)

    assert protection.verdict.clean
    assert secondary_sum(model, protection) == KREIS_OPTIMA[level]
    assert protection.bound == KREIS_OPTIMA[level]

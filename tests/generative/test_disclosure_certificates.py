"""Whatever verdict is clean has a certificate, and the verifier finds it valid: floors, zeros and all kinds of attackers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, strategies as st

from gemeinsinn.errors import DisclosureError
from gemeinsinn.protect.certificate import Subject, certificate, written
from gemeinsinn.protect.claims import Claim, read
from gemeinsinn.protect.tables.hierarchies import flat, from_pairs
from gemeinsinn.protect.tables.model import TableModel, product_table
from gemeinsinn.protect.tables.policy import Attacker, ProtectionLevel, TablePolicy, Zeros
from gemeinsinn.protect.tables.protection import Protection, protect
from gemeinsinn.protect.verifier import Report, verified
from support.effort import examples


ATTACKERS = (
    (Attacker.OUTSIDER,),
    (Attacker.OUTSIDER, Attacker.INSIDER),
    (Attacker.OUTSIDER, Attacker.ALL_SINGLETONS),
)
POLICIES = [TablePolicy(zeros=zeros, attackers=attackers) for zeros in Zeros for attackers in ATTACKERS]
AREAS = from_pairs(
    [("N", "All"), ("S", "All"), *((f"{side}{at}", side) for side in "NS" for at in range(3))], name="area"
)
SEXES, AGES = flat(["m", "w"], name="sex"), flat(["young", "old"], name="age")
SMALL = st.lists(st.sampled_from([0, 0, 1, 1, 2, 3, 4, 7, 12]), min_size=24, max_size=24)


def named(policy: TablePolicy) -> str:
    return f"{policy.zeros}-{policy.attackers[-1]}"


def table(counts: Sequence[float], **more: bool) -> TableModel:
    leaves = np.array(counts, dtype=np.float64).reshape(6, 2, 2)
    return product_table({"area": AREAS, "sex": SEXES, "age": AGES}, leaves, spine="area", **more)


def proof_of(protection: Protection, policy: TablePolicy) -> bytes:
    return certificate(
        protection.attacked,
        protection.attacked_pattern,
        protection.attacked_needs,
        protection.witnesses,
        policy=policy,
        subject=Subject("ages"),
    )


def check(model: TableModel, policy: TablePolicy) -> Report | None:
    protection = protect(model, policy)
    if not protection.verdict.clean:
        with pytest.raises(DisclosureError):
            proof_of(protection, policy)
        return None
    report = verified(proof_of(protection, policy))
    assert report.failures == ()
    return report


@pytest.mark.parametrize("policy", POLICIES, ids=named)
@examples(0.1)
@given(counts=SMALL)
def test_a_clean_verdict_has_a_valid_certificate_and_no_other_has_one(policy: TablePolicy, counts: list[int]) -> None:
    """Planted faults: deviations of the certificate down to zero where the floor is one, and zeros that go down."""
    check(table(counts), policy)


@pytest.mark.parametrize("zeros", Zeros)
@examples(0.05)
@given(counts=SMALL)
def test_so_it_is_where_nobody_may_know_that_a_cell_is_small(zeros: Zeros, counts: list[int]) -> None:
    """Planted fault: the verifier asks for one more where the threshold asks for two."""
    check(table(counts), TablePolicy(zeros=zeros, protection=ProtectionLevel.THRESHOLD, min_units=4))


@pytest.mark.parametrize("signed", [False, True])
@examples(0.05)
@given(sums=st.lists(st.integers(-300, 900), min_size=24, max_size=24))
def test_so_it_is_with_sums_in_hundredths_and_with_signs(signed: bool, sums: list[int]) -> None:
    """Planted fault: a sum of 0 needs nothing, in the verifier."""
    values = np.array(sums) if signed else np.maximum(sums, 0)
    units = np.where(values != 0, 1 + np.abs(values) % 5, 0).reshape(6, 2, 2)
    plain = table((values / 100).tolist(), signed=signed)
    counted = np.rint(table(units.reshape(-1).tolist()).values).astype(np.int64)
    policy = TablePolicy(zeros=Zeros.SECRET, signed=signed)

    check(replace(plain, values=np.round(plain.values, 2), units=counted), policy)


@examples(0.1)
@given(counts=SMALL, zeros=st.sampled_from([Zeros.STRUCTURAL, Zeros.NAIVE]))
def test_what_is_proven_without_floors_is_not_proven_with_them(counts: list[int], zeros: Zeros) -> None:
    """If a certificate takes a count to zero, it is refused as soon as it says that every zero is shown.

    Planted fault: the verifier takes the lowest value for zero.
    """
    policy = TablePolicy(zeros=zeros)
    protection = protect(table(counts), policy)
    if not protection.verdict.clean:
        return
    claim = read(proof_of(protection, policy))
    stricter = TablePolicy(zeros=Zeros.PUBLIC)
    divisors = np.repeat(claim["table_divisors"], np.diff(claim["table_starts"]))
    to_nothing = claim["values"][claim["table_cells"]] * divisors + claim["table_deviations"] <= 0
    moved = claim["table_deviations"] != 0

    forged = written(
        Claim({**claim.facts, "policy": stricter.document, "policy_digest": stricter.digest}, claim.arrays)
    )

    assert verified(forged).valid <= (not (to_nothing & moved).any())

"""Tables of odd shape, and tables that are the same but for names and order."""

from __future__ import annotations

from dataclasses import replace
from itertools import permutations

import numpy as np
import pytest
from scipy import sparse

from gemeinsinn.errors import DisclosureError
from gemeinsinn.protect.certificate import Subject, certificate, subject_in
from gemeinsinn.protect.ledger import Ledger
from gemeinsinn.protect.tables.hierarchies import Hierarchy, flat, from_levels, from_pairs
from gemeinsinn.protect.tables.model import ListedLabels, TableModel, product_table
from gemeinsinn.protect.tables.pattern import FREE, PRIMARY, SECONDARY
from gemeinsinn.protect.tables.policy import Attacker, TablePolicy, Zeros
from gemeinsinn.protect.tables.protection import Protection, protect
from gemeinsinn.protect.tables.rules import Facts
from gemeinsinn.protect.tables.union import united
from gemeinsinn.protect.verifier import verified
from support.ledgers import KEY, cell_of, identified, with_release


EVERYBODY = (Attacker.OUTSIDER, Attacker.INSIDER)
POLICIES = [TablePolicy(zeros=zeros, attackers=EVERYBODY) for zeros in Zeros]
EACH_POLICY = pytest.mark.parametrize("policy", POLICIES, ids=lambda policy: policy.zeros.value)
COUNTS = [[14, 1, 9], [7, 4, 2], [9, 2, 6], [8, 8, 5], [11, 3, 1]]


def table(
    leaves: object, *, areas: Hierarchy | None = None, sexes: Hierarchy | None = None, **more: bool
) -> TableModel:
    counts = np.asarray(leaves, dtype=np.float64)
    named = {
        "area": areas or flat([f"A{at}" for at in range(counts.shape[0])], name="area"),
        "sex": sexes or flat([f"s{at}" for at in range(counts.shape[1])], name="sex"),
    }
    return product_table(named, counts, **more)


def proof_of(protection: Protection, policy: TablePolicy) -> bytes:
    parts = (protection.attacked, protection.attacked_pattern, protection.attacked_needs, protection.witnesses)
    return certificate(*parts, policy=policy, subject=Subject("table"))


def checked(model: TableModel, policy: TablePolicy) -> Protection:
    """A protection that is clean, with a certificate that is valid."""
    protection = protect(model, policy)
    assert protection.verdict.breaches == ()
    assert verified(proof_of(protection, policy)).failures == ()
    return protection


def cost(protection: Protection) -> float:
    return float(protection.attacked.values[protection.pattern == SECONDARY].sum())


@EACH_POLICY
def test_an_only_part_is_hidden_with_its_total(policy: TablePolicy) -> None:
    """The total is hidden for the part's sake alone. Planted fault: sums with one part are no equations."""
    areas = from_pairs([("N", "All"), ("S", "All"), ("N1", "N"), ("S1", "S"), ("S2", "S")], name="area")
    model = table([[5, 9], [12, 8], [7, 15]], areas=areas)
    part = np.arange(model.cells) == cell_of(model, "N1", "s0")

    protection = protect(model, policy, facts=Facts(protect=part))

    assert protection.verdict.clean
    assert np.flatnonzero(protection.pattern == PRIMARY).tolist() == np.flatnonzero(part).tolist()
    assert protection.pattern[cell_of(model, "N", "s0")] == SECONDARY


@EACH_POLICY
def test_a_dimension_with_one_code_and_its_total_changes_nothing(policy: TablePolicy) -> None:
    """Planted fault: sums with one part are no equations."""
    plain = table(COUNTS)
    areas, sexes = flat([f"A{at}" for at in range(5)], name="area"), flat(["s0", "s1", "s2"], name="sex")
    year = flat(["2025"], name="year")
    model = product_table(
        {"area": areas, "sex": sexes, "year": year}, np.array(COUNTS, dtype=np.float64)[:, :, None], spine="area"
    )

    both = checked(model, policy).pattern.reshape(-1, 2)

    assert (both[:, 0] != FREE).tolist() == (both[:, 1] != FREE).tolist()
    assert set(np.flatnonzero(both[:, 0] == 1)) == set(np.flatnonzero(checked(plain, policy).pattern == 1))


@EACH_POLICY
def test_a_table_without_cells_is_safe_as_it_is(policy: TablePolicy) -> None:
    """Planted fault: the largest of no kinds, in the verifier, which was there."""
    model = TableModel(np.zeros(0), sparse.csr_matrix((0, 0), dtype=np.int8), ListedLabels(("area",), ()))

    protection = checked(model, policy)

    assert protection.pattern.size == 0


@pytest.mark.parametrize("zeros", [Zeros.PUBLIC, Zeros.NAIVE, Zeros.STRUCTURAL])
def test_a_table_of_zeros_is_shown_as_it_is(zeros: Zeros) -> None:
    protection = checked(table(np.zeros((3, 2))), TablePolicy(zeros=zeros, attackers=EVERYBODY))

    assert (protection.pattern == FREE).all()


def test_of_a_table_of_zeros_that_are_secret_nothing_is_shown() -> None:
    """Planted fault: every zero is taken for known."""
    protection = checked(table(np.zeros((3, 2))), TablePolicy(zeros=Zeros.SECRET, attackers=EVERYBODY))

    assert (protection.pattern != FREE).all()


@EACH_POLICY
def test_where_all_else_must_stay_open_the_verdict_says_so_and_there_is_no_certificate(policy: TablePolicy) -> None:
    """Planted fault: a verdict without what outsiders find."""
    model = table(COUNTS)
    one = cell_of(model, "A0", "s1")
    forced = np.ones(model.cells, dtype=np.bool_)
    forced[one] = False

    protection = protect(replace(model, forced=forced), replace(policy, min_units=2))

    assert [breach.cell for breach in protection.verdict.breaches if breach.attacker == "outsider"] == [one]
    with pytest.raises(DisclosureError, match="no exact witness"):
        proof_of(protection, policy)


@EACH_POLICY
def test_what_an_earlier_release_froze_is_told_and_has_no_certificate(policy: TablePolicy) -> None:
    """All was shown, then one number was corrected, and totals are known. Planted fault: a union without what was shown."""
    areas, sexes = flat(["A", "B", "C"], name="area"), flat(["m", "w"], name="sex")
    before = identified({"area": areas, "sex": sexes}, [[4, 9], [8, 7], [6, 5]])
    after = identified({"area": areas, "sex": sexes}, [[2, 9], [8, 7], [6, 5]])
    totals = np.array(["Total" in after.labels.of(cell) for cell in range(after.cells)])
    after = replace(after, forced=totals)
    ledger = with_release(Ledger(KEY), before, np.zeros(before.cells, dtype=np.uint8))
    union = united(after, ledger, audience="public", policy=policy.digest)

    protection = protect(after, policy, earlier=union)

    assert protect(after, policy).verdict.clean
    assert not protection.verdict.clean
    assert [each.cell for each in protection.frozen] == [cell_of(after, "A", "m")]
    parts = (protection.attacked, protection.attacked_pattern, protection.attacked_needs, protection.witnesses)
    with pytest.raises(DisclosureError):
        certificate(*parts, policy=policy, subject=subject_in(union, table="table"))


@pytest.mark.parametrize("zeros", Zeros)
def test_sums_may_be_negative(zeros: Zeros) -> None:
    """Planted fault: signed values bounded by zero."""
    leaves = np.array([[-140.0, 15, 90], [70, -45, 20], [95, -25, 65], [-85, 80, 50]])
    units = np.array([[9, 1, 8], [7, 4, 2], [9, 2, 6], [8, 8, 5]])
    model = replace(table(leaves, signed=True), units=table(units).values.astype(np.int64))

    protection = checked(model, TablePolicy(zeros=zeros, attackers=EVERYBODY, signed=True))

    assert (protection.pattern != FREE)[cell_of(model, "A2", "s1")]
    assert protection.needs.down[cell_of(model, "A2", "s1")] == 2.5


@pytest.mark.parametrize("zeros", Zeros)
def test_sums_may_have_decimals(zeros: Zeros) -> None:
    """Planted fault: needs rounded to whole numbers."""
    leaves = np.array([[140.25, 1.5, 90.1], [70, 4.35, 2.05], [95.7, 2.8, 65], [85, 80.95, 50.5]])
    units = np.array([[9, 1, 8], [7, 4, 2], [9, 2, 6], [8, 8, 5]])
    plain = table(leaves)
    model = replace(plain, values=np.round(plain.values, 2), units=table(units).values.astype(np.int64))

    protection = checked(model, TablePolicy(zeros=zeros, attackers=EVERYBODY))

    assert protection.needs.up[cell_of(model, "A0", "s1")] == pytest.approx(0.15)


def test_a_part_of_a_small_whole_sum_is_a_requirement_too() -> None:
    """Ten per cent of one euro is ten cents. Planted fault: needs in whole euros."""
    leaves, units = np.array([[1.0, 9], [8, 7], [6, 5]]), np.array([[2.0, 9], [8, 7], [6, 5]])
    model = replace(table(leaves), units=table(units).values.astype(np.int64))

    protection = checked(model, TablePolicy(zeros=Zeros.STRUCTURAL))

    assert protection.needs.up[cell_of(model, "A0", "s0")] == 0.1


@EACH_POLICY
def test_fifteen_levels_are_protected_from_top_to_bottom(policy: TablePolicy) -> None:
    """Planted fault: pieces that are told apart by the first equations only."""
    rows = [[f"L{level}" for level in range(1, depth + 1)] + [f"only{depth}"] for depth in range(15)]
    areas = from_levels([*rows, [f"L{level}" for level in range(1, 15)] + ["last"]], name="area")
    counts = np.random.default_rng(15).integers(1, 9, size=(len(areas.leaves), 2))
    model = table(counts, areas=areas)

    protection = checked(model, policy)

    assert int(areas.depth.max()) == 15
    assert (protection.pattern == SECONDARY).any()


@EACH_POLICY
def test_names_change_nothing(policy: TablePolicy) -> None:
    """Planted fault: costs that depend on the names of the cells."""
    plain, odd = larger("M"), larger("ß ")

    assert protect(plain, policy).pattern.tolist() == protect(odd, policy).pattern.tolist()


def larger(name: str) -> TableModel:
    """27 municipalities in three districts."""
    districts, areas = (
        [(f"{name}D{at}", name) for at in range(3)],
        [(f"{name}{at}", f"{name}D{at % 3}") for at in range(27)],
    )
    return table(
        np.random.default_rng(9).integers(0, 9, size=(27, 3)), areas=from_pairs([*districts, *areas], name="area")
    )


@EACH_POLICY
def test_the_order_of_codes_and_dimensions_changes_neither_safety_nor_the_least_cost(policy: TablePolicy) -> None:
    """Planted fault: a proof that gives up before its first cut."""
    counts = np.array(COUNTS[:3])
    costs = set()

    for rows in permutations(range(3)):
        for turned in (counts[list(rows)], counts[list(rows)].T):
            protection = protect(table(turned), policy, prove=True)
            assert protection.verdict.clean
            assert verified(proof_of(protection, policy)).valid
            costs.add(round(cost(protection), 6))

    assert len(costs) == 1


@EACH_POLICY
def test_the_same_table_has_the_same_pattern_and_the_same_certificate_byte_for_byte(policy: TablePolicy) -> None:
    """Planted fault: a certificate with randomness that nobody seeds."""
    model = larger("M")

    first, second = (protect(model, policy) for _ in range(2))

    assert first.pattern.tolist() == second.pattern.tolist()
    assert proof_of(first, policy) == proof_of(second, policy)

"""Certificates and their verifier: what is right is found right, and every kind of mutation is found."""

from __future__ import annotations

import ast
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, strategies as st

from gemeinsinn.errors import DisclosureError
from gemeinsinn.protect import claims, recomputing, sums, verifier
from gemeinsinn.protect.certificate import CONFIDENTIAL, Subject, certificate, digest, subject_in, written
from gemeinsinn.protect.claims import Claim, read
from gemeinsinn.protect.ledger import Ledger
from gemeinsinn.protect.tables.hierarchies import flat
from gemeinsinn.protect.tables.model import TableModel
from gemeinsinn.protect.tables.pattern import pattern_of
from gemeinsinn.protect.tables.policy import Attacker, ProtectionLevel, TablePolicy, Zeros
from gemeinsinn.protect.tables.problem import lowest_values
from gemeinsinn.protect.tables.protection import needs_of
from gemeinsinn.protect.tables.union import united
from gemeinsinn.protect.verifier import verified
from support.attacks import reaching, witnesses_of
from support.ledgers import KEY, cell_of, hiding, identified, small_counts, with_release


AREAS = flat(["A", "B", "C", "D"], name="area")
SEXES = flat(["m", "w", "x"], name="sex")
COUNTS = [[5, 1, 4], [7, 4, 2], [9, 2, 6], [8, 8, 0]]
POLICY = TablePolicy(zeros=Zeros.STRUCTURAL)
PUBLIC_ZEROS = TablePolicy(zeros=Zeros.PUBLIC)
INSIDERS = replace(POLICY, attackers=(Attacker.OUTSIDER, Attacker.INSIDER))


def table() -> TableModel:
    return identified({"area": AREAS, "sex": SEXES}, COUNTS)


def pattern_of_table(model: TableModel) -> Any:
    return hiding(model, ("A", "m"), ("C", "m"), ("B", "w"), ("A", "x"), ("C", "x"))


def made(model: TableModel | None = None, *, policy: TablePolicy = POLICY, pattern: Any = None, **more: Any) -> bytes:
    model = model or table()
    pattern = pattern_of_table(model) if pattern is None else pattern
    needs = needs_of(model, policy, small_counts(model))
    witnesses = witnesses_of(model, pattern > 0, needs, lowest=lowest_values(model, policy))
    return certificate(model, pattern, needs, witnesses, policy=policy, subject=Subject("ages", "r1", "l1"), **more)


def test_a_right_certificate_is_valid_and_tells_how_many_requirements_it_proves() -> None:
    report = verified(made())

    assert report.failures == ()
    assert (report.valid, report.requirements) == (True, 6)


def test_a_certificate_says_that_it_is_not_for_publication() -> None:
    assert b'"confidential": "This certificate holds the true values of hidden cells.' in made()
    assert "Do not publish" in CONFIDENTIAL


def test_the_same_table_gives_the_same_certificate_byte_for_byte() -> None:
    assert made() == made()
    assert len(digest(made())) == 64


def test_the_verifier_imports_nothing_but_numpy_and_the_standard_library() -> None:
    modules = {module.__name__: module for module in (claims, sums, recomputing, verifier)}

    imported = set()
    for module in modules.values():
        for node in ast.walk(ast.parse(Path(str(module.__file__)).read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                imported |= {name.name for name in node.names}
            elif isinstance(node, ast.ImportFrom):
                imported.add(str(node.module))

    others = {name for name in imported if name.partition(".")[0] not in sys.stdlib_module_names}
    assert others <= {"numpy", "numpy.typing", *modules}


def test_an_attacker_inside_makes_more_requirements() -> None:
    report = verified(made(policy=INSIDERS))

    assert report.failures == ()
    assert report.requirements == 6 + 2, "who is alone in (A, w) may not recompute the two other primary cells"


def test_an_insider_who_can_recompute_a_cell_is_found() -> None:
    model = identified({"area": flat(["A", "B"], name="area"), "sex": flat(["m", "w"], name="sex")}, [[1, 2], [5, 6]])
    pattern = hiding(model, ("B", "m"), ("B", "w"))

    outsider = verified(made(model, pattern=pattern))
    with pytest.raises(DisclosureError, match="somebody who knows his own cells can recompute cell"):
        made(model, pattern=pattern, policy=INSIDERS)
    claim = read(made(model, pattern=pattern))
    forged = written(
        Claim({**claim.facts, "policy": INSIDERS.document, "policy_digest": INSIDERS.digest}, claim.arrays)
    )

    assert outsider.valid
    place = cell_of(model, "A", "m")
    assert verified(forged).failures == (f"whoever is alone in cell {place} can recompute cell {place + 1}.",)


def test_all_who_are_alone_together_are_found_where_each_by_himself_can_do_nothing() -> None:
    areas, sexes = flat(["A", "B"], name="area"), flat(["m", "w", "x"], name="sex")
    model = identified({"area": areas, "sex": sexes}, [[1, 2, 1], [5, 6, 7]])
    pattern = hiding(model, ("B", "m"), ("B", "w"), ("B", "x"))
    together = replace(INSIDERS, attackers=tuple(Attacker))

    content = made(model, pattern=pattern, policy=INSIDERS)
    with pytest.raises(DisclosureError, match=r"can recompute cell \(A, w\)"):
        made(model, pattern=pattern, policy=together)
    claim = read(content)
    forged = written(
        Claim({**claim.facts, "policy": together.document, "policy_digest": together.digest}, claim.arrays)
    )

    place = cell_of(model, "A", "w")
    assert verified(content).valid
    assert verified(forged).failures == (f"all who are alone in a cell, together, can recompute cell {place}.",)


def test_a_coalition_that_can_recompute_nothing_is_proven_to_be_harmless() -> None:
    areas, sexes = flat(["A", "B", "C"], name="area"), flat(["m", "w", "x"], name="sex")
    model = identified({"area": areas, "sex": sexes}, [[1, 5, 9], [8, 2, 7], [6, 9, 1]])
    every = [(area, sex) for area in "ABC" for sex in "mwx"]
    together = replace(INSIDERS, attackers=tuple(Attacker))

    report = verified(made(model, pattern=hiding(model, *every), policy=together))

    assert report.failures == ()
    assert report.requirements == 6 + 2 + 2 + 1, "two persons each against two cells, both against one"


def test_somebody_knows_the_totals_too_in_which_he_is_alone() -> None:
    areas, sexes = flat(["A", "B", "C"], name="area"), flat(["m", "w"], name="sex")
    model = identified({"area": areas, "sex": sexes}, [[1, 0], [5, 4], [8, 4]])
    pattern = hiding(model, ("A", "m"), ("A", "Total"), ("B", "m"), ("B", "Total"))

    claim = read(made(model, pattern=pattern))
    knowledge = recomputing.knowledge_of(Claim({**claim.facts, "policy": INSIDERS.document}, claim.arrays))

    assert [knowledge.of(0).tolist()] == [sorted([cell_of(model, "A", "m"), cell_of(model, "A", "Total")])]
    assert len(knowledge.names) == 1


def test_an_attacker_whom_the_certificate_names_is_checked_too() -> None:
    model = table()
    pattern = pattern_of_table(model)
    couple = np.array([cell_of(model, "B", "x")])

    report = verified(made(model, knows=[couple]))
    with pytest.raises(DisclosureError, match="can recompute"):
        made(model, knows=[np.array([cell_of(model, "A", "m"), cell_of(model, "A", "x")])])

    assert pattern[couple[0]] == 1
    assert report.valid
    assert report.requirements == 6 + 2


def test_a_fraction_that_a_solver_found_is_proven_in_whole_numbers() -> None:
    model = table()
    pattern = hiding(model, *[(area, sex) for area in ("A", "B", "C") for sex in ("m", "w", "x")])
    needs = needs_of(model, POLICY, small_counts(model))
    rough = witnesses_of(model, pattern > 0, needs)
    third = rough * 0.5 + rough[::-1] * 0.5
    rough.data = rough.data + 1e-9

    content = certificate(
        model, pattern, needs, type(rough)(np.vstack([third.toarray(), rough.toarray()])), policy=POLICY,
        subject=Subject("ages"),
    )  # fmt: skip

    assert verified(content).valid


def test_numbers_that_no_small_denominator_fits_are_solved_again_in_fractions() -> None:
    model = table()
    pattern = hiding(model, *[(area, sex) for area in ("A", "B", "C") for sex in ("m", "w", "x")])
    needs = needs_of(model, POLICY, small_counts(model))
    exact = witnesses_of(model, pattern > 0, needs).toarray()
    mixed = []
    for row in exact:
        asked = (needs.up > 0) & (row >= 1 - 1e-9) | (needs.down > 0) & (row <= -1 + 1e-9)
        stay = np.flatnonzero(asked)
        other = reaching(model, pattern > 0, cell_of(model, "B", "m"), sign=1, most=0.137931, fixed=stay.tolist())
        mixed.append(row + other * 0.1)

    content = certificate(
        model, pattern, needs, type(witnesses_of(model, pattern > 0, needs))(np.array(mixed)), policy=POLICY,
        subject=Subject("ages"),
    )  # fmt: skip

    assert verified(content).valid


def test_a_requirement_without_a_proof_makes_no_certificate() -> None:
    model = table()
    pattern = hiding(model)
    needs = needs_of(model, POLICY, small_counts(model))

    with pytest.raises(DisclosureError, match=r"6 requirements|3 requirements have no exact witness"):
        certificate(model, pattern, needs, witnesses_of(model, pattern > 0, needs), policy=POLICY, subject=Subject("a"))


def test_decimals_are_counted_in_their_smallest_unit() -> None:
    model = replace(table(), values=table().values * 0.25, units=table().values.astype(np.int64))
    pattern = pattern_of_table(table())
    needs = needs_of(table(), POLICY, small_counts(table()))
    quarter = type(needs)(needs.up * 0.25, needs.down * 0.25)

    content = certificate(
        model, pattern, quarter, witnesses_of(table(), pattern > 0, needs) * 0.25, policy=POLICY, subject=Subject("a")
    )

    assert read(content).facts["scale"] == 100
    assert verified(content).valid


def test_a_certificate_of_a_union_covers_old_cells_and_bounds_too() -> None:
    before, after = table(), identified({"area": AREAS, "sex": SEXES}, [[6, 1, 4], *COUNTS[1:]])
    low, high = np.maximum(before.values - 2, 0), before.values + 3
    ledger = with_release(Ledger(KEY), before, pattern_of_table(before))
    ledger = with_release(ledger, before, pattern_of_table(before) * 0, low=low, high=high, policy="answers")
    union = united(after, ledger, audience="public", policy=POLICY.digest)
    small = union.lifted(small_counts(after)) | union.primary
    hidden = (union.lifted(pattern_of_table(after)) > 0) | union.model.latent_cells()
    pattern = pattern_of(hidden & ~union.model.open_cells(), small)
    needs = needs_of(replace(union.model, units=None), POLICY, small)
    witnesses = witnesses_of(union.model, pattern > 0, needs)

    content = certificate(
        union.model,
        pattern,
        needs,
        witnesses,
        policy=INSIDERS,
        subject=subject_in(union, table="ages", ledger=ledger.head),
    )

    facts = read(content).facts
    assert verified(content).failures == ()
    assert facts["present_cells"] == union.present == 20
    assert facts["real_cells"] < union.model.cells, "there are bounds"
    assert facts["counts"]
    assert facts["ledger"] == ledger.head


def test_where_every_zero_is_shown_a_one_need_not_and_must_not_become_less() -> None:
    """Planted faults: lowest values left out where the verifier looks at deviations, and where it looks at needs."""
    model = table()
    one = cell_of(model, "A", "w")

    content = made(policy=PUBLIC_ZEROS)
    claim = read(content)
    at = int(np.flatnonzero(claim["need_cells"] == one)[0])
    lower = written(changed(claim, "need_down", at, 1))
    naive = read(made(policy=replace(POLICY, zeros=Zeros.NAIVE)))
    forged = Claim({**naive.facts, "policy": PUBLIC_ZEROS.document, "policy_digest": PUBLIC_ZEROS.digest}, naive.arrays)

    assert verified(content).failures == ()
    assert verified(content).requirements == 5, "two directions for each two, one for the one"
    assert verified(lower).failures == (f"cell {one} does not reach 1 down in any witness table.",)
    assert verified(written(naive)).valid
    assert any(f"takes cell {one} below 1." in failure for failure in verified(written(forged)).failures)


def test_a_sum_is_at_least_what_its_parts_are_together() -> None:
    """Three hidden counts that add up to three are known. Planted fault: no level by level in the verifier."""
    areas, sexes = flat(["A", "B", "C"], name="area"), flat(["m", "w", "x"], name="sex")
    model = identified({"area": areas, "sex": sexes}, [[1, 1, 1], [5, 6, 7], [8, 9, 7]])
    claim = read(
        made(model, pattern=np.full(model.cells, 2, dtype=np.uint8), policy=replace(PUBLIC_ZEROS, min_units=1))
    )

    lowest = sums.lowest_values(claim)

    assert lowest[cell_of(model, "A", "Total")] == 3
    assert lowest[cell_of(model, "Total", "m")] == 3
    assert lowest[cell_of(model, "Total", "Total")] == 9
    assert sums.lowest_values(Claim({**claim.facts, "policy": POLICY.document}, claim.arrays)).max() == 0


def test_who_is_at_his_lowest_value_may_not_be_turned_round() -> None:
    """The one of A may only rise, and then (B, w) falls: who sees it fall knows. Planted fault: only zeros not turned."""
    areas, sexes = flat(["A", "B"], name="area"), flat(["m", "w"], name="sex")
    model = identified({"area": areas, "sex": sexes}, [[1, 9], [8, 9]])
    hidden = hiding(model, ("A", "w"), ("B", "m"), ("B", "w"))
    claim = read(made(model, pattern=hidden, policy=PUBLIC_ZEROS))

    moves = recomputing.Moves(claim, recomputing.components(claim))

    assert not any(marks.any() for marks in moves.marks)
    assert verified(written(claim)).valid


def test_a_sum_of_zero_must_be_able_to_be_what_the_smallest_sum_is() -> None:
    """Planted fault: ten per cent of nothing."""
    model = replace(table(), values=table().values * 0.25, units=table().values.astype(np.int64))
    zero, small = cell_of(model, "D", "x"), small_counts(table())
    small[zero] = True
    pattern = pattern_of(hiding(table(), *[(area, sex) for area in "ABCD" for sex in "mwx"]) > 0, small)
    needs = needs_of(model, replace(POLICY, zeros=Zeros.SECRET), small)
    content = certificate(
        model, pattern, needs, witnesses_of(model, pattern > 0, needs), policy=replace(POLICY, zeros=Zeros.SECRET),
        subject=Subject("a"),
    )  # fmt: skip
    claim = read(content)
    at = int(np.flatnonzero(claim["need_cells"] == zero)[0])

    assert needs.up[zero] == 0.25
    assert claim["need_up"][at] == 0.25 * claim.facts["scale"]
    assert verified(content).failures == ()
    assert verified(written(changed(claim, "need_up", at, -1))).failures == (
        f"cell {zero} requires less than the policy.",
    )


Mutation = Callable[[Claim, np.random.Generator], Claim]


def changed(claim: Claim, name: str, at: int, by: int) -> Claim:
    array = claim[name].copy()
    array[at] += by
    return Claim(claim.facts, {**claim.arrays, name: array})


def mutate_value_of_hidden(claim: Claim, rng: np.random.Generator) -> Claim:
    return changed(claim, "values", int(rng.choice(np.flatnonzero(claim.hidden))), int(rng.choice([-1, 1])))


def mutate_value_of_free(claim: Claim, rng: np.random.Generator) -> Claim:
    return changed(claim, "values", int(rng.choice(np.flatnonzero(~claim.hidden))), 1)


def mutate_deviation(claim: Claim, rng: np.random.Generator) -> Claim:
    return changed(claim, "table_deviations", int(rng.integers(claim["table_cells"].size)), int(rng.choice([-1, 1])))


def mutate_moved_cell(claim: Claim, rng: np.random.Generator) -> Claim:
    at = int(rng.integers(claim["table_cells"].size))
    free = int(rng.choice(np.flatnonzero(~claim.hidden)))
    array = claim["table_cells"].copy()
    array[at] = free
    return Claim(claim.facts, {**claim.arrays, "table_cells": array})


def mutate_divisor(claim: Claim, rng: np.random.Generator) -> Claim:
    return changed(claim, "table_divisors", int(rng.integers(claim["table_divisors"].size)), 1)


def mutate_need(claim: Claim, rng: np.random.Generator) -> Claim:
    return changed(claim, str(rng.choice(["need_up", "need_down"])), int(rng.integers(claim["need_cells"].size)), 50)


def mutate_smaller_need(claim: Claim, rng: np.random.Generator) -> Claim:
    return changed(claim, "need_up", int(rng.integers(claim["need_cells"].size)), -1)


def mutate_dropped_need(claim: Claim, rng: np.random.Generator) -> Claim:
    at = int(rng.integers(claim["need_cells"].size))
    names = ("need_cells", "need_up", "need_down")
    return Claim(claim.facts, {**claim.arrays, **{name: np.delete(claim[name], at) for name in names}})


def mutate_shown_primary(claim: Claim, rng: np.random.Generator) -> Claim:
    pattern = claim["pattern"].copy()
    pattern[int(rng.choice(claim["need_cells"]))] = 0
    return Claim(claim.facts, {**claim.arrays, "pattern": pattern})


def mutate_shown_secondary(claim: Claim, rng: np.random.Generator) -> Claim:
    pattern = claim["pattern"].copy()
    pattern[int(rng.choice(np.intersect1d(np.flatnonzero(pattern == 2), claim["table_cells"])))] = 0
    return Claim(claim.facts, {**claim.arrays, "pattern": pattern})


def mutate_dropped_table(claim: Claim, rng: np.random.Generator) -> Claim:
    table = int(rng.integers(claim["table_divisors"].size))
    start, end = claim["table_starts"][table : table + 2]
    starts = np.delete(claim["table_starts"], table + 1)
    starts[table + 1 :] -= end - start
    kept = {name: np.delete(claim[name], np.arange(start, end)) for name in ("table_cells", "table_deviations")}
    divisors = np.delete(claim["table_divisors"], table)
    return Claim(claim.facts, {**claim.arrays, **kept, "table_starts": starts, "table_divisors": divisors})


def mutate_sign_of_an_equation(claim: Claim, rng: np.random.Generator) -> Claim:
    moving = np.flatnonzero(claim["values"][claim["equation_cells"]] > 0)
    return changed(claim, "equation_signs", int(rng.choice(moving)), 2)


def mutate_units(claim: Claim, rng: np.random.Generator) -> Claim:
    units = claim["units"].copy()
    units[int(rng.choice(np.flatnonzero(~claim.hidden)))] = 2
    return Claim(claim.facts, {**claim.arrays, "units": units})


def mutate_units_of_hidden(claim: Claim, rng: np.random.Generator) -> Claim:
    return changed(claim, "units", int(rng.choice(np.flatnonzero(claim.hidden))), 1)


def mutate_what_is_counted(claim: Claim, rng: np.random.Generator) -> Claim:
    return Claim({**claim.facts, "counts": False}, claim.arrays)


def mutate_real_cells(claim: Claim, rng: np.random.Generator) -> Claim:
    fewer = int(rng.integers(1, claim["values"].size))
    return Claim({**claim.facts, "real_cells": fewer, "present_cells": fewer}, claim.arrays)


def mutate_policy(claim: Claim, rng: np.random.Generator) -> Claim:
    stricter = replace(POLICY, min_units=int(rng.integers(5, 9)))
    return Claim({**claim.facts, "policy": stricter.document, "policy_digest": stricter.digest}, claim.arrays)


def mutate_policy_but_not_its_digest(claim: Claim, rng: np.random.Generator) -> Claim:
    return Claim({**claim.facts, "policy": replace(POLICY, min_units=int(rng.integers(1, 3))).document}, claim.arrays)


def mutate_level(claim: Claim, rng: np.random.Generator) -> Claim:
    wider = replace(POLICY, protection=ProtectionLevel.THRESHOLD, min_units=3)
    return Claim({**claim.facts, "policy": wider.document, "policy_digest": wider.digest}, claim.arrays)


def mutate_scale(claim: Claim, rng: np.random.Generator) -> Claim:
    return Claim({**claim.facts, "scale": 10}, claim.arrays)


def mutate_secret_zeros(claim: Claim, rng: np.random.Generator) -> Claim:
    secret = replace(POLICY, zeros=Zeros.SECRET)
    return Claim({**claim.facts, "policy": secret.document, "policy_digest": secret.digest}, claim.arrays)


def mutate_length(claim: Claim, rng: np.random.Generator) -> Claim:
    name = str(rng.choice(sorted(claim.arrays)))
    return Claim(claim.facts, {**claim.arrays, name: np.append(claim[name], 1)})


def mutate_far_cell(claim: Claim, rng: np.random.Generator) -> Claim:
    name = str(rng.choice(["equation_cells", "table_cells", "need_cells"]))
    return changed(claim, name, int(rng.integers(claim[name].size)), 10**6)


MUTATIONS = [function for name, function in sorted(globals().items()) if name.startswith("mutate_")]


@pytest.mark.parametrize("mutation", MUTATIONS, ids=lambda each: each.__name__)
def test_every_kind_of_mutation_is_refused_though_the_digest_was_made_to_fit(mutation: Mutation) -> None:
    """Each mutation is a planted fault: the certificate is written anew, with a digest that fits what it now says."""
    claim = read(made())

    for seed in range(12):
        report = verified(written(mutation(claim, np.random.default_rng(seed))))

        assert not report.valid, (mutation.__name__, seed)


@pytest.mark.parametrize("table_number", [0, 1])
def test_what_is_wrong_is_named(table_number: int) -> None:
    claim = read(made())
    at = int(claim["table_starts"][table_number])

    failures = verified(written(changed(claim, "table_deviations", at, 1))).failures

    assert any(f"witness table {table_number} does not keep equation" in failure for failure in failures)


def test_a_need_that_no_table_reaches_is_named_with_cell_and_direction() -> None:
    claim = read(made())

    failures = verified(written(changed(claim, "need_up", 0, 50))).failures

    assert failures == (f"cell {claim['need_cells'][0]} does not reach 51 up in any witness table.",)


@given(st.integers(0, 10**6), st.integers(1, 255))
def test_a_flipped_byte_anywhere_is_refused_and_never_a_fault_of_the_program(place: int, mask: int) -> None:
    content = bytearray(made_once())
    content[place % len(content)] ^= mask

    report = verified(bytes(content))

    assert not report.valid or read(bytes(content)).facts == read(made_once()).facts


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("protection_percent", "much"),
        ("protection_percent", float("nan")),
        ("min_units", 10**30),
        ("min_units", "3"),
        ("attackers", [3]),
        ("signed", 1),
        ("zeros", None),
        ("zeros", "unknown"),
    ],
)
def test_a_policy_with_values_of_the_wrong_kind_is_refused(name: str, value: object) -> None:
    claim = read(made())
    facts = {**claim.facts, "policy": {**claim.facts["policy"], name: value}}

    assert verified(written(Claim(facts, claim.arrays))).failures == ("a field has a value of the wrong kind.",)


@given(st.binary(max_size=200))
def test_whatever_is_no_certificate_is_refused(content: bytes) -> None:
    assert not verified(content).valid


def test_numbers_that_would_overflow_are_refused() -> None:
    claim = read(made())
    huge = {**claim.arrays, "table_deviations": claim["table_deviations"] * (1 << 61)}

    assert verified(written(Claim(claim.facts, huge))).failures == ("numbers are too large to be checked.",)


_MADE: list[bytes] = []


def made_once() -> bytes:
    if not _MADE:
        _MADE.append(made())
    return _MADE[0]

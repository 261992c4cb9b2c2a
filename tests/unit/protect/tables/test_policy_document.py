"""The policy of a table: every word of it, and one wrong file for every mistake."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path

import pytest

from gemeinsinn.errors import DefinitionError, DisclosureError, GemeinsinnError
from gemeinsinn.protect.tables import policy_document
from gemeinsinn.protect.tables.policy import (
    Attacker,
    Audience,
    Dominance,
    Method,
    ProtectionLevel,
    Ratio,
    TablePolicy,
    Weights,
    Zeros,
)
from gemeinsinn.protect.tables.policy_document import read_table_policy
from support.messages import unprovoked


FULL = """min_units: 5
zeros: structural
method: suppress
attackers: [all_singletons, insider]
audience: politics
protection: threshold
protection_percent: 15
dominance: {n: 2, k: 0.75}
p_percent: 12.5
group_disclosure: true
ratio: {numerator: 4, denominator: 20, mean: 6, complement: false}
units: [person, household]
weights: log
signed: true
overlap: [area]
separate: [year]
open:
  - {sex: Total, area: [01, 02]}
"""


def policy(folder: Path, text: str) -> TablePolicy:
    path = folder / "p.yaml"
    path.write_text(text, encoding="utf-8")
    return read_table_policy(path)


def test_every_word_of_a_policy_is_taken_as_it_is_written(tmp_path: Path) -> None:
    found = policy(tmp_path, FULL)

    assert found == TablePolicy(
        min_units=5,
        zeros=Zeros.STRUCTURAL,
        method=Method.SUPPRESS,
        attackers=(Attacker.OUTSIDER, Attacker.INSIDER, Attacker.ALL_SINGLETONS),
        audience=Audience.POLITICS,
        protection=ProtectionLevel.THRESHOLD,
        protection_percent=15.0,
        dominance=Dominance(2, 0.75),
        p_percent=12.5,
        group_disclosure=True,
        ratio=Ratio(4, 20, 6, complement=False),
        units=("person", "household"),
        weights=Weights.LOG,
        signed=True,
        overlap=("area",),
        separate=("year",),
        open=({"sex": ("Total",), "area": ("01", "02")},),
    )


def test_what_a_policy_does_not_say_is_as_the_contract_has_it(tmp_path: Path) -> None:
    assert policy(tmp_path, "min_units: 3\n") == TablePolicy()
    assert TablePolicy().document["zeros"] == "public"
    assert (TablePolicy().min_units, TablePolicy().method, TablePolicy().protection) == (3, "suppress", "open")


@pytest.mark.parametrize("base", [5, 10])
def test_counts_are_rounded_to_5_or_10(tmp_path: Path, base: int) -> None:
    assert policy(tmp_path, f"min_units: 3\nmethod: round\nbase: {base}\n").base == base


def test_the_words_of_cell_keys_are_those_of_registers(tmp_path: Path) -> None:
    found = policy(tmp_path, "min_units: 3\nmethod: cell_key\nmax_deviation: 6\nvariance: 2.5\n")

    assert (found.method, found.max_deviation, found.variance) == (Method.CELL_KEY, 6, 2.5)


@pytest.mark.parametrize("word", [field.name for field in fields(TablePolicy)])
def test_every_field_of_a_policy_can_be_written(word: str) -> None:
    assert word in (*policy_document.REQUIRED, *policy_document.OPTIONAL)


def test_the_digest_tells_policies_apart_and_not_their_layout(tmp_path: Path) -> None:
    lines = FULL.splitlines(keepends=True)
    moved = policy(tmp_path, "# reviewed\n" + "".join([*lines[3:], *lines[:3]]))

    assert moved.digest == policy(tmp_path, FULL).digest
    assert moved.digest != policy(tmp_path, FULL.replace("min_units: 5", "min_units: 6")).digest


WRONG = {
    "min_unit: 3": ("p.yaml:1 min_unit: the policy of a table has no field 'min_unit'. Did you mean 'min_units'",),
    "# nothing": ("p.yaml:1: the policy of a table needs the field 'min_units'.",),
    "- 3": ("p.yaml:1: expected fields of the policy of a table, found a list.",),
    "min_units: 0": ("p.yaml:1 min_units: expected a whole number of at least 1.",),
    "min_units: three": ("p.yaml:1 min_units: expected a number, found 'three'.",),
    "min_units: 3\nzeros: hidden": ("p.yaml:2 zeros: 'hidden' is not allowed here.", "public, secret, structural"),
    "min_units: 3\nmethod: rounding": ("p.yaml:2 method: 'rounding' is not allowed here. Did you mean 'round'?",),
    "min_units: 3\nmethod: round\nbase: 3": (
        "p.yaml:3 base: rounding to multiples of 3 does not protect: a third of the ones and twos can be recomputed.",
        "Write `base: 5` or `base: 10`.",
    ),
    "min_units: 3\nmethod: round\nbase: 7": ("p.yaml:3 base: counts are not rounded to multiples of 7.",),
    "min_units: 10\nmethod: round": (
        "p.yaml:2 method: multiples of 5 tell more than a policy with min_units 10 allows. Write `base: 10`",
    ),
    "min_units: 3\nbase: 5": ("p.yaml:2 base: 'base' says something about `method: round` only. Leave it out.",),
    "min_units: 3\nvariance: 2": ("p.yaml:2 variance: 'variance' says something about `method: cell_key` only.",),
    "min_units: 3\nmethod: cell_key\nmax_deviation: 2": (
        "p.yaml:3 max_deviation: with a maximum deviation of 2, counts below 3 cannot be lifted or hidden.",
    ),
    "min_units: 3\nmethod: cell_key\nvariance: 99": ("p.yaml:3 variance: a variance lies above 0 and is at most",),
    "min_units: 3\nattackers: [outsidr]": (
        "p.yaml:2 attackers[0]: 'outsidr' is not allowed here. Did you mean 'outsider'",
    ),
    "min_units: 3\nattackers: []": ("p.yaml:2 attackers: there is no attacker.",),
    "min_units: 3\naudience: press": ("p.yaml:2 audience: 'press' is not allowed here. Allowed: planning, politics",),
    "min_units: 3\nprotection: opn": ("p.yaml:2 protection: 'opn' is not allowed here. Did you mean 'open'?",),
    "min_units: 3\nprotection_percent: 0": ("p.yaml:2 protection_percent: 0 is no share in per cent.",),
    "min_units: 3\np_percent: 101": ("p.yaml:2 p_percent: 101 is no share in per cent.",),
    "min_units: 3\ndominance: {n: 1}": ("p.yaml:2 dominance: the policy of a table needs the field 'k'.",),
    "min_units: 3\ndominance: {n: 1, k: 85}": (
        "p.yaml:2 dominance.k: k is a share between 0 and 1, not 85. Write 0.85 for 85 per cent.",
    ),
    "min_units: 3\nmethod: round\ndominance: {n: 1, k: 0.85}": (
        "p.yaml:3 dominance: 'dominance' looks at sums, and `method: round` is made for counts.",
    ),
    "min_units: 3\nmethod: round\nsigned: true": (
        "p.yaml:3 signed: `method: round` is made for counts, which are not negative.",
    ),
    "min_units: 3\ngroup_disclosure: 1": ("p.yaml:2 group_disclosure: expected true or false, found '1'.",),
    "min_units: 3\nratio: {nominator: 3}": (
        "p.yaml:2 ratio.nominator: the policy of a table has no field 'nominator'. Did you mean 'denominator' or 'numerator'?",
    ),
    "min_units: 3\nunits: [person, person]": ("p.yaml:2 units: 'person' stands here twice.",),
    "min_units: 3\nweights: sums": ("p.yaml:2 weights: 'sums' is not allowed here. Did you mean 'sum'?",),
    "min_units: 3\nopen: [{}]": ("p.yaml:2 open[0]: this names every cell. Name a dimension and its codes",),
    "min_units: 3\nopen: [Total]": ("p.yaml:2 open[0]: expected named entries, found 'Total'.",),
    "min_units: 3\nzeros: public\nzeros: secret": ("p.yaml:3: the field 'zeros' stands here twice.",),
    "min_units: [": ("p.yaml:2: this is not YAML",),
}


@pytest.mark.parametrize("text", WRONG)
def test_a_mistake_is_named_with_file_line_and_remedy(text: str, tmp_path: Path) -> None:
    with pytest.raises(DefinitionError) as told:
        policy(tmp_path, f"{text}\n")

    assert [words for words in WRONG[text] if words not in str(told.value)] == []


def test_all_mistakes_are_told_at_once(tmp_path: Path) -> None:
    with pytest.raises(DefinitionError) as told:
        policy(tmp_path, "min_units: 0\nzeros: hidden\nmethod: round\nbase: 3\n")

    assert [finding.where for finding in told.value.findings] == [
        "p.yaml:1 min_units",
        "p.yaml:2 zeros",
        "p.yaml:4 base",
    ]


@pytest.mark.parametrize("path", [None, Path("nowhere/p.yaml")])
def test_without_a_policy_nothing_leaves(path: Path | None) -> None:
    """Seen to fail when a missing policy was taken for one that says nothing."""
    with pytest.raises(DisclosureError) as told:
        read_table_policy(path)

    assert "Write a policy file" in str(told.value)


def test_every_message_about_a_policy_is_provoked_here(tmp_path: Path) -> None:
    messages = [refusal(tmp_path, text) for text in WRONG]
    messages += ["there is no policy x.", "no policy was named, and without one nothing may leave."]

    assert unprovoked(policy_document, messages) == []


def refusal(folder: Path, text: str) -> str:
    with pytest.raises(GemeinsinnError) as told:
        policy(folder, f"{text}\n")
    return str(told.value)

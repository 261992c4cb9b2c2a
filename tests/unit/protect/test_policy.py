"""Policies: which source they cover, and one wrong file for every mistake in policy.yaml."""

from __future__ import annotations

from pathlib import Path

import pytest

from gemeinsinn.errors import DefinitionError, DisclosureError
from gemeinsinn.protect import policy
from gemeinsinn.protect.policy import Contains, Policies, read_policies
from support.messages import templates


RIGHT = """policies:
  published:
    contains: published_aggregates
    audience: public
    reason: protected and published by the office
    origins: [office, bureau]
  land:
    contains: territory
    audience: public
    reason: says nothing about people
    sources: [borders]
"""


def policies(folder: Path, text: str = RIGHT) -> Policies:
    path = folder / "policy.yaml"
    path.write_text(text, encoding="utf-8")
    return read_policies(path)


def test_a_source_is_covered_by_the_policy_of_its_origin(tmp_path: Path) -> None:
    found = policies(tmp_path).of("counts", "bureau")

    assert (found.id, found.contains) == ("published", Contains.PUBLISHED_AGGREGATES)


def test_a_policy_that_names_the_source_goes_before_that_of_its_origin(tmp_path: Path) -> None:
    assert policies(tmp_path).of("borders", "office").id == "land"


def test_a_source_that_no_policy_covers_may_not_enter(tmp_path: Path) -> None:
    with pytest.raises(DisclosureError) as raised:
        policies(tmp_path).of("counts", "register")

    assert str(raised.value) == (
        "no policy covers the source 'counts' (origin 'register'). Add the source or its origin to a policy in "
        "policy.yaml, signed by the data protection officer."
    )


def test_a_register_needs_a_policy_for_registers(tmp_path: Path) -> None:
    with pytest.raises(DisclosureError, match=r"the policy 'land' is for 'territory', and 'borders' holds persons."):
        policies(tmp_path).terms("borders", "office")


def test_registers_are_linked_only_where_a_policy_says_so(tmp_path: Path) -> None:
    with pytest.raises(DisclosureError, match=r"no policy allows to link 'residents' with 'benefits'."):
        policies(tmp_path).link("residents", "benefits")


def test_a_changed_file_has_another_digest(tmp_path: Path) -> None:
    before = policies(tmp_path).digest

    after = policies(tmp_path, RIGHT + "# signed again\n").digest

    assert before != after
    assert policies(tmp_path).digest == before


MISTAKES = {
    "no policies": (RIGHT, "{}\n", ["policy.yaml:1: a policy needs the field 'policies'."]),
    "a list of policies": (RIGHT, "policies: [a]\n", ["policy.yaml:1 policies: expected named entries, found a list."]),
    "a policy in one word": (
        RIGHT,
        "policies: {land: open}\n",
        ["policy.yaml:1 policies.land: expected fields of a policy, found 'open'."],
    ),
    "contents of no kind": (
        "contains: territory",
        "contains: teritory",
        ["policy.yaml:8 policies.land.contains: 'teritory' is not allowed here. Did you mean 'territory'?"],
    ),
    "an audience that is not served": (
        "audience: public\n    reason: says",
        "audience: staff\n    reason: says",
        ["policy.yaml:9 policies.land.audience: 'staff' is not allowed here. Allowed: public."],
    ),
    "no reason": (
        "    reason: says nothing about people\n",
        "",
        ["policy.yaml:7 policies.land: a policy needs the field 'reason'."],
    ),
    "a policy for nothing": (
        "    sources: [borders]\n",
        "",
        ["policy.yaml:7 policies.land: the policy covers nothing. Name `origins` or `sources`."],
    ),
    "an empty list of sources": (
        "[borders]",
        "[]",
        ["policy.yaml:7 policies.land: the policy covers nothing. Name `origins` or `sources`."],
    ),
    "an unknown field": (
        "sources: [borders]",
        "source: [borders]",
        [
            "policy.yaml:11 policies.land.source: a policy has no field 'source'. Did you mean 'sources' or 'disclosure'?",
            "policy.yaml:7 policies.land: the policy covers nothing. Name `origins` or `sources`.",
        ],
    ),
    "a field that only registers have": (
        "sources: [borders]",
        "sources: [borders]\n    purpose: maps",
        [
            "policy.yaml:12 policies.land.purpose: only the policy of a register has the field 'purpose'. Leave it out, "
            "or say `contains: register`."
        ],
    ),
    "two mistakes at once": (
        "contains: territory\n    audience: public",
        "contains: land\n    audience: staff",
        [
            "policy.yaml:8 policies.land.contains: 'land' is not allowed here. Allowed: published_aggregates, register, territory.",
            "policy.yaml:9 policies.land.audience: 'staff' is not allowed here. Allowed: public.",
        ],
    ),
}


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_is_named_with_place_reason_and_remedy(tmp_path: Path, name: str) -> None:
    old, new, messages = MISTAKES[name]
    assert old in RIGHT

    with pytest.raises(DefinitionError) as raised:
        policies(tmp_path, RIGHT.replace(old, new))

    assert str(raised.value).splitlines() == messages


def test_no_message_is_left_without_a_mistake_that_provokes_it() -> None:
    provoked = [message for _, _, messages in MISTAKES.values() for message in messages]
    provoked.append("no policy covers the source 'counts' (origin 'register').")
    provoked.append("the policy 'land' is for 'territory', and 'borders' holds persons.")
    provoked.append("no policy allows to link 'residents' with 'benefits'.")

    found = templates(policy)

    assert len(found) >= 2
    assert [place for place, pattern in found.items() if not any(map(pattern.search, provoked))] == []

"""The gate: published statistics pass with their marks, everything else is refused and named."""

from __future__ import annotations

import pytest

from gemeinsinn.errors import DisclosureError
from gemeinsinn.gate.publication import Answered, Passage, pass_publication
from gemeinsinn.protect.policy import Contains, Policies, Policy


POLICIES = Policies(
    {
        "published": Policy("published", Contains.PUBLISHED_AGGREGATES, "public", "signed", ("office",), ()),
        "land": Policy("land", Contains.TERRITORY, "public", "no people", (), ("borders",)),
    },
    "digest",
)


def test_a_published_statistic_passes_with_the_marks_of_its_source() -> None:
    marks = {"counts": {"source-confidential": 3}, "unused": {"source-later": 1}}

    passages = pass_publication({"counts": "office"}, marks, policies=POLICIES, used=["counts"])

    assert passages == (
        Passage("counts", "published", "published_aggregates", "source-marks-kept", {"source-confidential": 3}),
    )


def test_a_passage_says_that_nothing_was_hidden_here_and_nothing_audited() -> None:
    (passage,) = pass_publication({"counts": "office"}, {}, policies=POLICIES, used=["counts"])

    assert str(passage.audit) == "none"
    assert set(passage.document) == {"source", "policy", "contains", "method", "marks", "audit"}


def test_a_register_passes_as_the_gate_has_protected_it_and_with_its_report() -> None:
    people = Policy("people", Contains.REGISTER, "public", "signed", (), ("deviating", "hidden", "untouched"))
    answered = {"deviating": Answered(), "hidden": Answered("suppress", {"hidden": 3})}
    policies = Policies({"people": people}, "digest")

    deviating, hidden = pass_publication({}, {}, policies=policies, used=answered, answered=answered)

    assert (deviating.method, str(deviating.audit)) == ("cell_key", "none")
    assert (hidden.method, str(hidden.audit), hidden.document["hidden"]) == ("suppress", "clean", 3)
    with pytest.raises(DisclosureError, match="is not one for statistics"):
        pass_publication({}, {}, policies=policies, used=["untouched"], answered=answered)


def test_every_source_passes_once_and_in_the_order_of_names() -> None:
    origins = {"zebra": "office", "ape": "office"}

    passages = pass_publication(origins, {}, policies=POLICIES, used=["zebra", "ape", "zebra"])

    assert [(passage.source, dict(passage.marks)) for passage in passages] == [("ape", {}), ("zebra", {})]


def test_all_that_may_not_leave_is_named_in_one_error() -> None:
    origins = {"counts": "office", "borders": "office", "register": "health"}

    with pytest.raises(DisclosureError) as raised:
        pass_publication(origins, {}, policies=POLICIES, used=origins)

    assert str(raised.value).splitlines() == [
        "policy.yaml: the policy 'land' of source 'borders' is not one for statistics. "
        "Only published aggregates may be published as they are.",
        "no policy covers the source 'register' (origin 'health'). Add the source or its origin to a policy in "
        "policy.yaml, signed by the data protection officer.",
    ]


def test_a_source_without_declaration_does_not_pass() -> None:
    with pytest.raises(DisclosureError, match=r"no policy covers the source 'counts' \(origin ''\)"):
        pass_publication({}, {}, policies=POLICIES, used=["counts"])


def test_nothing_used_is_nothing_to_let_out() -> None:
    assert pass_publication({}, {}, policies=POLICIES, used=[]) == ()

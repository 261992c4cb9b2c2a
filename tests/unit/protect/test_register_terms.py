"""The terms of a register: classes of columns, retention, coarseness, linkage, and one wrong file for every mistake."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from gemeinsinn.errors import DefinitionError, DisclosureError
from gemeinsinn.protect import register_terms
from gemeinsinn.protect.policy import Policies, read_policies
from gemeinsinn.protect.register_terms import Coarseness, ColumnClass, Disclosure, RegisterTerms, Span
from gemeinsinn.protect.tables.policy import Attacker, Method, Zeros
from support.messages import unprovoked


RIGHT = """policies:
  people:
    contains: register
    audience: public
    reason: planning
    legal_basis: § 34
    purpose: planning
    sources: [people]
    columns:
      identifying: [number, name]
      quasi_identifying: [birth]
      sensitive: [benefit]
    coarsen: {birth: month, area: district}
    retention: {microdata: 30 years, landing: 14 days, events: 30 years}
    disclosure: {min_units: 5, method: cell_key, max_deviation: 6, variance: 2.5}
    link:
      - {register: cases, basis: § 67c, by: {name: surname, birth: born}}
"""


def policies(folder: Path, text: str = RIGHT) -> Policies:
    path = folder / "policy.yaml"
    path.write_text(text, encoding="utf-8")
    return read_policies(path)


def terms(folder: Path, text: str = RIGHT) -> RegisterTerms:
    return policies(folder, text).terms("people", "office")


def test_the_terms_are_those_that_are_written(tmp_path: Path) -> None:
    found = terms(tmp_path)

    assert found.classes["name"] is ColumnClass.IDENTIFYING
    assert (found.birth, found.area) == (Coarseness.MONTH, Coarseness.DISTRICT)
    assert (found.retention.microdata, found.retention.landing) == (Span(months=360), Span(days=14))
    assert found.disclosure == Disclosure(5, "cell_key", 6, 2.5)
    assert found.links[0].by == {"name": "surname", "birth": "born"}


def test_without_a_word_on_them_raw_deliveries_are_not_kept_and_counts_are_protected(tmp_path: Path) -> None:
    text = RIGHT.replace(", landing: 14 days, events: 30 years", "").replace("    disclosure:", "#")
    found = terms(tmp_path, text)

    assert found.retention.landing == Span()
    assert found.disclosure == Disclosure(3, "cell_key", 4, 2.0)


def test_tables_may_be_protected_by_hiding_numbers_while_answers_deviate(tmp_path: Path) -> None:
    text = RIGHT.replace("method: cell_key", "method: suppress, attackers: [insider], zeros: secret")
    found = terms(tmp_path, text).disclosure

    assert (found.method, found.max_deviation, found.variance) == ("suppress", 6, 2.5)
    assert found.tables is not None
    assert (found.tables.method, found.tables.min_units) == (Method.SUPPRESS, 5)
    assert found.tables.attackers == (Attacker.OUTSIDER, Attacker.INSIDER)
    assert found.tables.zeros is Zeros.SECRET


def test_a_column_without_a_class_is_refused_and_all_are_named(tmp_path: Path) -> None:
    with pytest.raises(DisclosureError) as refused:
        terms(tmp_path).check("people", ["number", "nam", "religion", "birth"])

    assert str(refused.value).splitlines() == [
        "people: the policy does not say what the column 'nam' is. Did you mean 'name'? Nothing of the delivery was taken in.",
        "people: the policy does not say what the column 'religion' is. Put it under identifying, quasi_identifying, "
        "sensitive or other. Nothing of the delivery was taken in.",
    ]


@pytest.mark.parametrize(
    ("span", "day", "before"),
    [
        (Span(months=12), date(2026, 2, 28), date(2025, 2, 28)),
        (Span(months=1), date(2026, 3, 31), date(2026, 2, 28)),
        (Span(months=48), date(2028, 2, 29), date(2024, 2, 29)),
        (Span(months=12), date(2028, 2, 29), date(2027, 2, 28)),
        (Span(months=1), date(2026, 1, 15), date(2025, 12, 15)),
        (Span(days=14), date(2026, 1, 10), date(2025, 12, 27)),
        (Span(), date(2026, 1, 10), date(2026, 1, 10)),
    ],
)
def test_a_span_leads_back_by_months_and_days(span: Span, day: date, before: date) -> None:
    assert span.before(day) == before


def test_both_sides_of_a_link_keep_their_columns_in_the_vault(tmp_path: Path) -> None:
    found = policies(tmp_path)

    assert found.link_columns("people") == ("name", "birth")
    assert found.link_columns("cases") == ("surname", "born")
    assert found.link_columns("others") == ()


MISTAKES = {
    "no legal basis": (
        "    legal_basis: § 34\n",
        "",
        "policies.people: the policy of a register needs the field 'legal_basis'.",
    ),
    "a column in two classes": (
        "sensitive: [benefit]",
        "sensitive: [benefit, name]",
        "the column 'name' has two classes. Leave it under the stricter one.",
    ),
    "a class that does not exist": (
        "sensitive: [",
        "sensible: [",
        "a policy has no field 'sensible'. Did you mean 'sensitive'?",
    ),
    "a span of nothing known": (
        "microdata: 30 years",
        "microdata: long",
        "'long' is no span of time. Write 30 years, 6 months, 14 days or unlimited.",
    ),
    "raw deliveries for ever": (
        "landing: 14 days",
        "landing: unlimited",
        "raw deliveries are not kept without an end.",
    ),
    "events that go before the history": (
        "events: 30 years",
        "events: 2 years",
        "events are kept as long as the microdata: history is derived from them. Write the same span, or leave it out.",
    ),
    "a coarseness that births do not have": ("birth: month", "birth: week", "'week' is not allowed here."),
    "a method that does not exist": ("method: cell_key", "method: noise", "'noise' is not allowed here."),
    "no variance": ("variance: 2.5", "variance: 0", "a variance is larger than 0."),
    "an attacker of numbers that deviate": (
        "variance: 2.5",
        "variance: 2.5, attackers: [insider]",
        "'attackers' says something about numbers that are hidden. Leave it out, or write `method: suppress`.",
    ),
    "an attacker that does not exist": (
        "method: cell_key",
        "method: suppress, attackers: [neighbour]",
        "'neighbour' is not allowed here.",
    ),
    "a link by an unknown column": (
        "by: {name: surname",
        "by: {nam: surname",
        "it is to be linked by the column 'nam', which has no class. Did you mean 'name'?",
    ),
    "a link without a basis": ("basis: § 67c, ", "", "a policy needs the field 'basis'."),
}


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_is_named_with_place_and_reason(tmp_path: Path, name: str) -> None:
    old, new, message = MISTAKES[name]
    assert old in RIGHT

    with pytest.raises(DefinitionError) as raised:
        terms(tmp_path, RIGHT.replace(old, new))

    assert message in str(raised.value)
    assert str(raised.value).startswith("policy.yaml:")


def test_no_message_is_left_without_a_mistake_that_provokes_it() -> None:
    provoked = [message for _, _, message in MISTAKES.values()]
    provoked.append("the policy does not say what the column 'religion' is.")

    assert unprovoked(register_terms, provoked) == []

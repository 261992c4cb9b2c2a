"""The policy of records: every word of it, and one wrong file for every mistake."""

from __future__ import annotations

from math import inf
from pathlib import Path

import pytest

from gemeinsinn.errors import DefinitionError, DisclosureError, GemeinsinnError
from gemeinsinn.protect.records import terms
from gemeinsinn.protect.records.levels import Diversity, Level
from gemeinsinn.protect.records.terms import Numbers, RecordTerms, read_record_terms
from gemeinsinn.protect.register_terms import ColumnClass
from support.messages import unprovoked


COLUMNS = """columns:
  identifying: [name, person]
  quasi_identifying: [town, birth_year, sex]
  sensitive: [grade]
  other: [wave]
"""
FULL = f"""k: 5
l: 2.5
diversity: entropy
t: 0.3
max_suppressed: 0.1
units: person
hierarchies: {{town: towns.csv}}
orders: {{grade: [none, 1, 2]}}
nominal: [sex]
apart: [sex]
weights: {{birth_year: 2}}
numbers: bounds
sampled: 0.1
at_risk: 10
{COLUMNS}"""


def policy(folder: Path, text: str) -> RecordTerms:
    path = folder / "p.yaml"
    path.write_text(text, encoding="utf-8")
    return read_record_terms(path)


def test_every_word_of_a_policy_is_taken_as_it_is_written(tmp_path: Path) -> None:
    found = policy(tmp_path, FULL)

    assert found.level == Level(5, 2.5, Diversity.ENTROPY, 0.3)
    assert found.of(ColumnClass.QUASI_IDENTIFYING) == ("town", "birth_year", "sex")
    assert found.of(ColumnClass.IDENTIFYING) == ("name", "person")
    assert (found.max_suppressed, found.sampled, found.at_risk) == (0.1, 0.1, 10)
    assert (found.units, found.nominal, found.apart, found.weights) == ("person", ("sex",), ("sex",), {"birth_year": 2})
    assert found.hierarchies == {"town": tmp_path / "towns.csv"}
    assert found.orders == {"grade": ("none", "1", "2")}
    assert found.numbers is Numbers.BOUNDS


def test_k_and_the_classes_of_columns_are_enough(tmp_path: Path) -> None:
    found = policy(tmp_path, f"k: 3\n{COLUMNS}")

    assert found.level == Level(3, 1.0, Diversity.DISTINCT, inf)
    assert (found.max_suppressed, found.units, found.numbers) == (0.05, "", Numbers.RANGES)


WRONG = [
    ("", "p.yaml:1: the policy of records needs the field 'k'."),
    (f"k: 1\n{COLUMNS}", "p.yaml:1 k: expected a whole number of at least 2."),
    (f"k: 5\nl: 0.5\n{COLUMNS}", "p.yaml:2 l: expected a number of values, at least 1."),
    (f"k: 5\nl: 2.5\n{COLUMNS}", "p.yaml:2 l: expected a number of values, at least 1. Only by entropy it may be 2.5."),
    (f"k: 5\nt: 1.5\n{COLUMNS}", "p.yaml:2 t: a distance lies above 0 and is at most 1."),
    (f"k: 5\nt: 0\n{COLUMNS}", "p.yaml:2 t: a distance lies above 0 and is at most 1."),
    (f"k: 5\nt: near\n{COLUMNS}", "p.yaml:2 t: expected a number, found 'near'."),
    ("k: 5\nl: 2\ncolumns: {other: a}", "p.yaml:2 l: 'l' is about sensitive columns, and there is none."),
    (f"k: 5\nmax_suppressed: 5\n{COLUMNS}", "p.yaml:2 max_suppressed: expected a share between 0 and 1."),
    (f"k: 5\nsampled: 0\n{COLUMNS}", "p.yaml:2 sampled: a share of nothing is no sample."),
    ("k: 5\ncolumns: {other: a, sensitive: [b, a]}", "p.yaml:2 columns.sensitive[1]: the column 'a' has two classes."),
    (
        f"k: 5\nunits: persn\n{COLUMNS}",
        "p.yaml:2 units: the column 'persn' stands under no class. Did you mean 'person'?",
    ),
    (f"k: 5\napart: [grade]\n{COLUMNS}", "the column 'grade' is sensitive; here only quasi_identifying ones count."),
    (f"k: 5\nweights: {{sex: 0}}\n{COLUMNS}", "p.yaml:2 weights.sex: a weight is larger than 0."),
    (f"k: 5\norders: {{grade: [1, 2, 1]}}\n{COLUMNS}", "p.yaml:2 orders.grade: a value stands here twice."),
    (f"k: 5\nhierarchies: {{grade: g.csv}}\n{COLUMNS}", "the column 'grade' is sensitive; here only quasi_identifying"),
    (
        f"k: 5\ndiversity: entrophy\n{COLUMNS}",
        "p.yaml:2 diversity: 'entrophy' is not allowed here. Did you mean 'entropy'?",
    ),
    (f"k: 5\nkk: 5\n{COLUMNS}", "p.yaml:2 kk: the policy of records has no field 'kk'."),
]


@pytest.mark.parametrize(("text", "message"), WRONG)
def test_a_mistake_is_named_with_file_and_line(text: str, message: str, tmp_path: Path) -> None:
    with pytest.raises(DefinitionError) as raised:
        policy(tmp_path, text)

    assert message in str(raised.value)


def test_all_mistakes_are_told_at_once(tmp_path: Path) -> None:
    with pytest.raises(DefinitionError) as raised:
        policy(tmp_path, f"k: 0\nt: 2\nsampled: 3\n{COLUMNS}")

    assert [finding.where for finding in raised.value.findings] == ["p.yaml:2 t", "p.yaml:1 k", "p.yaml:3 sampled"]


@pytest.mark.parametrize("path", [None, Path("nowhere.yaml")])
def test_without_a_policy_nothing_leaves(path: Path | None) -> None:
    with pytest.raises(DisclosureError, match="policy"):
        read_record_terms(path)


def test_a_column_that_nobody_classed_stops_everything(tmp_path: Path) -> None:
    found = policy(tmp_path, f"k: 3\n{COLUMNS}")
    columns = ["name", "person", "town", "birth_year", "sex", "grade", "wave"]

    found.check(columns)

    with pytest.raises(DisclosureError, match="not say what the column 'diagnosis' is"):
        found.check([*columns, "diagnosis"])


def test_a_column_that_the_records_do_not_have_is_a_slip_of_the_policy(tmp_path: Path) -> None:
    found = policy(tmp_path, f"k: 3\n{COLUMNS}")

    with pytest.raises(DefinitionError) as raised:
        found.check(["name", "person", "birth_year", "sex", "grade", "wave"])

    assert str(raised.value).startswith("p.yaml:4 columns.quasi_identifying[0]: the records have no column 'town'.")


def test_every_message_is_provoked(tmp_path: Path) -> None:
    told = [message for _, message in WRONG]
    for path in (None, Path("nowhere.yaml")):
        try:
            read_record_terms(path)
        except GemeinsinnError as error:
            told.append(str(error))
    found = policy(tmp_path, f"k: 3\n{COLUMNS}")
    for columns in (["name"], ["diagnosis"]):
        try:
            found.check(columns)
        except GemeinsinnError as error:
            told.append(str(error))

    assert unprovoked(terms, told) == []

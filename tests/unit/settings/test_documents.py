"""YAML with positions: what is read as what, and every message of the checker with file, line and field."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from gemeinsinn.errors import DefinitionError
from gemeinsinn.settings import documents
from gemeinsinn.settings.documents import Checker, Node, document_of, read_document
from support.messages import templates


Take = Callable[[Checker, Node], object]


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("01056", "01056"),
        ("0", 0),
        ("12", 12),
        ("1.5", 1.5),
        ("yes", "yes"),
        ("off", "off"),
        ("true", True),
        ("False", False),
        ('"12"', "12"),
        ('"01056"', "01056"),
        ("2021-12-31", date(2021, 12, 31)),
        ("2021-02-30", "2021-02-30"),
        ("", None),
        ("[1, 01]", [1, "01"]),
        ("{a: {b: 1}}", {"a": {"b": 1}}),
    ],
)
def test_values_are_what_a_steward_meant(written: str, value: object) -> None:
    """Keys of areas keep their leading zero, only true and false are truth values, no calendar has 30 February."""
    assert document_of(f"x: {written}\n", "a.yaml").plain() == {"x": value}


def test_an_empty_file_is_an_empty_mapping() -> None:
    assert document_of("# nothing but a comment\n", "a.yaml").plain() == {}


def test_every_value_knows_its_line_and_its_way_down() -> None:
    document = document_of("first: 1\nparts:\n  - {source: a}\n  - source: b\n", "a.yaml")

    second = document.value["parts"].value[1].value["source"]

    assert second.where == "a.yaml:4 parts[1].source"
    assert document.where == "a.yaml:1"


MISTAKES: dict[str, tuple[str, Take, str]] = {
    "fields of a text": (
        "hello",
        lambda checker, node: checker.fields(node),
        "a.yaml:1 x: expected fields of a thing, found 'hello'.",
    ),
    "an unknown field": (
        "{colour: red}",
        lambda checker, node: checker.fields(node, optional=("size",)),
        "a.yaml:1 x.colour: a thing has no field 'colour'. Known fields: size.",
    ),
    "a field nearly known": (
        "{sise: 5}",
        lambda checker, node: checker.fields(node, optional=("size",)),
        "a.yaml:1 x.sise: a thing has no field 'sise'. Did you mean 'size'?",
    ),
    "a missing field": (
        "{}",
        lambda checker, node: checker.fields(node, required=("size",)),
        "a.yaml:1 x: a thing needs the field 'size'.",
    ),
    "a blank text": ('"  "', lambda checker, node: checker.text(node), "a.yaml:1 x: expected a text, found '  '."),
    "a list for a text": (
        "[a]",
        lambda checker, node: checker.text(node),
        "a.yaml:1 x: expected a text, found a list.",
    ),
    "a mapping among texts": (
        "[a, {b: c}]",
        lambda checker, node: checker.texts(node),
        "a.yaml:1 x[1]: expected a text, found a mapping.",
    ),
    "a word that is not allowed": (
        "red",
        lambda checker, node: checker.choice(node, ("blue", "green")),
        "a.yaml:1 x: 'red' is not allowed here. Allowed: blue, green.",
    ),
    "a word where nothing is allowed": (
        "red",
        lambda checker, node: checker.choice(node, ()),
        "a.yaml:1 x: 'red' is not allowed here. There is nothing yet to choose from.",
    ),
    "a truth value for a number": (
        "true",
        lambda checker, node: checker.number(node),
        "a.yaml:1 x: expected a number, found 'True'.",
    ),
    "no number at all": (
        ".nan",
        lambda checker, node: checker.number(node),
        "a.yaml:1 x: expected a number, found 'nan'.",
    ),
    "too small a number": (
        "1",
        lambda checker, node: checker.whole(node, at_least=2),
        "a.yaml:1 x: expected a whole number of at least 2.",
    ),
    "another word for true": (
        "yes",
        lambda checker, node: checker.truth(node),
        "a.yaml:1 x: expected true or false, found 'yes'.",
    ),
    "a day that no calendar has": (
        "2021-02-30",
        lambda checker, node: checker.day(node),
        "a.yaml:1 x: expected a date such as 2021-12-31, found '2021-02-30'.",
    ),
    "an hour for a day": (
        "2021-12-31 12:00:00",
        lambda checker, node: checker.day(node),
        "a.yaml:1 x: expected a date such as 2021-12-31, found '2021-12-31 12:00:00'.",
    ),
    "a text without language": (
        "Anteil",
        lambda checker, node: checker.words(node),
        "a.yaml:1 x: expected a text in each language, found 'Anteil'. Write {de: …, en: …}.",
    ),
    "a list for named entries": (
        "[a]",
        lambda checker, node: list(checker.entries(node)),
        "a.yaml:1 x: expected named entries, found a list.",
    ),
}


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_is_noted_where_it_stands(name: str) -> None:
    written, take, message = MISTAKES[name]
    checker = Checker("a thing")

    take(checker, document_of(f"x: {written}\n", "a.yaml").value["x"])

    assert [str(finding) for finding in checker.findings] == [message]


GOOD: list[tuple[str, Take, object]] = [
    (" a ", lambda checker, node: checker.text(node), "a"),
    ("a", lambda checker, node: checker.texts(node), ("a",)),
    ("[a, b]", lambda checker, node: checker.texts(node), ("a", "b")),
    ("blue", lambda checker, node: checker.choice(node, ("blue", "green")), "blue"),
    ("3", lambda checker, node: checker.number(node), 3.0),
    ("3.0", lambda checker, node: checker.whole(node), 3),
    ("false", lambda checker, node: checker.truth(node, default=True), False),
    ("2021-12-31", lambda checker, node: checker.day(node), date(2021, 12, 31)),
    ("{de: a, en: b}", lambda checker, node: checker.words(node), {"de": "a", "en": "b"}),
    ("a", lambda checker, node: [item.value for item in checker.items(node)], ["a"]),
    ("[a, b]", lambda checker, node: [item.value for item in checker.items(node)], ["a", "b"]),
    ("{a: 1}", lambda checker, node: [name for name, _ in checker.entries(node)], ["a"]),
]


@pytest.mark.parametrize(("written", "take", "value"), GOOD)
def test_what_is_right_is_taken_without_a_word(written: str, take: Take, value: object) -> None:
    checker = Checker("a thing")

    taken = take(checker, document_of(f"x: {written}\n", "a.yaml").value["x"])

    assert (taken, checker.findings) == (value, [])


def test_what_is_not_there_takes_its_default() -> None:
    checker = Checker("a thing")

    assert checker.text(None, default="a") == "a"
    assert checker.texts(None) == ()
    assert checker.choice(None, ("blue",), default="blue") == "blue"
    assert checker.number(None) is None
    assert checker.whole(None, default=7) == 7
    assert checker.truth(None, default=True) is True
    assert checker.day(None) is None
    assert checker.words(None) == {"de": "", "en": ""}
    assert checker.items(None) == []
    assert list(checker.entries(None)) == []
    assert checker.findings == []


def test_all_mistakes_are_raised_together() -> None:
    checker = Checker("a thing")
    document = document_of("a: 1\nb: 2\n", "a.yaml")

    checker.fields(document, required=("c",))

    with pytest.raises(DefinitionError) as raised:
        checker.raise_if_wrong()
    assert str(raised.value).splitlines() == [
        "a.yaml:1 a: a thing has no field 'a'. Known fields: c.",
        "a.yaml:2 b: a thing has no field 'b'. Known fields: c.",
        "a.yaml:1: a thing needs the field 'c'.",
    ]


UNREADABLE = {
    "a: [1\n": "a.yaml:2: this is not YAML: did not find expected ',' or ']'.",
    "a: 1\nb: 2\na: 3\n": "a.yaml:3: the field 'a' stands here twice.",
    "ä: 1\nb: \x07\n": "a.yaml:2: this is not YAML: control characters are not allowed.",
    "a: !!python/object:os.system ls\n": (
        "a.yaml:1: this is not YAML: could not determine a constructor for the tag "
        "'tag:yaml.org,2002:python/object:os.system'."
    ),
    "a: 1\n---\nb: 2\n": "a.yaml:2: this is not YAML: but found another document.",
}


@pytest.mark.parametrize("text", UNREADABLE)
def test_what_does_not_read_is_named_with_its_line(text: str) -> None:
    with pytest.raises(DefinitionError) as raised:
        document_of(text, "a.yaml")

    assert str(raised.value) == UNREADABLE[text]


def test_a_missing_file_is_named_with_its_folder(tmp_path: Path) -> None:
    with pytest.raises(DefinitionError) as raised:
        read_document(tmp_path / "a.yaml")

    assert str(raised.value) == f"there is no file a.yaml in {tmp_path}."


def test_a_file_in_another_encoding_is_named(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_bytes("a: ä\n".encode("iso-8859-1"))

    with pytest.raises(DefinitionError) as raised:
        read_document(tmp_path / "a.yaml", shown_as="life/a.yaml")

    assert str(raised.value) == "life/a.yaml: the file is not UTF-8 text. Save it as UTF-8."


def test_no_message_is_left_without_a_mistake_that_provokes_it() -> None:
    """Besides the tables above, the two messages of `read_document`, which the two tests before this one provoke."""
    provoked = [message for _, _, message in MISTAKES.values()] + list(UNREADABLE.values())
    provoked += ["there is no file a.yaml in /tmp.", "a.yaml: the file is not UTF-8 text."]

    silent = [
        place
        for place, pattern in templates(documents).items()
        if not any(pattern.search(message) for message in provoked)
    ]

    assert silent == []

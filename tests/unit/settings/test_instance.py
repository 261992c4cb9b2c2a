"""The instance: how it is found, what its settings say, and one wrong file for every mistake in gemeinsinn.toml."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from gemeinsinn.errors import SettingsError
from gemeinsinn.settings import instance as module
from gemeinsinn.settings.instance import FILE, VARIABLE, Instance, Settings, find_instance
from support.messages import unprovoked


RIGHT = """\
[instance]
name_de = "Testkreis"
operator_de = "Kreisverwaltung"
operator_en = "County office"
contact = "statistik@example.org"
synthetic = true

[areas]
home = "01001"
edition = 2023-12-31
geometry = "borders"

[portal]
headline = ["cases_share"]
hosts = ["daten.example.org"]
base_url = "https://daten.example.org"
suggestions_de = ["Wie viele?"]
"""
LEAST = '[instance]\nname_de = "Testkreis"\n[areas]\nhome = "DG"\n'


def settings(folder: Path, text: str = RIGHT) -> Settings:
    (folder / FILE).write_text(text, encoding="utf-8")
    return Instance(folder).settings()


def test_settings_are_what_the_operator_wrote(tmp_path: Path) -> None:
    found = settings(tmp_path)

    assert found.operator == {"de": "Kreisverwaltung", "en": "County office"}
    assert (found.contact, found.synthetic) == ("statistik@example.org", True)
    assert (found.home, found.edition, found.geometry) == ("01001", date(2023, 12, 31), "borders")
    assert (found.headline, found.suggestions) == (("cases_share",), {"de": ("Wie viele?",), "en": ()})
    assert (found.hosts, found.base_url) == (("daten.example.org",), "https://daten.example.org")


def test_german_stands_where_there_is_no_english(tmp_path: Path) -> None:
    assert settings(tmp_path).name == {"de": "Testkreis", "en": "Testkreis"}


def test_a_name_and_a_home_are_enough(tmp_path: Path) -> None:
    found = settings(tmp_path, LEAST)

    assert (found.edition, found.geometry, found.headline, found.synthetic) == (None, "", (), False)


def test_without_declared_hosts_only_this_machine_is_served(tmp_path: Path) -> None:
    assert settings(tmp_path, LEAST).hosts == ("127.0.0.1", "localhost")


MISTAKES: dict[str, tuple[tuple[str, str], list[str]]] = {
    "no settings": (
        (RIGHT, ""),
        [
            "gemeinsinn.toml [instance]: the setting 'name_de' is missing.",
            "gemeinsinn.toml [areas]: the setting 'home' is missing.",
        ],
    ),
    "no home": (('home = "01001"\n', ""), ["gemeinsinn.toml [areas]: the setting 'home' is missing."]),
    "an empty name": (('"Testkreis"', '""'), ["gemeinsinn.toml [instance]: the setting 'name_de' is missing."]),
    "an unknown section": (
        ("[portal]", "[portals]"),
        ["gemeinsinn.toml: there is no section [portals]. Did you mean 'portal'?"],
    ),
    "a section that is a value": (
        (RIGHT[RIGHT.index("[portal]") :], ""),
        ["gemeinsinn.toml: 'portal' is a section, not a value. Write [portal]."],
    ),
    "a setting nearly known": (
        ("name_de", "nam_de"),
        [
            "gemeinsinn.toml [instance]: there is no setting 'nam_de'. Did you mean 'name_de' or 'name_en'?",
            "gemeinsinn.toml [instance]: the setting 'name_de' is missing.",
        ],
    ),
    "a setting of nowhere": (
        ("geometry", "colour"),
        ["gemeinsinn.toml [areas]: there is no setting 'colour'. Known: home, edition, geometry."],
    ),
    "an hour that no clock shows": (
        ("[portal]", '[worker]\nrefresh = "25:00"\n[portal]'),
        [
            "gemeinsinn.toml [worker] refresh: '25:00' does not have the right form. Write a time of day such as "
            '"05:30".'
        ],
    ),
    "a number for a key": (
        ('"01001"', "1001"),
        ["gemeinsinn.toml [areas] home: '1001' has the wrong type. Write a text in quotation marks."],
    ),
    "a text for a date": (
        ("2023-12-31", '"2023-12-31"'),
        [
            "gemeinsinn.toml [areas] edition: '2023-12-31' has the wrong type. Write a date such as 2023-12-31, without "
            "quotation marks."
        ],
    ),
    "a moment for a date": (
        ("2023-12-31", "2023-12-31T10:00:00"),
        [
            "gemeinsinn.toml [areas] edition: '2023-12-31 10:00:00' has the wrong type. Write a date such as 2023-12-31, "
            "without quotation marks."
        ],
    ),
    "a text for a truth": (
        ("synthetic = true", 'synthetic = "yes"'),
        ["gemeinsinn.toml [instance] synthetic: 'yes' has the wrong type. Write true or false."],
    ),
    "a text for a list": (
        ('["cases_share"]', '"cases_share"'),
        ['gemeinsinn.toml [portal] headline: \'cases_share\' has the wrong type. Write a list of texts: ["…", "…"].'],
    ),
    "a list of numbers": (
        ('["cases_share"]', "[1]"),
        ['gemeinsinn.toml [portal] headline: \'[1]\' has the wrong type. Write a list of texts: ["…", "…"].'],
    ),
    "no toml": (
        ("[areas]", "[areas"),
        ["gemeinsinn.toml: this is not TOML: Expected ']' at the end of a table declaration (at line 8, column 7)."],
    ),
}


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_is_named_with_place_reason_and_remedy(tmp_path: Path, name: str) -> None:
    (old, new), messages = MISTAKES[name]
    assert old in RIGHT
    text = RIGHT.replace(old, new)

    with pytest.raises(SettingsError) as raised:
        settings(tmp_path, f"portal = 1\n{text}" if name == "a section that is a value" else text)

    assert str(raised.value).splitlines() == messages


def test_a_file_that_is_not_utf_8_is_refused(tmp_path: Path) -> None:
    (tmp_path / FILE).write_bytes(RIGHT.replace("Testkreis", "Plön").encode("cp1252"))

    with pytest.raises(SettingsError, match=r"^gemeinsinn\.toml: this is not TOML: 'utf-8' codec"):
        Instance(tmp_path).settings()


def test_a_folder_without_settings_says_how_to_make_them(tmp_path: Path) -> None:
    with pytest.raises(SettingsError) as raised:
        Instance(tmp_path).settings()

    assert str(raised.value) == f"there is no {FILE} in {tmp_path}. `gemeinsinn init DIR` makes one."


def test_everything_that_is_made_lies_below_var(tmp_path: Path) -> None:
    instance = Instance(tmp_path)

    made = (
        instance.lake,
        instance.releases,
        instance.publications,
        instance.jobs,
        instance.standing,
        instance.database,
    )

    assert {path.parent for path in made} == {tmp_path / "var"}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """The folder of an instance with a folder in it."""
    (tmp_path / "county" / "data").mkdir(parents=True)
    (tmp_path / "county" / FILE).write_text(LEAST, encoding="utf-8")
    return (tmp_path / "county").resolve()


def test_the_instance_that_is_named_goes_first(root: Path, tmp_path: Path) -> None:
    found = find_instance(str(root), environment={VARIABLE: str(tmp_path)}, start=tmp_path)

    assert found.root == root


def test_then_comes_that_of_the_environment(root: Path, tmp_path: Path) -> None:
    assert find_instance(None, environment={VARIABLE: str(root)}, start=tmp_path).root == root


@pytest.mark.parametrize("below", ["", "data"])
def test_then_that_of_this_folder_or_one_above_it(root: Path, below: str) -> None:
    assert find_instance(None, environment={}, start=root / below).root == root


@pytest.mark.parametrize("given", [True, False])
def test_a_named_folder_that_is_no_instance_is_never_replaced_by_another(root: Path, given: bool) -> None:
    named = str(root / "data")

    with pytest.raises(SettingsError) as raised:
        find_instance(named if given else None, environment={} if given else {VARIABLE: named}, start=root)

    assert (
        str(raised.value) == f"there is no instance in {named}: it has no {FILE}. `gemeinsinn init {named}` makes one."
    )


def test_where_there_is_none_the_answer_says_three_ways_to_one(tmp_path: Path) -> None:
    with pytest.raises(SettingsError) as raised:
        find_instance(None, environment={}, start=tmp_path)

    assert str(raised.value) == (
        "no instance was found here or above. Name one with --instance DIR or GEMEINSINN_INSTANCE, or make one with "
        "`gemeinsinn init DIR`."
    )


def test_no_message_is_left_without_a_mistake_that_provokes_it() -> None:
    assert unprovoked(module, [message for _, messages in MISTAKES.values() for message in messages]) == []

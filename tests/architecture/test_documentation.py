"""The documentation leads somewhere, and shows commands that exist."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import click
import pytest

from architecture.pages import ROOT, Page, broken, pages, slug_of
from gemeinsinn.cli.main import VERBS, group


PAGES = {page.name: page for page in pages()}
GUIDES = [name for name, page in PAGES.items() if list(page.commands())]
FOUR_KINDS = ("tutorials", "how-to", "explanation", "reference")


@pytest.mark.parametrize("name", PAGES)
def test_every_link_of_a_page_leads_to_a_file_and_an_anchor_that_are_there(name: str) -> None:
    assert broken(PAGES[name]) == []


def test_a_link_to_a_missing_file_or_anchor_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("architecture.pages.ROOT", tmp_path)
    (tmp_path / "there.md").write_text("# The `gate`\n## Twice\n## Twice\n")
    page = tmp_path / "page.md"
    page.write_text(
        "[a](there.md#the-gate) [b](there.md#twice-1) [c](https://example.org) ```[x](gone.md)```\n"
        "[d](gone.md) [e](there.md#gone) [f](#here)\n# Here\n```\n[y](gone.md)\n```\n"
    )

    found = broken(Page(page))

    assert found == ["gone.md", "there.md#gone"]


@pytest.mark.parametrize(
    ("heading", "anchor"),
    [("The gate", "the-gate"), ("Rows: in & out", "rows-in--out"), ("`[areas]`", "areas"), ("Größe", "größe")],
)
def test_anchors_are_those_of_the_code_platforms(heading: str, anchor: str) -> None:
    assert slug_of(heading) == anchor


@pytest.mark.parametrize("name", GUIDES)
def test_every_command_that_a_guide_shows_exists_with_its_options(name: str) -> None:
    unknown = [" ".join(words) for words in PAGES[name].commands() if not is_accepted(words)]

    assert unknown == []


@pytest.mark.parametrize(
    "words",
    [["publsh"], ["publish", "--prevew"], ["show", "a", "b", "--to"], ["check", "this"], ["keys", "make"], ["keys"]],
)
def test_a_command_that_does_not_exist_is_found(words: list[str]) -> None:
    assert not is_accepted(words)


def is_accepted(words: list[str]) -> bool:
    """Whether the command line has this verb with these options and so many arguments; nothing is run."""
    if words[0] not in VERBS:
        return False
    program = click.Context(group)
    verb = group.get_command(program, words[0])
    assert verb is not None
    context, rest = click.Context(verb, parent=program, info_name=words[0]), list(words[1:])
    while isinstance(verb, click.Group):
        if not rest or rest[0] not in verb.commands:
            return False
        verb = verb.commands[rest.pop(0)]
        context = click.Context(verb, parent=context)
    try:
        _, left, _ = verb.make_parser(context).parse_args(rest)
    except click.UsageError:
        return False
    return not left


def test_the_readme_fits_on_a_screen_or_two_and_names_both_commands() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")

    assert len(readme.splitlines()) <= 100
    assert "\nmake demo\n" in readme
    assert "\nmake test\n" in readme


def test_the_index_names_every_page_that_is_written_by_hand() -> None:
    index = PAGES["docs/README.md"]
    linked = {(index.path.parent / target.partition("#")[0]).resolve() for target in index.links()}
    kinds = [page for page in pages() if page.path.parent.name in FOUR_KINDS and "docs" in page.name]

    missing = [page.name for page in kinds if page.path not in linked]

    assert missing == []


def test_the_index_of_decisions_names_every_record_in_order() -> None:
    folder = ROOT / "docs" / "adr"
    records = sorted(path.name for path in folder.glob("[0-9]*.md"))

    named = [target for target in Page(folder / "README.md").links() if target[0].isdigit()]

    assert named == records
    assert [int(name[:4]) for name in records] == list(range(1, len(records) + 1))


@pytest.mark.parametrize("part", ["## Context", "## Decision", "## Consequences", "## Alternatives"])
def test_every_record_of_a_decision_has_its_four_parts(part: str) -> None:
    records = (ROOT / "docs" / "adr").glob("[0-9]*.md")

    assert [path.name for path in records if f"\n{part}\n" not in path.read_text(encoding="utf-8")] == []


def test_every_room_of_the_package_stands_in_the_architecture() -> None:
    rooms = {path.stem for path in (ROOT / "src" / "gemeinsinn").iterdir() if path.suffix in ("", ".py")}
    rooms -= {"__init__", "__main__", "__pycache__", "locale", "shipped", "py"}
    rooms = {room for room in rooms if not room.startswith((".", "__"))}

    described = set(re.findall(r"^\| `(\w+)` \|", (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8"), re.MULTILINE))

    assert described == rooms


def test_every_file_that_security_names_is_there() -> None:
    named = set(re.findall(r"`([\w./-]+/[\w./-]*|[\w.-]+\.(?:py|lock|json))`", PAGES["SECURITY.md"].text))
    places = (ROOT, ROOT / "src" / "gemeinsinn")
    made = {"disclosure.json", "var/restricted/ledger"}
    addresses = {name for name in named if name.startswith("/")}

    missing = [name for name in named - made - addresses if not any((place / name).exists() for place in places)]

    assert missing == []


def test_the_changelog_has_the_version_of_the_package() -> None:
    with (ROOT / "pyproject.toml").open("rb") as file:
        path = tomllib.load(file)["tool"]["hatch"]["version"]["path"]
    version = re.search(r'__version__ = "(.+)"', (ROOT / path).read_text(encoding="utf-8"))
    assert version is not None

    assert f"## [{version[1]}]" in PAGES["CHANGELOG.md"].text

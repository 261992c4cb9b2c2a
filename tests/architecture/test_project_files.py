"""Licence, metadata, lock files and bundled data are what they have to be."""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

from architecture.pages import ROOT


LICENCES = ("dl-de/by-2-0", "CC BY 4.0")
EXAMPLES = ("pinneberg", "germany")
MOST_BYTES = 25_000_000
ADDRESS = re.compile(r"[a-z+]+://|--(?:extra-)?index-url|--find-links|--trusted-host")

REQUIRED = {
    "publiccodeYmlVersion", "name", "url", "platforms", "categories", "developmentStatus", "softwareType", "description",
    "legal", "maintenance", "localisation",
}  # fmt: skip
CATEGORIES = {
    "data-analytics", "data-collection", "data-visualization", "geographic-information-systems", "business-intelligence",
}  # fmt: skip
STAGES = {"concept", "development", "beta", "stable", "obsolete"}
KINDS = {
    "standalone/mobile", "standalone/iot", "standalone/desktop", "standalone/web", "standalone/backend",
    "standalone/other", "addon", "library", "configurationFiles",
}  # fmt: skip


def test_the_licence_is_the_eupl_1_2_word_by_word() -> None:
    text = (ROOT / "LICENSE").read_text(encoding="utf-8")

    assert text.startswith("EUROPEAN UNION PUBLIC LICENCE v. 1.2\nEUPL © the European Union 2007, 2016\n")
    assert re.findall(r"^(\d+)\.[A-Z]", text, re.MULTILINE) == [str(number) for number in range(1, 16)]
    assert "Licensed under the EUPL" in text
    assert text.rstrip().endswith(
        "All other changes or additions to this Appendix require the production of a new EUPL version."
    )


def test_all_metadata_name_the_same_licence() -> None:
    with (ROOT / "pyproject.toml").open("rb") as file:
        project = tomllib.load(file)["project"]

    assert project["license"] == "EUPL-1.2"
    assert publiccode()["legal"]["license"] == "EUPL-1.2"
    assert json.loads((ROOT / "web" / "package.json").read_bytes())["license"] == "EUPL-1.2"


def publiccode() -> dict[str, Any]:
    """The metadata for the catalogues of public software."""
    found: dict[str, Any] = yaml.safe_load((ROOT / "publiccode.yml").read_text(encoding="utf-8"))
    return found


def test_publiccode_has_every_key_that_its_standard_requires() -> None:
    metadata = publiccode()

    assert metadata["publiccodeYmlVersion"] == "0.4"
    assert set(metadata) >= REQUIRED
    assert set(metadata["categories"]) <= CATEGORIES
    assert metadata["developmentStatus"] in STAGES
    assert metadata["softwareType"] in KINDS
    assert isinstance(metadata["localisation"]["localisationReady"], bool)
    assert metadata["localisation"]["availableLanguages"]


def test_publiccode_names_somebody_who_maintains_the_software() -> None:
    maintenance = publiccode()["maintenance"]

    assert maintenance["type"] in {"internal", "contract", "community", "none"}
    assert all(contact["name"] for contact in maintenance["contacts"])


@pytest.mark.parametrize("language", ["de", "en"])
def test_publiccode_describes_the_software_within_the_lengths_of_its_standard(language: str) -> None:
    described = publiccode()["description"][language]

    assert len(described["genericName"]) <= 35
    assert len(described["shortDescription"]) <= 150
    assert 150 <= len(described["longDescription"]) <= 10_000
    assert described["features"]
    assert all((ROOT / picture).is_file() for picture in described.get("screenshots", []))


@pytest.mark.parametrize("name", ["requirements.lock", "requirements-dev.lock"])
def test_every_locked_package_has_a_version_and_a_hash_and_no_address(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    entries = re.findall(r"^[A-Za-z0-9].*(?:\n +.*)*", text, re.MULTILINE)

    assert len(entries) > 20
    assert [entry for entry in entries if not re.match(r"[\w.\-\[\],]+==\S+", entry)] == []
    assert [entry for entry in entries if "--hash=sha256:" not in entry] == []
    assert ADDRESS.search(text) is None


def test_every_locked_package_of_the_front_end_has_a_hash_and_no_address() -> None:
    packages = json.loads((ROOT / "web" / "package-lock.json").read_bytes())["packages"]
    fetched = {name: facts for name, facts in packages.items() if name}

    assert len(fetched) > 20
    assert [name for name, facts in fetched.items() if "integrity" not in facts] == []
    assert [name for name, facts in fetched.items() if "resolved" in facts] == []


@pytest.mark.parametrize("example", EXAMPLES)
def test_every_bundled_file_is_listed_with_the_licence_of_its_section(example: str) -> None:
    folder = ROOT / "examples" / example
    listed = licence_of_each(folder / "SOURCES.md")
    files = {str(path.relative_to(folder)) for path in (folder / "data").rglob("*") if path.is_file()}

    assert files
    assert set(listed) == files
    assert [name for name, licence in listed.items() if licence not in LICENCES] == []


def licence_of_each(sources: Path) -> dict[str, str]:
    """The files that a SOURCES.md lists, each with the last licence named before it."""
    found: dict[str, str] = {}
    licence = ""
    for line in sources.read_text(encoding="utf-8").splitlines():
        if line.startswith("## "):
            licence = ""
        if named := re.search(r"Licence: (" + "|".join(map(re.escape, LICENCES)) + ")", line):
            licence = named[1]
        if file := re.match(r"\| `(data/[^`]+)` \|", line):
            found[file[1]] = licence
    return found


@pytest.mark.parametrize("example", EXAMPLES)
def test_the_sources_say_what_the_declarations_say_of_licence_and_attribution(example: str) -> None:
    folder = ROOT / "examples" / example
    words = " ".join((folder / "SOURCES.md").read_text(encoding="utf-8").split())
    declared = yaml.safe_load((folder / "sources.yaml").read_text(encoding="utf-8"))
    used = {
        source["origin"]
        for source in declared["sources"].values()
        if not source["location"].startswith("..")
    }  # fmt: skip

    missing = [id for id in used if f"Attribution: {declared['origins'][id]['attribution']}." not in words]

    assert missing == []
    assert all(declared["origins"][id]["licence"] in LICENCES for id in used)


def test_the_demo_county_stays_small_enough_to_be_cloned() -> None:
    files = [path for path in (ROOT / "examples" / "pinneberg").rglob("*") if path.is_file()]

    assert sum(path.stat().st_size for path in files) <= MOST_BYTES

"""The properties of SECURITY.md that no other test holds: what leaves, what lies on the disk, what we build from.

Policies of pages, cookies and embedding are tested where pages are visited, in `tests/functional/`.
"""

from __future__ import annotations

import ast
import json
import logging
import re
import stat
import subprocess
import sys
import zipfile
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest

from architecture.pages import ROOT
from gemeinsinn.cli.main import main
from gemeinsinn.cli.serve import portal_environment
from gemeinsinn.errors import DisclosureError, SettingsError
from gemeinsinn.lake.runs import RunState
from gemeinsinn.pipeline.backup import LISTING, backed_up, restored
from gemeinsinn.pipeline.publish import published
from gemeinsinn.pipeline.refresh import refreshed
from gemeinsinn.releases.files import sha256
from gemeinsinn.settings.instance import Instance
from support.tiny import HEAD, POLICY, counts, tiny_instance


Clock = Callable[[], datetime]
UNREADABLE = "Erika Mustermann, Bedorf"
PORTAL = ROOT / "src" / "gemeinsinn" / "portal"
NO_POLICY = POLICY.replace("[office]", "[somebody]")
FOR_TERRITORY = POLICY.replace("published_aggregates", "territory")


@pytest.fixture
def county(tmp_path: Path, clock: Clock) -> Instance:
    """The county that fits on a page, published."""
    instance = tiny_instance(tmp_path / "county")
    refreshed(instance, clock=clock)
    published(instance, at=clock)
    return instance


def test_a_source_that_no_policy_covers_is_not_read(tmp_path: Path, clock: Clock) -> None:
    instance = tiny_instance(tmp_path, files={"policy.yaml": NO_POLICY})

    runs = refreshed(instance, clock=clock)

    assert {run.state for run in runs} == {RunState.FAILED}
    assert not (instance.lake / "landing").exists()


@pytest.mark.parametrize("policy", [NO_POLICY, FOR_TERRITORY])
def test_a_policy_that_is_taken_back_stops_the_next_publication(county: Instance, clock: Clock, policy: str) -> None:
    county.policy_file.write_text(policy)
    current = (county.releases / "current.json").read_bytes()

    with pytest.raises(DisclosureError):
        published(county, at=clock)

    assert (county.releases / "current.json").read_bytes() == current
    assert len(list(county.releases.iterdir())) == 2


def test_the_folder_of_releases_holds_what_the_manifest_lists_its_packed_twins_and_the_pointer(
    county: Instance,
) -> None:
    pointer = json.loads((county.releases / "current.json").read_bytes())
    folder = county.releases / pointer["release"]
    manifest = (folder / "manifest.json").read_bytes()
    listed = {folder / name for name in json.loads(manifest)["files"]} | {folder / "manifest.json"}

    found = {path for path in county.releases.rglob("*") if path.is_file()} - {county.releases / "current.json"}

    assert sha256(manifest) == pointer["release"]
    assert {path for path in found if path.suffix not in (".br", ".gz")} == listed
    assert {path.with_suffix("") for path in found if path.suffix in (".br", ".gz")} <= listed


def test_a_release_says_of_each_source_what_the_gate_let_out(county: Instance) -> None:
    release = json.loads((county.releases / "current.json").read_bytes())["release"]

    tables = json.loads((county.releases / release / "disclosure.json").read_bytes())["tables"]

    assert [(table["source"], table["policy"], table["method"]) for table in tables] == [
        ("counts", "published", "source-marks-kept")
    ]


def test_the_text_of_a_cell_that_does_not_read_stands_in_no_log_run_or_message(
    tmp_path: Path, clock: Clock, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    text = HEAD + counts({"01001001": 500}) + f"01001002;2022;{UNREADABLE};900\n"
    instance = tiny_instance(tmp_path, files={"counts.csv": text})

    with pytest.raises(SystemExit):
        main(["refresh", "--instance", str(instance.root)])
    runs = refreshed(instance, clock=clock)

    said = "".join(capfd.readouterr()) + caplog.text + repr(runs)
    recorded = b"".join(path.read_bytes() for path in (instance.lake / "runs").iterdir())
    recorded += b"".join(path.read_bytes() for path in (instance.lake / "manifests").iterdir())
    assert "1 in quarantine" in said
    assert "Mustermann" not in said
    assert b"Mustermann" not in recorded


def test_a_backup_holds_no_key_and_a_key_is_readable_for_its_owner_only(county: Instance, clock: Clock) -> None:
    words = [sys.executable, "-m", "django", "check"]
    subprocess.run(words, env=portal_environment(county), check=True, capture_output=True)
    key = county.var / "secret.key"
    target = county.root.parent / "backup.zip"

    backed_up(county, target, at=clock())

    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    with zipfile.ZipFile(target) as archive:
        assert [name for name in archive.namelist() if "secret" in name] == []
        assert [name for name in archive.namelist() if key.read_bytes() in archive.read(name)] == []


def test_a_damaged_backup_is_not_restored(county: Instance, clock: Clock, tmp_path: Path) -> None:
    target = tmp_path / "backup.zip"
    backed_up(county, target, at=clock())
    changed = rewritten(target, {"policy.yaml": b"policies: {}\n"})

    with pytest.raises(SettingsError, match=r"policy\.yaml is not what it was"):
        restored(changed, tmp_path / "new")

    assert not (tmp_path / "new").exists()


@pytest.mark.parametrize("name", ["../outside.txt", "a/../../outside.txt", "/nowhere/outside-of-a-backup.txt"])
def test_a_backup_cannot_write_outside_its_folder(county: Instance, clock: Clock, tmp_path: Path, name: str) -> None:
    target = tmp_path / "backup.zip"
    backed_up(county, target, at=clock())
    with zipfile.ZipFile(target) as archive:
        listing = json.loads(archive.read(LISTING))
    listing["files"] = {name: {"sha256": sha256(b"x"), "size": 1}} | listing["files"]
    evil = rewritten(target, {LISTING: json.dumps(listing).encode(), name: b"x"})

    with pytest.raises(SettingsError, match="outside itself"):
        restored(evil, tmp_path / "deep" / "new")

    assert list(tmp_path.rglob("outside*")) == []
    assert not Path("/nowhere/outside-of-a-backup.txt").exists()


def rewritten(archive: Path, files: dict[str, bytes]) -> Path:
    """A copy of a zip with some files replaced or added."""
    changed = archive.with_name("changed.zip")
    with zipfile.ZipFile(archive) as source, zipfile.ZipFile(changed, "w") as target:
        for name in source.namelist():
            if name not in files:
                target.writestr(name, source.read(name))
        for name, content in files.items():
            target.writestr(name, content)
    return changed


def test_yaml_that_would_build_an_object_is_refused(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    evil = "sources: !!python/object/apply:os.system ['touch pwned']\n"
    instance = tiny_instance(tmp_path, files={"sources.yaml": evil})

    with pytest.raises(SystemExit) as left:
        main(["check", "--instance", str(instance.root)])

    assert left.value.code == 3
    assert "Traceback" not in capfd.readouterr().err
    assert not Path("pwned").exists()


def test_cookies_are_kept_from_scripts_and_passwords_are_long(county: Instance) -> None:
    county.settings_file.write_text(
        county.settings_file.read_text() + 'base_url = "https://sozialatlas.example"\nhosts = ["sozialatlas.example"]\n'
    )
    asked = (
        "import json; from gemeinsinn.portal import settings as s; print(json.dumps([s.SESSION_COOKIE_HTTPONLY,"
        " s.CSRF_COOKIE_HTTPONLY, s.SESSION_COOKIE_SECURE, s.CSRF_COOKIE_SECURE, s.DEBUG, s.ALLOWED_HOSTS,"
        " s.AUTH_PASSWORD_VALIDATORS[1]['OPTIONS']['min_length']]))"
    )
    done = subprocess.run(
        [sys.executable, "-c", asked], env=portal_environment(county), check=True, capture_output=True, text=True
    )

    assert json.loads(done.stdout) == [True, True, True, True, False, ["sozialatlas.example"], 12]


@pytest.mark.parametrize("template", sorted(str(path.relative_to(ROOT)) for path in PORTAL.rglob("*.html")))
def test_a_template_loads_nothing_from_elsewhere_and_holds_no_inline_script_or_style(template: str) -> None:
    text = (ROOT / template).read_text(encoding="utf-8")

    assert re.findall(r"<(?:script|link|img|iframe|source)[^>]+(?:src|href)=[\"'](?:https?:)?//[^>]*>", text) == []
    assert (
        re.findall(
            r"<style|\sstyle=|\son(?:click|load|change|input|submit|error|focus|blur|key\w+|mouse\w+|pointer\w+)=", text
        )
        == []
    )
    assert re.findall(r"<script(?![^>]*(?:\ssrc=|type=\"application/json\"))[^>]*>", text) == []
    assert "|safe" not in text
    assert "autoescape off" not in text


def test_nothing_of_a_delivery_is_executed() -> None:
    dangerous = {"eval", "exec", "compile", "__import__", "pickle", "marshal", "shelve", "yaml.load", "os.system"}
    found = []
    for path in (ROOT / "src" / "gemeinsinn").rglob("*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        calls = {ast.unparse(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)}
        calls |= {name.name for node in ast.walk(tree) if isinstance(node, ast.Import) for name in node.names}
        found += [f"{path.name}: {name}" for name in calls & dangerous]

    assert found == []


def test_installing_checks_hashes_and_runs_no_install_scripts() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    installs = [line for line in makefile.splitlines() if "pip install" in line and "lock" in line]
    fetches = [line for line in makefile.splitlines() if re.search(r"\$\(NPM\) (?:ci|install)", line)]

    assert len(installs) == 2
    assert all("--require-hashes" in line for line in installs)
    assert all("--ignore-scripts" in line for line in fetches)
    assert '"ci", "--omit=dev"' in (ROOT / "hatch_build.py").read_text(encoding="utf-8")
    assert '"--ignore-scripts"' in (ROOT / "hatch_build.py").read_text(encoding="utf-8")

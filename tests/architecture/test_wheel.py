"""A wheel carries all that an installed platform needs: built front end, compiled messages, catalogue, demo county."""

from __future__ import annotations

import json
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from architecture.pages import ROOT


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> zipfile.ZipFile:
    folder = tmp_path_factory.mktemp("wheel")
    words = [sys.executable, "-m", "pip", "wheel", "--no-deps", "--no-build-isolation", "--no-index", "--quiet"]
    done = subprocess.run([*words, "-w", str(folder), str(ROOT)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return zipfile.ZipFile(next(folder.glob("*.whl")))


def test_a_wheel_holds_everything_that_is_built_and_nothing_that_is_made_by_using_it(wheel: zipfile.ZipFile) -> None:
    names = wheel.namelist()

    manifest = json.loads(wheel.read("gemeinsinn/portal/static/gemeinsinn/manifest.json"))
    scripts = [f"gemeinsinn/portal/static/gemeinsinn/{entry['file']}" for entry in manifest.values()]
    compiled = [name for name in names if name.endswith(".mo")]

    assert scripts
    assert [name for name in scripts if name not in names] == []
    assert sorted(Path(name).name for name in compiled) == ["disclosure.mo", "django.mo", "gemeinsinn.mo"]
    assert "gemeinsinn/shipped/catalogue/topics.yaml" in names
    assert "gemeinsinn/shipped/pinneberg/sources.yaml" in names
    assert "gemeinsinn/shipped/pinneberg/SOURCES.md" in names
    assert any(name.endswith("licenses/LICENSE") for name in names)
    assert [name for name in names if "/var/" in name or "node_modules" in name or name.startswith("tests/")] == []

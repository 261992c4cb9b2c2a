"""Nobody but intake, retention and the gate reaches the restricted zone: by imports, by its owner, and by the fence."""

from __future__ import annotations

import os
import shutil
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from architecture.pages import ROOT
from gemeinsinn.cli.serve import portal_environment
from gemeinsinn.settings.instance import Instance
from support.desk import filled
from support.key_dates import spells
from support.tiny import tiny_instance


PEOPLE = """
person | lives in | born       | from
Anna   | Astadt   | 1990-05-17 | 2015-03-01
Ben    | Bedorf   | 1985-01-02 | 2016-03-01
"""
READ_AS_PORTAL = """
import os, sys, django, polars
django.setup()
from django.conf import settings
import gemeinsinn.portal.data.views, gemeinsinn.portal.urls
from pathlib import Path
polars.read_parquet(sys.argv[2])
os.setgroups([])
os.setgid(65534)
os.setuid(65534)
zone = Path(sys.argv[1])
refused = []
for path in (zone, zone / "tables" / "residents" / "spells", zone / "manifests" / "000000001.json"):
    try:
        list(path.iterdir()) if path.suffix == "" else path.read_bytes()
    except PermissionError:
        refused.append(path.name)
try:
    polars.read_parquet(sys.argv[2])
except (PermissionError, OSError):
    refused.append("parquet")
print(",".join(refused))
"""
LOADED_BY_PORTAL = """
import sys
from gemeinsinn.portal.front import application
print([name for name in sys.modules if name.startswith("gemeinsinn.lake.restricted")])
"""
OPENED_IN_PORTAL = """
import sys, os, sqlite3
from pathlib import Path
from gemeinsinn.portal.front import application
zone, file = Path(sys.argv[1]), Path(sys.argv[2])
attempts = {
    "open": lambda: open(file, "rb"), "read": lambda: file.read_bytes(), "os": lambda: os.open(file, os.O_RDONLY),
    "around": lambda: open(f"{zone.parent}/./../var/restricted/../restricted/manifests/000000001.json"),
    "list": lambda: os.listdir(zone), "scan": lambda: list(os.scandir(zone)), "walk": lambda: list(zone.iterdir()),
    "keys": lambda: open(zone.parent / "keys" / "registers.json"), "vault": lambda: os.listdir(zone.parent / "vault"),
    "sqlite": lambda: sqlite3.connect(str(zone / "x.sqlite3")),
}
for name, attempt in attempts.items():
    try:
        attempt()
        print("opened", name)
    except PermissionError:
        print("refused", name)
"""


@pytest.fixture
def instance() -> Iterator[Instance]:
    """The county that fits on a page with a register, in a folder that everybody may enter."""
    folder = Path(tempfile.mkdtemp())
    folder.chmod(0o755)
    try:
        made = tiny_instance(folder / "county")
        filled(made.restricted, spells(PEOPLE), known_on=(date(2020, 1, 2),))
        yield made
    finally:
        shutil.rmtree(folder)


def as_portal(code: str, instance: Instance, *arguments: str) -> str:
    environment = portal_environment(instance) | {"PYTHONPATH": str(ROOT / "src"), "HOME": "/nonexistent"}
    words = [sys.executable, "-B", "-c", code, *arguments]
    done = subprocess.run(words, env=environment, capture_output=True, text=True, check=False, cwd="/", timeout=120)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_the_zone_belongs_to_its_owner_alone(instance: Instance) -> None:
    folders = [instance.restricted, *(path for path in instance.restricted.rglob("*") if path.is_dir())]
    files = [path for path in instance.restricted.rglob("*") if path.is_file()]

    assert stat.S_IMODE(instance.restricted.stat().st_mode) == 0o700
    assert files
    assert all(stat.S_IMODE(path.stat().st_mode) & 0o077 == 0 for path in [*folders, *files])


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can take another account; CI is root")
def test_a_portal_under_an_account_of_its_own_cannot_open_the_zone(instance: Instance) -> None:
    parquet = next(instance.restricted.rglob("*.parquet"))
    (instance.var / "secret.key").write_text("x" * 50)
    (instance.var / "secret.key").chmod(0o644)

    refused = as_portal(READ_AS_PORTAL, instance, str(instance.restricted), str(parquet))

    assert refused == "restricted,spells,000000001.json,parquet"


def test_the_portal_loads_no_module_of_the_zone(instance: Instance) -> None:
    assert as_portal(LOADED_BY_PORTAL, instance) == "[]"


def test_the_portal_opens_nothing_of_the_zone_even_under_its_owner_s_account(instance: Instance) -> None:
    manifest = instance.restricted / "manifests" / "000000001.json"
    for folder in (instance.keys_file.parent, instance.vault):
        folder.mkdir()
    instance.keys_file.write_text("{}")

    said = as_portal(OPENED_IN_PORTAL, instance, str(instance.restricted), str(manifest)).splitlines()

    assert len(said) == 10
    assert not [line for line in said if not line.startswith("refused")]


def test_what_the_fence_keeps_is_open_without_it(instance: Instance) -> None:
    """So that the tests above fail if the fence is not there."""
    assert pl.read_parquet(next((instance.restricted / "tables" / "residents").rglob("*.parquet"))).height == 2
    assert (instance.restricted / "manifests" / "000000001.json").read_bytes()

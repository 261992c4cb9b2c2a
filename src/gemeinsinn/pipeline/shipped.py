"""What comes with the platform: the catalogue of indicators and the demo county."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from gemeinsinn.errors import SettingsError
from gemeinsinn.pipeline.demo_registers import are_ready
from gemeinsinn.settings.instance import FILE, Instance


_PACKAGE = Path(__file__).parents[1]
_CHECKOUT = _PACKAGE.parents[1]
_COPIED = "shipped.json"


def shipped_catalogue() -> Path:
    """The catalogue: in a checkout at its root, in an installed package inside it."""
    return _first(_CHECKOUT / "catalogue", _PACKAGE / "shipped" / "catalogue")


def shipped_demo() -> Path:
    """The demo county's files."""
    return _first(_CHECKOUT / "examples" / "pinneberg", _PACKAGE / "shipped" / "pinneberg")


def _first(*places: Path) -> Path:
    for place in places:
        if place.is_dir():
            return place
    raise SettingsError("the package is not whole: its catalogue or its demo is missing.", remedy="Install it again.")


def demo_instance(folder: Path) -> Instance:
    """The demo county in a folder: made, or brought up to date without touching what somebody changed in it.

    Raises `SettingsError` for a folder that holds anything else, such as an instance of one's own.
    """
    folder = folder.resolve()
    record_file = folder / "var" / _COPIED
    record: dict[str, str] = json.loads(record_file.read_text()) if record_file.is_file() else {}
    if not record and folder.is_dir() and any(folder.iterdir()) and not _is_demo(folder):
        raise SettingsError(f"{folder} holds other files.", remedy="Choose an empty folder with --dir.")
    wanted = {path.relative_to(shipped_demo()): path for path in _files(shipped_demo())}
    wanted |= {Path("catalogue") / path.relative_to(shipped_catalogue()): path for path in _files(shipped_catalogue())}
    now = {str(name): _copied(source, folder / name, record.get(str(name), "")) for name, source in wanted.items()}
    record_file.parent.mkdir(parents=True, exist_ok=True)
    record_file.write_text(json.dumps(now, indent=1))
    return Instance(folder)


def demo_jobs(instance: Instance, residents: int) -> Sequence[tuple[str, Mapping[str, Any]]]:
    """The jobs that bring the demo county up to date behind its first release: kind and arguments, in their order.

    `residents` is the size of its invented registers; with 0 it has none.
    """
    if not residents or are_ready(instance, residents):
        return ()
    return (("registers", {"residents": residents}),)


def _is_demo(folder: Path) -> bool:
    """Whether the settings in a folder are those of the demo, though nothing records that we put them there."""
    settings = folder / FILE
    return settings.is_file() and settings.read_bytes() == (shipped_demo() / FILE).read_bytes()


def _files(root: Path) -> list[Path]:
    """The files to copy; what somebody made by using the folder as an instance is none of them."""
    return sorted(path for path in root.rglob("*") if path.is_file() and path.relative_to(root).parts[0] != "var")


def _copied(source: Path, target: Path, before: str) -> str:
    """Copy a file unless the one there was changed by somebody else; the digest of what we last copied."""
    digest = hashlib.sha256(source.read_bytes()).hexdigest()
    if target.is_file():
        there = hashlib.sha256(target.read_bytes()).hexdigest()
        if there == digest:
            return digest
        if there != before:
            return before
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, target)
    return digest


def new_instance(folder: Path, *, name: str, home: str) -> Instance:
    """An empty instance: settings, no sources yet, no policies yet, and the shipped catalogue."""
    if folder.exists() and any(folder.iterdir()):
        raise SettingsError(f"{folder} is not empty.", remedy="Choose an empty folder.")
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copytree(shipped_catalogue(), folder / "catalogue")
    (folder / FILE).write_text(_SETTINGS.format(name=name.replace('"', "'"), home=home), encoding="utf-8")
    (folder / "sources.yaml").write_text(_SOURCES, encoding="utf-8")
    (folder / "policy.yaml").write_text(_POLICY, encoding="utf-8")
    return Instance(folder.resolve())


_SETTINGS = """\
[instance]
name_de = "{name}"
name_en = "{name}"
operator_de = ""
contact = ""

[areas]
home = "{home}"          # the county, a state, or DG for all of Germany
# edition = 2023-12-31   # the territory on which everything is published; the newest one if left out
# geometry = "vg5000"    # the source of the boundaries

[portal]
headline = ["population_total", "unemployment_share"]
# base_url = "https://sozialatlas.example"
# hosts = ["sozialatlas.example"]
"""
_SOURCES = """\
# Every source of this instance: where its file lies, how it is read, and what is known of its data.
# `gemeinsinn read FORMAT FILE` shows what is in a file; the reference lists formats and fields.
origins: {}
#  gemeindeverzeichnis:
#    publisher: Statistisches Bundesamt (Destatis)
#    licence: dl-de/by-2-0
#    attribution: © Statistisches Bundesamt (Destatis), Gemeindeverzeichnis-Informationssystem GV-ISys
sources: {}
#  gv_isys:
#    format: gv-isys
#    location: data/*_Auszug_GV.xlsx
#    origin: gemeindeverzeichnis
#    partial: true
"""
_POLICY = """\
# What each source holds and on which terms its numbers may leave. A source that no policy covers is refused.
policies: {}
#  published_statistics:
#    contains: published_aggregates
#    audience: public
#    reason: Statistics that their source has protected and published.
#    origins: [gemeindeverzeichnis]
"""

"""The built front end: which file stands for which entry, from the manifest that the build writes."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from gemeinsinn.errors import SettingsError


FOLDER = Path(__file__).parent / "static" / "gemeinsinn"
PREFIX = "/static/gemeinsinn/"


@dataclass(frozen=True, slots=True)
class Assets:
    """The addresses of scripts and styles by name of their entry."""

    scripts: dict[str, str]
    styles: dict[str, str]
    preloads: dict[str, list[str]]
    """The scripts that an entry loads, to be fetched beside it."""


@cache
def assets() -> Assets:
    """The assets of this build; `SettingsError` if the front end was not built."""
    path = FOLDER / "manifest.json"
    if not path.is_file():
        remedy = "Install the project again (`pip install -e .`), which builds it."
        raise SettingsError("the front end is not built.", remedy=remedy)
    manifest = json.loads(path.read_bytes())
    scripts, styles, preloads = {}, {}, {}
    for source, entry in manifest.items():
        if not entry.get("isEntry"):
            continue
        name = Path(source).stem
        if entry["file"].endswith(".css"):
            styles[name] = PREFIX + entry["file"]
        else:
            scripts[name] = PREFIX + entry["file"]
            preloads[name] = [PREFIX + manifest[key]["file"] for key in _imports(manifest, source)]
    return Assets(scripts, styles, preloads)


def _imports(manifest: dict[str, dict[str, list[str]]], source: str) -> list[str]:
    found: list[str] = []
    for key in manifest[source].get("imports", []):
        found += [key, *_imports(manifest, key)]
    return list(dict.fromkeys(found))

"""Compiling a release: from calculated indicators to the files that people read.

Same inputs, same bytes: no clock and no chance goes into a file; the one thing besides the inputs is the release
before, against which revisions are listed and definitions are numbered.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gemeinsinn.gate.publication import Passage
from gemeinsinn.releases.compare import Changes, note_changes, note_vanished
from gemeinsinn.releases.contents import Material, areas_content, catalogue_content, indicator_entry
from gemeinsinn.releases.files import Builder, as_json, sha256
from gemeinsinn.releases.indicator_file import csv_of, indicator_json, long_table, parquet_of
from gemeinsinn.releases.offline import add_bundle, add_sentences
from gemeinsinn.releases.read import Release, open_release


FORMAT_VERSION = 1


@dataclass(frozen=True, slots=True)
class Draft:
    """All files of a release that hold numbers; what the gate says of them is still to come."""

    builder: Builder
    changes: Changes
    entries: Sequence[Mapping[str, Any]]
    previous: Release | None

    @property
    def digest(self) -> str:
        """A hash over all numbers, which the ledger names."""
        return sha256(as_json(self.builder.listing))


@dataclass(frozen=True, slots=True)
class Compiled:
    """A finished folder's manifest, and what changed."""

    manifest: dict[str, Any]
    changes: Changes


def drafted(material: Material, folder: Path, previous: Release | None) -> Draft:
    """Write all files with numbers into a folder."""
    builder = Builder(folder)
    changes = Changes()
    entries = []
    for result in material.results:
        plain = indicator_json(result, synthetic=material.synthetic)
        entries.append(indicator_entry(result, plain, material, previous))
        _add_indicator(builder, plain, material)
        before = previous.data(plain["id"]) if previous and plain["id"] in previous.indicators else None
        note_changes(changes, before, plain)
    if previous is not None:
        for gone in sorted(set(previous.indicators) - {entry["id"] for entry in entries}):
            note_vanished(changes, previous.data(gone))
    areas = areas_content(material)
    builder.add("areas.json", as_json(areas))
    builder.add("catalogue.json", as_json(catalogue_content(material, entries)))
    for level, topology in material.geometry.items():
        builder.add(areas["geo"][level], as_json(topology))
    written = open_release(folder)
    add_bundle(builder, written, material)
    add_sentences(builder, written, material)
    return Draft(builder, changes, entries, previous)


def compiled(draft: Draft, material: Material, passages: Sequence[Passage]) -> Compiled:
    """Write what the gate says, and what changed, and finish the folder; all that it lacks then is its manifest."""
    builder = draft.builder
    builder.add("disclosure.json", as_json({"tables": [passage.document for passage in passages]}))
    content = sha256(as_json(builder.listing))
    builder.add("revisions.json", as_json(_revisions(draft.changes, draft.previous, draft.entries, material)))
    builder.finish()
    return Compiled(_manifest(builder, content, material, draft.previous), draft.changes)


def _manifest(builder: Builder, content: str, material: Material, previous: Release | None) -> dict[str, Any]:
    """The manifest; `content` is the hash over all files but the revisions, which tells whether anything changed."""
    return {
        "format": FORMAT_VERSION,
        "content": content,
        "previous": previous.hash if previous else None,
        **material.pins,
        "files": dict(sorted(builder.listing.items())),
    }


def _add_indicator(builder: Builder, plain: Mapping[str, Any], material: Material) -> None:
    builder.add(f"ind/{plain['id']}.json", as_json(plain))
    table = long_table(plain, material.frame.edition, synthetic=material.synthetic)
    builder.add(f"ind/{plain['id']}.csv", csv_of(table, plain["decimals"]))
    builder.add(f"ind/{plain['id']}.parquet", parquet_of(table))


def _revisions(
    changes: Changes, previous: Release | None, entries: Sequence[Mapping[str, Any]], material: Material
) -> dict[str, Any]:
    definitions = {
        entry["id"]: [previous.indicators[entry["id"]]["version"], entry["version"]]
        for entry in entries
        if previous
        and entry["id"] in previous.indicators
        and previous.indicators[entry["id"]]["version"] != entry["version"]
    }
    before = previous.areas["edition"] if previous else None
    return {
        "previous": previous.hash if previous else None,
        "values": changes.as_json(),
        "definitions": definitions,
        "territory": {"before": before, "now": material.frame.edition.on.isoformat()},
    }

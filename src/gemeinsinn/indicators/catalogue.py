"""The catalogue of an instance: a folder of YAML files, one an indicator, in folders by topic.

catalogue/topics.yaml           the fields of action, in their order
catalogue/bases.yaml            what population figures rest on
catalogue/peers.yaml            which features make areas similar
catalogue/tables/*.yaml         harmonised tables by id
catalogue/<topic>/<id>.yaml     indicators; the file's name is the id
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from gemeinsinn.errors import DefinitionError, UnknownNameError, did_you_mean
from gemeinsinn.indicators.catalogue_check import (
    Operands,
    bases_of,
    check_beside,
    indicator_of,
    peers_of,
    table_of,
    topics_of,
)
from gemeinsinn.indicators.definition import Indicator, PeerRule, TableDefinition, Topic, Words
from gemeinsinn.indicators.registers import RegisterOperand
from gemeinsinn.settings.documents import Checker, Node, read_document


@dataclass(frozen=True, slots=True)
class Catalogue:
    """All definitions of an instance; `digest` tells one state of the files from another."""

    indicators: Mapping[str, Indicator]
    tables: Mapping[str, TableDefinition]
    """The harmonised tables, and those that stand for what registers answer."""
    topics: Mapping[str, Topic]
    bases: Mapping[str, Words]
    peers: PeerRule | None
    digest: str
    asked: Mapping[str, RegisterOperand] = field(default_factory=dict)
    """What indicators ask of registers, by the table that stands for the answers."""

    def indicator(self, name: str) -> Indicator:
        """An indicator by id or title; `UnknownNameError` names the nearest ones."""
        if name in self.indicators:
            return self.indicators[name]
        wanted = name.casefold()
        for indicator in self.indicators.values():
            if wanted in (title.casefold() for title in indicator.title.values()):
                return indicator
        raise unknown_indicator(name, self.indicators)

    def sources_of(self, indicator: Indicator) -> tuple[str, ...]:
        """The sources that an indicator draws on."""
        tables = [self.tables[operand.table] for operand in indicator.operands]
        return tuple(dict.fromkeys(part.source for table in tables for part in table.parts))


def unknown_indicator(name: str, known: Mapping[str, Indicator]) -> UnknownNameError:
    """The error for an indicator that does not exist."""
    remedy = did_you_mean(name, known) or "`gemeinsinn show --help` says how to list all."
    return UnknownNameError(f"there is no indicator '{name}'.", remedy=remedy)


def read_catalogue(folder: Path) -> Catalogue:
    """Read and check all files; every mistake in all of them is named in one `DefinitionError`."""
    if not folder.is_dir():
        raise DefinitionError("there is no folder 'catalogue'.", remedy="`gemeinsinn init` makes one.")
    checker = Checker("a catalogue")
    topics = topics_of(node, checker) if (node := _document(folder, "topics.yaml", checker)) else {}
    bases = bases_of(node, checker) if (node := _document(folder, "bases.yaml", checker)) else {}
    tables = _tables(folder, bases, checker)
    operands = Operands(tables)
    indicators = _indicators(folder, topics, operands, checker)
    tables |= {id: asked.table for id, asked in operands.asked.items()}
    peers = None
    if (folder / "peers.yaml").is_file() and (node := _document(folder, "peers.yaml", checker)):
        peers = peers_of(node, checker, indicators=indicators)
    checker.raise_if_wrong()
    return Catalogue(indicators, tables, topics, bases, peers, _digest(folder), operands.asked)


def _tables(folder: Path, bases: Mapping[str, Words], checker: Checker) -> dict[str, TableDefinition]:
    found: dict[str, TableDefinition] = {}
    for path in sorted((folder / "tables").glob("*.yaml")):
        node = _document(folder, f"tables/{path.name}", checker)
        for id, entry in checker.entries(node):
            if id in found:
                checker.wrong(entry, f"the table '{id}' is defined twice.", "Ids are unique.")
            found[id] = table_of(id, entry, checker, bases=bases)
    return found


def _indicators(folder: Path, topics: Mapping[str, Topic], tables: Operands, checker: Checker) -> dict[str, Indicator]:
    found: dict[str, Indicator] = {}
    places: dict[str, str] = {}
    nodes: dict[str, Node | None] = {}
    for path in sorted(folder.glob("*/*.yaml")):
        place = str(path.relative_to(folder))
        node = None if path.parent.name == "tables" else _document(folder, place, checker)
        nodes[path.stem] = node
        if node is None:
            continue
        if path.stem in found:
            checker.wrong(
                node, f"the indicator '{path.stem}' is also defined in {places[path.stem]}.", "Ids are unique."
            )
        indicator = indicator_of(path.stem, node, checker, topics=topics, tables=tables)
        if indicator is not None:
            found[path.stem], places[path.stem] = indicator, place
    for id, node in nodes.items():
        if node is not None and id in found:
            check_beside(found[id], node, checker, indicators=found, names=nodes)
    return found


def _document(folder: Path, name: str, checker: Checker) -> Node | None:
    """A file of the catalogue; one that does not read is a finding, and the others are still checked."""
    try:
        return read_document(folder / name, shown_as=name)
    except DefinitionError as error:
        checker.findings += error.findings
        return None


def _digest(folder: Path) -> str:
    """One hash over names and contents of all files."""
    hashed = hashlib.sha256()
    for path in sorted(folder.rglob("*.yaml")):
        hashed.update(str(path.relative_to(folder)).encode())
        hashed.update(path.read_bytes())
    return hashed.hexdigest()

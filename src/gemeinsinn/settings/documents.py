"""Reading a YAML document so that every mistake in it can be named with file, line and field, all at once."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from math import isfinite
from pathlib import Path
from typing import Any

import yaml

from gemeinsinn.errors import DefinitionError, Finding, did_you_mean


@dataclass(frozen=True, slots=True)
class Node:
    """A value in a document and where it stands; mappings hold nodes by name, lists hold nodes."""

    value: Any
    file: str
    line: int
    name: str

    @property
    def where(self) -> str:
        """File, line and field, e.g. `crude_birth_rate.yaml:7 numerator.table`."""
        place = f"{self.file}:{self.line}"
        return f"{place} {self.name}" if self.name else place

    def plain(self) -> Any:
        """The value without its positions."""
        if isinstance(self.value, dict):
            return {name: node.plain() for name, node in self.value.items()}
        if isinstance(self.value, list):
            return [node.plain() for node in self.value]
        return self.value


@dataclass(slots=True)
class Checker:
    """Takes typed values out of nodes and collects every mistake instead of stopping at the first."""

    thing: str
    """What the document describes, for messages: "an indicator", "a source"."""
    findings: list[Finding] = field(default_factory=list)

    def wrong(self, node: Node | None, what: str, remedy: str = "") -> None:
        """Note a mistake at a node."""
        self.findings.append(Finding(node.where if node else "", what, remedy))

    def fields(self, node: Node, *, required: Collection[str] = (), optional: Collection[str] = ()) -> dict[str, Node]:
        """The fields of a mapping; unknown and missing ones are noted."""
        if not isinstance(node.value, dict):
            self.wrong(node, f"expected fields of {self.thing}, found {_kind(node.value)}.")
            return {}
        known = [*required, *optional]
        for name, child in node.value.items():
            if name not in known:
                remedy = did_you_mean(name, known) or f"Known fields: {', '.join(known)}."
                self.wrong(child, f"{self.thing} has no field '{name}'.", remedy)
        for name in required:
            if name not in node.value:
                self.wrong(node, f"{self.thing} needs the field '{name}'.")
        return {name: child for name, child in node.value.items() if name in known}

    def text(self, node: Node | None, *, default: str = "") -> str:
        """A text that is not empty."""
        if node is None:
            return default
        if isinstance(node.value, str) and node.value.strip():
            return node.value.strip()
        self.wrong(node, f"expected a text, found {_kind(node.value)}.")
        return default

    def texts(self, node: Node | None) -> tuple[str, ...]:
        """One text, or a list of texts."""
        if node is None:
            return ()
        if isinstance(node.value, list):
            return tuple(self.text(child) for child in node.value)
        return (self.text(node),)

    def choice(self, node: Node | None, allowed: Collection[str], *, default: str = "") -> str:
        """One of a closed list of words."""
        if node is None:
            return default
        if isinstance(node.value, str) and node.value in allowed:
            return node.value
        every = f"Allowed: {', '.join(sorted(allowed))}." if allowed else "There is nothing yet to choose from."
        remedy = did_you_mean(str(node.value), allowed) or every
        self.wrong(node, f"{_kind(node.value)} is not allowed here.", remedy)
        return default

    def number(self, node: Node | None, *, default: float | None = None) -> float | None:
        """A number."""
        if node is None:
            return default
        if isinstance(node.value, int | float) and not isinstance(node.value, bool) and isfinite(node.value):
            return float(node.value)
        self.wrong(node, f"expected a number, found {_kind(node.value)}.")
        return default

    def whole(self, node: Node | None, *, default: int = 0, at_least: int = 0) -> int:
        """A whole number that is not too small."""
        number = self.number(node, default=float(default))
        if number is None or number != int(number) or number < at_least:
            self.wrong(node, f"expected a whole number of at least {at_least}.")
            return default
        return int(number)

    def truth(self, node: Node | None, *, default: bool = False) -> bool:
        """`true` or `false`."""
        if node is None:
            return default
        if isinstance(node.value, bool):
            return node.value
        self.wrong(node, f"expected true or false, found {_kind(node.value)}.")
        return default

    def day(self, node: Node | None) -> date | None:
        """A date, written 2021-12-31."""
        if node is None:
            return None
        if isinstance(node.value, date) and not isinstance(node.value, datetime):
            return node.value
        self.wrong(node, f"expected a date such as 2021-12-31, found {_kind(node.value)}.")
        return None

    def words(self, node: Node | None, *, languages: Collection[str] = ("de", "en")) -> dict[str, str]:
        """A text in each language: `{de: …, en: …}`."""
        if node is None:
            return dict.fromkeys(languages, "")
        if not isinstance(node.value, dict):
            remedy = f"Write {{{', '.join(f'{language}: …' for language in languages)}}}."
            self.wrong(node, f"expected a text in each language, found {_kind(node.value)}.", remedy)
            return dict.fromkeys(languages, "")
        found = self.fields(node, required=languages)
        return {language: self.text(found.get(language)) for language in languages}

    def items(self, node: Node | None) -> list[Node]:
        """The entries of a list; a single entry may stand without its list."""
        if node is None:
            return []
        return list(node.value) if isinstance(node.value, list) else [node]

    def entries(self, node: Node | None) -> Iterator[tuple[str, Node]]:
        """Name and node of each entry of a mapping with free names."""
        if node is None:
            return
        if not isinstance(node.value, dict):
            self.wrong(node, f"expected named entries, found {_kind(node.value)}.")
            return
        yield from node.value.items()

    def raise_if_wrong(self) -> None:
        """Raise all mistakes together."""
        if self.findings:
            raise DefinitionError(self.findings)


def read_document(path: Path, *, shown_as: str = "") -> Node:
    """The root node of a YAML file; a file that is not YAML is a `DefinitionError` with its line."""
    name = shown_as or path.name
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError as error:
        raise DefinitionError(f"there is no file {path.name} in {path.parent}.") from error
    except UnicodeDecodeError as error:
        raise DefinitionError("the file is not UTF-8 text.", where=name, remedy="Save it as UTF-8.") from error
    return document_of(text, name)


def document_of(text: str, name: str) -> Node:
    """The root node of a YAML text."""
    loader = yaml.CSafeLoader(text)
    try:
        composed = loader.get_single_node()
        if composed is None:
            return Node({}, name, 1, "")
        return _node(loader, composed, name, "")
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise DefinitionError(f"this is not YAML: {error.problem}.", where=f"{name}:{line}") from error
    except yaml.reader.ReaderError as error:
        line = text.encode("utf-8")[: error.position].count(b"\n") + 1
        raise DefinitionError(f"this is not YAML: {error.reason}.", where=f"{name}:{line}") from error
    finally:
        loader.dispose()


def _node(loader: yaml.CSafeLoader, composed: yaml.Node, file: str, name: str) -> Node:
    line = composed.start_mark.line + 1
    if isinstance(composed, yaml.MappingNode):
        return Node(_mapping(loader, composed, file, name), file, line, name)
    if isinstance(composed, yaml.SequenceNode):
        children = [_node(loader, child, file, f"{name}[{position}]") for position, child in enumerate(composed.value)]
        return Node(children, file, line, name)
    return Node(_scalar(loader, composed), file, line, name)


def _scalar(loader: yaml.CSafeLoader, composed: yaml.Node) -> Any:
    """The value of a scalar; area keys keep their leading zero, and only true and false are truth values.

    A day that no calendar has stays the text that it is, for whoever wants a date to refuse it.
    """
    written = str(composed.value)
    plain = not getattr(composed, "style", None)
    if plain and composed.tag.endswith(":int") and written.startswith("0") and written != "0":
        return written
    if plain and composed.tag.endswith(":bool") and written.lower() not in ("true", "false"):
        return written
    try:
        return loader.construct_object(composed)
    except ValueError:
        return written


def _mapping(loader: yaml.CSafeLoader, composed: yaml.MappingNode, file: str, name: str) -> dict[str, Node]:
    children: dict[str, Node] = {}
    for key_node, value_node in composed.value:
        key = str(key_node.value)
        line = key_node.start_mark.line + 1
        if key in children:
            raise DefinitionError(f"the field '{key}' stands here twice.", where=f"{file}:{line}")
        child = _node(loader, value_node, file, f"{name}.{key}" if name else key)
        children[key] = Node(child.value, file, line, child.name)
    return children


def _kind(value: Any) -> str:
    if isinstance(value, dict):
        return "a mapping"
    if isinstance(value, list):
        return "a list"
    return "nothing" if value is None else f"'{value}'"

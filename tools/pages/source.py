"""Reading the code for the reference: docstrings, fields of classes, members of enums, checked fields, raised errors."""

from __future__ import annotations

import ast
import importlib
import inspect
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any


ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "src" / "gemeinsinn"


@dataclass(frozen=True, slots=True)
class Member:
    """A field of a class or a member of an enum, with the docstring that stands below it."""

    name: str
    type: str
    says: str


@dataclass(frozen=True, slots=True)
class Raised:
    """An error that the code raises: its kind, its message with slots, its remedy, and where."""

    kind: str
    message: str
    remedy: str
    module: str


def module(name: str) -> ModuleType:
    """A module of the package by its dotted name below it."""
    return importlib.import_module(f"gemeinsinn.{name}")


@cache
def tree(path: Path) -> ast.Module:
    """The syntax of a file."""
    return ast.parse(path.read_text(encoding="utf-8"))


def tree_of(name: str) -> ast.Module:
    """The syntax of a module of the package."""
    return tree(PACKAGE / f"{name.replace('.', '/')}.py")


def docstring(thing: object) -> str:
    """A docstring without indentation; empty if there is none."""
    return inspect.getdoc(thing) or ""


def members(module_name: str, class_name: str) -> list[Member]:
    """The fields or members of a class in their order, with the docstrings below them."""
    definition = next(
        node for node in tree_of(module_name).body if isinstance(node, ast.ClassDef) and node.name == class_name
    )
    found: list[Member] = []
    for node in definition.body:
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            found.append(Member(node.target.id, ast.unparse(node.annotation), ""))
        elif isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            found.append(Member(node.targets[0].id, "", ""))
        elif found and isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            last = found.pop()
            found.append(Member(last.name, last.type, " ".join(str(node.value.value).split())))
    return found


def checked_fields(module_name: str, function: str) -> list[tuple[tuple[str, ...], tuple[str, ...]]]:
    """Required and optional fields of each `checker.fields(…)` in a function, in their order."""
    definition = next(
        node for node in ast.walk(tree_of(module_name)) if isinstance(node, ast.FunctionDef) and node.name == function
    )
    space = dict(vars(module(module_name)))
    found = []
    for node in ast.walk(definition):
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name) and isinstance(node.value, ast.Tuple):
            space[node.targets[0].id] = _names(node.value, space)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "fields":
            words = {word.arg: _names(word.value, space) for word in node.keywords}
            found.append((words.get("required", ()), words.get("optional", ())))
    return found


def _names(node: ast.expr, space: dict[str, Any]) -> tuple[str, ...]:
    if isinstance(node, ast.Constant):
        return (str(node.value),)
    if isinstance(node, ast.Name):
        return tuple(space[node.id])
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
        return tuple(getattr(space[node.value.id], node.attr))
    if isinstance(node, ast.Starred):
        return _names(node.value, space)
    return tuple(name for element in getattr(node, "elts", ()) for name in _names(element, space))


def raised(path: Path) -> Iterator[Raised]:
    """Every error of the tree that a file raises or collects, with its words."""
    name = str(path.relative_to(PACKAGE).with_suffix("")).replace("/", ".")
    for function in ast.walk(tree(path)):
        if not isinstance(function, ast.FunctionDef):
            continue
        for node in ast.walk(function):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.args:
                kind, texts = node.func.id, _texts_before(function, node.lineno)
                if kind.endswith("Error") and kind in vars(module("errors")):
                    remedy = next((word.value for word in node.keywords if word.arg == "remedy"), None)
                    yield Raised(kind, words(node.args[0], texts), words(remedy, texts), name)
                elif kind == "Finding" and len(node.args) > 1:
                    remedy = node.args[2] if len(node.args) > 2 else None
                    yield Raised(kind, words(node.args[1], texts), words(remedy, texts), name)


def _texts_before(function: ast.FunctionDef, line: int) -> dict[str, ast.expr]:
    """The last value that each name was given before a line."""
    given = [
        (node.lineno, node.targets[0].id, node.value)
        for node in ast.walk(function)
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name) and node.lineno <= line
    ]
    return {name: value for _, name, value in sorted(given, key=lambda each: each[0])}


def words(node: ast.expr | None, texts: dict[str, ast.expr]) -> str:
    """A text of the code with its slots in braces; empty where the code does not write it out."""
    if isinstance(node, ast.Constant):
        return str(node.value)
    if isinstance(node, ast.JoinedStr):
        return "".join(_slot(part) if isinstance(part, ast.FormattedValue) else words(part, {}) for part in node.values)
    if isinstance(node, ast.Name) and node.id in texts:
        return words(texts[node.id], {})
    if isinstance(node, ast.BoolOp):
        return words(node.values[-1], texts)
    if isinstance(node, ast.IfExp):
        return words(node.body, texts) or words(node.orelse, texts)
    return ""


def _slot(part: ast.FormattedValue) -> str:
    """What stands for a value in a message: the name of the expression, or what it comes to."""
    names = [each for each in ast.walk(part.value) if isinstance(each, ast.Name | ast.Attribute)]
    if not names:
        return "{…}"
    first = names[0]
    name = first.attr if isinstance(first, ast.Attribute) else first.id
    return {"len": "{number}", "join": "{list}", "did_you_mean": "{nearest}"}.get(name, f"{{{name}}}")


def problems(path: Path) -> Iterator[str]:
    """What a reader says of a row or a cell that it cannot read."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Problem":
            text = words(node.args[2], {})
            if text:
                yield text


def attributes_used(class_name: str, *, but_not: str) -> set[str]:
    """The members of a class that any module but one names."""
    found: set[str] = set()
    for path in sorted(PACKAGE.rglob("*.py")):
        if path == PACKAGE / f"{but_not.replace('.', '/')}.py":
            continue
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == class_name:
                found.add(node.attr)
    return found

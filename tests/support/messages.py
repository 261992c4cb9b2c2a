"""The messages that a module of the sources can raise, read from its text, so that none stays without a test."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable
from pathlib import Path
from types import ModuleType


RAISED_BY = {
    "wrong": 1,
    "DefinitionError": 0,
    "DeliveryError": 0,
    "DisclosureError": 0,
    "UnknownNameError": 0,
    "Finding": 1,
}
"""Calls that carry a message, and the place of it among their arguments."""


def templates(module: ModuleType) -> dict[str, re.Pattern[str]]:
    """Every message of a module by where it stands, as a pattern in which each slot takes any text."""
    path = Path(str(module.__file__))
    tree = ast.parse(path.read_text(encoding="utf-8"))
    found = {}
    for function in ast.walk(tree):
        if isinstance(function, ast.FunctionDef):
            assigned = _assigned(function)
            for message in _messages(function):
                text = assigned.get(message.id, message) if isinstance(message, ast.Name) else message
                if isinstance(text, ast.Constant | ast.JoinedStr):
                    found[f"{path.name}:{message.lineno}"] = re.compile(_pattern(text))
    return found


def unprovoked(module: ModuleType, provoked: Iterable[str]) -> list[str]:
    """Where messages of a module stand that are in none of these."""
    found = list(provoked)
    return [place for place, pattern in templates(module).items() if not any(map(pattern.search, found))]


def _assigned(function: ast.FunctionDef) -> dict[str, ast.expr]:
    """Texts that a function gives a name before it raises them."""
    return {
        target.id: each.value
        for each in ast.walk(function)
        if isinstance(each, ast.Assign)
        for target in each.targets
        if isinstance(target, ast.Name)
    }


def _messages(function: ast.FunctionDef) -> list[ast.expr]:
    messages = []
    for call in ast.walk(function):
        if isinstance(call, ast.Call):
            name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
            place = RAISED_BY.get(name, len(call.args))
            messages += call.args[place : place + 1]
    return messages


def _pattern(text: ast.Constant | ast.JoinedStr) -> str:
    if isinstance(text, ast.Constant):
        return re.escape(str(text.value))
    parts = [re.escape(str(part.value)) if isinstance(part, ast.Constant) else ".+" for part in text.values]
    return "".join(parts)

"""Compiled code is kept beside the file it stands in, and has to be made anew when what it calls in other files changes."""

from __future__ import annotations

import ast
import hashlib
from pathlib import Path

import pytest

from architecture.pages import ROOT


SOURCE = ROOT / "src"
COMPILED = {
    ".".join(path.relative_to(SOURCE).with_suffix("").parts): path
    for path in sorted(SOURCE.rglob("*.py"))
    if "from numba import njit" in path.read_text(encoding="utf-8")
}


def called(path: Path) -> list[Path]:
    """The compiled modules from which a module imports."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    names = {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    return [COMPILED[name] for name in sorted(COMPILED) if name in names]


def digest(paths: list[Path]) -> str:
    return hashlib.sha256(b"".join(path.read_bytes() for path in paths)).hexdigest()[:12]


@pytest.mark.parametrize("name", [name for name, path in COMPILED.items() if called(path)])
def test_a_compiled_module_changes_with_the_ones_that_it_calls(name: str) -> None:
    """It holds a digest of them. Otherwise machine code of before, in which theirs is contained, would still be run."""
    text = COMPILED[name].read_text(encoding="utf-8")

    assert f'COMPILED_WITH = "{digest(called(COMPILED[name]))}"' in text, (
        f'write COMPILED_WITH = "{digest(called(COMPILED[name]))}" in {COMPILED[name].relative_to(ROOT)}'
    )


def test_some_modules_are_compiled_from_several_files() -> None:
    assert "gemeinsinn.protect.records.cutting" in COMPILED
    assert called(COMPILED["gemeinsinn.protect.records.cutting"])

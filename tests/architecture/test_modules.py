"""The shape of modules that no linter checks."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from architecture.pages import ROOT


MOST_LINES = 400
SOURCE = ROOT / "src" / "gemeinsinn"
MODULES = sorted(path for path in SOURCE.rglob("*.py") if "migrations" not in path.parts)
TOOLS = sorted([*(ROOT / "tools").rglob("*.py"), ROOT / "hatch_build.py"])
TESTS = sorted((ROOT / "tests").rglob("*.py"))


def names(paths: list[Path]) -> list[str]:
    return [str(path.relative_to(ROOT)) for path in paths]


@pytest.mark.parametrize("name", names([*MODULES, *TOOLS, *TESTS]))
def test_a_module_says_in_one_sentence_what_it_is_for(name: str) -> None:
    docstring = ast.get_docstring(ast.parse((ROOT / name).read_text(encoding="utf-8")))

    assert docstring, "the module has no docstring"
    first = docstring.partition("\n\n")[0]
    assert first.rstrip().endswith((".", ":", "!")), f"this is no sentence: {first}"


@pytest.mark.parametrize("name", names([*MODULES, *TOOLS]))
def test_no_module_is_longer_than_400_lines(name: str) -> None:
    assert len((ROOT / name).read_text(encoding="utf-8").splitlines()) <= MOST_LINES


@pytest.mark.parametrize("name", names([path for path in MODULES if path.name == "__init__.py"]))
def test_a_room_s_own_file_holds_nothing_but_its_docstring(name: str) -> None:
    body = ast.parse((ROOT / name).read_text(encoding="utf-8")).body
    of_the_package = name == "src/gemeinsinn/__init__.py"

    allowed = [node for node in body[1:] if of_the_package and isinstance(node, ast.Assign)]

    assert body[1:] == allowed


@pytest.mark.parametrize("name", names(MODULES))
def test_no_module_imports_inside_a_function(name: str) -> None:
    tree = ast.parse((ROOT / name).read_text(encoding="utf-8"))

    inside = [
        node.lineno
        for function in ast.walk(tree)
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef)
        for node in ast.walk(function)
        if isinstance(node, ast.Import | ast.ImportFrom)
    ]

    assert inside == []


@pytest.mark.parametrize("name", names([path for path in MODULES if path.parent.name != "cli"]))
def test_nobody_below_the_command_line_asks_for_the_time_or_prints(name: str) -> None:
    tree = ast.parse((ROOT / name).read_text(encoding="utf-8"))
    calls = [ast.unparse(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)]

    asked = [call for call in calls if call.endswith((".now", ".today", ".utcnow")) or call in ("print", "time.time")]

    assert asked == []

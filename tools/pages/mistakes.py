"""What can go wrong, and what the environment decides: `errors.md` and `environment.md`."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from gemeinsinn import errors
from gemeinsinn.settings.instance import VARIABLE
from pages.meanings import described
from pages.source import PACKAGE, ROOT, docstring, raised, tree
from pages.text import block, code, page, table


def errors_page() -> str:
    """The page of errors, with every message that the code writes out."""
    tree_in_words = docstring(errors).split("\n\n")[1]
    kinds = [
        (
            code(kind.__name__),
            kind.exit_code,
            code(kind.problem_type),
            docstring(kind),
            _who(kind.__name__, tree_in_words),
        )
        for kind in _kinds()
    ]
    parts = [
        "Errors are sorted by who can repair them. The command line prints one sentence for each mistake on standard error, "
        "`gemeinsinn: where: what. remedy`, and leaves with the exit code of the kind. Mistakes are collected: a file with "
        "five slips gives five sentences. A message never holds a value of a register.",
        block(tree_in_words),
        table(("error", "exit code", "problem type", "meaning", "who repairs it"), kinds),
        "Anything else is our own fault: exit code 1 and a traceback of places and types. Messages are left out of it: they might hold a row of a register.",
        "## Messages",
        "Words in braces stand for names and numbers. Mistakes in files that people write are found by the checks of "
        "[settings](settings.md), [sources](sources-yaml.md), [registers](registers-yaml.md), [policies](policy.md) and the "
        "[catalogue](catalogue.md), which name file, line and field.",
    ]
    for kind in _kinds():
        found = [each for path in _files() for each in raised(path) if each.kind == kind.__name__ and each.message]
        rows = dict.fromkeys((each.message, each.remedy, code(each.module)) for each in found)
        if rows:
            parts += [f"### {kind.__name__}", table(("message", "remedy", "raised in"), rows)]
    return page("Errors", *parts)


def _kinds() -> list[type[errors.GemeinsinnError]]:
    root = errors.GemeinsinnError
    return [
        kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, root) and kind != root
    ]


def _who(name: str, tree_in_words: str) -> str:
    found = re.search(rf"{name}\s+\d+\s+(.+)", tree_in_words)
    return found[1].partition(":")[0].strip() if found else ""


def _files() -> list[Path]:
    return sorted(path for path in PACKAGE.rglob("*.py") if "migrations" not in path.parts)


def environment_page() -> str:
    """The page of environment variables."""
    known = sorted(environment_variables())
    rows = [(code(name), says[0] and code(says[0]), says[1]) for name, says in described(known, "environment")]
    of_make = described(sorted(make_variables()), "make")
    return page(
        "Environment",
        "The platform reads no other variables of the environment than these, those that `[storage]` and `[database]` in "
        "[gemeinsinn.toml](settings.md) name, and those that `dsn_variable` in [registers.yaml](registers-yaml.md) names.",
        table(("variable", "value", "meaning"), rows),
        "## Variables of make",
        table(("variable", "value", "meaning"), [(code(name), says[0], says[1]) for name, says in of_make]),
    )


def environment_variables() -> set[str]:
    """The variables that the code reads from the environment or adds to it."""
    found: set[str] = set()
    for path in [*_files(), *sorted((ROOT / "tools").glob("*.py")), ROOT / "hatch_build.py"]:
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.Dict | ast.Call) and "os.environ" in ast.unparse(node):
                found.update(_names(node))
    return found


def _names(node: ast.Dict | ast.Call) -> Iterator[str]:
    """The variables that a dictionary adds to the environment, or that a call asks it for."""
    keys = node.keys if isinstance(node, ast.Dict) else node.args[:1] if _asks_environment(node) else []
    for key in keys:
        if isinstance(key, ast.Constant) and isinstance(key.value, str):
            yield key.value
        elif isinstance(key, ast.Name) and key.id == "VARIABLE":
            yield VARIABLE


def _asks_environment(call: ast.Call) -> bool:
    return isinstance(call.func, ast.Attribute) and ast.unparse(call.func.value) == "os.environ"


def make_variables() -> set[str]:
    """The variables of the Makefile that a caller may set."""
    text = (ROOT / "Makefile").read_text(encoding="utf-8")
    set_by_caller = set(re.findall(r"^([A-Z]+) \?=", text, re.MULTILINE))
    return set_by_caller | ({"ARGS"} if "$(ARGS)" in text else set())

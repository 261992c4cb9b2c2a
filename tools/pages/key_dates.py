"""The page "How we count on a key date", made from the cases that every engine has to pass."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

from pages.source import ROOT
from pages.text import HEAD


sys.path.insert(0, str(ROOT / "tests"))

from spec.key_dates import CHAPTERS, Case


_OPENING = f"""\
{HEAD}

# How we count on a key date

This page is made from `tests/spec/key_dates.py`. Each rule is a test: the register is put in, the question is asked, and
five engines have to give the answer that stands here, with the same sums of record keys, on which the protection
rests: the serving index with the cohort kernel (`fast`), Polars, DuckDB, Spark Connect on a local cluster, and a slow
reference in plain Python that counts as one would on paper. Random registers and questions are compared besides.

The numbers on this page are exact. What leaves the platform deviates by [cell keys](../explanation/cell-keys.md). How
the engines work stands in [Key dates](../explanation/key-dates.md).

In the tables an empty cell has no end, or says nothing that matters for the rule. `known from` and `known until` count
the steps of knowledge: a step is one delivery. Beginnings belong to their intervals, ends do not.
"""

_TOLD = {
    "How a history comes from deliveries": "tests/spec/test_register_history.py",
    "What happened in a period": "tests/spec/test_periods_of_registers.py",
}


def key_dates_page() -> str:
    """All chapters with their rules."""
    parts = [_OPENING]
    for chapter, cases in CHAPTERS.items():
        parts.append(f"## {chapter}\n")
        parts += [_rule(case) for case in cases]
    for chapter, file in _TOLD.items():
        parts += [f"## {chapter}\n", f"Rules of `{file}`, each a test of that name:\n"]
        parts.append("\n".join(f"- {sentence}" for sentence in _sentences(ROOT / file)) + "\n")
    return "\n".join(parts)


def _sentences(file: Path) -> Iterator[str]:
    """The names of the tests in a file as sentences."""
    for node in ast.parse(file.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
            words = node.name.removeprefix("test_").replace("_s_", "'s ").replace("_", " ")
            yield f"{words[0].upper()}{words[1:]}."


def _rule(case: Case) -> str:
    lines = [f"### {case.rule}\n", f"{case.why}\n", _table(case.register), ""]
    asked = f"Asked by {', '.join(f'`{name}`' for name in case.by)}" if case.by else "Asked for everybody"
    if case.where:
        chosen = "; ".join(f"{name} {', '.join(codes)}" for name, codes in case.where.items())
        asked += f", only {chosen}"
    if case.classes:
        asked += f", with classes from the ages {', '.join(str(age) for age in case.classes)}"
    lines += [f"{asked}:\n", "| on | counted |", "| --- | --- |"]
    for days, answer in case.answers.items():
        lines += [f"| {day} | {text} |" for day, text in _answers(days, answer)]
    return "\n".join(lines) + "\n"


def _answers(days: str, answer: int | str) -> list[tuple[str, str]]:
    """Each day with what is counted on it; a series has its days in the answer."""
    on, _, step = days.partition(" known ")
    known = f", as known at step {step}" if step else ""
    if isinstance(answer, str) and ", " in on:
        parts = [part.split(" ", 1) for part in answer.split("; ")]
        return [(f"{day}{known}", text) for day, text in parts]
    return [(f"{on}{known}", str(answer) or "nobody")]


def _table(text: str) -> str:
    rows = [[cell.strip() for cell in line.split("|")] for line in text.strip().splitlines()]
    lines = [f"| {' | '.join(row)} |" for row in rows]
    return "\n".join([lines[0], f"|{' --- |' * len(rows[0])}", *lines[1:]])

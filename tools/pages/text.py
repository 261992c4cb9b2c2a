"""Markdown for generated pages: a head that says where the page comes from, tables, and short forms of values."""

from __future__ import annotations

from collections.abc import Iterable, Sequence


HEAD = "<!-- Written by tools/reference.py from the code; change the code, then run it again. -->"


def page(title: str, *parts: str) -> str:
    """A whole page: the note on its origin, the title, and its parts with a blank line between."""
    return "\n\n".join([HEAD, f"# {title}", *(part.strip("\n") for part in parts if part)]) + "\n"


def table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A table; a cell may hold several lines, which become one."""
    lines = [list(head), ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(cell(each) for each in line)} |" for line in lines)


def cell(value: object) -> str:
    """A value as one cell."""
    return " ".join(str(value).split()).replace("|", "\\|")


def code(text: object) -> str:
    """A word of code; nothing stays nothing."""
    return f"`{text}`" if str(text) else ""


def codes(words: Iterable[object]) -> str:
    """Several words of code."""
    return ", ".join(code(word) for word in words)


def block(text: str, language: str = "") -> str:
    """A block of code."""
    return f"```{language}\n{text.strip(chr(10))}\n```"


def sentences(text: str) -> str:
    """A docstring as paragraphs: lines joined, examples left out."""
    kept = [part for part in text.split("\n\n") if ">>>" not in part]
    return "\n\n".join(part if part.lstrip().startswith("|") else " ".join(part.split()) for part in kept)


def first_sentence(text: str) -> str:
    """The first line of a docstring."""
    return text.strip().splitlines()[0] if text.strip() else ""

"""What fields mean in words: `meanings.toml`, held against the fields that the code knows."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from pages.text import code, table


FILE = Path(__file__).parent / "meanings.toml"


class UndescribedError(Exception):
    """A field that the code has and nobody explained, or an explanation of a field that is no more."""


@cache
def _all() -> dict[str, Any]:
    document: dict[str, Any] = tomllib.loads(FILE.read_text(encoding="utf-8"))
    return document


def meanings(*section: str) -> Mapping[str, Any]:
    """The explanations of a section, e.g. `meanings("catalogue", "indicator")`."""
    found: Any = _all()
    for name in section:
        found = found[name]
    return dict(found)


def described(known: Iterable[str], *section: str) -> list[tuple[str, Any]]:
    """Each known name with its explanation, in the order of the code; anything missing or left over is an error."""
    names = list(dict.fromkeys(known))
    words = meanings(*section)
    missing, over = [name for name in names if name not in words], [name for name in words if name not in names]
    if missing or over:
        where = f"{FILE.name}: {' '.join(section)}"
        raise UndescribedError(f"{where}: not explained: {missing}, no longer there: {over}")
    return [(name, words[name]) for name in names]


def fields_table(required: Iterable[str], optional: Iterable[str], *section: str) -> str:
    """A table of fields: name, whether it must be there, what it is, what it means."""
    needed = list(required)
    rows = [
        (code(name), "yes" if name in needed else "", *_both(says))
        for name, says in described([*needed, *optional], *section)
    ]
    return table(("field", "required", "is", "meaning"), rows)


def _both(says: Any) -> tuple[str, str]:
    return (str(says[0]), str(says[1])) if isinstance(says, list) else ("", str(says))

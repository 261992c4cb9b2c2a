"""The settings of a restored instance: its data lie in its own folder, or in the database that was named for it."""

from __future__ import annotations

import re
import tomllib


def in_place(text: str, *, database_variable: str = "") -> tuple[str, tuple[str, ...]]:
    """The text of `gemeinsinn.toml` without places elsewhere, and what was changed in it, in words."""
    plain = tomllib.loads(text)
    notes = []
    if plain.get("storage", {}):
        text = _without(text, "storage")
        notes.append("What lay in buckets now lies below var; [storage] was taken out of gemeinsinn.toml.")
    if "database" in plain:
        text = _without(text, "database")
    if database_variable:
        text = f'{text.rstrip()}\n\n[database]\nurl_variable = "{database_variable}"\n'
        notes.append(f"[database] in gemeinsinn.toml now names the variable {database_variable}.")
    return text, tuple(notes)


def _without(text: str, section: str) -> str:
    """The text without a section: from its head to the next one."""
    return re.sub(rf"(?ms)^\[{section}\][^\n]*\n.*?(?=^\[|\Z)", "", text)

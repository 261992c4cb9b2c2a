"""Writes the reference in docs/reference from the code; `--check` names the pages that are out of date, and fails.

Two pages read all tables that come with the platform, which takes a while. They carry a digest of what they were made
from and of their own text; while both are right, a check takes them as they are.
"""

from __future__ import annotations

import hashlib
import re
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

from pages.commands import cli_page
from pages.formats import format_pages, sources_page
from pages.indicator_list import indicators_page
from pages.key_dates import key_dates_page
from pages.meanings import UndescribedError
from pages.mistakes import environment_page, errors_page
from pages.perturbation import perturbation_page
from pages.protection import table_policy_page
from pages.published import release_page, statuses_page
from pages.records import record_policy_page
from pages.source import ROOT
from pages.tables import inputs, tables_page
from pages.written import (
    catalogue_page,
    mapping_page,
    policy_page,
    registers_yaml_page,
    settings_page,
    sources_yaml_page,
)


FOLDER = ROOT / "docs" / "reference"
QUICK: Mapping[str, Callable[[], str]] = {
    "cli.md": cli_page,
    "settings.md": settings_page,
    "sources.md": sources_page,
    "sources-yaml.md": sources_yaml_page,
    "registers-yaml.md": registers_yaml_page,
    "mapping.md": mapping_page,
    "policy.md": policy_page,
    "table-policy.md": table_policy_page,
    "record-policy.md": record_policy_page,
    "perturbation.md": perturbation_page,
    "catalogue.md": catalogue_page,
    "errors.md": errors_page,
    "release.md": release_page,
    "statuses.md": statuses_page,
    "environment.md": environment_page,
    "key-dates.md": key_dates_page,
}
SLOW: Mapping[str, Callable[[], str]] = {
    "sources/regionalstatistik-tables.md": tables_page,
    "indicators.md": indicators_page,
}
_STAMP = re.compile(r"\n<!-- made from (?P<inputs>[0-9a-f]{16}), text (?P<text>[0-9a-f]{16}) -->\n$")


def main() -> int:
    """Write or check; the exit code."""
    try:
        pages = {name: made() for name, made in QUICK.items()} | format_pages()
    except UndescribedError as error:
        print(error, file=sys.stderr)
        return 1
    made_from = _digest_of(inputs())
    if "--check" in sys.argv:
        stale = [name for name, text in pages.items() if _on_disk(name) != text]
        stale += [name for name in SLOW if not _is_stamped(_on_disk(name), made_from)]
        for name in stale:
            print(f"docs/reference/{name} is out of date; run tools/reference.py.", file=sys.stderr)
        return 1 if stale else 0
    pages |= {name: _stamped(made(), made_from) for name, made in SLOW.items() if _must_be_made(name, made_from)}
    for name, text in pages.items():
        path = FOLDER / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return 0


def _on_disk(name: str) -> str:
    path = FOLDER / name
    return path.read_text(encoding="utf-8") if path.is_file() else ""


def _must_be_made(name: str, made_from: str) -> bool:
    return "--all" in sys.argv or not _is_stamped(_on_disk(name), made_from)


def _stamped(text: str, made_from: str) -> str:
    return f"{text}\n<!-- made from {made_from}, text {_digest(text.encode())} -->\n"


def _is_stamped(text: str, made_from: str) -> bool:
    found = _STAMP.search(text)
    if found is None:
        return False
    return found["inputs"] == made_from and found["text"] == _digest(text[: found.start()].encode())


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:16]


def _digest_of(files: list[Path]) -> str:
    parts = [f"{path.relative_to(ROOT)}:{_digest(path.read_bytes())}" for path in files]
    return _digest("\n".join(parts).encode())


if __name__ == "__main__":
    sys.exit(main())

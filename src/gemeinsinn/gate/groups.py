"""Groups of people by name: what the tables of a register call their columns, and the ledger with them.

A name says whom it is about, so that the ledger knows which groups were asked for before. Without them nobody could
protect what two releases tell together: young people of one release less minors of another.
"""

from __future__ import annotations

from collections.abc import Mapping

from gemeinsinn.errors import DisclosureError
from gemeinsinn.protect.cell_keys import METHOD
from gemeinsinn.protect.ledger import Ledger


Where = Mapping[str, tuple[str, ...]]
"""A choice: the categories that are kept, by dimension."""

AREA, GROUP = "area", "group"
"""The dimensions of the tables of a register."""
EVERYBODY = "everybody"
AND, WITHOUT = " and ", " without "
"""What stands between names in the name of a part that nobody asked for."""


def name_of(where: Where) -> str:
    """A choice in one line; equal choices have one name."""
    chosen = [f"{dimension}={'|'.join(sorted(codes))}" for dimension, codes in sorted(where.items())]
    name = ", ".join(chosen) or EVERYBODY
    if where_of(name) != {dimension: tuple(sorted(codes)) for dimension, codes in where.items()}:
        what = f"the choice '{name}' has categories that cannot be written down."
        raise DisclosureError(what, remedy="Give categories ids of letters, digits, - and _.")
    return name


def where_of(name: str) -> Where | None:
    """The choice of a name, earlier or not; None for a part that nobody asked for."""
    name = name.strip("[]")
    if AND in name or WITHOUT in name:
        return None
    if name == EVERYBODY:
        return {}
    pairs = [part.partition("=")[::2] for part in name.split(", ")]
    return {dimension: tuple(codes.split("|")) for dimension, codes in pairs}


def earlier(name: str) -> str:
    """The name of a group in a table that does not show it any more."""
    return f"[{name}]"


def groups_of(ledger: Ledger, table: str, *, released: bool = False) -> tuple[Where, ...]:
    """The groups that were ever asked for in a table; with `released` those that a release asked for, not an answer."""
    found: dict[str, Where] = {}
    for entry in ledger.entries:
        if entry.head.table != table or (released and entry.head.method == METHOD):
            continue
        names = entry.content().shown.names
        for name in names.codes[names.dimensions.index(GROUP)]:
            where = where_of(name)
            if where is not None and not (released and name.startswith("[")):
                found.setdefault(name.strip("[]"), where)
    return tuple(found.values())

"""Linking two registers: the same people in both, only where a policy names both and the legal basis.

The vaults are opened and compared; what comes out are pairs of pseudonyms for the restricted zone, never a name. Who
is not told apart from others by the columns in either register is not linked: nothing is guessed.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence

import polars as pl

from gemeinsinn.pipeline.registers.identity import key_ring
from gemeinsinn.protect.keys import VAULT, purpose
from gemeinsinn.protect.policy import Policies
from gemeinsinn.protect.vault import Vault
from gemeinsinn.settings.instance import Instance


def linked(instance: Instance, policies: Policies, register: str, other: str) -> pl.DataFrame:
    """The pairs of pseudonyms of the same people; `DisclosureError` if no policy allows it."""
    link = policies.link(register, other)
    ring = key_ring(instance)
    of_register, of_other = (Vault(instance.vault, name, ring.key(purpose(VAULT, name))) for name in (register, other))
    left = _unambiguous(of_register, list(link.by), f"{register}_pid")
    right = _unambiguous(of_other, list(link.by.values()), f"{other}_pid")
    return left.join(right, on="person", how="inner").drop("person")


def _unambiguous(vault: Vault, columns: Sequence[str], name: str) -> pl.DataFrame:
    """Everybody whom the columns tell from all others."""
    rows = list(_rows(vault, columns))
    table = pl.DataFrame(rows, schema={name: pl.Int64, "person": pl.String}, orient="row")
    return table.filter(pl.col("person").is_unique())


def _rows(vault: Vault, columns: Sequence[str]) -> Iterator[tuple[int, str]]:
    for pid, text in vault.all():
        said = json.loads(text)
        parts = [said.get(column, "") for column in columns]
        if all(parts):
            yield pid, "\x1f".join(parts)

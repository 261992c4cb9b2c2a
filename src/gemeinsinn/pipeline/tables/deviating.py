"""Cell keys for a table: from a column of the file, or dealt to its smallest cells by a secret."""

from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from gemeinsinn.errors import DeliveryError, DisclosureError, SettingsError
from gemeinsinn.pipeline.tables.assembly import Assembled
from gemeinsinn.pipeline.tables.columns import CELL_KEY
from gemeinsinn.protect.cell_keys import KEYS, PerturbationDesign, perturbation_table
from gemeinsinn.protect.tables.policy import TablePolicy


SECRET_BYTES = 16
"""A secret is at least so long."""

_KEY_BYTES = 2
_MAKE = "Make one with `head -c 32 /dev/urandom > secret.key`, keep it to yourself, and use it for every table."


def read_secret(path: Path | None) -> bytes:
    """The secret that mixes the deviations; nothing if no file is named."""
    if path is None:
        return b""
    if not path.is_file():
        raise SettingsError(f"there is no file {path}.", remedy=_MAKE)
    secret = path.read_bytes()
    if len(secret) < SECRET_BYTES:
        raise SettingsError(f"a secret has at least {SECRET_BYTES} bytes.", where=path.name, remedy=_MAKE)
    return secret


def deviated(whole: Assembled, policy: TablePolicy, secret: bytes) -> NDArray[np.float64]:
    """The counts as they may be shown.

    The sums of record keys in the column `cell_key` make the same deviation for the same people in every table. Without
    them the secret deals a key to every smallest cell by its name and count: then only the same cells deviate alike.
    """
    if not whole.table.columns.counts:
        what = "`method: cell_key` is made for counts, and this is a table of sums."
        raise DeliveryError(what, where=whole.table.file.name, remedy="Hide cells of sums: `method: suppress`.")
    design = PerturbationDesign(policy.max_deviation, policy.variance, policy.min_units)
    keys = _dealt(whole, secret) if whole.keys is None else whole.keys
    table = perturbation_table(design, secret)
    counts = whole.model.values.astype(np.int64)
    return table.perturbed(counts, keys.astype(np.uint16)).astype(np.float64)


def _dealt(whole: Assembled, secret: bytes) -> NDArray[np.int64]:
    if not secret:
        what = "there are neither cell keys in the table nor a secret to deal them."
        remedy = f"Add a column `{CELL_KEY}` with the sum of the record keys, or name a secret with --key. {_MAKE}"
        raise DisclosureError(what, where=whole.table.file.name, remedy=remedy)
    model = whole.model
    if model.base is None:
        what = "the smallest cells are not known."
        raise DisclosureError(what, where=whole.table.file.name, remedy=f"Add a column `{CELL_KEY}`.")
    single = np.flatnonzero(np.diff(model.base.indptr) == 1)
    smallest = model.base[single].indices
    if np.unique(smallest).size != model.base.shape[1]:
        what = "the smallest cells of linked tables are in none of them, so no keys can be dealt to them."
        remedy = f"Add a column `{CELL_KEY}` with the sum of the record keys of each cell."
        raise DisclosureError(what, where=whole.table.file.name, remedy=remedy)
    keys = np.zeros(model.base.shape[1], dtype=np.int64)
    for cell, place in zip(single.tolist(), smallest.tolist(), strict=True):
        if model.values[cell]:
            keys[place] = _key(secret, whole.label(cell), int(model.values[cell]))
    return np.asarray(model.base.astype(np.int64) @ keys % KEYS)


def _key(secret: bytes, label: str, count: int) -> int:
    """A key that the secret, the cell and its count decide: another count is another set of people."""
    digest = hashlib.blake2b(f"{label}\x1f{count}".encode(), key=secret[:64], digest_size=_KEY_BYTES)
    return int.from_bytes(digest.digest(), "big")

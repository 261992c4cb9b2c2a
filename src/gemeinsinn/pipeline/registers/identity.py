"""Who is who: pseudonyms and record keys for the persons of a delivery, and what the vault keeps of them."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl

from gemeinsinn.concepts.registers import PID, RECORD_KEY
from gemeinsinn.errors import SettingsError
from gemeinsinn.pipeline.registers.harmonise import MISSING, Sorting, raw, with_day
from gemeinsinn.protect.keys import (
    DELIVERIES,
    LANDING,
    RECORDS,
    VAULT,
    KeyRing,
    Randomness,
    fingerprint,
    purpose,
    read_ring,
    ring_of_command,
    write_ring,
)
from gemeinsinn.protect.pseudonyms import canonical, identifiers, pseudonyms
from gemeinsinn.settings.instance import Instance
from gemeinsinn.sources.registers.days import PART
from gemeinsinn.sources.registers.declaration import RegisterDeclaration


@dataclass(frozen=True, slots=True)
class Keys:
    """The keys that make the pseudonyms of a register."""

    chain: tuple[bytes, ...] = field(repr=False)
    records: tuple[bytes, ...] = field(repr=False)


def with_identity(sorting: Sorting, declaration: RegisterDeclaration, keys: Keys) -> None:
    """Give each row the pseudonym and the record key of its person; rows without an identifier are rejected."""
    parts = []
    for number, source in enumerate(declaration.person):
        name = f"person:{number}"
        day = declaration.person_days.get(source)
        if day is not None:
            with_day(sorting, day, name)
            sorting.good = sorting.good.with_columns(pl.col(name).cast(pl.String))
        else:
            sorting.keep(pl.col(raw(source)).str.strip_chars() != "", rule=MISSING, column=source)
            sorting.good = sorting.good.with_columns(pl.col(raw(source)).alias(name))
        parts.append(name)
    columns = [PART, *parts] if PART in sorting.good.columns else parts
    known = numbered(sorting.good.select(columns).unique(maintain_order=True), keys)
    sorting.good = sorting.good.join(known, on=columns, how="left", maintain_order="left").drop(parts)


def numbered(different: pl.DataFrame, keys: Keys) -> pl.DataFrame:
    """The different identifiers with their pseudonyms and record keys."""
    values = identifiers(*(different[name].to_list() for name in different.columns))
    return different.with_columns(
        pl.Series(PID, pseudonyms(values, keys.chain)), pl.Series(RECORD_KEY, pseudonyms(values, keys.records))
    )


def reference(declaration: RegisterDeclaration, text: str, parts: Sequence[str], keys: Keys) -> list[int]:
    """The pseudonyms that a person named by the operator can have, one for each part of the register.

    Several columns are given in their order with `|` between them; a day as 2015-12-31.
    """
    texts = [[word.strip()] for word in text.split("|")]
    if len(texts) != len(declaration.person):
        return []
    found = []
    for part in parts or [""]:
        columns = [[part], *texts] if part else texts
        found += pseudonyms(identifiers(*columns), keys.chain).tolist()
    return found


def link_texts(rows: pl.DataFrame, columns: Sequence[str], days: Mapping[str, Sequence[str]]) -> dict[int, str]:
    """What the vault keeps of each person: the columns by which it may be linked, in canonical form."""
    delivered = {raw(name): name for name in columns}
    sorting = Sorting(rows.select(PID, *delivered).rename(delivered).unique(PID, keep="last", maintain_order=True))
    for name, formats in days.items():
        sorting.good = _iso(sorting.good, name, formats)
    found = {}
    for pid, *texts in sorting.good.iter_rows():
        plain = {name: canonical(text or "") for name, text in zip(columns, texts, strict=True)}
        found[pid] = json.dumps(plain, ensure_ascii=False, sort_keys=True)
    return found


def _iso(rows: pl.DataFrame, name: str, formats: Sequence[str]) -> pl.DataFrame:
    days = [pl.col(name).str.strip_chars().str.to_date(form, strict=False) for form in formats]
    return rows.with_columns(pl.coalesce(days).cast(pl.String).fill_null(pl.col(name)).alias(name))


def key_ring(instance: Instance) -> KeyRing:
    """The keys of an instance, out of their file or from the operator's command; `SettingsError` if others may read them."""
    command = instance.settings().key_command
    return ring_of_command(command) if command else read_ring(ring_file(instance))


def ring_file(instance: Instance) -> Path:
    """Where the ring of keys lies; never inside the restricted zone or the lake."""
    named = instance.settings().keys
    path = instance.root / Path(named).expanduser() if named else instance.keys_file
    if path.resolve().is_relative_to(instance.restricted.resolve()) or path.resolve().is_relative_to(instance.lake):
        what = "the keys may not lie beside the data that they protect."
        raise SettingsError(what, where="gemeinsinn.toml [restricted] keys", remedy="Name another place.")
    return path


def purposes(register: str) -> tuple[str, ...]:
    """The keys that a register needs."""
    of_register = (RECORDS, DELIVERIES, LANDING, VAULT)
    return (register, *(purpose(of, register) for of in of_register))


def ring_with(instance: Instance, names: Sequence[str], random: Randomness) -> KeyRing:
    """The ring with a key for each of these purposes, which are made where there are none yet.

    `SettingsError` if the keys come from a command that does not give one: we cannot add to it.
    """
    ring = key_ring(instance)
    missing = [name for name in names if name not in ring.chains]
    if not missing:
        return ring
    if instance.settings().key_command:
        remedy = "`gemeinsinn keys init --print` prints a ring with all of them for your own store."
        raise SettingsError(f"the key command gives no key for {', '.join(missing)}.", remedy=remedy)
    complete = ring.with_new(missing, random)
    write_ring(ring_file(instance), complete)
    return complete


def keys_of(ring: KeyRing, register: str, pinned: str) -> Keys:
    """The keys of a register, as far as its tables have come; `pinned` is the fingerprint that they bear, if any.

    A rotation that was stopped leaves a longer chain than the tables know. A ring that has lost or exchanged its keys
    would give everybody a new pseudonym, so it is refused.
    """
    chain = ring.chain(register)
    if pinned:
        lengths = [length for length in range(1, len(chain) + 1) if fingerprint(chain[:length]) == pinned]
        if not lengths:
            what = f"the keys are not those with which '{register}' was pseudonymised."
            raise SettingsError(what, remedy="Restore the ring of keys that belongs to this instance.")
        chain = chain[: lengths[0]]
    return Keys(chain, ring.chain(purpose(RECORDS, register))[:1])

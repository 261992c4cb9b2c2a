"""Rotating the key of a register: every table gets new pseudonyms, and nobody loses their history.

The new key is put behind the old ones and hashes the pseudonyms that stand in the tables, so that no identifier is
needed. Keys are written first and tables are pinned after: if the run is stopped between, the tables still name the
shorter chain, and the next rotation takes the key that is already there.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import polars as pl

from gemeinsinn.concepts.registers import PID, ColumnKind
from gemeinsinn.errors import SettingsError, UnknownNameError, did_you_mean
from gemeinsinn.lake.manifest import Manifest
from gemeinsinn.lake.restricted.spells import EVENT, REFERS_TO
from gemeinsinn.lake.restricted.store import EVENTS, LOGGED, SPELLS, RestrictedZone, zone_of
from gemeinsinn.pipeline.registers.identity import key_ring, keys_of, ring_file
from gemeinsinn.pipeline.registers.intake import KEYS
from gemeinsinn.protect.keys import VAULT, KeyRing, Randomness, fingerprint, purpose, write_ring
from gemeinsinn.protect.policy import Policies
from gemeinsinn.protect.pseudonyms import renewed
from gemeinsinn.protect.vault import Vault
from gemeinsinn.settings.instance import Instance
from gemeinsinn.sources.registers.declaration import DeliveryKind, RegisterDeclaration


def rotated(
    instance: Instance,
    declaration: RegisterDeclaration,
    policies: Policies,
    *,
    at: datetime,
    random: Randomness,
) -> int:
    """Give everybody in a register a new pseudonym; how many persons that were."""
    if instance.settings().key_command:
        what = "the keys come from a command, and we cannot add to them."
        raise SettingsError(what, remedy="Add a key behind those of the purpose in your own store, then rotate again.")
    zone = zone_of(instance)
    with zone.writing(at):
        manifest = zone.manifests.latest()
        name = zone.table(declaration.id)
        if name not in manifest.tables:
            raise UnknownNameError(f"the register '{declaration.id}' is empty.", remedy="There is nothing to rotate.")
        before = keys_of(key_ring(instance), declaration.id, str(manifest.tables[name].facts.get(KEYS, "")))
        ring = _with_next_key(instance, declaration.id, len(before.chain), random)
        chain = ring.chain(declaration.id)[: len(before.chain) + 1]
        persons = _rewritten(zone, manifest, declaration, chain, at)
        if policies.link_columns(declaration.id):
            _renew_vault(instance, declaration.id, ring, persons, random)
        zone.drop_index(declaration.id)
    return persons.height


def _with_next_key(instance: Instance, register: str, used: int, random: Randomness) -> KeyRing:
    ring = key_ring(instance)
    if len(ring.chain(register)) == used:
        ring = ring.rotated(register, random)
        write_ring(ring_file(instance), ring)
    return ring


def _rewritten(
    zone: RestrictedZone, manifest: Manifest, declaration: RegisterDeclaration, chain: tuple[bytes, ...], at: datetime
) -> pl.DataFrame:
    """Write every table with new pseudonyms and commit; old and new pseudonym of each person."""
    register, pins = declaration.register, {}
    persons = pl.DataFrame(schema={PID: pl.Int64, "new": pl.Int64})
    columns: dict[str, tuple[str, ...]] = {SPELLS: (PID,), EVENTS: (PID,)}
    if declaration.delivered.kind is DeliveryKind.CHANGES:
        columns[EVENTS] = (PID, EVENT, REFERS_TO)
    for kind, renamed in columns.items():
        name = zone.table(declaration.id, kind)
        if name not in manifest.tables:
            continue
        table = zone.read(name, manifest)
        for column in renamed:
            different = table[column].drop_nulls().unique()
            known = pl.DataFrame({column: different, "new": pl.Series(renewed(different.to_numpy(), chain[-1]))})
            table = table.with_columns(
                table.join(known, on=column, how="left", maintain_order="left")["new"].alias(column)
            )
            if column == PID:
                persons = pl.concat([persons, known.rename({column: PID})]).unique()
        logged = (register.column(ColumnKind.AREA), *LOGGED) if kind == SPELLS else ()
        version = zone.tables.write(name, table, logged=tuple(filter(None, logged)))
        pin = manifest.tables[name]
        pins[name] = replace(pin, version=version, facts={**pin.facts, KEYS: fingerprint(chain)})
    zone.commit(pins, at=at, after=manifest, forget=True)
    return persons


def _renew_vault(instance: Instance, register: str, ring: KeyRing, persons: pl.DataFrame, random: Randomness) -> None:
    vault = Vault(instance.vault, register, ring.key(purpose(VAULT, register)))
    vault.renewed(dict(persons.select(PID, "new").iter_rows()), random)


def purpose_of(name: str, declarations: dict[str, RegisterDeclaration]) -> RegisterDeclaration:
    """The register whose key is to be rotated."""
    if name not in declarations:
        remedy = did_you_mean(name, declarations) or f"Keys of registers can be rotated: {', '.join(declarations)}."
        raise UnknownNameError(f"there is no key '{name}' to rotate.", remedy=remedy)
    return declarations[name]

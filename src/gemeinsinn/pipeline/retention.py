"""Forgetting: a person on request, everybody whose time is over, and what a rotation of keys leaves behind.

Whatever is deleted leaves every table, the vault, the sealed landing and the serving indexes; the tables are written
anew, and the files of all earlier versions go. A signed record says how much went and why, and not who.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from pathlib import Path

import polars as pl

from gemeinsinn.concepts.registers import PID, SYS_TO, VALID_TO, ColumnKind
from gemeinsinn.concepts.temporal import OPEN_RELEASE
from gemeinsinn.errors import UnknownNameError, did_you_mean
from gemeinsinn.lake.manifest import Manifest, Pin
from gemeinsinn.lake.restricted.store import DELIVERIES, EVENTS, LOGGED, SPELLS, RestrictedZone, zone_of
from gemeinsinn.pipeline.records import Signer, recorded
from gemeinsinn.pipeline.registers import landing
from gemeinsinn.pipeline.registers.identity import keys_of, reference, ring_with
from gemeinsinn.pipeline.registers.intake import KEYS
from gemeinsinn.protect.keys import SIGNING, VAULT, KeyRing, Randomness, purpose
from gemeinsinn.protect.policy import Policies, read_policies
from gemeinsinn.protect.register_terms import RegisterTerms, Span
from gemeinsinn.protect.vault import Vault
from gemeinsinn.settings.instance import Instance
from gemeinsinn.sources.registers.declaration import DeliveryFormat, RegisterDeclaration
from gemeinsinn.sources.registers.declared import read_registers
from gemeinsinn.sources.registers.files import is_delivered


Clock = Callable[[], datetime]


@dataclass(frozen=True, slots=True)
class Forgotten:
    """What went from one register."""

    register: str
    persons: int
    rows: int
    landings: int = 0
    record: str = ""
    """The name of the signed record; empty if nothing was deleted, as in a dry run."""
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Keeper:
    """What forgetting in one register needs."""

    instance: Instance
    zone: RestrictedZone
    declaration: RegisterDeclaration
    terms: RegisterTerms
    ring: KeyRing = field(repr=False)
    policies: Policies

    @property
    def id(self) -> str:
        return self.declaration.id


@dataclass(frozen=True, slots=True)
class _Leaving:
    """Who and what leaves, and why."""

    action: str
    reason: str
    pids: Sequence[int]
    sealed: Sequence[Path]


def erased(
    instance: Instance, register: str, person: str, *, reason: str, clock: Clock, random: Randomness
) -> Forgotten:
    """Erase a person from a register, named by the columns that tell who is who, with `|` between several.

    Raises `UnknownNameError` if nobody of that name is in it; the message does not repeat the name.
    """
    keeper = _keeper(instance, register, random)
    with keeper.zone.writing(clock()):
        manifest = keeper.zone.manifests.latest()
        pids = _persons(keeper, manifest, person)
        sealed = landing.all_of(keeper.zone, keeper.id)
        found = _forget(keeper, manifest, _Leaving("erase", reason, pids, sealed), clock)
    return replace(found, notes=_notes(keeper))


def retained(instance: Instance, *, clock: Clock, random: Randomness, dry_run: bool = False) -> list[Forgotten]:
    """Delete in every register whose time is over by its policy; a dry run only counts."""
    declarations = read_registers(instance.registers_file)
    zone = zone_of(instance)
    tables = zone.manifests.latest().tables
    found = []
    for name in declarations:
        if zone.table(name) in tables:
            keeper = _keeper(instance, name, random)
            found.append(_counted(keeper, clock().date()) if dry_run else _retained(keeper, clock))
    return found


def _retained(keeper: _Keeper, clock: Clock) -> Forgotten:
    with keeper.zone.writing(clock()):
        manifest = keeper.zone.manifests.latest()
        return _forget(keeper, manifest, _over(keeper, manifest, clock().date()), clock)


def _counted(keeper: _Keeper, today: date) -> Forgotten:
    manifest = keeper.zone.manifests.latest()
    leaving = _over(keeper, manifest, today)
    names = [keeper.zone.table(keeper.id, kind) for kind in (SPELLS, EVENTS)]
    rows = sum(
        keeper.zone.scan(name, manifest).filter(pl.col(PID).is_in(leaving.pids)).select(pl.len()).collect().item()
        for name in names
        if name in manifest.tables
    )
    return Forgotten(keeper.id, len(leaving.pids), rows, len(leaving.sealed))


def _keeper(instance: Instance, register: str, random: Randomness) -> _Keeper:
    declarations = read_registers(instance.registers_file)
    if register not in declarations:
        remedy = did_you_mean(register, declarations) or f"Registers: {', '.join(declarations)}."
        raise UnknownNameError(f"there is no register '{register}'.", remedy=remedy)
    declaration, policies = declarations[register], read_policies(instance.policy_file)
    terms = policies.terms(register, declaration.origin_id)
    ring = ring_with(instance, (SIGNING,), random)
    return _Keeper(instance, zone_of(instance), declaration, terms, ring, policies)


def _persons(keeper: _Keeper, manifest: Manifest, person: str) -> list[int]:
    """The pseudonyms of a named person that the register holds, or the vault."""
    name = keeper.zone.table(keeper.id)
    if name not in manifest.tables:
        raise UnknownNameError(f"the register '{keeper.id}' is empty.", remedy="There is nobody to erase.")
    keys = keys_of(keeper.ring, keeper.id, str(manifest.tables[name].facts.get(KEYS, "")))
    parts = keeper.zone.read(keeper.zone.table(keeper.id, DELIVERIES), manifest)["part"].unique().to_list()
    candidates = reference(keeper.declaration, person, sorted(parts), keys)
    held: set[int] = set()
    for kind in (SPELLS, EVENTS):
        table = keeper.zone.table(keeper.id, kind)
        if table in manifest.tables:
            rows = keeper.zone.scan(table, manifest).filter(pl.col(PID).is_in(candidates)).select(PID).unique()
            held |= set(rows.collect()[PID])
    vault = _vault(keeper)
    held |= {pid for pid in candidates if vault is not None and vault.has(pid)}
    if not held:
        columns = "|".join(keeper.declaration.person)
        remedy = f"Name the person by: {columns}; a day as 2015-12-31."
        raise UnknownNameError(f"nobody of that name is in the register '{keeper.id}'.", remedy=remedy)
    return sorted(held)


def _forget(keeper: _Keeper, manifest: Manifest, leaving: _Leaving, clock: Clock) -> Forgotten:
    """Write the tables without these persons, commit, and remove all that still holds them.

    The vault, the indexes and the sealed deliveries go first: a run that is killed on its way can be started again,
    as long as a table still holds the person.
    """
    zone = keeper.zone
    vault = _vault(keeper)
    if vault is not None:
        vault.drop(leaving.pids)
    zone.drop_index(keeper.id)
    for path in leaving.sealed:
        path.unlink()
    gone, pins = _rewritten(keeper, manifest, leaving.pids) if leaving.pids else (0, {})
    what = {"action": leaving.action, "register": keeper.id, "reason": leaving.reason, "persons": len(leaving.pids)}
    counts = {"rows": gone, "landings": len(leaving.sealed), "commit": manifest.number + 1 if pins else 0}
    signer = Signer(keeper.ring.key(SIGNING))
    record = recorded(keeper.instance.records, {**what, **counts}, signer, at=clock())
    if pins:
        zone.commit(pins, at=clock(), after=manifest, forget=True)
    return Forgotten(keeper.id, len(leaving.pids), gone, len(leaving.sealed), record.name)


def _rewritten(keeper: _Keeper, manifest: Manifest, pids: Sequence[int]) -> tuple[int, dict[str, Pin]]:
    """Write the tables without some persons; how many rows went, and the new pins."""
    zone, gone, pins = keeper.zone, 0, {}
    area = keeper.declaration.register.column(ColumnKind.AREA)
    for kind, logged in ((SPELLS, (area, *LOGGED)), (EVENTS, ())):
        name = zone.table(keeper.id, kind)
        if name in manifest.tables:
            table = zone.read(name, manifest)
            kept = table.filter(~pl.col(PID).is_in(list(pids)))
            gone += table.height - kept.height
            version = zone.tables.write(name, kept, logged=tuple(filter(None, logged)))
            pins[name] = replace(manifest.tables[name], version=version, rows=kept.height)
    return gone, pins


def _over(keeper: _Keeper, manifest: Manifest, today: date) -> _Leaving:
    """Everything that the policy lets be kept no longer."""
    retention = keeper.terms.retention
    pids = _ended_before(keeper, manifest, retention.microdata, today)
    sealed = landing.expired(keeper.zone, keeper.id, retention.landing, today=today)
    return _Leaving("retention", _said(keeper.terms), pids, sealed)


def _ended_before(keeper: _Keeper, manifest: Manifest, span: Span | None, today: date) -> list[int]:
    """Whose last day, or the day on which we learned that they never were there, lies so far back."""
    if span is None:
        return []
    spells = keeper.zone.scan(keeper.zone.table(keeper.id), manifest)
    believed = spells.filter(pl.col(SYS_TO) == OPEN_RELEASE).group_by(PID).agg(pl.max(VALID_TO).alias("last"))
    days = pl.LazyFrame(
        [(step.number, step.known_on) for step in keeper.zone.steps(manifest).of(keeper.id)],
        schema={SYS_TO: pl.Int64, "last": pl.Date},
        orient="row",
    )
    never = (
        spells.join(believed, on=PID, how="anti").group_by(PID).agg(pl.max(SYS_TO)).join(days, on=SYS_TO, how="left")
    )
    last = pl.concat([believed, never.select(PID, "last")])
    return sorted(last.filter(pl.col("last") <= span.before(today)).collect()[PID])


def _vault(keeper: _Keeper) -> Vault | None:
    if not keeper.policies.link_columns(keeper.id):
        return None
    return Vault(keeper.instance.vault, keeper.id, keeper.ring.key(purpose(VAULT, keeper.id)))


def _said(terms: RegisterTerms) -> str:
    """The policy's own spans."""
    microdata = terms.retention.microdata
    kept = "unlimited" if microdata is None else f"{microdata.months} months and {microdata.days} days"
    return f"policy: microdata are kept for {kept} after the last day in the register"


def _notes(keeper: _Keeper) -> tuple[str, ...]:
    """What the operator has to do: what others hold of the person is not ours to delete."""
    delivered = keeper.declaration.delivered
    if delivered.format is DeliveryFormat.POSTGRESQL or not is_delivered(delivered, root=keeper.instance.root):
        return ()
    what = f"The files at {delivered.location} are the sender's, and may still name the person: delete them there."
    return (what, "A delivery that still holds the person would bring them back: the sender has to erase them, too.")

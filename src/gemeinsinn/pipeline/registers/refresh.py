"""Refreshing registers: each is taken in, one after the other; one that fails never stops the others."""

from __future__ import annotations

import errno
import re
import secrets
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from gemeinsinn.errors import DefinitionError, GemeinsinnError
from gemeinsinn.lake.restricted.store import RestrictedZone, zone_of
from gemeinsinn.lake.runs import Run, RunState
from gemeinsinn.lake.standing import REGISTERS, Standing, stand_of_register
from gemeinsinn.pipeline.faults import fault_of
from gemeinsinn.pipeline.registers.checking import mistakes_of_names
from gemeinsinn.pipeline.registers.identity import keys_of, purposes, ring_with
from gemeinsinn.pipeline.registers.intake import KEYS, Journal, RegisterIntake, taken_in
from gemeinsinn.protect.keys import VAULT, Randomness, purpose
from gemeinsinn.protect.policy import Policies, read_policies
from gemeinsinn.protect.vault import Vault
from gemeinsinn.settings.instance import Instance
from gemeinsinn.sources.declared import read_origins, read_sources
from gemeinsinn.sources.registers.declaration import RegisterDeclaration
from gemeinsinn.sources.registers.declared import read_registers
from gemeinsinn.sources.registers.files import is_delivered


Clock = Callable[[], datetime]

_NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What the edge of the program hands in: the clock, randomness, the environment, and who is told of progress."""

    clock: Clock
    random: Randomness = secrets.token_bytes
    environment: Mapping[str, str] = field(default_factory=dict, repr=False)
    journal: Journal = lambda what, done, of: None


def registers_refreshed(
    instance: Instance,
    names: Sequence[str] = (),
    *,
    surroundings: Surroundings,
    after: Callable[[Run, int, int], None] = lambda run, done, of: None,
) -> list[Run]:
    """Take in the named registers, or all of which anything was ever delivered; the runs in their order.

    Raises `InUseError` if another run is writing to the zone, `DefinitionError` for mistakes in what is declared.
    """
    declarations = read_registers(instance.registers_file)
    policies = read_policies(instance.policy_file)
    sources, origins = read_sources(instance.sources_file), read_origins(instance.sources_file)
    if mistakes := mistakes_of_names(declarations, sources=sources, origins=origins):
        raise DefinitionError(mistakes)
    chosen = [declarations[name] for name in names] if names else _delivered(instance, declarations)
    runs: list[Run] = []
    for run in registered(instance, chosen, policies, surroundings) if chosen else ():
        runs.append(run)
        after(run, len(runs), len(chosen))
    if runs:
        standing = Standing(instance.standing)
        before = standing.of(REGISTERS)
        standing.record(REGISTERS, [stand_of_register(run, before) for run in runs])
    return runs


def _delivered(instance: Instance, declarations: Mapping[str, RegisterDeclaration]) -> list[RegisterDeclaration]:
    """The registers that were delivered before, or of which something lies there now."""
    zone = zone_of(instance)
    tables = zone.manifests.latest().tables
    return [
        each
        for each in declarations.values()
        if zone.table(each.id) in tables or is_delivered(each.delivered, root=instance.root)
    ]


def registered(
    instance: Instance,
    declarations: Sequence[RegisterDeclaration],
    policies: Policies,
    surroundings: Surroundings,
) -> Iterator[Run]:
    """Take in registers; the runs in their order. Raises `InUseError` if another run is writing to the zone."""
    zone = zone_of(instance)
    with zone.writing(surroundings.clock()):
        for declaration in declarations:
            yield _run(instance, zone, declaration, policies, surroundings)


def _run(
    instance: Instance,
    zone: RestrictedZone,
    declaration: RegisterDeclaration,
    policies: Policies,
    surroundings: Surroundings,
) -> Run:
    started = surroundings.clock()
    run_id = f"{started:%Y%m%dT%H%M%S}-{declaration.id}-{uuid.uuid4().hex[:8]}"
    run = Run(run_id, declaration.id, RunState.RUNNING, started.isoformat())
    zone.ledger.record(run)
    try:
        run = taken_in(_intake(instance, zone, declaration, policies, surroundings), run, at=started)
    except GemeinsinnError as error:
        run = replace(run, state=RunState.FAILED, findings=tuple(str(finding) for finding in error.findings))
    except Exception as error:  # noqa: BLE001  (a fault of ours in one register must not keep the others from their data)
        run = replace(run, state=RunState.FAILED, findings=(_fault(error),), is_our_fault=not _lacks_room(error))
    run = replace(run, finished_at=surroundings.clock().isoformat())
    zone.ledger.record(run)
    return run


def _intake(
    instance: Instance,
    zone: RestrictedZone,
    declaration: RegisterDeclaration,
    policies: Policies,
    surroundings: Surroundings,
) -> RegisterIntake:
    terms = policies.terms(declaration.id, declaration.origin_id)
    pin = zone.manifests.latest().tables.get(zone.table(declaration.id))
    pinned = str(pin.facts.get(KEYS, "")) if pin else ""
    ring = ring_with(instance, () if pinned else purposes(declaration.id), surroundings.random)
    columns = policies.link_columns(declaration.id)
    vault = Vault(instance.vault, declaration.id, ring.key(purpose(VAULT, declaration.id))) if columns else None
    return RegisterIntake(
        root=instance.root,
        zone=zone,
        declaration=declaration,
        terms=terms,
        keys=keys_of(ring, declaration.id, pinned),
        ring=ring,
        random=surroundings.random,
        environment=surroundings.environment,
        vault=vault,
        link_columns=columns,
        journal=surroundings.journal,
    )


def _lacks_room(error: Exception) -> bool:
    """Whether the disk is full; engines tell it in their own words, with the number of the operating system."""
    if isinstance(error, OSError):
        return error.errno in _NO_ROOM
    numbers = re.findall(r"os error (\d+)", str(error))
    return any(int(number) in _NO_ROOM for number in numbers)


def _fault(error: Exception) -> str:
    if _lacks_room(error):
        return "the disk is full: the table of the last run stands. Make room, then refresh again."
    return f"{fault_of(error)} The table of the last run stands. Please report it with the version of the program."

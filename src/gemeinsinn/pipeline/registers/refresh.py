"""Refreshing registers: each is taken in, one after the other; one that fails never stops the others."""

from __future__ import annotations

import secrets
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from gemeinsinn.errors import GemeinsinnError
from gemeinsinn.lake.restricted.store import RestrictedZone
from gemeinsinn.lake.runs import Run, RunState
from gemeinsinn.pipeline.faults import fault_of
from gemeinsinn.pipeline.registers.identity import keys_of, purposes, ring_with
from gemeinsinn.pipeline.registers.intake import KEYS, Journal, RegisterIntake, taken_in
from gemeinsinn.protect.keys import VAULT, Randomness, purpose
from gemeinsinn.protect.policy import Policies
from gemeinsinn.protect.vault import Vault
from gemeinsinn.settings.instance import Instance
from gemeinsinn.sources.registers.declaration import RegisterDeclaration


Clock = Callable[[], datetime]


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What the edge of the program hands in: the clock, randomness, the environment, and who is told of progress."""

    clock: Clock
    random: Randomness = secrets.token_bytes
    environment: Mapping[str, str] = field(default_factory=dict, repr=False)
    journal: Journal = lambda what, done, of: None


def registered(
    instance: Instance,
    declarations: Sequence[RegisterDeclaration],
    policies: Policies,
    surroundings: Surroundings,
) -> Iterator[Run]:
    """Take in registers; the runs in their order. Raises `InUseError` if another run is writing to the zone."""
    zone = RestrictedZone(instance.restricted)
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
        run = replace(run, state=RunState.FAILED, findings=(_fault(error),), is_our_fault=True)
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


def _fault(error: Exception) -> str:
    return f"{fault_of(error)} The table of the last run stands. Please report it with the version of the program."

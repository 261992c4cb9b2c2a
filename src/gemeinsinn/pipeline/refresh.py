"""Refreshing the lake: every source is taken in, one after the other; one that fails never stops the others."""

from __future__ import annotations

import os
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from gemeinsinn.areas.editions import Edition
from gemeinsinn.errors import GemeinsinnError, UnknownNameError, did_you_mean
from gemeinsinn.lake.runs import Run, RunState
from gemeinsinn.lake.standing import SOURCES, Standing, stand_of
from gemeinsinn.lake.store import Lake, lake_of
from gemeinsinn.pipeline.faults import fault_of
from gemeinsinn.pipeline.intake import Intake, taken_in
from gemeinsinn.pipeline.known import Known
from gemeinsinn.pipeline.registers.refresh import Surroundings, registers_refreshed
from gemeinsinn.protect.policy import Policies, read_policies
from gemeinsinn.settings.instance import Instance
from gemeinsinn.sources.declared import SourceDeclaration, read_sources
from gemeinsinn.sources.formats import FORMATS
from gemeinsinn.sources.registers.declared import read_registers


Clock = Callable[[], datetime]
Journal = Callable[[Run, int, int], None]
"""Called after each source with its run, its number and how many there are."""


def refreshed(
    instance: Instance,
    names: Sequence[str] = (),
    *,
    clock: Clock,
    journal: Journal | None = None,
    with_registers: bool = False,
) -> list[Run]:
    """Take in the named sources and registers, or all sources; the runs in their order.

    `with_registers` adds all registers of which anything was delivered, if nothing is named. Raises `InUseError` if
    another run is writing, `DefinitionError` for mistakes in sources.yaml, registers.yaml or policy.yaml.
    """
    declarations = read_sources(instance.sources_file)
    registers = read_registers(instance.registers_file)
    policies = read_policies(instance.policy_file)
    _check_known(names, {**declarations, **registers})
    of_sources = [name for name in names if name in declarations]
    chosen = _chosen(declarations, of_sources) if of_sources or not names else []
    runs: list[Run] = []
    if chosen:
        lake = lake_of(instance)
        with lake.writing(clock()):
            for number, run in enumerate(_runs(instance, lake, chosen, declarations, policies, clock), start=1):
                runs.append(run)
                if journal is not None:
                    journal(run, number, len(chosen))
            standing = Standing(instance.standing)
            before = standing.of(SOURCES)
            standing.record(SOURCES, [stand_of(run, before) for run in runs])
    of_registers = [name for name in names if name in registers]
    if of_registers or (with_registers and not names):
        surroundings = Surroundings(clock=clock, environment=os.environ)
        runs += registers_refreshed(instance, of_registers, surroundings=surroundings, after=journal or _silent)
    return runs


def _silent(run: Run, number: int, of: int) -> None:
    """Nobody is told."""


def _check_known(names: Sequence[str], known: Mapping[str, object]) -> None:
    for name in names:
        if name not in known:
            remedy = did_you_mean(name, known) or "`gemeinsinn check` lists all."
            raise UnknownNameError(f"there is no source '{name}'.", remedy=remedy)


def _chosen(declarations: dict[str, SourceDeclaration], names: Sequence[str]) -> list[SourceDeclaration]:
    """The sources to take in: those that deliver areas first, because others may name areas."""
    wanted = [declarations[name] for name in names] if names else list(declarations.values())
    return sorted(wanted, key=lambda declaration: FORMATS[declaration.format].delivers != "directory")


def _runs(
    instance: Instance,
    lake: Lake,
    chosen: Sequence[SourceDeclaration],
    declarations: dict[str, SourceDeclaration],
    policies: Policies,
    clock: Clock,
) -> Iterator[Run]:
    edition: Edition | None = None
    looked_at = -1
    for declaration in chosen:
        latest = lake.manifests.latest().number
        if FORMATS[declaration.format].delivers != "directory" and edition is None and looked_at != latest:
            edition, looked_at = _newest_edition(lake, declarations), latest
        yield _run(Intake(instance.root, lake, edition), declaration, policies, clock)


def _newest_edition(lake: Lake, declarations: dict[str, SourceDeclaration]) -> Edition | None:
    editions = Known(lake, lake.manifests.latest(), declarations).editions().editions
    return editions[-1] if editions else None


def _run(intake: Intake, declaration: SourceDeclaration, policies: Policies, clock: Clock) -> Run:
    started = clock()
    run_id = f"{started:%Y%m%dT%H%M%S}-{declaration.id}-{uuid.uuid4().hex[:8]}"
    run = Run(run_id, declaration.id, RunState.RUNNING, started.isoformat())
    intake.lake.ledger.record(run)
    try:
        policies.of(declaration.id, declaration.origin_id)
        run = taken_in(intake, declaration, run, at=started)
    except GemeinsinnError as error:
        run = replace(run, state=RunState.FAILED, findings=tuple(str(finding) for finding in error.findings))
    except Exception as error:  # noqa: BLE001  (a fault of ours in one reader must not keep the others from their data)
        run = replace(run, state=RunState.FAILED, findings=(_fault(error),), is_our_fault=True)
    run = replace(run, finished_at=clock().isoformat())
    intake.lake.ledger.record(run)
    return run


def _fault(error: Exception) -> str:
    return f"{fault_of(error)} The table of the last run stands. Please report it with the version of the program."

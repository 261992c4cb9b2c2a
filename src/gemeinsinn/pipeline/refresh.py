"""Refreshing the lake: every source is taken in, one after the other; one that fails never stops the others."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from gemeinsinn.areas.editions import Edition
from gemeinsinn.errors import GemeinsinnError, UnknownNameError, did_you_mean
from gemeinsinn.lake.runs import Run, RunState
from gemeinsinn.lake.standing import SOURCES, Stand, Standing
from gemeinsinn.lake.store import Lake, lake_of
from gemeinsinn.pipeline.faults import fault_of
from gemeinsinn.pipeline.intake import Intake, taken_in
from gemeinsinn.pipeline.known import Known
from gemeinsinn.protect.policy import Policies, read_policies
from gemeinsinn.settings.instance import Instance
from gemeinsinn.sources.declared import SourceDeclaration, read_sources
from gemeinsinn.sources.formats import FORMATS


Clock = Callable[[], datetime]
Journal = Callable[[Run, int, int], None]
"""Called after each source with its run, its number and how many there are."""


def refreshed(
    instance: Instance, names: Sequence[str] = (), *, clock: Clock, journal: Journal | None = None
) -> list[Run]:
    """Take in the named sources, or all; the runs in their order.

    Raises `SettingsError` if another run is writing, `DefinitionError` for mistakes in sources.yaml or policy.yaml.
    """
    declarations = read_sources(instance.sources_file)
    policies = read_policies(instance.policy_file)
    chosen = _chosen(declarations, names)
    lake = lake_of(instance)
    runs: list[Run] = []
    with lake.writing(clock()):
        for number, run in enumerate(_runs(instance, lake, chosen, declarations, policies, clock), start=1):
            runs.append(run)
            if journal is not None:
                journal(run, number, len(chosen))
        standing = Standing(instance.standing)
        before = standing.of(SOURCES)
        standing.record(SOURCES, [_stand(run, before) for run in runs])
    return runs


def _chosen(declarations: dict[str, SourceDeclaration], names: Sequence[str]) -> list[SourceDeclaration]:
    """The sources to take in: those that deliver areas first, because others may name areas."""
    for name in names:
        if name not in declarations:
            remedy = did_you_mean(name, declarations) or "`gemeinsinn check` lists all."
            raise UnknownNameError(f"there is no source '{name}'.", remedy=remedy)
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


def _stand(run: Run, before: Mapping[str, Stand]) -> Stand:
    """How a source stands after a run."""
    good_at = before[run.source].good_at if run.source in before else ""
    return Stand(
        name=run.source,
        state=str(run.state),
        at=run.finished_at,
        good_at=good_at if run.state is RunState.FAILED else run.finished_at,
        rows_in=run.rows_in,
        rows_accepted=run.rows_accepted,
        rows_quarantined=run.rows_quarantined,
        findings=len(run.findings),
    )

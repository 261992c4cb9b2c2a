"""One intake: deliveries of a source land, are read, held against the contract, and pinned in one commit.

Nothing is parsed before its bytes are kept. A delivery that fails leaves yesterday's table in place. The same
delivery under the same declaration changes nothing, however often it comes.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

import polars as pl

from gemeinsinn.areas.editions import Edition
from gemeinsinn.concepts.temporal import OPEN_RELEASE
from gemeinsinn.errors import DeliveryError
from gemeinsinn.lake import history, quarantine, territory
from gemeinsinn.lake.code import READING, code_version
from gemeinsinn.lake.manifest import Manifest, Pin
from gemeinsinn.lake.quarantine import Rejected
from gemeinsinn.lake.runs import Run, RunState
from gemeinsinn.lake.store import OFFICIAL, QUARANTINE, TERRITORY, Lake
from gemeinsinn.lake.tables import schema_digest
from gemeinsinn.pipeline.contract import examined
from gemeinsinn.sources.declared import SourceDeclaration
from gemeinsinn.sources.delivery import Delivery, fetch
from gemeinsinn.sources.formats import read_as
from gemeinsinn.sources.reading import Reading


AREAS, SHAPES, TRANSFERS, CHANGES = "areas", "shapes", "transfers", "changes"
"""What a table of the zone `territory` holds; it stands behind a dot in its name."""


@dataclass(frozen=True, slots=True)
class Intake:
    """What an intake needs: where the instance lies, its lake, and the areas that are known so far."""

    root: Path
    lake: Lake
    edition: Edition | None = None


@dataclass(slots=True)
class _Work:
    """The tables of one source while its deliveries are merged."""

    declaration: SourceDeclaration
    commit: int
    run: str
    tables: dict[str, pl.DataFrame] = field(default_factory=dict)
    facts: dict[str, object] = field(default_factory=dict)
    rows_in: int = 0
    accepted: int = 0
    added: int = 0
    changed: int = 0
    closed: int = 0
    rejected: list[Rejected] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)


def taken_in(intake: Intake, declaration: SourceDeclaration, run: Run, *, at: datetime) -> Run:
    """Take a source in and pin its tables; the finished run, also if the delivery was refused.

    The caller holds the lake's lock.
    """
    try:
        deliveries = list(fetch(declaration.location, root=intake.root))
        digests = tuple(_kept(intake, declaration, delivery, at) for delivery in deliveries)
        run = replace(run, digests=digests)
        manifest = intake.lake.manifests.latest()
        if _is_known(manifest, declaration, digests):
            return replace(run, state=RunState.UNCHANGED, commit=manifest.number)
        return _merged(intake, declaration, deliveries, run, manifest, at)
    except DeliveryError as error:
        return replace(run, state=RunState.FAILED, findings=tuple(str(finding) for finding in error.findings))


def declaration_digest(declaration: SourceDeclaration) -> str:
    """A hash over the declaration and the version of the reader, so that a change of either is read anew."""
    text = json.dumps([declaration.declared, code_version(READING)], sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()


def _kept(intake: Intake, declaration: SourceDeclaration, delivery: Delivery, at: datetime) -> str:
    origin = declaration.origin.as_dict()
    return intake.lake.landing.keep(delivery.content, source=declaration.id, name=delivery.name, origin=origin, at=at)


def _is_known(manifest: Manifest, declaration: SourceDeclaration, digests: Sequence[str]) -> bool:
    pins = [pin for pin in manifest.tables.values() if pin.source == declaration.id]
    together, declared = _together(digests), declaration_digest(declaration)
    return bool(pins) and all(pin.digest == together and pin.declaration == declared for pin in pins)


def _together(digests: Sequence[str]) -> str:
    return digests[0] if len(digests) == 1 else hashlib.sha256("".join(digests).encode()).hexdigest()


def _merged(
    intake: Intake,
    declaration: SourceDeclaration,
    deliveries: Sequence[Delivery],
    run: Run,
    manifest: Manifest,
    at: datetime,
) -> Run:
    work = _Work(declaration, manifest.number + 1, run.id)
    partial = declaration.partial or len(deliveries) > 1
    for delivery, digest in zip(deliveries, run.digests, strict=True):
        reading = read_as(declaration.format, delivery.content, file_name=delivery.name, options=declaration.options)
        _merge_observations(work, intake, manifest, reading, digest, partial=partial)
        _merge_territory(work, intake, manifest, reading)
        work.facts = _facts(reading)
    manifest = _pinned(intake, work, manifest, run, at)
    return replace(
        run,
        state=RunState.ACCEPTED,
        commit=manifest.number,
        rows_in=work.rows_in,
        rows_accepted=work.accepted,
        rows_quarantined=work.rows_in - work.accepted,
        added=work.added,
        changed=work.changed,
        closed=work.closed,
        findings=_findings(work),
    )


def _merge_observations(
    work: _Work, intake: Intake, manifest: Manifest, reading: Reading, digest: str, *, partial: bool
) -> None:
    found = examined(reading, work.declaration, edition=intake.edition)
    accepted = reading.rows_in - len(found.rejected)
    work.rows_in += reading.rows_in
    work.accepted += accepted
    work.rejected += found.rejected
    work.remarks += found.remarks
    _put_in_quarantine(work, intake, manifest, found.rejected, digest)
    if found.observations.is_empty():
        return
    name = f"{OFFICIAL}/{work.declaration.id}"
    table = work.tables.get(name)
    if table is None and name in manifest.tables:
        table = intake.lake.read(name, manifest)
    if table is not None and not partial:
        _refuse_if_cut_short(table, found.observations, work.declaration)
    merge = history.merged(table, found.observations, commit=work.commit, run=work.run, partial=partial)
    work.tables[name] = merge.table
    work.added += merge.added
    work.changed += merge.changed
    work.closed += merge.closed


def _refuse_if_cut_short(table: pl.DataFrame, delivered: pl.DataFrame, declaration: SourceDeclaration) -> None:
    before = table.filter(pl.col("sys_to_rel") == OPEN_RELEASE).height
    if delivered.height < before * (1 - declaration.may_shrink):
        what = f"the delivery holds {delivered.height} rows, the last one held {before}; it looks cut short."
        remedy = "Fetch it again; if it is right, declare `may_shrink` or `partial: true`."
        raise DeliveryError(what, where=declaration.id, remedy=remedy)


def _put_in_quarantine(
    work: _Work, intake: Intake, manifest: Manifest, rejected: Sequence[Rejected], digest: str
) -> None:
    name = f"{QUARANTINE}/{work.declaration.id}"
    table = work.tables.get(name)
    if table is None and name in manifest.tables:
        table = intake.lake.read(name, manifest)
    if rejected or table is not None:
        work.tables[name] = quarantine.with_rejected(table, rejected, digest=digest, run=work.run)


def _merge_territory(work: _Work, intake: Intake, manifest: Manifest, reading: Reading) -> None:
    """Areas and shapes of one date replace those of the same date; correspondences and changes replace all."""
    on = reading.areas_on
    if reading.areas and on is not None:
        _replace_edition(work, intake, manifest, AREAS, territory.areas_frame(reading.areas, on))
    if reading.shapes and on is not None:
        _replace_edition(work, intake, manifest, SHAPES, territory.shapes_frame(reading.shapes, on))
    if reading.transfers:
        work.tables[_territory_name(work, TRANSFERS)] = territory.transfers_frame(reading.transfers)
    if reading.changes:
        earlier = work.tables.get(_territory_name(work, CHANGES))
        fresh = territory.changes_frame(reading.changes)
        work.tables[_territory_name(work, CHANGES)] = fresh if earlier is None else pl.concat([earlier, fresh])


def _replace_edition(work: _Work, intake: Intake, manifest: Manifest, kind: str, fresh: pl.DataFrame) -> None:
    name = _territory_name(work, kind)
    table = work.tables.get(name)
    if table is None and name in manifest.tables and work.declaration.partial:
        table = intake.lake.read(name, manifest)
    if table is not None:
        fresh = pl.concat([table.filter(pl.col("edition") != fresh["edition"][0]), fresh])
    work.tables[name] = fresh


def _territory_name(work: _Work, kind: str) -> str:
    return f"{TERRITORY}/{work.declaration.id}.{kind}"


def _pinned(intake: Intake, work: _Work, manifest: Manifest, run: Run, at: datetime) -> Manifest:
    pins = {}
    for name, frame in work.tables.items():
        version = intake.lake.tables.write(name, frame)
        pins[name] = Pin(
            version=version,
            rows=frame.height,
            schema=schema_digest(frame),
            source=work.declaration.id,
            digest=_together(run.digests),
            declaration=declaration_digest(work.declaration),
            run=run.id,
            facts=work.facts,
        )
    return intake.lake.commit(pins, at=at, after=manifest)


def _facts(reading: Reading) -> dict[str, object]:
    return {
        "title": reading.title,
        "table_code": reading.table_code,
        "stand": reading.stand,
        "notes": list(reading.notes),
        "encoding": reading.encoding,
        "areas_on": reading.areas_on.isoformat() if reading.areas_on else "",
    }


def _findings(work: _Work) -> tuple[str, ...]:
    """How many cells which rule rejected, with the first of them, and the remarks."""
    counts: dict[str, list[Rejected]] = {}
    for cell in work.rejected:
        counts.setdefault(cell.rule.partition(":")[0], []).append(cell)
    lines = [
        f"{len(cells)} in quarantine by the rule '{rule}', the first in row {cells[0].row}, column {cells[0].column or '-'}."
        for rule, cells in counts.items()
    ]
    return (*lines, *work.remarks)


def pins_of(manifest: Manifest, zone: str, kind: str = "") -> Mapping[str, Pin]:
    """The pins of a zone; of the territory zone, those of one kind."""
    return {
        name: pin
        for name, pin in manifest.tables.items()
        if name.startswith(f"{zone}/") and (not kind or name.endswith(f".{kind}"))
    }

"""One intake of a register: what has arrived is sorted, pseudonymised, turned into history and pinned in one commit.

Nothing of a person is written before it is pseudonymised. What does not fit waits in quarantine; what cannot be read
is refused and leaves yesterday's table in place. The same delivery changes nothing, however often it comes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from pathlib import Path

import polars as pl

from gemeinsinn.concepts.registers import ColumnKind
from gemeinsinn.errors import DefinitionError, Finding
from gemeinsinn.lake.manifest import Manifest, Pin
from gemeinsinn.lake.restricted.spells import in_order, spell_schema
from gemeinsinn.lake.restricted.steps import STEPS, Step, Steps, steps_frame
from gemeinsinn.lake.restricted.store import DELIVERIES, EVENTS, LOGGED, QUARANTINE, SPELLS, RestrictedZone
from gemeinsinn.lake.runs import Run, RunState
from gemeinsinn.lake.tables import schema_digest
from gemeinsinn.pipeline.registers import arriving, landing
from gemeinsinn.pipeline.registers.arriving import Arrival, Gatekeeper, arrivals
from gemeinsinn.pipeline.registers.becoming import Became, Before, became, without_contradictions
from gemeinsinn.pipeline.registers.harmonise import FILE
from gemeinsinn.pipeline.registers.identity import Keys, link_texts
from gemeinsinn.pipeline.registers.sorted_rows import SortedRows, refuse_those_with_many, sorted_rows
from gemeinsinn.pipeline.registers.told import findings_of
from gemeinsinn.protect.keys import DELIVERIES as DIGESTS, LANDING, KeyRing, Randomness, fingerprint, purpose
from gemeinsinn.protect.register_terms import RegisterTerms
from gemeinsinn.protect.vault import Vault
from gemeinsinn.sources.registers.declaration import DeliveryFormat, RegisterDeclaration
from gemeinsinn.sources.registers.rows import ROW


KEYS, SYNTHETIC, BEHIND = "keys", "synthetic", "behind"
"""What a pin says of its table: the fingerprint of the keys, whether the people are invented, and how many rows stand
behind the sorted ones."""
_MOST_BEHIND = 0.05

QUARANTINED = {
    "digest": pl.String,
    "name": pl.String,
    "row": pl.Int32,
    "column": pl.String,
    "rule": pl.String,
    "run_id": pl.String,
}
Journal = Callable[[str, int, int], None]
"""Told what is being done, how far, and how far it goes."""


@dataclass(frozen=True, slots=True)
class RegisterIntake:
    """What the intake of one register needs."""

    root: Path
    zone: RestrictedZone
    declaration: RegisterDeclaration
    terms: RegisterTerms
    keys: Keys
    ring: KeyRing = field(repr=False)
    random: Randomness
    environment: Mapping[str, str] = field(repr=False)
    vault: Vault | None = None
    link_columns: tuple[str, ...] = ()
    journal: Journal = lambda what, done, of: None

    @property
    def id(self) -> str:
        return self.declaration.id


def taken_in(intake: RegisterIntake, run: Run, *, at: datetime) -> Run:
    """Take in what has arrived and pin the tables; the finished run. The caller holds the lock of the zone."""
    manifest = intake.zone.manifests.latest()
    _check_table(intake, manifest)
    known = _table(intake, manifest, DELIVERIES, arriving.DELIVERIES)
    digests = intake.ring.key(purpose(DIGESTS, intake.id))
    gatekeeper = Gatekeeper(intake.declaration, intake.terms, digests, known, intake.link_columns)
    intake.journal("read", 0, 1)
    arrived = arrivals(gatekeeper, root=intake.root, today=at.date(), environment=intake.environment)
    intake.journal("read", 1, 1)
    findings = tuple(str(finding) for finding in arrived.findings)
    if not arrived.accepted:
        state = RunState.FAILED if findings else RunState.UNCHANGED
        return replace(run, state=state, findings=findings, commit=manifest.number)
    rows = sorted_rows(intake.declaration, intake.terms, intake.keys, arrived.accepted, today=at.date())
    before = _before(intake, manifest)
    without_contradictions(intake.declaration, rows, before)
    refuse_those_with_many(rows, intake.declaration, arrived.accepted)
    _refuse_if_cut_short(rows, intake.declaration, arrived.accepted, known)
    findings += tuple(str(finding) for finding in rows.refused.values())
    if not rows.rows_in:
        return replace(run, state=RunState.FAILED, findings=findings, commit=manifest.number)
    return _merged(intake, run, rows, arrived.accepted, _Knowledge(manifest, before, known, at), findings)


@dataclass(frozen=True, slots=True)
class _Knowledge:
    """What is known when an intake begins to write."""

    manifest: Manifest
    before: Before
    deliveries: pl.DataFrame
    at: datetime


def _merged(
    intake: RegisterIntake,
    run: Run,
    rows: SortedRows,
    arrived: Sequence[Arrival],
    knowledge: _Knowledge,
    findings: tuple[str, ...],
) -> Run:
    fresh, remarks = _steps(intake, run, rows, arrived, knowledge.before.steps, today=knowledge.at.date())
    intake.journal("history", 0, 1)
    result = became(intake.declaration, rows, knowledge.before, arrived, fresh, run.id)
    intake.journal("history", 1, 1)
    accepted = sum(rows.rows_in.values()) - rows.rejected.height
    _check_sum(rows, result, accepted)
    pins = _written(intake, run, rows, result, arrived, fresh, knowledge)
    _put_in_vault(intake, rows)
    landing.kept(
        intake.zone,
        intake.id,
        [arrived[at] for at in rows.rows_in],
        intake.terms.retention.landing,
        key=intake.ring.key(purpose(LANDING, intake.id)),
        at=knowledge.at,
        random=intake.random,
    )
    manifest = intake.zone.commit(pins, at=knowledge.at, after=knowledge.manifest)
    return replace(
        run,
        state=RunState.ACCEPTED,
        commit=manifest.number,
        rows_in=sum(rows.rows_in.values()),
        rows_accepted=accepted,
        rows_quarantined=rows.rejected.height,
        added=result.added,
        closed=result.closed,
        digests=tuple(arrived[at].digest for at in list(rows.rows_in)[-1:]),
        findings=(*findings, *findings_of(rows, arrived), *result.remarks, *remarks),
    )


def _check_sum(rows: SortedRows, result: Became, accepted: int) -> None:
    """Rows in are rows accepted and rows in quarantine; anything else is a fault of ours."""
    if accepted != result.accepted:
        message = f"{accepted} rows should have been accepted, and {result.accepted} were"
        raise AssertionError(message)


def _check_table(intake: RegisterIntake, manifest: Manifest) -> None:
    """The table has the columns that are declared."""
    name = intake.zone.table(intake.id)
    if name not in manifest.tables:
        return
    wanted = schema_digest(pl.DataFrame(schema=spell_schema(intake.declaration.register)))
    if manifest.tables[name].schema != wanted:
        what = f"the columns of '{intake.id}' are others than those of its table."
        remedy = "History is not rewritten: declare a new register for the new columns, or restore the declaration."
        raise DefinitionError(what, where="registers.yaml", remedy=remedy)


def _table(
    intake: RegisterIntake, manifest: Manifest, kind: str, schema: Mapping[str, type[pl.DataType]]
) -> pl.DataFrame:
    name = intake.zone.table(intake.id, kind)
    return intake.zone.read(name, manifest) if name in manifest.tables else pl.DataFrame(schema=dict(schema))


def _before(intake: RegisterIntake, manifest: Manifest) -> Before:
    """What the zone holds of the register, read when it is needed."""
    spells, events = intake.zone.table(intake.id, SPELLS), intake.zone.table(intake.id, EVENTS)
    return Before(
        spells=intake.zone.scan(spells, manifest) if spells in manifest.tables else None,
        events=intake.zone.scan(events, manifest) if events in manifest.tables else None,
        steps=intake.zone.steps(manifest),
    )


def _refuse_if_cut_short(
    rows: SortedRows, declaration: RegisterDeclaration, arrived: Sequence[Arrival], known: pl.DataFrame
) -> None:
    """A whole delivery that holds far fewer rows than the last one of its part looks cut short."""
    if declaration.events is not None:
        return
    before = dict(known.sort("step").group_by("part", maintain_order=True).agg(pl.last("rows")).iter_rows())
    for at in list(rows.rows_in):
        part, count = arrived[at].part, rows.rows_in[at]
        last = before.get(part, 0)
        if count < last * (1 - declaration.delivered.may_shrink):
            what = f"it holds {count} rows, the last one held {last}; it looks cut short."
            remedy = "Fetch it again; if it is right, declare `may_shrink`."
            rows.refuse(at, Finding(arrived[at].name, what, remedy))
        else:
            before[part] = count


def _steps(
    intake: RegisterIntake, run: Run, rows: SortedRows, arrived: Sequence[Arrival], steps: Steps, *, today: date
) -> tuple[dict[int, Step], tuple[str, ...]]:
    """A step for each delivery by its place; a first import bears the days of its deliveries, all others the clock's."""
    last = steps.last_known_on(intake.id)
    imported = last is None and intake.declaration.delivered.format is not DeliveryFormat.POSTGRESQL
    remarks: list[str] = []
    found = {}
    for number, at in enumerate(rows.rows_in, start=steps.next_number):
        day = arrived[at].day
        known_on = day if imported and day is not None else today
        if last is not None and known_on < last:
            remarks.append(f"the day {known_on:%d.%m.%Y} lies before the last step; {last:%d.%m.%Y} stands.")
            known_on = last
        last = known_on
        found[at] = Step(number, known_on, intake.id, imported and day is not None, run.id)
    return found, tuple(dict.fromkeys(remarks))


def _written(
    intake: RegisterIntake,
    run: Run,
    rows: SortedRows,
    result: Became,
    arrived: Sequence[Arrival],
    steps: Mapping[int, Step],
    knowledge: _Knowledge,
) -> dict[str, Pin]:
    """Write every table that changed; their pins."""
    zone, register = intake.zone, intake.declaration.register
    name = zone.table(intake.id)
    spells, behind = _ordered(intake, result, knowledge.manifest.tables.get(name))
    logged = tuple(filter(None, (register.column(ColumnKind.AREA), *LOGGED)))
    pin = _pin(intake, run, spells, zone.tables.write(name, spells, logged=logged))
    pins = {name: replace(pin, facts={**pin.facts, BEHIND: behind})}
    if not result.events.is_empty():
        name = zone.table(intake.id, EVENTS)
        before = knowledge.manifest.tables[name].rows if name in knowledge.manifest.tables else 0
        pins[name] = replace(
            _pin(intake, run, result.events, zone.tables.append(name, result.events)),
            rows=before + result.events.height,
        )
    for name, frame in (
        (zone.table(intake.id, DELIVERIES), _deliveries(intake, run, rows, arrived, steps, knowledge)),
        (zone.table(intake.id, QUARANTINE), _quarantine(intake, run, rows, arrived, knowledge)),
        (STEPS, _all_steps(zone, knowledge.manifest, steps)),
    ):
        pins[name] = _pin(intake, run, frame, zone.tables.write(name, frame))
    return pins


def _ordered(intake: RegisterIntake, result: Became, pin: Pin | None) -> tuple[pl.DataFrame, int]:
    """The spells in the order of their table. A few may stand behind all others: sorting anew would take longest."""
    before = int(str(pin.facts.get(BEHIND, 0))) if pin else 0
    behind = before + result.touched
    if behind > _MOST_BEHIND * result.spells.height:
        return in_order(result.spells, intake.declaration.register), 0
    return result.spells, behind


def _pin(intake: RegisterIntake, run: Run, frame: pl.DataFrame, version: int) -> Pin:
    return Pin(
        version=version,
        rows=frame.height,
        schema=schema_digest(frame),
        source=intake.id,
        digest="",
        declaration=intake.declaration.digest,
        run=run.id,
        facts={KEYS: fingerprint(intake.keys.chain), SYNTHETIC: intake.declaration.register.synthetic},
    )


def _deliveries(
    intake: RegisterIntake,
    run: Run,
    rows: SortedRows,
    arrived: Sequence[Arrival],
    steps: Mapping[int, Step],
    knowledge: _Knowledge,
) -> pl.DataFrame:
    rejected = dict(rows.rejected.group_by(FILE).len().iter_rows())
    fresh = [
        (
            arrived[at].digest, arrived[at].name, arrived[at].part, arrived[at].size, arrived[at].changed_at,
            arrived[at].day, steps[at].number, count, rejected.get(at, 0), intake.declaration.digest, run.id,
        )
        for at, count in rows.rows_in.items()
    ]  # fmt: skip
    table = pl.DataFrame(fresh, schema=arriving.DELIVERIES, orient="row")
    stays = ~pl.col("digest").is_in(table["digest"].implode())
    return pl.concat([knowledge.deliveries.filter(stays), table])


def _quarantine(
    intake: RegisterIntake, run: Run, rows: SortedRows, arrived: Sequence[Arrival], knowledge: _Knowledge
) -> pl.DataFrame:
    """Rule, column, row, file and run of each rejected row; those of a delivery that came again stand in it once."""
    files = pl.DataFrame(
        [(at, arrived[at].digest, arrived[at].name) for at in rows.rows_in],
        schema={FILE: pl.Int32, "digest": pl.String, "name": pl.String},
        orient="row",
    )
    fresh = rows.rejected.join(files, on=FILE, how="inner").with_columns(pl.lit(run.id).alias("run_id"))
    before = _table(intake, knowledge.manifest, QUARANTINE, QUARANTINED)
    stays = ~pl.col("digest").is_in(files["digest"].implode())
    return pl.concat([before.filter(stays), fresh.select(list(QUARANTINED)).sort("name", ROW)])


def _all_steps(zone: RestrictedZone, manifest: Manifest, fresh: Mapping[int, Step]) -> pl.DataFrame:
    table = steps_frame(fresh.values())
    return pl.concat([zone.read(STEPS, manifest), table]) if STEPS in manifest.tables else table


def _put_in_vault(intake: RegisterIntake, rows: SortedRows) -> None:
    """Keep, sealed, what the register may be linked by."""
    if intake.vault is None or rows.good.is_empty():
        return
    days = {each.source: each.formats for each in intake.declaration.attributes if each.formats}
    wanted = {name: formats for name, formats in days.items() if name in intake.link_columns}
    intake.vault.put(link_texts(rows.good, intake.link_columns, wanted), intake.random)

"""A restricted zone with one register in it, written straight into its tables, and the desk before it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import polars as pl

from gemeinsinn.concepts.registers import Register
from gemeinsinn.gate.answers import Desk, Terms
from gemeinsinn.lake.manifest import Pin
from gemeinsinn.lake.restricted.steps import STEPS, Step, steps_frame
from gemeinsinn.lake.restricted.store import RestrictedZone
from gemeinsinn.lake.tables import schema_digest
from gemeinsinn.protect.cell_keys import PerturbationDesign
from support.key_dates import AREAS, REGISTER


NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
TERMS = Terms("residents", "digest", PerturbationDesign(4, 2.0, 3), bytes(range(32)))
KNOWN_ON = (date(2020, 1, 2), date(2020, 6, 2), date(2024, 12, 31))
"""The days on which the first three steps became known."""


def filled(
    root: Path, rows: pl.DataFrame, *, register: Register = REGISTER, known_on: Sequence[date] = KNOWN_ON
) -> None:
    """Write a register and its clock into a zone, as one commit."""
    filled_at(RestrictedZone(root), rows, register=register, known_on=known_on)


def filled_at(
    zone: RestrictedZone, rows: pl.DataFrame, *, register: Register = REGISTER, known_on: Sequence[date] = KNOWN_ON
) -> None:
    """The same for a zone that may lie in a bucket."""
    steps = [Step(at, day, register.id, True, "run") for at, day in enumerate(known_on, start=1)]
    with zone.writing(NOON):
        pins = {}
        for name, frame in ((zone.table(register.id), rows), (STEPS, steps_frame(steps))):
            version = zone.tables.write(name, frame)
            pins[name] = Pin(version, frame.height, schema_digest(frame), register.id, "digest", "declared", "run")
        zone.commit(pins, at=NOON)


def desk(root: Path, *, register: Register = REGISTER, terms: Terms = TERMS) -> Desk:
    """The desk of a register that was written by `filled`; complete from 2010 on."""
    return desk_at(RestrictedZone(root), register=register, terms=terms)


def desk_at(zone: RestrictedZone, *, register: Register = REGISTER, terms: Terms = TERMS) -> Desk:
    """The same for a zone that may lie in a bucket."""
    manifest = zone.manifests.latest()
    dated = replace(register, complete_from=date(2010, 1, 1))
    return Desk(zone, manifest, zone.steps(manifest), dated, AREAS, terms, zone.root / "answers.jsonl")

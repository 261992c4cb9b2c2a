"""Answers to questions about a register: the only way for its numbers out of the restricted zone.

A desk takes a question, has it counted, deviates every count by its cell key as the policy of the register says, and
writes down who asked what. The exact numbers stay behind: what is returned is another type, which no room but this one
can make of a cube.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from gemeinsinn.areas.editions import Edition
from gemeinsinn.concepts.observations import ObsStatus
from gemeinsinn.concepts.registers import Period, PeriodQuestion, Question, Register
from gemeinsinn.concepts.territory import Level
from gemeinsinn.errors import DisclosureError, NotYetKnownError, UnknownNameError
from gemeinsinn.lake import durable
from gemeinsinn.lake.manifest import Manifest
from gemeinsinn.lake.restricted import engines, fast, general, periods
from gemeinsinn.lake.restricted.cube import Cube, PeriodCube
from gemeinsinn.lake.restricted.index import ServingIndex, built_by
from gemeinsinn.lake.restricted.periods import DAYS_A_YEAR
from gemeinsinn.lake.restricted.resolved import AreaScheme, Axis, Resolved, resolved
from gemeinsinn.lake.restricted.serving import serving_index
from gemeinsinn.lake.restricted.steps import Steps
from gemeinsinn.lake.restricted.store import RestrictedZone, owner_only, zone_of
from gemeinsinn.protect.cell_keys import METHOD, PerturbationDesign, perturbation_table
from gemeinsinn.protect.tables.policy import TablePolicy
from gemeinsinn.settings.instance import Instance


AUTO, FAST = "auto", "fast"
"""Engines besides those of the general path: the serving index, and whichever of the two serves a question best."""

_LISTED = 6
"""Days that are written down one by one; of more, the first, the last and how many."""


@dataclass(frozen=True, slots=True)
class Terms:
    """On which terms the numbers of a register may leave: the policy's id and digest, and how counts deviate."""

    policy: str
    digest: str
    design: PerturbationDesign
    secret: bytes
    """Mixes the deviations; the same for ever, and known to nobody outside."""
    tables: TablePolicy | None = None
    """How tables that are published are protected, if small numbers in them are hidden; None if they deviate, too."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What may leave: deviated counts by day or period and axes."""

    register: str
    measure: str
    """`persons` for the entities on key dates, else a `Measure`."""
    at: tuple[str, ...]
    """Key dates in ISO form, or names of periods."""
    axes: tuple[Axis, ...]
    counts: NDArray[np.int64]
    """`at` by the categories of each axis."""
    amounts: NDArray[np.float64] | None
    """Person-years, deviated as their persons are."""
    known_on: date
    step: int
    engine: str
    policy: str
    synthetic: bool
    hidden: NDArray[np.bool_] | None = None
    """Cells that a release hides, so that no answer tells them either; None if the register hides none."""

    def cells(self) -> list[dict[str, Any]]:
        """One entry a cell: `on`, the category of each axis, `count` with its `status`, and `amount` if there is one."""
        found = []
        for place in np.ndindex(self.counts.shape):
            cell: dict[str, Any] = {"on": self.at[place[0]]}
            for axis, category in zip(self.axes, place[1:], strict=True):
                cell[axis.name] = axis.categories[category]
            is_hidden = self.hidden is not None and bool(self.hidden[place])
            cell["count"] = None if is_hidden else int(self.counts[place])
            cell["status"] = str(ObsStatus.CONFIDENTIAL if is_hidden else ObsStatus.NORMAL)
            if self.amounts is not None:
                cell["amount"] = round(float(self.amounts[place]), 2)
            found.append(cell)
        return found


class Beside(Protocol):
    """Sets answers against what is published of the same register."""

    def settled(self, desk: Desk, question: Question | PeriodQuestion, answer: Answer, *, at: datetime) -> Answer:
        """The answer as it may be given; `DisclosureError` if it would help to find a hidden number."""


@dataclass(frozen=True, slots=True)
class Desk:
    """Where questions about one register are answered, as of one manifest of the restricted zone."""

    zone: RestrictedZone
    manifest: Manifest
    steps: Steps
    register: Register
    areas: AreaScheme
    terms: Terms
    log: Path
    """Answers are written down here: who, what, when, on which terms; never a number."""
    engine: str = engines.DUCKDB
    """Carries out what the serving index does not hold; a cluster also filters the rows that an index is built from."""
    known: date | None = None
    """The day as of which the register is known here; everything that came by now if None."""
    beside: Beside | None = None
    """Settles answers of a register in whose published tables numbers are hidden."""

    @property
    def step(self) -> int:
        """The newest step of knowledge here; 0 before the first delivery."""
        of_register = self.steps.of(self.register.id)
        known = [each.number for each in of_register if self.known is None or each.known_on <= self.known]
        return max(known, default=0)

    @property
    def known_on(self) -> date | None:
        """The day of the newest delivery that is known here."""
        newest = self.step
        return next((each.known_on for each in self.steps.all if each.number == newest), None)

    @property
    def state(self) -> str:
        """Tells one state of the register from another."""
        pin = self.manifest.tables.get(self.zone.table(self.register.id))
        return "" if pin is None else f"{pin.digest} {pin.declaration} {self.step}"

    def answer(self, question: Question | PeriodQuestion, *, who: str, at: datetime, engine: str = AUTO) -> Answer:
        """Answer a question.

        Raises `UnknownNameError` for names that stand for nothing, `NotYetKnownError` for days that lie before the
        register begins or after what is known, `SettingsError` if an engine cannot be reached.
        """
        step = self.step if question.step is None else question.step
        if step == 0 or self.zone.table(self.register.id) not in self.manifest.tables:
            remedy = f"`gemeinsinn refresh {self.register.id}` takes it in."
            raise NotYetKnownError(f"nothing is known of the register '{self.register.id}' yet.", remedy=remedy)
        asked = resolved(question, self.register, self.areas)
        known_on = next(each.known_on for each in self.steps.all if each.number == step)
        self._check_days(question, known_on)
        if isinstance(question, PeriodQuestion):
            answer = self._protected(
                question, self._happened(question, asked, step), known_on=known_on, step=step, engine=engines.POLARS
            )
        else:
            used, cube = self._counted(asked, engine, step)
            answer = self._protected(question, cube, known_on=known_on, step=step, engine=used)
        if self.terms.tables is not None:
            answer = self._settled(question, answer, at)
        self._write_down(question, answer, who=who, at=at)
        return answer

    def _settled(self, question: Question | PeriodQuestion, answer: Answer, at: datetime) -> Answer:
        if self.beside is None:
            what = "its tables are published exactly, and nobody sets this answer against them."
            raise DisclosureError(what, where=self.register.id, remedy="Ask with `gemeinsinn count`.")
        return self.beside.settled(self, question, answer, at=at)

    def exactly(self, question: Question | PeriodQuestion) -> Cube | PeriodCube:
        """The exact numbers, for the gate itself, which hides some of them before any leaves."""
        asked = resolved(question, self.register, self.areas)
        if isinstance(question, PeriodQuestion):
            return self._happened(question, asked, self.step)
        return self._counted(asked, AUTO, self.step)[1]

    def _check_days(self, question: Question | PeriodQuestion, known_on: date) -> None:
        if isinstance(question, PeriodQuestion):
            days = [(period.since, period.until) for period in question.periods]
            first, last = min(since for since, _ in days), max(date.fromordinal(u.toordinal() - 1) for _, u in days)
        else:
            first, last = min(question.on), max(question.on)
        begins = self.register.complete_from
        if begins is not None and first < begins:
            what = f"{first:%d.%m.%Y} lies before the register."
            raise NotYetKnownError(what, where=self.register.id, remedy=f"It can be counted from {begins:%d.%m.%Y} on.")
        if last > known_on:
            what = f"nothing is known about {last:%d.%m.%Y} yet."
            raise NotYetKnownError(what, where=self.register.id, remedy=f"Its last delivery is of {known_on:%d.%m.%Y}.")

    def _counted(self, asked: Resolved, engine: str, step: int) -> tuple[str, Cube]:
        fast.check_size(asked)
        if engine in (AUTO, FAST):
            index = self._index(step)
            if fast.serves(index, asked):
                return FAST, fast.counted(index, asked)
            if engine == FAST:
                missing = ", ".join(sorted(asked.dimensions - index.names))
                remedy = "Add it to `index` in registers.yaml, or leave --engine out."
                raise UnknownNameError(f"the index does not hold: {missing}.", where=self.register.id, remedy=remedy)
            engine = self.engine
        with engines.opened(engine, self._spells()) as (rows, table):
            return engine, general.counted(rows, asked, step=step, table=table)

    def _happened(self, question: PeriodQuestion, asked: Resolved, step: int) -> PeriodCube:
        rows = self.zone.scan(self.zone.table(self.register.id), self.manifest)
        return periods.happened(rows, question, asked, self.areas, step=step)

    def _index(self, step: int) -> ServingIndex:
        if not self.engine.startswith(engines.SPARK):
            return serving_index(self.zone, self.register, self.manifest, step=step)

        def build() -> ServingIndex:
            with engines.opened(self.engine, self._spells()) as (rows, _):
                return built_by(rows, self.register, step=step)

        return serving_index(self.zone, self.register, self.manifest, step=step, build=build)

    def _spells(self) -> engines.Spells:
        name = self.zone.table(self.register.id)
        tables = self.zone.tables.plain
        files = tuple(self.zone.files(name, self.manifest))
        options = tables.storage.options or {}
        return engines.Spells(files, tables.uri(name), self.manifest.tables[name].version, options)

    def _protected(
        self, question: Question | PeriodQuestion, cube: Cube | PeriodCube, *, known_on: date, step: int, engine: str
    ) -> Answer:
        table = perturbation_table(self.terms.design, self.terms.secret)
        counts = table.perturbed(cube.counts, cube.keys)
        amounts = None
        if isinstance(cube, PeriodCube):
            if cube.amounts is not None and isinstance(question, PeriodQuestion):
                amounts = _deviated(cube.amounts, counts - cube.counts, counts, question.periods)
            at, measure = cube.periods, str(question.measure) if isinstance(question, PeriodQuestion) else ""
        else:
            at, measure = tuple(day.isoformat() for day in cube.on), PERSONS
        return Answer(
            self.register.id, measure, at, cube.axes, counts, amounts, known_on, step, engine, self.terms.policy,
            self.register.synthetic,
        )  # fmt: skip

    def _write_down(self, question: Question | PeriodQuestion, answer: Answer, *, who: str, at: datetime) -> None:
        entry = {
            "at": at.isoformat(),
            "who": who,
            "register": answer.register,
            "measure": answer.measure,
            "on": _shortened(answer.at),
            "by": list(question.by),
            "where": {name: list(wanted) for name, wanted in question.where.items()},
            "age_classes": list(question.age_classes),
            "known_on": answer.known_on.isoformat(),
            "step": answer.step,
            "engine": answer.engine,
            "method": METHOD,
            "policy": self.terms.policy,
            "policy_digest": self.terms.digest,
            "cells": int(answer.counts.size),
        }
        with owner_only():
            durable.append_line(self.log, json.dumps(entry, ensure_ascii=False, sort_keys=True))


def desk(
    instance: Instance,
    register: Register,
    edition: Edition,
    keys: Sequence[str],
    terms: Terms,
    *,
    known: date | None = None,
) -> Desk:
    """The desk of a register at the restricted zone of an instance, counting on the municipalities named of an edition."""
    opened = zone_of(instance)
    manifest = opened.manifests.latest()
    amts = {key: edition.ancestor(key, Level.AMT) for key in keys}
    districts = {key: edition.ancestor(key, Level.DISTRICT) for key in keys}
    areas = AreaScheme(
        tuple(keys),
        {key: amt for key, amt in amts.items() if amt is not None},
        {key: district for key, district in districts.items() if district is not None},
        {key: area.name for key, area in edition.areas.items()},
    )
    engine = instance.settings().engine
    return Desk(opened, manifest, opened.steps(manifest), register, areas, terms, opened.root / LOG, engine, known)


def holds(instance: Instance, register: str) -> bool:
    """Whether the restricted zone of an instance holds a register at all."""
    opened = zone_of(instance)
    return opened.table(register) in opened.manifests.latest().tables


LOG = "answers.jsonl"
"""Where answers are written down, inside the zone."""

PERSONS = "persons"
"""The measure of questions about key dates."""


def _deviated(
    amounts: NDArray[np.float64],
    deviations: NDArray[np.int64],
    shown: NDArray[np.int64],
    periods: Sequence[Period],
) -> NDArray[np.float64]:
    """Time as if the persons that are added or left out had been there for the whole period, in whole years.

    Whole, because the part of a year would tell how long somebody stayed who is alone; nothing where nobody is shown.
    """
    lengths = np.array([(period.until - period.since).days / DAYS_A_YEAR for period in periods])
    whole = np.rint(amounts + deviations * lengths.reshape(-1, *[1] * (amounts.ndim - 1)))
    return np.asarray(np.where(shown > 0, np.maximum(whole, 0), 0.0))


def _shortened(at: Sequence[str]) -> Mapping[str, Any] | list[str]:
    """A long series of days by its ends and how many there are."""
    if len(at) <= _LISTED:
        return list(at)
    return {"first": at[0], "last": at[-1], "days": len(at)}

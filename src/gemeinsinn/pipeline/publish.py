"""Publication: calculate every indicator, pass the gate, compile a release, point to it; or only show the difference."""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

import numpy as np

from gemeinsinn.concepts.observations import ALL_STATUSES, SIGN_OF_STATUS
from gemeinsinn.concepts.origins import Origin
from gemeinsinn.errors import DefinitionError, Finding, UnknownNameError
from gemeinsinn.gate.ledger_folder import Randomness
from gemeinsinn.gate.publication import Passage, pass_publication
from gemeinsinn.indicators.calculation import Calculation, Result
from gemeinsinn.indicators.catalogue import Catalogue, read_catalogue
from gemeinsinn.indicators.frame import Frame
from gemeinsinn.lake.code import code_version
from gemeinsinn.lake.lock import exclusive
from gemeinsinn.lake.manifest import Manifest
from gemeinsinn.lake.store import lake_of
from gemeinsinn.pipeline.boundaries import boundaries
from gemeinsinn.pipeline.disclosure import Watch, answered, told_at_the_desk, watch_of
from gemeinsinn.pipeline.frames import frame_of
from gemeinsinn.pipeline.known import Known
from gemeinsinn.pipeline.questions import desks_on
from gemeinsinn.pipeline.register_statistics import RegisterStatistics
from gemeinsinn.pipeline.source_facts import source_facts
from gemeinsinn.protect.ledger import Ledger
from gemeinsinn.protect.policy import Policies, read_policies
from gemeinsinn.releases.compare import Changes
from gemeinsinn.releases.compile import compiled, drafted
from gemeinsinn.releases.contents import Material
from gemeinsinn.releases.desk_reports import DeskReports
from gemeinsinn.releases.read import open_release
from gemeinsinn.releases.store import Store
from gemeinsinn.settings.instance import Instance, Settings
from gemeinsinn.sources.declared import SourceDeclaration, read_origins, read_sources
from gemeinsinn.sources.registers.declaration import RegisterDeclaration
from gemeinsinn.sources.registers.declared import read_registers


Journal = Callable[[str, int, int], None]
"""Called with a step's name, how far it is, and how far it goes."""


@dataclass(frozen=True, slots=True)
class Publication:
    """What a publication came to."""

    release: str
    previous: str
    published: bool
    changes: Changes
    waiting: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Indicators that were left out, and the tables for which nothing was delivered yet."""
    definitions: Mapping[str, Any] = field(default_factory=dict)
    territory: Mapping[str, Any] = field(default_factory=dict)
    passages: Sequence[Passage] = ()


def store_of(instance: Instance) -> Store:
    """The releases of an instance."""
    return Store(instance.releases, instance.publications)


def published(
    instance: Instance,
    *,
    at: Callable[[], datetime],
    preview: bool = False,
    journal: Journal | None = None,
    known: date | None = None,
    random: Randomness = secrets.token_bytes,
) -> Publication:
    """Compile a release from the lake as it is and make it the current one.

    If nothing but the code changed, nothing is published. A preview compiles and compares, and keeps nothing. With
    `known`, registers are asked as they were known on that day.
    """
    tell = journal or (lambda step, done, of: None)
    with exclusive(instance.var / "publish.lock", what="the releases"):
        store = store_of(instance)
        policies = read_policies(instance.policy_file)
        watch = watch_of(instance, store, policies, random)
        work = _Work.of(instance, at(), policies, watch, known)
        previous = open_release(store.folder(store.current())) if store.current() else None
        if previous is not None and not preview and previous.manifest["inputs"] == work.inputs:
            return Publication(previous.hash, previous.hash, False, Changes())
        material, waiting = _material(work, tell)
        _passages(work, material.results, watch.ledger)
        with store.building() as folder:
            tell("compile", 0, 1)
            draft, tables = drafted(material, folder, previous), work.statistics.tables
            ledger = watch.ledger
            if not preview:
                ledger = watch.entered(tables, release=draft.digest, at=at(), random=random)
            passages = _passages(work, material.results, ledger)
            done = compiled(draft, material, passages)
            tell("compile", 1, 1)
            same = previous is not None and previous.manifest["content"] == done.manifest["content"]
            revisions = json.loads((folder / "revisions.json").read_bytes())
            shown = (done.changes, waiting, revisions["definitions"], revisions["territory"], passages)
            before = previous.hash if previous else ""
            if preview or same:
                return Publication(before if same else "", before, False, *shown)
            release = store.keep(folder, done.manifest)
        DeskReports(instance.desk).write(release, told_at_the_desk(tables, work.catalogue, ledger))
        store.point_to(release, at=at(), action="publish")
        return Publication(release, before, True, *shown)


@dataclass(frozen=True, slots=True)
class _Work:
    """The inputs of a publication."""

    settings: Settings
    catalogue: Catalogue
    declarations: Mapping[str, SourceDeclaration]
    known: Known
    frame: Frame
    registers: Mapping[str, RegisterDeclaration]
    origins: Mapping[str, Origin]
    policies: Policies
    inputs: str
    """One hash over everything that a release is made from."""

    statistics: RegisterStatistics
    """The answers of the registers."""

    @classmethod
    def of(cls, instance: Instance, at: datetime, policies: Policies, watch: Watch, as_known: date | None) -> _Work:
        settings = instance.settings()
        catalogue = read_catalogue(instance.catalogue)
        declarations = read_sources(instance.sources_file)
        lake = lake_of(instance)
        manifest = lake.manifests.latest()
        if manifest.number == 0:
            raise UnknownNameError("the lake is empty.", remedy="Run `gemeinsinn refresh` first.")
        known = Known(lake, manifest, declarations)
        frame = frame_of(settings, known)
        registers = read_registers(instance.registers_file)
        asked = [operand for operand in catalogue.asked.values() if operand.register in registers]
        desks = desks_on(instance, [registers[each.register] for each in asked], frame, policies, known=as_known)
        statistics = RegisterStatistics(desks, asked, at, frame.edition.on, watch.guard)
        known = replace(known, registers=statistics)
        parts = [
            code_version(), lake_state(manifest), catalogue.digest, policies.digest, settings.published,
            {id: declaration.declared for id, declaration in declarations.items()},
            {name: desk.state for name, desk in desks.items()},
        ]  # fmt: skip
        inputs = hashlib.sha256(json.dumps(parts, sort_keys=True, default=str).encode()).hexdigest()
        origins = read_origins(instance.sources_file)
        return cls(settings, catalogue, declarations, known, frame, registers, origins, policies, inputs, statistics)


def lake_state(manifest: Manifest) -> str:
    """A hash over what the lake holds, free of clocks and names of runs."""
    tables = {name: [pin.rows, pin.schema, pin.digest, pin.declaration] for name, pin in manifest.tables.items()}
    return hashlib.sha256(json.dumps(tables, sort_keys=True).encode()).hexdigest()


def _material(work: _Work, tell: Journal) -> tuple[Material, dict[str, tuple[str, ...]]]:
    frame = work.frame
    results, waiting = _results(work, frame, tell)
    if not results:
        tables = sorted({table for missing in waiting.values() for table in missing})
        raise DefinitionError("no indicator has data.", remedy=f"Deliver: {', '.join(tables)}.")
    geometry_on, geometry = boundaries(work.settings.geometry, work.known, frame, tell)
    material = Material(
        about=_about(work.settings),
        catalogue=work.catalogue,
        results=results,
        frame=frame,
        sources=source_facts(
            work.known, work.declarations, work.registers, work.origins, geometry=work.settings.geometry
        ),
        geometry=geometry,
        geometry_on=geometry_on,
        pins={
            "inputs": work.inputs,
            "lake": {"commit": work.known.manifest.number, "state": lake_state(work.known.manifest)},
            "catalogue": work.catalogue.digest,
            "policy": work.policies.digest,
            "code_version": code_version(),
        },
    )
    return material, waiting


def _results(work: _Work, frame: Frame, tell: Journal) -> tuple[list[Result], dict[str, tuple[str, ...]]]:
    calculation = Calculation(work.catalogue.tables, work.known, frame, work.catalogue.bases)
    results: list[Result] = []
    waiting: dict[str, tuple[str, ...]] = {}
    findings: list[Finding] = []
    indicators = list(work.catalogue.indicators.values())
    for number, indicator in enumerate(indicators, start=1):
        missing = calculation.waits_for(indicator)
        if missing:
            waiting[indicator.id] = missing
            continue
        try:
            result = calculation.result(indicator)
        except DefinitionError as error:
            findings += [
                Finding(f"{indicator.id}.yaml: {each.where}", each.what, each.remedy) for each in error.findings
            ]
            continue
        if result.panel.known.any():
            results.append(result)
        else:
            waiting[indicator.id] = indicator.tables
        tell("calculate", number, len(indicators))
    if findings:
        raise DefinitionError(findings)
    return results, waiting


def _passages(work: _Work, results: Sequence[Result], ledger: Ledger) -> tuple[Passage, ...]:
    used: set[str] = set()
    marks: dict[str, dict[str, int]] = {}
    for result in results:
        panel = result.panel
        for place in np.unique(panel.origin[panel.origin >= 0]):
            sources = panel.provenance[place].sources
            used.update(sources)
            codes, counts = np.unique(panel.status[(panel.origin == place) & ~panel.known], return_counts=True)
            for source in sources:
                of_source = marks.setdefault(source, {})
                for code, count in zip(codes.tolist(), counts.tolist(), strict=True):
                    status = ALL_STATUSES[code]
                    if status in SIGN_OF_STATUS:
                        of_source[str(status)] = of_source.get(str(status), 0) + count
    origins = {id: declaration.origin_id for id, declaration in work.declarations.items()}
    origins |= {id: declaration.origin_id for id, declaration in work.registers.items()}
    left = answered(work.statistics.desks, work.statistics.tables, work.catalogue, ledger)
    return pass_publication(origins, marks, policies=work.policies, used=used, answered=left)


def _about(settings: Settings) -> dict[str, Any]:
    return {
        "name": dict(settings.name),
        "operator": dict(settings.operator),
        "home": settings.home,
        "headline": list(settings.headline),
        "suggestions": {language: list(questions) for language, questions in settings.suggestions.items()},
        "synthetic": settings.synthetic,
    }

"""What a release says of each source and register: origin, state, notes, next update, evidence."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

from gemeinsinn.concepts.origins import Origin
from gemeinsinn.pipeline.known import Known
from gemeinsinn.sources.declared import SourceDeclaration
from gemeinsinn.sources.registers.declaration import RegisterDeclaration


def source_facts(
    known: Known,
    declarations: Mapping[str, SourceDeclaration],
    registers: Mapping[str, RegisterDeclaration],
    origins: Mapping[str, Origin],
    *,
    geometry: str,
) -> dict[str, dict[str, Any]]:
    """What a page says of each source: origin, state, notes, next update, evidence."""
    facts: dict[str, dict[str, Any]] = {}
    for pin in known.manifest.tables.values():
        declaration = declarations.get(pin.source)
        if declaration is None or pin.source in facts:
            continue
        origin = declaration.origin
        facts[pin.source] = {
            "title": origin.title or str(pin.facts.get("title", "")),
            "publisher": origin.publisher,
            "licence": origin.licence,
            "attribution": origin.attribution,
            "url": origin.url,
            "changed": dict(origin.changed),
            "table_code": origin.table_code or str(pin.facts.get("table_code", "")),
            "stand": str(pin.facts.get("stand", "")),
            "notes": pin.facts.get("notes", []),
            "evidence": dict(declaration.evidence),
            "next_update": dict(declaration.next_update),
            "synthetic": origin.synthetic,
            "geometry": pin.source == geometry,
            "digest": pin.digest,
        }
    return facts | _register_facts(known, registers, origins)


def _register_facts(
    known: Known, registers: Mapping[str, RegisterDeclaration], origins: Mapping[str, Origin]
) -> dict[str, dict[str, Any]]:
    """The same of the registers that indicators ask."""
    facts: dict[str, dict[str, Any]] = {}
    for name, desk in (known.registers.desks if known.registers else {}).items():
        declaration = registers[name]
        origin = origins.get(declaration.origin_id)
        if origin is None or desk.known_on is None:
            continue
        facts[name] = {
            "title": declaration.register.title["de"],
            "publisher": origin.publisher,
            "licence": origin.licence,
            "attribution": origin.attribution,
            "url": origin.url,
            "changed": dict(origin.changed),
            "table_code": "",
            "stand": f"{desk.known_on:%d.%m.%Y}",
            "notes": [],
            "evidence": {},
            "next_update": {},
            "synthetic": declaration.register.synthetic,
            "geometry": False,
            "digest": hashlib.sha256(desk.state.encode()).hexdigest(),
        }
    return facts

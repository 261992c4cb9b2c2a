"""Checking an instance without changing it: all definitions, and what they name that is not there."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import TypeVar

from gemeinsinn.errors import DefinitionError, DisclosureError, Finding, GemeinsinnError, nearest
from gemeinsinn.indicators.catalogue import Catalogue, read_catalogue
from gemeinsinn.pipeline.registers.checking import mistakes_of_names, mistakes_of_policies
from gemeinsinn.protect.policy import Policies, read_policies
from gemeinsinn.settings.instance import Instance, Settings
from gemeinsinn.sources.declared import SourceDeclaration, read_origins, read_sources
from gemeinsinn.sources.registers.declaration import RegisterDeclaration
from gemeinsinn.sources.registers.declared import read_registers


T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Checked:
    """How much an instance defines, and what is worth knowing without being a mistake."""

    sources: int
    registers: int
    tables: int
    indicators: int
    notes: tuple[str, ...]


def checked(instance: Instance) -> Checked:
    """Check settings, sources, policies and catalogue; all mistakes of all of them in one error."""
    settings = _attempt(instance.settings)
    sources = _attempt(lambda: read_sources(instance.sources_file))
    registers = _attempt(lambda: read_registers(instance.registers_file))
    policies = _attempt(lambda: read_policies(instance.policy_file))
    catalogue = _attempt(lambda: read_catalogue(instance.catalogue))
    mistakes = [
        part for part in (settings, sources, registers, policies, catalogue) if isinstance(part, GemeinsinnError)
    ]
    findings = [finding for mistake in mistakes for finding in mistake.findings]
    kind = type(mistakes[0]) if mistakes else DefinitionError
    if isinstance(sources, GemeinsinnError) or isinstance(catalogue, GemeinsinnError):
        raise kind(findings)
    findings += [*_misspelt_sources(sources, catalogue), *_uncovered(instance, sources)]
    findings += _mistakes_of_registers(instance, sources, registers, policies)
    findings += [] if isinstance(settings, GemeinsinnError) else _unknown_headline(instance, catalogue)
    if findings:
        raise kind(findings)
    asked = {operand.register for operand in catalogue.asked.values()}
    notes = [*_missing_sources({*sources, *asked}, catalogue), *_missing_registers(asked - {*_names(registers)})]
    notes += [] if isinstance(settings, GemeinsinnError) else _nameless(settings)
    return Checked(
        len(sources),
        _count(registers),
        len(catalogue.tables) - len(catalogue.asked),
        len(catalogue.indicators),
        tuple(notes),
    )


def _mistakes_of_registers(
    instance: Instance,
    sources: dict[str, SourceDeclaration],
    registers: dict[str, RegisterDeclaration] | GemeinsinnError,
    policies: Policies | GemeinsinnError,
) -> list[Finding]:
    """What is wrong with registers beside what their own file says."""
    if isinstance(registers, GemeinsinnError):
        return []
    findings = mistakes_of_names(registers, sources=sources, origins=read_origins(instance.sources_file))
    return findings if isinstance(policies, GemeinsinnError) else findings + mistakes_of_policies(registers, policies)


def _count(registers: dict[str, RegisterDeclaration] | GemeinsinnError) -> int:
    return 0 if isinstance(registers, GemeinsinnError) else len(registers)


def _attempt(reader: Callable[[], T]) -> T | GemeinsinnError:
    """What the reader reads, or all the mistakes that it found."""
    try:
        return reader()
    except GemeinsinnError as error:
        return error


def _misspelt_sources(sources: dict[str, SourceDeclaration], catalogue: Catalogue) -> list[Finding]:
    """Parts of tables that name a source that nearly is one."""
    findings = []
    for table in catalogue.tables.values():
        for part in table.parts:
            close = [] if part.source in sources else nearest(part.source, sources, at_most=1)
            if close and _differs_little(part.source, close[0]):
                what = f"the table '{table.id}' names the source '{part.source}', which is not declared."
                findings.append(Finding("catalogue/tables", what, f"Did you mean '{close[0]}'?"))
    return findings


def _differs_little(name: str, other: str) -> bool:
    """Table codes differ in a digit by right; a slip changes letters or length."""
    return name.rstrip("0123456789") == other.rstrip("0123456789") and name[-1:].isalpha()


def _names(registers: dict[str, RegisterDeclaration] | GemeinsinnError) -> Collection[str]:
    return () if isinstance(registers, GemeinsinnError) else registers


def _missing_registers(missing: Collection[str]) -> list[str]:
    if not missing:
        return []
    return [
        f"{len(missing)} registers that indicators ask are not declared in registers.yaml: {', '.join(sorted(missing))}"
    ]


def _missing_sources(sources: Collection[str], catalogue: Catalogue) -> list[str]:
    missing = sorted({part.source for table in catalogue.tables.values() for part in table.parts} - set(sources))
    if not missing:
        return []
    waiting = [
        indicator.id
        for indicator in catalogue.indicators.values()
        if any(
            all(part.source not in sources for part in catalogue.tables[operand.table].parts)
            for operand in indicator.operands
        )
    ]
    return [
        f"{len(missing)} sources that tables name are not declared: {', '.join(missing[:8])}{' …' if len(missing) > 8 else ''}",
        f"{len(waiting)} indicators wait for them.",
    ]


def _nameless(settings: Settings) -> list[str]:
    """Imprint and privacy page name the operator and how to reach them, as far as the settings do."""
    empty = [
        name
        for name, value in (("operator_de", settings.operator.get("de")), ("contact", settings.contact))
        if not value
    ]
    if not empty:
        return []
    return [f"gemeinsinn.toml [instance]: {' and '.join(empty)} missing, so that imprint and privacy page name nobody."]


def _uncovered(instance: Instance, sources: dict[str, SourceDeclaration]) -> list[Finding]:
    """Sources that no policy covers."""
    findings: list[Finding] = []
    try:
        policies = read_policies(instance.policy_file)
    except DefinitionError:
        return []
    for source in sources.values():
        try:
            policies.of(source.id, source.origin_id)
        except DisclosureError as error:
            findings += error.findings
    return findings


def _unknown_headline(instance: Instance, catalogue: Catalogue) -> list[Finding]:
    where = "gemeinsinn.toml [portal] headline"
    return [
        Finding(
            where,
            f"there is no indicator '{id}'.",
            f"Did you mean '{close[0]}'?" if (close := nearest(id, catalogue.indicators)) else "",
        )
        for id in instance.settings().headline
        if id not in catalogue.indicators
    ]

"""Questions about registers of an instance: the desk where they are answered, and days as people write them."""

from __future__ import annotations

import calendar
import re
import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date

from blake3 import blake3

from gemeinsinn.concepts.registers import Register
from gemeinsinn.concepts.territory import Level
from gemeinsinn.errors import UnknownNameError, did_you_mean
from gemeinsinn.gate.answers import Desk, Terms, desk, holds
from gemeinsinn.gate.beside_releases import BesideReleases
from gemeinsinn.gate.ledger_folder import Randomness
from gemeinsinn.indicators.frame import Frame
from gemeinsinn.lake.store import lake_of
from gemeinsinn.pipeline.disclosure import ledger_folder
from gemeinsinn.pipeline.frames import frame_of
from gemeinsinn.pipeline.known import Known
from gemeinsinn.pipeline.registers.identity import key_ring
from gemeinsinn.protect import keys
from gemeinsinn.protect.cell_keys import PerturbationDesign
from gemeinsinn.protect.policy import Policies, read_policies
from gemeinsinn.settings.instance import Instance
from gemeinsinn.sources.declared import read_sources
from gemeinsinn.sources.registers.declaration import RegisterDeclaration
from gemeinsinn.sources.registers.declared import read_registers


_CONTEXT = "gemeinsinn deviations of counts by cell keys"
_MONTH_ENDS = re.compile(r"^month-ends\s+(\d{4})-(\d\d)\.\.(\d{4})-(\d\d)$", re.IGNORECASE)
_YEAR_ENDS = re.compile(r"^year-ends\s+(\d{4})\.\.(\d{4})$", re.IGNORECASE)


def desk_of(instance: Instance, name: str, *, random: Randomness = secrets.token_bytes) -> Desk:
    """The desk of a register of an instance, on the territory that the instance publishes.

    If small numbers of its published tables are hidden, its answers are set against what was published.
    """
    declarations = read_registers(instance.registers_file)
    if name not in declarations:
        remedy = did_you_mean(name, declarations) or f"There are: {', '.join(declarations) or 'none'}."
        raise UnknownNameError(f"there is no register '{name}'.", where="registers.yaml", remedy=remedy)
    lake = lake_of(instance)
    known = Known(lake, lake.manifests.latest(), read_sources(instance.sources_file))
    frame = frame_of(instance.settings(), known)
    policies = read_policies(instance.policy_file)
    desk = desk_on(instance, declarations[name], frame, policies)
    if desk.terms.tables is None:
        return desk
    return replace(desk, beside=BesideReleases(ledger_folder(instance, policies, random), random))


def desk_on(
    instance: Instance,
    declaration: RegisterDeclaration,
    frame: Frame,
    policies: Policies,
    *,
    known: date | None = None,
) -> Desk:
    """The desk of a declared register, on the municipalities of a frame; as it was known on a day, or by now."""
    areas = frame.edition.areas
    municipalities = [key for key in frame.published if areas[key].level is Level.MUNICIPALITY]
    terms = terms_of(instance, declaration.register, policies, origin=declaration.origin_id)
    return desk(instance, declaration.register, frame.edition, municipalities, terms, known=known)


def desks_on(
    instance: Instance,
    declarations: Iterable[RegisterDeclaration],
    frame: Frame,
    policies: Policies,
    *,
    known: date | None = None,
) -> dict[str, Desk]:
    """The desks of declared registers by id, without those that hold nothing yet, or held nothing on that day."""
    there = {each.id: each for each in declarations if holds(instance, each.id)}
    desks = {id: desk_on(instance, each, frame, policies, known=known) for id, each in there.items()}
    return {id: desk for id, desk in desks.items() if desk.step}


def terms_of(instance: Instance, register: Register, policies: Policies, *, origin: str) -> Terms:
    """The terms that the policy of a register sets; its secret comes from the key that is never rotated."""
    policy, disclosure = policies.of(register.id, origin), policies.terms(register.id, origin).disclosure
    design = PerturbationDesign(disclosure.max_deviation, disclosure.variance, disclosure.min_units)
    ring = key_ring(instance)
    secret = blake3(ring.chain(keys.purpose(keys.RECORDS, register.id))[0], derive_key_context=_CONTEXT).digest()
    return Terms(policy.id, policies.digest, design, secret, disclosure.tables)


def days(text: str) -> tuple[date, ...]:
    """The days in `2024-12-31,2023-12-31`, `MONTH-ENDS 2015-01..2024-12` or `YEAR-ENDS 2015..2024`."""
    text = " ".join(text.split())
    if found := _MONTH_ENDS.match(text):
        return _month_ends(*(int(part) for part in found.groups()), text=text)
    if found := _YEAR_ENDS.match(text):
        return tuple(date(year, 12, 31) for year in range(int(found[1]), int(found[2]) + 1))
    return tuple(day(part) for part in text.split(","))


def day(text: str) -> date:
    """A day as 2024-12-31 or 31.12.2024."""
    text = text.strip()
    try:
        if "." in text:
            of_month, month, year = (int(part) for part in text.split("."))
            return date(year, month, of_month)
        return date.fromisoformat(text)
    except ValueError as error:
        remedy = "Write 2024-12-31, several with commas, MONTH-ENDS 2015-01..2024-12 or YEAR-ENDS 2015..2024."
        raise UnknownNameError(f"'{text}' is no day.", remedy=remedy) from error


def _month_ends(year: int, month: int, last_year: int, last_month: int, *, text: str) -> tuple[date, ...]:
    first, last = year * 12 + month - 1, last_year * 12 + last_month - 1
    if not (1 <= month <= 12 and 1 <= last_month <= 12 and first <= last):
        raise UnknownNameError(f"'{text}' names no months.", remedy="Write MONTH-ENDS 2015-01..2024-12.")
    months = [(each // 12, each % 12 + 1) for each in range(first, last + 1)]
    return tuple(date(year, month, calendar.monthrange(year, month)[1]) for year, month in months)


def first_ages(text: str) -> tuple[int, ...]:
    """The first ages of classes in `0,3,6,18,65`; none in an empty text."""
    parts = [part.strip() for part in text.split(",")] if text.strip() else []
    wrong = [part for part in parts if not part.isdigit()]
    if wrong:
        raise UnknownNameError(f"'{wrong[0]}' is no age.", where="--classes", remedy="Write 0,3,6,18,65.")
    return tuple(int(part) for part in parts)


def choices(texts: Sequence[str], *, allowed: str = "=") -> Mapping[str, tuple[str, ...]]:
    """The choices in `sex=female` and `age=15-49,60+`."""
    found: dict[str, tuple[str, ...]] = {}
    for text in texts:
        name, equals, codes = text.partition(allowed)
        chosen = tuple(code.strip() for code in codes.split(",") if code.strip())
        if not (equals and name.strip() and chosen):
            raise UnknownNameError(f"'{text}' is no choice.", remedy="Write sex=female or age=15-49,60+.")
        found[name.strip()] = (*found.get(name.strip(), ()), *chosen)
    return found

"""Hiding cells of a table: primary ones and others for their sake, as the policy asks for, and the proof that it is enough."""

from __future__ import annotations

from functools import partial
from typing import Any

from gemeinsinn.errors import DisclosureError, Finding
from gemeinsinn.pipeline.tables.assembly import Assembled
from gemeinsinn.pipeline.tables.csv_file import told
from gemeinsinn.pipeline.tables.methods import Treated
from gemeinsinn.pipeline.tables.writing import Outcome
from gemeinsinn.protect.certificate import Subject, certificate, subject_in
from gemeinsinn.protect.tables.policy import TablePolicy
from gemeinsinn.protect.tables.protection import Protection, protect
from gemeinsinn.protect.tables.union import Union


_MERGE = "Nothing was written. Merge categories, pool years, or hide more: `protect` in the column `state`."


def suppressed_table(
    whole: Assembled, policy: TablePolicy, *, earlier: Union | None, prove: bool, seconds: float | None
) -> Treated:
    """The table with gaps, after an attack that found nothing; `DisclosureError` names what it found."""
    found = protect(whole.model, policy, facts=whole.facts, earlier=earlier, prove=prove, seconds=seconds)
    _check(found, policy, whole.table.file.name)
    return Treated(
        Outcome(found.pattern),
        found.needs,
        report=_report(found),
        notes=tuple(f"{each.what} {each.why} {each.remedy}" for each in found.frozen),
        proof=partial(_certificate, whole, policy, found, earlier),
        is_known=earlier is not None and not earlier.unsettled.size,
    )


def _check(found: Protection, policy: TablePolicy, name: str) -> None:
    """Nothing passes but what was attacked without success."""
    if not found.verdict.clean:
        frozen = [Finding(name, f"{each.what} {each.why}", each.remedy) for each in found.frozen]
        breaches = [Finding(name, each.words, _MERGE) for each in found.verdict.breaches]
        raise DisclosureError(told([*frozen, *breaches], name))
    if policy.insiders and found.insiders:
        what = f"{found.insiders} who are alone in a cell could recompute somebody else's."
        raise DisclosureError(what, where=name, remedy=_MERGE)


def _report(found: Protection) -> dict[str, Any]:
    return {
        "bound": None if found.bound is None else _plain(found.bound),
        "insiders": found.insiders,
        "checked": found.verdict.checked,
        "frozen": [{"what": each.what, "why": each.why, "remedy": each.remedy} for each in found.frozen],
    }


def _plain(number: float) -> float | int:
    return int(number) if number == int(number) else round(number, 6)


def _certificate(
    whole: Assembled, policy: TablePolicy, found: Protection, earlier: Union | None, release: str, ledger: str
) -> bytes:
    name = whole.table.file.name
    plain = Subject(name, release, ledger)
    subject = plain if earlier is None else subject_in(earlier, table=name, release=release, ledger=ledger)
    states = found.attacked_pattern
    return certificate(
        found.attacked, states, found.attacked_needs, found.witnesses, policy=policy, subject=subject, knows=found.knows
    )

"""What is told of protected tables: in public nothing from which a hidden number follows, at the desk what a steward needs.

The public report stands in a release. That of the desk is for those who answer for data protection: it says how many
cells are hidden for their own sake, by question and level, and it names the cells that can no longer be hidden.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from gemeinsinn.concepts.registers import AREA_DIMENSIONS
from gemeinsinn.gate.hidden_share import ROUGHLY, roughly, shares
from gemeinsinn.gate.hiding import GuardedTables
from gemeinsinn.protect.ledger import Head
from gemeinsinn.protect.tables.frozen import Frozen
from gemeinsinn.protect.tables.pattern import PRIMARY, SECONDARY
from gemeinsinn.protect.tables.rules import Reason, primary_cells


Users = Mapping[str, Sequence[str]]
"""The indicators that use each question."""


def public_report(guarded: GuardedTables, users: Users, heads: Sequence[Head]) -> dict[str, Any]:
    """The part of a release's `disclosure.json` on one register."""
    policy, counts = guarded.policy, _counts(guarded)
    is_told = min(counts.primary, counts.secondary) >= ROUGHLY
    return {
        "min_units": policy.min_units,
        "zeros": str(policy.zeros),
        "protection": str(policy.protection),
        "attackers": [str(each) for each in policy.attackers],
        "tables": len(guarded.blocks),
        "cells": counts.cells,
        "hidden": counts.primary + counts.secondary,
        "primary": {name: roughly(count) for name, count in counts.reasons.items()} if is_told else None,
        "secondary": roughly(counts.secondary) if is_told else None,
        "insiders": sum(each.protection.insiders for each in guarded.blocks),
        "frozen": sum(len(each.protection.frozen) for each in guarded.blocks),
        "held": _held(guarded),
        "ledger": _newest(heads),
        "groups": [_public_group(guarded, question, users) for question in guarded.exact.places],
    }


def _held(guarded: GuardedTables) -> list[dict[str, str]]:
    """The tables whose corrections have to wait: of which date they are, and as known on which day they stand."""
    return [
        {"at": each.block.at, "known": each.known_on.isoformat()}
        for each in guarded.blocks
        if each.known_on is not None
    ]


def _newest(heads: Sequence[Head]) -> dict[str, Any] | None:
    return {"entry": heads[-1].number, "head": heads[-1].digest} if heads else None


def _public_group(guarded: GuardedTables, question: str, users: Users) -> dict[str, Any]:
    levels = [share.document for share in shares(guarded.tables, question)]
    return {"question": question, "indicators": list(users.get(question, ())), "levels": levels}


def desk_report(guarded: GuardedTables, users: Users, heads: Sequence[Head]) -> dict[str, Any]:
    """What those who answer for the data are told of one register; no number of a single cell is in it."""
    policy, counts = guarded.policy, _counts(guarded)
    several = counts.secondary >= ROUGHLY
    return {
        "register": guarded.exact.register,
        "policy": policy.digest[:12],
        "method": str(policy.method),
        "min_units": policy.min_units,
        "attackers": [str(each) for each in policy.attackers],
        "tables": len(guarded.blocks),
        "cells": counts.cells,
        "hidden": counts.primary + counts.secondary,
        "primary": counts.reasons,
        "secondary": counts.secondary,
        "secondary_sum": counts.secondary_sum if several else None,
        "checked": sum(each.protection.verdict.checked for each in guarded.blocks),
        "insiders": sum(each.protection.insiders for each in guarded.blocks),
        "bound_percent": _bound_percent(guarded),
        "held": _held(guarded),
        "ledger": _newest(heads),
        "certificates": sum(bool(head.certificate) for head in heads),
        "frozen": [_frozen(cell) for each in guarded.blocks for cell in each.protection.frozen],
        "groups": [_of_group(guarded, question, users) for question in guarded.exact.places],
    }


@dataclass(frozen=True, slots=True)
class _Counts:
    """Numbers that are asked for: how many, and how many are hidden for their own sake by rule, or for others."""

    cells: int
    primary: int
    secondary: int
    secondary_sum: float
    reasons: Mapping[str, int]


def _counts(guarded: GuardedTables) -> _Counts:
    states = np.concatenate([each.pattern[each.block.shown] for each in guarded.blocks])
    values = np.concatenate([each.block.model.values[each.block.shown] for each in guarded.blocks])
    primaries = [primary_cells(each.block.model, guarded.policy) for each in guarded.blocks]
    reasons = np.concatenate([p.reasons[each.block.shown] for p, each in zip(primaries, guarded.blocks, strict=True)])
    numbers = np.bincount(reasons, minlength=len(Reason))
    return _Counts(
        cells=int(states.size),
        primary=int((states == PRIMARY).sum()),
        secondary=int((states == SECONDARY).sum()),
        secondary_sum=float(values[states == SECONDARY].sum()),
        reasons={reason.name.lower(): int(numbers[reason]) for reason in Reason if reason and numbers[reason]},
    )


def _bound_percent(guarded: GuardedTables) -> float | None:
    """By how many per cent at most more is hidden for the sake of others than must be, if that was proven."""
    bounds = [each.protection.bound for each in guarded.blocks]
    least = sum(bound for bound in bounds if bound is not None)
    if None in bounds or not least:
        return None
    hidden = sum(
        float(each.block.model.values[(each.pattern == SECONDARY) & each.block.shown].sum()) for each in guarded.blocks
    )
    return math.ceil(10 * max(0.0, 100 * (hidden / least - 1))) / 10


def _frozen(each: Frozen) -> dict[str, Any]:
    return {"what": each.what, "why": each.why, "remedy": each.remedy, "cells": each.cells}


def _of_group(guarded: GuardedTables, question: str, users: Users) -> dict[str, Any]:
    """What is hidden of one group of people, level by level, and how much of it for its own sake."""
    primary = dict.fromkeys(AREA_DIMENSIONS, 0)
    for asked in guarded.tables.asked(question):
        primary[asked.level] += int((guarded.blocks[asked.number].pattern[asked.cells] == PRIMARY).sum())
    levels = [{**share.document, "primary": primary[share.level]} for share in shares(guarded.tables, question)]
    return {"question": question, "indicators": list(users.get(question, ())), "levels": levels}

"""The cheapest ways out: what else could be published of a register, each way really protected, with what it loses.

Nothing here is released. Ways are compared with one another and with what is asked, as if nothing had been published
before; what an earlier release showed stays shown, whichever way is taken.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import combinations, groupby
from typing import Any

import numpy as np

from gemeinsinn.concepts.registers import AGE, AGE_CLASS, AMT, AREA_DIMENSIONS, DISTRICT, OLDEST
from gemeinsinn.errors import DisclosureError
from gemeinsinn.gate.answers import Desk
from gemeinsinn.gate.blocks import Block, Snapshot, block_of
from gemeinsinn.gate.exact_tables import Asked, ExactTables, exact_tables
from gemeinsinn.gate.parts import spans_of
from gemeinsinn.protect.tables.pattern import FREE, PRIMARY
from gemeinsinn.protect.tables.policy import Attacker, Audience, TablePolicy
from gemeinsinn.protect.tables.protection import protect


class Way(StrEnum):
    """What would be published instead."""

    AS_ASKED = "as-asked"
    LARGER_AREAS = "larger-areas"
    YEARS_TOGETHER = "years-together"
    WITHOUT_A_GROUP = "without-a-group"
    """A group is left out; its people stay in a wider one, if there is one."""
    GROUPS_TOGETHER = "groups-together"
    """Two neighbouring groups of ages as one."""
    HIGHER_AUDIENCE = "higher-audience"
    """For people bound to secrecy: kept from outsiders only."""


@dataclass(frozen=True, slots=True)
class Alternative:
    """One way, and what it loses."""

    way: Way
    groups: tuple[str, ...]
    """The groups that are left out or put together."""
    years: int
    """How many years are put together."""
    numbers: int
    """How many numbers would be published, if none were hidden."""
    hidden: int
    primary: int
    total: float
    """What all numbers together count, at the smallest areas that are published."""
    hidden_sum: float
    asked: int
    """How many numbers are asked for now."""

    @property
    def loss(self) -> float:
        """The share of what is asked for now that would not be shown."""
        return max(0.0, 1 - (self.numbers - self.hidden) / self.asked) if self.asked else 0.0

    @property
    def document(self) -> dict[str, Any]:
        """The form of a report."""
        return {
            "way": str(self.way),
            "groups": list(self.groups),
            "years": self.years,
            "numbers": self.numbers,
            "hidden": self.hidden,
            "primary": self.primary,
            "total": self.total,
            "hidden_sum": self.hidden_sum,
            "loss": round(self.loss, 4),
        }


_YEARS = 3
_MOST_GROUPS = 4
"""Ways that leave a group out, or put two together; the groups with most hidden numbers first."""


def alternatives(
    desk: Desk, questions: Mapping[str, Asked], *, tell: Callable[[int, int], None] = lambda done, of: None
) -> list[Alternative]:
    """Every way with its loss, the least first, what is asked now among them."""
    policy = desk.terms.tables
    if policy is None:
        raise DisclosureError("no policy says how small numbers in its tables are hidden.", where=desk.register.id)
    exact = exact_tables(desk, questions)
    asked = sum(int(block.shown.sum()) for block in exact.blocks)
    plans: list[_Plan] = [(Way.AS_ASKED, (), 1, exact.blocks, policy), *_ways(desk, questions, exact, policy)]
    found = []
    for number, (way, groups, years, blocks, terms) in enumerate(plans, start=1):
        measured = _measured(way, blocks, terms, asked=asked)
        if measured is not None:
            found.append(replace(measured, groups=groups, years=years))
        tell(number, len(plans))
    return sorted(found, key=lambda each: (each.loss, each.way))


_Plan = tuple[Way, tuple[str, ...], int, tuple[Block, ...], TablePolicy]


def _ways(desk: Desk, questions: Mapping[str, Asked], exact: ExactTables, policy: TablePolicy) -> Iterator[_Plan]:
    coarse = exact_tables(desk, questions, levels=(AMT, DISTRICT))
    yield Way.LARGER_AREAS, (), 1, coarse.blocks, policy
    together = tuple(_together(exact.blocks))
    if together:
        yield Way.YEARS_TOGETHER, (), _YEARS, together, policy
    if len(questions) > 1:
        for name in _most_hidden(exact, policy)[:_MOST_GROUPS]:
            rest = {other: question for other, question in questions.items() if other != name}
            yield Way.WITHOUT_A_GROUP, (name,), 1, exact_tables(desk, rest).blocks, policy
    for (one, other), merged in _neighbours(questions):
        yield Way.GROUPS_TOGETHER, (one, other), 1, exact_tables(desk, merged).blocks, policy
    if policy.insiders:
        sealed = replace(policy, attackers=(Attacker.OUTSIDER,), audience=Audience.PLANNING)
        yield Way.HIGHER_AUDIENCE, (), 1, exact.blocks, sealed


def _together(blocks: tuple[Block, ...]) -> Iterator[Block]:
    """The same tables over several years each, without the years that are left over at the beginning."""
    for variable, of_variable in groupby(blocks, key=lambda block: block.variable):
        every = list(of_variable)
        for first in range(len(every) % _YEARS, len(every), _YEARS):
            years = every[first : first + _YEARS]
            counts = sum(block.snapshot.counts for block in years)
            at = f"{years[0].snapshot.at[:4]}-{years[-1].snapshot.at[:4]}"
            snapshot = Snapshot(variable, at, np.asarray(counts))
            yield block_of(snapshot, years[0].areas, years[0].columns, frozenset(AREA_DIMENSIONS))


def _most_hidden(exact: ExactTables, policy: TablePolicy) -> list[str]:
    """The groups by how many of their numbers are below the threshold, most first."""
    small: dict[str, int] = {}
    for name, place in exact.places.items():
        for block in exact.blocks:
            if block.variable == place.variable and block.at in place.dates:
                values = block.model.values.reshape(block.shape)[:, place.column]
                small[name] = small.get(name, 0) + int(((values > 0) & (values < policy.min_units)).sum())
    return sorted((name for name in small if small[name]), key=lambda name: (-small[name], name))


def _neighbours(questions: Mapping[str, Asked]) -> Iterator[tuple[tuple[str, str], dict[str, Asked]]]:
    """Two groups of ages that touch and are alike otherwise, and the questions with one in the place of both."""
    for one, other in combinations(questions, 2):
        first, second = questions[one], questions[other]
        if replace(first, where=_without_ages(first)) != replace(second, where=_without_ages(second)):
            continue
        spans = sorted((*spans_of(first.where), *spans_of(second.where)))
        touches = len(spans) == 2 and spans[0][1] == spans[1][0]
        if touches:
            ages = f"{spans[0][0]}+" if spans[1][1] > OLDEST else f"{spans[0][0]}-{spans[1][1] - 1}"
            both = replace(first, where={**_without_ages(first), AGE: (ages,)})
            rest = {name: question for name, question in questions.items() if name not in (one, other)}
            yield (one, other), {**rest, f"{one}, {other}": both}


def _without_ages(question: Asked) -> dict[str, tuple[str, ...]]:
    return {name: codes for name, codes in question.where.items() if name not in (AGE, AGE_CLASS)}


def _measured(way: Way, blocks: tuple[Block, ...], policy: TablePolicy, *, asked: int) -> Alternative | None:
    """Protect the tables of one way, and count what is lost; None if it cannot be gone."""
    try:
        protections = [protect(block.model, policy) for block in blocks]
    except DisclosureError:
        return None
    if not all(protection.verdict.clean for protection in protections):
        return None
    patterns = [protection.pattern for protection in protections]
    return Alternative(
        way=way,
        groups=(),
        years=1,
        numbers=sum(int(block.shown.sum()) for block in blocks),
        hidden=sum(
            int((block.shown & (pattern != FREE)).sum()) for block, pattern in zip(blocks, patterns, strict=True)
        ),
        primary=sum(
            int((block.shown & (pattern == PRIMARY)).sum()) for block, pattern in zip(blocks, patterns, strict=True)
        ),
        total=sum(float(block.model.values[_smallest(block)].sum()) for block in blocks),
        hidden_sum=sum(
            float(block.model.values[_smallest(block) & (pattern != FREE)].sum())
            for block, pattern in zip(blocks, patterns, strict=True)
        ),
        asked=asked,
    )


def _smallest(block: Block) -> np.ndarray:
    """The shown cells of the smallest areas that are shown."""
    shown = block.shown.reshape(block.shape)
    inside = {int(parent) for at, parent in enumerate(block.areas.parent) if parent >= 0 and shown[at].any()}
    rows = np.array([at not in inside for at in range(block.shape[0])])
    return np.asarray((shown & rows[:, None]).ravel())

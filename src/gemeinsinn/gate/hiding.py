"""Hiding: each table of a register is protected together with everything released before, attacked, and only then shown.

Whatever does not come to its end, a policy that is missing, a solver that fails, an audit that finds a way, raises
`DisclosureError`: then nothing is shown at all. Only corrections that cannot be protected beside what was released
before are waited with: their table keeps the figures that were known at an earlier day.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
from numpy.typing import NDArray

from gemeinsinn.concepts.registers import AREA_DIMENSIONS
from gemeinsinn.errors import DisclosureError, Finding
from gemeinsinn.gate.answers import Desk
from gemeinsinn.gate.blocks import Block
from gemeinsinn.gate.earlier_states import EarlierStates
from gemeinsinn.gate.exact_tables import Asked, ExactTables, exact_tables
from gemeinsinn.gate.groups import Where, groups_of
from gemeinsinn.gate.protected_tables import ProtectedTables
from gemeinsinn.protect.ledger import Ledger
from gemeinsinn.protect.released import Shows, keyed
from gemeinsinn.protect.tables.pattern import FREE, SECONDARY
from gemeinsinn.protect.tables.policy import Method, TablePolicy
from gemeinsinn.protect.tables.protection import Protection, protect
from gemeinsinn.protect.tables.rules import primary_cells
from gemeinsinn.protect.tables.union import Union, united


@dataclass(frozen=True)
class Guarded:
    """One table that passed, and how it was protected. Only the gate reads the protection."""

    block: Block
    union: Union
    """The table beside everything that was released before of the same variable for the same date."""
    pattern: NDArray[np.uint8]
    protection: Protection
    known_on: date | None = None
    """The day as of which it is known, if newer corrections have to wait."""

    @property
    def is_known(self) -> bool:
        """Whether all of it was released just so before, so that releasing it again tells nothing."""
        return not self.union.unsettled.size

    @property
    def must_wait(self) -> bool:
        """Whether the figures, as they are now, could not be protected beside what was released before."""
        return bool(self.union.heads) and not self.protection.verdict.clean

    def __repr__(self) -> str:
        """Without a number."""
        return f"Guarded({self.block.name})"


@dataclass(frozen=True)
class GuardedTables:
    """The tables of a register that passed."""

    exact: ExactTables
    policy: TablePolicy
    blocks: tuple[Guarded, ...]

    @property
    def tables(self) -> ProtectedTables:
        """What may be shown of them."""
        shown = replace(self.exact, blocks=tuple(each.block for each in self.blocks))
        return ProtectedTables(shown, tuple(each.pattern for each in self.blocks))

    def __repr__(self) -> str:
        """Without a number."""
        return f"GuardedTables({self.exact.register})"


def guarded(desk: Desk, questions: Mapping[str, Asked], ledger: Ledger) -> GuardedTables:
    """Everything that is asked of a register, as its policy lets it out beside all that the ledger knows.

    Raises `DisclosureError` if that cannot be done, or not be proven.
    """
    policy = desk.terms.tables
    if policy is None:
        what = "no policy says how small numbers in its tables are hidden."
        raise DisclosureError(what, where=desk.register.id, remedy="Write `disclosure: {method: suppress, …}`.")
    levels = _levels(desk, questions, policy)

    def before(table: str) -> Sequence[Where]:
        return groups_of(ledger, table)

    exact = exact_tables(desk, questions, levels=levels, before=before)
    return guarded_tables(exact, policy, ledger, earlier=EarlierStates(desk, questions, levels, before).of)


Earlier = Callable[[Block], Iterable[tuple[date, Block]]]
"""A table as it was known at earlier days, newest first."""


def guarded_tables(
    exact: ExactTables, policy: TablePolicy, ledger: Ledger, *, earlier: Earlier = lambda block: ()
) -> GuardedTables:
    """Tables of a register, protected and attacked together with all that the ledger knows."""
    return GuardedTables(exact, policy, tuple(_guarded(block, policy, ledger, earlier) for block in exact.blocks))


def releases_of(ledger: Ledger, block: Block) -> Ledger:
    """What was released of the same variable for the same date; no equation connects a table with anything else."""
    return replace(ledger, entries=tuple(entry for entry in ledger.entries if entry.head.table == block.name))


def _guarded(block: Block, policy: TablePolicy, ledger: Ledger, earlier: Earlier) -> Guarded:
    """The table as it is known now, or as it was known on the newest day on which it can be protected."""
    beside = releases_of(ledger, block)
    found = _attacked(block, policy, beside)
    if found.must_wait:
        found = _waiting(list(earlier(block)), policy, beside) or found
    if not found.protection.verdict.clean:
        found = _attacked(block, policy, beside, explain=True)
    _check(block.name, found.protection, policy)
    return found


def _waiting(states: Sequence[tuple[date, Block]], policy: TablePolicy, beside: Ledger) -> Guarded | None:
    """The table as it was released last; where it never was like this, the newest state that can be protected.

    States between were tried in their turn and could not be protected; every release since makes it only harder.
    """
    released = ((day, each) for day, each in states if not _united(each, policy, beside).unsettled.size)
    for day, each in itertools.chain(itertools.islice(released, 1), states):
        found = _attacked(each, policy, beside)
        if not found.must_wait:
            return replace(found, known_on=day)
    return None


def _united(block: Block, policy: TablePolicy, beside: Ledger) -> Union:
    return united(block.model, beside, audience=str(policy.audience), policy=policy.digest)


def _attacked(block: Block, policy: TablePolicy, beside: Ledger, *, explain: bool = False) -> Guarded:
    union = _united(block, policy, beside)
    before = _hidden_before(block, policy, beside)
    protection = protect(block.model, policy, earlier=union, begin=before, explain=explain)
    if before is not None and not (protection.verdict.clean or protection.hopeless):
        protection = protect(block.model, policy, earlier=union, explain=explain)
    pattern = np.where(block.shown | (protection.pattern != FREE), protection.pattern, SECONDARY)
    return Guarded(block, union, pattern.astype(np.uint8), protection)


def _hidden_before(block: Block, policy: TablePolicy, beside: Ledger) -> NDArray[np.bool_] | None:
    """The cells that the newest release on the same policy hides, and that are what they were; None if there is none.

    They stay hidden: what one release hides the next one does not show without need, and only what was corrected is
    searched for anew.
    """
    wanted = (str(policy.audience), policy.digest)
    released = [entry for entry in beside.entries if (entry.head.audience, entry.head.policy) == wanted]
    if not released:
        return None
    shown = released[-1].content().shown
    hidden = {identity.tobytes() for identity in shown.identities[shown.shows == Shows.HIDDEN]}
    own = keyed(block.model.identities or (), beside.key)
    return np.array([identity.tobytes() in hidden for identity in own], dtype=np.bool_)


def _check(table: str, protection: Protection, policy: TablePolicy) -> None:
    """Nothing passes but what was attacked without success."""
    if not protection.verdict.clean:
        findings = [Finding(table, breach.words, _REMEDY) for breach in protection.verdict.breaches]
        raise DisclosureError(findings or [Finding(table, "the audit was not clean.", _REMEDY)])
    if policy.insiders and protection.insiders:
        what = f"{protection.insiders} people who are alone in a cell could recompute somebody else's."
        raise DisclosureError(what, where=table, remedy=_REMEDY)


_REMEDY = "Nothing was published. Merge groups, pool years, or leave a level out."


def _levels(desk: Desk, questions: Mapping[str, Asked], policy: TablePolicy) -> Sequence[str]:
    """The levels of areas that are shown: all, or with `coarsen` those at which no number is small, or none."""
    if policy.method is Method.WITHHOLD:
        return ()
    if policy.method is not Method.COARSEN:
        return AREA_DIMENSIONS
    for first in range(len(AREA_DIMENSIONS)):
        levels = AREA_DIMENSIONS[first:]
        exact = exact_tables(desk, questions, levels=levels)
        if not any((primary_cells(block.model, policy).mask & block.shown).any() for block in exact.blocks):
            return levels
    return ()

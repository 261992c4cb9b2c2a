"""The ledger behind a table: what was released before, the attack on all of it together, and the entry of what is released now."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

import numpy as np

from gemeinsinn.errors import DisclosureError, Finding
from gemeinsinn.gate.ledger_folder import Book, LedgerFolder, Randomness
from gemeinsinn.pipeline.tables.assembly import Assembled
from gemeinsinn.pipeline.tables.csv_file import told
from gemeinsinn.pipeline.tables.methods import Treated
from gemeinsinn.protect.ledger import NONCE_BYTES, Entry, Ledger, Release, concerned
from gemeinsinn.protect.released import Sealed, Shown
from gemeinsinn.protect.tables.attack import Breach, attacked, breaches_of
from gemeinsinn.protect.tables.identity import identities_of
from gemeinsinn.protect.tables.model import TableModel
from gemeinsinn.protect.tables.policy import Method, TablePolicy, Zeros
from gemeinsinn.protect.tables.problem import problem_of
from gemeinsinn.protect.tables.releasing import sealed_of, shown_of
from gemeinsinn.protect.tables.union import Union, united


@dataclass(frozen=True, slots=True)
class Place:
    """The folder of a ledger, and what a table counts of whom on which day: what its cells are compared by."""

    folder: Path
    variable: str
    valid_on: str

    @property
    def name(self) -> str:
        """How messages call the table."""
        return f"{self.variable} {self.valid_on}"


@dataclass(slots=True)
class Shelf:
    """A ledger beside a table that is about to be released; `book` is None if it only is looked at."""

    place: Place
    ledger: Ledger
    book: Book | None

    def union(self, model: TableModel, policy: TablePolicy) -> Union:
        """The table together with what its audience saw before."""
        return united(model, self.ledger, audience=str(policy.audience), policy=policy.digest)


@contextmanager
def shelf(place: Place, *, release: bool, random: Randomness) -> Iterator[Shelf]:
    """The ledger in a folder; to be added to if something is released, and nobody else adds to it meanwhile."""
    folder = LedgerFolder(place.folder)
    if not release:
        yield Shelf(place, folder.read(), None)
        return
    with folder.writing(random) as book:
        yield Shelf(place, book.ledger, book)


def identified(whole: Assembled, place: Place) -> Assembled:
    """The table with cells that can be compared with those of other tables."""
    model, roots = whole.model, whole.table.roots
    known = identities_of(model.labels, model.values, variable=place.variable, valid_on=place.valid_on, roots=roots)
    return replace(whole, model=replace(model, identities=known))


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Leaving:
    """What is about to be released: how it is shown, and the hashes of the file and of its certificate."""

    treated: Treated
    release: str
    certificate: str


def entered(
    shelf: Shelf, whole: Assembled, policy: TablePolicy, leaving: Leaving, *, at: datetime, random: Randomness
) -> Entry | None:
    """Attack what is about to be released beside all that the audiences saw, and write it down.

    Raises `DisclosureError` if the attack finds anything. None if nothing new is released.
    """
    if leaving.treated.is_known:
        return None
    key, model, treated = shelf.ledger.key, whole.model, leaving.treated
    shown = shown_of(model, treated.outcome.pattern, key=key, low=treated.low, high=treated.high)
    sealed = _sealed(model, treated)
    said = Release(
        table=shelf.place.name, audience=str(policy.audience), policy=policy.digest, method=str(policy.method),
        at=at, release=leaving.release, certificate=leaving.certificate,
    )  # fmt: skip
    _attack(_after(shelf.ledger, said, shown, sealed, model, random), model, policy)
    if shelf.book is None:
        return None
    return shelf.book.append(said, shown=shown, sealed=sealed, forced=model.open_cells(), random=random)


def _sealed(model: TableModel, treated: Treated) -> Sealed:
    """What stays secret; a number that was changed is protected as far as it leaves something open."""
    sealed = sealed_of(model, treated.outcome.pattern, treated.needs)
    if treated.low is None:
        return sealed
    return replace(sealed, primary=(treated.needs.up > 0) | (treated.needs.down > 0))


def _after(
    ledger: Ledger, said: Release, shown: Shown, sealed: Sealed, model: TableModel, random: Randomness
) -> Ledger:
    """The ledger as it will be."""
    entry = ledger.next(said, shown=shown, sealed=sealed, forced=model.open_cells(), nonce=random(NONCE_BYTES))
    return ledger.with_entry(entry)


def _attack(after: Ledger, model: TableModel, policy: TablePolicy) -> None:
    """Every audience that sees the release beside others finds out nothing that was to be kept from it.

    Gaps were attacked when they were made, for the audience that they were made for.
    """
    own, seen = str(policy.audience), {entry.head.audience for entry in after.entries}
    for audience in concerned(own):
        done = audience == own and policy.method is Method.SUPPRESS
        if done or audience not in seen or len(after.seen_by(audience)) == 1:
            continue
        union = united(model, after, audience=audience, policy="", entered=True)
        breaches = _found(union, policy)
        if breaches:
            raise DisclosureError(told([Finding(audience, each.words, _KEEP) for each in breaches], audience))


def _found(union: Union, policy: TablePolicy) -> list[Breach]:
    """What somebody finds out who has seen all of it; which cells are zero nobody knows from numbers that were changed."""
    changed = policy.method in (Method.ROUND, Method.CELL_KEY)
    terms = replace(policy, zeros=Zeros.STRUCTURAL) if changed else policy
    problem = problem_of(union.model, terms, union.primary, union.needs)
    hidden = np.ones(problem.size, dtype=np.bool_)
    return breaches_of(union.model, problem, hidden, attacked(problem, hidden))


_KEEP = "Nothing was written. Release the table as the earlier ones were, or leave it out."

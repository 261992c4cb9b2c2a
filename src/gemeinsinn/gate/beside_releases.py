"""Answers beside releases: what a register publishes or hides is answered just so, everything else deviates.

A cell that a release shows has the same number in every answer, and one that a release hides is hidden in every answer.
All others deviate by cell keys. They enter the ledger as intervals, once it is proven that nobody can find a hidden
number with them; an answer that would help is refused as a whole.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gemeinsinn.concepts.registers import PeriodQuestion, Question
from gemeinsinn.errors import DisclosureError
from gemeinsinn.gate.answer_places import Places, places_of
from gemeinsinn.gate.answers import Answer, Desk
from gemeinsinn.gate.blocks import Block
from gemeinsinn.gate.hiding import releases_of
from gemeinsinn.gate.ledger_folder import Book, LedgerFolder, Randomness
from gemeinsinn.protect.cell_keys import METHOD
from gemeinsinn.protect.ledger import NONCE_BYTES, Ledger, Release
from gemeinsinn.protect.released import Shows, keyed
from gemeinsinn.protect.tables.attack import audited
from gemeinsinn.protect.tables.needs import Needs
from gemeinsinn.protect.tables.pattern import FREE, SECONDARY, Array, Flags
from gemeinsinn.protect.tables.policy import TablePolicy, Zeros
from gemeinsinn.protect.tables.releasing import sealed_of, shown_of
from gemeinsinn.protect.tables.union import united


@dataclass(frozen=True, slots=True)
class BesideReleases:
    """Settles answers about a register whose tables are published, beside all that the ledger knows."""

    folder: LedgerFolder
    random: Randomness = field(repr=False)

    def settled(self, desk: Desk, question: Question | PeriodQuestion, answer: Answer, *, at: datetime) -> Answer:
        """The answer as it may be given; it is in the ledger when this returns.

        Raises `DisclosureError` for a question whose answer cannot be kept from telling a hidden number.
        """
        counts, hidden = answer.counts.copy(), np.zeros(answer.counts.shape, dtype=np.bool_)
        with self.folder.writing(self.random) as book:
            told = []
            for number, places in enumerate(places_of(desk, question, answer, book.ledger)):
                states = _states(book.ledger, places)
                numbers = np.where(states.shown, places.block.model.values[places.cells], counts[number].ravel())
                told.append(_Told(places, states, numbers))
                counts[number] = np.where(states.hidden, 0, numbers).reshape(counts[number].shape)
                hidden[number] = states.hidden.reshape(hidden[number].shape)
            _enter(book, desk, [each for each in told if each.states.fresh.any()], at=at, random=self.random)
        return replace(answer, counts=counts, hidden=hidden)


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class _States:
    """How each number of an answer at one date stands in what was released."""

    shown: Flags
    """A release shows it."""
    hidden: Flags
    """A release hides it, and none shows it."""
    fresh: Flags
    """It deviates, and no answer has had it yet."""


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class _Told:
    """What an answer tells of one table."""

    places: Places
    states: _States
    numbers: Array


def _states(ledger: Ledger, places: Places) -> _States:
    """What releases show and hide of an answer."""
    identities = places.block.model.identities or ()
    wanted = keyed([identities[cell] for cell in places.cells.tolist()], ledger.key)
    names = [each.tobytes() for each in wanted]
    shows: dict[bytes, set[int]] = {name: set() for name in names}
    for entry in releases_of(ledger, places.block).entries:
        shown = entry.content().shown
        for identity, state in zip(shown.identities, shown.shows.tolist(), strict=True):
            found = shows.get(identity.tobytes())
            if found is not None:
                found.add(state)
    is_shown, is_known, deviated = (
        np.array([state in shows[name] for name in names], dtype=np.bool_)
        for state in (Shows.VALUE, Shows.HIDDEN, Shows.INTERVAL)
    )
    hidden = is_known & places.is_released & ~is_shown
    return _States(is_shown, hidden, ~is_shown & ~hidden & ~deviated)


def _enter(book: Book, desk: Desk, told: list[_Told], *, at: datetime, random: Randomness) -> None:
    """Prove that the answer tells no hidden number, and enter what it shows."""
    policy = desk.terms.tables or TablePolicy()
    releases = list(_releases(desk, policy, told, key=book.ledger.key, at=at))
    ledger = book.ledger
    for each, (release, content) in zip(told, releases, strict=True):
        ledger = ledger.with_entry(ledger.next(release, **content, nonce=bytes(NONCE_BYTES)))
        _attack(desk, each.places.block, policy, ledger)
    for release, content in releases:
        book.append(release, **content, random=random)


def _releases(
    desk: Desk, policy: TablePolicy, told: list[_Told], *, key: bytes, at: datetime
) -> Iterator[tuple[Release, dict[str, Any]]]:
    """The entry of each table: exact numbers that releases show, intervals around those that deviate.

    An interval that may hold a small number begins at nothing: that a small number is not the smallest of all tells
    nobody what it is, and a bound so near to it could never be lived with.
    """
    for each in told:
        model, cells, wide = each.places.block.model, each.places.cells, desk.terms.design.max_deviation
        pattern = np.full(model.cells, SECONDARY, dtype=np.uint8)
        pattern[cells[~each.states.hidden]] = FREE
        deviating = ~each.states.hidden & ~each.states.shown
        low, high = _nothing(model.cells), _nothing(model.cells)
        least = each.numbers[deviating] - wide
        low[cells[deviating]] = np.where(least < policy.min_units, 0, least)
        high[cells[deviating]] = each.numbers[deviating] + wide
        said = Release(
            table=each.places.block.name,
            audience=str(policy.audience),
            policy=f"answers {policy.digest}",
            method=METHOD,
            at=at,
            release="",
        )
        nothing = np.zeros(model.cells)
        yield (
            said,
            {
                "shown": shown_of(model, pattern, key=key, low=low, high=high),
                "sealed": sealed_of(model, pattern, Needs(nothing, nothing)),
                "forced": model.open_cells(),
            },
        )


def _nothing(cells: int) -> NDArray[np.float64]:
    return np.full(cells, np.nan)


def _attack(desk: Desk, block: Block, policy: TablePolicy, ledger: Ledger) -> None:
    """All releases together with the answer: nobody may find what a release hides."""
    union = united(block.model, releases_of(ledger, block), audience=str(policy.audience), policy="")
    is_public = policy.zeros is Zeros.PUBLIC
    verdict = audited(union.model, ~union.model.open_cells(), union.needs, zeros_public=is_public)
    if not verdict.clean:
        what = f"the answer would help to find {len(verdict.breaches)} numbers that are hidden."
        remedy = "It was not given. Ask for larger areas or wider groups."
        raise DisclosureError(what, where=desk.register.id, remedy=remedy)

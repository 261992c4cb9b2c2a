"""A lot: a few blocks simulated together, for which every system says what they contribute to each of its files.

A delivery is joined from what all lots contribute, file by file, in their order. The size of a lot is fixed, so that the
files do not depend on how many processes worked on them.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from gemeinsinn.synthetic.arrays import Array, Rng
from gemeinsinn.synthetic.blocks import Plan
from gemeinsinn.synthetic.days import number_of
from gemeinsinn.synthetic.history import History, history
from gemeinsinn.synthetic.knowledge import Entries, entries
from gemeinsinn.synthetic.life import Lived, lived


LOT = 4
Files = dict[str, bytes]
"""What a lot contributes to each file of the delivery, by the file's name below the county's folder."""
_KNOWLEDGE, _SYSTEMS = 1, 2
_PERSONS = 1_000_000


@dataclass(frozen=True, slots=True, eq=False)
class Block:
    """A block with its life, its history and what the register entered of it."""

    number: int
    life: Lived
    past: History
    entries: Entries

    def where_living(self, rows: Array) -> Array:
        """The municipality after events of the history."""
        return np.asarray(self.life.homes.mun[self.past.state[rows, 0]])

    def number_of_person(self, person: Array) -> Array:
        """A number that no other person of the county has."""
        return np.asarray((self.number + 1) * _PERSONS + person)


@dataclass(frozen=True, slots=True, eq=False)
class Lot:
    """Some blocks of an order."""

    number: int
    plan: Plan
    blocks: tuple[Block, ...]

    @property
    def is_first(self) -> bool:
        """The first lot writes the heads of files."""
        return self.number == 0

    def rng(self, block: Block, system: int) -> Rng:
        """The random generator of a system for a block."""
        return np.random.default_rng(np.random.SeedSequence([self.plan.order.seed, block.number, _SYSTEMS, system]))


def count_of_lots(plan: Plan) -> int:
    """How many lots an order has."""
    return -(-plan.blocks // LOT)


def simulated(plan: Plan, number: int) -> Lot:
    """Simulate the blocks of a lot."""
    blocks = range(number * LOT, min((number + 1) * LOT, plan.blocks))
    return Lot(number, plan, tuple(_block(plan, each) for each in blocks))


def _block(plan: Plan, number: int) -> Block:
    life = lived(plan, number)
    past = history(life.journal)
    order = plan.order
    rng = np.random.default_rng(np.random.SeedSequence([order.seed, number, _KNOWLEDGE]))
    first, last = number_of(order.first_day), number_of(order.last_day)
    return Block(number, life, past, entries(past, life.people, first=first, last=last, quirks=order.quirks, rng=rng))

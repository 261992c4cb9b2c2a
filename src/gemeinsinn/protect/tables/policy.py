"""The policy of a table: which cells are too small to show, what is done about them, and whom they are kept from.

The rules are those of the SDC handbook (Hundepool et al., Statistical Disclosure Control, 2012, chapters 4 and 5); the
defaults follow German practice: at least three units in a cell, zeros are public, cells are suppressed.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, fields, is_dataclass
from enum import StrEnum
from typing import Any


class Zeros(StrEnum):
    """What is known of cells without anybody in them."""

    PUBLIC = "public"
    """Everybody knows every zero; a zero is shown, and no other cell hides behind it. So a hidden count is at least one."""
    NAIVE = "naive"
    """As `public`, but nobody is taken to conclude that a hidden count is not zero. That is what most programs assume;
    it is here to compare with them, and it is not safe."""
    STRUCTURAL = "structural"
    """Only zeros that cannot be anything else, marked as open, are known; any other may be hidden for others' sake."""
    SECRET = "secret"  # noqa: S105  (no password)
    """That there is nobody must not be seen either: zeros are primary, unless they are marked as open."""


class Method(StrEnum):
    """What is done about a table with cells that must not be shown."""

    SUPPRESS = "suppress"
    """Primary cells are hidden, and others for their sake."""
    ROUND = "round"
    """Every count is rounded to a multiple of 5 or 10, totals from the true sums."""
    CELL_KEY = "cell_key"
    """Every count deviates by a little that its cell key decides."""
    COARSEN = "coarsen"
    """The deepest levels are left out until no cell is primary."""
    WITHHOLD = "withhold"
    """Nothing of the table is shown."""


class Attacker(StrEnum):
    """Whom hidden cells are kept from."""

    OUTSIDER = "outsider"
    """Knows what is published, and nothing else."""
    INSIDER = "insider"
    """Is alone in a cell, or one household or provider makes it up, and knows it."""
    ALL_SINGLETONS = "all_singletons"
    """All who are alone in a cell, together."""


class Audience(StrEnum):
    """Who may see the table; each has releases and a ledger of its own."""

    PUBLIC = "public"
    POLITICS = "politics"
    PLANNING = "planning"
    STATISTICS = "statistics"


class ProtectionLevel(StrEnum):
    """How far a primary cell must be able to move."""

    OPEN = "open"
    """It can be any neighbour of its value: nobody can say what it is."""
    THRESHOLD = "threshold"
    """Its upper bound reaches `min_units`: nobody can say that it is small."""


class Weights(StrEnum):
    """What hiding a cell costs."""

    SUM = "sum"
    """Its value: large cells are kept."""
    COUNT = "count"
    """One: as few cells as possible are lost."""
    LOG = "log"
    """The logarithm of its value, between the two."""


BASES = (5, 10)
"""What counts may be rounded to."""


@dataclass(frozen=True, slots=True)
class Dominance:
    """The (n,k) rule: the `n` largest contributions may be at most the share `k` of a sum."""

    n: int = 1
    k: float = 0.85


@dataclass(frozen=True, slots=True)
class Ratio:
    """The ratio rule: from how many cases on a rate, and from how many units on a mean, may be formed of a cell."""

    numerator: int = 3
    denominator: int = 3
    mean: int = 3
    complement: bool = True
    """Whether those who are no case must be none or as many: 48 of 50 shows two."""


@dataclass(frozen=True, slots=True)
class TablePolicy:
    """On which terms the numbers of a table may leave."""

    min_units: int = 3
    """The frequency rule: a cell with fewer units, but not none, is primary."""
    zeros: Zeros = Zeros.PUBLIC
    method: Method = Method.SUPPRESS
    base: int = 5
    """What counts are rounded to, with `method: round`."""
    max_deviation: int = 4
    """By how much a count deviates at most, with `method: cell_key`."""
    variance: float = 2.0
    """How widely deviations scatter, with `method: cell_key`."""
    attackers: tuple[Attacker, ...] = (Attacker.OUTSIDER,)
    audience: Audience = Audience.PUBLIC
    protection: ProtectionLevel = ProtectionLevel.OPEN
    protection_percent: float = 10.0
    """By how many per cent of its value a primary sum must be able to move, up and down."""
    dominance: Dominance | None = None
    p_percent: float | None = None
    """The p% rule: nobody among the contributors to a sum can estimate the largest one closer than this."""
    group_disclosure: bool = False
    """Whether a group of which everybody is in one category counts as disclosed, however large it is.

    Zeros are then not public: an empty category says where everybody is.
    """
    ratio: Ratio | None = None
    units: tuple[str, ...] = ()
    """What is counted: persons, households, providers. A cell must reach `min_units` in each; empty: its count."""
    weights: Weights = Weights.SUM
    signed: bool = False
    """Whether values may be negative; the attacker then does not know that they are not."""
    overlap: tuple[str, ...] = ()
    """Dimensions in which a code may be part of two others."""
    separate: tuple[str, ...] = ()
    """Dimensions over which nothing is added up: key dates, variables."""
    open: tuple[Mapping[str, tuple[str, ...]], ...] = ()
    """Cells that must stay open, by the codes that they have in some dimensions."""

    def __post_init__(self) -> None:
        """With group disclosure, public zeros become structural ones."""
        if self.group_disclosure and self.zeros is Zeros.PUBLIC:
            object.__setattr__(self, "zeros", Zeros.STRUCTURAL)

    @property
    def zeros_known(self) -> bool:
        """Whether everybody knows every zero."""
        return self.zeros in (Zeros.PUBLIC, Zeros.NAIVE)

    @property
    def sees_sums(self) -> bool:
        """Whether a rule looks at the largest contributions to a sum."""
        return self.dominance is not None or self.p_percent is not None

    @property
    def insiders(self) -> bool:
        """Whether somebody inside a cell is an attacker."""
        return Attacker.INSIDER in self.attackers

    @property
    def document(self) -> dict[str, Any]:
        """The policy in plain words, in a fixed order: what certificates and ledgers hold."""
        return {field.name: _plain(getattr(self, field.name)) for field in fields(self)}

    @property
    def digest(self) -> str:
        """Tells one policy from another; comments and the order of fields make no difference."""
        text = json.dumps(self.document, sort_keys=True, ensure_ascii=False)
        return hashlib.sha256(text.encode()).hexdigest()


def _plain(value: Any) -> Any:
    if is_dataclass(value):
        return {field.name: _plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, Mapping):
        return {name: _plain(child) for name, child in sorted(value.items())}
    if isinstance(value, tuple):
        return [_plain(child) for child in value]
    return str(value) if isinstance(value, StrEnum) else value

"""What an indicator is: its words, its formula, its unit, and what may be concluded from it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from gemeinsinn.indicators.methods.judgement import Polarity


Words = Mapping[str, str]
"""A text by language."""


class Statistic(StrEnum):
    """What kind of number an indicator is, which decides on its interval."""

    PROPORTION = "proportion"
    """Cases that are part of their denominator: Wilson interval."""
    RATE = "rate"
    """Events over a population: Poisson interval."""
    RATIO = "ratio"
    """One amount over another: no interval."""
    COUNT = "count"
    """A number of people or things: no interval."""
    CHANGE = "change"
    """The change over some years, in per cent: no interval."""
    MEDIAN = "median"
    """The median of classes: no interval."""
    PUBLISHED = "published"
    """A figure that the source calculated itself: no interval."""


class Unit(StrEnum):
    """The units of indicators; their words stand in the message catalogues."""

    PERSONS = "persons"
    NUMBER = "number"
    PERCENT = "percent"
    PER_100 = "per_100"
    PER_1000 = "per_1000"
    PER_10000 = "per_10000"
    PER_100000 = "per_100000"
    PER_1000_RESIDENTS = "per_1000_residents"
    PER_10000_RESIDENTS = "per_10000_residents"
    PER_100000_RESIDENTS = "per_100000_residents"
    RESIDENTS_PER_KM2 = "residents_per_km2"
    YEARS = "years"
    EUR = "eur"
    EUR_PER_RESIDENT = "eur_per_resident"
    EUR_PER_MONTH = "eur_per_month"
    EUR_PER_SQUARE_METRE = "eur_per_square_metre"
    NIGHTS_PER_RESIDENT = "nights_per_resident"
    SQUARE_METRES = "square_metres"
    SQUARE_METRES_PER_RESIDENT = "square_metres_per_resident"
    SCORE = "score"
    CHILDREN_PER_WOMAN = "children_per_woman"


class Timing(StrEnum):
    """Which period of a table goes with the period of the indicator."""

    SAME = "same"
    """The same period."""
    PREVIOUS = "previous"
    """The year before."""
    MEAN_OF_YEAR = "mean_of_year"
    """The mean of the key dates at the end of the year before and of the year: the average population."""


@dataclass(frozen=True, slots=True)
class Operand:
    """Numbers out of a table: which cells are added up, and of which period.

    `where` chooses codes by dimension; several codes, or an age span, are added up. Dimensions that are not chosen
    stand at their total.
    """

    table: str
    where: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    timing: Timing = Timing.SAME


@dataclass(frozen=True, slots=True)
class Sum:
    """Operands added up and taken away."""

    plus: tuple[Operand, ...]
    minus: tuple[Operand, ...] = ()

    @property
    def operands(self) -> tuple[Operand, ...]:
        return (*self.plus, *self.minus)


@dataclass(frozen=True, slots=True)
class SmallNumbers:
    """What happens below a number of cases: pool years, then take the Amt's value."""

    fewer_than: int
    pool_years: int = 1
    merge_to_amt: bool = False


@dataclass(frozen=True, slots=True)
class Break:
    """A period from which values cannot be compared with earlier ones."""

    period: str
    kind: str
    """`definition`, `territory`, or `basis`."""
    text: Words


@dataclass(frozen=True, slots=True)
class Beside:
    """The indicator of the official statistics beside which an indicator is shown, and how both differ."""

    indicator: str
    difference: Words


@dataclass(frozen=True, slots=True)
class Indicator:
    """One indicator as its file defines it."""

    id: str
    topics: tuple[str, ...]
    title: Words
    description: Words
    why_it_matters: Words
    plain: Words
    """Plain-language text."""
    unit: Unit
    decimals: int
    statistic: Statistic
    polarity: Polarity
    numerator: Sum
    denominator: Sum | None = None
    multiplier: float = 1.0
    change_years: int = 0
    small_numbers: SmallNumbers | None = None
    breaks: tuple[Break, ...] = ()
    beside: Beside | None = None
    notes: Words = field(default_factory=dict)
    reference: str = ""
    """Where the definition comes from."""
    keywords: tuple[str, ...] = ()
    """Further words that people search for."""
    digest: str = ""
    """The SHA-256 of the definition, which tells versions apart."""

    @property
    def operands(self) -> tuple[Operand, ...]:
        below = self.denominator.operands if self.denominator else ()
        return (*self.numerator.operands, *below)

    @property
    def tables(self) -> tuple[str, ...]:
        """The tables that the formula names, each once."""
        return tuple(dict.fromkeys(operand.table for operand in self.operands))


@dataclass(frozen=True, slots=True)
class Part:
    """One source of a table: the measure and the cells of it that the table takes, and what the numbers rest on."""

    source: str
    measure: str
    where: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    levels: tuple[str, ...] = ()
    """The levels that are taken; all if empty."""
    basis: tuple[tuple[str, str, str], ...] = ()
    """From period, to period (either may be empty), basis."""
    first: str = ""
    last: str = ""
    """The first and the last period that is taken; all before or after if empty."""


@dataclass(frozen=True, slots=True)
class TableDefinition:
    """A harmonised table: the same quantity out of several sources, the first that has a value speaks."""

    id: str
    title: Words
    parts: tuple[Part, ...]
    dimensions: tuple[str, ...] = ()
    """The dimensions that indicators may choose from."""
    add_up: tuple[str, ...] = ()
    """The levels at which an area without a number is the sum of its parts."""
    restate_by: str = ""
    """`population` or `area`: how counts are restated across reforms; empty if they cannot be."""


@dataclass(frozen=True, slots=True)
class Topic:
    """A field of action of the county, or a frame of context figures."""

    id: str
    title: Words
    description: Words
    order: int
    context: bool = False


@dataclass(frozen=True, slots=True)
class PeerRule:
    """How similar areas are found: the indicators compared, and how many areas are named."""

    features: tuple[str, ...]
    logarithmic: tuple[str, ...]
    count: int

"""What an order of a synthetic county says, and the rates of its quirks."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from gemeinsinn.errors import UnknownNameError


FEWEST_RESIDENTS, MOST_RESIDENTS = 500, 100_000_000
FIRST_YEAR, LAST_YEAR = 2009, 2060


@dataclass(frozen=True, slots=True)
class Quirks:
    """How often the systems deliver something late, wrong or twice: shares of events, unless said otherwise."""

    late: float = 0.08
    """Entered a month to two years late."""
    corrected: float = 0.03
    """Entered wrongly and corrected later."""
    corrected_again: float = 0.12
    """Of the corrections: themselves corrected."""
    stock_corrected: float = 0.004
    """Of the people of the first day: corrected later."""
    cancelled: float = 0.006
    """Events that never happened and are cancelled, for each that did."""
    doubled_person: float = 0.004
    """Arrivals entered a second time under another number, then cancelled."""
    without_municipality: float = 0.003
    """Of the benefit cases: without a municipality."""
    transcribed: float = 0.06
    """Of the people in the benefits system: umlauts written out."""
    changed_case: float = 0.03
    """Of the youth welfare cases: begin or kind corrected in a later extract."""
    slow_case: float = 0.1
    """Of the youth welfare cases: entered one quarter late."""
    text_dates: float = 0.15
    """Of the childcare workbooks: dates written as text."""


@dataclass(frozen=True, slots=True)
class Order:
    """An order: which county, how large, from the first day of one year to the last day of another."""

    seed: int = 1
    residents: int = 320_000
    first_year: int = 2013
    last_year: int = 2025
    quirks: Quirks = field(default_factory=Quirks)
    block: int = 16_384
    """Residents that are simulated together, about; another number makes other people, as another seed does."""

    def __post_init__(self) -> None:
        if not FEWEST_RESIDENTS <= self.residents <= MOST_RESIDENTS:
            what = f"a county of {self.residents:,} residents is not possible."
            raise UnknownNameError(what, remedy=f"Order {FEWEST_RESIDENTS:,} to {MOST_RESIDENTS:,}.")
        if not FIRST_YEAR <= self.first_year <= self.last_year <= LAST_YEAR:
            what = f"a county from {self.first_year} to {self.last_year} is not possible."
            raise UnknownNameError(what, remedy=f"Order years from {FIRST_YEAR} to {LAST_YEAR}, the first one first.")
        if self.seed < 0:
            raise UnknownNameError(f"{self.seed} is no seed.", remedy="Order a whole number from 0.")

    @property
    def first_day(self) -> date:
        return date(self.first_year, 1, 1)

    @property
    def last_day(self) -> date:
        return date(self.last_year, 12, 31)

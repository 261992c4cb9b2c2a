"""The worked examples of the page on disclosure control: small invented tables, and what is hidden in them.

The portal protects nothing itself. A test has the gate protect these tables, and compares.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ExampleCell:
    """A number, and whether it is hidden."""

    value: int
    is_hidden: bool


@dataclass(frozen=True, slots=True)
class ExampleRow:
    """A municipality, or the Amt as the last row."""

    name: str
    cells: tuple[ExampleCell, ...]


MUNICIPALITIES = ("Ahof", "Brook", "Cedern", "Dorn")
AMT = "Amt Musterland"

UNDER_6 = (2, 6, 4, 7)
FROM_6_TO_20 = (9, 14, 11, 21)
HIDDEN_OF_AGES = ((0, 2), (0, 2), ())
"""The rows hidden in the columns under 6, 6 to 20, and both."""

UNDER_18 = (8, 19, 12, 24)
UNDER_21 = (11, 20, 15, 28)
HIDDEN_OF_RELEASES = ((), (0, 1))
"""The rows hidden in the columns under 18, of the first release, and under 21, of the second."""
POSSIBLE = (0, 4)
"""What an attacker who has both releases still has to believe possible of those aged 18 to 20 in Brook."""


def rows_of(columns: Sequence[Sequence[int]], hidden: Sequence[Sequence[int]]) -> list[ExampleRow]:
    """The rows of a table out of its columns, with the sum as the last row."""
    rows = [
        ExampleRow(
            name,
            tuple(ExampleCell(column[at], at in of_column) for column, of_column in zip(columns, hidden, strict=True)),
        )
        for at, name in enumerate(MUNICIPALITIES)
    ]
    last = tuple(
        ExampleCell(sum(column), len(column) in of_column) for column, of_column in zip(columns, hidden, strict=True)
    )
    return [*rows, ExampleRow(AMT, last)]


def ages() -> list[ExampleRow]:
    """The planner's example: two groups of ages and their sum."""
    both = tuple(young + old for young, old in zip(UNDER_6, FROM_6_TO_20, strict=True))
    return rows_of((UNDER_6, FROM_6_TO_20, both), HIDDEN_OF_AGES)


def releases() -> list[ExampleRow]:
    """The data protection officer's example: what a first release showed, and what a second one adds."""
    return rows_of((UNDER_18, UNDER_21), HIDDEN_OF_RELEASES)

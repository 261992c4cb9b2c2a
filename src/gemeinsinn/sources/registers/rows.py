"""What a reader of registers gives: rows of text with their numbers, and the headings that the delivery has."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from gemeinsinn.errors import DeliveryError, Finding, did_you_mean


ROW = "row"
"""The column with the number of the row in its file, the head being the first row of a CSV."""


@dataclass(frozen=True, slots=True)
class RawRows:
    """The rows of one delivery as text; nothing is typed, nothing is guessed."""

    frame: pl.DataFrame
    """The columns that were asked for, as text without null, and `row`."""
    headings: tuple[str, ...]
    """Every heading of the delivery by the name under which it is declared, or as it stands there."""
    malformed: tuple[int, ...] = ()
    """Rows that have more or fewer cells than the head."""


def heading_key(text: str) -> str:
    """A heading as headings are compared.

    >>> heading_key(" Name   des Kindes: ")
    'name des kindes'
    """
    return " ".join(text.split()).rstrip(":*. ").casefold()


def named(headings: Sequence[str], other_names: Mapping[str, Sequence[str]]) -> list[str]:
    """The declared name of each heading that has one; the others stay as they are."""
    names = {heading_key(other): column for column, others in other_names.items() for other in (column, *others)}
    return [names.get(heading_key(heading), heading.strip()) for heading in headings]


def check_headings(headings: Sequence[str], wanted: Sequence[str], *, name: str, row: int) -> None:
    """Every column that is wanted is there once; all that are not are named in one `DeliveryError`."""
    findings = []
    for column in wanted:
        if column not in headings:
            shown = f"Row {row} has: {', '.join(filter(None, headings))}."
            remedy = f"{did_you_mean(column, headings) or shown} Add the heading to `headings` if it is the same."
            findings.append(Finding(name, f"the column '{column}' is missing.", remedy))
        elif list(headings).count(column) > 1:
            findings.append(
                Finding(name, f"the column '{column}' stands there twice.", "Ask the sender which one counts.")
            )
    if findings:
        raise DeliveryError(findings)

"""Findings of an intake: how many rows wait under which rule, where the first one stands, and what to do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import polars as pl

from gemeinsinn.pipeline.registers import harmonise, sorted_rows
from gemeinsinn.pipeline.registers.arriving import Arrival
from gemeinsinn.pipeline.registers.harmonise import FILE
from gemeinsinn.pipeline.registers.sorted_rows import SortedRows
from gemeinsinn.sources.registers.rows import ROW


REMEDIES: Mapping[str, str] = {
    harmonise.MISSING: "Ask the sender for the value.",
    harmonise.UNKNOWN_CODE: "Add the code to the mapping or the code list; then refresh again.",
    harmonise.UNKNOWN_MUNICIPALITY: "Add the name or key to the mapping of municipalities; then refresh again.",
    harmonise.IMPOSSIBLE_DAY: "No calendar has this day, or it is written in another way than declared.",
    harmonise.NO_NUMBER: "Declare the decimal mark, or ask the sender.",
    harmonise.MALFORMED: "The row has more or fewer cells than the head.",
    harmonise.DOUBLED_ROW: "The first of them was taken in.",
    harmonise.DOUBLED_PERSON: "The rows of the person contradict each other; ask the sender which one is right.",
    harmonise.AFTER: "The person is born after the day of the row; ask the sender.",
    harmonise.BACKWARDS: "Ask the sender.",
    sorted_rows.UNKNOWN_KIND: "Declare the kind of event in `events`; then refresh again.",
    sorted_rows.MISSING_REFERENCE: "A correction has to name the event that it corrects.",
    sorted_rows.CONTRADICTS: "An event that was told before is changed by a correction only.",
    sorted_rows.PAST_RETENTION: "The policy does not let them be kept any longer.",
    sorted_rows.OVERLAPPING: "Two rows of the person hold at the same time; ask the sender which one is right.",
}
"""What to do about each rule."""


def findings_of(rows: SortedRows, arrived: Sequence[Arrival]) -> list[str]:
    """One sentence a rule and column; never a value."""
    if rows.rejected.is_empty():
        return []
    groups = (
        rows.rejected.sort(FILE, ROW)
        .group_by("rule", "column", maintain_order=True)
        .agg(pl.len(), pl.first(FILE), pl.first(ROW))
        .sort("len", descending=True)
    )
    return [
        f"{count} {'row' if count == 1 else 'rows'} in quarantine by the rule '{rule}', the first in "
        f"{arrived[file].name}, row {row}, column {column or '-'}. {REMEDIES[rule]}"
        for rule, column, count, file, row in groups.iter_rows()
    ]

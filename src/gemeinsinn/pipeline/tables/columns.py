"""What each column of a table says: a dimension, the count or sum, the units behind it, or what the rules look at."""

from __future__ import annotations

import re
from dataclasses import dataclass

from gemeinsinn.errors import DeliveryError, Finding, did_you_mean
from gemeinsinn.pipeline.tables.csv_file import CsvFile
from gemeinsinn.protect.tables.policy import TablePolicy


COUNT, VALUE, UNITS = "count", "value", "units"
STATE, CELL_KEY, DENOMINATOR = "state", "cell_key", "denominator"
LOWER, UPPER = "lower", "upper"

COLUMNS = {
    COUNT: "How many units there are in the cell: a whole number.",
    VALUE: "The sum in the cell, in place of `count`.",
    UNITS: "How many units stand behind a `value`; required with it, unless the policy names `units`.",
    STATE: "`open`: the cell must stay open. `protect`: it must be hidden whatever the rules say. `latent`: it is not "
    "published, but part of cells that are. Empty: as the rules say. In a protected table the state that came out.",
    "largest_1, largest_2, …": "The largest contributions to a `value`, for the rules `dominance` and `p_percent`.",
    DENOMINATOR: "Of how many the `count` are the cases, for the rule `ratio`.",
    CELL_KEY: "The sum of the record keys of the units in the cell modulo 65,536, for `method: cell_key`.",
}
"""The columns with a meaning; every other one, beside those that the policy names as `units`, is a dimension."""

_LARGEST = re.compile(r"largest_([1-9]\d*)")
_RESERVED = (COUNT, VALUE, UNITS, STATE, CELL_KEY, DENOMINATOR, LOWER, UPPER)


@dataclass(frozen=True, slots=True)
class Columns:
    """The names of the columns by what they say."""

    dimensions: tuple[str, ...]
    measure: str
    """`count` or `value`."""
    units: str | None
    """The column with the units behind a value; None where the count is the number of units."""
    more_units: tuple[str, ...]
    """Columns with further units, in each of which a cell must reach `min_units`."""
    largest: tuple[str, ...]

    @property
    def counts(self) -> bool:
        """Whether the table counts, and does not sum."""
        return self.measure == COUNT


def columns_of(file: CsvFile, policy: TablePolicy, *, published: bool = False) -> Columns:
    """What the columns of a file say; `DeliveryError` names every column that is missing or not clear.

    Of a table that is published already nobody asks for units.
    """
    header = file.header
    largest = sorted((title for title in header if _LARGEST.fullmatch(title)), key=lambda title: int(title[8:]))
    counted = [name for name in policy.units if name in header]
    dimensions = tuple(name for name in header if name not in (*_RESERVED, *largest, *policy.units))
    wrong = [*_measure_findings(file, dimensions), *_largest_findings(file, largest)]
    wrong += [] if published else _unit_findings(file, policy)
    if not dimensions:
        wrong.append(Finding(file.name, "there is no dimension.", "Add columns with the codes of areas, ages, …"))
    if wrong:
        raise DeliveryError(wrong)
    measure = COUNT if COUNT in header else VALUE
    if measure == COUNT or not (UNITS in header or counted):
        return Columns(dimensions, measure, None, tuple(counted), tuple(largest))
    first = UNITS if UNITS in header else counted[0]
    return Columns(dimensions, measure, first, tuple(name for name in counted if name != first), tuple(largest))


def _measure_findings(file: CsvFile, dimensions: tuple[str, ...]) -> list[Finding]:
    held = [name for name in (COUNT, VALUE) if name in file.header]
    if len(held) == 1:
        return []
    if held:
        what = "the table has both a column `count` and a column `value`."
        return [Finding(file.name, what, "Protect counts and sums as two tables; call the units of sums `units`.")]
    remedy = did_you_mean(COUNT, dimensions) or "Call the column with the numbers `count`, or `value` if they are sums."
    return [Finding(file.name, "there is no column `count` or `value`.", remedy)]


def _unit_findings(file: CsvFile, policy: TablePolicy) -> list[Finding]:
    header = file.header
    wrong = []
    if UNITS in header and COUNT in header:
        what = "a table of counts has no column `units`: its count is their number."
        wrong.append(Finding(file.name, what, "Name further units in the policy, e.g. `units: [person, household]`."))
    if VALUE in header and UNITS not in header and not any(name in header for name in policy.units):
        what = "a table of sums needs the number of units behind each sum."
        wrong.append(Finding(file.name, what, "Add a column `units` with the number of persons or providers."))
    stand_in = policy.units[:1] if COUNT in header or UNITS in header else ()
    for name in policy.units:
        if name not in header and name not in stand_in:
            what = f"the policy counts the unit '{name}', and there is no such column."
            wrong.append(Finding(file.name, what, did_you_mean(name, header) or f"Add a column `{name}`."))
    return wrong


def _largest_findings(file: CsvFile, largest: list[str]) -> list[Finding]:
    expected = [f"largest_{place}" for place in range(1, len(largest) + 1)]
    if largest == expected:
        return []
    what = f"the largest contributions are {', '.join(largest)}."
    return [Finding(file.name, what, f"Number them without a gap: {', '.join(expected)}.")]

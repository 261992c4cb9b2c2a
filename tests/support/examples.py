"""Example tables of other packages, and what these publish about them; origins stand in tests/data/disclosure/SOURCES.md."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from gemeinsinn.pipeline.tables.assembly import assembled
from gemeinsinn.pipeline.tables.reading import read_table
from gemeinsinn.protect.tables.model import TableModel
from gemeinsinn.protect.tables.needs import Needs
from gemeinsinn.protect.tables.pattern import Flags
from gemeinsinn.protect.tables.policy import Attacker, Dominance, TablePolicy, Weights, Zeros
from gemeinsinn.protect.tables.protection import needs_of
from gemeinsinn.protect.tables.rules import Facts, Primary, primary_cells


FOLDER = Path(__file__).parents[1] / "data" / "disclosure"


@dataclass(frozen=True, slots=True)
class Example:
    """A table with the terms on which another package protected it."""

    name: str
    file: str
    policy: TablePolicy
    hierarchies: Mapping[str, str] = field(default_factory=dict)

    def read(self) -> OpenExample:
        """The table with its totals, and the cells that its policy makes primary."""
        paths = {dimension: FOLDER / file for dimension, file in self.hierarchies.items()}
        whole = assembled(read_table(FOLDER / self.file, self.policy, paths), self.policy)
        return OpenExample(whole.model, whole.facts, primary_cells(whole.model, self.policy, whole.facts))


@dataclass(frozen=True, slots=True, eq=False)
class OpenExample:
    """A table that was read."""

    model: TableModel
    facts: Facts
    primary: Primary

    def cells(self, states: Mapping[tuple[str, ...], str], *wanted: str) -> Flags:
        """The cells that have one of the wanted states."""
        named = {codes for codes, state in states.items() if state in wanted}
        found = np.array([self.model.labels.of(cell) in named for cell in range(self.model.cells)])
        assert int(found.sum()) == len(named)
        return found

    def needs(self, policy: TablePolicy) -> Needs:
        """How far its primary cells must be able to move."""
        return needs_of(self.model, policy, self.primary.mask)


def published(name: str) -> dict[tuple[str, ...], str]:
    """The state of each hidden cell of an example, as it was published."""
    with (FOLDER / "published_patterns.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    return {(row["first"], row["second"]): row["state"] for row in rows if row["example"] == name}


_INSIDERS = (Attacker.OUTSIDER, Attacker.INSIDER)
SERVICES, BY_GROUP, SECTORS = "municipal_services.csv", "municipal_services_groups.csv", "sector_by_country.csv"

TURNOVER = Example(
    "turnover", "turnover.csv", TablePolicy(min_units=3), hierarchies={"activity": "turnover_activities.csv"}
)
PATTERNS = (
    TURNOVER,
    Example("activity", "activity_by_size.csv", TablePolicy(min_units=3, dominance=Dominance(1, 0.85))),
    Example("services", SERVICES, TablePolicy(min_units=4, zeros=Zeros.SECRET)),
    Example("services_by_group", SERVICES, TablePolicy(min_units=4, zeros=Zeros.SECRET), {"region": BY_GROUP}),
    Example("few_contributors", SECTORS, TablePolicy(min_units=2, attackers=_INSIDERS)),
    Example("dominance", SECTORS, TablePolicy(min_units=1, dominance=Dominance(1, 0.8), attackers=_INSIDERS)),
)
"""Examples whose hidden cells are published one by one, by authors who call them safe from these attackers."""

REVEALED = (
    Example("zeros_two", "zeros_two.csv", TablePolicy(min_units=4, zeros=Zeros.SECRET)),
    Example("zeros_three", "zeros_three.csv", TablePolicy(min_units=4, zeros=Zeros.SECRET)),
)
"""Examples whose authors show that hidden cells can be recomputed."""


@dataclass(frozen=True, slots=True)
class Count:
    """How many cells of the services other packages hide in all; the fewest of those that keep what we keep."""

    hierarchy: str
    zeros: Zeros
    most: int
    """The largest number that is too small to be shown."""
    hidden: int

    @property
    def example(self) -> Example:
        """The table on these terms, hiding as few cells as possible."""
        policy = TablePolicy(min_units=self.most + 1, zeros=self.zeros, weights=Weights.COUNT, overlap=("region",))
        name = f"{self.hierarchy}, {self.zeros}, up to {self.most}"
        return Example(name, SERVICES, policy, {"region": f"municipal_services_{self.hierarchy}.csv"})


COUNTS = (
    Count("counties", Zeros.PUBLIC, 2, hidden=16),
    Count("counties", Zeros.PUBLIC, 10, hidden=35),
    Count(
        "counties", Zeros.SECRET, 2, hidden=20
    ),  # by sdcTable; the 18 of Gaussian elimination let counts be less only
    Count("counties", Zeros.SECRET, 10, hidden=36),
    Count("both", Zeros.PUBLIC, 2, hidden=20),
    Count("both", Zeros.PUBLIC, 10, hidden=44),
    Count("both", Zeros.SECRET, 2, hidden=25),
    Count("both", Zeros.SECRET, 10, hidden=47),
)

"""How well records are protected as they stand: the levels that their classes have, and the risk."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import inf
from typing import Any

import numpy as np

from gemeinsinn.protect.records.classes import Classes
from gemeinsinn.protect.records.levels import Diversity, Level, mixture, units_in
from gemeinsinn.protect.records.mondrian import Records
from gemeinsinn.protect.records.risk import AttributeRisk, Risk, attribute_risk, risk


_SLACK = 1e-6


@dataclass(frozen=True, slots=True)
class Assessment:
    """The levels of some classes of records, and their risk."""

    records: int
    k: int
    """The size of the smallest class, in units."""
    risk: Risk
    attributes: Mapping[str, AttributeRisk]

    @property
    def document(self) -> dict[str, Any]:
        """By name."""
        return {
            "records": self.records,
            "k": self.k,
            **self.risk.document,
            "attributes": {name: each.document for name, each in self.attributes.items()},
        }


def assessed(classes: Classes, records: Records, *, threshold: int = 1, sampled: float = 1.0) -> Assessment:
    """Assess classes of records; classes smaller than the threshold count as at risk."""
    units = classes.sizes if records.units is None else units_in(classes, records.units)
    attributes = {}
    for name, watched in records.sensitive.items():
        counts = np.bincount(watched.codes, minlength=1)
        attributes[name] = attribute_risk(classes, mixture(classes, watched), shares=counts / max(1, counts.sum()))
    found = risk(classes, threshold=threshold, units=units, sampled=sampled)
    return Assessment(classes.records, int(units.min(initial=classes.records)), found, attributes)


def missed(level: Level, found: Assessment) -> list[str]:
    """What of a level some class does not have, in words."""
    wrong = []
    if found.k < level.k:
        wrong.append(f"only {found.k:,} are alike, and k asks for {level.k:,}.")
    for name, each in found.attributes.items():
        has = each.distinct_min if level.diversity is Diversity.DISTINCT else each.effective_min
        if has < level.l - _SLACK:
            wrong.append(f"the sensitive column '{name}' has {has:.3g} values, and l asks for {level.l:g}.")
        if level.t < inf and each.distance_max > level.t + _SLACK:
            wrong.append(f"the sensitive column '{name}' is {each.distance_max:.3g} off, and t asks for {level.t:g}.")
    return wrong

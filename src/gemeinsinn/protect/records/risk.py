"""How likely somebody is found again among records, and how much is then learned; the measures of the SDC handbook.

Re-identification, after El Emam (2013), Guide to the De-Identification of Personal Health Information, chapter 16: the
*prosecutor* knows that a person is among the records; the *journalist* does not, and looks the person up in a register
of the population; the *marketer* wants to find as many as possible. Attribute disclosure, after Hundepool et al.
(2012), Statistical Disclosure Control, section 3.3: whoever is in a class has what all in it have in common.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gemeinsinn.protect.records.classes import Classes
from gemeinsinn.protect.records.levels import Mixture


@dataclass(frozen=True, slots=True)
class Risk:
    """Shares between 0 and 1; all 0 without records."""

    prosecutor_max: float
    """One by the size of the smallest class."""
    prosecutor_mean: float
    """The mean of one by the size of one's class."""
    journalist_max: float
    """One by the size of the smallest class in the population."""
    journalist_mean: float
    marketer: float
    """The share of records that are found if all are looked up in the population."""
    at_risk: float
    """The share of records in classes smaller than the threshold."""
    unique: float
    """The share of records that are alone in their class."""

    @property
    def document(self) -> dict[str, float]:
        """By name, rounded."""
        return {name: round(value, 6) for name, value in asdict(self).items()}


def risk(classes: Classes, *, threshold: int, units: NDArray[np.int64] | None = None, sampled: float = 1.0) -> Risk:
    """The risk of being found again.

    `units` are how many people each class has, if that is not how many records; `sampled` is the share of the
    population that the records are: a class of five then stands for fifty people if every tenth was drawn.
    """
    if not classes.records:
        return Risk(0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0)
    people = classes.sizes if units is None else units
    share = classes.sizes / classes.records
    mean = float((share / people).sum())
    return Risk(
        prosecutor_max=float(1 / people.min()),
        prosecutor_mean=mean,
        journalist_max=float(sampled / people.min()),
        journalist_mean=mean * sampled,
        marketer=mean * sampled,
        at_risk=float(share[people < threshold].sum()),
        unique=float(share[people == 1].sum()),
    )


@dataclass(frozen=True, slots=True)
class AttributeRisk:
    """What a class tells of a sensitive column; shares between 0 and 1."""

    certain: float
    """The share of records in classes that all have one value."""
    guess_max: float
    """How often the most frequent value is right in the class where it is so most often."""
    guess_mean: float
    """The same over all records."""
    guess_before: float
    """How often the most frequent value of all is right: what anybody can guess without these records."""
    distinct_min: int
    """The l that all classes have, counted in values."""
    effective_min: float
    """The l that all classes have, by entropy."""
    distance_max: float
    """The t that all classes have."""

    @property
    def document(self) -> dict[str, Any]:
        """By name, rounded."""
        return {name: round(value, 6) for name, value in asdict(self).items()}


def attribute_risk(classes: Classes, mixed: Mixture, *, shares: NDArray[np.float64]) -> AttributeRisk:
    """What the classes tell; `shares` are those of the values in all records."""
    if not classes.records:
        return AttributeRisk(0.0, 0.0, 0.0, 0.0, 0, 0.0, 0.0)
    share = classes.sizes / classes.records
    return AttributeRisk(
        certain=float(share[mixed.distinct == 1].sum()),
        guess_max=float(mixed.largest.max()),
        guess_mean=float((mixed.largest * share).sum()),
        guess_before=float(shares.max()),
        distinct_min=int(mixed.distinct.min()),
        effective_min=float(mixed.effective.min()),
        distance_max=float(mixed.distance.max()),
    )

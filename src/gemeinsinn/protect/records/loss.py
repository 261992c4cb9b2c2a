"""What generalisation loses: ranges and codes in place of values, classes in place of records."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from gemeinsinn.protect.records.classes import Classes


@dataclass(frozen=True, slots=True)
class Loss:
    """Measures of information loss; suppressed records have lost everything."""

    classes: int
    average_class_size: float
    """Records by class, in multiples of k (LeFevre et al. 2006): 1 is the least that k allows."""
    discernibility: int
    """For each record how many it cannot be told from, added up (Bayardo and Agrawal 2005)."""
    penalty: Mapping[str, float]
    """By column, the mean share of the column that a record's range or code covers (Xu et al. 2006): 0 nothing is lost, 1 all."""

    @property
    def mean_penalty(self) -> float:
        """Over all columns."""
        return float(np.mean(list(self.penalty.values()))) if self.penalty else 0.0

    @property
    def document(self) -> dict[str, Any]:
        """By name, rounded."""
        return {
            "classes": self.classes,
            "average_class_size": round(self.average_class_size, 4),
            "discernibility": self.discernibility,
            "penalty": {name: round(value, 6) for name, value in self.penalty.items()},
            "mean_penalty": round(self.mean_penalty, 6),
        }


def loss(classes: Classes, covered: Mapping[str, np.ndarray], *, k: int, suppressed: int = 0) -> Loss:
    """What classes lose; `covered` are, by column, the shares of the column that each class covers."""
    every = classes.records + suppressed
    sizes = classes.sizes
    return Loss(
        classes=len(classes),
        average_class_size=float(classes.records / len(classes) / k) if len(classes) else 0.0,
        discernibility=int((sizes * sizes).sum()) + suppressed * every,
        penalty={
            name: float(((share * sizes).sum() + suppressed) / every) if every else 0.0
            for name, share in covered.items()
        },
    )

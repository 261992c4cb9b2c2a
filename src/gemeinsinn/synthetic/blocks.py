"""Blocks: the county cut into stretches of about as many residents, each with a random generator of its own.

A block holds people of one or a few municipalities. Nothing that happens in it depends on another block, so that any
number of blocks can be simulated in any order, by any number of processes.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from gemeinsinn.synthetic.arrays import Array, Rng
from gemeinsinn.synthetic.options import Order
from gemeinsinn.synthetic.projection import Projection


@dataclass(frozen=True, slots=True, eq=False)
class Plan:
    """An order held against a county's projection."""

    order: Order
    projection: Projection

    @property
    def scale(self) -> float:
        """How many synthetic people stand for one of the county."""
        return self.order.residents / self.projection.calibration.size

    @property
    def blocks(self) -> int:
        return max(1, round(float(self.projection.first.sum()) * self.scale / self.order.block))

    @property
    def sizes(self) -> Array:
        """Residents of each municipality on the first day."""
        return np.asarray(self.projection.first.sum(axis=(1, 2)) * self.scale)

    def shares(self, block: int) -> Array:
        """The share of each municipality's residents that a block holds."""
        edges = np.concatenate([[0.0], np.cumsum(self.sizes)])
        low, high = edges[-1] * block / self.blocks, edges[-1] * (block + 1) / self.blocks
        held = np.minimum(edges[1:], high) - np.maximum(edges[:-1], low)
        return np.asarray(np.maximum(held, 0.0) / np.maximum(self.sizes, 1e-9))

    def rng(self, block: int) -> Rng:
        return np.random.default_rng(np.random.SeedSequence([self.order.seed, block]))

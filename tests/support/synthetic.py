"""The calibration of the demo county, read once, and small orders that hold it."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from gemeinsinn.pipeline.synth import calibration_for
from gemeinsinn.settings.instance import Instance
from gemeinsinn.synthetic.blocks import Plan
from gemeinsinn.synthetic.calibration import Calibration
from gemeinsinn.synthetic.options import Order
from gemeinsinn.synthetic.projection import projection


PINNEBERG = Path(__file__).parents[2] / "examples" / "pinneberg"
SMALL = Order(seed=7, residents=9_000, first_year=2014, last_year=2016, block=1_500)
"""Six blocks in two lots, so that two processes have something to share."""


@cache
def pinneberg() -> Calibration:
    """What is published about the demo county."""
    return calibration_for(Instance(PINNEBERG))


def planned(order: Order) -> Plan:
    """An order held against the demo county."""
    return Plan(order, projection(pinneberg(), first_year=order.first_year, last_year=order.last_year))

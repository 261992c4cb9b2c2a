"""`perturbation.md`: how counts deviate by cell keys with the default design, worked out by the code itself."""

from __future__ import annotations

import numpy as np

from gemeinsinn.protect.cell_keys import KEYS, PerturbationDesign, whole_shares
from gemeinsinn.protect.register_terms import Disclosure
from pages.text import page, table


def perturbation_page() -> str:
    """The page."""
    default = Disclosure()
    design = PerturbationDesign(default.max_deviation, default.variance, default.min_units)
    return page(
        "The default perturbation table",
        f"How counts deviate if a policy says nothing else: `max_deviation: {design.max_deviation}`, `variance: "
        f"{design.variance:g}`, `min_units: {design.min_units}`. Why they do stands in [Cell "
        "keys](../explanation/cell-keys.md).",
        "## Keys by deviation",
        f"How many of the {KEYS:,} cell keys bring which deviation. Which ones these are, the secret of an instance mixes. "
        "A dash stands for a result that is not allowed: below zero, or from 1 below `min_units`.",
        _keys(design),
        f"Counts from {design.rows} on deviate alike.",
        "## Mean, variance, entropy",
        "The mean is zero over all keys, exactly: keys are whole, and the last ones are dealt out so that it comes out. The "
        "variance is that of the design where the results that are allowed can have it, else the nearest that they can have. "
        "Among all distributions with this mean and variance, it is the one of maximum entropy, which tells least.",
        _moments(design),
        "## Between which counts a number stands",
        "Behind a number that is shown, one of these counts stands, if at least one key in a thousand brings it there.",
        _behind(design),
    )


def _dealt(design: PerturbationDesign, count: int) -> dict[int, int]:
    deviations = design.results(count) - count
    return dict(zip(deviations.tolist(), whole_shares(design.probabilities(count), deviations).tolist(), strict=True))


def _keys(design: PerturbationDesign) -> str:
    steps = range(-design.max_deviation, design.max_deviation + 1)
    rows = []
    for count in range(1, design.rows + 1):
        dealt = _dealt(design, count)
        rows.append((count, *(f"{dealt[step]:,}" if step in dealt else "–" for step in steps)))
    return table(("count", *(f"{step:+d}" if step else "0" for step in steps)), rows)


def _moments(design: PerturbationDesign) -> str:
    rows = []
    for count in range(1, design.rows + 1):
        dealt = _dealt(design, count)
        steps, shares = np.array(list(dealt)), np.array(list(dealt.values())) / KEYS
        nats = -float((shares[shares > 0] * np.log(shares[shares > 0])).sum())
        variance = float(shares @ steps**2)
        rows.append((count, f"{float(shares @ steps):.0f}", f"{variance:.3f}", f"{variance**0.5:.3f}", f"{nats:.3f}"))
    return table(("count", "mean", "variance", "standard deviation", "entropy (nats)"), rows)


def _behind(design: PerturbationDesign) -> str:
    behind: dict[int, list[int]] = {}
    for count in range(1, 4 * design.rows):
        dealt = _dealt(design, min(count, design.rows))
        for step, keys in dealt.items():
            if keys >= KEYS / 1000:
                behind.setdefault(count + step, []).append(count)
    shown = [number for number in sorted(behind) if number <= design.rows + design.max_deviation]
    rows = [(number, f"{0 if number == 0 else min(behind[number])} to {max(behind[number])}") for number in shown]
    return table(("shown", "counts"), rows)

"""An attacker who knows nothing of the gate's programs: he reads CSV files of releases and writes down what everybody knows.

Every sum of areas is an equation, every number below zero is impossible, and `scipy.optimize.linprog` says between what each
hidden number must lie.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

import numpy as np
import polars as pl
from scipy.optimize import linprog

from gemeinsinn.pipeline.publish import store_of
from support.publishing import KEY_OF
from support.suppressing import HelpingCounty
from support.tiny import AMT_OF


Cell = tuple[int, str, str]
"""Release, indicator and area."""


Known = dict[Cell, float]
"""What is shown of 2022."""


def read(county: HelpingCounty) -> tuple[Known, list[Cell]]:
    """What all releases show, oldest first, and what they hide."""
    store = store_of(county.instance)
    order = [line.release for line in store.pointed()]
    known: Known = {}
    hidden: list[Cell] = []
    for number, release in enumerate(dict.fromkeys(order)):
        for path in sorted((store.folder(release) / "ind").glob("*_count.csv")):
            if path.stem == "people_count":
                continue
            rows = pl.read_csv(path, schema_overrides={"area": pl.String}).filter(pl.col("period") == 2022)
            for area, value in rows.select("area", "value").iter_rows():
                if value is None:
                    hidden.append((number, path.stem, area))
                else:
                    known[number, path.stem, area] = float(value)
    return known, hidden


def intervals(
    county: HelpingCounty, unchanged: Sequence[Cell] = (), *, own: Mapping[Cell, float] = MappingProxyType({})
) -> dict[Cell, tuple[float, float]]:
    """Between what each hidden number must lie, for an attacker who knows what was corrected and what was not.

    `unchanged` are numbers that are the same as in the release before, `own` hidden ones that he knows anyway.
    """
    shown, hidden = read(county)
    known = {**shown, **own}
    hidden = [cell for cell in hidden if cell not in own]
    cells = [*known, *hidden]
    place = {cell: at for at, cell in enumerate(cells)}
    rows = [
        [(whole, -1.0), *((part, 1.0) for part in parts)]
        for number in {cell[0] for cell in cells}
        for indicator in {cell[1] for cell in cells}
        for whole, parts in _sums(number, indicator)
        if all(part in place for part in (whole, *parts))
    ]
    rows += [[(cell, 1.0), ((cell[0] - 1, *cell[1:]), -1.0)] for cell in unchanged]
    equations = np.zeros((len(rows), len(cells)))
    for row, terms in enumerate(rows):
        for cell, sign in terms:
            equations[row, place[cell]] += sign
    bounds = [(known[cell], known[cell]) if cell in known else (0.0, None) for cell in cells]
    found = {}
    for cell in hidden:
        cost = np.zeros(len(cells))
        cost[place[cell]] = 1
        ends = [linprog(sign * cost, A_eq=equations, b_eq=np.zeros(len(rows)), bounds=bounds) for sign in (1, -1)]
        assert all(end.status in (0, 3) for end in ends)
        low, high = (sign * end.fun if end.status == 0 else np.inf for sign, end in zip((1, -1), ends, strict=True))
        found[cell] = (float(low), float(high))
    return found


def _sums(number: int, indicator: str) -> list[tuple[Cell, list[Cell]]]:
    amts = {"5001": KEY_OF["Nord"], "5002": KEY_OF["Süd"]}
    inside = {key: [town for town, amt in AMT_OF.items() if amt == short] for short, key in amts.items()}
    sums = [((number, indicator, amt), [(number, indicator, town) for town in towns]) for amt, towns in inside.items()]
    parts = [(number, indicator, key) for key in (*amts.values(), KEY_OF["Astadt"])]
    return [*sums, ((number, indicator, KEY_OF["Testkreis"]), parts)]

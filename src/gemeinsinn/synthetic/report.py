"""How close a synthetic county comes to the published numbers it follows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from gemeinsinn.synthetic.arrays import AGES, FEMALE, Array
from gemeinsinn.synthetic.blocks import Plan
from gemeinsinn.synthetic.calibration import Calibration
from gemeinsinn.synthetic.days import day_number
from gemeinsinn.synthetic.history import History, history
from gemeinsinn.synthetic.life import Lived, lived
from gemeinsinn.synthetic.people import Kind


EVENTS = {Kind.GE: "births", Kind.ST: "deaths", Kind.ZU: "arrivals", Kind.WE: "departures"}


@dataclass(frozen=True, slots=True)
class Compared:
    """A number of the synthetic county beside the published one, both at the size of the order."""

    synthetic: float
    published: float

    @property
    def deviation(self) -> float:
        """The difference as a share of the published number."""
        return (self.synthetic - self.published) / max(self.published, 1e-9)


@dataclass(frozen=True, slots=True, eq=False)
class Report:
    """The comparison of a whole order."""

    residents: Mapping[int, Compared]
    """Year → residents of the county on its last day."""
    events: Mapping[tuple[str, int], Compared]
    """Births, deaths, arrivals and departures over the county's border, by year, where they are published."""
    municipalities: Mapping[int, Array]
    """Year → synthetic and published residents, two rows, one column a municipality."""
    cells: Array
    """On the last day of the base year: synthetic and published, by municipality, sex and age group."""

    @property
    def misplaced(self) -> float:
        """The share of residents who would have to be in another municipality, sex or age group of the base year."""
        synthetic, published = self.cells
        return float(np.abs(synthetic - published).sum() / 2 / published.sum())


def report(plan: Plan) -> Report:
    """Simulate an order, without deliveries, and compare it; the base year must lie in it."""
    calibration, order = plan.projection.calibration, plan.order
    years = range(order.first_year - 1, order.last_year + 1)
    residents = {year: np.zeros(len(calibration.municipalities)) for year in years}
    cells = np.zeros((len(calibration.municipalities), 2, len(calibration.groups)))
    events: dict[tuple[str, int], float] = {}
    for block in range(plan.blocks):
        life = lived(plan, block)
        past = history(life.journal)
        for year in years:
            rows = _present(life, past, year)
            residents[year] += np.bincount(_place(life, past, rows), minlength=len(cells))
            if year == calibration.base_year:
                cells += _cells(life, past, rows, calibration)
        _count(past, events)
    return Report(
        residents={
            year: Compared(residents[year].sum(), calibration.residents(year).sum() * plan.scale) for year in years
        },
        events=_compared(events, calibration, plan.scale),
        municipalities={year: np.array([residents[year], calibration.residents(year) * plan.scale]) for year in years},
        cells=np.array([cells, _published_cells(calibration) * plan.scale]),
    )


def _present(life: Lived, past: History, year: int) -> Array:
    """The last events of the residents on the last day of a year."""
    everyone = np.arange(len(life.people))
    rows = past.at(everyone, np.full(len(everyone), day_number(year + 1) - 1))
    return np.asarray(rows[past.resident(rows)])


def _place(life: Lived, past: History, rows: Array) -> Array:
    return np.asarray(life.homes.mun[past.state[rows, 0]])


def _cells(life: Lived, past: History, rows: Array, calibration: Calibration) -> Array:
    person = past.person[rows]
    born = 1970 + life.people.birth[person].astype("datetime64[D]").astype("datetime64[Y]").astype(np.int64)
    age = np.minimum(calibration.base_year - born, AGES - 1)
    group = np.searchsorted([first for first, _ in calibration.groups], age, side="right") - 1
    sex = (life.people.sex[person] == FEMALE).astype(np.int64)
    out = np.zeros((len(calibration.municipalities), 2, len(calibration.groups)))
    np.add.at(out, (_place(life, past, rows), sex, group), 1)
    return out


def _published_cells(calibration: Calibration) -> Array:
    parts = [calibration.population[..., first : last + 1].sum(axis=-1) for first, last in calibration.groups]
    return np.stack(parts, axis=-1)


def _count(past: History, events: dict[tuple[str, int], float]) -> None:
    years = 1970 + past.day.astype("datetime64[D]").astype("datetime64[Y]").astype(np.int64)
    for kind, name in EVENTS.items():
        found, counts = np.unique(years[past.kind == kind], return_counts=True)
        for year, count in zip(found.tolist(), counts.tolist(), strict=True):
            events[name, year] = events.get((name, year), 0.0) + count


def _compared(
    events: Mapping[tuple[str, int], float], calibration: Calibration, scale: float
) -> dict[tuple[str, int], Compared]:
    arrivals, departures = calibration.arrivals, calibration.departures
    published = {
        "births": calibration.births,
        "deaths": calibration.deaths,
        "arrivals": {year: count + arrivals.foreign[year] for year, count in arrivals.german.items()},
        "departures": {year: count + departures.foreign[year] for year, count in departures.german.items()},
    }
    return {
        (name, year): Compared(count, published[name][year] * scale)
        for (name, year), count in sorted(events.items())
        if year in published[name]
    }

"""Youth welfare: child-raising assistance by case, and the full extract with its history of each quarter.

Cases begin at rates by age. Some are entered a quarter late, and some are entered with a wrong begin or kind, which a
later extract tells otherwise.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
import polars as pl

from gemeinsinn.synthetic import names
from gemeinsinn.synthetic.arrays import Array
from gemeinsinn.synthetic.calibration import Municipality
from gemeinsinn.synthetic.days import day_number
from gemeinsinn.synthetic.lots import Block, Files, Lot
from gemeinsinn.synthetic.places import variant


FOLDER = "youth_welfare"
COLUMNS = ("Fall-Nr.", "Nachname", "Vorname", "Geburtsdatum", "Geschlecht", "Wohnort", "Hilfeart", "Beginn", "Ende")
ENCODING = "cp1252"
KINDS = (
    "§ 27 Abs. 2 Flexible Hilfe", "§ 29 Soziale Gruppenarbeit", "§ 30 Erziehungsbeistand", "§ 31 SPFH", "§ 32 Tagesgruppe",
    "§ 33 Vollzeitpflege", "§ 34 Heimerziehung", "§ 35 ISE", "§ 35a Eingliederungshilfe", "§ 41 Hilfe für junge Volljährige",
)  # fmt: skip
SEXES = ("männlich", "weiblich", "divers", "")
_SHARES = (0.1, 0.05, 0.13, 0.3, 0.03, 0.07, 0.12, 0.01, 0.13, 0.06)
_DAYS = np.array([400, 350, 420, 500, 600, 1900, 850, 500, 700, 400])
_SYSTEM = 3
_AT_RISK = ([0, 2, 6, 10, 14, 16, 18, 20, 21], [0.006, 0.007, 0.009, 0.011, 0.014, 0.015, 0.008, 0.003, 0.0])
_END_AGE_DAYS = int(21 * 365.25)
_YEARS_BEFORE = 4
_GROWN, _YOUNG_ADULT = 18, 9
_QUARTER = 91
_OPEN = np.iinfo(np.int32).max


@dataclass(frozen=True, slots=True, eq=False)
class Cases:
    """The cases of a block, the truth of them and what was believed before a correction."""

    person: Array
    kind: Array
    begin: Array
    end: Array
    known: Array
    """From which day on the extracts have it."""
    end_known: Array
    wrong_kind: Array
    wrong_begin: Array
    right_from: Array
    """From which day on the extracts have it right."""
    luck: Array


def youth_welfare_files(lot: Lot) -> Files:
    """The extracts of all quarters, as far as a lot contributes to them."""
    cases = [_cases(lot, block) for block in lot.blocks]
    order, files = lot.plan.order, Files()
    for year in range(order.first_year, order.last_year + 1):
        for quarter in range(1, 5):
            day = day_number(year + quarter // 4, quarter * 3 % 12 + 1) - 1
            parts = [_extract(lot, block, each, day) for block, each in zip(lot.blocks, cases, strict=True)]
            text = pl.concat(parts).write_csv(separator=";", include_header=lot.is_first, line_terminator="\r\n")
            files[f"{FOLDER}/jugendhilfe_{year}-Q{quarter}.csv"] = text.encode(ENCODING)
    return files


def _cases(lot: Lot, block: Block) -> Cases:
    rng, people, past = lot.rng(block, _SYSTEM), block.life.people, block.past
    order, quirks = lot.plan.order, lot.plan.order.quirks
    born = 1970 + people.birth.astype("datetime64[D]").astype("datetime64[Y]").astype(np.int64)
    found, days = [], []
    for year in range(order.first_year - _YEARS_BEFORE, order.last_year + 1):
        age = year - born
        rate = np.where((age >= 0) & (age <= 21), np.interp(age, *_AT_RISK), 0.0)
        rows = np.flatnonzero(rng.random(len(people)) < rate)
        found.append(rows)
        days.append(day_number(year) + rng.integers(0, 365, len(rows)))
    person, begin = np.concatenate(found), np.concatenate(days)
    event = past.at(person, np.maximum(begin, day_number(order.first_year)))
    there = past.resident(event) & (begin > people.birth[person])
    person, begin, event = person[there], begin[there], event[there]
    grown = begin - people.birth[person] > _GROWN * 365.25
    kind = np.minimum(np.searchsorted(np.cumsum(_SHARES), rng.random(len(person)), side="right"), len(KINDS) - 1)
    kind = np.where(grown, _YOUNG_ADULT, np.where(kind == _YOUNG_ADULT, 3, kind))
    end = begin + 1 + (rng.exponential(1.0, len(person)) * _DAYS[kind]).astype(np.int64)
    end = np.minimum(end, people.birth[person] + _END_AGE_DAYS)
    end = np.minimum(end, _next_departure(block, person, event))
    slow = rng.random(len(person)) < quirks.slow_case
    changed = rng.random(len(person)) < quirks.changed_case
    known = begin + np.where(slow, _QUARTER, rng.integers(0, 20, len(person)))
    order_ = np.argsort(begin, kind="stable")
    return Cases(*(each[order_] for each in (
        person, kind, begin, np.maximum(end, begin + 1), known, end + rng.integers(0, 45, len(person)),
        np.where(changed, rng.integers(0, len(KINDS), len(person)), kind),
        np.where(changed, begin - rng.integers(1, 60, len(person)), begin),
        known + rng.integers(_QUARTER, 5 * _QUARTER, len(person)), rng.random(len(person)),
    )))  # fmt: skip


def _next_departure(block: Block, person: Array, event: Array) -> Array:
    """The day on which people next leave the register, by moving away or dying; one far away if they stay."""
    past = block.past
    gone = ~past.resident(np.arange(len(past)))
    day = np.where(gone, past.day, _OPEN).astype(np.int64)
    last = np.append(past.person[1:] != past.person[:-1], True)
    day = np.where(last & ~gone, _OPEN, day)
    keys = past.person.astype(np.int64) * (1 << 32) + day
    ahead = np.minimum.accumulate(keys[::-1])[::-1]
    found = ahead[event]
    return np.where(found >> 32 == person, found & ((1 << 32) - 1), _OPEN)


def _extract(lot: Lot, block: Block, cases: Cases, day: int) -> pl.DataFrame:
    """All cases that the system knows on a day, as it believes them then."""
    people, past = block.life.people, block.past
    rows = np.flatnonzero((cases.known <= day) & (cases.end > day_number(lot.plan.order.first_year)))
    person = cases.person[rows]
    wrong = cases.right_from[rows] > day
    ended = (cases.end[rows] <= day) & (cases.end_known[rows] <= day)
    event = past.at(person, np.maximum(np.minimum(day, cases.end[rows]), day_number(lot.plan.order.first_year)))
    wanted = np.where(wrong, cases.wrong_begin[rows], cases.begin[rows])
    end = pl.Series(np.where(ended, cases.end[rows], 0).astype(np.int32)).cast(pl.Date).dt.strftime("%d.%m.%Y")
    mun = block.where_living(event)
    return pl.DataFrame({
        "Fall-Nr.": pl.Series((block.number + 1) * 100_000 + rows + 1).cast(pl.String),
        "Nachname": names.taken(names.surnames(), past.state[event, 3]),
        "Vorname": names.taken(names.given_names(), people.given[person]),
        "Geburtsdatum": _written(people.birth[person]),
        "Geschlecht": pl.Series(SEXES).gather(pl.Series((people.sex[person] - 1).astype(np.uint32))),
        "Wohnort": _written_places(lot, mun, cases.luck[rows]),
        "Hilfeart": pl.Series(KINDS).gather(pl.Series(np.where(wrong, cases.wrong_kind[rows], cases.kind[rows]).astype(np.uint32))),
        "Beginn": _written(wanted),
        "Ende": end.zip_with(pl.Series(ended), pl.Series([""] * len(rows), dtype=pl.String)),
    })  # fmt: skip


_VARIANTS = 16


def _written_places(lot: Lot, mun: Array, luck: Array) -> pl.Series:
    every = _names(lot.plan.projection.calibration.municipalities)
    return pl.Series(every).gather(pl.Series((mun * _VARIANTS + (luck * _VARIANTS).astype(np.int64)).astype(np.uint32)))


@cache
def _names(municipalities: tuple[Municipality, ...]) -> tuple[str, ...]:
    """The names of each municipality, the frequent ones several times."""
    lucks = [(each + 0.5) / _VARIANTS for each in range(_VARIANTS)]
    return tuple(variant(each, luck) for each in municipalities for luck in lucks)


def _written(days: Array) -> pl.Series:
    return pl.Series(days.astype(np.int32)).cast(pl.Date).dt.strftime("%d.%m.%Y")

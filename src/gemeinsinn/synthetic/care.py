"""Care: who needs care from when on, and the full extract of each month.

Everybody has a threshold for life. Whoever is older than it in a year needs care from a day of that year on; the
thresholds lie so that the share of each age is met.
"""

from __future__ import annotations

import numpy as np
import polars as pl

from gemeinsinn.synthetic.arrays import FEMALE, Array
from gemeinsinn.synthetic.days import by_month, day_number, month_ends
from gemeinsinn.synthetic.lots import Block, Files, Lot
from gemeinsinn.synthetic.places import short_key


FOLDER = "care"
COLUMNS = ("VersNr", "GebDat", "Geschl", "GemSchl", "Pflegegrad", "Leistungsart", "Beginn")
KINDS = ("Pflegegeld", "Pflegesachleistung", "vollstationäre Pflege", "Kurzzeitpflege", "Tagespflege")
"""Cash, home care service, nursing home, short-term care, day care."""
_SYSTEM = 2
_AGES = [0, 7, 15, 50, 60, 65, 70, 75, 80, 85, 90, 95]
_WOMEN = [0.005, 0.009, 0.004, 0.007, 0.016, 0.024, 0.041, 0.088, 0.185, 0.37, 0.58, 0.68]
_MEN = [0.006, 0.012, 0.005, 0.008, 0.017, 0.026, 0.041, 0.076, 0.14, 0.25, 0.41, 0.5]
_TIMES = ([2009, 2013, 2015, 2017, 2019, 2021, 2025], [0.8, 0.83, 0.83, 0.9, 1.0, 1.12, 1.2])
"""How frequent care is against these ages' shares in the country: to 2015 as in 22411-02-02-4, an assumption behind it."""
_SHARES = (0.41, 0.24, 0.31, 0.01, 0.03)
"""Of the kinds, in the order of `KINDS` (22411-02-02-4, 31.12.2015)."""
_GRADES = (0.06, 0.42, 0.3, 0.15, 0.07)
_WORSE_DAYS = 900
_KNOWN_AFTER, _REMOVED_AFTER = 60, 25


def care_files(lot: Lot) -> Files:
    """The extracts of all months, as far as a lot contributes to them."""
    begins = [_begins(lot, block) for block in lot.blocks]
    order, files = lot.plan.order, Files()
    for year in range(order.first_year, order.last_year + 1):
        parts = [_extracts(lot, block, begin, year) for block, begin in zip(lot.blocks, begins, strict=True)]
        for month, rows in by_month(pl.concat(parts)):
            text = rows.write_csv(separator=";", include_header=lot.is_first)
            files[f"{FOLDER}/pflege_{year}-{month:02d}.csv"] = text.encode("utf-8-sig" if lot.is_first else "utf-8")
    return files


def share_in_care(sex: Array, age: Array, year: int) -> Array:
    """The share of a sex and age that needs care in a year."""
    shares = np.where(sex == FEMALE, np.interp(age, _AGES, _WOMEN), np.interp(age, _AGES, _MEN))
    return np.minimum(shares * np.interp(year, *_TIMES), 0.9)


def _begins(lot: Lot, block: Block) -> Array:
    """The day on which everybody's care begins; one far away for those who never need it."""
    people, order = block.life.people, lot.plan.order
    rng = lot.rng(block, _SYSTEM)
    born = 1970 + people.birth.astype("datetime64[D]").astype("datetime64[Y]").astype(np.int64)
    begin = np.full(len(people), np.iinfo(np.int32).max)
    luck = rng.random(len(people))
    for year in range(order.last_year, order.first_year - 1, -1):
        needs = (people.fate[:, 0] < share_in_care(people.sex, year - born, year)) & (born <= year)
        begin = np.where(needs, day_number(year) + (luck * 365).astype(np.int64), begin)
    first = day_number(order.first_year)
    earlier = np.maximum(first - (rng.random(len(people)) ** 2 * 2500).astype(np.int64), people.birth)
    begin = np.where(begin < first + 365, np.where(luck < 0.75, earlier, begin), begin)
    return np.asarray(np.maximum(begin, people.birth))


def _extracts(lot: Lot, block: Block, begin: Array, year: int) -> pl.DataFrame:
    """Who receives care, as the system knows it at the ends of months: approved and removed some weeks late."""
    people, past = block.life.people, block.past
    ends, fate = month_ends(year), people.fate[:, 1]
    month, rows = np.nonzero(begin + (fate * _KNOWN_AFTER).astype(np.int64) <= ends[:, None])
    day, now = ends[month], past.at(rows, ends[month])
    before = past.at(rows, day - _REMOVED_AFTER)
    there = past.resident(np.where(before < 0, now, before))
    month, rows, now, day = month[there], rows[there], now[there], day[there]
    worse = (day - begin[rows]) // _WORSE_DAYS
    grade = np.minimum(np.searchsorted(np.cumsum(_GRADES), (fate[rows] * 10) % 1, side="right") + 1 + worse // 2, 5)
    kind = np.searchsorted(np.cumsum(_SHARES), (fate[rows] * 100) % 1, side="right")
    kind = np.where((kind == 2) & (grade == 1), 0, np.minimum(kind, len(KINDS) - 1))
    keys = [short_key(each) for each in lot.plan.projection.calibration.municipalities]
    return pl.DataFrame({
        "month": month + 1,
        "VersNr": "SYN" + pl.Series(block.number_of_person(rows) * 3 + 1).cast(pl.String),
        "GebDat": pl.Series(people.birth[rows]).cast(pl.Date),
        "Geschl": np.minimum(people.sex[rows], 3),
        "GemSchl": pl.Series(keys).gather(pl.Series(block.where_living(now).astype(np.uint32))),
        "Pflegegrad": grade,
        "Leistungsart": pl.Series(KINDS).gather(pl.Series(kind.astype(np.uint32))),
        "Beginn": pl.Series(begin[rows].astype(np.int32)).cast(pl.Date),
    })  # fmt: skip

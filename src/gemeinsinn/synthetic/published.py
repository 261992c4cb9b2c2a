"""From published tables to a calibration: age groups are spread over single years, small numbers leaned on the county's.

The tables are long, as the readers of `sources` make them: area, period, sex, age, nationality, measure, value. Their
codes are those of regionalstatistik.de.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import polars as pl

from gemeinsinn.errors import DeliveryError
from gemeinsinn.synthetic.arrays import AGES, Array
from gemeinsinn.synthetic.calibration import Calibration, Moves, Municipality


POPULATION, SINGLE_YEARS, NATIONALITIES, TOTALS = "12411-02-03-5", "12411-04-02-4", "12411-03-03-4", "12411-01-01-5"
BIRTHS, MOTHERS, DEATHS, AGES_AT_DEATH = "12612-01-01-4", "12612-02-01-4", "12613-01-01-4", "12613-02-02-4"
MOVES, MOVES_BY_YEAR, BORDER, BORDER_BY_YEAR = "12711-01-03-5", "12711-03-02-4", "12711-04-02-4", "12711-05-02-4"
MARRIAGES, DIVORCES = "12611-01-01-4", "12631-01-01-4"
TABLES = (
    POPULATION, SINGLE_YEARS, NATIONALITIES, TOTALS, BIRTHS, MOTHERS, DEATHS, AGES_AT_DEATH, MOVES, MOVES_BY_YEAR,
    BORDER, BORDER_BY_YEAR, MARRIAGES, DIVORCES,
)  # fmt: skip
"""The tables that a calibration needs; the periods of all of them include the base year."""

_LEANING = 40.0
"""Moves of the county's pattern that are added to those of each municipality, so that small ones are not erratic."""
_SEXES = ("male", "female")
_TOTAL = "total"
_OLDEST_MOTHER, _YOUNGEST_MOTHER = 47, 15

Tables = Mapping[str, pl.DataFrame]


def calibration_of(
    tables: Tables, municipalities: Sequence[Municipality], *, county: str, totals: pl.DataFrame
) -> Calibration:
    """The calibration of a county; `totals` adds residents of its municipalities in later years (area, year, value).

    Raises `DeliveryError` if a table holds nothing of the county.
    """
    tables = {name: _of_county(name, tables, county) for name in TABLES}
    keys = [each.key for each in municipalities]
    base = int(tables[POPULATION]["period"].max())  # type: ignore[arg-type]
    single = _single_years(tables[SINGLE_YEARS], county)
    local, groups = _by_group(tables[POPULATION], keys)
    population = spread(local, groups, np.broadcast_to(single, (len(keys), 2, AGES)))
    return Calibration(
        municipalities=tuple(municipalities),
        base_year=base,
        population=population,
        groups=tuple(groups),
        foreign=_foreign(tables[NATIONALITIES], county),
        published=_residents(tables[TOTALS], totals, keys),
        mortality=_between_birthdays(_mortality(tables[AGES_AT_DEATH], county, single)),
        fertility=_between_birthdays(_fertility(tables[MOTHERS], county, single[1])),
        births=_by_year(tables[BIRTHS], county, sex=_TOTAL),
        deaths=_by_year(tables[DEATHS], county, sex=_TOTAL),
        marriages=_by_year(tables[MARRIAGES], county, breakdown=_TOTAL, breakdown_2=_TOTAL),
        divorces=_by_year(tables[DIVORCES].filter(pl.col("measure") == "Ehescheidungen"), county, breakdown=_TOTAL),
        arrivals=_moves(tables, keys, county, population, word="Zuzüge"),
        departures=_moves(tables, keys, county, population, word="Fortzüge"),
    )


def _of_county(name: str, tables: Tables, county: str) -> pl.DataFrame:
    remedy = "Name it in sources.yaml, or leave the calibration to the demo county."
    if name not in tables:
        raise DeliveryError("the calibration needs this table.", where=name, remedy=remedy)
    rows = tables[name].filter(pl.col("area").str.starts_with(county))
    if not len(rows):
        raise DeliveryError(f"the table holds nothing of {county}.", where=name, remedy=remedy)
    return rows


def spread(values: Array, groups: Sequence[tuple[int, int]], weights: Array) -> Array:
    """Values of age groups over single years, in the proportion of weights; evenly where those are all zero."""
    out = np.zeros((*values.shape[:-1], AGES))
    for at, (first, last) in enumerate(groups):
        part = weights[..., first : last + 1] + 1e-12
        out[..., first : last + 1] = values[..., at, None] * part / part.sum(axis=-1, keepdims=True)
    return out


def _group(label: str) -> tuple[int, int]:
    first, dash, last = label.rstrip("+").partition("-")
    return int(first), AGES - 1 if label.endswith("+") else int(last if dash else first)


def _by_group(rows: pl.DataFrame, areas: Sequence[str]) -> tuple[Array, list[tuple[int, int]]]:
    """Area x sex x age group; a value that the source does not show counts as none."""
    rows = rows.filter(pl.col("age") != _TOTAL, pl.col("sex").is_in(_SEXES))
    labels = sorted(rows["age"].unique().to_list(), key=_group)
    places = {
        "area": {area: at for at, area in enumerate(areas)},
        "sex": {sex: at for at, sex in enumerate(_SEXES)},
        "age": {age: at for at, age in enumerate(labels)},
    }
    rows = rows.filter(pl.col("area").is_in(list(areas)))
    at = [rows[name].replace_strict(codes, return_dtype=pl.Int64).to_numpy() for name, codes in places.items()]
    out = np.zeros((len(areas), 2, len(labels)))
    np.add.at(out, tuple(at), rows["value"].fill_null(0.0).fill_nan(0.0).to_numpy())
    return out, [_group(label) for label in labels]


def _single_years(rows: pl.DataFrame, county: str) -> Array:
    values, groups = _by_group(rows, [county])
    ages = np.arange(AGES)
    thinning = np.where(ages < 90, np.exp(-0.09 * (ages - 75)), np.exp(-0.09 * 15 - 0.38 * (ages - 90)))
    return np.asarray(spread(values[0], groups, np.broadcast_to(thinning, (2, AGES))))


def _foreign(rows: pl.DataFrame, county: str) -> Array:
    parts = {}
    for nationality in ("foreign", _TOTAL):
        values, groups = _by_group(rows.filter(pl.col("nationality") == nationality), [county])
        parts[nationality] = values[0]
    share = parts["foreign"] / np.maximum(parts[_TOTAL], 1.0)
    lengths = np.array([last - first + 1 for first, last in groups])
    return np.asarray(spread(share * lengths, groups, np.ones((2, AGES))))


def _residents(rows: pl.DataFrame, later: pl.DataFrame, keys: Sequence[str]) -> dict[int, Array]:
    known = rows.filter(pl.col("sex") == _TOTAL).select("area", pl.col("period").cast(pl.Int64).alias("year"), "value")
    every = pl.concat([known, later.select("area", pl.col("year").cast(pl.Int64), pl.col("value").cast(pl.Float64))])
    out = {}
    for (year,), part in sorted(every.group_by("year")):
        values = dict(part.select("area", "value").iter_rows())
        if all(key in values for key in keys):
            out[int(year)] = np.array([values[key] for key in keys])
    return out


def _by_year(rows: pl.DataFrame, county: str, **where: str) -> dict[int, float]:
    rows = rows.filter(pl.col("area") == county, *(pl.col(name) == value for name, value in where.items()))
    return {int(year): float(value) for year, value in rows.select("period", "value").iter_rows() if value is not None}


def _mortality(rows: pl.DataFrame, county: str, people: Array) -> Array:
    """The chance to die by sex and age: straight lines between the logarithms of the groups' rates (Gompertz)."""
    deaths, groups = _by_group(rows.filter(pl.col("nationality") == _TOTAL), [county])
    ages = np.arange(AGES)
    out = np.zeros((2, AGES))
    for sex in range(2):
        counts = [people[sex, first : last + 1] for first, last in groups]
        middles = [np.average(ages[a : b + 1], weights=c + 1e-9) for (a, b), c in zip(groups, counts, strict=True)]
        rates = [(dead + 0.5) / c.sum() for dead, c in zip(deaths[0, sex], counts, strict=True)]
        logs = np.interp(ages, middles, np.log(rates))
        steep = (np.log(rates[-1]) - np.log(rates[-2])) / (middles[-1] - middles[-2])
        out[sex] = np.exp(np.where(ages > middles[-1], np.log(rates[-1]) + steep * (ages - middles[-1]), logs))
    expected = spread(deaths[0], groups, out * people)
    return np.asarray(np.minimum(expected / np.maximum(people, 1e-9), 0.7))


def _fertility(rows: pl.DataFrame, county: str, women: Array) -> Array:
    chosen = rows.filter(pl.col("nationality") == _TOTAL, pl.col("sex") == _TOTAL, pl.col("age") != _TOTAL)
    chosen = chosen.filter(pl.col("area") == county)
    births = {_group(age): value for age, value in chosen.select("age", "value").iter_rows()}
    groups = sorted((max(first, _YOUNGEST_MOTHER), min(last, _OLDEST_MOTHER)) for first, last in births)
    values = np.array([births[each] for each in sorted(births)])
    middles = [(first + last) / 2 for first, last in groups]
    rates = [value / women[first : last + 1].sum() for value, (first, last) in zip(values, groups, strict=True)]
    ages = np.arange(AGES)
    shape = np.interp(ages, [14, *middles[:-1], 42, _OLDEST_MOTHER], [0.0, *rates[:-1], 2 * rates[-1], 0.0])
    expected = spread(values, groups, shape * women)
    return np.asarray(np.where((ages >= _YOUNGEST_MOTHER) & (ages <= _OLDEST_MOTHER), expected / women, 0.0))


def _between_birthdays(rates: Array) -> Array:
    """Rates by age at the event become rates by age at the beginning of the year: half of it is lived a year older."""
    older = np.concatenate([rates[..., 1:], rates[..., -1:]], axis=-1)
    return np.asarray((rates + older) / 2)


def _moves(tables: Tables, keys: Sequence[str], county: str, population: Array, *, word: str) -> Moves:
    def of(name: str) -> pl.DataFrame:
        rows = tables[name]
        return rows.filter(pl.col("measure").str.starts_with(word), ~pl.col("measure").str.contains("Ausland"))

    local, groups = _by_group(of(MOVES), keys)
    all_of_county = local.sum(axis=0)
    pattern = all_of_county / all_of_county.sum()
    size = local.sum(axis=(1, 2), keepdims=True)
    leaned = (local + _LEANING * pattern) * size / (size + _LEANING)
    weights = _mobility() * (population if word == "Fortzüge" else population.sum(axis=0, keepdims=True) ** 0.5)
    across, _ = _by_group(of(BORDER), [county])
    share = np.minimum(across[0] / np.maximum(all_of_county, 1.0), 1.0)
    lengths = np.array([last - first + 1 for first, last in groups])
    nationality = {
        name: _by_year(of(BORDER_BY_YEAR), county, nationality=name, sex=_TOTAL) for name in ("german", "foreign")
    }
    return Moves(
        people=spread(leaned, groups, weights),
        across_county=spread(share * lengths, groups, np.ones((2, AGES))),
        by_year=_by_year(of(MOVES_BY_YEAR), county, nationality=_TOTAL, sex=_TOTAL),
        german=nationality["german"],
        foreign=nationality["foreign"],
    )


def _mobility() -> Array:
    """How mobile single years are inside the published groups; an assumption in the shape of national figures."""
    ages = np.arange(AGES)
    known = [0, 5, 10, 16, 18, 20, 24, 27, 30, 35, 45, 60, 70, 80, 100]
    relative = [1.5, 1.0, 0.65, 0.5, 1.0, 1.9, 2.3, 2.2, 1.8, 1.3, 0.7, 0.45, 0.35, 0.5, 0.6]
    return np.asarray(np.interp(ages, known, relative))

"""A register's table of spells straight from the calibration, in pieces, for measurements with millions of residents.

Here nobody has a household or a name: each person enters, moves or changes status a few times and leaves or dies, at
rates like those of the county. Late knowledge and corrections make closed versions, as intake would.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
import polars as pl

from gemeinsinn.synthetic import nations
from gemeinsinn.synthetic.arrays import AGES, Array, Rng, whole
from gemeinsinn.synthetic.calibration import SEXES, Calibration
from gemeinsinn.synthetic.days import day_number, number_of
from gemeinsinn.synthetic.people import Marital
from gemeinsinn.synthetic.projection import BOYS, Projection, projection
from gemeinsinn.synthetic.workdays import working_days


OPEN_DAY, OPEN_STEP = day_number(9999, 12, 31), 2**63 - 1
SPELLS_A_RESIDENT = 5.2
"""Rows of all pieces for each resident, about; it grows with the number of years."""
_STREAM = 7
_CHANGES, _MOST_CHANGES = 0.9, 4
_PAST_DAYS = 9000
_USUAL_DAYS, _LATE, _LATE_DAYS, _CORRECTED = 6.0, 0.08, 160.0, 0.03
_LEAVERS_RETURN = 0.93
"""Who leaves at a young age would leave less often later; rates of departure are lowered by so much."""
_MOVES, _MARRIES = 0.62, 0.88
_SHORTEST = 60
"""Days of a stay in which more than one spell has room."""
_RARE = (0.0001, 0.0004)


@dataclass(frozen=True, slots=True, eq=False)
class _People:
    """One row a person: a place among the municipalities, facts, and the days of entry and exit."""

    mun: Array
    sex: Array
    age: Array
    birth: Array
    enters: Array
    stock: Array


@dataclass(frozen=True, slots=True, eq=False)
class _Spells:
    """One row a spell, with the steps at which its begin and its end became known."""

    person: Array
    mun: Array
    nation: Array
    marital: Array
    begins: Array
    ends: Array
    known: Array
    end_known: Array


def step_days(first: date, last: date) -> list[date]:
    """The day of each step from 1 on: the stock on the first day, then the changes of each working day."""
    return [first, *working_days(first, last)]


def pieces(
    calibration: Calibration, *, residents: int, seed: int, first: date, last: date, piece: int = 2_000_000
) -> Iterator[pl.DataFrame]:
    """The spells of a register of so many residents, in frames of about `piece` rows.

    Steps are those of `step_days`; `area` is the number of the municipality's key, `sex` 1 male, 2 female, 3 diverse,
    4 none, `nationality` the Destatis code, `marital` the place in `people.MARITAL`.
    """
    plan = projection(calibration, first_year=first.year, last_year=last.year)
    scale = residents / calibration.size
    years = last.year - first.year + 1
    count = max(1, round(residents * (1.5 + SPELLS_A_RESIDENT * years / 13) / 1.2 / piece))
    keys = np.array([int(each.key) for each in calibration.municipalities], dtype=np.int32)
    knowledge = _Knowledge.of(first, last)
    before = 0
    for number in range(count):
        rng = np.random.default_rng(np.random.SeedSequence([seed, _STREAM, number]))
        people = _people(plan, scale / count, first, rng)
        spells = _spells(plan, people, knowledge, rng)
        yield _frame(people, spells, keys, knowledge, before, seed, rng)
        before += len(people.mun)


@dataclass(frozen=True, slots=True, eq=False)
class _Knowledge:
    """The period, and the step at which what is entered on a day becomes known."""

    first: int
    last: int
    newest: int
    """The last step."""
    step: Array
    """Day since the first one → step; the open one behind the last working day."""

    @classmethod
    def of(cls, first: date, last: date) -> _Knowledge:
        days = np.array([number_of(day) for day in working_days(first, last)])
        every = np.arange(number_of(first), number_of(last) + 1)
        step = np.searchsorted(days, every) + 2
        newest = len(days) + 1
        return cls(number_of(first), number_of(last), newest, np.where(step > newest, OPEN_STEP, step))

    def known(self, day: Array, rng: Rng) -> Array:
        """The step at which an event becomes known; the open one if that lies behind the last day."""
        count = len(day)
        delay = rng.standard_exponential(count, dtype=np.float32) * np.float32(_USUAL_DAYS)
        late = rng.random(count, dtype=np.float32) < _LATE
        delay[late] = 30 + delay[late] * np.float32(_LATE_DAYS / _USUAL_DAYS)
        entered = day + delay.astype(np.int32) - self.first
        behind = entered >= len(self.step)
        return np.where(behind, OPEN_STEP, self.step[np.clip(entered, 0, len(self.step) - 1)])


def _people(plan: Projection, scale: float, first: date, rng: Rng) -> _People:
    """The people of a piece: residents of the first day, then those born and those arriving in each year."""
    lots = [_lot(plan.first * scale, first, rng, stock=True)]
    population = plan.first
    for year in plan.years:
        arriving = plan.newcomers * (year.arriving * scale)[:, None, None]
        births = (population[:, 1] * year.fertility).sum(axis=1) * scale
        newborn = np.zeros_like(arriving)
        newborn[:, 0, 0], newborn[:, 1, 0] = births * BOYS, births * (1 - BOYS)
        population = population * (year.residents / population.sum(axis=(1, 2)))[:, None, None]
        first_day = date(year.year, 1, 1)
        born = _lot(newborn, first_day, rng, stock=False)
        lots += [_lot(arriving, first_day, rng, stock=False), replace(born, birth=born.enters)]
    return _People(*(np.concatenate([getattr(lot, name) for lot in lots]) for name in _People.__slots__))


def _lot(cells: Array, first: date, rng: Rng, *, stock: bool) -> _People:
    """People of these cells, with ages on the day before a year, who enter before it (the stock) or in it."""
    counts = whole(cells, rng)
    mun, sex, age = (np.repeat(axis.ravel(), counts.ravel()) for axis in np.indices(counts.shape, dtype=np.int16))
    starts = np.array([day_number(first.year - 1 - each) for each in range(AGES)], dtype=np.int32)
    birth = starts[age] + (rng.random(len(age), dtype=np.float32) * 365).astype(np.int32)
    luck, start = rng.random(len(age), dtype=np.float32), number_of(first)
    back, ahead = (luck**1.5 * _PAST_DAYS).astype(np.int32), (luck * 365).astype(np.int32)
    enters = start - 1 - back if stock else start + ahead
    return _People(mun, sex, age, birth, np.maximum(enters, birth), np.full(len(age), stock))


def _spells(plan: Projection, people: _People, knowledge: _Knowledge, rng: Rng) -> _Spells:
    count = len(people.mun)
    leaves = _exits(plan, people, knowledge, rng)
    changes = np.minimum(
        (rng.standard_exponential(count, dtype=np.float32) * _CHANGES * 1.6).astype(np.int8), _MOST_CHANGES
    )
    start = np.maximum(people.enters, knowledge.first)
    length = np.minimum(leaves, knowledge.last + 1) - start
    changes[length < _SHORTEST] = 0
    person = np.repeat(np.arange(count, dtype=np.int32), changes + 1)
    offsets = np.cumsum(changes + 1) - changes - 1
    turn = np.arange(len(person), dtype=np.int32) - offsets[person].astype(np.int32)
    begins = start[person] + (
        (turn - 0.5 + 0.9 * rng.random(len(person), dtype=np.float32)) / (changes[person] + 1) * length[person]
    ).astype(np.int32)
    begins = np.where(turn == 0, people.enters[person], begins)
    last = turn == changes[person]
    ends = np.where(last, leaves[person], np.append(begins[1:], OPEN_DAY)).astype(np.int32)
    known = np.where((turn == 0) & people.stock[person], 1, knowledge.known(begins, rng))
    known = _in_order(known, person, knowledge.newest)
    left = np.where(ends == OPEN_DAY, OPEN_STEP, knowledge.known(np.minimum(ends, knowledge.last + 1), rng))
    end_known = np.where(last, np.maximum(left, known), np.append(known[1:], OPEN_STEP))
    mun, nation, marital = _facts(plan, people, person, turn, rng)
    return _Spells(person, mun, nation, marital, begins, ends, known, end_known)


def _in_order(known: Array, person: Array, newest: int) -> Array:
    """Steps put off until everything earlier about the person is known."""
    top = np.int64(newest + 2)
    latest = np.maximum.accumulate(person * top + np.minimum(known, newest + 1)) - person * top
    return np.where(latest > newest, OPEN_STEP, latest)


def _exits(plan: Projection, people: _People, knowledge: _Knowledge, rng: Rng) -> Array:
    """The day on which everybody leaves or dies; the open day if that lies behind the period."""
    first = plan.years[0]
    leaving = (first.leaving * first.across_county)[people.mun, people.sex, people.age] * _LEAVERS_RETURN
    gone = rng.standard_exponential(len(people.mun), dtype=np.float32) / np.maximum(leaving, 1e-6) * 365.25
    survival = np.cumprod(1 - plan.calibration.mortality, axis=1)
    alive = np.concatenate([np.ones((2, 1)), survival], axis=1)
    left = rng.random(len(people.mun)) * alive[people.sex, people.age]
    death = np.empty(len(people.mun))
    for sex in range(2):
        rows = people.sex == sex
        death[rows] = np.interp(-left[rows], -alive[sex], np.arange(AGES + 1))
    start = np.maximum(people.enters, knowledge.first)
    until = np.minimum(start + np.minimum(gone, 1e6), people.birth + (death + 0.5) * 365.25).astype(np.int64)
    until = np.maximum(until, start + 1)
    return np.where(until > knowledge.last, OPEN_DAY, until)


def _facts(plan: Projection, people: _People, person: Array, turn: Array, rng: Rng) -> tuple[Array, Array, Array]:
    """Municipality, nationality and marital status of each spell."""
    count = len(people.mun)
    moves = (turn > 0) & (rng.random(len(person), dtype=np.float32) < _MOVES)
    elsewhere = np.searchsorted(np.cumsum(plan.attraction), rng.random(len(person))).clip(0, len(plan.attraction) - 1)
    chosen = np.where(moves, elsewhere, people.mun[person])
    kept = np.maximum.accumulate(np.where(moves | (turn == 0), np.arange(len(person)), 0))
    foreign = rng.random(count, dtype=np.float32) < plan.calibration.foreign[people.sex, people.age] * np.where(
        people.stock, 1.0, 2.8
    )
    nation = np.zeros(count, dtype=np.int32)
    nation[foreign] = nations.of_residents(int(foreign.sum()), rng)
    wed = rng.random(count, dtype=np.float32) < np.interp(
        people.age, [18, 25, 35, 50, 75], [0.0, 0.2, 0.58, 0.68, 0.62]
    )
    status = np.where(wed, int(Marital.VH), int(Marital.LD)) + 2 * (
        (people.age > 40) & ~wed & (rng.random(count, dtype=np.float32) < 0.6)
    )
    later = (turn > 0) & ~moves & (people.age[person] > 17) & (rng.random(len(person), dtype=np.float32) < _MARRIES)
    changed = np.where(later, (status[person] + turn) % 4, status[person])
    return chosen[kept], nation[person], changed


def _frame(
    people: _People, spells: _Spells, keys: Array, knowledge: _Knowledge, before: int, seed: int, rng: Rng
) -> pl.DataFrame:
    """The versions of all spells: believed open until the end is known, then closed; some corrected later."""
    closes = (spells.end_known < OPEN_STEP) & (spells.end_known > spells.known)
    at_once = (spells.end_known < OPEN_STEP) & ~closes
    entered = spells.known < OPEN_STEP
    opened = np.flatnonzero(entered & ~at_once)
    closed = np.flatnonzero(entered & (closes | at_once))
    row = np.concatenate([opened, closed])
    is_open = np.arange(len(row)) < len(opened)
    since = np.where(is_open, spells.known[row], np.maximum(spells.known[row], spells.end_known[row]))
    until = np.where(is_open & closes[row], spells.end_known[row], OPEN_STEP)
    wrong = np.flatnonzero((until == OPEN_STEP) & (rng.random(len(row), dtype=np.float32) < _CORRECTED))
    corrected = since[wrong] + rng.integers(10, 280, len(wrong))
    fits = corrected <= knowledge.newest
    wrong, corrected = wrong[fits], corrected[fits]
    since = np.concatenate([since, corrected])
    until = np.concatenate([until, until[wrong]])
    until[wrong] = corrected
    mun = np.concatenate([spells.mun[row], spells.mun[row[wrong]]])
    mun[wrong] = (mun[wrong] + 7) % len(keys)
    is_open = np.concatenate([is_open, is_open[wrong]])
    row = np.concatenate([row, row[wrong]])
    person = spells.person[row]
    number = np.arange(before, before + len(people.mun), dtype=np.uint64)
    rare = rng.random(len(people.mun), dtype=np.float32)
    sex = np.select([rare < _RARE[0], rare < _RARE[1]], [4, 3], np.array(SEXES)[people.sex]).astype(np.int32)
    ends = np.where(is_open, OPEN_DAY, spells.ends[row]).astype(np.int32)
    return pl.DataFrame({
        "pid": _mixed(number, seed * 2 + 1)[person],
        "area": keys[mun],
        "sex": sex[person],
        "nationality": spells.nation[row].astype(np.int32),
        "marital": spells.marital[row].astype(np.int32),
        "birth": pl.Series(people.birth[person].astype(np.int32)).cast(pl.Date),
        "valid_from": pl.Series(spells.begins[row].astype(np.int32)).cast(pl.Date),
        "valid_to": pl.Series(ends).cast(pl.Date),
        "sys_from_rel": since.astype(np.int64),
        "sys_to_rel": until.astype(np.int64),
        "record_key": _mixed(number, seed * 2 + 2)[person],
    })  # fmt: skip


def _mixed(numbers: Array, salt: int) -> Array:
    """Numbers that look random and are different for different numbers (SplitMix64, Steele et al. 2014)."""
    with np.errstate(over="ignore"):
        mixed = (numbers + np.uint64(salt)) * np.uint64(0x9E3779B97F4A7C15) + np.uint64(salt) * np.uint64(
            0xD1B54A32D192ED03
        )
        mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        mixed = mixed ^ (mixed >> np.uint64(31))
    return np.asarray(mixed.view(np.int64))

"""Benefits: who receives which benefit when, by households, and the system's state at the end of each month.

SGB II goes to whole households with somebody under 66, the basic income of SGB XII to single people, AsylbLG to
newcomers of the nationalities that ask for asylum, and the housing benefit to the head of a household.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from gemeinsinn.synthetic import names, nations
from gemeinsinn.synthetic.arrays import Array, Rng
from gemeinsinn.synthetic.days import by_month, day_number, month_ends
from gemeinsinn.synthetic.life import Snapshot
from gemeinsinn.synthetic.lots import Block, Files, Lot
from gemeinsinn.synthetic.places import own_number


FOLDER = "benefits"
COLUMNS = (
    "fall_nr", "bg_nummer", "person_nr", "nachname", "vorname", "geb_datum", "geschlecht", "ort", "gemeinde_nr",
    "rechtskreis", "arbeitslos", "beginn", "betrag_eur",
)  # fmt: skip
SCHEMA = """\
-- Synthetisch: alle Personen sind erfunden. Der Stand eines Monats ersetzt den vorigen.
CREATE SCHEMA IF NOT EXISTS fachverfahren;
DROP TABLE IF EXISTS fachverfahren.leistungsfall;
CREATE TABLE fachverfahren.leistungsfall (
    fall_nr     text PRIMARY KEY,
    bg_nummer   text NOT NULL,
    person_nr   bigint NOT NULL,
    nachname    text NOT NULL,
    vorname     text NOT NULL,
    geb_datum   date,
    geschlecht  char(1),
    ort         text,
    gemeinde_nr text,
    rechtskreis text NOT NULL,
    arbeitslos  boolean NOT NULL,
    beginn      date NOT NULL,
    betrag_eur  numeric(10,2)
);
COMMENT ON TABLE fachverfahren.leistungsfall IS 'Synthetisch, alle Personen sind erfunden';
-- \\copy fachverfahren.leistungsfall FROM 'leistungsfall.csv' WITH (FORMAT csv, HEADER true)
"""
SGB_II, SGB_XII, ASYLBLG, WOGG = range(4)
LAWS = ("SGB II", "SGB XII", "AsylbLG", "WoGG")
_SYSTEM = 1
_NUMBERS = 10_000_000
_SHARE = ([2009, 2013, 2015, 2017, 2019, 2021, 2022, 2025], [0.069, 0.067, 0.0725, 0.072, 0.066, 0.066, 0.075, 0.077])
"""Of the residents, in households with SGB II. To 2015 as in 22811-01-01-4, an assumption behind it."""
_LEAVES = 0.24
_LAST_AGE = 65
_BASIC = ([17, 18, 64, 65, 75, 90], [0.0, 0.0104, 0.0104, 0.049, 0.043, 0.036])
_BASIC_FOREIGN = 3.0
_ASYLUM_SHARE, _ASYLUM_DAYS = 0.92, (300, 900)
_HOUSING = ([2009, 2012, 2015, 2016, 2022, 2023, 2025], [0.017, 0.0155, 0.0078, 0.0105, 0.0095, 0.019, 0.02])
_UNEMPLOYED = 0.46
_INFLATION = 0.017
_BASE_YEAR = 2013
_RENT = (180, 320)
_UMLAUTS = (("ä", "ae"), ("ö", "oe"), ("ü", "ue"), ("ß", "ss"), ("Ä", "Ae"), ("Ö", "Oe"), ("Ü", "Ue"))


@dataclass(frozen=True, slots=True, eq=False)
class Cases:
    """Stretches of a benefit inside one year: who, under which law, from when until before when."""

    person: Array
    law: Array
    community: Array
    begin: Array
    """The day the benefit began, maybe years ago."""
    first: Array
    until: Array
    amount: Array
    unemployed: Array


@dataclass(slots=True)
class _Office:
    """What the benefits office remembers from year to year about a block's people."""

    lot: Lot
    block: Block
    rng: Rng
    active: Array
    """Person: receives SGB II when the year begins."""
    began: Array
    """Person x law: the day a running benefit began; 0 if none runs."""
    community: Array
    """Person: the number of the community it last received benefits in."""
    counter: int = 0

    def year(self, snapshot: Snapshot) -> Cases:
        year, people = snapshot.year, self.block.life.people
        start, end = day_number(year), day_number(year + 1)
        age = year - 1970 - people.birth.astype("datetime64[D]").astype("datetime64[Y]").astype(np.int64)
        parts = [
            self._households(snapshot, age, start, end),
            self._single(snapshot, age, start, end),
            self._asylum(start, end),
            self._housing(snapshot, start, end),
        ]
        return _joined(parts)

    def _households(self, snapshot: Snapshot, age: Array, start: int, end: int) -> Cases:
        rows, people = snapshot.rows, self.block.life.people
        _, first, unit = np.unique(snapshot.home, return_index=True, return_inverse=True)
        chance = self._chance(snapshot, age[rows], unit, first)
        was = np.bincount(unit, weights=self.active[rows]) > 0
        if snapshot.year == self.lot.plan.order.first_year:
            was = self.rng.random(len(first)) < chance
        luck, months = self.rng.random(len(first)), self.rng.integers(0, 12, len(first))
        leaves = was & (luck < _LEAVES)
        enters = ~was & (luck < _LEAVES * chance / (1 - chance))
        month = np.array([day_number(snapshot.year, each) for each in range(1, 13)])[months]
        low = np.where(enters, month, start)
        high = np.where(leaves, month, end)
        takes = (was | enters)[unit] & (age[rows] <= _LAST_AGE) & (self._asylum_until()[rows] <= start)
        who, its = rows[takes], unit[takes]
        self._number(who, its)
        fresh = self.began[who, SGB_II] == 0
        past = start - (self.rng.exponential(900, len(who))).astype(np.int64)
        opening = np.where(was[its] & (snapshot.year == self.lot.plan.order.first_year), past, low[its])
        begin = np.maximum(np.where(fresh, opening, self.began[who, SGB_II]), people.birth[who])
        stays = (was | enters) & ~leaves
        self.active[rows] = stays[unit]
        self.began[who, SGB_II] = np.where(stays[its], begin, 0)
        amount = np.where(age[who] < 18, 290.0, 420.0) + self.rng.integers(*_RENT, len(who))
        work = (age[who] >= 15) & ((people.fate[who, 2] * 7 + snapshot.year * 0.37) % 1 < _UNEMPLOYED)
        return self._cases(who, SGB_II, begin, np.maximum(low[its], begin), high[its], amount, work)

    def _chance(self, snapshot: Snapshot, age: Array, unit: Array, first: Array) -> Array:
        """The chance of each household to receive SGB II, so that the share of the year's residents is met."""
        rows, people, homes = snapshot.rows, self.block.life.people, self.block.life.homes
        grown = np.bincount(unit, weights=age >= 18)
        young = np.bincount(unit, weights=age < 18)
        able = np.bincount(unit, weights=(age >= 18) & (age <= _LAST_AGE)) > 0
        foreign = np.bincount(unit, weights=people.nation[rows] > 0) > 0
        recent = (people.since[rows] > day_number(snapshot.year - 6)) & nations.asks_for_asylum(people.nation[rows])
        refuge = np.bincount(unit, weights=recent | ((people.nation[rows] == 166) & (snapshot.year >= 2022))) > 0
        weight = np.where(foreign, 2.3, 1.0) * np.where((grown == 1) & (young > 0), 4.5, 1.0)
        weight *= np.where(young > 2, 1.6, 1.0) * np.where(refuge, 6.0, 1.0) * np.where(grown > 1, 0.7, 1.0)
        town = self.lot.plan.projection.first.sum(axis=(1, 2)) >= 10_000
        weight *= np.where(town[homes.mun[snapshot.home[first]]], 1.15, 0.6) * able
        size = np.bincount(unit)
        share = np.interp(snapshot.year, *_SHARE)
        chance = np.minimum(weight * share * len(rows) / max((weight * size).sum(), 1e-9), 0.9)
        return np.asarray(np.minimum(chance * share * len(rows) / max((chance * size).sum(), 1e-9), 0.9))

    def _single(self, snapshot: Snapshot, age: Array, start: int, end: int) -> Cases:
        rows, people = snapshot.rows, self.block.life.people
        foreign = np.where((people.nation[rows] > 0) & (age[rows] >= _LAST_AGE), _BASIC_FOREIGN, 0.8)
        takes = (people.fate[rows, 2] < np.interp(age[rows], *_BASIC) * foreign) & ~self.active[rows]
        who = rows[takes]
        self._number(who, np.arange(len(who)))
        begin = self._since(who, SGB_XII, start, spread=2000)
        amount = 380.0 + self.rng.integers(*_RENT, len(who))
        return self._cases(who, SGB_XII, begin, np.maximum(begin, start), np.full(len(who), end), amount)

    def _asylum(self, start: int, end: int) -> Cases:
        people = self.block.life.people
        until = self._asylum_until()
        who = np.flatnonzero((people.since < end) & (until > start))
        self._number(who, people.home[who])
        begin = people.since[who].astype(np.int64)
        amount = np.full(len(who), 325.0)
        return self._cases(who, ASYLBLG, begin, np.maximum(begin, start), np.minimum(until[who], end), amount)

    def _asylum_until(self) -> Array:
        """The day on which everybody's benefits for asylum seekers end; 0 for those who never asked for asylum."""
        people, (low, high) = self.block.life.people, _ASYLUM_DAYS
        until = people.since + low + (people.fate[:, 3] * (high - low)).astype(np.int64)
        return np.where(nations.asks_for_asylum(people.nation) & (people.fate[:, 1] < _ASYLUM_SHARE), until, 0)

    def _housing(self, snapshot: Snapshot, start: int, end: int) -> Cases:
        rows, people = snapshot.rows, self.block.life.people
        grown = ~people.child[rows]
        _, first = np.unique(snapshot.home[grown], return_index=True)
        heads = rows[grown][first]
        takes = (people.fate[heads, 3] < np.interp(snapshot.year, *_HOUSING)) & ~self.active[heads]
        who = heads[takes]
        self._number(who, np.arange(len(who)))
        begin = self._since(who, WOGG, start, spread=500)
        amount = 60.0 + self.rng.integers(0, 160, len(who))
        return self._cases(who, WOGG, begin, np.maximum(begin, start), np.full(len(who), end), amount)

    def _since(self, who: Array, law: int, start: int, *, spread: int) -> Array:
        """When a benefit that runs all year began: this year for those who did not have it before."""
        opening = start == day_number(self.lot.plan.order.first_year)
        luck = self.rng.random(len(who))
        fresh = np.where(opening, start - (luck * spread).astype(np.int64), start + (luck * 330).astype(np.int64))
        begin = np.where(self.began[who, law] > 0, self.began[who, law], fresh)
        self.began[:, law] = 0
        self.began[who, law] = begin
        return begin

    def _number(self, who: Array, unit: Array) -> None:
        """Give a number to communities of which nobody has one; the others keep that of their first member."""
        if not len(who):
            return
        _, first, at = np.unique(unit, return_index=True, return_inverse=True)
        known = self.community[who[first]]
        new = self.counter + 1 + np.arange(len(first))
        self.counter += len(first)
        fresh = self.block.number * _NUMBERS + new
        self.community[who] = np.where(known > 0, known, fresh)[at]

    def _cases(
        self, who: Array, law: int, begin: Array, first: Array, until: Array, amount: Array, work: Array | None = None
    ) -> Cases:
        unemployed = np.zeros(len(who), dtype=bool) if work is None else work
        return Cases(who, np.full(len(who), law), self.community[who], begin, first, until, amount, unemployed)


def _joined(parts: list[Cases]) -> Cases:
    return Cases(*(np.concatenate([getattr(part, name) for part in parts]) for name in Cases.__slots__))


def benefits_files(lot: Lot) -> Files:
    """The states of all month ends, as far as a lot contributes to them."""
    offices = [_office(lot, block) for block in lot.blocks]
    order, files = lot.plan.order, Files()
    for at, year in enumerate(range(order.first_year, order.last_year + 1)):
        cases = [office.year(office.block.life.snapshots[at]) for office in offices]
        states = pl.concat([_states(office, each, year) for office, each in zip(offices, cases, strict=True)])
        for month, state in by_month(states):
            folder = f"{FOLDER}/stand_{year}-{month:02d}"
            if lot.is_first:
                files[f"{folder}/schema.sql"] = SCHEMA.encode()
            files[f"{folder}/leistungsfall.csv"] = state.write_csv(include_header=lot.is_first).encode()
    return files


def _office(lot: Lot, block: Block) -> _Office:
    count = len(block.life.people)
    nobody = np.zeros(count, dtype=np.int64)
    return _Office(lot, block, lot.rng(block, _SYSTEM), nobody > 0, np.zeros((count, 4), dtype=np.int64), nobody)


def _states(office: _Office, cases: Cases, year: int) -> pl.DataFrame:
    """What the system holds at the ends of a year's months: the running cases of residents, with `month` from 1."""
    block, people = office.block, office.block.life.people
    ends = month_ends(year)
    month, running = np.nonzero((cases.first <= ends[:, None]) & (cases.until > ends[:, None]))
    event = block.past.at(cases.person[running], ends[month])
    there = block.past.resident(event)
    month, running, event = month[there], running[there], event[there]
    who, law = cases.person[running], cases.law[running]
    fate = people.fate[who, 1]
    quirks = office.lot.plan.order.quirks
    municipalities = office.lot.plan.projection.calibration.municipalities
    mun = np.where((fate * 1000) % 1 < quirks.without_municipality, len(municipalities), block.where_living(event))
    amount = cases.amount[running] * (1 + _INFLATION) ** (year - _BASE_YEAR)
    transcribed = pl.Series((fate * 100) % 1 < quirks.transcribed)
    number = block.number_of_person(who)
    return pl.DataFrame({
        "month": month + 1,
        "fall_nr": pl.Series(number * 10 + law).cast(pl.String),
        "bg_nummer": pl.Series(cases.community[running]).cast(pl.String).str.zfill(11),
        "person_nr": number * 7 + 3,
        "nachname": names.taken(names.surnames(), block.past.state[event, 3]),
        "vorname": names.taken(names.given_names(), people.given[who]),
        "geb_datum": pl.Series(people.birth[who]).cast(pl.Date),
        "geschlecht": pl.Series(["M", "W", "D", None]).gather(pl.Series((people.sex[who] - 1).astype(np.uint32))),
        "ort": pl.Series([*(each.name for each in municipalities), "ohne festen Wohnsitz"]).gather(pl.Series(mun.astype(np.uint32))),
        "gemeinde_nr": pl.Series([*(own_number(each) for each in municipalities), None]).gather(pl.Series(mun.astype(np.uint32))),
        "rechtskreis": pl.Series(LAWS).gather(pl.Series(law.astype(np.uint32))),
        "arbeitslos": cases.unemployed[running],
        "beginn": pl.Series(cases.begin[running].astype(np.int32)).cast(pl.Date),
        "betrag_eur": pl.Series(np.round(amount * 100).astype(np.int64)).cast(pl.Float64) / 100,
    }).with_columns(
        pl.when(transcribed).then(_transcribed(column)).otherwise(pl.col(column)).alias(column)
        for column in ("nachname", "vorname")
    )  # fmt: skip


def _transcribed(column: str) -> pl.Expr:
    letters, written = zip(*_UMLAUTS, strict=True)
    return pl.col(column).str.replace_many(list(letters), list(written))

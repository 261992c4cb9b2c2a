"""Childcare: which children are looked after on the first of March, and the workbook that each provider sends.

Everybody has a threshold for life; a child is looked after from the age on at which it falls below the share of its
age. Each provider writes its workbook in its own way, and changes that way every few years.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from gemeinsinn.synthetic import names
from gemeinsinn.synthetic.arrays import Array
from gemeinsinn.synthetic.days import day_number
from gemeinsinn.synthetic.lots import Block, Files, Lot
from gemeinsinn.synthetic.workbook import Cell, ExcelDate, excel_date, workbook


FOLDER = "childcare"
NAMES = ("Name des Kindes", "Kind (Nachname, Vorname)")
BIRTHS = ("geb. am", "Geburtstag")
PLACES = ("Wohnort", "Gemeinde")
GROUPS = ("Gruppe", "Angebotsform")
HOURS = "Std./Woche"
SINCE = ("seit", "Aufnahme")
_SYSTEM = 4
_AGES = [0, 0.6, 1, 2, 3, 4, 6.4]
_SHARES = [0.0, 0.01, 0.1, 0.38, 0.85, 0.95, 0.95]
"""The share of children of an age that is looked after; to school at six and a half, to day groups after it. Under
three it is 29 of 100, as published for the county on 1 March 2015 and 2016."""
_SCHOOL, _LAST, _AFTER_SCHOOL = 6.4, 10.0, 0.09
_OF_PROVIDER = 250
_MARCH = 3
_TITLES = ("Meldung der betreuten Kinder zum 01.03.{year}", "Kinderliste, Stichtag 1. März {year}", "Belegung {year}")
_KINDS = ("Kita-Verbund", "Kinderhaus", "Kindertagesstätten", "Krippenwerk", "Waldkinder")
_EPOCH = date(1970, 1, 1)


@dataclass(frozen=True, slots=True)
class Layout:
    """How a provider writes its workbook in a year."""

    title: tuple[str, ...]
    heads: tuple[str, ...]
    order: tuple[int, ...]
    text_dates: bool
    sum_line: str


def childcare_files(lot: Lot) -> Files:
    """The workbooks of all years of a lot's providers."""
    order, files = lot.plan.order, Files()
    for year in range(order.first_year, order.last_year + 1):
        for block in lot.blocks:
            for provider, rows in _children(lot, block, year):
                layout = _layout(lot, block, provider, year)
                sheet = "Kinder" if provider % 2 else "Tabelle1"
                files[f"{FOLDER}/{year}/{_slug(block, provider)}.xlsx"] = workbook(_sheet(layout, rows), sheet=sheet)
    return files


def share_looked_after(age: Array) -> Array:
    """The share of an age, in years and parts of them, that is looked after."""
    return np.where(age < _SCHOOL, np.interp(age, _AGES, _SHARES), np.where(age < _LAST, _AFTER_SCHOOL, 0.0))


def _children(lot: Lot, block: Block, year: int) -> Iterator[tuple[int, list[tuple[Cell, ...]]]]:
    """The children of each provider with their cells: name, birth, place, group, hours, since.

    A child stays with the provider that was near when it was taken in, also if the family moves.
    """
    people, past, day = block.life.people, block.past, day_number(year, _MARCH)
    luck = people.fate[:, 3]
    age = (day - people.birth) / 365.25
    rows, event = _looked_after(block, day)
    start = np.interp(luck[rows], _SHARES[:-1], _AGES[:-1]) * 365.25 + people.birth[rows]
    start = np.where(age[rows] >= _SCHOOL, people.birth[rows] + 2400, start).astype(np.int64)
    since = np.minimum(np.maximum(start, people.since[rows]), day)
    home = past.state[event, 0]
    mun = block.life.homes.mun[home]
    count = _count_of_providers(lot, block)
    near = past.state[past.at(rows, since), 0]
    provider = (block.life.homes.mun[near] * 7 + block.life.homes.street[near] // 3) % count
    cells = _cells(lot, block, rows, event, mun, since, age[rows])
    for each in range(count):
        chosen = np.flatnonzero(provider == each)
        if len(chosen):
            yield each, [cells[at] for at in chosen]


def _looked_after(block: Block, day: int) -> tuple[Array, Array]:
    """The children who are looked after on a day, and the last event of each by then."""
    people, past = block.life.people, block.past
    age = (day - people.birth) / 365.25
    rows = np.flatnonzero((age >= 0) & (people.fate[:, 3] < share_looked_after(np.maximum(age, 0))))
    event = past.at(rows, np.full(len(rows), day))
    there = past.resident(event)
    return rows[there], event[there]


def _count_of_providers(lot: Lot, block: Block) -> int:
    """How many providers a block has, in all years: as many as the children of the first year need."""
    rows, _ = _looked_after(block, day_number(lot.plan.order.first_year, _MARCH))
    return max(1, len(rows) // _OF_PROVIDER)


def _cells(
    lot: Lot, block: Block, rows: Array, event: Array, mun: Array, since: Array, age: Array
) -> list[tuple[Cell, ...]]:
    people = block.life.people
    family = names.taken(names.surnames(), block.past.state[event, 3]).to_list()
    given = names.taken(names.given_names(), people.given[rows]).to_list()
    places = [each.name for each in lot.plan.projection.calibration.municipalities]
    luck = people.fate[rows, 1]
    hours = np.where(age >= _SCHOOL, 15, np.array([20, 25, 25, 30, 35, 40, 45])[(luck * 7).astype(np.int64)])
    special = np.array(["", "", "", "", "", "", "Familiengruppe", "Naturgruppe", "Integrationsgruppe"])
    group = np.where(age < 3, "Krippe", np.where(age >= _SCHOOL, "Hort", "Elementar"))
    other = special[(luck * 90).astype(np.int64) % len(special)]
    group = np.where((other == "") | (age >= _SCHOOL), group, other)
    epoch = excel_date(_EPOCH).number
    return [
        (f"{last}, {first}", ExcelDate(epoch + birth), places[place], kind, hour, ExcelDate(epoch + entry))
        for last, first, birth, place, kind, hour, entry in zip(
            family, given, people.birth[rows].tolist(), mun.tolist(), group.tolist(), hours.tolist(), since.tolist(),
            strict=True,
        )
    ]  # fmt: skip


def _layout(lot: Lot, block: Block, provider: int, year: int) -> Layout:
    """A provider's way in a year: it changes every three to five years."""
    era = (year + provider) // (3 + provider % 3)
    rng = np.random.default_rng(np.random.SeedSequence([lot.plan.order.seed, block.number, _SYSTEM, provider, era]))
    pick = rng.integers(0, 2, 5)
    heads = (NAMES[pick[0]], BIRTHS[pick[1]], PLACES[pick[2]], GROUPS[pick[3]], HOURS, SINCE[pick[4]])
    order = (0, 1, 2, 3, 4, 5) if rng.random() < 0.6 else tuple(int(at) for at in (0, *(1 + rng.permutation(5))))
    title = (_name(block, provider), _TITLES[int(rng.integers(0, len(_TITLES)))].format(year=year))
    blank = ("",) * int(rng.integers(0, 3))
    text_dates = bool(rng.random() < lot.plan.order.quirks.text_dates)
    return Layout(
        (*title, *blank), heads, order, text_dates, ("Summe", "Gesamt", "Kinder insgesamt")[int(rng.integers(0, 3))]
    )


def _sheet(layout: Layout, rows: list[tuple[Cell, ...]]) -> Iterator[list[Cell]]:
    for line in layout.title:
        yield [line or None]
    yield [layout.heads[at] for at in layout.order]
    for row in rows:
        cells = [row[at] for at in layout.order]
        yield [_as_text(cell) for cell in cells] if layout.text_dates else cells
    yield [layout.sum_line, len(rows)]


def _as_text(cell: Cell) -> Cell:
    if not isinstance(cell, ExcelDate):
        return cell
    return f"{_EPOCH + timedelta(days=cell.number - excel_date(_EPOCH).number):%d.%m.%Y}"


def _name(block: Block, provider: int) -> str:
    kind = _KINDS[(block.number + provider * 3) % len(_KINDS)]
    return f"{kind} {names.streets()[(block.number * 31 + provider * 17) % names.STREETS].title()}"


def _slug(block: Block, provider: int) -> str:
    name = _name(block, provider).lower().replace(" ", "_")
    for letter, written in (("ä", "ae"), ("ö", "oe"), ("ü", "ue"), ("ß", "ss")):
        name = name.replace(letter, written)
    return f"{block.number:04d}{provider:02d}_{name}"

"""Changes of territory: the yearly list of Destatis, and the correspondences of the BBSR with their weights."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from gemeinsinn.concepts.periods import period_of
from gemeinsinn.concepts.territory import BoundaryChange, Transfer
from gemeinsinn.errors import DeliveryError
from gemeinsinn.sources.reading import Problem, Reading, no_observations
from gemeinsinn.sources.workbook import Row, official_key, rows_of, sheet_names, written


CHANGES_FORMAT = "gebietsaenderungen"
CORRESPONDENCE_FORMAT = "umsteigeschluessel"
_DATE = re.compile(r"\d{2}\.\d{2}\.\d{4}")
_REFERENCE = re.compile(r"^\d{2}/\d{4}/\d+")
_KEY = re.compile(r"(0[1-9]|1[0-6])\d{6}", re.ASCII)
_WHOLE = 1e-6
_WIDTH = 12
_HEAD = "Its head names two key dates (Gemeinden 31.12.2020) and the proportional shares of area and population."


def read_changes(content: bytes, *, name: str) -> Reading:
    """The list of boundary changes of a year, municipalities only (associations follow from them)."""
    rows = rows_of(content, name=name, sheet="Gebietsaenderungen", width=_WIDTH)
    if len(rows) < 2 or written(rows[1][0]) != "Kennziffer":
        remedy = "Fetch the yearly list of boundary changes (Gebietsänderungen) of Destatis as .xlsx."
        raise DeliveryError("the sheet has no head that begins with 'Kennziffer'.", where=name, remedy=remedy)
    changes: list[BoundaryChange] = []
    problems: list[Problem] = []
    for number, row in enumerate(rows[2:], start=3):
        if not _REFERENCE.match(written(row[0])) or written(row[1]) != "Gemeinde":
            continue
        change = _change(row)
        if change is None:
            problems.append(Problem(number, "", "key, kind or date of the change does not read."))
        else:
            changes.append(change)
    return Reading(
        CHANGES_FORMAT, written(rows[0][0]), no_observations(), problems=tuple(problems), changes=tuple(changes)
    )


def _change(row: Row) -> BoundaryChange | None:
    effective = period_of(written(row[11]))
    kind = written(row[5])
    from_key, to_key = _municipality(row[3]), _municipality(row[9])
    if effective is None or effective.valid_on is None or kind not in ("1", "2", "3", "4"):
        return None
    if not (from_key and to_key):
        return None
    return BoundaryChange(
        reference=written(row[0]),
        from_key=from_key,
        to_key=to_key,
        kind=int(kind),
        effective=effective.valid_on,
        area_qm=_number(row[6]),
        residents=None if _number(row[7]) is None else int(_number(row[7]) or 0),
    )


def _municipality(value: object) -> str:
    """The key of a municipality; empty if it is none."""
    key = official_key(value, 8)
    return key if _KEY.fullmatch(key) else ""


def _number(value: object) -> float | None:
    text = written(value)
    return float(text) if re.fullmatch(r"\d+(\.\d+)?", text) else None


def read_correspondence(content: bytes, *, name: str) -> Reading:
    """Where each municipality of one key date lies on the next, with shares of its area and its population.

    A workbook has one sheet a pair of dates. Shares over one old municipality add up to 1; where the population
    is zero and its shares do not, the shares of the area hold.
    """
    transfers: list[Transfer] = []
    problems: list[Problem] = []
    for sheet in sheet_names(content, name=name):
        rows = rows_of(content, name=name, sheet=sheet)
        found, wrong = _transfers(rows, f"{name} [{sheet}]")
        transfers += found
        problems += wrong
    if not transfers:
        raise DeliveryError("no sheet holds a correspondence.", where=name, remedy=_HEAD)
    return Reading(
        CORRESPONDENCE_FORMAT,
        "Umsteigeschlüssel Gemeinden",
        no_observations(),
        problems=tuple(problems),
        transfers=tuple(transfers),
    )


def _transfers(rows: Sequence[Row], where: str) -> tuple[list[Transfer], list[Problem]]:
    head = [re.sub(r"[\s-]+", "", written(cell)).casefold() for cell in rows[0]] if rows else []
    keys = [at for at, cell in enumerate(head) if re.match(r"gemeinden\d{2}\.\d{2}\.\d{4}", cell)]
    by_area = next((at for at, cell in enumerate(head) if "proportionaler" in cell and "fläche" in cell), None)
    by_people = next((at for at, cell in enumerate(head) if "proportionaler" in cell and "bevölkerung" in cell), None)
    if len(keys) != 2 or by_area is None or by_people is None:
        raise DeliveryError("the head is not that of a correspondence of the BBSR.", where=where, remedy=_HEAD)
    dates = [_date_in(written(rows[0][at]), where) for at in keys]
    found: dict[str, list[Transfer]] = defaultdict(list)
    problems: list[Problem] = []
    for number, row in enumerate(rows[1:], start=2):
        if not written(row[keys[0]]):
            continue
        try:
            area, people = float(row[by_area]), float(row[by_people])
        except (ValueError, TypeError):
            problems.append(Problem(number, "", "a share is not a number."))
            continue
        old, new = _municipality(row[keys[0]]), _municipality(row[keys[1]])
        if not (old and new):
            problems.append(Problem(number, "", "a key is not that of a municipality."))
            continue
        found[old].append(Transfer(old, new, dates[0], dates[1], area, people))
    return [transfer for old in found.values() for transfer in _whole(old)], problems


def _whole(old: list[Transfer]) -> list[Transfer]:
    """The shares of one old municipality, made to add up to 1."""
    area = sum(transfer.area_weight for transfer in old)
    people = sum(transfer.population_weight for transfer in old)
    by_area = [transfer.area_weight / area if area > _WHOLE else 1 / len(old) for transfer in old]
    by_people = [transfer.population_weight / people for transfer in old] if abs(people - 1) < 0.02 else by_area
    return [
        replace(transfer, area_weight=of_area, population_weight=of_people)
        for transfer, of_area, of_people in zip(old, by_area, by_people, strict=True)
    ]


def _date_in(text: str, where: str) -> date:
    found = _DATE.search(text)
    period = period_of(found[0]) if found else None
    if period is None or period.valid_on is None:
        raise DeliveryError("the head names no key date above the keys.", where=where, remedy=_HEAD)
    return period.valid_on

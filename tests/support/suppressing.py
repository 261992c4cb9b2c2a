"""The county that fits on a page with a register whose small numbers are hidden: helps, counted by municipality, age and sex.

People are written as counts by municipality, group and year; everybody in a group is alike. The register may know more
on a later day: corrections are people who were reported late, or should not have been there.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path

import numpy as np
import polars as pl

from gemeinsinn.concepts.temporal import OPEN_RELEASE
from gemeinsinn.gate.answers import Desk
from gemeinsinn.lake.manifest import Pin
from gemeinsinn.lake.restricted.steps import STEPS, Step, steps_frame
from gemeinsinn.lake.restricted.store import RestrictedZone
from gemeinsinn.lake.tables import schema_digest
from gemeinsinn.pipeline.publish import Publication, published, store_of
from gemeinsinn.pipeline.questions import desk_of
from gemeinsinn.pipeline.refresh import refreshed
from gemeinsinn.pipeline.registers.identity import purposes, ring_with
from gemeinsinn.releases.read import Release, open_release
from gemeinsinn.settings.instance import Instance
from support.publishing import KEY_OF
from support.registers import bytes_from
from support.tiny import HEAD, POLICY, SETTINGS, SOURCES, counts, tiny_instance


NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
KNOWN_ON = (date(2023, 1, 15), date(2023, 3, 1), date(2023, 6, 1))
"""The days of three deliveries."""
YEARS = (2021, 2022)
GROUPS = {"boys": (1, 2015), "girls": (2, 2015), "youths": (1, 2003), "men": (1, 1980), "women": (2, 1980)}
"""Sex and year of birth."""

REGISTERS = """
registers:
  helps:
    title: {de: Hilfen, en: Helps}
    unit: case
    synthetic: true
    origin: office
    complete_from: 2021-01-01
    delivery:
      {kind: full, format: csv, location: deliveries/helps/*.csv, dated_by: "helps_{year}-{month}", delimiter: ";"}
    person: number
    valid_from: {from: begins, date: "%d.%m.%Y"}
    valid_to: {from: ends, date: "%d.%m.%Y"}
    columns:
      area: {kind: area, from: town, codes: codes/municipalities.csv}
      sex: {kind: code, from: sex}
      birth: {kind: birth, from: birth, date: "%d.%m.%Y"}
    dimensions:
      sex: {column: sex, codes: codes/sex.csv, title: {de: Geschlecht, en: Sex}}
    index: [sex]
"""
SUPPRESS = "{method: suppress, min_units: 3, attackers: [outsider, insider]}"
_POLICY_OF_REGISTER = """
  helps:
    contains: register
    audience: public
    reason: invented
    legal_basis: none
    purpose: planning
    sources: [helps]
    columns: {{identifying: [number], quasi_identifying: [town, birth, sex], other: [begins, ends]}}
    retention: {{microdata: unlimited}}
    disclosure: {disclosure}
"""
_WORDS = """
topics: [life]
title: {{de: {title}, en: {title}}}
description: {{de: Hilfen, en: Helps}}
why_it_matters: {{de: Weil, en: Because}}
plain: {{de: So viele, en: So many}}
polarity: neutral
decimals: {decimals}
unit: {unit}
statistic: {statistic}
"""


def rate(title: str, where: str = "") -> str:
    """An indicator: helps by 1,000 people, whose number everybody knows."""
    chosen = f", where: {where}" if where else ""
    return _WORDS.format(title=title, decimals=2, unit="per_1000", statistic="rate") + (
        f"numerator: {{register: helps, on: year_end{chosen}}}\n"
        "denominator: {table: people}\n"
        "small_numbers: {fewer_than: 10, pool_years: 2, merge_to_amt: true}\n"
    )


def count(title: str, where: str = "") -> str:
    """An indicator: how many helps."""
    chosen = f", where: {where}" if where else ""
    return _WORDS.format(title=title, decimals=0, unit="number", statistic="count") + (
        f"count: {{register: helps, on: year_end{chosen}}}\n"
    )


def share(title: str, where: str) -> str:
    """An indicator: the share of a group in all helps."""
    return _WORDS.format(title=title, decimals=2, unit="percent", statistic="proportion") + (
        f"numerator: {{register: helps, on: year_end, where: {where}}}\n"
        "denominator: {register: helps, on: year_end}\n"
    )


INDICATORS = {
    "helps_rate": rate("Helps"),
    "helps_count": count("Number of helps"),
    "minors_rate": rate("Helps of minors", '{age: ["0-17"]}'),
    "women_share": share("Share of women", "{sex: [female]}"),
}
"""What the county publishes unless a test says otherwise."""

Helps = Mapping[str, Mapping[str, int]]
"""By municipality how many of each group."""


@dataclass
class HelpingCounty:
    """An instance with the register, and a hand that fills it and publishes."""

    instance: Instance
    clock: Callable[[], datetime]
    random: Callable[[int], bytes] = field(default_factory=bytes_from)

    def write(self, name: str, text: str) -> None:
        """Put a file of the instance in place."""
        path = self.instance.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def policy(self, disclosure: str) -> None:
        """Sign another policy for the register."""
        self.write("policy.yaml", POLICY + _POLICY_OF_REGISTER.format(disclosure=disclosure))

    def indicators(self, wanted: Mapping[str, str]) -> None:
        """Publish these indicators beside the number of people, and no others."""
        for path in (self.instance.catalogue / "life").glob("*.yaml"):
            if path.stem != "people_count":
                path.unlink()
        for name, text in wanted.items():
            self.write(f"catalogue/life/{name}.yaml", text)

    def fill(self, *known: Helps | Sequence[Helps]) -> None:
        """What the register knows at each of its deliveries: who was there in 2021 and 2022, or one for both years."""
        rows = [row for step, helps in enumerate(known, start=1) for row in _rows(step, len(known), helps)]
        self._write_zone(_spells(rows), len(known))

    def publish(self, *, known: date | None = None, preview: bool = False) -> Publication:
        """Publish what the lake and the register hold, as it was known on a day."""
        return published(self.instance, at=self.clock, known=known, preview=preview, random=self.random)

    @property
    def current(self) -> Release:
        """The release that is current."""
        store = store_of(self.instance)
        return open_release(store.folder(store.current()))

    def released(self, *, known: date | None = None) -> Release:
        """Publish, and open what was published."""
        self.publish(known=known)
        return self.current

    def desk(self) -> Desk:
        """Where questions about the register are answered."""
        return desk_of(self.instance, "helps")

    def shown(self, indicator: str, year: int, release: Release | None = None) -> dict[str, float | str]:
        """The numerators, or numbers, that a release shows; the status where there is none."""
        data = (release or self.current).data(indicator)
        cells = {name: data.cell(key, str(year)) for name, key in KEY_OF.items() if key in data.index}
        found: dict[str, float | str] = {}
        for name, cell in cells.items():
            number = cell.value if cell.numerator is None else cell.numerator
            found[name] = str(cell.status) if cell.value is None or number is None else number
        return found

    def _write_zone(self, rows: pl.DataFrame, steps: int) -> None:
        zone = RestrictedZone(self.instance.restricted)
        every = [Step(at, day, "helps", True, "run") for at, day in enumerate(KNOWN_ON[:steps], start=1)]
        with zone.writing(NOON):
            pins = {}
            for name, frame in (("helps/spells", rows), (STEPS, steps_frame(every))):
                version = zone.tables.write(name, frame)
                content = str(hash(tuple(map(tuple, frame.rows()))))
                pins[name] = Pin(version, frame.height, schema_digest(frame), "helps", content, "declared", "run")
            zone.commit(pins, at=NOON)
        zone.drop_index("helps")


def helping_county(
    folder: Path, clock: Callable[[], datetime], *, indicators: Mapping[str, str] = INDICATORS
) -> HelpingCounty:
    """The county with an empty register, refreshed."""
    people = "".join(counts(dict.fromkeys(_PEOPLE, 1), year=year, people=_PEOPLE) for year in YEARS)
    files = {
        "gemeinsinn.toml": SETTINGS.replace("cases_share", "people_count"),
        "sources.yaml": SOURCES,
        "registers.yaml": REGISTERS,
        "codes/municipalities.csv": "code,category,label_de,label_en\n"
        + "".join(f"{key},{key},{key},{key}\n" for key in _PEOPLE),
        "codes/sex.csv": "code,category,label_de,label_en\n1,male,männlich,male\n2,female,weiblich,female\n",
        "counts.csv": HEAD + people,
    }
    county = HelpingCounty(tiny_instance(folder, files=files), clock)
    county.policy(SUPPRESS)
    county.indicators(indicators)
    ring_with(county.instance, purposes("helps"), county.random)
    refreshed(county.instance, clock=clock)
    return county


_PEOPLE = {KEY_OF["Astadt"]: 60_000, KEY_OF["Bedorf"]: 9_000, KEY_OF["Cedorf"]: 16_000, KEY_OF["Dedorf"]: 13_000, KEY_OF["Edorf"]: 12_000}  # fmt: skip

_Row = tuple[str, str, int, int, int, int]
"""Town, group, number within the group, year, first step, step after the last."""


def _rows(step: int, steps: int, helps: Helps | Sequence[Helps]) -> list[_Row]:
    by_year = [helps] * len(YEARS) if isinstance(helps, Mapping) else list(helps)
    until = OPEN_RELEASE if step == steps else step + 1
    return [
        (town, group, number, year, step, until)
        for year, of_year in zip(YEARS, by_year, strict=True)
        for town, groups in of_year.items()
        for group, many in groups.items()
        for number in range(many)
    ]


def _spells(rows: Sequence[_Row]) -> pl.DataFrame:
    """One row a person, year and step; the same person has the same number and the same record key at every step."""
    people = {each: at for at, each in enumerate(dict.fromkeys(row[:4] for row in rows))}
    pids = np.array([people[row[:4]] for row in rows], dtype=np.int64)
    keys = np.array([_record_key(*row[:4]) for row in rows], dtype=np.int64)
    return pl.DataFrame(
        {
            "pid": pids,
            "area": pl.Series([int(KEY_OF[row[0]]) for row in rows], dtype=pl.Int32),
            "sex": pl.Series([GROUPS[row[1]][0] for row in rows], dtype=pl.Int32),
            "birth": [date(GROUPS[row[1]][1], 5, 5) for row in rows],
            "valid_from": [date(row[3], 1, 1) for row in rows],
            "valid_to": [date(row[3] + 1, 1, 1) for row in rows],
            "sys_from_rel": pl.Series([row[4] for row in rows], dtype=pl.Int64),
            "sys_to_rel": pl.Series([row[5] for row in rows], dtype=pl.Int64),
            "record_key": keys,
            "run_id": ["run"] * len(rows),
        }
    ).sort("pid", "sys_from_rel")


def _record_key(*person: object) -> int:
    number = int.from_bytes("|".join(map(str, person)).encode(), "big")
    return (number * 0x9E3779B97F4A7C15 ^ (number >> 7)) % 2**64 - 2**63

"""A county that fits on a page: two Ämter, five municipalities, one file of counts, three indicators.

Nothing in it is real. Tests that ask how the platform counts read better against numbers that one can add up in
the head.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from gemeinsinn.settings.instance import Instance


TERRITORY_ON = "20231231"
COUNTRY, STATE, COUNTY = "DG", "01", "01001"
NORTH, SOUTH = "010015001", "010015002"
"""The two Ämter."""
ASTADT, BEDORF, CEDORF, DEDORF, EDORF = "01001001", "01001002", "01001003", "01001004", "01001005"
MUNICIPALITIES = (ASTADT, BEDORF, CEDORF, DEDORF, EDORF)
NAMES = {ASTADT: "Astadt", BEDORF: "Bedorf", CEDORF: "Cedorf", DEDORF: "Dedorf", EDORF: "Edorf"}
AMT_OF = {ASTADT: "0001", BEDORF: "5001", CEDORF: "5001", DEDORF: "5002", EDORF: "5002"}
PEOPLE = {ASTADT: 10_000, BEDORF: 900, CEDORF: 600, DEDORF: 300, EDORF: 200}

SETTINGS = """
[instance]
name_de = "Testkreis"
name_en = "Test county"

[areas]
home = "01001"
edition = 2023-12-31

[portal]
headline = ["cases_share"]
"""
SOURCES = """
origins:
  office:
    publisher: Statistikamt
    licence: dl-de/by-2-0
    attribution: © Statistikamt
sources:
  directory:
    format: gv100ad
    location: directory.txt
    origin: office
    period: 31.12.2022
    evidence: {de: erfunden, en: invented}
  counts:
    format: mapped
    location: counts.csv
    origin: office
    mapping:
      area: {column: key}
      period: {column: year}
      decimal: "."
      marks: {".": source-confidential, "-": source-nothing, "/": source-unreliable}
      values:
        - {column: cases, measure: cases, unit: Anzahl}
        - {column: people, measure: people, unit: Anzahl}
"""
POLICY = """
policies:
  published:
    contains: published_aggregates
    audience: public
    reason: invented
    origins: [office]
"""
TOPICS = """
life:
  title: {de: Leben, en: Life}
  description: {de: Alles, en: Everything}
"""
TABLES = """
cases:
  title: {de: Fälle, en: Cases}
  add_up: true
  restate_by: population
  parts: [{source: counts, measure: cases}]
people:
  title: {de: Menschen, en: People}
  add_up: true
  restate_by: population
  parts: [{source: counts, measure: people}]
"""
SHARE = """
topics: [life]
title: {de: Anteil, en: Share}
description: {de: Fälle in Prozent, en: Cases in per cent}
why_it_matters: {de: Weil, en: Because}
plain: {de: So viele, en: So many}
unit: percent
decimals: 2
statistic: proportion
polarity: lower_is_better
numerator: {table: cases}
denominator: {table: people}
"""
COUNT = """
topics: [life]
title: {de: Menschen, en: People}
description: {de: Alle Menschen, en: All people}
why_it_matters: {de: Weil, en: Because}
plain: {de: So viele, en: So many}
unit: persons
decimals: 0
statistic: count
polarity: neutral
count: {table: people}
"""


def directory_line(kind: str, key: str, name: str, *, mark: str = "64", people: int = 0, hectares: int = 1_000) -> str:
    """One record of the fixed-width directory; `key` is land, region, district, municipality, association."""
    line = f"{kind}{TERRITORY_ON}{key:<12}{name:<50}"
    line = f"{line:<122}{mark:<6}"
    return f"{line}{hectares:011d}{people:011d}{people // 2:011d}" + " " * 20


def directory(municipalities: Mapping[str, str] = NAMES, people: Mapping[str, int] = PEOPLE) -> str:
    """The directory of the county: state, district, Ämter, municipalities."""
    lines = [
        directory_line("10", "01", "Testland"),
        directory_line("40", "01001", "Testkreis", mark="43"),
        directory_line("50", "01001   0001", "Astadt", mark="50"),
        directory_line("50", "01001   5001", "Nord", mark="53"),
        directory_line("50", "01001   5002", "Süd", mark="53"),
    ]
    for key, name in municipalities.items():
        record = f"{key}{AMT_OF.get(key, '5002')}"
        lines.append(directory_line("60", record, name, people=people.get(key, 0)))
    return "\n".join(lines) + "\n"


def counts(cases: Mapping[str, str | int], *, year: int = 2022, people: Mapping[str, int] = PEOPLE) -> str:
    """The file of counts for one year."""
    return "".join(f"{key};{year};{number};{people[key]}\n" for key, number in cases.items())


HEAD = "key;year;cases;people\n"
CASES = {ASTADT: 500, BEDORF: 30, CEDORF: 20, DEDORF: 6, EDORF: 0}


def tiny_instance(folder: Path, *, files: Mapping[str, str] | None = None) -> Instance:
    """The county in a folder; `files` replaces or adds files by their path."""
    written = {
        "gemeinsinn.toml": SETTINGS,
        "sources.yaml": SOURCES,
        "policy.yaml": POLICY,
        "directory.txt": directory(),
        "counts.csv": HEAD + counts(CASES) + counts(CASES, year=2021),
        "catalogue/topics.yaml": TOPICS,
        "catalogue/bases.yaml": "{}\n",
        "catalogue/tables/tables.yaml": TABLES,
        "catalogue/life/cases_share.yaml": SHARE,
        "catalogue/life/people_count.yaml": COUNT,
    } | dict(files or {})
    for name, text in written.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return Instance(folder.resolve())

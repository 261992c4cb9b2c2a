"""The county that fits on a page with a register of people who do not exist, beside official figures of the same share.

The register knows the municipalities from 2020 to 2022, the official statistics the county, the state and the country
from 2017 to 2021. In 2021 both have the county: 550 of 12,000 in the register, 540 of 12,000 officially. In 2019 the official figures break.
"""

from __future__ import annotations

from support.tiny import ASTADT, BEDORF, CEDORF, DEDORF, EDORF, SETTINGS, SHARE, SOURCES, TABLES


REGISTER, OFFICIAL = "register_share", "cases_share"
"""The indicator from the register, and the official one that stands beside it."""

_SYNTHETIC = """
  register:
    format: mapped
    location: register.csv
    origin: office
    synthetic: true
    mapping:
      area: {column: key}
      period: {column: year}
      decimal: "."
      values:
        - {column: cases, measure: cases, unit: Anzahl}
        - {column: people, measure: people, unit: Anzahl}
"""
_TABLES = """
register_cases:
  title: {de: Fälle im Register, en: Cases in the register}
  add_up: [amt, district]
  parts: [{source: register, measure: cases}]
register_people:
  title: {de: Menschen im Register, en: People in the register}
  add_up: [amt, district]
  parts: [{source: register, measure: people}]
"""
_BESIDE = """
beside:
  indicator: cases_share
  difference:
    de: Das Register zählt am Wohnort, die amtliche Statistik am Ort der Meldung.
    en: The register counts where people live, the official statistics where they report.
"""
_REGISTER_SHARE = (
    SHARE.replace("de: Anteil, en: Share", "de: Anteil aus dem Register, en: Share from the register")
    .replace("de: Fälle in Prozent, en: Cases in per cent", "de: Fälle im Register, en: Cases in the register")
    .replace("table: cases", "table: register_cases")
    .replace("table: people", "table: register_people")
    + _BESIDE
)
_OFFICIAL_CASES = {2017: 480, 2018: 500, 2019: 510, 2020: 530, 2021: 540}
_CASES = {ASTADT: 420, BEDORF: 60, CEDORF: 40, DEDORF: 20, EDORF: 10}
_PEOPLE = {ASTADT: 10_000, BEDORF: 900, CEDORF: 600, DEDORF: 300, EDORF: 200}
_LARGER = {"01001": (1, 0), "01": (30, -24), "DG": (400, -60)}
"""County, state and country: how many times the county's people they have, and how many cases fewer each time."""
_BROKEN = "breaks: [{period: 2019, kind: definition, text: {de: neu gezählt, en: counted anew}}]\n"


def _register() -> str:
    rows = [
        f"{key};{year};{_CASES[key] + year - 2021};{_PEOPLE[key]}" for year in (2020, 2021, 2022) for key in _PEOPLE
    ]
    return "\n".join(["key;year;cases;people", *rows, ""])


def _official() -> str:
    rows = [
        f"{key};{year};{(cases + fewer) * times};{12_000 * times}"
        for year, cases in _OFFICIAL_CASES.items()
        for key, (times, fewer) in _LARGER.items()
    ]
    return "\n".join(["key;year;cases;people", *rows, ""])


PLAIN = {
    "gemeinsinn.toml": SETTINGS.replace('["cases_share"]', '["register_share", "cases_share"]'),
    "sources.yaml": SOURCES + _SYNTHETIC.replace("synthetic: true", "synthetic: false"),
    "counts.csv": _official(),
    "register.csv": _register(),
    "catalogue/tables/tables.yaml": TABLES + _TABLES,
    "catalogue/life/register_share.yaml": _REGISTER_SHARE.replace(_BESIDE, ""),
    "catalogue/life/cases_share.yaml": SHARE + _BROKEN,
}
"""Both indicators, of people who exist, each on its own."""
BESIDE = PLAIN | {"catalogue/life/register_share.yaml": _REGISTER_SHARE}
"""The one beside the other."""
SYNTHETIC = BESIDE | {"sources.yaml": SOURCES + _SYNTHETIC}
"""The one beside the other, and the people of the register do not exist."""

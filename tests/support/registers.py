"""An instance with small registers of invented people, their deliveries written line by line, and what is believed."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path

import polars as pl

from gemeinsinn.lake.manifest import Manifest
from gemeinsinn.lake.restricted.store import QUARANTINE, RestrictedZone
from gemeinsinn.lake.runs import Run
from gemeinsinn.pipeline.registers.refresh import Surroundings, registers_refreshed
from gemeinsinn.settings.instance import Instance


TOWNS = {"Astadt": 1001001, "Bedorf": 1001002, "Cedorf": 1001003}
_SETTINGS = """\
[instance]
name_de = "Musterkreis"

[areas]
home = "01001"
"""
_SOURCES = """\
origins:
  office: {publisher: Musterkreis, licence: none, attribution: Musterkreis, synthetic: true}
sources: {}
"""
_MUNICIPALITIES = "code,category,label_de,label_en\n" + "".join(
    f"{key:08d},{key:08d},{name},{name}\n" for name, key in TOWNS.items()
)
_NAMES = "from,to\n" + "".join(
    f'{name},{key:08d}\n"{name}, Stadt",{key:08d}\nGem. {name},{key:08d}\n' for name, key in TOWNS.items()
)
_SEX = "code,category,label_de,label_en\n1,male,männlich,male\n2,female,weiblich,female\n3,diverse,divers,diverse\n"
RESIDENTS = """\
  residents:
    title: {de: Einwohner, en: Residents}
    unit: person
    synthetic: true
    origin: office
    delivery:
      kind: changes
      format: csv
      location: deliveries/residents/*.csv*
      dated_by: "_{date:%Y%m%d}"
      delimiter: "|"
    person: number
    events:
      id: event
      refers_to: refers
      kind: kind
      effective: {from: day, date: "%Y%m%d"}
      kinds:
        {BE: start, GE: start, ZU: start, UM: change, SA: change, WE: end, ST: death, KO: correction, SO: cancellation}
    columns:
      area: {kind: area, from: ags, codes: codes/municipalities.csv}
      sex: {kind: code, from: sex, map: mappings/sex.csv}
      birth: {kind: birth, from: birth, date: "%Y%m%d"}
    dimensions:
      sex: {column: sex, codes: codes/sex.csv}
    index: [sex]
"""
BENEFITS = """\
  benefits:
    title: {de: Leistungen, en: Benefits}
    unit: case
    origin: office
    delivery:
      kind: snapshot
      format: csv
      location: deliveries/benefits/*.csv
      dated_by: "stand_{date:%Y-%m-%d}"
      delimiter: ","
    person: case
    valid_from: since
    columns:
      area: {kind: area, from: town, map: mappings/names.csv, codes: codes/municipalities.csv}
      sex: {kind: code, from: sex, map: mappings/sex.csv}
      birth: {kind: birth, from: birth}
      amount_eur: {kind: amount, from: amount}
    dimensions:
      sex: {column: sex, codes: codes/sex.csv}
"""
YOUTH = """\
  youth:
    title: {de: Hilfen, en: Assistance}
    unit: case
    origin: office
    delivery:
      kind: full
      format: csv
      location: deliveries/youth/*.csv
      dated_by: "hilfen_{year}-Q{quarter}"
      encoding: cp1252
    person: Fall-Nr.
    valid_from: {from: Beginn, date: "%d.%m.%Y"}
    valid_to: {from: Ende, date: "%d.%m.%Y"}
    columns:
      area: {kind: area, from: Wohnort, map: mappings/names.csv, codes: codes/municipalities.csv}
      birth: {kind: birth, from: geb., date: "%d.%m.%Y"}
"""
CHILDCARE = """\
  childcare:
    title: {de: Kinder, en: Children}
    unit: case
    origin: office
    delivery:
      kind: snapshot
      format: xlsx
      location: deliveries/childcare/*/*.xlsx
      dated_by: "{year}/{part}"
      day: 03-01
      headings:
        name: [Name des Kindes, "Kind (Nachname, Vorname)"]
        birth: [geb. am, Geburtstag]
        place: [Wohnort, Gemeinde]
      totals: [Summe, Gesamt]
      totals_count: rows
    person: [name, birth]
    columns:
      area: {kind: area, from: place, map: mappings/names.csv, codes: codes/municipalities.csv}
      birth: {kind: birth, from: birth, date: "%d.%m.%Y"}
"""
CARE = """\
  care:
    title: {de: Pflege, en: Care}
    unit: person
    origin: office
    delivery:
      kind: snapshot
      format: csv
      location: deliveries/care/*.csv
      dated_by: "pflege_{year}-{month}"
    person: VersNr
    valid_from: Beginn
    columns:
      area: {kind: area, from: GemSchl, codes: codes/municipalities.csv}
      birth: {kind: birth, from: GebDat}
"""
REGISTERS = {"residents": RESIDENTS, "benefits": BENEFITS, "youth": YOUTH, "childcare": CHILDCARE, "care": CARE}
_CLASSES = {
    "residents": "identifying: [number, name], quasi_identifying: [birth, sex, ags], other: [kind, event, refers, day]",
    "benefits": "identifying: [case, name], quasi_identifying: [birth, sex, town], sensitive: [amount], other: [since]",
    "youth": "identifying: [Fall-Nr., Name], quasi_identifying: [geb., Wohnort], other: [Beginn, Ende]",
    "childcare": "identifying: [name], quasi_identifying: [birth, place]",
    "care": "identifying: [VersNr], quasi_identifying: [GebDat, GemSchl], other: [Beginn]",
}


def policy_of(register: str, *, more: str = "", landing: str = "0 days", microdata: str = "30 years") -> str:
    """A policy as an office would sign it."""
    return f"""\
  {register}:
    contains: register
    audience: public
    reason: planning
    legal_basis: § 1
    purpose: planning
    sources: [{register}]
    columns: {{{_CLASSES[register]}}}
    retention: {{microdata: {microdata}, landing: {landing}}}
{more}"""


def bytes_from(seed: int = 0) -> Callable[[int], bytes]:
    """Random bytes that are the same in every test."""
    return random.Random(seed).randbytes


@dataclass
class Office:
    """An instance with registers, and a hand that delivers."""

    instance: Instance
    random: Callable[[int], bytes] = field(default_factory=bytes_from)
    environment: Mapping[str, str] = field(default_factory=dict)

    @property
    def zone(self) -> RestrictedZone:
        return RestrictedZone(self.instance.restricted)

    @property
    def manifest(self) -> Manifest:
        return self.zone.manifests.latest()

    def deliver(self, name: str, text: str, *, encoding: str = "utf-8") -> Path:
        """Put a file of text below the folder of deliveries; lines are dedented."""
        path = self.instance.root / "deliveries" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        lines = [line.strip() for line in text.strip().splitlines()]
        path.write_bytes(("\n".join(lines) + "\n").encode(encoding))
        return path

    def deliver_bytes(self, name: str, content: bytes) -> Path:
        """Put a file below the folder of deliveries as it is."""
        path = self.instance.root / "deliveries" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        return path

    def take_in(self, register: str, *, on: date = date(2026, 1, 1)) -> Run:
        """Take a register in on a day."""
        noon = datetime(on.year, on.month, on.day, 12, tzinfo=UTC)
        surroundings = Surroundings(clock=lambda: noon, random=self.random, environment=self.environment)
        return registers_refreshed(self.instance, [register], surroundings=surroundings)[0]

    def spells(self, register: str = "residents") -> pl.DataFrame:
        """The whole table of spells."""
        return self.zone.read(self.zone.table(register), self.manifest)

    def believed(self, day: date, *, known: date | None = None, register: str = "residents") -> list[str]:
        """The towns of everybody who is there on a day, as known on another (or now), in order."""
        steps = self.zone.steps(self.manifest)
        step = steps.known_on(known, register) if known else steps.latest(register)
        rows = self.spells(register).filter(
            (pl.col("sys_from_rel") <= step)
            & (pl.col("sys_to_rel") > step)
            & (pl.col("valid_from") <= day)
            & (pl.col("valid_to") > day)
        )
        names = {key: name for name, key in TOWNS.items()}
        return sorted(names[key] for key in rows["area"])

    def quarantine(self, register: str) -> list[tuple[str, str, int]]:
        """Rule, column and row of everything in quarantine."""
        table = self.zone.read(self.zone.table(register, QUARANTINE), self.manifest)
        return sorted(table.select("rule", "column", "row").iter_rows())

    def files(self) -> Iterator[Path]:
        """Every file of the instance."""
        yield from (path for path in self.instance.root.rglob("*") if path.is_file())


def office_in(folder: Path, *names: str, policies: str = "", registers: str = "") -> Office:
    """An instance that declares the named registers."""
    for name, text in (
        ("gemeinsinn.toml", _SETTINGS),
        ("sources.yaml", _SOURCES),
        ("registers.yaml", registers or "registers:\n" + "".join(REGISTERS[each] for each in names)),
        ("policy.yaml", policies or "policies:\n" + "".join(policy_of(each) for each in names)),
        ("codes/municipalities.csv", _MUNICIPALITIES),
        ("codes/sex.csv", _SEX),
        ("mappings/names.csv", _NAMES),
        ("mappings/sex.csv", "from,to\nm,1\nw,2\nd,3\n"),
    ):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return Office(Instance(folder.resolve()))


HEAD = "kind|event|refers|number|name|birth|sex|ags|day"


def line(kind: str, event: str, number: str, town: str, day: date, *, refers: str = "", birth: str = "19800101") -> str:
    """One line of the register of residents."""
    return f"{kind}|{event}|{refers}|{number}|Mustermann|{birth}|w|{TOWNS[town]:08d}|{day:%Y%m%d}"


def changes(*lines: str) -> str:
    """A file of the register of residents."""
    return "\n".join((HEAD, *lines))

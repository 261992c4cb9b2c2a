"""An instance: a folder with `gemeinsinn.toml`, `sources.yaml`, `policy.yaml`, `catalogue/` and `var/`."""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

from gemeinsinn.errors import Finding, SettingsError, did_you_mean


FILE = "gemeinsinn.toml"
VARIABLE = "GEMEINSINN_INSTANCE"
_REMEDY_OF_TYPE: Mapping[type, str] = {
    str: "Write a text in quotation marks.",
    bool: "Write true or false.",
    date: "Write a date such as 2023-12-31, without quotation marks.",
    list: 'Write a list of texts: ["…", "…"].',
}
_SECTIONS: Mapping[str, Mapping[str, type]] = {
    "instance": {
        "name_de": str,
        "name_en": str,
        "operator_de": str,
        "operator_en": str,
        "contact": str,
        "synthetic": bool,
    },
    "areas": {"home": str, "edition": date, "geometry": str},
    "portal": {"headline": list, "hosts": list, "base_url": str, "suggestions_de": list, "suggestions_en": list},
    "worker": {"refresh": str},
    "restricted": {"keys": str, "key_command": str, "engine": str},
    "database": {"url": str, "url_variable": str},
    "storage": {
        "lake": str,
        "restricted": str,
        "endpoint": str,
        "region": str,
        "access_key_variable": str,
        "secret_key_variable": str,
        "restricted_access_key_variable": str,
        "restricted_secret_key_variable": str,
    },
}
_OF_OPERATION = ("worker", "database", "storage")
_BUCKET = (r"s3://[a-z0-9][a-z0-9.-]+(/[^/\s]+)*/?", "Write s3://BUCKET/PREFIX; a folder needs no setting.")
_FORMS: Mapping[tuple[str, str], tuple[str, str]] = {
    ("worker", "refresh"): (r"([01]\d|2[0-3]):[0-5]\d", 'Write a time of day such as "05:30".'),
    ("database", "url"): (r"postgres(ql)?://.+", "Write postgresql://USER@HOST/DATABASE; SQLite needs no setting."),
    ("storage", "lake"): _BUCKET,
    ("storage", "restricted"): _BUCKET,
    ("restricted", "engine"): (
        r"duckdb|polars|spark-connect://[^/:\s]+:\d+",
        "Write duckdb, polars or spark-connect://HOST:PORT.",
    ),
    ("storage", "endpoint"): (r"https?://[^/\s]+/?", "Write the address of the server, https://HOST."),
}
"""The form of a text, where not every text will do, and what to write."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What the operator chose."""

    name: Mapping[str, str]
    operator: Mapping[str, str]
    """Who runs the portal, by language; it stands in the footer and in the imprint."""
    contact: str
    home: str
    """The area whose municipalities are published: a county, a state, or DG for all."""
    edition: date | None
    """The territory on which everything is published; the newest one if it is left out."""
    geometry: str
    """The source of the boundaries."""
    headline: tuple[str, ...]
    """The indicators of the start page."""
    suggestions: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Questions that the start page proposes, by language, as a citizen would type them."""
    hosts: tuple[str, ...] = ("127.0.0.1", "localhost")
    base_url: str = ""
    synthetic: bool = False
    """True if people in the data do not exist; every page says so."""
    daily_refresh: time | None = None
    """When the worker takes in all sources and publishes, by the clock in Germany; None if nobody asked for it."""
    keys: str = ""
    """The file with the ring of keys, if it lies elsewhere than in the instance."""
    key_command: str = ""
    """A command that prints the ring of keys, in the place of a file."""
    engine: str = "duckdb"
    """Carries out what no serving index holds: `duckdb`, `polars`, or `spark-connect://host:port`."""
    raw: Mapping[str, Any] = field(default_factory=dict)

    @property
    def published(self) -> Mapping[str, Any]:
        """What of the file has a say in a release: not where data lie and when a worker starts."""
        return {section: values for section, values in self.raw.items() if section not in _OF_OPERATION}


@dataclass(frozen=True, slots=True)
class Instance:
    """The paths of an instance."""

    root: Path

    @property
    def settings_file(self) -> Path:
        return self.root / FILE

    @property
    def sources_file(self) -> Path:
        return self.root / "sources.yaml"

    @property
    def registers_file(self) -> Path:
        return self.root / "registers.yaml"

    @property
    def policy_file(self) -> Path:
        return self.root / "policy.yaml"

    @property
    def catalogue(self) -> Path:
        return self.root / "catalogue"

    @property
    def var(self) -> Path:
        return self.root / "var"

    @property
    def lake(self) -> Path:
        return self.var / "lake"

    @property
    def restricted(self) -> Path:
        """The restricted zone with the registers; nobody but the owner may enter."""
        return self.var / "restricted"

    @property
    def keys_file(self) -> Path:
        """The ring of keys, where the settings name no other place."""
        return self.var / "keys" / "registers.json"

    @property
    def vault(self) -> Path:
        """Who is behind a pseudonym, sealed, for registers that may be linked."""
        return self.var / "vault"

    @property
    def records(self) -> Path:
        """The signed records of erasure and retention."""
        return self.var / "records"

    @property
    def releases(self) -> Path:
        return self.var / "releases"

    @property
    def publications(self) -> Path:
        """The log of what was published and rolled back, when and why."""
        return self.var / "publications.jsonl"

    @property
    def jobs(self) -> Path:
        """The ledger of jobs."""
        return self.var / "jobs"

    @property
    def desk(self) -> Path:
        """What those who answer for the data are told of each release; never public, and without a number of a cell."""
        return self.var / "desk"

    @property
    def standing(self) -> Path:
        """How sources and registers stand."""
        return self.var / "state"

    @property
    def database(self) -> Path:
        return self.var / "portal.sqlite3"

    def settings(self) -> Settings:
        """The settings; every mistake in the file is named in one `SettingsError`."""
        try:
            plain = tomllib.loads(self.settings_file.read_text(encoding="utf-8"))
        except FileNotFoundError as error:
            raise SettingsError(
                f"there is no {FILE} in {self.root}.", remedy="`gemeinsinn init DIR` makes one."
            ) from error
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise SettingsError(f"this is not TOML: {error}.", where=FILE) from error
        return _settings(plain)


def find_instance(
    given: str | None, *, environment: Mapping[str, str] | None = None, start: Path | None = None
) -> Instance:
    """The instance that is named, else that of the environment, else that of this folder or one above it."""
    variables = os.environ if environment is None else environment
    named = given or variables.get(VARIABLE, "")
    if named:
        root = Path(named).expanduser().resolve()
        if not (root / FILE).is_file():
            remedy = f"`gemeinsinn init {named}` makes one."
            raise SettingsError(f"there is no instance in {named}: it has no {FILE}.", remedy=remedy)
        return Instance(root)
    here = (start or Path.cwd()).resolve()
    for folder in (here, *here.parents):
        if (folder / FILE).is_file():
            return Instance(folder)
    remedy = f"Name one with --instance DIR or {VARIABLE}, or make one with `gemeinsinn init DIR`."
    raise SettingsError("no instance was found here or above.", remedy=remedy)


def _settings(plain: dict[str, Any]) -> Settings:
    findings = _mistakes(plain)
    if findings:
        raise SettingsError(findings)
    about, areas, portal = plain["instance"], plain["areas"], plain.get("portal", {})
    worker = plain.get("worker", {})
    return Settings(
        name=_words(about, "name"),
        operator=_words(about, "operator"),
        contact=about.get("contact", ""),
        home=areas["home"],
        edition=areas.get("edition"),
        geometry=areas.get("geometry", ""),
        headline=tuple(portal.get("headline", ())),
        suggestions={language: tuple(portal.get(f"suggestions_{language}", ())) for language in ("de", "en")},
        hosts=tuple(portal.get("hosts", ("127.0.0.1", "localhost"))),
        base_url=portal.get("base_url", ""),
        synthetic=about.get("synthetic", False),
        daily_refresh=time.fromisoformat(worker["refresh"]) if "refresh" in worker else None,
        keys=plain.get("restricted", {}).get("keys", ""),
        key_command=plain.get("restricted", {}).get("key_command", ""),
        engine=plain.get("restricted", {}).get("engine", "duckdb"),
        raw=plain,
    )


def _words(section: Mapping[str, Any], name: str) -> dict[str, str]:
    """A text by language; German stands where there is no English one."""
    german = section.get(f"{name}_de", "")
    return {"de": german, "en": section.get(f"{name}_en", german)}


def _mistakes(plain: dict[str, Any]) -> list[Finding]:
    findings: list[Finding] = []
    for section, values in plain.items():
        known = _SECTIONS.get(section)
        if known is None:
            findings.append(Finding(FILE, f"there is no section [{section}].", did_you_mean(section, _SECTIONS)))
            continue
        if not isinstance(values, dict):
            findings.append(Finding(FILE, f"'{section}' is a section, not a value.", f"Write [{section}]."))
            continue
        for name, value in values.items():
            findings += _mistake(section, name, value)
    for section, name in (("instance", "name_de"), ("areas", "home")):
        values = plain.get(section, {})
        if isinstance(values, dict) and not values.get(name):
            findings.append(Finding(f"{FILE} [{section}]", f"the setting '{name}' is missing."))
    return findings


def _mistake(section: str, name: str, value: Any) -> list[Finding]:
    """What is wrong with one setting; nothing if it is as it should be."""
    known = _SECTIONS[section]
    where = f"{FILE} [{section}] {name}"
    if name not in known:
        remedy = did_you_mean(name, known) or f"Known: {', '.join(known)}."
        return [Finding(f"{FILE} [{section}]", f"there is no setting '{name}'.", remedy)]
    if not _fits(value, known[name]):
        return [Finding(where, f"'{value}' has the wrong type.", _REMEDY_OF_TYPE[known[name]])]
    form, remedy = _FORMS.get((section, name), (".*", ""))
    if isinstance(value, str) and not re.fullmatch(form, value, re.DOTALL):
        return [Finding(where, f"'{value}' does not have the right form.", remedy)]
    return []


def _fits(value: Any, wanted: type) -> bool:
    if isinstance(value, list):
        return wanted is list and all(isinstance(item, str) for item in value)
    return isinstance(value, wanted) and not isinstance(value, datetime)

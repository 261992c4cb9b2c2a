"""Where an instance keeps its lake, its restricted zone and the portal's database, if not in its own folder.

Keys and passwords stand in the environment; the settings name the variables.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from gemeinsinn.errors import SettingsError
from gemeinsinn.settings.instance import FILE, Instance


@dataclass(frozen=True, slots=True)
class BucketPlace:
    """A prefix in a bucket that speaks S3, with what opens it."""

    url: str
    """`s3://bucket/prefix`, without a slash at the end."""
    options: tuple[tuple[str, str], ...] = field(repr=False, default=())
    """Endpoint, region and keys, by the names that Delta and the object store use."""

    @property
    def bucket(self) -> str:
        return self.url.removeprefix("s3://").partition("/")[0]

    @property
    def prefix(self) -> str:
        return self.url.removeprefix("s3://").partition("/")[2]


Place = Path | BucketPlace


def lake_place(instance: Instance, *, environment: Mapping[str, str] | None = None) -> Place:
    """The bucket of the lake, or its folder."""
    return _place(instance, "lake", instance.lake, environment)


def restricted_place(instance: Instance, *, environment: Mapping[str, str] | None = None) -> Place:
    """The bucket of the restricted zone, or its folder; it may have keys of its own."""
    return _place(instance, "restricted", instance.var / "restricted", environment)


def database_url(instance: Instance, *, environment: Mapping[str, str] | None = None) -> str:
    """The address of the portal's PostgreSQL database; empty for the SQLite file of the instance."""
    section = instance.settings().raw.get("database", {})
    if "url_variable" in section:
        return _variable(section["url_variable"], "[database] url_variable", environment)
    return str(section.get("url", ""))


def _place(instance: Instance, name: str, folder: Path, environment: Mapping[str, str] | None) -> Place:
    section = instance.settings().raw.get("storage", {})
    if name not in section:
        return folder
    return BucketPlace(section[name].rstrip("/"), tuple(_options(section, name, environment).items()))


def _options(section: Mapping[str, Any], name: str, environment: Mapping[str, str] | None) -> dict[str, str]:
    options = {"aws_region": section.get("region", "us-east-1")}
    if endpoint := section.get("endpoint", ""):
        options |= {"aws_endpoint": endpoint, "aws_allow_http": str(endpoint.startswith("http://")).lower()}
    for option, setting in (("aws_access_key_id", "access_key"), ("aws_secret_access_key", "secret_key")):
        named = section.get(f"{name}_{setting}_variable") or section.get(f"{setting}_variable")
        if named:
            options[option] = _variable(named, f"[storage] {setting}_variable", environment)
    return options


def _variable(name: str, where: str, environment: Mapping[str, str] | None) -> str:
    variables = os.environ if environment is None else environment
    if not variables.get(name):
        remedy = "Set it for the process, e.g. in the unit file of the service."
        raise SettingsError(f"the environment has no variable {name}.", where=f"{FILE} {where}", remedy=remedy)
    return variables[name]

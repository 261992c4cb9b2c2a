"""Where an instance keeps its data: in its own folder, unless the settings name a bucket or a database."""

from __future__ import annotations

from pathlib import Path

import pytest

from gemeinsinn.errors import SettingsError
from gemeinsinn.settings.instance import Instance
from gemeinsinn.settings.places import BucketPlace, database_url, lake_place, restricted_place
from support.tiny import SETTINGS


STORAGE = """
[storage]
lake = "s3://lake/county/"
restricted = "s3://zone"
endpoint = "http://s3.example"
access_key_variable = "KEY"
secret_key_variable = "SECRET"
restricted_access_key_variable = "ZONE_KEY"
restricted_secret_key_variable = "ZONE_SECRET"
"""
ENVIRONMENT = {"KEY": "a", "SECRET": "b", "ZONE_KEY": "c", "ZONE_SECRET": "d", "URL": "postgresql://h/d"}


def instance(folder: Path, more: str = "") -> Instance:
    (folder / "gemeinsinn.toml").write_text(SETTINGS + more)
    return Instance(folder)


def test_without_settings_everything_lies_in_the_folder(tmp_path: Path) -> None:
    plain = instance(tmp_path)

    assert lake_place(plain) == plain.lake
    assert restricted_place(plain) == tmp_path / "var" / "restricted"
    assert database_url(plain) == ""


def test_the_restricted_zone_may_have_keys_of_its_own(tmp_path: Path) -> None:
    made = instance(tmp_path, STORAGE)

    lake, zone = lake_place(made, environment=ENVIRONMENT), restricted_place(made, environment=ENVIRONMENT)

    assert isinstance(lake, BucketPlace)
    assert isinstance(zone, BucketPlace)
    assert (lake.bucket, lake.prefix, zone.bucket, zone.prefix) == ("lake", "county", "zone", "")
    assert dict(lake.options)["aws_access_key_id"] == "a"
    assert ("aws_secret_access_key", "d") in zone.options
    assert dict(lake.options)["aws_allow_http"] == "true"
    assert "'b'" not in repr(lake)


def test_the_lake_asks_for_its_own_keys_only(tmp_path: Path) -> None:
    made = instance(tmp_path, STORAGE)

    lake_place(made, environment={"KEY": "a", "SECRET": "b"})
    with pytest.raises(SettingsError, match="the environment has no variable ZONE_KEY"):
        restricted_place(made, environment={"KEY": "a", "SECRET": "b"})


def test_the_address_of_the_database_may_stand_in_the_environment(tmp_path: Path) -> None:
    made = instance(tmp_path, '\n[database]\nurl_variable = "URL"\n')

    assert database_url(made, environment=ENVIRONMENT) == "postgresql://h/d"
    with pytest.raises(SettingsError, match=r"\[database\] url_variable: the environment has no variable URL"):
        database_url(made, environment={})


@pytest.mark.parametrize(
    "line", ['lake = "lake/county"', 'lake = "s3://"', 'endpoint = "s3.example"', 'restricted = "/srv"']
)
def test_a_place_that_is_none_is_a_mistake_with_its_remedy(tmp_path: Path, line: str) -> None:
    with pytest.raises(SettingsError, match=r"does not have the right form\. Write "):
        instance(tmp_path, f"\n[storage]\n{line}\n").settings()

"""The settings of a restored instance: nothing elsewhere, everything else as it was."""

from __future__ import annotations

import tomllib

from gemeinsinn.settings.rewritten import in_place


TEXT = """\
[instance]
name_de = "Kreis"   # a remark

[storage]   # elsewhere
lake = "s3://lake/county"
# [areas] is below
endpoint = "https://s3.example"

[areas]
home = "01001"

[database]
url = "postgresql://a:b@c/d"
"""


def test_places_elsewhere_are_taken_out_and_all_else_stays() -> None:
    text, notes = in_place(TEXT)

    assert tomllib.loads(text) == {"instance": {"name_de": "Kreis"}, "areas": {"home": "01001"}}
    assert '"Kreis"   # a remark\n' in text
    assert len(notes) == 1


def test_the_database_is_the_one_that_was_named() -> None:
    text, notes = in_place(TEXT, database_variable="ATLAS")

    assert tomllib.loads(text)["database"] == {"url_variable": "ATLAS"}
    assert len(notes) == 2


def test_settings_without_places_elsewhere_stay_as_they_are() -> None:
    text = '[instance]\nname_de = "Kreis"\n'

    assert in_place(text) == (text, ())

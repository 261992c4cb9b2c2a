"""Origins: the provenance of a table, ready to be stored beside it."""

from __future__ import annotations

import json

from gemeinsinn.concepts.origins import Origin


OFFICE = Origin(
    "Amt",
    "Geburten",
    "dl-de/by-2-0",
    "© Amt",
    table_code="12612-01",
    notes=("Berlin: ohne Bezirke",),
    changed={"de": "gekürzt", "en": "cut"},
    synthetic=True,
)


def test_an_origin_is_stored_as_json_with_all_it_says() -> None:
    stored = json.loads(json.dumps(OFFICE.as_dict()))

    assert stored == {
        "publisher": "Amt",
        "title": "Geburten",
        "licence": "dl-de/by-2-0",
        "attribution": "© Amt",
        "table_code": "12612-01",
        "url": "",
        "stand": "",
        "notes": ["Berlin: ohne Bezirke"],
        "changed": {"de": "gekürzt", "en": "cut"},
        "synthetic": True,
    }


def test_people_in_a_table_exist_unless_it_says_otherwise() -> None:
    assert Origin("Amt", "Geburten", "", "").synthetic is False

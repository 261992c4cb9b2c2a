"""Keys of areas: sources write them in many forms, the platform knows each area by one."""

from __future__ import annotations

import pytest

from gemeinsinn.areas.keys import canonical
from gemeinsinn.concepts.territory import Level


@pytest.mark.parametrize(
    ("written", "key", "level"),
    [
        ("DG", "DG", Level.COUNTRY),
        ("D", "DG", Level.COUNTRY),
        ("de", "DG", Level.COUNTRY),
        ("00", "DG", Level.COUNTRY),
        ("000000000", "DG", Level.COUNTRY),
        ("01", "01", Level.STATE),
        ("064", "064", Level.REGION),
        ("01056", "01056", Level.DISTRICT),
        (" 01056 ", "01056", Level.DISTRICT),
        ("010565690", "010565690", Level.AMT),
        ("01056015", "01056015", Level.MUNICIPALITY),
        ("010560015015", "01056015", Level.MUNICIPALITY),
        ("010560015", "01056015", Level.MUNICIPALITY),
    ],
)
def test_every_form_of_a_key_leads_to_the_one_canonical_key(written: str, key: str, level: Level) -> None:
    found = canonical(written)

    assert found is not None
    assert (found.key, found.level) == (key, level)


@pytest.mark.parametrize(
    ("written", "key", "level"),
    [
        ("03151401", "031515401", Level.AMT),
        ("031515401", "031515401", Level.AMT),
        ("03151401002", "03151002", Level.MUNICIPALITY),
        ("031515401002", "03151002", Level.MUNICIPALITY),
        ("03151009", "03151009", Level.MUNICIPALITY),
    ],
)
def test_a_samtgemeinde_and_its_members_are_told_apart(written: str, key: str, level: Level) -> None:
    """In Lower Saxony tables write Samtgemeinde 401 like a municipality, and members behind it with 11 digits."""
    found = canonical(written)

    assert found is not None
    assert (found.key, found.level) == (key, level)


@pytest.mark.parametrize(
    ("written", "key", "level"),
    [("0713101", "071315001", Level.AMT), ("0713101004", "07131004", Level.MUNICIPALITY)],
)
def test_a_verbandsgemeinde_of_rhineland_palatinate_has_a_short_key(written: str, key: str, level: Level) -> None:
    found = canonical(written)

    assert found is not None
    assert (found.key, found.level) == (key, level)


def test_a_samtgemeinde_number_means_nothing_in_another_state() -> None:
    found = canonical("01056401")

    assert found is not None
    assert found.level is Level.MUNICIPALITY


@pytest.mark.parametrize(
    "written",
    ["", "Pinneberg", "1", "1056", "010560", "1056015", "0105601", "0105601500", "0105600150150", "01056²", "٠١٠٥٦"],
)
def test_what_has_no_known_form_is_no_key(written: str) -> None:
    assert canonical(written) is None

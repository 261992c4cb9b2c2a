"""Names in addresses, in searches and in lists."""

from __future__ import annotations

import pytest

from gemeinsinn.concepts.names import folded, slug, sort_key


@pytest.mark.parametrize(
    ("name", "address"),
    [
        ("Kölln-Reisiek", "koelln-reisiek"),
        ("Groß Offenseth-Aspern", "gross-offenseth-aspern"),
        ("Übersee", "uebersee"),
        ("Crostwitz/Chrósćicy", "crostwitz-chroscicy"),
        ("  Halstenbek  ", "halstenbek"),
        ("Höhenkirchen (Bayern)", "hoehenkirchen-bayern"),
        ("", ""),
    ],
)
def test_an_address_has_plain_letters_digits_and_hyphens(name: str, address: str) -> None:
    assert slug(name) == address


def test_another_separator_can_be_chosen() -> None:
    assert slug("Bad Oldesloe", separator="_") == "bad_oldesloe"


@pytest.mark.parametrize(
    ("typed", "known"), [("koelln-reisiek", "Kölln-Reisiek"), ("BAD  OLDESLOE", "Bad Oldesloe"), ("Strasse", "Straße")]
)
def test_names_that_sound_the_same_compare_the_same(typed: str, known: str) -> None:
    assert folded(typed) == folded(known)


def test_umlauts_stand_with_their_base_letters_in_a_list() -> None:
    """DIN 5007-1, as in a dictionary; not as in a telephone book."""
    names = ["Uetersen", "Ülzen", "Tornesch", "Bönningstedt", "Bokel", "Borstel", "elmshorn"]

    assert sorted(names, key=sort_key) == [
        "Bokel",
        "Bönningstedt",
        "Borstel",
        "elmshorn",
        "Tornesch",
        "Uetersen",
        "Ülzen",
    ]

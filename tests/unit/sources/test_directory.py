"""What both forms of the municipality directory share: names as people say them."""

from __future__ import annotations

import pytest

from gemeinsinn.sources.directory import plain_name, with_kind


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("Elmshorn, Stadt", "Elmshorn"),
        ("Kiel, Landeshauptstadt", "Kiel"),
        ("Kerken4)", "Kerken"),
        ("Bad Driburg, Stadt 4)", "Bad Driburg"),
        ("Halle (Saale), Stadt", "Halle (Saale)"),
        ("Groß Offenseth-Aspern", "Groß Offenseth-Aspern"),
    ],
)
def test_a_name_loses_its_title_and_its_footnote(written: str, name: str) -> None:
    assert plain_name(written) == name


@pytest.mark.parametrize(
    ("name", "kind", "shown"),
    [
        ("Pinneberg", "Kreis", "Kreis Pinneberg"),
        ("Emsland", "Landkreis", "Landkreis Emsland"),
        ("Rantzau", "Amt", "Amt Rantzau"),
        ("Amt Neuhaus", "Amt", "Amt Neuhaus"),
        ("Ilm-Kreis", "Landkreis", "Ilm-Kreis"),
        ("Rhein-Sieg-Kreis", "Kreis", "Rhein-Sieg-Kreis"),
        ("Flensburg", "Kreisfreie Stadt", "Flensburg"),
        ("Elmshorn", "verbandsfrei", "Elmshorn"),
    ],
)
def test_an_area_says_its_kind_unless_its_name_does(name: str, kind: str, shown: str) -> None:
    assert with_kind(name, kind) == shown

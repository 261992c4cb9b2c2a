"""Invented names and the names of places."""

from __future__ import annotations

from gemeinsinn.synthetic import names
from gemeinsinn.synthetic.calibration import Municipality
from gemeinsinn.synthetic.places import own_names, own_number, short_key, variant


FREQUENT = {
    "Müller", "Schmidt", "Schneider", "Fischer", "Weber", "Meyer", "Wagner", "Becker", "Schulz", "Hoffmann", "Koch",
    "Bauer", "Richter", "Klein", "Wolf", "Schröder", "Neumann", "Schwarz", "Petersen", "Hansen", "Jansen",
}  # fmt: skip
"""The most frequent family names of Germany."""


def test_no_invented_family_name_is_a_frequent_one_and_none_stands_twice() -> None:
    invented = names.surnames().to_list()

    assert not FREQUENT & set(invented)
    assert len(set(invented)) == len(invented) == names.SURNAMES


def test_names_fit_into_the_old_encoding_and_between_separators() -> None:
    for series in (names.surnames(), names.given_names(), names.streets()):
        text = "".join(series.to_list())
        text.encode("cp1252")
        assert not set(text) & set('|;,"\n')


def test_a_municipality_has_names_of_its_own_in_youth_welfare() -> None:
    village = Municipality("01056029", "Klein Nordende", amt="Amt Elmshorn-Land")
    town = Municipality("01056015", "Elmshorn", is_town=True)

    assert own_names(village) == (
        "Gem. Klein Nordende", "Klein Nordende", "Klein Nordende (Amt Elmshorn-Land)", "Kl. Nordende",
    )  # fmt: skip
    assert own_names(town) == ("Elmshorn, Stadt", "Elmshorn")
    assert own_names(Municipality("01056005", "Bönningstedt"))[-1] == "Boenningstedt"
    assert variant(town, 0.2) == "Elmshorn, Stadt"


def test_numbers_of_municipalities_are_five_digits_and_all_different() -> None:
    places = [Municipality(f"01056{number:03d}", "x") for number in range(1, 60)]

    numbers = {own_number(place) for place in places}

    assert len(numbers) == len(places)
    assert {len(number) for number in numbers} == {5}
    assert short_key(places[0]) == "1056001"

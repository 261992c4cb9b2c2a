"""Keys that lead upwards, and forms of keys that name nothing."""

from __future__ import annotations

import pytest

from gemeinsinn.areas.keys import canonical, district_of, state_of


@pytest.mark.parametrize("key", ["01056015", "010565690", "01056"])
def test_the_district_and_the_state_of_an_area_stand_in_its_key(key: str) -> None:
    assert (district_of(key), state_of(key)) == ("01056", "01")


@pytest.mark.parametrize("written", ["031510402", "031515401402", "03151401402"])
def test_a_municipality_with_the_number_of_a_samtgemeinde_is_no_key(written: str) -> None:
    """In Lower Saxony 4xx is a Samtgemeinde; read as a municipality it would be taken for one at the next reading."""
    assert canonical(written) is None


@pytest.mark.parametrize("written", ["0105601", "0105601004"])
def test_the_short_forms_of_rhineland_palatinate_mean_nothing_elsewhere(written: str) -> None:
    assert canonical(written) is None

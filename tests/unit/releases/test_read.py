"""Reading a release: indicators by id, larger areas, what is kept in memory, and files that are damaged."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest

from gemeinsinn.errors import SettingsError, UnknownNameError
from gemeinsinn.releases.read import Release, open_release
from support.publishing import BASES, TWO_CENSUSES, County, county_in
from support.tiny import ASTADT, BEDORF, COUNTRY, COUNTY, NORTH, STATE


@pytest.fixture
def county(tmp_path: Path, clock: Callable[[], datetime]) -> County:
    files = {"catalogue/bases.yaml": BASES, "catalogue/tables/tables.yaml": TWO_CENSUSES}
    county = county_in(tmp_path, clock, files=files)
    county.refresh()
    county.publish()
    return county


@pytest.fixture
def tiny(county: County) -> Release:
    return county.current


def test_an_unknown_indicator_is_answered_with_the_nearest(tiny: Release) -> None:
    with pytest.raises(UnknownNameError) as raised:
        tiny.data("cases_shar")

    assert str(raised.value) == "this release has no indicator 'cases_shar'. Did you mean 'cases_share'?"


def test_the_larger_areas_of_a_municipality_are_named_nearest_first(tiny: Release) -> None:
    assert tiny.parents(BEDORF) == (NORTH, COUNTY, STATE, COUNTRY)
    assert tiny.parents(COUNTRY) == ()


def test_an_amt_is_no_benchmark(tiny: Release) -> None:
    assert tiny.benchmarks(BEDORF) == (COUNTY, STATE, COUNTRY)


def test_a_municipality_outside_all_aemter_has_no_amt(tiny: Release) -> None:
    assert (tiny.amt(BEDORF), tiny.amt(ASTADT)) == (NORTH, "")


def test_every_area_is_found_by_the_name_in_its_address(tiny: Release) -> None:
    assert tiny.by_slug["bedorf"] == BEDORF
    assert set(tiny.by_slug.values()) == set(tiny.area_of)


def test_what_a_number_rests_on_is_said_in_words(tiny: Release) -> None:
    assert tiny.basis_words(("old",), "de") == "Zählung 2011"
    assert tiny.basis_words(("old", "new"), "en") == "census 2011; census 2022"
    assert tiny.basis_words((), "en") == ""


def test_numbers_that_were_read_once_are_kept(tiny: Release) -> None:
    assert tiny.data("cases_share") is tiny.data("cases_share")


@pytest.mark.parametrize("content", [None, b"", b'{"id": "cases_sh'], ids=["missing", "empty", "cut short"])
def test_a_damaged_file_is_refused_with_the_ways_out(tiny: Release, content: bytes | None) -> None:
    file = tiny.folder / "ind/cases_share.json"
    if content is None:
        file.unlink()
    else:
        file.write_bytes(content)

    with pytest.raises(SettingsError) as raised:
        open_release(tiny.folder).data("cases_share")

    assert str(raised.value) == (
        f"the release {tiny.hash[:12]} is damaged: ind/cases_share.json is missing or cut short. "
        "Restore a backup, or go back to another release with `gemeinsinn releases --roll-back`."
    )


def test_a_damaged_file_of_one_indicator_leaves_the_others_readable(tiny: Release) -> None:
    (tiny.folder / "ind/cases_share.json").unlink()

    assert open_release(tiny.folder).data("people_count").cell(ASTADT, "2022").value == 10_000

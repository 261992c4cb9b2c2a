"""Compiling: what goes into the manifest, what the catalogue and the areas say, and what a county carries offline."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from gemeinsinn.pipeline.publish import store_of
from gemeinsinn.releases.read import Release
from gemeinsinn.releases.wording import patterns
from support.publishing import KEY_OF, County, county_in
from support.tiny import (
    ASTADT,
    BEDORF,
    CEDORF,
    COUNTY,
    NAMES,
    NORTH,
    SETTINGS,
    SHARE,
    SOURCES,
    STATE,
    TOPICS,
    directory,
)


COUNTED = """
    area    year  cases  people
    Astadt  2021      .   10000
    Astadt  2022    500   10000
    Bedorf  2022     30     900
    Astadt  2023    500       .
"""
PEERS = "features: [people_count]\ncount: 2\n"


@pytest.fixture
def county(tmp_path: Path, clock: Callable[[], datetime]) -> County:
    return county_in(tmp_path, clock)


def entry(release: Release, indicator: str) -> Mapping[str, Any]:
    return release.indicators[indicator]


def test_the_first_release_has_none_before_it(county: County) -> None:
    release = county.released(COUNTED)

    assert (release.manifest["previous"], release.revisions["previous"]) == (None, None)


def test_a_release_names_the_one_before_it(county: County) -> None:
    first = county.released(COUNTED)

    second = county.released(COUNTED.replace("500", "510"))

    assert (second.manifest["previous"], second.revisions["previous"]) == (first.hash, first.hash)


def test_the_manifest_says_from_what_a_release_was_made(county: County) -> None:
    release = county.released(COUNTED)

    digests = [release.manifest[name] for name in ("content", "inputs", "catalogue", "policy")]
    assert all(len(digest) == 64 for digest in digests)
    assert len(set(digests)) == 4
    assert release.manifest["lake"]["commit"] > 0
    assert release.manifest["code_version"].startswith("0.")


def test_the_files_of_a_manifest_stand_in_the_order_of_their_names(county: County) -> None:
    files = list(county.released(COUNTED).manifest["files"])

    assert files == sorted(files)


def test_a_correction_taken_back_leads_to_the_first_content_in_a_new_release(county: County) -> None:
    """Its revisions are others, so its name is another one."""
    first = county.released(COUNTED)
    county.released(COUNTED.replace("500", "510"))

    third = county.released(COUNTED)

    assert third.manifest["content"] == first.manifest["content"]
    assert third.hash != first.hash
    assert len(store_of(county.instance).hashes()) == 3


def test_the_territory_before_and_now_is_named(county: County) -> None:
    county.released(COUNTED)

    second = county.released(COUNTED.replace("500", "510"))

    assert second.revisions["territory"] == {"before": "2023-12-31", "now": "2023-12-31"}


def test_the_catalogue_says_from_when_to_when_each_level_has_numbers(county: County) -> None:
    """A sign is no number: the share of 2021 and that of 2023 are missing."""
    release = county.released(COUNTED + "    Testkreis  2020  7  100\n")

    assert entry(release, "cases_share")["levels"] == {
        "municipality": ["2022", "2022"],
        "district": ["2020", "2020"],
        "state": ["2020", "2020"],
        "country": ["2020", "2020"],
    }
    assert entry(release, "people_count")["levels"]["municipality"] == ["2021", "2022"]


def test_indicators_stand_in_the_order_of_their_topics_and_then_of_their_ids(county: County) -> None:
    county.write("catalogue/topics.yaml", TOPICS.replace("life:", "death:") + TOPICS)
    county.write("catalogue/life/zebra.yaml", SHARE.replace("[life]", "[death]"))
    county.write("catalogue/life/ape.yaml", SHARE.replace("[life]", "[life, death]"))

    release = county.released(COUNTED)

    assert list(release.indicators) == ["zebra", "ape", "cases_share", "people_count"]


def test_only_sources_whose_numbers_are_shown_are_described(county: County) -> None:
    county.write("sources.yaml", SOURCES + SOURCES[SOURCES.index("  counts:") :].replace("counts", "unused"))
    county.write("unused.csv", "key;year;cases;people\n01001001;2022;1;2\n")

    release = county.released(COUNTED)

    assert list(release.catalogue["sources"]) == ["counts"]
    assert release.catalogue["sources"]["counts"]["attribution"] == "© Statistikamt"
    assert entry(release, "cases_share")["sources"] == ["counts"]


def test_an_indicator_is_described_as_its_file_defines_it(county: County) -> None:
    county.write("catalogue/life/cases_share.yaml", SHARE + "small_numbers: {fewer_than: 5, pool_years: 3}\n")

    found = entry(county.released(COUNTED), "cases_share")

    assert (found["unit"], found["decimals"], found["statistic"]) == ("percent", 2, "proportion")
    assert (found["polarity"], found["version"]) == ("lower_is_better", 1)
    assert found["small_numbers"] == {"fewer_than": 5, "pool_years": 3, "merge_to_amt": False}


def test_areas_stand_by_level_and_name_with_what_they_belong_to(county: County) -> None:
    release = county.released(COUNTED)

    listed = [(area["key"], area["level"], area["parent"]) for area in release.areas["areas"]]

    assert listed[:2] == [(ASTADT, "municipality", COUNTY), (BEDORF, "municipality", NORTH)]
    assert [level for _, level, _ in listed] == [
        *["municipality"] * 5, "amt", "amt", "district", "state", "country",
    ]  # fmt: skip


def test_two_areas_of_one_name_have_different_addresses(county: County) -> None:
    county.write("directory.txt", directory(NAMES | {CEDORF: "Bedorf"}))

    release = county.released(COUNTED)

    assert [release.area_of[key]["slug"] for key in (BEDORF, CEDORF)] == ["bedorf", f"bedorf-{CEDORF}"]


def test_an_area_that_lasts_has_the_open_end(county: County) -> None:
    area = county.released(COUNTED).area_of[ASTADT]

    assert (area["valid_from"], area["valid_to"]) == ("2023-12-31", "9999-12-31")


def test_similar_areas_are_named_with_their_distance(county: County) -> None:
    county.write("catalogue/peers.yaml", PEERS)

    peers = county.released(
        """
        area    year  cases  people
        Astadt  2023    500   10000
        Bedorf  2023     30     900
        Cedorf  2023     20     600
        """
    ).areas["peers"]

    assert [peer["area"] for peer in peers[BEDORF]] == [CEDORF, ASTADT]
    assert peers[BEDORF][0]["distance"] < peers[BEDORF][1]["distance"]


def test_similar_areas_are_found_by_their_latest_numbers(county: County) -> None:
    """In 2020 Bedorf was as large as Astadt."""
    county.write("catalogue/peers.yaml", PEERS)

    peers = county.released(
        """
        area    year  cases  people
        Astadt  2020    500   10000
        Bedorf  2020    500   10000
        Cedorf  2020     20     600
        Astadt  2023    500   10000
        Bedorf  2023     30     900
        Cedorf  2023     20     600
        """
    ).areas["peers"]

    assert peers[BEDORF][0]["area"] == CEDORF


def test_without_a_rule_nobody_is_similar(county: County) -> None:
    assert county.released(COUNTED).areas["peers"] == {}


def test_without_boundaries_there_is_no_map(county: County) -> None:
    release = county.released(COUNTED)

    assert (release.areas["geo"], release.areas["geometry_edition"]) == ({}, "")
    assert not (release.folder / "geo").exists()


def test_a_county_carries_its_own_areas_and_the_larger_ones(county: County) -> None:
    release = county.released(COUNTED + "    Testkreis  2022  1200  12000\n")

    bundle = json.loads((release.folder / f"bundle/{COUNTY}.json").read_bytes())

    assert bundle["home"] == COUNTY
    assert set(bundle["indicators"]["people_count"]["areas"]) == {
        ASTADT, BEDORF, *(KEY_OF[name] for name in ("Testkreis", "Testland", "Deutschland")),
    }  # fmt: skip


def test_an_instance_over_a_state_has_no_bundle(county: County) -> None:
    county.write("gemeinsinn.toml", SETTINGS.replace('home = "01001"', f'home = "{STATE}"'))

    release = county.released(COUNTED)

    assert not (release.folder / "bundle").exists()
    assert (release.folder / "sentences/de.json").exists()


@pytest.mark.parametrize("language", ["de", "en"])
def test_a_release_carries_the_patterns_that_pages_fill(county: County, language: str) -> None:
    sentences = county.released(COUNTED).sentences(language)

    assert sentences["language"] == language
    assert sentences["patterns"] == patterns(language)


def test_larger_areas_have_no_finding_of_their_own(county: County) -> None:
    """The county is compared with state and country; those are not what the portal is about."""
    release = county.released(COUNTED + "    Testkreis  2022  1200  12000\n")

    findings = release.sentences("en")["findings"]["people_count"]

    assert set(findings) == {ASTADT, BEDORF, COUNTY}


def test_an_area_without_any_number_or_sign_has_no_row(county: County) -> None:
    release = county.released(COUNTED)

    assert release.data("cases_share").areas == (ASTADT, BEDORF)


def test_an_area_with_nothing_but_a_sign_has_a_row(county: County) -> None:
    release = county.released(COUNTED + "    Cedorf  2022  .  .\n")

    assert release.data("cases_share").areas == (ASTADT, BEDORF, CEDORF)


def test_numbers_are_rounded_to_the_decimals_of_the_indicator_and_whole_ones_have_no_point(county: County) -> None:
    """500 of 10,000 are 5 per cent, 30 of 900 are 3.333…"""
    release = county.released(COUNTED)

    assert '"values":[[5],[3.33]]' in (release.folder / "ind/cases_share.json").read_text()


def test_a_count_is_not_told_twice(county: County) -> None:
    plain = county.released(COUNTED).data("people_count").plain

    assert (plain["numerator"], plain["denominator"], plain["lower"]) == (None, None, None)


def test_an_indicator_whose_id_is_gone_leaves_no_file(county: County) -> None:
    county.released(COUNTED)
    (county.instance.catalogue / "life/people_count.yaml").unlink()
    county.publish()

    assert not (county.current.folder / "ind/people_count.json").exists()


def test_whole_counts_stand_in_the_csv_without_decimal_point(county: County) -> None:
    release = county.released(COUNTED)

    of_share = (release.folder / "ind/cases_share.csv").read_text(encoding="utf-8")
    of_people = (release.folder / "ind/people_count.csv").read_text(encoding="utf-8")

    assert ",500,10000,percent," in of_share
    assert ",900,normal,,,,,persons," in of_people

"""The catalogue as a noun: indicators by id and title, the sources behind them, and a digest of all files."""

from __future__ import annotations

from pathlib import Path

import pytest

from gemeinsinn.errors import UnknownNameError
from gemeinsinn.indicators.catalogue import Catalogue, read_catalogue
from gemeinsinn.indicators.definition import Timing
from support.tiny import SHARE, tiny_instance


@pytest.fixture
def catalogue(tmp_path: Path) -> Catalogue:
    return read_catalogue(tiny_instance(tmp_path).catalogue)


def test_an_indicator_is_found_by_id_and_by_title_in_any_language(catalogue: Catalogue) -> None:
    assert catalogue.indicator("cases_share").id == "cases_share"
    assert catalogue.indicator("Anteil").id == "cases_share"
    assert catalogue.indicator("people").id == "people_count"


def test_an_unknown_indicator_is_answered_with_the_nearest(catalogue: Catalogue) -> None:
    with pytest.raises(UnknownNameError) as raised:
        catalogue.indicator("case_share")

    assert str(raised.value) == "there is no indicator 'case_share'. Did you mean 'cases_share'?"


def test_an_indicator_that_nothing_is_like_is_answered_with_the_way_to_all(catalogue: Catalogue) -> None:
    with pytest.raises(UnknownNameError, match="`gemeinsinn show --help` says how to list all"):
        catalogue.indicator("xyz")


def test_an_indicator_names_each_of_its_sources_once(catalogue: Catalogue) -> None:
    assert catalogue.sources_of(catalogue.indicators["cases_share"]) == ("counts",)


def test_the_digest_tells_one_state_of_the_files_from_another(tmp_path: Path) -> None:
    first = read_catalogue(tiny_instance(tmp_path / "a").catalogue)
    same = read_catalogue(tiny_instance(tmp_path / "b").catalogue)
    changed = {"catalogue/life/cases_share.yaml": SHARE + "# a comment\n"}
    other = read_catalogue(tiny_instance(tmp_path / "c", files=changed).catalogue)

    assert first.digest == same.digest != other.digest


def test_a_comment_changes_the_digest_of_the_catalogue_but_no_definition(tmp_path: Path) -> None:
    first = read_catalogue(tiny_instance(tmp_path / "a").catalogue).indicators["cases_share"]
    changed = {"catalogue/life/cases_share.yaml": "# a comment\n" + SHARE}
    other = read_catalogue(tiny_instance(tmp_path / "b", files=changed).catalogue).indicators["cases_share"]

    assert first.digest == other.digest


def test_a_definition_is_read_as_it_is_written(tmp_path: Path) -> None:
    text = SHARE.replace("denominator: {table: people}", "denominator: {table: people, on: previous}")
    text += "small_numbers: {fewer_than: 5, pool_years: 3}\nbreaks: [{period: 2005, kind: definition, text: {de: a, en: b}}]\n"
    files = {"catalogue/life/cases_share.yaml": text + "keywords: [eins, one]\nreference: Destatis\n"}

    indicator = read_catalogue(tiny_instance(tmp_path, files=files).catalogue).indicators["cases_share"]

    assert indicator.multiplier == 100
    assert indicator.denominator is not None
    assert indicator.denominator.plus[0].timing is Timing.PREVIOUS
    assert indicator.small_numbers is not None
    assert (indicator.small_numbers.fewer_than, indicator.small_numbers.pool_years) == (5, 3)
    assert [(each.period, each.kind) for each in indicator.breaks] == [("2005", "definition")]
    assert (indicator.keywords, indicator.reference) == (("eins", "one"), "Destatis")
    assert [operand.table for operand in indicator.operands] == ["cases", "people"]

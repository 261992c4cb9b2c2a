"""A release says of its figures that their people do not exist, in every file that they are in, and of no others."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import polars as pl
import pytest

from gemeinsinn.releases.read import Release
from support.beside import BESIDE, OFFICIAL, PLAIN, REGISTER, SYNTHETIC
from support.publishing import county_in


Clock = Callable[[], datetime]
HOME = "01001"


def released(folder: Path, clock: Clock, files: dict[str, str]) -> Release:
    county = county_in(folder, clock, files=files)
    county.refresh()
    county.publish()
    return county.current


@pytest.fixture
def synthetic(tmp_path: Path, clock: Clock) -> Release:
    return released(tmp_path / "county", clock, SYNTHETIC)


def test_the_catalogue_marks_the_indicator_with_a_synthetic_source_and_no_other(synthetic: Release) -> None:
    marked = {id for id, entry in synthetic.indicators.items() if "synthetic" in entry}

    assert marked == {REGISTER}
    assert synthetic.indicators[REGISTER]["synthetic"] is True
    assert synthetic.has_synthetic_sources


def test_the_numbers_carry_the_mark_alone_and_in_the_bundle(synthetic: Release) -> None:
    bundle = synthetic._json(f"bundle/{HOME}.json")["indicators"]

    assert synthetic.data(REGISTER).is_synthetic
    assert not synthetic.data(OFFICIAL).is_synthetic
    assert bundle[REGISTER]["synthetic"] is True
    assert "synthetic" not in bundle[OFFICIAL]


def test_every_table_says_of_each_row_whether_its_people_exist(synthetic: Release) -> None:
    tables = {id: pl.read_parquet(synthetic.folder / f"ind/{id}.parquet") for id in (REGISTER, OFFICIAL)}
    csv = pl.read_csv(io.BytesIO((synthetic.folder / f"ind/{REGISTER}.csv").read_bytes()))

    assert tables[REGISTER].filter(pl.col("value").is_not_null())["synthetic"].all()
    assert not tables[OFFICIAL]["synthetic"].any()
    assert csv["synthetic"].to_list() == tables[REGISTER]["synthetic"].to_list()


@pytest.mark.parametrize(
    ("language", "title", "text"),
    [
        ("de", " (synthetische Daten)", " Diese Zahlen beruhen auf erfundenen Personen."),
        ("en", " (synthetic data)", " These figures rest on invented people."),
    ],
)
def test_every_finding_on_them_says_so_in_its_title_and_in_its_text(
    synthetic: Release, language: str, title: str, text: str
) -> None:
    findings = synthetic.sentences(language)["findings"]

    assert len(findings[REGISTER]) == 8
    assert all(said[0].endswith(title) and said[1].endswith(text) for said in findings[REGISTER].values())
    assert not any(said[0].endswith(title) or said[1].endswith(text) for said in findings[OFFICIAL].values())


def test_where_all_people_exist_nothing_is_marked_and_no_column_is_added(tmp_path: Path, clock: Clock) -> None:
    plain = released(tmp_path / "plain", clock, PLAIN)

    files = [path for path in plain.folder.rglob("*.*") if path.suffix in (".json", ".csv", ".parquet")]
    naming = {path.name for path in files if b"synthetic" in path.read_bytes()}

    assert naming == {"catalogue.json", "de.json", "en.json"}, "the sources' own field, and the patterns"
    assert not any("synthetic" in entry for entry in plain.indicators.values())
    assert not plain.has_synthetic_sources


def test_marks_change_nothing_else(tmp_path: Path, clock: Clock) -> None:
    real = released(tmp_path / "real", clock, BESIDE)
    synthetic = released(tmp_path / "synthetic", clock, SYNTHETIC)

    for id in real.indicators:
        assert {**synthetic.data(id).plain, "synthetic": None} == {**real.data(id).plain, "synthetic": None}
        table = pl.read_parquet(synthetic.folder / f"ind/{id}.parquet")
        assert table.drop("synthetic").equals(pl.read_parquet(real.folder / f"ind/{id}.parquet"))


def test_the_catalogue_names_the_indicator_beside_and_the_difference(synthetic: Release) -> None:
    beside = synthetic.indicators[REGISTER]["beside"]

    assert beside["indicator"] == OFFICIAL
    assert beside["difference"]["en"].startswith("The register counts where people live")
    assert "beside" not in synthetic.indicators[OFFICIAL]


def test_what_has_no_numbers_yet_stands_beside_nothing(tmp_path: Path, clock: Clock) -> None:
    waiting = SYNTHETIC["catalogue/tables/tables.yaml"].replace("{source: counts, measure:", "{source: later, measure:")

    release = released(tmp_path / "waiting", clock, SYNTHETIC | {"catalogue/tables/tables.yaml": waiting})

    assert set(release.indicators) == {REGISTER}
    assert "beside" not in release.indicators[REGISTER]

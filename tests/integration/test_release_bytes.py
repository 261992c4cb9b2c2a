"""A release as files: the same inputs give the same bytes, the manifest knows every file, and all forms say the same."""

from __future__ import annotations

import gzip
import hashlib
import json
import re
import shutil
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import brotli
import polars as pl
import pytest

from gemeinsinn.concepts.observations import ALL_STATUSES, WITH_VALUE
from gemeinsinn.errors import SettingsError
from gemeinsinn.pipeline.backup import backed_up, restored
from gemeinsinn.pipeline.publish import store_of
from gemeinsinn.releases.data import Cell, IndicatorData
from gemeinsinn.releases.read import Release
from support.demo import command_line
from support.publishing import County, county_in
from support.tiny import CASES, HEAD, SOURCES, counts, tiny_instance


TWO_FILES = SOURCES.replace("location: counts.csv", 'location: "counts-*.csv"')
FILES = {
    "sources.yaml": TWO_FILES,
    "counts-2021.csv": HEAD + counts(CASES, year=2021),
    "counts-2022.csv": HEAD + counts(CASES, year=2022),
    "catalogue/bases.yaml": "{}\n",
}
"""The county that fits on a page, delivered in two files."""

DEMANDED = {
    "catalogue.json", "areas.json", "bundle/01056.json", "sentences/de.json", "sentences/en.json", "revisions.json",
    "disclosure.json", "geo/2021-01-01/municipality.topo.json", "geo/2021-01-01/amt.topo.json",
    "geo/2021-01-01/district.topo.json", "geo/2021-01-01/state.topo.json",
}  # fmt: skip
"""What a release of the demo county holds besides its indicators."""

MATRICES = ("values", "status", "origin", "lower", "upper", "numerator", "denominator")


def contents(folder: Path) -> dict[str, bytes]:
    """Every file below a folder by its path."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def clock_from(begin: datetime) -> Callable[[], datetime]:
    """A clock that begins on a day and goes on by one hour whenever it is read."""
    ticks = iter(range(10**9))
    return lambda: begin + timedelta(hours=next(ticks))


def published(folder: Path, begin: datetime, files: Mapping[str, str]) -> County:
    """The county, taken in and published from a day on."""
    county = county_in(folder, clock_from(begin), files=files)
    (county.instance.root / "counts.csv").unlink()
    county.refresh()
    county.publish()
    return county


def test_the_same_inputs_at_another_time_in_another_folder_and_order_give_the_same_bytes(tmp_path: Path) -> None:
    one = published(tmp_path / "one", datetime(2026, 1, 1, tzinfo=UTC), FILES)
    backwards = dict(reversed(FILES.items()))
    other = published(tmp_path / "somewhere" / "else", datetime(2031, 7, 1, tzinfo=UTC), backwards)

    assert one.current.hash == other.current.hash
    assert contents(one.current.folder) == contents(other.current.folder)


def test_sources_declared_in_another_order_give_the_same_release(tmp_path: Path) -> None:
    origins, directory, counted = re.split(r"^(?=  directory:|  counts:)", TWO_FILES, flags=re.MULTILINE)
    swapped = {**FILES, "sources.yaml": origins + counted + directory}

    one = published(tmp_path / "one", datetime(2026, 1, 1, tzinfo=UTC), FILES)
    other = published(tmp_path / "other", datetime(2026, 1, 1, tzinfo=UTC), swapped)

    assert one.current.hash == other.current.hash


@pytest.mark.parametrize("seed", ["0", "1"])
def test_the_order_of_sets_in_memory_leaves_no_trace(tmp_path: Path, seed: str) -> None:
    here = published(tmp_path / "here", datetime(2026, 1, 1, tzinfo=UTC), FILES)
    there = tiny_instance(tmp_path / "there", files=FILES)
    (there.root / "counts.csv").unlink()

    for verb in ("refresh", "publish"):
        done = command_line(verb, instance=there.root, PYTHONHASHSEED=seed)
        assert done.returncode == 0, done.stderr

    assert store_of(there).current() == here.current.hash


def test_the_demo_county_published_once_more_from_its_lake_is_the_same_release(
    demo: Path, release: Release, tmp_path: Path
) -> None:
    again = tmp_path / "again"
    shutil.copytree(demo, again, ignore=shutil.ignore_patterns("releases", "publications.jsonl", "portal.sqlite3*"))

    done = command_line("publish", "--json", instance=again, PYTHONHASHSEED="1")

    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["release"] == release.hash
    assert contents(again / "var" / "releases" / release.hash) == contents(release.folder)


def test_the_name_of_a_release_is_the_hash_of_its_manifest(release: Release) -> None:
    manifest = (release.folder / "manifest.json").read_bytes()

    assert hashlib.sha256(manifest).hexdigest() == release.hash == release.folder.name


def test_the_manifest_lists_every_file_with_its_hash_and_size(release: Release) -> None:
    written = {
        name: {"sha256": hashlib.sha256(content).hexdigest(), "size": len(content)}
        for name, content in contents(release.folder).items()
        if name != "manifest.json" and not name.endswith((".br", ".gz"))
    }

    assert release.manifest["files"] == written


def test_a_release_holds_all_that_is_demanded_and_nothing_else(release: Release) -> None:
    of_indicators = {f"ind/{id}.{form}" for id in release.indicators for form in ("json", "csv", "parquet")}

    assert set(release.manifest["files"]) == DEMANDED | of_indicators


def test_every_text_lies_packed_beside_itself_and_unpacks_to_the_same(release: Release) -> None:
    files = contents(release.folder)
    texts = [name for name in release.manifest["files"] if name.endswith((".json", ".csv"))]

    different = [
        name
        for name in texts
        if not files[name] == brotli.decompress(files[f"{name}.br"]) == gzip.decompress(files[f"{name}.gz"])
    ]

    assert different == []
    assert {name for name in files if name.endswith((".br", ".gz"))} == {
        f"{name}{ending}" for name in texts for ending in (".br", ".gz")
    }


def test_packed_files_carry_no_time(release: Release) -> None:
    """Bytes 4 to 7 of gzip are the time of packing (RFC 1952)."""
    packed = [content for name, content in contents(release.folder).items() if name.endswith(".gz")]

    assert {content[4:8] for content in packed} == {bytes(4)}


def test_no_file_names_the_folder_in_which_it_was_made(demo: Path, release: Release) -> None:
    texts = {name: content for name, content in contents(release.folder).items() if name.endswith((".json", ".csv"))}

    assert [name for name, content in texts.items() if str(demo).encode() in content] == []


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("ind/cases_share.json", "is not what its manifest says"),
        ("catalogue.json", "is not what its manifest says"),
        ("manifest.json", "the manifest of release .* is not what its name says"),
    ],
)
def test_one_changed_byte_of_the_current_release_is_found(tmp_path: Path, name: str, message: str) -> None:
    county = published(tmp_path / "county", datetime(2026, 1, 1, tzinfo=UTC), FILES)
    file = county.current.folder / name
    content = bytearray(file.read_bytes())
    content[-2] ^= 1
    file.write_bytes(content)
    backed_up(county.instance, tmp_path / "backup.zip", at=county.clock())

    with pytest.raises(SettingsError, match=message):
        restored(tmp_path / "backup.zip", tmp_path / "restored")

    assert not (tmp_path / "restored").exists()


def test_a_backup_brings_back_the_same_bytes(tmp_path: Path) -> None:
    county = published(tmp_path / "county", datetime(2026, 1, 1, tzinfo=UTC), FILES)
    backed_up(county.instance, tmp_path / "backup.zip", at=county.clock())

    restored(tmp_path / "backup.zip", tmp_path / "restored")

    there = tmp_path / "restored" / county.current.folder.relative_to(county.instance.root)
    assert contents(there) == contents(county.current.folder)


def test_the_matrices_of_every_indicator_have_one_row_an_area_and_one_column_a_period(release: Release) -> None:
    shapes = {
        (id, matrix): {(len(rows), len(row)) for row in rows}
        for id, data in _all_data(release)
        for matrix in MATRICES
        if (rows := data.plain[matrix]) is not None
    }

    wrong = [
        place
        for place, found in shapes.items()
        if found != {(len(release.data(place[0]).areas), len(release.data(place[0]).periods))}
    ]

    assert wrong == []


def test_a_cell_has_a_number_exactly_if_its_status_goes_with_one(release: Release) -> None:
    wrong = [
        (id, area, period)
        for id, area, period, cell in _all_cells(release)
        if (cell.value is not None) != (cell.status in WITH_VALUE)
    ]

    assert wrong == []


def test_every_number_has_a_source_that_the_catalogue_describes(release: Release) -> None:
    described = set(release.catalogue["sources"])

    wrong = [
        (id, area, period)
        for id, area, period, cell in _all_cells(release)
        if cell.value is not None and not (cell.sources and described.issuperset(cell.sources))
    ]

    assert wrong == []


def test_every_number_lies_within_its_interval(release: Release) -> None:
    limits = [
        (id, area, period, cell.lower, cell.value, cell.upper)
        for id, area, period, cell in _all_cells(release)
        if cell.lower is not None or cell.upper is not None
    ]

    assert [each for each in limits if None in each or not each[3] <= each[4] <= each[5]] == []
    assert len(limits) > 10_000


def test_the_catalogue_lists_the_statuses_that_numbers_refer_to(release: Release) -> None:
    listed = [each["status"] for each in release.catalogue["statuses"]]

    assert listed == [str(status) for status in ALL_STATUSES]


def test_csv_and_parquet_say_the_same_as_json(release: Release) -> None:
    wrong = []
    for id, data in _all_data(release):
        parquet = pl.read_parquet(release.folder / f"ind/{id}.parquet")
        csv = pl.read_csv(release.folder / f"ind/{id}.csv", schema=parquet.schema, null_values="")
        same = csv.with_columns(pl.col(pl.String).fill_null("")).equals(
            parquet.with_columns(pl.col(pl.String).fill_null(""))
        )
        if not same or parquet.to_dicts() != list(_rows(release, data)):
            wrong.append(id)

    assert wrong == []


def test_the_bundle_without_network_says_the_same_as_the_files_of_the_indicators(release: Release) -> None:
    bundle = json.loads((release.folder / "bundle/01056.json").read_bytes())
    county = {"01056", *(key for key in release.names if "01056" in release.parents(key)), "01", "DG"}

    wrong = []
    for id, cut in bundle["indicators"].items():
        data = release.data(id)
        rows = [row for row, area in enumerate(data.areas) if area in county]
        for field in ("values", "status", "lower", "upper", "origin"):
            whole = data.plain[field]
            if cut[field] != (None if whole is None else [whole[row] for row in rows]):
                wrong.append((id, field))

    assert wrong == []
    assert set(bundle["indicators"]) == set(release.indicators)


def _all_data(release: Release) -> Iterator[tuple[str, IndicatorData]]:
    for id in release.indicators:
        yield id, release.data(id)


def _all_cells(release: Release) -> Iterator[tuple[str, str, str, Cell]]:
    for id, data in _all_data(release):
        for area in data.areas:
            for period, cell in data.series(area):
                yield id, area, period, cell


def _rows(release: Release, data: IndicatorData) -> Iterator[dict[str, Any]]:
    """The long table of an indicator, row by row out of its cells."""
    for area in data.areas:
        for period, cell in data.series(area):
            yield {
                "area": area,
                "name": release.names[area],
                "level": release.area_of[area]["level"],
                "period": period,
                "valid_on": cell.valid_on or None,
                "value": cell.value,
                "status": str(cell.status),
                "lower": cell.lower,
                "upper": cell.upper,
                "numerator": cell.numerator,
                "denominator": cell.denominator,
                "unit": data.unit,
                "source": " ".join(cell.sources),
                "basis": " ".join(cell.bases),
                "made": cell.made,
                "converted": cell.converted,
            }

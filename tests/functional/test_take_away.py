"""What a reader can take away of each view: the same numbers, with source, licence and release."""

from __future__ import annotations

import csv
import io
import json
import shutil
import struct
import urllib.request
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from functional.conftest import Visiting
from functional.test_headers import headers_of
from gemeinsinn.releases.read import Release
from support.publishing import county_in
from support.served import served


UNEMPLOYMENT = "/k/unemployment_share"
CHOSEN = "?g=01056015,01056,01,DG&j=2015"
VIEWS = {
    "indicator": (UNEMPLOYMENT, CHOSEN),
    "area": ("/g/elmshorn", ""),
    "compare": ("/v", "?g=01056015,01056043&k=unemployment_share,foreign_share"),
    "topic": ("/themen/work", ""),
}


def fetched(address: str) -> bytes:
    with urllib.request.urlopen(address, timeout=60) as answer:
        content: bytes = answer.read()
    return content


def rows_of(address: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(fetched(address).decode("utf-8-sig"))))


def words_of(address: str) -> str:
    """All text of an SVG."""
    drawing = ElementTree.fromstring(fetched(address))  # noqa: S314 - our own answer
    return " ".join(text.strip() for text in drawing.itertext() if text.strip())


@pytest.mark.parametrize("view", VIEWS)
def test_every_row_names_its_release_and_every_value_its_source_and_licence(
    address: str, release: Release, view: str
) -> None:
    path, query = VIEWS[view]

    rows = rows_of(f"{address}{path}.csv{query}")

    assert {row["release"] for row in rows} == {release.hash}
    assert all((row["source"] and row["attribution"]) or not row["value"] for row in rows)
    assert all(row["licence"] or not row["value"] for row in rows)


def test_true_and_false_are_written_as_in_the_files_of_the_release(address: str, release: Release) -> None:
    views = {row["converted"] for row in rows_of(f"{address}{UNEMPLOYMENT}.csv{CHOSEN}")}
    files = {row["converted"] for row in rows_of(f"{address}/r/{release.hash}/ind/unemployment_share.csv")}

    assert views <= files <= {"true", "false"}


@pytest.mark.parametrize("view", VIEWS)
def test_csv_and_json_hold_the_same_rows(address: str, view: str) -> None:
    path, query = VIEWS[view]

    told = json.loads(fetched(f"{address}{path}.json{query}"))["observations"]

    def text(value: Any) -> str:
        return "" if value is None else str(value).lower() if isinstance(value, bool) else str(value)

    as_text = [{name: text(value) for name, value in row.items()} for row in told]
    assert as_text == rows_of(f"{address}{path}.csv{query}")


def test_a_table_taken_away_is_the_table_on_the_page(address: str, visiting: Visiting) -> None:
    taken = {
        row["area"]: float(row["value"]) if row["value"] else None
        for row in rows_of(f"{address}{UNEMPLOYMENT}.csv{CHOSEN}")
        if row["period"] == "2015" and row["level"] == "municipality"
    }

    with visiting() as visit:
        visit.go(f"{UNEMPLOYMENT}/{CHOSEN}")
        shown = visit.page.locator("#gs-values tbody tr").evaluate_all(
            "rows => rows.map((row) => [row.dataset.area, row.querySelector('data')?.value ?? null])"
        )

    assert {area: float(value) if value is not None else None for area, value in shown} == taken
    assert len(taken) == 49


def test_a_gap_is_taken_away_as_a_gap_with_its_status(address: str) -> None:
    rows = rows_of(f"{address}/k/tourist_beds_per_1000.csv?g=01056001")

    missing = [row for row in rows if not row["value"]]
    assert missing
    assert all(row["status"] != "normal" for row in missing)


@pytest.mark.parametrize("picture", ["", "&bild=karte"])
@pytest.mark.parametrize("language", ["", "/en"])
def test_a_picture_carries_title_source_licence_and_release(
    address: str, release: Release, picture: str, language: str
) -> None:
    words = words_of(f"{address}{language}{UNEMPLOYMENT}.svg{CHOSEN}{picture}")

    assert ("Unemployed share of working age" if language else "Arbeitslosenanteil") in words
    assert "BBSR" in words
    assert "dl-de/by-2-0" in words
    assert release.hash[:12] in words


@pytest.mark.parametrize("view", VIEWS)
def test_every_view_is_a_picture_too(address: str, release: Release, view: str) -> None:
    path, query = VIEWS[view]

    content = fetched(f"{address}{path}.png{query}")

    assert content.startswith(b"\x89PNG\r\n")
    width, height = struct.unpack(">II", content[16:24])
    assert min(width, height) > 500
    assert release.hash[:12] in words_of(f"{address}{path}.svg{query}")


def test_numbers_of_one_release_by_its_whole_hash_may_be_kept_for_ever(address: str, release: Release) -> None:
    pinned = f"{address}{UNEMPLOYMENT}.csv{CHOSEN}&r={release.hash}"

    assert "immutable" in headers_of(pinned)["Cache-Control"]
    assert "immutable" in headers_of(pinned.replace(".csv", ".json"))["Cache-Control"]
    assert fetched(pinned) == fetched(f"{address}{UNEMPLOYMENT}.csv{CHOSEN}")


@pytest.mark.parametrize("form", ["csv", "svg"])
def test_what_may_come_out_otherwise_one_day_is_asked_for_anew(address: str, release: Release, form: str) -> None:
    """The beginning of a hash may come to name two releases; a picture depends on the program that draws it."""
    pin = release.hash[:12] if form == "csv" else release.hash
    address = f"{address}{UNEMPLOYMENT}.{form}{CHOSEN}"

    assert headers_of(f"{address}&r={pin}")["Cache-Control"] == "no-cache"
    assert headers_of(address)["Cache-Control"] == "no-cache"


def test_a_deleted_release_keeps_its_line_in_the_public_log_without_a_link(
    tmp_path: Path, clock: Callable[[], datetime]
) -> None:
    county = county_in(tmp_path / "county", clock)
    deleted = county.released("area year cases people\nAstadt 2023 500 10000").hash
    kept = county.released("area year cases people\nAstadt 2023 501 10000").hash
    shutil.rmtree(county.instance.releases / deleted)

    with served(county.instance.root) as address:
        page = fetched(f"{address}/daten/revisionen/").decode()

    assert f"?r={kept[:12]}" in page
    assert f"<code>{deleted[:12]}</code>" in page
    assert f"?r={deleted[:12]}" not in page


def test_files_of_a_release_are_served_as_they_are_and_named_by_their_content(address: str, release: Release) -> None:
    manifest = json.loads((release.folder / "manifest.json").read_bytes())
    name = "ind/unemployment_share.json"

    headers = headers_of(f"{address}/r/{release.hash}/{name}")

    assert fetched(f"{address}/r/{release.hash}/{name}") == (release.folder / name).read_bytes()
    assert headers["ETag"].strip('"') == manifest["files"][name]["sha256"]
    assert "immutable" in headers["Cache-Control"]
    assert headers["Access-Control-Allow-Origin"] == "*"


def test_the_current_release_is_never_kept(address: str, release: Release) -> None:
    assert json.loads(fetched(f"{address}/r/current.json"))["release"] == release.hash
    assert headers_of(f"{address}/r/current.json")["Cache-Control"] == "no-cache"


@pytest.mark.parametrize("name", ["../current.json", "..%2Fcurrent.json", "%2e%2e/%2e%2e/secret.key", "ind/"])
def test_nothing_beside_the_files_of_a_release_is_served(address: str, release: Release, name: str) -> None:
    request = urllib.request.Request(f"{address}/r/{release.hash}/{name}")

    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            status = answer.status
            content = answer.read()
    except urllib.error.HTTPError as error:
        error.close()
        status, content = error.code, b""

    assert status == 404 or b"published_at" in content


@pytest.mark.parametrize(
    "path", ["/k/nothing.csv", "/g/nowhere.json", "/themen/nothing.svg", "/k/unemployment_share.csv?r=000000000000"]
)
def test_what_is_not_there_is_not_found(address: str, path: str) -> None:
    with pytest.raises(urllib.error.HTTPError) as raised:
        urllib.request.urlopen(address + path, timeout=30)

    raised.value.close()
    assert raised.value.code == 404

"""The registers of the demo county, from the invented deliveries to the releases with them, as they became known."""

from __future__ import annotations

import fcntl
import gzip
import json
import mmap
import stat
import zipfile
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import polars as pl
import pytest

from gemeinsinn.concepts.registers import Question
from gemeinsinn.gate.answers import Desk
from gemeinsinn.lake.standing import REGISTERS, Standing
from gemeinsinn.pipeline.questions import desk_of
from gemeinsinn.releases.data import IndicatorData
from gemeinsinn.releases.read import Release, open_release
from gemeinsinn.releases.store import Store
from gemeinsinn.settings.instance import Instance
from support.demo import command_line
from support.registers_demo import RESIDENTS, built_with_registers


COUNTY = "01056"
NOON = datetime(2026, 1, 5, 12, tzinfo=UTC)
YEARS = [str(year) for year in range(2015, 2026)]
FIVE = {"residents", "benefits", "youth_welfare", "childcare", "care"}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    base = tmp_path_factory.getbasetemp()
    return built_with_registers(base if worker_id == "master" else base.parent)


@pytest.fixture
def undisturbed(folder: Path) -> Iterator[None]:
    """For tests that write to the instance or need that nobody does: one at a time, in all processes of a run."""
    with (folder.parent / "demo_registers.turn").open("w") as turn:
        fcntl.flock(turn, fcntl.LOCK_EX)
        yield


@pytest.fixture(scope="module")
def instance(folder: Path) -> Instance:
    return Instance(folder)


@pytest.fixture(scope="module")
def published(instance: Instance) -> Release:
    store = Store(instance.releases, instance.publications)
    return open_release(store.folder(store.current()))


@pytest.fixture(scope="module")
def births(published: Release) -> IndicatorData:
    return published.data("register_birth_rate")


@pytest.fixture(scope="module")
def residents(instance: Instance) -> Desk:
    return desk_of(instance, "residents")


def test_the_registers_follow_in_three_releases_each_with_corrections(instance: Instance) -> None:
    log = [json.loads(line) for line in instance.publications.read_text().splitlines()]
    store = Store(instance.releases, instance.publications)
    revised = [len(open_release(store.folder(entry["release"])).revisions["values"]["revised"]) for entry in log]

    assert [entry["action"] for entry in log] == ["publish"] * 4
    assert min(revised[2:]) > 0


HIDING = ("youth_welfare", "care")
"""The registers whose small numbers are hidden."""


def with_registers(instance: Instance) -> list[Release]:
    """The releases that hold numbers of registers, oldest first."""
    store = Store(instance.releases, instance.publications)
    log = [json.loads(line) for line in instance.publications.read_text().splitlines()]
    return [open_release(store.folder(entry["release"])) for entry in log[1:]]


def test_every_release_says_what_is_hidden_and_that_the_attack_found_nothing(instance: Instance) -> None:
    newest = []
    for release in with_registers(instance):
        tables = {table["source"]: table for table in release.disclosure["tables"]}
        for name in HIDING:
            found = tables[name]
            assert (found["method"], found["audit"], found["insiders"]) == ("suppress", "clean", 0)
            assert 0 < found["hidden"] < found["cells"]
        newest.append(max(tables[name]["ledger"]["entry"] for name in HIDING))

    assert newest == sorted(newest)
    assert newest[0] < newest[-1]


def test_forty_nine_municipalities_have_ten_years_and_the_small_ones_hide_what_is_small(published: Release) -> None:
    municipalities = [area["key"] for area in published.areas["areas"] if area["level"] == "municipality"]
    data = published.data("register_child_raising_assistance_rate")

    cells = [data.cell(key, year) for key in municipalities for year in YEARS]

    statuses = {str(cell.status) for cell in cells}
    assert len(municipalities) == 49
    assert "confidential" in statuses
    assert any(cell.value is not None for cell in cells)
    assert not {cell.numerator for cell in cells} & {1.0, 2.0}


@pytest.mark.parametrize("indicator", ["register_care_rate_80plus", "register_young_adults_assistance_rate"])
def test_no_numerator_of_one_or_two_is_in_any_release(instance: Instance, indicator: str) -> None:
    for release in with_registers(instance):
        rows = pl.read_parquet(release.folder / "ind" / f"{indicator}.parquet")
        assert rows.filter(pl.col("numerator").is_in([1.0, 2.0])).is_empty()


def test_every_municipality_has_a_birth_rate_for_every_year_since_2015(
    published: Release, births: IndicatorData
) -> None:
    municipalities = [area["key"] for area in published.areas["areas"] if area["level"] == "municipality"]

    missing = [(key, year) for key in municipalities for year in YEARS if births.cell(key, year).value is None]

    assert len(municipalities) == 49
    assert missing == []


def test_the_county_has_its_own_value_and_is_no_sum(births: IndicatorData) -> None:
    values = [births.cell(COUNTY, year).value for year in YEARS]

    assert all(value is not None and 5 < value < 13 for value in values)


def test_the_official_rates_stand_beside_with_what_differs(published: Release) -> None:
    entry = published.indicators["register_birth_rate"]

    assert entry["beside"]["indicator"] == "crude_birth_rate"
    assert set(entry["beside"]["difference"]) == {"de", "en"}
    official = published.data("crude_birth_rate")
    for area in (COUNTY, "01", "DG"):
        assert official.cell(area, "1995").value is not None
        assert official.cell(area, "2015").value is not None


def test_what_comes_from_the_register_is_marked_as_synthetic(published: Release) -> None:
    sources = published.catalogue["sources"]

    assert sources["residents"]["synthetic"] is True
    assert {name for name, facts in sources.items() if facts["synthetic"]} == FIVE


def test_the_gate_says_how_the_register_was_protected(instance: Instance, published: Release) -> None:
    folder = Store(instance.releases, instance.publications).folder(published.hash)
    tables = json.loads((folder / "disclosure.json").read_bytes())["tables"]

    (of_register,) = [table for table in tables if table["source"] == "residents"]
    assert (of_register["contains"], of_register["method"], of_register["policy"]) == (
        "register",
        "cell_key",
        "residents",
    )


def test_no_count_below_the_threshold_is_published(instance: Instance, published: Release) -> None:
    folder = Store(instance.releases, instance.publications).folder(published.hash)
    rows = pl.read_parquet(folder / "ind" / "register_birth_rate.parquet")

    assert rows.filter(pl.col("numerator").is_in([1.0, 2.0])).is_empty()


def test_the_question_log_names_the_publication_and_no_number(instance: Instance) -> None:
    entries = [json.loads(line) for line in (instance.restricted / "answers.jsonl").read_text().splitlines()]

    assert {entry["who"] for entry in entries} >= {"publish"}
    assert {entry["measure"] for entry in entries if entry["who"] == "publish"} == {
        "births",
        "person_years",
        "persons",
    }
    assert all("counts" not in entry for entry in entries)


def test_all_five_registers_were_taken_in(instance: Instance) -> None:
    stands = Standing(instance.standing).of(REGISTERS)

    assert set(stands) == FIVE
    assert {stand.state for stand in stands.values()} == {"accepted"}


@pytest.mark.parametrize(
    ("register", "by"),
    [
        ("residents", "municipality,age_class,sex,nationality_group"),
        ("benefits", "law,sex"),
        ("youth_welfare", "assistance,age_class"),
        ("childcare", "group,age"),
        ("care", "grade,kind_of_care"),
    ],
)
def test_every_register_answers_on_any_day_of_its_own(folder: Path, register: str, by: str) -> None:
    done = command_line("count", register, "--on", "2019-03-14,2020-02-29", "--by", by, "--json", instance=folder)

    assert done.returncode == 0, done.stderr
    answer = json.loads(done.stdout)
    assert {"register", "known_at", "engine", "method", "cells", "seconds"} <= set(answer)
    assert answer["synthetic"] is True
    assert sum(cell["count"] for cell in answer["cells"]) > 0
    assert {cell["status"] for cell in answer["cells"]} == {"normal"}
    assert set(answer["cells"][0]) == {"on", *by.split(","), "count", "status"}


def test_the_register_grows_and_ages_as_the_published_county_does(residents: Desk) -> None:
    """The published population of the county: 307,471 at the end of 2015, 318,326 of 2021; here at small scale."""
    ends = (date(2015, 12, 31), date(2021, 12, 31))
    first, second = residents.answer(Question("residents", ends), who="test", at=NOON).counts.tolist()

    assert first / RESIDENTS == pytest.approx(307_471 / 320_000, rel=0.03)
    assert second / first == pytest.approx(318_326 / 307_471, rel=0.03)


def test_the_past_as_known_then_is_not_the_past_as_known_now(residents: Desk) -> None:
    days = tuple(date(2019, month, 1) for month in range(1, 13))
    then = residents.steps.known_on(date(2019, 12, 2), "residents")
    by = ("municipality", "sex")

    now = residents.answer(Question("residents", days, by), who="test", at=NOON)
    before = residents.answer(Question("residents", days, by, step=then), who="test", at=NOON)

    assert (now.counts != before.counts).any()


@pytest.mark.usefixtures("undisturbed")
def test_a_second_run_has_nothing_to_do(folder: Path, instance: Instance) -> None:
    before = instance.publications.read_bytes()

    done = command_line("demo", "--dir", str(folder), "--residents", str(RESIDENTS), "--no-serve")

    assert done.returncode == 0, done.stderr
    assert instance.publications.read_bytes() == before


@pytest.mark.usefixtures("undisturbed")
def test_a_demo_of_another_size_is_refused_and_not_mixed(folder: Path) -> None:
    done = command_line("demo", "--dir", str(folder), "--residents", "7000", "--no-serve")

    assert done.returncode == 8
    assert f"Say --residents {RESIDENTS}" in done.stderr


def test_no_name_and_no_number_of_anybody_is_in_any_file_but_the_deliveries(instance: Instance) -> None:
    """Pseudonyms come before the first write: every byte below `var` is looked at."""
    canaries = list(_canaries(instance.root / "deliveries" / "residents"))
    assert len(canaries) == 12

    found = [
        (path.relative_to(instance.root), canary)
        for path in sorted(instance.var.rglob("*"))
        if path.is_file() and path.stat().st_size
        for canary in _present(path, canaries)
    ]

    assert found == []


def _canaries(folder: Path) -> Iterator[bytes]:
    """Numbers and whole names of some people: long enough to be nobody else's by chance."""
    stock = next(folder.glob("bestand_*.csv.gz"))
    head, *rows = gzip.decompress(stock.read_bytes()).decode().splitlines()[:2_000]
    columns = head.split("|")
    for row in rows[::500]:
        cells = dict(zip(columns, row.split("|"), strict=True))
        yield cells["ordnungsmerkmal"].encode()
        yield f"{cells['familienname']}|{cells['vornamen']}".encode()
        yield f"{cells['strasse']}|{cells['hausnummer']}|".encode()


def _present(path: Path, canaries: list[bytes]) -> list[bytes]:
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
        return [canary for canary in canaries if content.find(canary) >= 0]


@pytest.mark.usefixtures("undisturbed")
def test_a_backup_holds_the_zone_but_no_keys_and_no_delivery_and_is_its_owner_s_alone(
    folder: Path, tmp_path: Path
) -> None:
    done = command_line("backup", str(tmp_path / "b.zip"), "--keys", str(tmp_path / "keys.json"), instance=folder)

    assert done.returncode == 0, done.stderr
    with zipfile.ZipFile(tmp_path / "b.zip") as archive:
        names = archive.namelist()
    assert any(name.startswith("var/restricted/tables/residents/spells/") for name in names)
    assert not [name for name in names if name.startswith(("deliveries/residents/", "deliveries/care/", "var/keys/"))]
    assert {stat.S_IMODE((tmp_path / name).stat().st_mode) for name in ("b.zip", "keys.json")} == {0o600}


@pytest.mark.usefixtures("undisturbed")
def test_a_restored_instance_has_the_same_release_and_gives_the_same_answers(folder: Path, tmp_path: Path) -> None:
    backup, keys, target = tmp_path / "b.zip", tmp_path / "keys.json", tmp_path / "restored"
    asked = ("count", "residents", "--on", "2020-02-29", "--by", "municipality,sex", "--json")
    command_line("backup", str(backup), "--keys", str(keys), instance=folder)

    done = command_line("restore", str(backup), str(target), "--keys", str(keys))

    assert done.returncode == 0, done.stderr
    releases = [Store(Instance(each).releases, Instance(each).publications).current() for each in (folder, target)]
    assert releases[0] == releases[1]
    answers = [json.loads(command_line(*asked, instance=each).stdout)["cells"] for each in (folder, target)]
    assert answers[0] == answers[1]
    assert stat.S_IMODE(Instance(target).keys_file.stat().st_mode) == 0o600
    assert stat.S_IMODE(Instance(target).restricted.stat().st_mode) == 0o700


@pytest.mark.usefixtures("undisturbed")
def test_without_its_keys_a_restored_register_answers_nobody(folder: Path, tmp_path: Path) -> None:
    command_line("backup", str(tmp_path / "b.zip"), instance=folder)
    command_line("restore", str(tmp_path / "b.zip"), str(tmp_path / "restored"))

    done = command_line("count", "residents", "--on", "2020-02-29", instance=tmp_path / "restored")

    assert done.returncode == 8
    assert "there is no key for 'records:residents'" in done.stderr

"""The contract of the command line: what each verb prints, with which exit code, and how it says what is wrong."""

from __future__ import annotations

import json
import re
import socket
import subprocess
import zipfile
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from gemeinsinn.cli.main import VERBS, main
from gemeinsinn.sources.formats import FORMATS
from gemeinsinn.sources.reading import Reading
from support.demo import command_line
from support.publishing import County, county_in
from support.shipped import DATA
from support.tiny import CASES, HEAD, SHARE, counts


Done = subprocess.CompletedProcess[str]


@pytest.fixture
def county(tmp_path: Path, clock: Callable[[], datetime]) -> County:
    """A made-up county of five municipalities, not yet refreshed."""
    return county_in(tmp_path / "county", clock)


@pytest.fixture
def ready(county: County) -> County:
    """The county with a published release."""
    county.refresh()
    county.publish()
    return county


def told(county: County, *words: str) -> Done:
    return command_line(*words, instance=county.instance.root)


def document(done: Done) -> Any:
    """The one JSON document of standard output."""
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def refusal(done: Done, code: int) -> str:
    """What standard error says of a refusal with the given exit code; nothing stands on standard output."""
    assert (done.returncode, done.stdout) == (code, "")
    assert "Traceback" not in done.stderr
    return done.stderr


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_explains_itself(verb: str) -> None:
    done = command_line(verb, "--help")

    assert done.returncode == 0
    assert done.stdout.startswith(f"Usage: gemeinsinn {verb}")


def test_the_help_names_every_verb_and_every_exit_code() -> None:
    done = command_line("--help")

    assert all(re.search(rf"^  {verb} ", done.stdout, re.MULTILINE) for verb in VERBS)
    assert all(re.search(rf"\b{code}\s+[a-z]", done.stdout) for code in range(9))


def test_a_misspelt_verb_is_answered_with_the_nearest() -> None:
    assert "Did you mean 'refresh'" in refusal(command_line("refersh"), 2)


def test_an_unknown_option_is_a_question_of_usage() -> None:
    assert "--jsn" in refusal(command_line("areas", "--jsn"), 2)


def test_without_an_instance_the_answer_says_how_to_name_one(tmp_path: Path) -> None:
    for verb in ("refresh", "publish", "areas", "check", "releases"):
        assert "gemeinsinn init" in refusal(command_line(verb, instance=tmp_path / "nowhere"), 8)


def test_the_instance_may_be_named_before_the_verb_and_behind_it(ready: County) -> None:
    folder = str(ready.instance.root)

    before = command_line("--instance", folder, "areas", "--json")
    behind = command_line("areas", "--json", "--instance", folder)

    assert document(before) == document(behind) == document(told(ready, "areas", "--json"))


def test_refresh_tells_of_every_run(county: County) -> None:
    runs = document(told(county, "refresh", "--json"))["runs"]

    assert [run["source"] for run in runs] == ["directory", "counts"]
    assert all(run["rows_in"] == run["rows_accepted"] + run["rows_quarantined"] for run in runs)
    assert list(runs[0]) == [
        "source", "state", "rows_in", "rows_accepted", "rows_quarantined", "findings", "seconds",
    ]  # fmt: skip


def test_refresh_ends_with_4_when_a_source_failed_and_takes_the_others(county: County) -> None:
    county.write("counts.csv", "")

    done = told(county, "refresh", "--json")

    assert done.returncode == 4
    states = {run["source"]: run["state"] for run in json.loads(done.stdout)["runs"]}
    assert (states["directory"], states["counts"]) == ("accepted", "failed")


def test_refresh_ends_with_1_when_a_source_failed_through_a_fault_of_the_program(
    county: County, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken(content: bytes, **options: object) -> Reading:
        raise ValueError(content.decode())

    monkeypatch.setitem(FORMATS, "gv100ad", replace(FORMATS["gv100ad"], read=broken))

    with pytest.raises(SystemExit) as ended:
        main(["refresh", "--json", "--instance", str(county.instance.root)])

    runs = {run["source"]: run for run in json.loads(capsys.readouterr().out)["runs"]}
    assert ended.value.code == 1
    assert (runs["directory"]["state"], runs["counts"]["state"]) == ("failed", "accepted")
    assert "a fault of the program: ValueError" in runs["directory"]["findings"][0]


def test_a_fault_of_the_program_shows_where_it_happened_and_never_what_was_in_the_row(
    county: County, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    row = "Canary, born 1970-01-01"

    def broken(*_: object, **__: object) -> None:
        try:
            {}[row]
        except KeyError as error:
            raise ValueError(row) from error

    monkeypatch.setattr("gemeinsinn.cli.releases.store_of", broken)

    with pytest.raises(SystemExit) as ended:
        main(["releases", "--instance", str(county.instance.root)])

    told_to_all = capsys.readouterr()
    assert ended.value.code == 1
    for word in ("builtins.KeyError", "builtins.ValueError", "cli/releases.py", "a fault of the program"):
        assert word in told_to_all.err
    assert "Canary" not in told_to_all.err + told_to_all.out


def test_publish_tells_what_changed_and_says_so_when_nothing_did(county: County) -> None:
    county.refresh()

    first = document(told(county, "publish", "--json"))
    second = document(told(county, "publish", "--json"))

    assert (first["published"], second["published"]) == (True, False)
    assert second["release"] == first["release"]
    assert list(first["changes"]) == ["new", "revised", "vanished", "hidden"]
    assert first["changes"]["new"] > 0


def test_a_preview_publishes_nothing(ready: County) -> None:
    ready.write("counts.csv", HEAD + counts(CASES | {"01001001": 501}) + counts(CASES, year=2021))
    ready.refresh()
    before = ready.current.hash

    preview = document(told(ready, "publish", "--preview", "--json"))

    assert (preview["published"], preview["previous"]) == (False, before)
    assert preview["changes"]["revised"] > 0
    assert ready.current.hash == before


def test_a_changed_definition_is_published_by_the_next_publish_and_nothing_else(ready: County) -> None:
    ready.write("catalogue/life/cases_share.yaml", SHARE.replace("decimals: 2", "decimals: 1"))

    publication = document(told(ready, "publish", "--json"))

    (before, now), *others = publication["definitions"].values()
    assert list(publication["definitions"]) == ["cases_share"]
    assert (int(now) - int(before), others) == (1, [])
    shown = document(told(ready, "show", "cases_share", "Bedorf", "--json"))
    assert shown["release"] == publication["release"]
    assert shown["observations"][-1]["value"] == 3.3


def test_show_prints_every_number_with_what_it_rests_on(ready: County) -> None:
    shown = document(told(ready, "show", "cases_share", "Astadt", "01001", "--from", "2020", "--json"))

    assert (shown["indicator"], shown["unit"], shown["release"]) == ("cases_share", "percent", ready.current.hash)
    first, *_, last = shown["observations"]
    assert {
        "area", "period", "valid_on", "value", "status", "reason", "lower", "upper", "numerator", "denominator", "source",
        "basis", "converted",
    } <= set(first)  # fmt: skip
    assert (first["area"], first["period"], first["value"]) == ("01001001", "2020", None)
    assert "there are figures for 2021" in first["reason"]
    assert (last["area"], last["period"], last["status"]) == ("01001", "2022", "normal")
    assert last["lower"] < last["value"] < last["upper"]
    assert (last["numerator"], last["denominator"]) == (556, 12_000)
    assert "© Statistikamt" in last["source"]


def test_an_indicator_and_an_area_answer_to_their_names(ready: County) -> None:
    by_name = document(told(ready, "show", "Anteil", "astadt", "--json"))

    assert by_name == document(told(ready, "show", "cases_share", "01001001", "--json"))


@pytest.mark.parametrize("name", ["01001001", "010010001001", "astadt"])
def test_an_area_answers_to_the_same_names_wherever_it_is_asked_for(ready: County, name: str) -> None:
    listed = document(told(ready, "areas", name, "--json"))["areas"]
    shown = document(told(ready, "show", "cases_share", name, "--json"))["observations"]

    assert [area["area"] for area in listed] == ["01001001"]
    assert {each["area"] for each in shown} == {"01001001"}


def test_a_day_before_the_first_edition_is_not_known(ready: County) -> None:
    assert "2023-12-31" in refusal(told(ready, "areas", "--on", "1900-01-01"), 6)


def test_years_that_run_backwards_are_a_question_of_usage(ready: County) -> None:
    assert "--from 2021" in refusal(told(ready, "show", "cases_share", "Astadt", "--from", "2021", "--to", "2011"), 2)


@pytest.mark.parametrize(
    ("words", "answer"),
    [
        (("show", "case_share", "Astadt"), "'cases_share'"),
        (("show", "cases_share", "Asstadt"), "Astadt (01001001)"),
        (("show", "cases_share", "Astadt", "--release", "ffff"), "release"),
        (("areas", "Bedrof"), "Bedorf (01001002)"),
        (("areas", "Nord"), "Verbandsgemeinde Nord (010015001)"),
        (("refresh", "count"), "'counts'"),
    ],
)
def test_an_unknown_name_is_answered_with_the_nearest(ready: County, words: tuple[str, ...], answer: str) -> None:
    assert answer in refusal(told(ready, *words), 2)


def test_an_earlier_release_is_shown_by_the_beginning_of_its_hash(ready: County) -> None:
    earlier = ready.current.hash
    ready.write("counts.csv", HEAD + counts(CASES | {"01001001": 600}) + counts(CASES, year=2021))
    ready.refresh()
    ready.publish()

    then = document(told(ready, "show", "cases_share", "Astadt", "--release", earlier[:8], "--json"))
    now = document(told(ready, "show", "cases_share", "Astadt", "--json"))

    assert (then["release"], now["release"]) == (earlier, ready.current.hash)
    assert (then["observations"][-1]["value"], now["observations"][-1]["value"]) == (5.0, 6.0)


def test_areas_are_listed_with_levels_parents_and_periods(ready: County) -> None:
    listed = document(told(ready, "areas", "Verbandsgemeinde Nord", "--json"))["areas"]

    assert [area["name"] for area in listed] == ["Bedorf", "Cedorf", "Verbandsgemeinde Nord"]
    assert {area["level"] for area in listed} == {"amt", "municipality"}
    assert list(listed[0]) == ["area", "name", "level", "parent", "valid_from", "valid_to"]
    assert [area["name"] for area in document(told(ready, "areas", "--level", "district", "--json"))["areas"]] == [
        "Testkreis"
    ]


@pytest.fixture
def residents(tmp_path: Path) -> str:
    """The path of a published table: residents of municipalities by year."""
    with zipfile.ZipFile(DATA / "regionalstatistik" / "sh_slices.zip") as slices:
        return slices.extract("12411-01-01-5_00.csv", tmp_path)


def test_read_shows_what_is_in_a_file_and_needs_no_instance(residents: str, tmp_path: Path) -> None:
    out = tmp_path / "rows.csv"

    found = document(command_line("read", "regionalstatistik", residents, "--out", str(out), "--json"))

    assert found["rows"] == found["accepted"] + found["quarantined"] > 1000
    assert {"columns", "periods", "levels", "marks", "origin", "problems"} <= set(found)
    assert found["levels"]["municipality"] >= 49
    written = pl.read_csv(out, infer_schema=False)
    assert written.columns[:3] == ["area", "period", "valid_on"]
    assert written.columns[-4:] == ["measure", "unit", "value", "status"]
    assert written.height == found["accepted"]


def test_the_long_table_is_the_same_as_csv_and_as_parquet(residents: str, tmp_path: Path) -> None:
    for name in ("rows.csv", "rows.parquet"):
        command_line("read", "regionalstatistik", residents, "--out", str(tmp_path / name))

    text = pl.read_csv(tmp_path / "rows.csv", infer_schema=False)
    table = pl.read_parquet(tmp_path / "rows.parquet")

    assert text.columns == table.columns
    assert text["area"].to_list() == table["area"].to_list()
    assert text["value"].cast(pl.Float64).to_list() == table["value"].to_list()


def test_a_file_that_is_none_of_the_format_is_refused_with_a_remedy(tmp_path: Path) -> None:
    file = tmp_path / "letter.csv"
    file.write_text("Sehr geehrte Damen und Herren;\n", encoding="utf-8")

    message = refusal(command_line("read", "regionalstatistik", str(file)), 4)

    assert "letter.csv" in message
    assert len(message.strip().splitlines()) == 1


def test_a_file_that_is_not_there_is_a_question_of_its_name(tmp_path: Path) -> None:
    message = refusal(command_line("read", "regionalstatistik", str(tmp_path / "nothing.csv")), 4)

    assert "nothing.csv: the file is not there. Check the name of the file." in message
    assert "sources.yaml" not in message


def test_an_unknown_format_is_answered_with_the_nearest(tmp_path: Path) -> None:
    assert "'gv-isys'" in refusal(command_line("read", "gv_isys", str(tmp_path)), 2)


def test_check_finds_all_mistakes_at_once_with_file_and_line(ready: County) -> None:
    ready.write("catalogue/life/cases_share.yaml", SHARE.replace("percent", "procent").replace("life", "live"))
    ready.write("policy.yaml", "policies: {published: {contains: everything, audience: public, reason: x}}\n")

    message = refusal(told(ready, "check"), 3)

    assert "cases_share.yaml:" in message
    assert "'percent'" in message
    assert "'life'" in message
    assert "policy.yaml" in message


def test_check_counts_what_it_checked(ready: County) -> None:
    assert document(told(ready, "check", "--json"))["indicators"] == 2


def test_check_notes_that_the_imprint_would_name_nobody(ready: County) -> None:
    settings = (ready.instance.root / "gemeinsinn.toml").read_text()

    without = document(told(ready, "check", "--json"))["notes"]
    ready.write("gemeinsinn.toml", settings.replace("[areas]", 'operator_de = "Amt"\ncontact = "amt@example"\n[areas]'))
    named = document(told(ready, "check", "--json"))["notes"]

    assert [note for note in without if "operator_de and contact" in note and "imprint" in note]
    assert named == [note for note in without if "imprint" not in note]


def test_a_source_that_may_not_leave_is_a_question_of_disclosure(ready: County) -> None:
    ready.write("policy.yaml", "policies: {}\n")

    message = refusal(told(ready, "publish"), 5)

    assert "counts" in message


def test_a_wrong_setting_is_named_with_its_nearest(ready: County) -> None:
    settings = ready.instance.root / "gemeinsinn.toml"
    settings.write_text(settings.read_text().replace("headline", "headlines"))

    for verb in ("check", "publish", "serve"):
        assert "'headline'" in refusal(told(ready, verb), 8)


def test_releases_are_listed_and_one_can_go_back_with_a_reason(ready: County) -> None:
    first = ready.current.hash
    ready.write("counts.csv", HEAD + counts(CASES | {"01001001": 600}) + counts(CASES, year=2021))
    ready.refresh()
    ready.publish()

    assert "--reason" in refusal(told(ready, "releases", "--roll-back", first[:8]), 2)
    listed = document(told(ready, "releases", "--roll-back", first[:8], "--reason", "wrong delivery", "--json"))

    assert listed["current"] == first == ready.current.hash
    assert [each["current"] for each in listed["releases"]].count(True) == 1
    assert len(listed["releases"]) == 2


def test_a_backup_restores_the_whole_instance(ready: County, tmp_path: Path) -> None:
    file, folder = tmp_path / "backup.zip", tmp_path / "restored"

    backup = document(told(ready, "backup", str(file), "--json"))
    restored = document(command_line("restore", str(file), str(folder), "--json"))

    assert restored == {**backup, "bytes": restored["bytes"]}
    again = document(command_line("show", "cases_share", "Astadt", "--json", instance=folder))
    assert again == document(told(ready, "show", "cases_share", "Astadt", "--json"))
    assert document(command_line("publish", "--json", instance=folder))["published"] is False


def test_a_damaged_backup_restores_nothing(ready: County, tmp_path: Path) -> None:
    file, folder = tmp_path / "backup.zip", tmp_path / "restored"
    told(ready, "backup", str(file))
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 0xFF
    file.write_bytes(content)

    refusal(command_line("restore", str(file), str(folder)), 8)

    assert not folder.exists()


def test_a_restore_overwrites_nothing(ready: County, tmp_path: Path) -> None:
    file = tmp_path / "backup.zip"
    told(ready, "backup", str(file))

    message = refusal(command_line("restore", str(file), str(ready.instance.root)), 8)

    assert str(ready.instance.root) in message


def test_a_new_instance_checks_and_says_what_comes_next(tmp_path: Path) -> None:
    folder = tmp_path / "new"

    made = command_line("init", str(folder), "--name", "Sozialatlas Musterkreis", "--home", "01001")

    assert made.returncode == 0
    assert "sources.yaml" in made.stderr
    assert {path.name for path in folder.iterdir()} >= {"gemeinsinn.toml", "sources.yaml", "policy.yaml", "catalogue"}
    assert str(folder) in refusal(command_line("init", str(folder)), 8)


def test_a_served_port_that_is_taken_is_said_before_anything_is_done(county: County) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        message = refusal(told(county, "serve", "--port", str(taken.getsockname()[1])), 8)

    assert "--port" in message
    assert not county.instance.database.exists()


def test_a_second_run_of_the_demo_repeats_nothing(demo: Path) -> None:
    def state() -> dict[str, int]:
        folders = (demo / "var" / "lake", demo / "var" / "releases")
        files = [path for folder in folders for path in folder.rglob("*") if path.is_file()]
        return {str(path): path.stat().st_mtime_ns for path in files if path.parent.name != "runs"}

    before = state()

    done = command_line("demo", "--dir", str(demo), "--residents", "0", "--no-serve")

    assert done.returncode == 0
    assert state() == before
    assert "106 sources, 106 unchanged." in done.stderr

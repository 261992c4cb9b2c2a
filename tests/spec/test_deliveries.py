"""Deliveries: what a refresh does with a file that is new, the same, corrected, cut short, refused or not there."""

from __future__ import annotations

import gzip
import re
from dataclasses import replace

import pytest

from gemeinsinn.errors import SettingsError, UnknownNameError
from gemeinsinn.lake.runs import Run, RunState
from gemeinsinn.lake.store import Lake
from gemeinsinn.pipeline.refresh import refreshed
from gemeinsinn.sources.formats import FORMATS
from gemeinsinn.sources.reading import Reading
from support.lake import believed, quarantine
from support.publishing import County, keyed
from support.tiny import ASTADT, BEDORF, CEDORF, POLICY, SOURCES


FIRST = """
    area    year  cases  people
    Astadt  2022    490    9900
    Bedorf  2022     29     890
    Astadt  2023    500   10000
    Bedorf  2023     30     900
    Cedorf  2023     20     600
"""


def take_in(county: County, table: str) -> Run:
    """Deliver a file of counts and take it in; its run."""
    county.write("counts.csv", keyed(table))
    return county.refresh()["counts"]


def commits(county: County) -> int:
    return Lake(county.instance.lake).manifests.latest().number


def test_a_first_delivery_is_added_as_a_whole(county: County) -> None:
    run = take_in(county, FIRST)

    assert (run.state, run.added, run.changed, run.closed) == (RunState.ACCEPTED, 10, 0, 0)
    assert believed(county.instance)[ASTADT, "2023"] == 500


def test_running_twice_adds_nothing(county: County) -> None:
    take_in(county, FIRST)
    before = commits(county)

    again = county.refresh()

    assert {run.state for run in again.values()} == {RunState.UNCHANGED}
    assert commits(county) == before


def test_the_same_rows_in_another_order_change_nothing(county: County) -> None:
    take_in(county, FIRST)
    head, *rows = FIRST.strip().splitlines()

    run = take_in(county, "\n".join([head, *reversed(rows)]))

    assert (run.added, run.changed, run.closed) == (0, 0, 0)


def test_a_corrected_number_changes_one_row_and_no_other(county: County) -> None:
    take_in(county, FIRST)

    run = take_in(county, FIRST.replace("    30     900", "    35     900"))

    assert (run.added, run.changed, run.closed) == (0, 1, 0)
    assert believed(county.instance)[BEDORF, "2023"] == 35


def test_a_new_year_is_added_to_the_years_before(county: County) -> None:
    take_in(county, FIRST)

    run = take_in(county, FIRST + "Astadt 2024 510 10100\n")

    assert (run.added, run.changed, run.closed) == (2, 0, 0)


def test_a_row_that_a_whole_delivery_no_longer_holds_is_no_longer_believed(county: County) -> None:
    take_in(county, FIRST)

    run = take_in(county, FIRST.replace("Cedorf  2023     20     600", ""))

    assert (run.added, run.changed, run.closed) == (0, 0, 2)
    assert (CEDORF, "2023") not in believed(county.instance)


def test_a_delivery_that_is_declared_as_partial_closes_nothing(county: County) -> None:
    county.write("sources.yaml", SOURCES.replace("location: counts.csv", "location: counts.csv\n    partial: true"))
    take_in(county, FIRST)

    run = take_in(county, "area year cases people\nAstadt 2024 510 10100")

    assert (run.added, run.changed, run.closed) == (2, 0, 0)
    assert believed(county.instance)[CEDORF, "2023"] == 20


def test_a_delivery_that_is_cut_short_leaves_the_table_of_yesterday(county: County) -> None:
    take_in(county, FIRST)
    before = believed(county.instance)

    run = take_in(county, "area year cases people\nAstadt 2022 490 9900\nBedorf 2022 29 890")

    assert run.state is RunState.FAILED
    assert "the delivery holds 4 rows, the last one held 10; it looks cut short" in run.findings[0]
    assert "may_shrink" in run.findings[0]
    assert believed(county.instance) == before


def test_a_delivery_may_lack_a_fifth_of_its_rows_and_not_more(county: County) -> None:
    take_in(county, FIRST)

    a_fifth = take_in(county, FIRST.replace("Cedorf  2023     20     600", ""))
    more = take_in(county, "area year cases people\nAstadt 2023 500 10000\nBedorf 2023 30 900\nCedorf 2023 . 6")

    assert (a_fifth.state, more.state) == (RunState.ACCEPTED, RunState.FAILED)


def test_how_much_a_delivery_may_lack_can_be_declared(county: County) -> None:
    county.write("sources.yaml", SOURCES.replace("location: counts.csv", "location: counts.csv\n    may_shrink: 1"))
    take_in(county, FIRST)

    run = take_in(county, "area year cases people\nAstadt 2023 500 10000")

    assert (run.state, run.closed) == (RunState.ACCEPTED, 8)


def test_a_packed_file_that_was_cut_on_its_way_leaves_the_table_of_yesterday(county: County) -> None:
    county.write("sources.yaml", SOURCES.replace("location: counts.csv", "location: counts.csv.gz"))
    packed = gzip.compress(keyed(FIRST).encode())
    place = county.instance.root / "counts.csv.gz"
    place.write_bytes(packed)
    first = county.refresh()["counts"]
    before = believed(county.instance)

    place.write_bytes(packed[: len(packed) // 2])
    run = county.refresh()["counts"]

    assert (first.state, run.state) == (RunState.ACCEPTED, RunState.FAILED)
    assert run.findings == ("counts.csv.gz: the packed file is damaged or cut short. Fetch it again.",)
    assert believed(county.instance) == before


def test_a_file_that_does_not_come_is_not_an_empty_one(county: County) -> None:
    take_in(county, FIRST)
    (county.instance.root / "counts.csv").unlink()

    run = county.refresh()["counts"]

    assert run.state is RunState.FAILED
    assert "not the same as empty" in run.findings[0]
    assert believed(county.instance)[ASTADT, "2023"] == 500


def test_a_file_without_any_known_area_is_refused_and_leaves_the_table_of_yesterday(county: County) -> None:
    take_in(county, FIRST)
    county.write("counts.csv", "key;year;cases;people\nNordkreis;2023;500;10000\nSüdkreis;2023;30;900\n")

    run = county.refresh()["counts"]

    assert run.findings == ("counts: none of its 4 cells was accepted (row 2: unknown_key). Is it the right file?",)
    assert believed(county.instance)[ASTADT, "2023"] == 500


def test_a_file_whose_cells_all_do_not_read_is_refused(county: County) -> None:
    county.write("counts.csv", f"key;year;cases;people\n{ASTADT};2023;k.A.;k.A.\n{BEDORF};2023;k.A.;k.A.\n")

    run = county.refresh()["counts"]

    assert run.state is RunState.FAILED
    assert "none of its 4 cells was accepted (row 2: unreadable" in run.findings[0]


def test_a_source_that_fails_never_stops_the_others(county: County) -> None:
    county.write("directory.txt", "this is no directory")
    county.write("counts.csv", keyed(FIRST))

    runs = county.refresh()

    assert {source: run.state for source, run in runs.items()} == {
        "directory": RunState.FAILED,
        "counts": RunState.ACCEPTED,
    }


def test_a_source_without_a_policy_is_not_read(county: County) -> None:
    county.write("policy.yaml", POLICY.replace("origins: [office]", "sources: [directory]"))

    run = county.refresh()["counts"]

    assert (run.state, run.rows_in, run.digests) == (RunState.FAILED, 0, ())
    assert "no policy covers the source 'counts'" in run.findings[0]
    assert "policy.yaml" in run.findings[0]


def test_a_changed_declaration_is_read_anew_though_the_file_is_the_same(county: County) -> None:
    take_in(county, FIRST.replace("    20     600", "     -     600"))
    zeros = '    zero_signs: ["-"]\n    evidence: {de: erfunden, en: invented}\n    mapping:'
    county.write("sources.yaml", SOURCES.replace("    mapping:", zeros))

    run = county.refresh()["counts"]

    assert (run.state, run.changed) == (RunState.ACCEPTED, 1)
    assert believed(county.instance)[CEDORF, "2023"] == 0


def test_rows_in_are_rows_accepted_and_rows_in_quarantine(county: County) -> None:
    run = take_in(county, FIRST + "Dedorf 2023 viele 300\n")

    assert (run.rows_in, run.rows_accepted, run.rows_quarantined) == (12, 11, 1)
    assert quarantine(county.instance) == [
        (7, "3", "unreadable: the cell is neither a number nor a known sign.", "viele")
    ]


def test_a_delivery_that_comes_again_stands_in_quarantine_once(county: County) -> None:
    dirty, clean = FIRST + "Dedorf 2023 viele 300\n", FIRST + "Dedorf 2023 6 300\n"

    for table in (dirty, clean, dirty):
        take_in(county, table)

    assert [raw for _, _, _, raw in quarantine(county.instance)] == ["viele"]


def test_several_files_of_one_source_are_one_table(county: County) -> None:
    county.write("sources.yaml", SOURCES.replace("location: counts.csv", "location: counts_*.csv"))
    county.write("counts_2022.csv", keyed("area year cases people\nAstadt 2022 490 9900"))
    county.write("counts_2023.csv", keyed("area year cases people\nAstadt 2023 500 10000"))

    run = county.refresh()["counts"]

    assert (run.rows_in, len(run.digests)) == (4, 2)
    assert believed(county.instance) == {(ASTADT, "2022"): 490, (ASTADT, "2023"): 500}


def test_if_one_of_several_files_is_refused_none_is_taken(county: County) -> None:
    county.write("sources.yaml", SOURCES.replace("location: counts.csv", "location: counts_*.csv"))
    county.write("counts_2022.csv", keyed("area year cases people\nAstadt 2022 490 9900"))
    county.write("counts_2023.csv", "something else altogether\n")

    run = county.refresh()["counts"]

    assert run.state is RunState.FAILED
    assert "official/counts" not in Lake(county.instance.lake).manifests.latest().tables


def break_the_reader(monkeypatch: pytest.MonkeyPatch, format: str) -> None:
    """Let a reader fail as a fault of the program does: with a message that holds what it was reading."""

    def broken(content: bytes, **options: object) -> Reading:
        raise KeyError(content.decode())

    monkeypatch.setitem(FORMATS, format, replace(FORMATS[format], read=broken))


def test_a_fault_of_the_program_in_one_source_leaves_the_others_their_data(
    county: County, monkeypatch: pytest.MonkeyPatch
) -> None:
    break_the_reader(monkeypatch, "gv100ad")

    runs = county.refresh()

    assert {name: run.state for name, run in runs.items()} == {
        "directory": RunState.FAILED,
        "counts": RunState.ACCEPTED,
    }
    assert [run.state for run in Lake(county.instance.lake).ledger.runs(source="directory")] == [RunState.FAILED]


def test_a_fault_of_the_program_is_named_by_type_and_place_and_never_by_its_message(
    county: County, monkeypatch: pytest.MonkeyPatch
) -> None:
    break_the_reader(monkeypatch, "gv100ad")

    run = county.refresh()["directory"]

    assert run.is_our_fault
    assert re.search(r"a fault of the program: KeyError in gemeinsinn\.[a-z_.]+:\d+\.", run.findings[0])
    assert "Astadt" not in "".join(run.findings)


def test_a_refused_delivery_is_no_fault_of_the_program(county: County) -> None:
    county.write("counts.csv", "")

    run = county.refresh()["counts"]

    assert (run.state, run.is_our_fault) == (RunState.FAILED, False)


def test_only_the_named_sources_are_taken_in(county: County) -> None:
    runs = refreshed(county.instance, ["counts"], clock=county.clock)

    assert [run.source for run in runs] == ["counts"]


def test_a_misspelt_source_is_answered_with_the_nearest_one(county: County) -> None:
    with pytest.raises(UnknownNameError, match=r"there is no source 'count'\. Did you mean 'counts'\?"):
        refreshed(county.instance, ["count"], clock=county.clock)


def test_areas_written_by_name_are_found_because_directories_are_taken_in_first(county: County) -> None:
    origins, _, sources = SOURCES.partition("sources:\n")
    directory, _, counts = sources.replace("{column: key}", "{column: key, by: name}").partition("  counts:\n")
    county.write("sources.yaml", f"{origins}sources:\n  counts:\n{counts}{directory}")
    county.write("counts.csv", "key;year;cases;people\nASTADT;2023;500;10000\nNirgendwo;2023;1;10\n")

    runs = county.refresh()

    assert list(runs) == ["directory", "counts"]
    assert believed(county.instance) == {(ASTADT, "2023"): 500}
    assert [(row, rule, raw) for row, _, rule, raw in quarantine(county.instance)] == [
        (3, "unknown_key", "Nirgendwo"),
        (3, "unknown_key", "Nirgendwo"),
    ]


def test_a_number_of_an_area_that_nobody_knows_is_taken_and_remarked_upon(county: County) -> None:
    county.write("counts.csv", keyed(FIRST) + "01001099;2023;5;50\n")

    run = county.refresh()["counts"]

    assert run.rows_quarantined == 0
    assert run.findings == ("1 areas with values are not in the edition of 31.12.2023: 01001099.",)


def test_a_second_run_at_the_same_time_is_refused_with_a_message(county: County) -> None:
    with (
        Lake(county.instance.lake).writing(county.clock()),
        pytest.raises(SettingsError, match=r"another run is writing to the lake\. Wait until it has finished"),
    ):
        county.refresh()


def test_the_journal_is_told_of_every_source(county: County) -> None:
    heard: list[tuple[str, int, int]] = []

    refreshed(
        county.instance, clock=county.clock, journal=lambda run, number, of: heard.append((run.source, number, of))
    )

    assert heard == [("directory", 1, 2), ("counts", 2, 2)]


def test_every_run_is_in_the_ledger_with_its_beginning_and_its_end(county: County) -> None:
    county.refresh()

    runs = Lake(county.instance.lake).ledger.runs(source="counts")

    assert [run.state for run in runs] == [RunState.ACCEPTED]
    assert runs[0].seconds > 0
    assert runs[0].commit == commits(county)


def test_the_bytes_of_a_delivery_are_kept_as_they_came(county: County) -> None:
    run = take_in(county, FIRST)

    kept = Lake(county.instance.lake).landing.content(run.digests[0])

    assert kept == keyed(FIRST).encode()


def test_the_bytes_of_a_refused_delivery_are_kept_too(county: County) -> None:
    county.write("counts.csv", "something else altogether\n")

    run = county.refresh()["counts"]

    assert run.state is RunState.FAILED
    assert Lake(county.instance.lake).landing.content(run.digests[0]) == b"something else altogether\n"


def test_a_failed_delivery_that_comes_again_is_tried_again(county: County) -> None:
    county.write("counts.csv", "something else altogether\n")
    first = county.refresh()["counts"]

    second = county.refresh()["counts"]

    assert (first.state, second.state) == (RunState.FAILED, RunState.FAILED)

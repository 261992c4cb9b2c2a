"""Quarantine: rejected cells by delivery; one that comes again stands in it once."""

from __future__ import annotations

from gemeinsinn.lake.quarantine import SCHEMA, Rejected, with_rejected


FIRST = [Rejected(2, "3", "unreadable: no number", "1O"), Rejected(5, "", "doubled_row", "")]


def test_every_rejected_cell_is_kept_with_its_place_rule_and_run() -> None:
    table = with_rejected(None, FIRST, digest="d1", run="r1")

    assert table.rows() == [
        ("d1", "r1", 2, "3", "unreadable: no number", "1O"),
        ("d1", "r1", 5, "", "doubled_row", ""),
    ]


def test_a_delivery_that_comes_again_replaces_what_it_left() -> None:
    table = with_rejected(None, FIRST, digest="d1", run="r1")

    again = with_rejected(table, FIRST[:1], digest="d1", run="r2")

    assert again.select("run_id", "row").rows() == [("r2", 2)]


def test_another_delivery_is_added() -> None:
    table = with_rejected(None, FIRST, digest="d1", run="r1")

    assert with_rejected(table, FIRST, digest="d2", run="r2").height == 4


def test_a_delivery_without_fault_takes_nothing_of_others_away() -> None:
    table = with_rejected(None, FIRST, digest="d1", run="r1")

    assert with_rejected(table, [], digest="d2", run="r2").equals(table)


def test_an_empty_quarantine_has_its_columns() -> None:
    assert dict(with_rejected(None, [], digest="d1", run="r1").schema) == SCHEMA

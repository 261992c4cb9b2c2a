"""How sources and registers stand: the last run of each, beside those of all others."""

from __future__ import annotations

from pathlib import Path

from gemeinsinn.lake.runs import Run, RunState
from gemeinsinn.lake.standing import REGISTERS, SOURCES, Stand, Standing, stand_of_register


def test_the_last_run_of_each_stands_beside_those_of_all_others(tmp_path: Path) -> None:
    standing = Standing(tmp_path)
    births, deaths = (Stand(name, "accepted", "2026-01-05", "2026-01-05", 9, 8, 1) for name in ("births", "deaths"))
    standing.record(SOURCES, [births, deaths])
    failed = Stand("deaths", "failed", "2026-01-06", "2026-01-05")

    standing.record(SOURCES, [failed])

    assert standing.of(SOURCES) == {"births": births, "deaths": failed}
    assert standing.of(REGISTERS) == {}


def test_nothing_is_written_if_nothing_changed(tmp_path: Path) -> None:
    standing = Standing(tmp_path)
    births = Stand("births", "unchanged", "2026-01-05", "2026-01-05")
    standing.record(SOURCES, [births])
    before = (tmp_path / "sources.json").stat().st_ino

    standing.record(SOURCES, [births])

    assert (tmp_path / "sources.json").stat().st_ino == before


def test_how_many_rows_a_register_has_is_told_to_nobody() -> None:
    run = Run("r1", "residents", RunState.ACCEPTED, "2026-01-05", "2026-01-05", rows_in=320_000, rows_accepted=319_000)

    stand = stand_of_register(run, {})

    assert (stand.rows_in, stand.rows_accepted, stand.rows_quarantined) == (None, None, None)
    assert (stand.state, stand.findings) == ("accepted", 0)

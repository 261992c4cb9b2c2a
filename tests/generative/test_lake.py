"""The lake against a model in plain Python: whatever comes in whatever order, the past never changes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import polars as pl
from hypothesis import given, settings, strategies as st

from gemeinsinn.lake import history
from gemeinsinn.lake.manifest import Pin
from gemeinsinn.lake.runs import RunState
from gemeinsinn.lake.store import Lake
from gemeinsinn.pipeline.refresh import refreshed
from support.lake import believed
from support.tiny import HEAD, MUNICIPALITIES, SOURCES, tiny_instance


Coordinate = tuple[str, str, str]
"""Area, period, sex."""
Believed = Mapping[Coordinate, tuple[float | None, str]]
AREAS, PERIODS, SEXES = ("a", "b", "c"), ("2020", "2021"), ("total", "female")
CELLS = st.one_of(
    st.integers(0, 3).map(lambda number: (float(number), "normal")),
    st.sampled_from([(None, "source-confidential"), (None, "source-nothing"), (1.0, "weak")]),
)
DELIVERIES = st.dictionaries(st.tuples(*map(st.sampled_from, (AREAS, PERIODS, SEXES))), CELLS, min_size=1, max_size=6)
SEQUENCES = st.lists(st.tuples(DELIVERIES, st.booleans()), min_size=1, max_size=5)
"""Deliveries with whether each is partial."""
START = datetime(2026, 1, 1, tzinfo=UTC)


def frame(delivery: Believed) -> pl.DataFrame:
    """A delivery as a reader hands it over; one that tells no sexes apart has no column for them."""
    rows = [(*coordinate, *cell) for coordinate, cell in delivery.items()]
    schema = dict.fromkeys(("area", "period", "sex"), pl.String) | {"value": pl.Float64, "status": pl.String}
    table = pl.DataFrame(rows, schema=schema, orient="row")
    return table.drop("sex") if set(table["sex"]) == {"total"} else table


def beliefs(table: pl.DataFrame) -> Believed:
    if "sex" not in table.columns:
        table = table.with_columns(sex=pl.lit("total"))
    rows = table.select("area", "period", "sex", "value", "status").rows()
    assert len({row[:3] for row in rows}) == len(rows), "one cell is believed twice"
    return {(area, period, sex): (value, status) for area, period, sex, value, status in rows}


def expected(deliveries: Sequence[tuple[Believed, bool]]) -> Sequence[Believed]:
    """What is believed after each delivery: a whole one replaces everything, a partial one what it holds."""
    states: list[Believed] = []
    for delivery, partial in deliveries:
        states.append({**states[-1], **delivery} if partial and states else delivery)
    return states


@given(SEQUENCES)
def test_what_was_believed_after_any_delivery_is_what_a_plain_model_believes(
    deliveries: Sequence[tuple[Believed, bool]],
) -> None:
    table = None
    for commit, (delivery, partial) in enumerate(deliveries, start=1):
        table = history.merged(table, frame(delivery), commit=commit, run=f"r{commit}", partial=partial).table

    assert table is not None
    known = [beliefs(history.as_known(table, commit)) for commit in range(1, len(deliveries) + 1)]
    assert known == expected(deliveries)


@given(SEQUENCES, DELIVERIES, st.booleans())
def test_the_same_delivery_twice_changes_nothing_the_second_time(
    deliveries: Sequence[tuple[Believed, bool]], last: Believed, partial: bool
) -> None:
    table = None
    for commit, (delivery, is_partial) in enumerate([*deliveries, (last, partial)], start=1):
        table = history.merged(table, frame(delivery), commit=commit, run="r", partial=is_partial).table

    again = history.merged(table, frame(last), commit=99, run="again", partial=partial)

    assert (again.added, again.changed, again.closed) == (0, 0, 0)
    assert "again" not in set(again.table["run_id"])


@given(SEQUENCES)
def test_the_numbers_of_a_run_tell_how_many_facts_there_are_now(deliveries: Sequence[tuple[Believed, bool]]) -> None:
    table, height = None, 0
    for commit, (delivery, partial) in enumerate(deliveries, start=1):
        merge = history.merged(table, frame(delivery), commit=commit, run="r", partial=partial)
        table, height = merge.table, height + merge.added - merge.closed

        assert history.as_known(table, commit).height == height


@given(st.lists(DELIVERIES, min_size=1, max_size=4))
@settings(max_examples=25)
def test_every_commit_on_the_disk_can_be_read_as_it_was(deliveries: Sequence[Believed]) -> None:
    with TemporaryDirectory() as folder:
        lake, name = Lake(Path(folder)), "official/counts"
        for number, delivery in enumerate(deliveries, start=1):
            with lake.writing(START):
                before = lake.manifests.latest()
                table = lake.read(name, before) if name in before.tables else None
                merge = history.merged(table, frame(delivery), commit=number, run="r")
                pin = Pin(lake.tables.write(name, merge.table), merge.table.height, "", "counts", "", "", "r")
                lake.commit({name: pin}, at=START + timedelta(days=number))

        known = [
            beliefs(lake.believed(name, lake.manifests.known_on(START + timedelta(days=number))))
            for number in range(1, len(deliveries) + 1)
        ]

    assert known == list(deliveries)


COUNTS = st.one_of(st.integers(0, 99).map(str), st.sampled_from([".", "-", "/", "keine", "1,5"]))
FILES = st.dictionaries(
    st.tuples(st.sampled_from(MUNICIPALITIES), st.sampled_from(["2021", "2022"])), COUNTS, min_size=1
)
SIGNS = {".": "source-confidential", "-": "source-nothing", "/": "source-unreliable"}


def accepted(file: Mapping[tuple[str, str], str]) -> dict[tuple[str, str], float | str]:
    """The numbers and signs of a file; what is neither is not believed."""
    return {
        place: SIGNS[text] if text in SIGNS else float(text)
        for place, text in file.items()
        if text in SIGNS or text.isdigit()
    }


@given(st.lists(FILES, min_size=1, max_size=3))
@settings(max_examples=15)
def test_the_county_believes_what_its_files_say_from_their_bytes_to_its_lake(
    files: Sequence[Mapping[tuple[str, str], str]],
) -> None:
    ticks = iter(range(10_000))
    sources = SOURCES.replace("    location: counts.csv\n", "    location: counts.csv\n    may_shrink: 1\n")
    with TemporaryDirectory() as folder:
        for file in files:
            lines = [f"{area};{year};{text};100\n" for (area, year), text in file.items()]
            instance = tiny_instance(Path(folder), files={"counts.csv": HEAD + "".join(lines), "sources.yaml": sources})

            runs = refreshed(instance, clock=lambda: START + timedelta(seconds=next(ticks)))

            run = next(run for run in runs if run.source == "counts")
            assert believed(instance) == accepted(file)
            if run.state is RunState.ACCEPTED:
                assert run.rows_in == run.rows_accepted + run.rows_quarantined == 2 * len(file)
                assert run.rows_quarantined == len(file) - len(accepted(file))

"""Cell keys for tables from files: the same people, the same number; and what has no keys is not published."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from gemeinsinn.errors import GemeinsinnError
from gemeinsinn.pipeline.tables import deviating
from gemeinsinn.pipeline.tables.deviating import deviated, read_secret
from gemeinsinn.protect.tables.policy import Method, TablePolicy
from support.messages import unprovoked
from support.tables import SMALL, read


POLICY = TablePolicy(method=Method.CELL_KEY)
SECRET = bytes(range(32))


def shown(folder: Path, text: str, secret: bytes = SECRET) -> dict[tuple[str, ...], float]:
    whole = read(folder, text)
    numbers = deviated(whole, POLICY, secret)
    return {whole.model.labels.of(cell): float(numbers[cell]) for cell in range(whole.model.cells)}


def test_no_small_count_is_shown_no_zero_changes_and_no_number_is_off_by_more_than_the_design(tmp_path: Path) -> None:
    rng = np.random.default_rng(1)
    text = "area,sex,count\n" + "".join(f"{area},{sex},{rng.integers(0, 12)}\n" for area in range(300) for sex in "mw")
    whole = read(tmp_path, text)

    numbers = deviated(whole, POLICY, SECRET)

    assert not np.isin(numbers, [1, 2]).any()
    assert (numbers[whole.model.values == 0] == 0).all()
    assert np.abs(numbers - whole.model.values).max() == POLICY.max_deviation


def test_the_same_cell_is_the_same_number_whatever_else_is_in_the_table(tmp_path: Path) -> None:
    """Women of area 3 alone, their row, and the whole table: one number, though rows and totals moved."""
    whole = shown(tmp_path, SMALL)
    other_order = shown(tmp_path, "area,sex,count\n" + "".join(reversed(SMALL.splitlines(keepends=True)[1:])))

    assert {cell: other_order[cell] for cell in whole} == whole


def test_a_total_with_one_part_that_is_not_empty_is_as_this_part(tmp_path: Path) -> None:
    """Seen to fail when a key was dealt to empty cells as well: nobody adds nothing."""
    rows = "".join(f"{area},m,7\n{area},w,0\n" for area in range(50))

    numbers = shown(tmp_path, "area,sex,count\n" + rows)

    assert all(numbers[str(area), "m"] == numbers[str(area), "Total"] for area in range(50))
    assert len({numbers[str(area), "m"] for area in range(50)}) > 1


def test_another_count_or_another_secret_deviates_anew(tmp_path: Path) -> None:
    many = "area,count\n" + "".join(f"{area},50\n" for area in range(100))

    first, second = shown(tmp_path, many), shown(tmp_path, many, SECRET[::-1])
    one_more = shown(tmp_path, many.replace(",50", ",51"))

    assert first != second
    assert [first[str(area),] + 1 for area in range(100)] != [one_more[str(area),] for area in range(100)]


def test_keys_of_records_make_the_number_wherever_the_people_are_counted(tmp_path: Path) -> None:
    one = "area,count,cell_key\n1,7,65000\n2,9,1000\nTotal,16,464\n"
    other = "sex,count,cell_key\nm,4,60000\nw,3,5000\n"

    assert shown(tmp_path, one)["1",] == shown(tmp_path, other)["Total",]


def test_totals_of_keys_that_are_left_out_are_added_up(tmp_path: Path) -> None:
    given = "area,count,cell_key\n1,7,65000\n2,9,1000\nTotal,16,464\n"

    assert shown(tmp_path, given.replace("Total,16,464\n", "")) == shown(tmp_path, given)


def test_sums_have_no_cell_keys(tmp_path: Path) -> None:
    with pytest.raises(GemeinsinnError, match="`method: cell_key` is made for counts, and this is a table of sums"):
        shown(tmp_path, "area,value,units\n1,5,4\n")


def test_without_keys_and_without_a_secret_nothing_leaves(tmp_path: Path) -> None:
    with pytest.raises(GemeinsinnError, match="there are neither cell keys in the table nor a secret") as told:
        shown(tmp_path, SMALL, b"")

    assert told.value.exit_code == 5


def test_linked_tables_need_the_keys_of_records(tmp_path: Path) -> None:
    text = "area,age,sex,count\n1,y,Total,5\n1,o,Total,6\n1,Total,m,4\n1,Total,w,7\n"

    with pytest.raises(GemeinsinnError, match="the smallest cells of linked tables are in none of them"):
        shown(tmp_path, text)


def test_a_model_that_does_not_know_its_smallest_cells_is_dealt_no_keys(tmp_path: Path) -> None:
    whole = read(tmp_path, SMALL)

    with pytest.raises(GemeinsinnError, match="the smallest cells are not known"):
        deviated(replace(whole, model=replace(whole.model, base=None)), POLICY, SECRET)


def test_a_secret_is_long_enough_and_there(tmp_path: Path) -> None:
    (tmp_path / "short.key").write_bytes(b"1234")
    (tmp_path / "long.key").write_bytes(SECRET)

    assert (read_secret(None), read_secret(tmp_path / "long.key")) == (b"", SECRET)
    for name, words in {"short.key": "a secret has at least 16 bytes", "none.key": "there is no file"}.items():
        with pytest.raises(GemeinsinnError, match=words) as told:
            read_secret(tmp_path / name)
        assert told.value.exit_code == 8


def test_every_message_is_provoked_here() -> None:
    messages = ["there is no file x.", "a secret has at least 16 bytes.", "the smallest cells are not known."]
    messages += [
        "`method: cell_key` is made for counts, and this is a table of sums.",
        "the smallest cells of linked tables are in none of them, so no keys can be dealt to them.",
    ]
    messages += ["there are neither cell keys in the table nor a secret to deal them."]

    assert unprovoked(deviating, messages) == []

"""Writing a protected table: the input's columns and rows, states, and no number that is hidden, not even another one's."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from gemeinsinn.pipeline.tables.writing import Outcome, protected_csv
from gemeinsinn.protect.tables.pattern import FREE, PRIMARY, SECONDARY
from gemeinsinn.protect.tables.policy import TablePolicy
from support.tables import SMALL, read


def written(folder: Path, text: str, hidden: dict[tuple[str, ...], int], policy: TablePolicy | None = None) -> str:
    whole = read(folder, text, policy)
    states = [hidden.get(whole.model.labels.of(cell), FREE) for cell in range(whole.model.cells)]
    return protected_csv(whole, Outcome(np.array(states, dtype=np.uint8))).decode()


def test_rows_stay_in_their_order_and_totals_that_were_left_out_follow(tmp_path: Path) -> None:
    hidden = {("1", "m"): PRIMARY, ("1", "w"): SECONDARY, ("2", "m"): SECONDARY, ("2", "w"): SECONDARY}

    assert written(tmp_path, SMALL, hidden).splitlines() == [
        "area,sex,count,state",
        "1,m,,primary",
        "1,w,,secondary",
        "2,m,,secondary",
        "2,w,,secondary",
        "3,m,5,free",
        "3,w,6,free",
        "Total,Total,36,free",
        "Total,m,14,free",
        "Total,w,22,free",
        "1,Total,10,free",
        "2,Total,15,free",
        "3,Total,11,free",
    ]


def test_columns_stay_where_they_are_and_forced_states_give_way_to_what_came_out(tmp_path: Path) -> None:
    text = "state;area;count\n;1;5\nprotect;2;4\n;Total;9\n"

    out = written(tmp_path, text, {("2",): PRIMARY})

    assert out == "state;area;count\nfree;1;5\nprimary;2;\nfree;Total;9\n"


def test_what_only_the_rules_look_at_is_not_published(tmp_path: Path) -> None:
    """Seen to fail when the units of free cells were left in: they tell those of hidden ones by subtraction."""
    text = "area,value,units,household,largest_1,cell_key,denominator\n1,7,4,3,2,99,10\n2,8,5,4,3,88,20\nTotal,15,9,6,3,187,30\n"

    out = written(tmp_path, text, {("1",): PRIMARY}, TablePolicy(units=("person", "household")))

    assert out.splitlines() == [
        "area,value,units,household,largest_1,cell_key,denominator,state",
        "1,,,,,,10,primary",
        "2,8,,,,,20,free",
        "Total,15,,,,,30,free",
    ]


def test_numbers_stay_as_they_are_written_and_derived_ones_look_alike(tmp_path: Path) -> None:
    assert written(tmp_path, "area;value;units\n1;1,50;4\n2;2,25;4\n", {}) == (
        "area;value;units;state\n1;1,50;;free\n2;2,25;;free\nTotal;3,75;;free\n"
    )
    assert written(tmp_path, "area,value,units\n1,1.5,4\n2,2,4\n", {}).splitlines()[1:] == [
        "1,1.5,,free",
        "2,2,,free",
        "Total,3.5,,free",
    ]


def test_a_method_may_change_every_number_and_drop_rows(tmp_path: Path) -> None:
    whole = read(tmp_path, SMALL)
    kept = np.array([codes[1] == "Total" for codes in map(whole.model.labels.of, range(12))])

    out = protected_csv(whole, Outcome(np.zeros(12, dtype=np.uint8), whole.model.values + 100, kept)).decode()

    assert out.splitlines() == [
        "area,sex,count,state",
        "Total,Total,136,free",
        "1,Total,110,free",
        "2,Total,115,free",
        "3,Total,111,free",
    ]


def test_codes_with_delimiters_and_quotation_marks_survive(tmp_path: Path) -> None:
    text = 'area,count\n"Kiel, Stadt",4\n"the ""Amt""",5\n'

    out = written(tmp_path, text, {})

    assert out.splitlines()[1:3] == ['"Kiel, Stadt",4,free', '"the ""Amt""",5,free']
    assert read(tmp_path, out.replace(",state", "").replace(",free", "")).model.cells == 3


@pytest.mark.parametrize("text", ["area,count\n", "area,sex,count\n"])
def test_an_empty_table_is_written_as_its_header(tmp_path: Path, text: str) -> None:
    assert written(tmp_path, text, {}) == text.replace("\n", ",state\n")

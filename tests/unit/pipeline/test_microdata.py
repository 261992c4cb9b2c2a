"""Files of records and hierarchies: CSV and Parquet, in and out."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from gemeinsinn.errors import DefinitionError, DeliveryError, UnknownNameError
from gemeinsinn.pipeline.microdata import hierarchies_of, read_records, write_records
from gemeinsinn.protect.records.levels import Level
from gemeinsinn.protect.records.terms import RecordTerms


def test_columns_of_a_csv_are_texts_as_they_stand_there(tmp_path: Path) -> None:
    path = tmp_path / "people.csv"
    path.write_bytes("\ufeffort;alter;groesse\n01056015;42;1,75\n01056039;;\n".encode())

    found = read_records(path)

    assert found.delimiter == ";"
    assert found.frame.rows() == [("01056015", "42", "1,75"), ("01056039", "", "")]


def test_a_csv_goes_out_with_the_delimiter_it_came_with(tmp_path: Path) -> None:
    write_records(pl.DataFrame({"a": ["x;y"], "b": [1]}), tmp_path / "out.csv", delimiter=";")

    assert (tmp_path / "out.csv").read_text() == 'a;b\n"x;y";1\n'


def test_parquet_keeps_its_types(tmp_path: Path) -> None:
    frame = pl.DataFrame({"a": [1, None], "b": ["x", "y"]})
    write_records(frame, tmp_path / "a.parquet")

    assert read_records(tmp_path / "a.parquet").frame.equals(frame)


@pytest.mark.parametrize(
    ("name", "content", "kind", "message"),
    [
        ("a.xlsx", b"", UnknownNameError, "'.xlsx' is no form of records. Use .csv or .parquet."),
        ("a.parquet", b"PAR1", DeliveryError, "a.parquet: the file is no Parquet that reads."),
        ("a.csv", b"", DeliveryError, "a.csv: the file is empty."),
        ("a.csv", b"a,b\n1\n", DeliveryError, "a.csv, row 2: this row has 1 fields, the header 2."),
        ("a.csv", b"a,a\n1,2\n", DeliveryError, "a.csv: two columns are called 'a'."),
    ],
)
def test_files_that_do_not_read_are_refused(
    name: str, content: bytes, kind: type[Exception], message: str, tmp_path: Path
) -> None:
    (tmp_path / name).write_bytes(content)

    with pytest.raises(kind) as raised:
        read_records(tmp_path / name)

    assert message in str(raised.value)


def test_a_file_that_is_not_there_is_a_question_of_its_name(tmp_path: Path) -> None:
    with pytest.raises(UnknownNameError, match="there is no file"):
        read_records(tmp_path / "people.csv")


def test_hierarchies_come_as_pairs_or_as_levels_and_the_named_one_goes_before(tmp_path: Path) -> None:
    (tmp_path / "pairs.csv").write_text("child,parent\na,north\nb,north\nnorth,all\n")
    (tmp_path / "levels.csv").write_text("region,town\nnorth,a\nnorth,b\nsouth,c\n")
    terms = RecordTerms(Level(5), {}, hierarchies={"town": tmp_path / "pairs.csv"})

    of_policy = hierarchies_of(terms)["town"]
    named = hierarchies_of(terms, [f"town={tmp_path / 'levels.csv'}"])["town"]

    assert set(of_policy.codes) == {"all", "north", "a", "b"}
    assert set(named.codes) == {"Total", "north", "south", "a", "b", "c"}


def test_a_hierarchy_is_named_as_column_and_file() -> None:
    with pytest.raises(UnknownNameError, match="'town' names no hierarchy"):
        hierarchies_of(RecordTerms(Level(5), {}), ["town"])


def test_a_child_of_two_is_named(tmp_path: Path) -> None:
    (tmp_path / "h.csv").write_text("child,parent\na,x\na,y\nx,all\ny,all\n")

    with pytest.raises(DefinitionError, match="'a' is part of two codes: x and y"):
        hierarchies_of(RecordTerms(Level(5), {}), [f"town={tmp_path / 'h.csv'}"])

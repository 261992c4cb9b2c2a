"""`gemeinsinn anonymise` end to end: files in, files and a report out, and what it refuses."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from support.demo import command_line


POLICY = """k: 5
l: 2
columns:
  identifying: [name]
  quasi_identifying: [town, age]
  sensitive: [grade]
hierarchies: {town: towns.csv}
"""
TOWNS = "child,parent\n01056015,north\n01056039,north\n01056043,south\n01056049,south\nnorth,county\nsouth,county\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A file of 300 people, a policy and a hierarchy."""
    rng = np.random.default_rng(0)
    frame = pl.DataFrame(
        {
            "name": [f"Erika {at}" for at in range(300)],
            "town": rng.choice(["01056015", "01056039", "01056043", "01056049"], 300),
            "age": rng.integers(0, 95, 300),
            "grade": rng.choice(["2", "3", "4"], 300),
        }
    )
    frame.write_csv(tmp_path / "people.csv")
    frame.write_parquet(tmp_path / "people.parquet")
    (tmp_path / "p.yaml").write_text(POLICY)
    (tmp_path / "towns.csv").write_text(TOWNS)
    return tmp_path


def told(folder: Path, *words: str) -> tuple[int, str, str]:
    done = command_line("anonymise", str(folder / "people.csv"), "--policy", str(folder / "p.yaml"), *words)
    return done.returncode, done.stdout, done.stderr


def test_records_and_report_are_written(folder: Path) -> None:
    out, report = folder / "out.csv", folder / "r.json"

    code, shown, said = told(folder, "--out", str(out), "--report", str(report))
    table = pl.read_csv(out, infer_schema=False)

    assert code == 0
    assert table.columns == ["town", "age", "grade"]
    assert table.group_by("town", "age").len()["len"].min() >= 5
    assert json.loads(report.read_text())["after"]["k"] >= 5
    assert "found again at most" in shown
    assert "0 of 300 records stay behind. Written to" in said
    assert "Erika" not in out.read_text() + report.read_text() + shown + said


def test_parquet_says_the_same_as_csv(folder: Path) -> None:
    told(folder, "--out", str(folder / "a.csv"))
    words = ["--policy", str(folder / "p.yaml"), "--out", str(folder / "b.parquet")]
    command_line("anonymise", str(folder / "people.parquet"), *words)

    assert pl.read_parquet(folder / "b.parquet").rows() == pl.read_csv(folder / "a.csv", infer_schema=False).rows()


def test_json_is_one_document_and_without_out_nothing_is_written(folder: Path) -> None:
    before = sorted(folder.iterdir())

    code, shown, said = told(folder, "--json")

    assert (code, said) == (0, "")
    assert json.loads(shown)["records"] == 300
    assert sorted(folder.iterdir()) == before


def test_a_hierarchy_may_be_named_on_the_command_line(folder: Path) -> None:
    policy = POLICY.replace("hierarchies: {town: towns.csv}\n", "").replace("k: 5", "k: 100\nweights: {town: 3}")
    (folder / "p.yaml").write_text(policy)

    told(folder, "--out", str(folder / "flat.csv"))
    told(folder, "--out", str(folder / "deep.csv"), "--hierarchy", f"town={folder / 'towns.csv'}")

    assert set(pl.read_csv(folder / "flat.csv")["town"]) == {"*"}
    assert set(pl.read_csv(folder / "deep.csv")["town"]) == {"north", "south"}


@pytest.mark.parametrize(
    ("policy", "words", "code", "message"),
    [
        (POLICY.replace("k: 5", "k: 500"), [], 5, "only 300 are alike, and k asks for 500."),
        (POLICY.replace("l: 2", "l: 4"), [], 5, "the sensitive column 'grade' has 3 values, and l asks for 4."),
        (
            POLICY.replace("name", "nam"),
            [],
            5,
            "the policy does not say what the column 'name' is. Did you mean 'nam'?",
        ),
        (POLICY.replace("k: 5", "kk: 5"), [], 3, "p.yaml:1 kk: the policy of records has no field 'kk'."),
        (POLICY, ["--hierarchy", "town=nowhere.csv"], 2, "there is no file nowhere.csv."),
        (POLICY, ["--out", "out.xlsx"], 2, "'.xlsx' is no form of records."),
    ],
)
def test_a_refusal_has_its_exit_code_and_writes_nothing(
    folder: Path, policy: str, words: list[str], code: int, message: str
) -> None:
    (folder / "p.yaml").write_text(policy)

    found, shown, said = told(folder, "--out", str(folder / "out.csv"), *words)

    assert (found, shown) == (code, "")
    assert message in said
    assert not (folder / "out.csv").exists()
    assert "Erika" not in said


def test_without_a_policy_nothing_leaves(folder: Path) -> None:
    done = command_line("anonymise", str(folder / "people.csv"), "--out", str(folder / "out.csv"))

    assert (done.returncode, done.stdout) == (5, "")
    assert "no policy was named" in done.stderr


def test_the_records_themselves_are_not_replaced(folder: Path) -> None:
    code, _, said = told(folder, "--out", str(folder / "people.csv"))

    assert code == 2
    assert "would replace the records themselves" in said

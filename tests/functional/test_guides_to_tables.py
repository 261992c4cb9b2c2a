"""The guides to protecting tables, done as they say: the commands print what stands there, and the code runs."""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from architecture.pages import ROOT
from gemeinsinn.cli.main import main


GUIDE = ROOT / "docs" / "how-to" / "protect-a-table.md"
LIBRARY = ROOT / "docs" / "how-to" / "protect-arrays.md"
_BLOCK = re.compile(r"```(?P<kind>\w+)\n(?P<text>.*?)```", re.DOTALL)
_TIME = re.compile(r"^seconds: .*\n", re.MULTILINE)


def blocks(page: Path, kind: str) -> list[str]:
    """The blocks of a kind on a page."""
    return [found["text"] for found in _BLOCK.finditer(page.read_text(encoding="utf-8")) if found["kind"] == kind]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with the files of the guide; of two tables the naive one hides small numbers only."""
    table, areas, *_ = blocks(GUIDE, "csv")
    (tmp_path / "helps.csv").write_text(table, encoding="utf-8")
    (tmp_path / "areas.csv").write_text(areas, encoding="utf-8")
    (tmp_path / "p.yaml").write_text(blocks(GUIDE, "yaml")[0], encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_the_commands_of_the_guide_print_what_stands_there(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Seen to fail when a number on the page was changed."""
    printed = 0
    for command, expected in commands():
        if command[0] == "cut":
            cut(folder)
        else:
            naive(folder)
            with pytest.raises(SystemExit):
                main(command[1:])
            told = capsys.readouterr()
            printed += bool(expected)
            assert expected == "" or _TIME.sub("", told.out + _written(told.err)) == _TIME.sub("", expected)
    assert printed == 4


def commands() -> list[tuple[list[str], str]]:
    """Each command of the guide, and what it prints."""
    found = []
    for block in blocks(GUIDE, "console"):
        for piece in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            line, _, rest = piece.partition("\n")
            found.append((shlex.split(line), rest))
    return found


def _written(said: str) -> str:
    return "".join(f"{line}\n" for line in said.splitlines() if line.startswith("Written"))


def cut(folder: Path) -> None:
    """`cut -d, -f1-3 out.csv > public.csv`."""
    lines = (folder / "out.csv").read_text(encoding="utf-8").splitlines()
    (folder / "public.csv").write_text(
        "".join(",".join(line.split(",")[:3]) + "\n" for line in lines), encoding="utf-8"
    )


def naive(folder: Path) -> None:
    """The table with its totals, of which the smallest numbers are hidden and nothing else."""
    if not (folder / "public.csv").exists():
        return
    true = {tuple(line.split(",")[:2]): line.split(",")[2] for line in (folder / "helps.csv").read_text().splitlines()}
    rows = [line.split(",") for line in (folder / "public.csv").read_text().splitlines()]
    filled = [[*row[:2], row[2] or true[row[0], row[1]]] for row in rows]
    text = "".join(",".join([*row[:2], "" if row[2] in ("1", "2") else row[2]]) + "\n" for row in filled)
    (folder / "naive.csv").write_text(text, encoding="utf-8")


def test_the_code_of_the_guide_runs_and_gives_what_stands_there() -> None:
    """Seen to fail when a function was called by another name."""
    names: dict[str, Any] = {}
    code = blocks(LIBRARY, "python")
    for block in code[:4]:
        exec(compile(block, str(LIBRARY), "exec"), names)  # noqa: S102  (the page's own code)

    assert names["found"].verdict.clean
    assert names["found"].primary.counts() == {"frequency": 2}
    assert str(names["shown"]) == blocks(LIBRARY, "text")[0].rstrip("\n")
    words = [
        breach.words for breach in names["audited"](names["model"], names["leaking"], names["found"].needs).breaches
    ]
    assert f"# {words}" in code[2]
    assert names["verified"](names["proof"]).valid

    exec(compile(code[4], str(LIBRARY), "exec"), names)  # noqa: S102
    assert not np.any(names["model"].equations @ names["model"].values)

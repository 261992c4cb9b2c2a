"""`gemeinsinn protect`, `audit` and `verify` end to end: tables in, tables and proofs out, attacks found, mistakes named."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from gemeinsinn.cli.main import main
from support.demo import command_line
from support.tables import SMALL, table_file


POLICY = "min_units: 3\nattackers: [outsider, insider]\n"
AREAS = "child,parent\n1,North\n2,North\n3,South\n4,South\nNorth,Total\nSouth,Total\n"
TABLE = """area,sex,count
1,m,1
1,w,9
2,m,8
2,w,7
3,m,5
3,w,6
4,m,2
4,w,11
"""
CORRECTED = TABLE.replace("3,m,5", "3,m,6").replace("2,w,7", "2,w,8")

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    """The command line in a folder with a table, a policy and a hierarchy: exit code, answer, messages."""
    table_file(tmp_path, TABLE)
    table_file(tmp_path, POLICY, "p.yaml")
    table_file(tmp_path, AREAS, "areas.csv")
    monkeypatch.chdir(tmp_path)

    def called(*words: str) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as ended:
            main(words)
        shown = capsys.readouterr()
        return int(ended.value.code or 0), shown.out, shown.err

    return called


PROTECT = ("protect", "table.csv", "--policy", "p.yaml")
OUT = ("--out", "out.csv")


def answer(done: tuple[int, str, str], code: int = 0) -> Any:
    """The document of an answer."""
    assert done[0] == code, done[2]
    return json.loads(done[1])


def test_a_table_is_protected_proven_and_verified_as_a_user_does_it(tmp_path: Path) -> None:
    """In processes of their own, as it stands in the guide."""
    table, policy = str(table_file(tmp_path, TABLE)), str(table_file(tmp_path, POLICY, "p.yaml"))
    out, proof = str(tmp_path / "out.csv"), str(tmp_path / "c.json")

    protected = command_line("protect", table, "--policy", policy, "--out", out, "--certificate", proof, "--json")
    verified = command_line("verify", proof, "--json")
    audited = command_line("audit", out, "--policy", policy, "--original", table, "--json")

    document = json.loads(protected.stdout)
    assert [done.returncode for done in (protected, verified, audited)] == [0, 0, 0]
    assert protected.stderr == ""
    assert list(document)[:7] == ["cells", "primary", "secondary", "secondary_sum", "bound", "audit", "insiders"]
    assert (document["cells"], document["primary"], document["audit"], document["insiders"]) == (15, 2, "clean", 0)
    assert json.loads(verified.stdout)["valid"] is True
    assert json.loads(audited.stdout)["verdict"] == "clean"
    shown = pl.read_csv(out, infer_schema=False)
    assert shown.columns == ["area", "sex", "count", "state"]
    assert shown.filter(pl.col("state") != "free")["count"].null_count() == document["primary"] + document["secondary"]


def test_people_read_the_same_as_machines(run: Run) -> None:
    document = answer(run(*PROTECT, *OUT, "--json"))
    code, shown, said = run(*PROTECT, *OUT)

    assert code == 0
    assert f"secondary_sum: {document['secondary_sum']}\n" in shown
    assert "bound" not in shown
    assert "Written to out.csv." in said


def test_the_proven_optimum_is_told(run: Run) -> None:
    found = answer(run(*PROTECT, "--prove", "--json"))

    assert found["bound"] == found["secondary_sum"]
    assert isinstance(found["bound"], int)
    assert f"bound: {found['bound']}\n" in run(*PROTECT, "--prove")[1]


def test_without_out_nothing_is_written_and_nothing_enters_the_ledger(run: Run, tmp_path: Path) -> None:
    before = sorted(tmp_path.iterdir())

    code, _, said = run(*PROTECT, "--ledger", "ledger", "--variable", "residents", "--on", "2025-12-31")

    assert (code, sorted(tmp_path.iterdir())) == (0, before)
    assert "Nothing was written" in said


def test_hierarchies_make_totals_between(run: Run) -> None:
    flat = answer(run(*PROTECT, "--json"))
    deep = answer(run(*PROTECT, "--hierarchy", "area=areas.csv", "--json"))

    assert (flat["cells"], deep["cells"]) == (15, 21)


def test_a_certificate_is_for_its_owner_only(run: Run, tmp_path: Path) -> None:
    run(*PROTECT, "--certificate", "c.json")

    assert (tmp_path / "c.json").stat().st_mode & 0o077 == 0
    assert run("verify", "c.json")[:2] == (0, "valid: 4 requirements, each proven by a witness table.\n")


def test_a_certificate_that_was_changed_is_not_valid(run: Run, tmp_path: Path) -> None:
    run(*PROTECT, "--certificate", "c.json")
    text = (tmp_path / "c.json").read_text()
    (tmp_path / "c.json").write_text(text.replace('"min_units": 3', '"min_units": 2'))

    code, shown, _ = run("verify", "c.json")

    assert code == 5
    assert shown.startswith("not valid:\n")


LEDGER = ("--ledger", "ledger", "--variable", "residents", "--on", "2025-12-31")


def released(run: Run, folder: Path, text: str, out: str, *words: str) -> Any:
    """Protect a table and write it."""
    table_file(folder, text)
    return answer(run(*PROTECT, "--out", out, "--json", *words))


def test_releases_of_a_table_and_its_correction_are_safe_together(run: Run, tmp_path: Path) -> None:
    first = released(run, tmp_path, TABLE, "first.csv", *LEDGER, "--certificate", "c1.json")
    second = released(run, tmp_path, CORRECTED, "second.csv", *LEDGER, "--certificate", "c2.json")
    both = run("audit", "second.csv", "--with", "first.csv", "--policy", "p.yaml", "--attackers", "outsider", "--json")

    assert [each["ledger"]["entry"] for each in (first, second)] == [1, 2]
    assert first["ledger"]["head"] != second["ledger"]["head"]
    assert answer(both)["verdict"] == "clean"
    assert [answer(run("verify", name, "--json"))["valid"] for name in ("c1.json", "c2.json")] == [True, True]


def test_the_same_table_again_is_what_it_was_and_no_new_entry(run: Run, tmp_path: Path) -> None:
    released(run, tmp_path, TABLE, "first.csv", *LEDGER)

    again = released(run, tmp_path, TABLE, "again.csv", *LEDGER)

    assert again["ledger"] is None
    assert (tmp_path / "again.csv").read_bytes() == (tmp_path / "first.csv").read_bytes()
    assert len(list((tmp_path / "ledger").glob("*.entry"))) == 1


def test_what_another_table_showed_is_not_hidden_in_vain_and_told(run: Run, tmp_path: Path) -> None:
    """The policy was laxer when the men of area 4 were shown. Seen to fail without a ledger: they were hidden."""
    table_file(tmp_path, "min_units: 2\nattackers: [outsider, insider]\n", "p.yaml")
    released(run, tmp_path, TABLE, "first.csv", *LEDGER)
    table_file(tmp_path, POLICY, "p.yaml")

    second = released(run, tmp_path, TABLE, "second.csv", *LEDGER)

    shown = pl.read_csv(tmp_path / "second.csv", infer_schema=False)
    assert shown.filter(area="4", sex="m")["count"].to_list() == ["2"]
    assert second["frozen"][0]["what"] == "(4, m) should be hidden, and cannot be any more."
    assert "Leave it open" in second["frozen"][0]["remedy"]


def test_rounded_numbers_that_narrow_what_was_hidden_are_refused_and_not_entered(run: Run, tmp_path: Path) -> None:
    """Of the two men of area 4 nothing was told; rounded to 0 they are two at most.

    Seen to fail when numbers were only attacked for themselves.
    """
    released(run, tmp_path, TABLE, "first.csv", *LEDGER)
    table_file(tmp_path, "min_units: 3\nmethod: round\n", "p.yaml")

    code, shown, said = run(*PROTECT, "--out", "second.csv", *LEDGER)

    assert (code, shown) == (5, "")
    assert "(4, m)" in said
    assert "Release the table as the earlier ones were" in said
    assert not (tmp_path / "second.csv").exists()
    assert len(list((tmp_path / "ledger").glob("*.entry"))) == 1


HIDDEN = """area,sex,count,state
1,m,1,
1,w,9,latent
1,Total,10,latent
2,m,8,latent
2,w,7,latent
2,Total,15,latent
Total,m,9,
Total,w,16,
Total,Total,25,
"""


def test_a_public_table_tells_those_nothing_who_saw_more_than_the_public(run: Run, tmp_path: Path) -> None:
    """Politics saw the women of area 1, the public is to see its total: together they tell of the one man.

    Seen to fail when a public table was attacked for the public only.
    """
    released(run, tmp_path, HIDDEN, "first.csv", *LEDGER)
    table_file(tmp_path, f"{POLICY}audience: politics\nseparate: [sex]\n", "p.yaml")
    released(run, tmp_path, "area,sex,count\n1,w,9\n2,w,7\nTotal,w,16\n", "women.csv", *LEDGER)
    table_file(tmp_path, POLICY, "p.yaml")

    table_file(tmp_path, "area,count\n1,10\n2,15\nTotal,25\n")
    code, _, said = run(*PROTECT, "--out", "totals.csv", *LEDGER)

    assert code == 5
    assert "politics: (1, m) in residents 2025-12-31" in said
    assert not (tmp_path / "totals.csv").exists()


@pytest.mark.parametrize(
    ("policy", "words", "first"),
    [
        ("method: round\nbase: 5\n", (), "1,m,0,free"),
        ("method: cell_key\n", ("--key", "secret.key"), None),
        ("method: coarsen\nzeros: structural\n", (), "1,Total,10,free"),
        ("method: withhold\n", (), "1,m,,primary"),
    ],
)
def test_every_other_method_writes_its_table_and_passes_its_audit(
    policy: str, words: tuple[str, ...], first: str | None, run: Run, tmp_path: Path
) -> None:
    table_file(tmp_path, f"min_units: 3\n{policy}", "p.yaml")
    (tmp_path / "secret.key").write_bytes(bytes(range(32)))

    document = answer(run(*PROTECT, *OUT, *words, "--json"))
    audited = answer(run("audit", "out.csv", "--policy", "p.yaml", "--json"))

    assert document["method"] in policy
    assert audited["verdict"] == "clean"
    rows = (tmp_path / "out.csv").read_text().splitlines()
    assert rows[0] == "area,sex,count,state"
    assert first is None or first in rows


def test_a_breach_ends_with_5_and_is_told_in_words(run: Run, tmp_path: Path) -> None:
    """The first table hides too little. Seen to fail when a breach was only printed."""
    leaking = (
        "area,sex,count\n1,m,\n1,w,9\n1,Total,10\n2,m,8\n2,w,7\n2,Total,15\nTotal,m,9\nTotal,w,16\nTotal,Total,25\n"
    )
    table_file(tmp_path, leaking, "out.csv")

    code, shown, _ = run("audit", "out.csv", "--policy", "p.yaml")

    assert code == 5
    assert "outsider: (1, m) is the total over area (Total, m) minus the other one: (2, m).\n" in shown
    assert re.search(r"area=1, sex=m +hidden +1 +1\n", shown)
    assert "breached: 1 breaches, 1 cells checked.\n" in shown


def test_the_audit_tells_people_fifty_and_machines_all(run: Run, tmp_path: Path) -> None:
    rows = "".join(f"{area},,secondary\n" for area in range(60))
    table_file(tmp_path, f"area,count,state\n{rows}Total,900,free\n", "out.csv")

    _, shown, said = run("audit", "out.csv", "--policy", "p.yaml")
    document = answer(run("audit", "out.csv", "--policy", "p.yaml", "--json"))

    assert shown.count("secondary") == 50
    assert "… and 10 more; --json tells all." in said
    assert len(document["intervals"]) == 60
    assert list(document) == ["verdict", "breaches", "checked", "intervals", "notes", "seconds"]


BAD: dict[str, tuple[str, str, tuple[str, ...], int, str]] = {
    "totals that do not add up": (
        TABLE + "1,Total,11\n", POLICY, (), 4,
        "table.csv: the cell area=1, sex=Total is 11, but its parts add up to 10 (1 + 9). Correct one of them, or",
    ),
    "a child with two parents": (
        TABLE, POLICY, ("--hierarchy", "area=two.csv"), 3,
        "two.csv: '1' is part of two codes: North and South. Take one of the two rows out, or declare that the",
    ),
    "an unknown code": (
        TABLE.replace("4,m", "44,m"), POLICY, ("--hierarchy", "area=areas.csv"), 4,
        "table.csv, row 8: '44' is no code of 'area' in areas.csv.",
    ),
    "a negative count": (
        TABLE.replace("1,m,1", "1,m,-1"), POLICY, (), 4,
        "table.csv, row 2 (area=1, sex=m): `count` is -1: a count is not negative. Correct it;",
    ),
    "no policy": (TABLE, "", ("--policy", "nowhere.yaml"), 5, "there is no policy nowhere.yaml. Write a policy file,"),
    "a primary cell that must stay open": (
        "area,count,state\n1,1,open\n2,8,\n", POLICY, (), 5,
        "table.csv, row 2 (area=1): this cell must stay open, and the rules make it primary. Take its `open` back,",
    ),
    "a total that must stay open": (
        "area,count,state\n1,1,\n2,8,open\nTotal,9,open\n", POLICY, (), 5, "(1) is the total over area (Total) minus the",
    ),
    "a cell that is missing": (
        TABLE.replace("4,m,2\n", "") + "4,Total,13\n", POLICY, (), 4, "the cell area=4, sex=m is missing.",
    ),
    "a table that was protected already": (
        "area,count,state\n1,1,primary\n", POLICY, (), 4, "this table was protected already.",
    ),
    "a policy with a slip": (TABLE, "min_unit: 3\n", (), 3, "p.yaml:1 min_unit: the policy of a table has no field"),
    "a certificate without gaps": (
        TABLE, "min_units: 3\nmethod: round\n", ("--certificate", "c.json"), 3,
        "a certificate proves that gaps are wide enough, and `method: round` makes none. Leave --certificate out.",
    ),
    "cell keys without a secret": (TABLE, "min_units: 3\nmethod: cell_key\n", (), 5, "Make one with `head -c 32"),
    "a ledger without a name": (TABLE, POLICY, ("--ledger", "ledger"), 2, "add --variable and --on."),
    "a name without a ledger": (TABLE, POLICY, ("--variable", "residents"), 2, "add --ledger."),
    "a hierarchy without a dimension": (TABLE, POLICY, ("--hierarchy", "areas.csv"), 2, "Write --hierarchy area=areas.csv"),
    "a hierarchy named twice": (
        TABLE, POLICY, ("--hierarchy", "area=areas.csv", "--hierarchy", "area=areas.csv"), 2, "names 'area' twice.",
    ),
    "the table itself": (TABLE, POLICY, ("--out", "table.csv"), 2, "--out would replace table.csv, which is read."),
}  # fmt: skip


@pytest.mark.parametrize("name", BAD)
def test_bad_input_is_named_with_cell_and_remedy_and_writes_nothing(name: str, run: Run, tmp_path: Path) -> None:
    text, policy, words, code, message = BAD[name]
    table_file(tmp_path, text)
    table_file(tmp_path, policy, "p.yaml")
    table_file(tmp_path, AREAS + "1,South\n", "two.csv")
    before = sorted(tmp_path.iterdir())

    found, shown, said = run(*PROTECT, *(words if "--out" in words else (*OUT, *words)))

    assert (found, shown) == (code, "")
    assert message in said
    assert sorted(tmp_path.iterdir()) == before


def test_without_a_policy_neither_verb_does_anything(run: Run) -> None:
    for words in (("protect", "table.csv"), ("audit", "table.csv")):
        code, shown, said = run(*words)

        assert (code, shown) == (5, "")
        assert "no policy was named" in said


def test_an_attacker_that_nobody_knows_is_answered_with_the_nearest(run: Run) -> None:
    code, _, said = run("audit", "table.csv", "--policy", "p.yaml", "--attackers", "insiders")

    assert code == 2
    assert "there is no attacker 'insiders'. Did you mean 'insider'" in said


def test_the_outsider_is_always_among_the_attackers(run: Run, tmp_path: Path) -> None:
    table_file(tmp_path, "area,count\n1,\n2,8\nTotal,9\n", "out.csv")

    document = answer(run("audit", "out.csv", "--policy", "p.yaml", "--attackers", "insider", "--json"), 5)

    assert [each["attacker"] for each in document["breaches"]] == ["outsider"]


def test_small_tables_of_sums_are_protected_as_well(run: Run, tmp_path: Path) -> None:
    policy = "min_units: 3\ndominance: {n: 1, k: 0.85}\n"
    table_file(tmp_path, policy, "p.yaml")
    table_file(
        tmp_path,
        "area,value,units,largest_1\n1,90.5,5,89\n2,50,9,7\n3,120,12,20\n4,75.25,8,11\nTotal,335.75,34,89\n",
    )

    document = answer(run(*PROTECT, *OUT, "--json"))
    audited = answer(run("audit", "out.csv", "--policy", "p.yaml", "--original", "table.csv", "--json"))

    assert document["rules"] == {"dominance": 1}
    assert document["secondary_sum"] == 50
    assert audited["verdict"] == "clean"
    assert "89" not in (tmp_path / "out.csv").read_text()


def test_a_table_without_small_cells_is_shown_as_it_is(run: Run, tmp_path: Path) -> None:
    table_file(tmp_path, SMALL.replace("1,m,1", "1,m,4"))

    document = answer(run(*PROTECT, *OUT, "--json"))

    assert (document["primary"], document["secondary"], document["audit"]) == (0, 0, "clean")
    assert "free" in (tmp_path / "out.csv").read_text()

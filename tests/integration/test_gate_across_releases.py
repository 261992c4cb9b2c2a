"""The gate across releases: an attacker who reads all of them together finds nothing; without the ledger he does.

The attacker of these tests knows nothing of the gate's own programs: he reads the CSV files of all releases, writes
down every sum that everybody knows, and has `scipy.optimize.linprog` say between what each hidden number must lie.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import signal
import stat
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import polars as pl
import pytest

from gemeinsinn.errors import DisclosureError
from gemeinsinn.gate import hiding
from gemeinsinn.gate.ledger_folder import LedgerFolder
from gemeinsinn.pipeline import disclosure
from gemeinsinn.pipeline.backup import backed_up, restored
from gemeinsinn.pipeline.publish import store_of
from gemeinsinn.pipeline.registers.identity import key_ring
from gemeinsinn.protect.keys import LEDGER
from gemeinsinn.protect.ledger import Ledger
from gemeinsinn.protect.tables import linear
from gemeinsinn.protect.verifier import verified
from gemeinsinn.settings.instance import Instance
from support.csv_attacker import Cell, intervals
from support.demo import command_line
from support.publishing import KEY_OF
from support.suppressing import KNOWN_ON, SUPPRESS, YEARS, HelpingCounty, count, helping_county


TABLES = len(YEARS)
"""The tables of a release: one for each key date."""
KILLED = Path(__file__).parents[1] / "support" / "killed.py"
MINORS, YOUNG = count("Minors", '{age: ["0-17"]}'), count("Young", '{age: ["0-20"]}')
HELPS = {
    "Astadt": {"boys": 40, "youths": 7},
    "Bedorf": {"boys": 8, "youths": 3},
    "Cedorf": {"boys": 19, "youths": 1},
    "Dedorf": {"boys": 12, "youths": 3},
    "Edorf": {"boys": 24, "youths": 4},
}
"""In Cedorf there is one person aged 18 to 20, as in the worked example of the page on disclosure control."""


@pytest.fixture
def county(tmp_path: Path, clock: Callable[[], object]) -> HelpingCounty:
    made = helping_county(tmp_path / "county", clock, indicators={"minors_count": MINORS})  # type: ignore[arg-type]
    made.fill(HELPS)
    return made


@pytest.fixture
def without_ledger(monkeypatch: pytest.MonkeyPatch) -> None:
    """The gate forgets everything that was released before."""
    watch = disclosure.watch_of

    def forgetful(*words: object) -> disclosure.Watch:
        found = watch(*words)  # type: ignore[arg-type]
        return disclosure.Watch(found.folder, Ledger(found.ledger.key))

    monkeypatch.setattr("gemeinsinn.pipeline.publish.watch_of", forgetful)
    monkeypatch.setattr(disclosure.Watch, "entered", lambda self, tables, **rest: self.ledger)


def differences(county: HelpingCounty) -> dict[str, float]:
    """Young people less minors, wherever two releases show both."""
    store = store_of(county.instance)
    shown: dict[str, dict[str, float]] = {}
    for release in store.hashes():
        for path in (store.folder(release) / "ind").glob("*_count.csv"):
            rows = pl.read_csv(path, schema_overrides={"area": pl.String}).filter(pl.col("period") == 2022)
            shown.setdefault(path.stem, {}).update(dict(rows.drop_nulls("value").select("area", "value").iter_rows()))
    both = set(shown["minors_count"]) & set(shown["young_count"])
    return {key: float(shown["young_count"][key]) - float(shown["minors_count"][key]) for key in both}


def second_release(county: HelpingCounty) -> None:
    """First the minors are published, then all young people: another indicator, and the first one is taken out."""
    county.publish()
    county.indicators({"young_count": YOUNG})
    county.publish()


@pytest.mark.usefixtures("without_ledger")
def test_without_the_ledger_two_harmless_releases_tell_of_one_person(county: HelpingCounty) -> None:
    """The planted fault of the test below: the same steps, but the second release knows nothing of the first."""
    second_release(county)

    assert differences(county)[KEY_OF["Cedorf"]] == 1


def test_with_the_ledger_the_second_release_hides_what_would_tell(county: HelpingCounty) -> None:
    second_release(county)

    found = differences(county)

    assert KEY_OF["Cedorf"] not in found
    assert not {1.0, 2.0} & set(found.values())
    assert KEY_OF["Testkreis"] in found


CORRECTED: Sequence[Mapping[str, Mapping[str, int]]] = (
    {"Astadt": {"men": 1}, "Bedorf": {"men": 9}, "Cedorf": {"men": 30}, "Dedorf": {"men": 25}, "Edorf": {"men": 26}},
    {"Astadt": {"men": 1}, "Bedorf": {"men": 9}, "Cedorf": {"men": 30}, "Dedorf": {"men": 2}, "Edorf": {"men": 6}},
    {"Astadt": {"men": 1}, "Bedorf": {"men": 40}, "Cedorf": {"men": 31}, "Dedorf": {"men": 2}, "Edorf": {"men": 6}},
)
"""As known at three days: Astadt is small each time, what it is hidden with changes in between."""


def published_three_times(county: HelpingCounty) -> list[Cell]:
    """Publish the register as it was known at three days; the numbers that no correction touched."""
    county.indicators({"helps_count": count("Helps")})
    county.fill(*CORRECTED)
    for day in KNOWN_ON:
        assert county.publish(known=day).published
    towns = {KEY_OF[name]: [helps[name] for helps in CORRECTED] for name in CORRECTED[0]}
    return [
        (number, "helps_count", key)
        for key, helps in towns.items()
        for number in (1, 2)
        if helps[number] == helps[number - 1]
    ]


def exactly_known(county: HelpingCounty, same: Sequence[Cell]) -> list[Cell]:
    """Small numbers that the attacker knows exactly, or cannot be told from their neighbours on one side."""
    names = {key: name for name, key in KEY_OF.items()}
    found = []
    for cell, (low, high) in intervals(county, same).items():
        true = sum(CORRECTED[cell[0]].get(names[cell[2]], {}).values())
        if 0 < true < 3 and (low > true - 1 + 1e-6 or high < true + 1 - 1e-6):
            found.append(cell)
    return found


@pytest.mark.usefixtures("without_ledger")
def test_without_the_ledger_three_releases_with_corrections_tell_a_hidden_number(county: HelpingCounty) -> None:
    """The planted fault of the test below."""
    same = published_three_times(county)

    assert exactly_known(county, same)


def test_with_the_ledger_nobody_learns_a_hidden_number_from_three_releases_with_corrections(
    county: HelpingCounty,
) -> None:
    same = published_three_times(county)

    assert exactly_known(county, same) == []


def entries(instance: Instance) -> list[str]:
    """The heads of all entries of an instance's ledger."""
    place, ring = instance.restricted / disclosure.LEDGER, key_ring(instance)
    if not place.is_dir():
        return []
    return [entry.head.digest for entry in LedgerFolder(place, ring.key(LEDGER)).read().entries]


def certificates(instance: Instance) -> dict[int, Path]:
    """The certificates beside the ledger, by the number of their entry."""
    return {int(path.stem): path for path in (instance.restricted / disclosure.LEDGER).glob("*.certificate")}


def named(county: HelpingCounty) -> set[str]:
    """The entries that the releases on the disk name."""
    store = store_of(county.instance)
    tables = [
        table
        for release in store.hashes()
        for table in json.loads((store.folder(release) / "disclosure.json").read_bytes())["tables"]
    ]
    return {table["ledger"]["head"] for table in tables if "ledger" in table}


def test_every_release_names_its_entry_and_an_unchanged_one_makes_none(county: HelpingCounty) -> None:
    county.publish()
    county.write(
        "catalogue/life/people_count.yaml",
        (county.instance.catalogue / "life/people_count.yaml").read_text().replace("decimals: 0", "decimals: 1"),
    )
    again = county.publish()

    assert again.published
    assert len(entries(county.instance)) == TABLES
    assert named(county) == {entries(county.instance)[-1]}


def test_every_entry_has_a_certificate_that_a_verifier_without_a_solver_accepts(county: HelpingCounty) -> None:
    second_release(county)

    place, ring = county.instance.restricted / disclosure.LEDGER, key_ring(county.instance)
    heads = {entry.head.number: entry.head for entry in LedgerFolder(place, ring.key(LEDGER)).read().entries}
    found = certificates(county.instance)
    assert set(found) == set(heads)
    for number, path in found.items():
        assert hashlib.sha256(path.read_bytes()).hexdigest() == heads[number].certificate
        assert verified(path.read_bytes()).valid
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert sum(verified(path.read_bytes()).requirements for path in found.values()) > 0


def test_a_certificate_of_which_a_number_was_changed_is_refused_on_the_command_line(county: HelpingCounty) -> None:
    second_release(county)
    path = certificates(county.instance)[len(entries(county.instance))]
    plain = json.loads(path.read_bytes())
    plain["arrays"]["need_up"], plain["arrays"]["need_down"] = plain["arrays"]["values"], plain["arrays"]["need_up"]
    changed = county.instance.root / "changed"
    changed.write_text(json.dumps(plain))

    assert command_line("verify", str(path), instance=county.instance.root).returncode == 0
    assert command_line("verify", str(changed), instance=county.instance.root).returncode != 0


def test_a_preview_enters_nothing(county: HelpingCounty) -> None:
    county.publish(preview=True)

    assert entries(county.instance) == []


def test_going_back_to_an_earlier_release_removes_nothing_from_the_ledger(county: HelpingCounty) -> None:
    first = county.released()
    county.indicators({"young_count": YOUNG})
    county.publish()
    before = entries(county.instance)

    store_of(county.instance).point_to(first.hash, at=county.clock(), action="roll-back", reason="too early")
    county.indicators({"young_count": YOUNG, "minors_count": MINORS})
    county.publish()

    assert entries(county.instance)[: len(before)] == before
    assert not {1.0, 2.0} & set(differences(county).values())


@pytest.mark.parametrize("round_", range(10))
def test_a_publication_that_is_killed_never_leaves_a_release_without_its_entry(
    county: HelpingCounty, round_: int
) -> None:
    """Killed before each tenth of its lasting steps, then published again: the release, and an entry a table."""
    environment = {**os.environ, "GEMEINSINN_INSTANCE": str(county.instance.root)}

    def publish(step: int) -> subprocess.CompletedProcess[str]:
        words = [sys.executable, str(KILLED), str(step), "publish"]
        return subprocess.run(words, env=environment, capture_output=True, text=True, check=False, timeout=180)

    twin = county.instance.root.parent / "twin"
    shutil.copytree(county.instance.root, twin)
    environment["GEMEINSINN_INSTANCE"] = str(twin)
    whole = publish(0)
    environment["GEMEINSINN_INSTANCE"] = str(county.instance.root)
    steps = int(whole.stderr.rsplit("steps: ", 1)[1])

    killed = publish(1 + round_ * (steps - 1) // 9)

    assert killed.returncode in (-signal.SIGKILL, 0)
    assert named(county) <= set(entries(county.instance))
    assert publish(0).returncode == 0
    assert named(county) == {entries(county.instance)[-1]}
    assert len(entries(county.instance)) == TABLES


def test_a_ledger_that_lacks_what_a_release_names_stops_every_publication(county: HelpingCounty) -> None:
    county.publish()
    shutil.rmtree(county.instance.restricted / disclosure.LEDGER)
    county.indicators({"young_count": YOUNG})
    current = store_of(county.instance).current()

    with pytest.raises(DisclosureError, match="the ledger does not know 1 of the releases"):
        county.publish()

    assert store_of(county.instance).current() == current


def test_a_ledger_that_was_changed_stops_every_publication(county: HelpingCounty) -> None:
    county.publish()
    path = min((county.instance.restricted / disclosure.LEDGER).glob("*.entry"))
    content = bytearray(path.read_bytes())
    content[-10] ^= 1
    path.write_bytes(bytes(content))
    county.indicators({"young_count": YOUNG})

    with pytest.raises(DisclosureError, match="ledger, entry 1"):
        county.publish()


def test_a_backup_holds_the_ledger_and_a_restored_instance_goes_on_with_it(
    county: HelpingCounty, tmp_path: Path
) -> None:
    county.publish()
    backed_up(county.instance, tmp_path / "backup.zip", at=county.clock(), keys=tmp_path / "keys.json")
    restored(tmp_path / "backup.zip", tmp_path / "again", keys=tmp_path / "keys.json")
    again = HelpingCounty(Instance((tmp_path / "again").resolve()), county.clock)
    again.indicators({"young_count": YOUNG})

    again.publish()

    assert entries(again.instance)[:TABLES] == entries(county.instance)
    assert KEY_OF["Cedorf"] not in differences(again)


def refused(county: HelpingCounty) -> str:
    """The error of a publication that must not come about; nothing of it is left."""
    with pytest.raises(DisclosureError) as raised:
        county.publish()
    assert store_of(county.instance).hashes() == []
    assert entries(county.instance) == []
    return str(raised.value)


def test_without_a_policy_for_tables_nothing_is_published(county: HelpingCounty) -> None:
    county.policy(SUPPRESS)
    county.write("policy.yaml", (county.instance.root / "policy.yaml").read_text().split("  helps:")[0])

    assert "the policy 'published' is for 'published_aggregates', and 'helps' holds persons" in refused(county)


def test_a_solver_that_does_not_finish_stops_the_publication(
    county: HelpingCounty, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The status of every run is looked at: here none is the one that says that an optimum was found."""
    county.indicators({"young_count": YOUNG, "minors_count": MINORS})
    monkeypatch.setattr(linear, "_OPTIMAL", object())

    assert "a linear program of the audit was not solved" in refused(county)


def test_a_solver_that_is_killed_stops_the_publication(county: HelpingCounty, monkeypatch: pytest.MonkeyPatch) -> None:
    def killed(*words: object, **rest: object) -> object:
        raise linear.UnfinishedError("killed")

    monkeypatch.setattr(hiding, "protect", killed)

    assert "was not solved: killed" in refused(county)

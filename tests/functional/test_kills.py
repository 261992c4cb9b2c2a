"""A kill at any moment of a refresh or a publication tears nothing, loses nothing, and the next run completes.

Each is killed 25 times just before one of its lasting steps on the disk, spread over all of them, and 25 times at
moments spread over its duration, which also hits what native libraries are writing.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest

from gemeinsinn.concepts.temporal import OPEN_RELEASE
from gemeinsinn.lake.durable import TEMPORARY_PREFIX
from gemeinsinn.lake.manifest import Manifest
from gemeinsinn.lake.runs import RunState
from gemeinsinn.lake.store import Lake
from gemeinsinn.pipeline.publish import store_of
from gemeinsinn.releases.read import open_release
from gemeinsinn.settings.instance import Instance
from support.lake import believed
from support.publishing import County, cell, county_in
from support.tiny import ASTADT, CASES, HEAD, counts


ROUNDS = range(1, 26)
KILLED = Path(__file__).parents[1] / "support" / "killed.py"


def words_of(verb: str, *, step: int | None) -> list[str]:
    program = [str(KILLED), str(step)] if step is not None else ["-m", "gemeinsinn"]
    return [sys.executable, *program, verb]


class Killer:
    """Runs a verb on an instance and kills it somewhere in its course."""

    def __init__(self, instance: Instance, verb: str) -> None:
        self.instance = instance
        self.verb = verb
        self.environment = {**os.environ, "GEMEINSINN_INSTANCE": str(instance.root)}

    def whole(self) -> int:
        """Let the verb run to its end; how many lasting steps it takes."""
        done = subprocess.run(
            words_of(self.verb, step=0), env=self.environment, capture_output=True, text=True, check=True, timeout=120
        )
        return int(done.stderr.rsplit("steps: ", 1)[1])

    def before_step(self, step: int) -> int:
        """Kill the verb before its n-th lasting step; the signal that ended it."""
        words = words_of(self.verb, step=step)
        return -subprocess.run(words, env=self.environment, capture_output=True, check=False, timeout=120).returncode

    def after(self, seconds: float) -> int:
        """Kill the verb after a while; the signal that ended it, or zero if it was done before."""
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        process = subprocess.Popen(words_of(self.verb, step=None), env=self.environment, **quiet)
        time.sleep(seconds)
        process.send_signal(signal.SIGKILL)
        return -process.wait()

    def duration(self) -> float:
        """How long the verb takes from its start to its end."""
        begin = time.monotonic()
        subprocess.run(words_of(self.verb, step=None), env=self.environment, capture_output=True, check=True)
        return time.monotonic() - begin


@pytest.fixture
def county(tmp_path: Path, clock: Callable[[], datetime]) -> County:
    """A published county."""
    made = county_in(tmp_path, clock)
    deliver(made, 0)
    made.refresh()
    made.publish()
    return made


def deliver(county: County, number: int) -> None:
    """Put a delivery in place in which every municipality has other numbers than in those before."""
    changed = {key: cases + number for key, cases in CASES.items()}
    county.write("counts.csv", HEAD + counts(changed) + counts(changed, year=2021))


def cases_in(county: County, manifest: Manifest | None = None) -> int:
    """The number of the delivery that the lake believes: all of its cells are of one delivery, or the lake is torn."""
    found = believed(county.instance, manifest=manifest)
    numbers = {int(value) - CASES[area] for (area, _), value in found.items() if not isinstance(value, str)}
    assert (len(found), len(numbers)) == (2 * len(CASES), 1), "torn"
    return numbers.pop()


def check_lake(county: County) -> None:
    """No cell is believed twice, and no run is left open."""
    lake = Lake(county.instance.lake)
    history = lake.read("official/counts", lake.manifests.latest())
    cells = history.filter(history["sys_to_rel"] == OPEN_RELEASE).select("area", "period", "measure")
    assert cells.is_unique().all()
    assert not [run for run in lake.ledger.runs(source="counts") if run.state is RunState.RUNNING]


def deliveries_known(county: County) -> list[int]:
    """Which deliveries the states of the lake show, one after the other."""
    lake = Lake(county.instance.lake)
    states = [manifest for manifest in lake.manifests.all() if "official/counts" in manifest.tables]
    return list(dict.fromkeys(cases_in(county, manifest) for manifest in states))


def check_release(county: County, hash: str) -> None:
    """A release is whole, and its numbers are those of one delivery."""
    store = store_of(county.instance)
    store.check(hash)
    release = open_release(store.folder(hash))
    assert len({cell(release, "cases_share", "Astadt", year).value for year in (2021, 2022)}) == 1


def check_releases(county: County) -> None:
    """All releases that were published are there and whole, and nothing unfinished lies beside them."""
    store = store_of(county.instance)
    published = {line.release for line in store.pointed()}
    assert published == set(store.hashes())
    assert len(published) == len(ROUNDS) + 2
    for hash in published:
        check_release(county, hash)
    assert not [path for path in store.root.iterdir() if path.name.startswith(TEMPORARY_PREFIX)]


def test_a_refresh_that_is_killed_before_any_of_its_steps_leaves_the_old_state_or_the_new(county: County) -> None:
    killer = Killer(county.instance, "refresh")
    deliver(county, 1)
    steps = killer.whole()
    assert steps > len(ROUNDS)

    for number in ROUNDS:
        deliver(county, number + 1)

        assert killer.before_step(number * steps // len(ROUNDS)) == signal.SIGKILL

        assert cases_in(county) in (number, number + 1)
        county.refresh()
        check_lake(county)
    assert deliveries_known(county) == list(range(len(ROUNDS) + 2))


def test_a_publication_that_is_killed_before_any_of_its_steps_leaves_the_old_release_or_the_new(
    county: County,
) -> None:
    killer = Killer(county.instance, "publish")
    deliver(county, 1)
    county.refresh()
    steps = killer.whole()
    assert steps > len(ROUNDS)

    for number in ROUNDS:
        before = county.current.hash
        deliver(county, number + 1)
        county.refresh()

        assert killer.before_step(number * steps // len(ROUNDS)) == signal.SIGKILL

        check_release(county, county.current.hash)
        unfinished = county.current.hash == before
        assert county.publish().published is unfinished
        assert county.current.data("cases_share").cell(ASTADT, "2022").numerator == CASES[ASTADT] + number + 1
    check_releases(county)


def test_a_refresh_that_is_killed_at_any_moment_leaves_the_old_state_or_the_new(county: County) -> None:
    killer = Killer(county.instance, "refresh")
    deliver(county, 1)
    duration = killer.duration()

    for number in ROUNDS:
        deliver(county, number + 1)

        killer.after(duration * number / len(ROUNDS))

        assert cases_in(county) in (number, number + 1)
        county.refresh()
        check_lake(county)
    assert deliveries_known(county) == list(range(len(ROUNDS) + 2))


def test_a_publication_that_is_killed_at_any_moment_leaves_the_old_release_or_the_new(county: County) -> None:
    killer = Killer(county.instance, "publish")
    deliver(county, 1)
    county.refresh()
    duration = killer.duration()

    for number in ROUNDS:
        deliver(county, number + 1)
        county.refresh()

        killer.after(duration * number / len(ROUNDS))

        check_release(county, county.current.hash)
        county.publish()
        assert county.current.data("cases_share").cell(ASTADT, "2022").numerator == CASES[ASTADT] + number + 1
    check_releases(county)

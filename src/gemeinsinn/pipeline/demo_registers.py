"""The registers of the demo county: people are invented, five systems deliver them, and all of it is taken in.

The deliveries lie in the folder of the instance, outside of everything that the platform keeps, as those of real
systems would. They are made once; a run that was killed makes them anew.
"""

from __future__ import annotations

import json
import os
import shutil
from datetime import date
from pathlib import Path

from gemeinsinn.errors import DeliveryError, GemeinsinnError, SettingsError
from gemeinsinn.lake import durable
from gemeinsinn.lake.runs import RunState
from gemeinsinn.pipeline.registers.refresh import Clock, Surroundings, registers_refreshed
from gemeinsinn.pipeline.synth import calibration_for
from gemeinsinn.settings.instance import Instance
from gemeinsinn.synthetic.county import Progress, write_county
from gemeinsinn.synthetic.options import Order


DELIVERIES = "deliveries"
"""The folder of the deliveries, below the instance."""

FIRST_YEAR, LAST_YEAR = 2013, 2025
KNOWN_ON = (date(LAST_YEAR, 4, 15), date(LAST_YEAR, 10, 15), None)
"""The registers are published as they were known on these days, and as they are known now: each time with corrections."""
_MOST_PROCESSES = 2
_RECORD = "demo_registers.json"


def are_ready(instance: Instance, residents: int) -> bool:
    """Whether the registers of a county of that size have been taken in and published.

    Raises `SettingsError` if the demo holds a county of another size.
    """
    made_for = _read(instance.root / DELIVERIES / "SYNTHETIC.json").get("residents", residents)
    if made_for != residents:
        what = f"the registers of this demo are those of {made_for:,} residents."
        raise SettingsError(what, remedy=f"Say --residents {made_for}, or make another demo with --dir.")
    return _read(_record(instance)) == {"residents": residents}


def deliver(instance: Instance, residents: int, progress: Progress) -> None:
    """Have the five systems deliver, unless they have; a folder of deliveries is there whole or not at all."""
    folder = instance.root / DELIVERIES
    unfinished = folder.with_name(f"{durable.TEMPORARY_PREFIX}{DELIVERIES}")
    shutil.rmtree(unfinished, ignore_errors=True)
    if folder.is_dir():
        progress(1, 1)
        return
    order = Order(seed=1, residents=residents, first_year=FIRST_YEAR, last_year=LAST_YEAR)
    processes = min(os.cpu_count() or 1, _MOST_PROCESSES)
    write_county(calibration_for(instance), order, unfinished, processes=processes, progress=progress)
    unfinished.rename(folder)
    durable.sync_folder(instance.root)


def take_in(instance: Instance, clock: Clock, progress: Progress) -> None:
    """Take in every register; raises what was found wrong with one of them."""
    surroundings = Surroundings(clock, environment=dict(os.environ))
    after = registers_refreshed(instance, surroundings=surroundings, after=lambda run, done, of: progress(done, of))
    failed = [run for run in after if run.state is RunState.FAILED]
    if failed:
        kind = GemeinsinnError if any(run.is_our_fault for run in failed) else DeliveryError
        raise kind("; ".join(finding for run in failed for finding in run.findings))


def mark_ready(instance: Instance, residents: int) -> None:
    """Remember that all is done, so that the next start of the demo has nothing to do."""
    durable.replace(_record(instance), json.dumps({"residents": residents}).encode())


def _record(instance: Instance) -> Path:
    return instance.var / _RECORD


def _read(path: Path) -> dict[str, int]:
    try:
        found: dict[str, int] = json.loads(path.read_bytes())
    except FileNotFoundError:
        return {}
    return found

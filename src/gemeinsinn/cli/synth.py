"""`gemeinsinn synth`: invented data to try everything with, without a single real person."""

from __future__ import annotations

import os
import time
from pathlib import Path

import click

from gemeinsinn.cli.shared import instance_option, json_option, print_json, progress, say
from gemeinsinn.pipeline.shipped import shipped_demo
from gemeinsinn.pipeline.synth import calibration_for
from gemeinsinn.settings.instance import Instance
from gemeinsinn.synthetic.county import write_county
from gemeinsinn.synthetic.options import Order


_MOST_PROCESSES = 8


@click.group("synth")
def command() -> None:
    """Make synthetic data: people, names and addresses that are invented, numbers that follow published statistics."""


@command.command("county")
@click.option("--seed", type=int, default=1, show_default=True, help="The same seed makes the same files.")
@click.option("--residents", type=int, default=320_000, show_default=True, help="How large the county is.")
@click.option("--from", "first_year", type=int, default=2013, show_default=True, help="The first year.")
@click.option("--to", "last_year", type=int, default=2025, show_default=True, help="The last year, to its end.")
@click.option("--out", type=click.Path(path_type=Path), required=True, metavar="DIR", help="An empty folder.")
@click.option("--processes", type=int, default=0, help="How many processes work; all processors if left out.")
@instance_option
@json_option
def county(
    seed: int,
    residents: int,
    first_year: int,
    last_year: int,
    out: Path,
    processes: int,
    instance_dir: str | None,
    as_json: bool,
) -> None:
    """Make a synthetic county: resident register, benefits, youth welfare, childcare and care, as they deliver.

    It follows the published population of the demo county, or of the home county of --instance.
    """
    order = Order(seed=seed, residents=residents, first_year=first_year, last_year=last_year)
    began = time.monotonic()
    calibration = calibration_for(Instance(Path(instance_dir) if instance_dir else shipped_demo()))
    workers = processes or min(os.cpu_count() or 1, _MOST_PROCESSES)
    with progress(quiet=as_json) as step:
        written = write_county(
            calibration, order, out, processes=workers, progress=lambda done, all: step("county", done, all)
        )
    seconds = round(time.monotonic() - began, 3)
    if as_json:
        print_json({
            "synthetic": True, "out": str(out), "seed": seed, "residents": residents, "from": f"{order.first_day}",
            "to": f"{order.last_day}", "files": written.files, "bytes": written.bytes, "seconds": seconds,
        })  # fmt: skip
        return
    for system, files in written.files.items():
        say(f"{system}: {files} files, {written.bytes[system] / 1e6:.1f} MB")
    say(f"{out}: written in {seconds:.1f} s. Every person in it is invented.")

"""Hiding cells of invented tables of 4,092, 77,880 and 874,830 cells, beside what other programs hide of the same ones."""

from __future__ import annotations

import csv
import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

import numpy as np

from bars import Row, Section, spread
from gemeinsinn.protect.certificate import Subject, certificate, subject_in
from gemeinsinn.protect.ledger import Ledger
from gemeinsinn.protect.tables.attack import audited
from gemeinsinn.protect.tables.hierarchies import Hierarchy, flat
from gemeinsinn.protect.tables.identity import identities_of
from gemeinsinn.protect.tables.model import TableModel, product_table
from gemeinsinn.protect.tables.pattern import FREE, SECONDARY
from gemeinsinn.protect.tables.policy import Attacker, TablePolicy, Zeros
from gemeinsinn.protect.tables.protection import Protection, protect
from gemeinsinn.protect.tables.union import Union, united
from places import ROOT
from support.ledgers import KEY, with_release
from support.trial_tables import BUND, KREIS, LAND, MINI, Extent, trial_counts, trial_dimensions, trial_table


OUTSIDER = TablePolicy(zeros=Zeros.NAIVE)
BOTH = replace(OUTSIDER, attackers=(Attacker.OUTSIDER, Attacker.INSIDER))
KREIS_OPTIMUM = 1679
"""Proven by two programs."""
GAUSS_KREIS, GAUSS_LAND = 3616, 48_990
"""What GaussSuppression hides by default for others' sake, recorded."""
RATIO = 0.8
"""Of that we may hide so much, with every insider kept off."""
RECORDED = (
    ("kreis: tau-ARGUS, optimal", 1679, 24),
    ("kreis: gconfid (Statistics Canada)", 2019, 18.7),
    ("kreis: GaussSuppression, singletons not treated", 1900, 2.1),
    ("kreis: GaussSuppression, default", GAUSS_KREIS, 1.9),
    ("land: GaussSuppression, default", GAUSS_LAND, 767),
)
"""Secondary sum and seconds of others, once measured on two cores. Insiders succeed: 58 % of them with tau-ARGUS, 51 %
with GaussSuppression without singletons, which also leaves 19 intervals too narrow, and 7 % with its default."""
_HELPERS = 2
"""Processes that solve the parts of a large table."""
_HOW = (
    "Invented people by area, 18 ages and sex, with all totals; 1 and 2 are primary, hiding a cell costs its value. Zeros "
    "are `naive`, as with the others: nobody concludes that a hidden count is not zero. Hidden is with the attack on the "
    "result, and the ledger holds one earlier release of the same people by area and four origins. Recorded figures are "
    "those of other programs on two cores; their insiders are not kept off: 58 % of them recompute somebody's cell with "
    "tau-ARGUS, 7 % with GaussSuppression's default."
)
_R = """
found <- requireNamespace("GaussSuppression", quietly = TRUE)
if (!found) quit(status = 3)
data <- read.csv(commandArgs(TRUE)[1])
seconds <- system.time(result <- GaussSuppression::SuppressSmallCounts(
  data, maxN = 2, freqVar = "count", dimVar = c("amt", "area", "group", "age", "sex"), protectZeros = FALSE,
  printInc = FALSE))["elapsed"]
cat(seconds, sum(result$count[result$suppressed & !result$primary]))
"""

_VERIFY = """
import json, sys, time
from gemeinsinn.protect.verifier import verified
content = open(sys.argv[1], "rb").read()
began = time.perf_counter()
report = verified(content)
print(json.dumps({"seconds": time.perf_counter() - began, "valid": report.valid}))
assert "highspy" not in sys.modules
"""


def measured(*, quick: bool, clone: bool) -> Section:
    """Measure the county, the state and, unless it is to be quick, the whole country."""
    rows = [*_kreis(3 if quick else 7), *_gauss_suppression()]
    if not quick:
        rows += [*_land(3), *_bund()]
    for what, hidden, seconds in RECORDED:
        rows += [Row(f"recorded, {what}: hidden", hidden, ""), Row(f"recorded, {what}: time", seconds, "s")]
    return Section("Hiding cells", _HOW, tuple(rows))


def _kreis(runs: int) -> list[Row]:
    protect(trial_table(MINI), BOTH)
    model = trial_table(KREIS)
    found = [protect(model, OUTSIDER) for _ in range(runs)]
    seconds = [each.seconds for each in found]
    above = 100 * (hidden_sum(model, found[0]) / KREIS_OPTIMUM - 1)
    return [
        spread("kreis, outsider", seconds, "s", bar=1.5),
        Row("kreis, outsider: hidden", hidden_sum(model, found[0]), ""),
        Row("kreis, outsider: above the proven optimum", above, "%", bar=1),
        spread("kreis, outsider: until so close to it", seconds, "s", bar=3),
        Row("kreis, outsider: breaches", len(found[0].verdict.breaches), "", bar=0),
        *_kreis_in_series(runs),
    ]


def _kreis_in_series(runs: int) -> list[Row]:
    """With insiders, beside an earlier release of another table of the same people, with a certificate."""
    model, ledger = _identified(KREIS), _earlier_release(KREIS)
    made = [_in_series(model, ledger) for _ in range(runs)]
    seconds, (_, found, content) = [each[0] for each in made], made[0]
    name = "kreis, outsider and insiders beside an earlier release"
    return [
        spread(f"{name}, with certificate", seconds, "s", bar=2),
        *_kept_off(name, model, found, GAUSS_KREIS),
        *_verified("kreis", content, runs=runs, bar=None),
    ]


def _in_series(model: TableModel, ledger: Ledger) -> tuple[float, Protection, bytes]:
    """How long it took, what was hidden, and the certificate."""
    began = time.perf_counter()
    union = united(model, ledger, audience="public", policy=BOTH.digest)
    found = protect(model, BOTH, earlier=union)
    content = certified(found, BOTH, union=union)
    return time.perf_counter() - began, found, content


def _kept_off(name: str, model: TableModel, found: Protection, theirs: int) -> list[Row]:
    return [
        Row(f"{name}: insiders who succeed", found.insiders, "", bar=0),
        Row(f"{name}: breaches", len(found.verdict.breaches), "", bar=0),
        Row(f"{name}: hidden", hidden_sum(model, found), "", bar=round(RATIO * theirs)),
    ]


def _verified(name: str, content: bytes, *, runs: int, bar: float | None) -> list[Row]:
    """The certificate checked in a process that loads no solver."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "certificate.json"
        path.write_bytes(content)
        told = [_elsewhere("-c", _VERIFY, str(path)) for _ in range(runs)]
    return [
        spread(f"{name}: certificate verified without solver", [each["seconds"] for each in told], "s", bar=bar),
        Row(f"{name}: certificate refused", sum(not each["valid"] for each in told), "", bar=0),
    ]


def _land(runs: int) -> list[Row]:
    model = trial_table(LAND)
    plain = [protect(model, OUTSIDER) for _ in range(runs)]
    found = [protect(model, BOTH) for _ in range(runs)]
    name = "land, outsider and insiders"
    return [
        spread("land, outsider", [each.seconds for each in plain], "s", bar=15),
        Row("land, outsider: hidden", hidden_sum(model, plain[0]), ""),
        Row("land, outsider: breaches", len(plain[0].verdict.breaches), "", bar=0),
        spread(name, [each.seconds for each in found], "s", bar=40),
        *_kept_off(name, model, found[0], GAUSS_LAND),
        *_verified("land", certified(found[0], BOTH), runs=runs, bar=1),
    ]


def _bund() -> list[Row]:
    """In a process of its own, so that its memory is its own."""
    told = _elsewhere(__file__)
    return [
        Row("bund, outsider", told["seconds"], "s", bar=90),
        Row("bund, outsider: hidden", told["hidden"], ""),
        Row("bund, outsider: breaches", told["breaches"], "", bar=0),
        Row("bund: audit", told["audit"], "s", bar=5),
        Row("bund: memory", told["memory_gb"], "GB", bar=8),
    ]


def _gauss_suppression() -> list[Row]:
    """The package of others, where R and it are installed; it is no dependency."""
    program = shutil.which("Rscript")
    if program is None:
        return []
    with tempfile.TemporaryDirectory() as folder:
        table, script = Path(folder) / "kreis.csv", Path(folder) / "hide.R"
        _write_smallest_cells(KREIS, table)
        script.write_text(_R, encoding="utf-8")
        done = subprocess.run([program, str(script), str(table)], capture_output=True, text=True)
    if done.returncode == 3:
        return []
    seconds, hidden = map(float, done.stdout.split()[-2:])
    return [
        Row("kreis: GaussSuppression, here", seconds, "s"),
        Row("kreis: GaussSuppression, here: hidden", hidden, ""),
    ]


def _write_smallest_cells(extent: Extent, path: Path) -> None:
    """One row a smallest cell, with the codes of all levels."""
    dimensions, counts = trial_dimensions(extent), trial_counts(extent)
    chains = [[_chain(each, leaf) for leaf in each.leaves] for each in dimensions.values()]
    with path.open("w", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["amt", "area", "group", "age", "sex", "count"])
        for area, age, sex in np.ndindex(counts.shape):
            rows.writerow([*chains[0][area], *chains[1][age], *chains[2][sex], int(counts[area, age, sex])])


def _chain(hierarchy: Hierarchy, leaf: int) -> list[str]:
    """The codes from below the root down to a leaf."""
    above = int(hierarchy.first_parent[leaf])
    return [*(_chain(hierarchy, above) if above > 0 else []), hierarchy.codes[leaf]]


def hidden_sum(model: TableModel, found: Protection) -> float:
    """What is hidden for others' sake adds up to so much."""
    return float(model.values[found.pattern == SECONDARY].sum())


def certified(found: Protection, policy: TablePolicy, *, union: Union | None = None) -> bytes:
    """The certificate of a protected table."""
    subject = Subject("trial") if union is None else subject_in(union, table="trial")
    states, needs = found.attacked_pattern, found.attacked_needs
    return certificate(found.attacked, states, needs, found.witnesses, policy=policy, subject=subject)


def _identified(extent: Extent) -> TableModel:
    return _with_identities(trial_table(extent), trial_dimensions(extent))


def _earlier_release(extent: Extent) -> Ledger:
    """A ledger in which the same people were released by area and origin, together."""
    areas = trial_dimensions(extent)["area"]
    people = trial_counts(extent).sum(axis=(1, 2)).astype(int)
    rng = np.random.default_rng(2)
    origins = np.stack([rng.multinomial(number, [0.8, 0.1, 0.07, 0.03]) for number in people])
    dimensions = {"area": areas, "origin": flat(["a", "b", "c", "d"], name="origin")}
    model = _with_identities(product_table(dimensions, origins.astype(np.float64), spine="area"), dimensions)
    found = protect(model, BOTH)
    return with_release(Ledger(KEY), model, found.pattern, needs=found.needs, policy=BOTH.digest, table="origins")


def _with_identities(model: TableModel, dimensions: dict[str, Hierarchy]) -> TableModel:
    roots = {name: hierarchy.root for name, hierarchy in dimensions.items()}
    known = identities_of(model.labels, model.values, variable="people", valid_on="2025-12-31", roots=roots)
    return replace(model, identities=known)


def _measure_bund() -> dict[str, float]:
    model = trial_table(BUND)
    found = protect(model, OUTSIDER)
    again = audited(model, found.pattern != FREE, found.needs, zeros_public=False)
    return {
        "seconds": found.seconds,
        "hidden": hidden_sum(model, found),
        "breaches": len(found.verdict.breaches) + len(again.breaches),
        "audit": again.seconds,
        "memory_gb": (_memory(resource.RUSAGE_SELF) + _HELPERS * _memory(resource.RUSAGE_CHILDREN)) / 1e6,
    }


def _memory(who: int) -> int:
    """The most that a process had, in kB; of its children the largest one's."""
    return resource.getrusage(who).ru_maxrss


def _elsewhere(*words: str) -> dict[str, float]:
    """What another Python process says as JSON."""
    path = os.pathsep.join(str(ROOT / name) for name in ("src", "tests", "benchmarks"))
    done = subprocess.run(
        [sys.executable, *words], capture_output=True, text=True, check=True, env={**os.environ, "PYTHONPATH": path}
    )
    told: dict[str, float] = json.loads(done.stdout)
    return told


if __name__ == "__main__":
    print(json.dumps(_measure_bund()))

"""The gate: a publication of 40 indicators for 49 municipalities over ten years, protected beside ten earlier releases."""

from __future__ import annotations

import secrets
import tempfile
import time
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from bars import Row, Section, spread
from gemeinsinn.concepts.registers import AREA_DIMENSIONS
from gemeinsinn.gate.area_table import AreaTable
from gemeinsinn.gate.blocks import Block, Snapshot, block_of
from gemeinsinn.gate.exact_tables import ExactTables, Place
from gemeinsinn.gate.hiding import guarded_tables
from gemeinsinn.gate.ledger_entries import entered
from gemeinsinn.gate.ledger_folder import LedgerFolder
from gemeinsinn.gate.parts import Columns, Where, columns_of, grid_of
from gemeinsinn.lake.restricted.resolved import AreaScheme
from gemeinsinn.pipeline.shipped import shipped_demo
from gemeinsinn.protect.ledger import Ledger
from gemeinsinn.protect.tables.policy import Attacker, TablePolicy
from gemeinsinn.sources.registers.declared import read_registers


YEARS, EARLIER = 10, 10
_HOW = (
    "One register, 40 groups of people by age and sex, many of which lie in one another or overlap; 49 municipalities, "
    "nine Ämter, the county; key dates of ten years. Small municipalities have two or three cases. Ten releases were "
    "entered into the ledger before, each with corrections of the two newest years in five municipalities. Measured is "
    "the eleventh, with corrections again: the ledger is read from the disk, everything is protected from outsiders and "
    "insiders together with all earlier releases, attacked, and entered."
)
_POLICY = TablePolicy(attackers=(Attacker.OUTSIDER, Attacker.INSIDER))


def measured(*, quick: bool, clone: bool) -> Section:
    """Measure a first publication, and an eleventh beside ten."""
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        folder_of = LedgerFolder(Path(folder) / "ledger", secrets.token_bytes(32))
        tables = _tables()
        rng = np.random.default_rng(1)
        began = time.perf_counter()
        _release(folder_of, tables)
        rows.append(Row("a first publication, with nothing released before", time.perf_counter() - began, "s"))
        for _ in range(EARLIER - 1):
            tables = _corrected(tables, rng)
            _release(folder_of, tables)
        seconds = []
        for _ in range(2 if quick else 5):
            tables = _corrected(tables, rng)
            began = time.perf_counter()
            _release(folder_of, tables)
            seconds.append(time.perf_counter() - began)
        rows.append(spread("the next one beside ten or more earlier ones, with corrections", seconds, "s", bar=2))
        began = time.perf_counter()
        _release(folder_of, tables)
        rows.append(Row("the same once more, with nothing new", time.perf_counter() - began, "s"))
        size = sum(path.stat().st_size for path in (Path(folder) / "ledger").iterdir())
        rows.append(Row("the ledger of all of them", size / 1e6, "MB"))
    cells = sum(int(block.shown.sum()) for block in tables.blocks)
    rows.append(Row("numbers asked for", cells, ""))
    return Section("The gate", _HOW, tuple(rows))


def _release(folder: LedgerFolder, tables: ExactTables) -> None:
    """Protect, attack and enter, as a publication does."""
    ledger: Ledger = folder.read()
    guarded = guarded_tables(tables, _POLICY, ledger)
    with folder.writing(secrets.token_bytes) as book:
        entered(book, guarded, release="bench", at=datetime.now(UTC), random=secrets.token_bytes)


def _tables() -> ExactTables:
    """Cases of ten years: many in towns, few in villages."""
    register = read_registers(shipped_demo() / "registers.yaml")["youth_welfare"].register
    choices = _choices()
    grid = grid_of(register, list(choices.values()))
    columns, column_of = columns_of(grid, choices)
    areas = AreaTable(_scheme())
    rng = np.random.default_rng(7)
    size = np.concatenate([rng.uniform(2, 9, 20), rng.uniform(9, 40, 20), rng.uniform(80, 400, 9)])
    weight = rng.dirichlet(np.full(columns.parts, 0.8))
    years = tuple(f"{year}-12-31" for year in range(2015, 2015 + YEARS))
    blocks = tuple(_block(at, rng.poisson(size[:, None] * weight), areas, columns) for at in years)
    places = {name: Place("bench persons", column, years) for name, column in column_of.items()}
    return ExactTables("bench", areas, blocks, places)


def _choices() -> dict[str, Where]:
    """Forty groups: ages within ages, all of them also by sex, and one that cuts across."""
    spans = ("0-20", "0-17", "0-5", "6-17", "0-2", "3-5", "6-9", "10-13", "14-17", "18-20", "0-13", "10-17", "6-13")
    sexes: dict[str, tuple[str, ...]] = {"both": (), "male": ("male",), "female": ("female",)}
    found: dict[str, Where] = {}
    for span in spans:
        for sex, codes in sexes.items():
            found[f"{span} {sex}"] = {"age": (span,), "sex": codes} if codes else {"age": (span,)}
    found["14-20"] = {"age": ("14-20",)}
    return found


def _scheme() -> AreaScheme:
    """Forty villages in nine Ämter, and nine towns of their own."""
    keys = tuple(f"01056{number:03d}" for number in range(1, 50))
    amts = {key: f"0105656{number % 9:02d}" for number, key in enumerate(keys[:40])}
    return AreaScheme(keys, amts, dict.fromkeys(keys, "01056"))


def _block(at: str, counts: np.ndarray, areas: AreaTable, columns: Columns) -> Block:
    return block_of(Snapshot("bench persons", at, counts.astype(np.int64)), areas, columns, frozenset(AREA_DIMENSIONS))


def _corrected(tables: ExactTables, rng: np.random.Generator) -> ExactTables:
    """Late reports for the two newest years: somebody comes or goes in five municipalities."""
    blocks = list(tables.blocks)
    for number in (-2, -1):
        block = blocks[number]
        counts = block.snapshot.counts.copy()
        for place in rng.choice(counts.shape[0], 5, replace=False):
            part = rng.integers(counts.shape[1])
            counts[place, part] = max(0, counts[place, part] + rng.choice([-1, 1, 2]))
        blocks[number] = _block(block.snapshot.at, counts, block.areas, block.columns)
    return replace(tables, blocks=tuple(blocks))

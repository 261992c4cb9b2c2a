"""The gate: a publication of 40 indicators for 49 municipalities over ten years, protected beside ten earlier releases."""

from __future__ import annotations

import secrets
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import numpy as np

from bars import Row, Section, spread
from gemeinsinn.concepts.registers import AREA_DIMENSIONS
from gemeinsinn.gate.area_table import AreaTable
from gemeinsinn.gate.blocks import Block, Snapshot, block_of
from gemeinsinn.gate.exact_tables import ExactTables
from gemeinsinn.gate.groups import Where
from gemeinsinn.gate.hiding import guarded_tables
from gemeinsinn.gate.ledger_entries import entered
from gemeinsinn.gate.ledger_folder import LedgerFolder
from gemeinsinn.gate.parts import Columns, columns_of, grid_of
from gemeinsinn.lake.restricted.resolved import AreaScheme
from gemeinsinn.pipeline.shipped import shipped_demo
from gemeinsinn.protect.tables.policy import Attacker, TablePolicy, Zeros
from gemeinsinn.sources.registers.declared import read_registers


YEARS, EARLIER = 10, 10
REGISTERS = {"cases of help": 1.0, "people in care": 2.0, "households with benefits": 5.0, "children in groups": 0.5}
"""By what is counted, how many there are."""
GROUPS: tuple[Where, ...] = (
    {},
    {"age": ("0-5",)},
    {"age": ("6-13",)},
    {"age": ("14-17",)},
    {"age": ("0-17",)},
    {"age": ("18-20",)},
    {"age": ("0-20",)},
    {"age": ("21-64",)},
    {"age": ("65+",)},
    {"sex": ("female",)},
)
"""Groups that lie in one another, add up or overlap."""
_HOW = (
    "Four registers with ten indicators each, of groups of people that lie in one another, add up or overlap; 49 "
    "municipalities, nine Ämter, the county; key dates of ten years. Small municipalities have two or three cases. Ten "
    "releases were entered into the ledger before, each with corrections of one of the years in five municipalities of "
    "every register. Measured is the next one, again with corrections: the ledger is read from the disk, everything is "
    "protected from outsiders and insiders together with all earlier releases, attacked, certified and entered. Then the "
    "newest year is corrected in one release after the other, eleven times: from the fourth time on, corrections by one "
    "or two people can no longer be protected beside the earlier ones in some registers, and wait."
)
_POLICY = TablePolicy(zeros=Zeros.STRUCTURAL, attackers=(Attacker.OUTSIDER, Attacker.INSIDER))


def measured(*, quick: bool, clone: bool) -> Section:
    """Measure a first publication, and an eleventh beside ten."""
    with tempfile.TemporaryDirectory() as folder:
        desk = _Office(LedgerFolder(Path(folder) / "ledger", secrets.token_bytes(32)), _tables())
        rows = [Row("a first publication, with nothing released before", desk.published(), "s")]
        for year in _YEARS[: EARLIER - 1]:
            desk.correct(year)
            desk.published()
        seconds = []
        for year in _YEARS[: 2 if quick else 5]:
            desk.correct(year)
            seconds.append(desk.published())
        rows.append(
            spread("the next one beside ten or more earlier ones, with corrections of a year", seconds, "s", bar=2)
        )
        for _ in range(2 if quick else EARLIER):
            desk.correct(_YEARS[-1])
            desk.published()
        desk.correct(_YEARS[-1])
        rows.append(
            Row("the same where the newest year is corrected for the eleventh time", desk.published(), "s", bar=2)
        )
        rows.append(Row("the same once more, with nothing new", desk.published(), "s"))
        size = sum(path.stat().st_size for path in (Path(folder) / "ledger").iterdir())
        rows.append(Row("ledger and certificates of all of them", size / 1e6, "MB"))
    rows.append(Row("numbers asked for", sum(int(block.shown.sum()) for block in desk.tables.blocks), ""))
    return Section("The gate", _HOW, tuple(rows))


class _Office:
    """Publishes its tables, again and again, and remembers what they were before."""

    def __init__(self, folder: LedgerFolder, tables: ExactTables) -> None:
        self.folder, self.tables = folder, tables
        self.before: dict[str, list[Block]] = {}
        self.rng = np.random.default_rng(1)

    def published(self) -> float:
        """Protect, attack, certify and enter, as a publication does; how long it took."""
        began = time.perf_counter()
        ledger = self.folder.read()
        guarded = guarded_tables(self.tables, _POLICY, ledger, earlier=self._earlier)
        with self.folder.writing(secrets.token_bytes) as book:
            entered(book, [guarded], release="bench", at=datetime.now(UTC), random=secrets.token_bytes)
        return time.perf_counter() - began

    def correct(self, year: str) -> None:
        """Late reports for a year: somebody comes or goes in five municipalities of each register."""
        blocks = [self._corrected(block) if block.at == year else block for block in self.tables.blocks]
        self.tables = replace(self.tables, blocks=tuple(blocks))

    def _corrected(self, block: Block) -> Block:
        self.before.setdefault(block.name, []).append(block)
        counts = block.snapshot.counts.copy()
        for place in self.rng.choice(counts.shape[0], 5, replace=False):
            part = self.rng.integers(counts.shape[1])
            counts[place, part] = max(0, counts[place, part] + self.rng.choice([-1, 1, 2]))
        return _block(block.variable, block.at, counts, block.areas, block.columns)

    def _earlier(self, block: Block) -> Iterator[tuple[date, Block]]:
        for state in reversed(self.before.get(block.name, [])):
            yield date(2025, 1, 1), state


_YEARS = tuple(f"{year}-12-31" for year in range(2015, 2015 + YEARS))


def _tables() -> ExactTables:
    """Cases of ten years: many in towns, few in villages."""
    register = read_registers(shipped_demo() / "registers.yaml")["youth_welfare"].register
    columns = columns_of(grid_of(register, GROUPS), GROUPS)
    areas = AreaTable(_scheme())
    rng = np.random.default_rng(7)
    size = np.concatenate([rng.uniform(2, 9, 20), rng.uniform(9, 40, 20), rng.uniform(80, 400, 9)])
    blocks = []
    for variable, many in REGISTERS.items():
        weight = rng.dirichlet(np.full(columns.parts, 0.8))
        drawn = [rng.poisson(many * size[:, None] * weight) for _ in _YEARS]
        blocks += [_block(variable, at, counts, areas, columns) for at, counts in zip(_YEARS, drawn, strict=True)]
    return ExactTables("bench", areas, tuple(blocks), {})


def _scheme() -> AreaScheme:
    """Forty villages in nine Ämter, and nine towns of their own."""
    keys = tuple(f"01056{number:03d}" for number in range(1, 50))
    amts = {key: f"0105656{number % 9:02d}" for number, key in enumerate(keys[:40])}
    return AreaScheme(keys, amts, dict.fromkeys(keys, "01056"))


def _block(variable: str, at: str, counts: np.ndarray, areas: AreaTable, columns: Columns) -> Block:
    return block_of(Snapshot(variable, at, counts.astype(np.int64)), areas, columns, frozenset(AREA_DIMENSIONS))

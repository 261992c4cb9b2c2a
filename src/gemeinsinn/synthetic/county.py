"""A whole synthetic county: all systems' deliveries below one folder, by one process or several."""

from __future__ import annotations

import json
import multiprocessing
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from gemeinsinn import __version__
from gemeinsinn.errors import SettingsError
from gemeinsinn.synthetic.benefits import benefits_files
from gemeinsinn.synthetic.blocks import Plan
from gemeinsinn.synthetic.calibration import Calibration
from gemeinsinn.synthetic.care import care_files
from gemeinsinn.synthetic.childcare import childcare_files
from gemeinsinn.synthetic.lots import Files, count_of_lots, simulated
from gemeinsinn.synthetic.options import Order
from gemeinsinn.synthetic.projection import projection
from gemeinsinn.synthetic.residents import residents_files
from gemeinsinn.synthetic.youth_welfare import youth_welfare_files


MARK = "SYNTHETIC.json"
"""The file that says that nobody in the folder exists."""
_SYSTEMS = (residents_files, benefits_files, youth_welfare_files, childcare_files, care_files)
_SMALL = 1 << 16
_MOST_KEPT = 1 << 28

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Written:
    """What was written: files and their bytes by system."""

    files: dict[str, int]
    bytes: dict[str, int]


def write_county(
    calibration: Calibration, order: Order, folder: Path, *, processes: int = 1, progress: Progress | None = None
) -> Written:
    """Write the deliveries of the five systems; the files depend on the order only, not on `processes`.

    Raises `SettingsError` if the folder holds anything.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise SettingsError(f"{folder} is not empty.", remedy="Choose an empty folder with --out.")
    folder.mkdir(parents=True, exist_ok=True)
    plan = Plan(order, projection(calibration, first_year=order.first_year, last_year=order.last_year))
    _mark(order, folder)
    files = Deliveries(folder)
    lots = count_of_lots(plan)
    for done, part in enumerate(_lots(plan, lots, processes), start=1):
        files.add(part)
        if progress is not None:
            progress(done, lots)
    files.close()
    return files.written()


def _mark(order: Order, folder: Path) -> None:
    document = {
        "synthetic": True,
        "note_de": "Alle Personen, Namen und Anschriften sind erfunden.",
        "note_en": "Every person, name and address is invented.",
        "seed": order.seed,
        "residents": order.residents,
        "from": f"{order.first_day}",
        "to": f"{order.last_day}",
        "version": __version__,
    }
    (folder / MARK).write_text(json.dumps(document, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")


def _lots(plan: Plan, lots: int, processes: int) -> Iterator[Files]:
    """What each lot contributes, in their order."""
    if processes == 1 or lots == 1:
        for number in range(lots):
            yield files_of_lot(plan, number)
        return
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(min(processes, lots), mp_context=context) as pool:
        ahead: deque[Future[Files]] = deque()
        for number in range(lots + processes):
            if number < lots:
                ahead.append(pool.submit(files_of_lot, plan, number))
            if number >= processes:
                yield ahead.popleft().result()


def files_of_lot(plan: Plan, number: int) -> Files:
    """Simulate a lot, and what it contributes to the files of all systems."""
    lot = simulated(plan, number)
    files = Files()
    for system in _SYSTEMS:
        files |= system(lot)
    return files


@dataclass(slots=True)
class Deliveries:
    """The county's files as they grow; what is small is kept until it is worth opening a file for."""

    folder: Path
    kept: dict[str, list[bytes]] = field(default_factory=dict)
    size: int = 0
    bytes: dict[str, int] = field(default_factory=dict)

    def add(self, part: Files) -> None:
        for name, content in part.items():
            self.bytes[name] = self.bytes.get(name, 0) + len(content)
            self.kept.setdefault(name, []).append(content)
            self.size += len(content)
            if len(content) > _SMALL:
                self._write(name)
        if self.size > _MOST_KEPT:
            self.close()

    def close(self) -> None:
        """Write what is left."""
        for name in sorted(self.kept):
            self._write(name)

    def _write(self, name: str) -> None:
        contents = self.kept.pop(name)
        self.size -= sum(map(len, contents))
        file = self.folder / name
        if self.bytes[name] == sum(map(len, contents)):
            file.parent.mkdir(parents=True, exist_ok=True)
        with file.open("ab") as opened:
            opened.writelines(contents)

    def written(self) -> Written:
        """Files and bytes by system."""
        systems = sorted({name.partition("/")[0] for name in self.bytes})
        sizes = {
            system: [size for name, size in self.bytes.items() if name.startswith(f"{system}/")] for system in systems
        }
        return Written(
            {name: len(each) for name, each in sizes.items()}, {name: sum(each) for name, each in sizes.items()}
        )

"""Takes in the resident register of a filled demo anew: twelve years at once, then single days. Prints what it took.

Run in a process of its own by `registers`, so that the memory is that of the intake.
"""

from __future__ import annotations

import json
import resource
import shutil
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

from gemeinsinn.lake.runs import RunState
from gemeinsinn.pipeline.registers.refresh import Surroundings, registers_refreshed
from gemeinsinn.settings.instance import Instance


_DEFINITIONS = ("gemeinsinn.toml", "sources.yaml", "policy.yaml", "registers.yaml")
_FOLDERS = ("catalogue", "codes", "mappings")


def main() -> None:
    """Both, and the memory of all."""
    filled, days = Path(sys.argv[1]), int(sys.argv[2])
    files = sorted((filled / "deliveries" / "residents").rglob("*.csv.gz"), key=lambda path: path.name[-15:])
    with tempfile.TemporaryDirectory(dir=filled.parent) as folder:
        instance = _instance(filled, Path(folder))
        for file in files[:-days]:
            _deliver(file, filled, instance)
        history = _taken_in(instance)
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
        single = []
        for file in files[-days:]:
            _deliver(file, filled, instance)
            single.append(_taken_in(instance))
    print(json.dumps({"history": [history], "days": single, "memory_gb": memory}))


def _instance(filled: Path, folder: Path) -> Instance:
    for name in _DEFINITIONS:
        shutil.copyfile(filled / name, folder / name)
    for name in _FOLDERS:
        shutil.copytree(filled / name, folder / name)
    return Instance(folder)


def _deliver(file: Path, filled: Path, instance: Instance) -> None:
    target = instance.root / file.relative_to(filled)
    target.parent.mkdir(parents=True, exist_ok=True)
    target.hardlink_to(file)


def _taken_in(instance: Instance) -> float:
    began = time.perf_counter()
    runs = registers_refreshed(instance, ["residents"], surroundings=Surroundings(lambda: datetime.now(UTC)))
    taken = time.perf_counter() - began
    if runs[0].state is not RunState.ACCEPTED:
        raise RuntimeError(f"{runs[0].state}: {'; '.join(runs[0].findings)}")
    return taken


if __name__ == "__main__":
    main()

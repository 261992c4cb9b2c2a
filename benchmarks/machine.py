"""What the numbers were measured on, without its name."""

from __future__ import annotations

import os
import platform
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Machine:
    """The class of a machine, and what else it had to do when the report began."""

    system: str
    cores: int
    memory_gb: int
    python: str
    load: float

    @classmethod
    def this(cls) -> Machine:
        memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
        system = f"{platform.system()} {platform.machine()}"
        cores = len(os.sched_getaffinity(0))
        return cls(system, cores, round(memory / 2**30), platform.python_version(), round(os.getloadavg()[0], 1))

    def sentence(self) -> str:
        return (
            f"{self.system}, {self.cores} cores, {self.memory_gb} GiB of memory, Python {self.python}; "
            f"load {self.load} at the start."
        )

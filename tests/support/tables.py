"""Small tables in files, for tests of disclosure control on its own."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from gemeinsinn.pipeline.tables.assembly import Assembled, assembled
from gemeinsinn.pipeline.tables.reading import read_table
from gemeinsinn.protect.tables.policy import TablePolicy


SMALL = """area,sex,count
1,m,1
1,w,9
2,m,8
2,w,7
3,m,5
3,w,6
"""
"""Three areas by two sexes; one cell is primary. Totals are left out."""


def table_file(folder: Path, text: str, name: str = "table.csv") -> Path:
    """A file with a text."""
    path = folder / name
    path.write_bytes(text.encode("utf-8"))
    return path


def read(
    folder: Path, text: str, policy: TablePolicy | None = None, hierarchies: Mapping[str, str] | None = None
) -> Assembled:
    """The table in a text; hierarchies are texts by dimension, each in a file `DIMENSION.csv`."""
    paths = {name: table_file(folder, content, f"{name}.csv") for name, content in (hierarchies or {}).items()}
    terms = policy or TablePolicy()
    return assembled(read_table(table_file(folder, text), terms, paths), terms)


def by_label(whole: Assembled) -> dict[tuple[str, ...], float]:
    """The value of each cell."""
    model = whole.model
    return {model.labels.of(cell): float(model.values[cell]) for cell in range(model.cells)}

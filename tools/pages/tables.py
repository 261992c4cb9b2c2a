"""The tables of regionalstatistik.de that come with the platform: whether each reads, and what it holds.

`regionalstatistik-tables.md`, and the levels of each source for the list of indicators.
"""

from __future__ import annotations

import gzip
import zipfile
from collections.abc import Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from gemeinsinn.areas.keys import canonical
from gemeinsinn.concepts.territory import Level
from gemeinsinn.errors import DeliveryError
from gemeinsinn.pipeline.contract import Examined, examined
from gemeinsinn.sources import regionalstatistik
from gemeinsinn.sources.declared import SourceDeclaration, read_sources
from gemeinsinn.sources.delivery import fetch
from gemeinsinn.sources.formats import FORMATS, read_as
from pages.source import ROOT
from pages.text import code, page, table


DEMO = ROOT / "examples" / "pinneberg"
SLICES = "data/regionalstatistik/sh_slices.zip"
WHOLE = ROOT / "examples" / "germany" / "data" / "regionalstatistik"
READ, REFUSED = "read", "refused"


@dataclass(frozen=True, slots=True)
class Facts:
    """What one table holds; `levels_with_numbers` leaves out levels at which it holds signs only."""

    name: str
    how: str
    cells: int = 0
    quarantined: int = 0
    periods: tuple[str, ...] = ()
    levels: tuple[str, ...] = ()
    levels_with_numbers: tuple[str, ...] = ()
    remark: str = ""


def tables_page() -> str:
    """The page."""
    sliced, whole = facts()
    declared = sum(each.how not in (READ, REFUSED) for each in sliced)
    refused = sum(each.how == REFUSED for each in sliced)
    return page(
        "Tables of regionalstatistik.de",
        "Read with `gemeinsinn read regionalstatistik`. Cells are numbers and signs that pass the contract; quarantined are "
        "those that do not. A table that names no period is refused until a declaration says it, with the evidence; where "
        "the demo declares one, the table is read with it.",
        f"## {len(sliced)} tables of the demo county",
        "Cut to Germany, its states, the districts of Schleswig-Holstein and the municipalities of the county. "
        f"{len(sliced) - declared - refused} read as they are, {declared} with a declared period, {refused} are refused.",
        _table(sliced),
        f"## {len(whole)} whole tables",
        "As published, for all of Germany.",
        _table(whole),
    )


def _table(rows: Sequence[Facts]) -> str:
    return table(
        ("file", "", "cells", "quarantined", "periods", "levels", "title or reason"),
        [
            (
                code(each.name),
                each.how,
                f"{each.cells:,}" if each.cells else "",
                f"{each.quarantined:,}" if each.quarantined else "",
                _span(each.periods),
                ", ".join(each.levels),
                each.remark,
            )
            for each in rows
        ],
    )


def _span(periods: Sequence[str]) -> str:
    return ", ".join(periods) if len(periods) < 3 else f"{periods[0]} to {periods[-1]} ({len(periods)})"


@cache
def facts() -> tuple[list[Facts], list[Facts]]:
    """The facts of the sliced and of the whole tables; both cores read."""
    with zipfile.ZipFile(DEMO / SLICES) as archive:
        names = sorted(archive.namelist())
    whole = sorted(path.name for path in WHOLE.glob("*.csv.gz"))
    with ProcessPoolExecutor(max_workers=2) as readers:
        return list(readers.map(_sliced, names, chunksize=8)), list(readers.map(_whole, whole))


def _sliced(name: str) -> Facts:
    with zipfile.ZipFile(DEMO / SLICES) as archive:
        return _facts(name, archive.read(name))


def _whole(name: str) -> Facts:
    return _facts(name.removesuffix(".gz"), gzip.decompress((WHOLE / name).read_bytes()))


def _facts(name: str, content: bytes) -> Facts:
    declaration = _declarations().get(name)
    period = declaration.options.options.get("period", "") if declaration else ""
    try:
        reading, how = regionalstatistik.read(content, name=name), READ
    except DeliveryError as error:
        if not period:
            return Facts(name, REFUSED, remark=error.findings[0].what)
        reading, how = regionalstatistik.read(content, name=name, period=period), f"read with `period: {period}`"
    found = examined(reading, declaration or next(iter(_declarations().values())))
    return Facts(
        name,
        how,
        found.observations.height,
        len(found.rejected),
        tuple(sorted(found.observations["period"].unique().to_list())),
        _levels(found),
        _levels(found, with_numbers=True),
        reading.title,
    )


@cache
def _declarations() -> Mapping[str, SourceDeclaration]:
    """The demo's declarations by the name of their file."""
    declared = read_sources(DEMO / "sources.yaml").values()
    return {each.location.rpartition("!")[2].rpartition("/")[2]: each for each in declared}


def _levels(found: Examined, *, with_numbers: bool = False) -> tuple[str, ...]:
    rows = found.observations
    if with_numbers:
        rows = rows.filter(rows["value"].is_not_null())
    known = {key.level for text in rows["area"].unique().to_list() if (key := canonical(text))}
    return tuple(str(level) for level in Level if level in known)


@cache
def levels_of_sources() -> Mapping[str, tuple[str, ...]]:
    """The levels at which each source of the demo has numbers."""
    of_table = {each.name: each.levels_with_numbers for each in facts()[0]}
    found: dict[str, tuple[str, ...]] = {}
    for id, declaration in read_sources(DEMO / "sources.yaml").items():
        member = declaration.location.partition("!")[2]
        delivers = FORMATS[declaration.format].delivers
        if member in of_table:
            found[id] = of_table[member]
        elif delivers == "directory":
            found[id] = (str(Level.MUNICIPALITY),)
        elif delivers == "observations":
            found[id] = _levels_read(declaration)
    return found


def _levels_read(declaration: SourceDeclaration) -> tuple[str, ...]:
    known: set[str] = set()
    for delivery in fetch(declaration.location, root=DEMO):
        reading = read_as(declaration.format, delivery.content, file_name=delivery.name, options=declaration.options)
        known.update(_levels(examined(reading, declaration), with_numbers=True))
    return tuple(str(level) for level in Level if str(level) in known)


def inputs() -> list[Path]:
    """Every file that these facts depend on."""
    package = ROOT / "src" / "gemeinsinn"
    read_by = [path for room in ("concepts", "areas", "sources") for path in (package / room).glob("*.py")]
    data = [path for path in (DEMO / "data").rglob("*") if path.is_file()]
    pages = [Path(__file__), Path(__file__).parent / "indicator_list.py", Path(__file__).parent / "text.py"]
    definitions = [*(ROOT / "catalogue").rglob("*.yaml"), DEMO / "sources.yaml", package / "pipeline" / "contract.py"]
    return sorted([*read_by, *data, *WHOLE.glob("*.csv.gz"), *pages, *definitions])

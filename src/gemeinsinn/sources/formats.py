"""The formats that the platform reads, by name, with the options that each takes from a declaration."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from gemeinsinn.errors import UnknownNameError, did_you_mean
from gemeinsinn.settings.documents import Checker, read_document
from gemeinsinn.sources import (
    gisd,
    gv100ad,
    gv_isys,
    inkar,
    iris,
    mapped,
    reforms,
    regionalstatistik,
    vg5000,
)
from gemeinsinn.sources.mapping import TableMapping, mapping_of
from gemeinsinn.sources.reading import Reading


@dataclass(frozen=True, slots=True)
class Format:
    """A format: what it is, the options its reader takes as text, and the reader."""

    name: str
    describes: str
    read: Callable[..., Reading]
    options: tuple[str, ...] = ()
    delivers: str = "observations"
    """`observations`, `directory` (areas and observations), `shapes`, `transfers` or `changes`."""


_ALL = (
    Format(
        regionalstatistik.FORMAT,
        "tables of regionalstatistik.de (datencsv)",
        regionalstatistik.read,
        ("period", "encoding"),
    ),
    Format(gv_isys.FORMAT, "municipality directory GV-ISys, .xlsx", gv_isys.read, (), "directory"),
    Format(
        gv100ad.FORMAT,
        "municipality directory GV100AD, fixed width",
        gv100ad.read,
        ("period", "encoding"),
        "directory",
    ),
    Format(inkar.FORMAT, "INKAR exports, .xls", inkar.read),
    Format(iris.FORMAT, "IRIS files, CSV", iris.read, ("unit", "encoding")),
    Format(gisd.FORMAT, "German Index of Socioeconomic Deprivation, CSV", gisd.read, ("encoding",)),
    Format(
        vg5000.FORMAT, "administrative areas VG5000, shapefiles in a zip", vg5000.read, ("territory", "under"), "shapes"
    ),
    Format(reforms.CHANGES_FORMAT, "yearly list of boundary changes, .xlsx", reforms.read_changes, (), "changes"),
    Format(
        reforms.CORRESPONDENCE_FORMAT,
        "correspondence of municipalities (BBSR), .xlsx",
        reforms.read_correspondence,
        (),
        "transfers",
    ),
    Format(mapped.FORMAT, "any CSV or workbook, by a declared mapping", mapped.read),
)

FORMATS: Mapping[str, Format] = {entry.name: entry for entry in _ALL}


@dataclass(frozen=True, slots=True)
class ReadOptions:
    """What a declaration or a command line adds to a file: options by name, and the mapping where one is needed."""

    options: Mapping[str, str] = field(default_factory=dict)
    mapping: TableMapping | None = None


def format_named(name: str) -> Format:
    """The format of that name; `UnknownNameError` with the nearest ones."""
    if name not in FORMATS:
        remedy = did_you_mean(name, FORMATS) or f"Formats: {', '.join(FORMATS)}."
        raise UnknownNameError(f"there is no format '{name}'.", remedy=remedy)
    return FORMATS[name]


def read_as(name: str, content: bytes, *, file_name: str, options: ReadOptions) -> Reading:
    """Read bytes in a named format."""
    entry = format_named(name)
    if entry.name == mapped.FORMAT:
        if options.mapping is None:
            raise UnknownNameError("the format 'mapped' needs a mapping.", remedy="Name it with --mapping M.yaml.")
        return mapped.read(content, name=file_name, mapping=options.mapping)
    chosen = {option: text for option, text in options.options.items() if text and option in entry.options}
    return entry.read(content, name=file_name, **chosen)


def mapping_from(path: Path) -> TableMapping:
    """Read a mapping from its own YAML file; all its mistakes at once."""
    checker = Checker("a mapping")
    mapping = mapping_of(read_document(path), checker)
    checker.raise_if_wrong()
    return mapping

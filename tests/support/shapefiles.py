"""A VG5000 that fits on a page: squares in the coordinates of its grid, as shapefiles in a zip."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping, Sequence
from datetime import date

import shapefile
from pyproj import CRS


SYSTEM = CRS.from_epsg(25832).to_wkt("WKT1_ESRI")
WEST, SOUTH = 500_000, 5_900_000
"""On the central meridian: 9 degrees east."""
Corners = Sequence[tuple[float, float]]


def square(east: float, north: float, *, side: float = 1) -> Corners:
    """A square whose lower left corner lies so many kilometres east and north, with its corners clockwise."""
    left, low, far, high = (1000 * each for each in (east, north, east + side, north + side))
    corners = [(left, low), (left, high), (far, high), (far, low), (left, low)]
    return [(WEST + x, SOUTH + y) for x, y in corners]


def area(
    key: str, name: str, *rings: Corners, kind: str = "Gemeinde", ars: str = "", land: int = 9
) -> tuple[object, ...]:
    """One record with its rings."""
    return (key, ars or key, name, kind, land, date(2009, 1, 1), [list(ring) for ring in rings])


def layer(areas: Sequence[tuple[object, ...]]) -> dict[str, bytes]:
    """The three files of a layer by their ending."""
    parts = {ending: io.BytesIO() for ending in ("shp", "shx", "dbf")}
    with shapefile.Writer(**parts, shapeType=shapefile.POLYGON, encoding="utf-8") as writer:
        for field, size in (("AGS", 8), ("ARS", 12), ("GEN", 50), ("BEZ", 40)):
            writer.field(field, "C", size=size)
        writer.field("GF", "N", size=4)
        writer.field("WSK", "D")
        for *record, rings in areas:
            writer.poly(rings)
            writer.record(*record)
    return {ending: part.getvalue() for ending, part in parts.items()}


def vg5000(
    layers: Mapping[str, Sequence[tuple[object, ...]]],
    *,
    stand: str = "01.01.2021",
    changed: Mapping[str, bytes | None] | None = None,
) -> bytes:
    """The zip; `changed` replaces files by their name, or leaves them out."""
    files: dict[str, bytes | None] = {"aktualitaet.txt": f"Stand: {stand}".encode()}
    for name, areas in layers.items():
        files |= {f"vg/VG5000_{name}.{ending}": content for ending, content in layer(areas).items()}
        files[f"vg/VG5000_{name}.prj"] = SYSTEM.encode("ascii")
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as archive:
        for name, content in (files | dict(changed or {})).items():
            if content is not None:
                archive.writestr(name, content)
    return written.getvalue()

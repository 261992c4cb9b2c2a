"""Administrative areas of the BKG (VG5000) as shapefiles in a zip: land of municipalities, districts and states.

Coordinates are turned from the file's system (its .prj) into longitude and latitude (EPSG:4326). Rows over the sea
(GF below 9) are left out, so that an area has one row; parts of one key are put together.
"""

from __future__ import annotations

import io
import re
import struct
import warnings
import zipfile
import zlib
from collections import defaultdict
from collections.abc import Iterator
from datetime import date

import shapefile
from pyproj import CRS, Transformer
from pyproj.exceptions import CRSError

from gemeinsinn.concepts.periods import period_of
from gemeinsinn.concepts.territory import AreaRecord, Level, Ring, Shape
from gemeinsinn.errors import DeliveryError
from gemeinsinn.sources.directory import with_kind
from gemeinsinn.sources.reading import Reading, no_observations


FORMAT = "vg5000"
_LAND = 9
_LAYERS = {"GEM": Level.MUNICIPALITY, "KRS": Level.DISTRICT, "LAN": Level.STATE}
_DAMAGES = (
    zipfile.BadZipFile, zlib.error, RuntimeError, OSError, CRSError, shapefile.ShapefileException,
    shapefile.PossiblyCorruptFileHeader, struct.error, AssertionError, AttributeError, LookupError, TypeError, ValueError,
)  # fmt: skip
"""What the readers of zips, projections and shapefiles raise where a file was cut short or changed."""
_DATE_IN_NAME = re.compile(r"(\d{2})[-_.]?(\d{2})[-_.]?(\d{4})")
_PRECISION = 5
"""Decimals of a degree that are kept: a metre, far below the file's own precision of 1:5 million."""


def read(content: bytes, *, name: str, territory: str = "", under: str = "") -> Reading:
    """Read the land of all areas; `under` keeps only those whose key begins with one of its comma-separated parts.

    `territory` is the date of the areas (2021-01-01), if the file in the zip that names it is missing.
    """
    try:
        archive = zipfile.ZipFile(io.BytesIO(content))
    except zipfile.BadZipFile as error:
        remedy = "Fetch it again; it was cut short or is something else."
        raise DeliveryError("this is no zip file.", where=name, remedy=remedy) from error
    prefixes = tuple(part.strip() for part in under.split(",") if part.strip())
    found: list[tuple[AreaRecord, Shape]] = []
    for layer, level in _LAYERS.items():
        stem = _stem(archive, layer)
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("error", shapefile.PossiblyCorruptFileHeader)
                found += _areas(archive, stem, level, prefixes) if stem else []
        except _DAMAGES as error:
            what = f"the layer {layer} is damaged or lacks one of its files (.shp, .shx, .dbf, .prj)."
            raise DeliveryError(what, where=name, remedy="Fetch it again.") from error
    if not found:
        what = f"the zip holds no area{f' under {under}' if prefixes else ''} in a layer VG5000_GEM, _KRS or _LAN."
        raise DeliveryError(what, where=name, remedy="Fetch VG5000 as shapefiles; check `under` in sources.yaml.")
    return Reading(
        FORMAT,
        "Verwaltungsgebiete 1:5 000 000",
        no_observations(),
        areas=tuple(area for area, _ in found),
        areas_on=_territory(archive, territory, name),
        shapes=tuple(shape for _, shape in found),
    )


def _stem(archive: zipfile.ZipFile, layer: str) -> str | None:
    for member in archive.namelist():
        if member.upper().endswith(f"VG5000_{layer}.SHP"):
            return member[:-4]
    return None


def _areas(
    archive: zipfile.ZipFile, stem: str, level: Level, prefixes: tuple[str, ...]
) -> Iterator[tuple[AreaRecord, Shape]]:
    parts = {ending: io.BytesIO(archive.read(f"{stem}.{ending}")) for ending in ("shp", "shx", "dbf")}
    system = CRS.from_wkt(archive.read(f"{stem}.prj").decode("ascii"))
    to_degrees = Transformer.from_crs(system, CRS.from_epsg(4326), always_xy=True)
    records: dict[str, AreaRecord] = {}
    polygons: dict[str, list[tuple[Ring, ...]]] = defaultdict(list)
    with shapefile.Reader(**parts, encoding="utf-8") as layer:
        for position, record in enumerate(layer.iterRecords()):
            key = record["AGS"]
            if record["GF"] != _LAND or not _wanted(key, prefixes):
                continue
            records[key] = _record(record, level)
            polygons[key] += _polygons(layer.shape(position), to_degrees)
    for key, area in records.items():
        yield area, Shape(key, level, tuple(polygons[key]))


def _wanted(key: str, prefixes: tuple[str, ...]) -> bool:
    return not prefixes or any(key.startswith(prefix) or prefix.startswith(key) for prefix in prefixes)


def _record(record: shapefile._Record, level: Level) -> AreaRecord:
    key, kind, ars = record["AGS"], record["BEZ"], record["ARS"]
    parent = {Level.MUNICIPALITY: key[:5], Level.DISTRICT: key[:2], Level.STATE: "DG"}[level]
    return AreaRecord(
        key,
        level,
        with_kind(record["GEN"], kind) if level is Level.DISTRICT else record["GEN"],
        parent,
        kind,
        ars if level is Level.MUNICIPALITY else "",
        kind.startswith("Gemeindefrei"),
        record["WSK"] if isinstance(record["WSK"], date) else None,
    )


def _polygons(shape: shapefile.Shape, to_degrees: Transformer) -> list[tuple[Ring, ...]]:
    """Polygons of rings in degrees, outer ring first."""
    geometry = shape.__geo_interface__
    parts = geometry["coordinates"] if geometry["type"] == "MultiPolygon" else [geometry["coordinates"]]
    return [tuple(_ring(ring, to_degrees) for ring in polygon) for polygon in parts]


def _ring(points: list[tuple[float, float]], to_degrees: Transformer) -> Ring:
    longitudes, latitudes = to_degrees.transform([point[0] for point in points], [point[1] for point in points])
    return tuple((round(x, _PRECISION), round(y, _PRECISION)) for x, y in zip(longitudes, latitudes, strict=True))


def _territory(archive: zipfile.ZipFile, territory: str, name: str) -> date:
    if territory:
        declared = period_of(territory)
        if declared is None or declared.valid_on is None:
            raise DeliveryError(f"'{territory}' is no date.", where=name, remedy="Write 2021-01-01.")
        return declared.valid_on
    for member in archive.namelist():
        if member.endswith("aktualitaet.txt"):
            named = _date_in(archive, member)
            if named is not None:
                return named
    remedy = "Declare it, e.g. `territory: 2021-01-01`."
    raise DeliveryError("the zip does not name the date of its areas.", where=name, remedy=remedy)


def _date_in(archive: zipfile.ZipFile, member: str) -> date | None:
    """The date that a text in the zip names; None if it names none, or does not unpack."""
    try:
        found = _DATE_IN_NAME.search(archive.read(member).decode("latin-1"))
    except _DAMAGES:
        return None
    named = period_of(".".join(found.groups())) if found else None
    return named.valid_on if named else None

"""The calibration of a synthetic county, read from an instance's published tables."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

import polars as pl

from gemeinsinn.concepts.territory import AreaRecord, Level
from gemeinsinn.errors import DefinitionError
from gemeinsinn.settings.instance import Instance
from gemeinsinn.sources.declared import SourceDeclaration, read_sources
from gemeinsinn.sources.delivery import fetch
from gemeinsinn.sources.formats import FORMATS, ReadOptions, read_as
from gemeinsinn.sources.reading import Reading
from gemeinsinn.synthetic.calibration import Calibration, Municipality
from gemeinsinn.synthetic.published import POPULATION, TABLES, TOTALS, calibration_of


_DIRECTORY = "directory"
_COUNTY_KEY = 5
_BASE_YEAR = ReadOptions({"period": "2015"})
"""The period of tables that name none; 12711-04-02-4 has the arrivals that 12711-05-02-4 shows for 2015."""


def calibration_for(instance: Instance) -> Calibration:
    """The calibration of an instance's home county.

    Raises `DefinitionError` if its home is no county, or if a table that the calibration needs is not declared.
    """
    county = instance.settings().home
    if len(county) != _COUNTY_KEY or not county.isdigit():
        what = f"a synthetic county needs a county, and `home` is '{county}'."
        raise DefinitionError(what, where=instance.settings_file.name, remedy="Leave the calibration to the demo.")
    declared = read_sources(instance.sources_file)
    if POPULATION not in declared:
        what = f"the calibration begins with the table {POPULATION}, and it is not declared."
        raise DefinitionError(what, where=instance.sources_file.name, remedy="Declare it under this id.")
    tables = {name: _observations(_declared(name, declared), instance) for name in TABLES}
    directories = [reading for reading in _directories(declared, instance) if reading.areas]
    areas = max(directories, key=lambda reading: str(reading.areas_on)).areas
    later = pl.concat([_residents(reading) for reading in directories])
    known = pl.col("period").cast(pl.Int64).max()
    later = later.filter(pl.col("year") > tables[TOTALS].select(known).item())
    return calibration_of(tables, municipalities(areas, county), county=county, totals=later)


def municipalities(areas: tuple[AreaRecord, ...], county: str) -> list[Municipality]:
    """The municipalities of a county in order of their keys."""
    names = {area.key: area.name for area in areas if area.level is Level.AMT}
    return sorted(
        (
            Municipality(area.key, area.name, is_town=area.kind == "Stadt", amt=names.get(area.parent, ""))
            for area in areas
            if area.level is Level.MUNICIPALITY and re.match(county, area.key) and not area.uninhabited
        ),
        key=lambda each: each.key,
    )


def _declared(name: str, declared: dict[str, SourceDeclaration]) -> SourceDeclaration:
    """The source of a table; one that the instance has no use for lies beside the table of the population."""
    if name in declared:
        return declared[name]
    beside = declared[POPULATION]
    return replace(beside, id=name, location=beside.location.replace(POPULATION, name), options=_BASE_YEAR)


def _observations(source: SourceDeclaration, instance: Instance) -> pl.DataFrame:
    return pl.concat([reading.observations for reading in _readings(source, instance)])


def _directories(declared: dict[str, SourceDeclaration], instance: Instance) -> Iterator[Reading]:
    for source in declared.values():
        if FORMATS[source.format].delivers == _DIRECTORY:
            yield from _readings(source, instance)


def _readings(source: SourceDeclaration, instance: Instance) -> Iterator[Reading]:
    for delivery in fetch(source.location, root=instance.root):
        yield read_as(source.format, delivery.content, file_name=delivery.name, options=source.options)


def _residents(reading: Reading) -> pl.DataFrame:
    rows = reading.observations.filter(pl.col("measure") == "population", pl.col("sex") == "total")
    return rows.select("area", pl.col("period").str.head(4).cast(pl.Int64).alias("year"), "value")

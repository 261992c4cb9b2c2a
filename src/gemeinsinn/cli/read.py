"""`gemeinsinn read`: read a file in one of the known formats and show what is in it; no instance is needed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click
import polars as pl

from gemeinsinn.areas.keys import canonical
from gemeinsinn.cli.shared import json_option, print_json, say
from gemeinsinn.concepts.observations import SIGN_OF_STATUS, ObsStatus
from gemeinsinn.concepts.origins import Origin
from gemeinsinn.errors import UnknownNameError
from gemeinsinn.pipeline.contract import Examined, examined
from gemeinsinn.sources.declared import SourceDeclaration
from gemeinsinn.sources.delivery import file_delivery
from gemeinsinn.sources.formats import FORMATS, ReadOptions, format_named, mapping_from, read_as
from gemeinsinn.sources.reading import Reading


_FORMATS = "\n\n".join(f"{entry.name}: {entry.describes}" for entry in FORMATS.values())
_MOST_PROBLEMS = 1000


@click.command("read", epilog=f"Formats:\n\n{_FORMATS}")
@click.argument("format")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--out", type=click.Path(path_type=Path), metavar="F.csv|F.parquet", help="Write the long table.")
@click.option("--period", default="", help="The period of a file that names none: 2015, 31.12.2015.")
@click.option("--encoding", default="", help="The encoding, where it is not detected.")
@click.option("--unit", default="", help="The unit of a file that names none.")
@click.option("--under", default="", help="Only areas whose key begins so, separated by commas.")
@click.option("--territory", default="", help="The date of the areas, where the file names none: 2021-01-01.")
@click.option("--mapping", type=click.Path(path_type=Path), metavar="M.yaml", help="The mapping of format 'mapped'.")
@json_option
def command(
    format: str,
    file: Path,
    out: Path | None,
    period: str,
    encoding: str,
    unit: str,
    under: str,
    territory: str,
    mapping: Path | None,
    as_json: bool,
) -> None:
    """Read FILE (also .gz) in FORMAT: rows, periods, levels, marks, origin and every problem."""
    format_named(format)
    if out is not None and out.suffix not in (".csv", ".parquet"):
        raise UnknownNameError(f"'{out.suffix}' is no form to write.", remedy="Use .csv or .parquet.")
    given = {"period": period, "encoding": encoding, "unit": unit, "under": under, "territory": territory}
    options = ReadOptions(given, mapping_from(mapping) if mapping else None)
    delivery = file_delivery(file, remedy="Check the name of the file.")
    reading = read_as(format, delivery.content, file_name=delivery.name, options=options)
    found = examined(reading, _declaration(format, delivery.name, options))
    if out is not None:
        _write(found.observations, out)
    document = summary(reading, found)
    if as_json:
        print_json(document)
    else:
        _print(document, out)


def _declaration(format: str, name: str, options: ReadOptions) -> SourceDeclaration:
    return SourceDeclaration(name, format, name, "", Origin("", "", "", ""), options)


def summary(reading: Reading, found: Examined) -> dict[str, Any]:
    """What a file holds, as the command line's contract has it."""
    rows = found.observations
    statuses = rows.group_by("status").len().iter_rows()
    territory = {
        "areas": len(reading.areas),
        "areas_on": reading.areas_on.isoformat() if reading.areas_on else None,
        "shapes": len(reading.shapes),
        "transfers": len(reading.transfers),
        "changes": len(reading.changes),
    }
    return {
        "rows": reading.rows_in,
        "accepted": reading.rows_in - len(found.rejected),
        "quarantined": len(found.rejected),
        "columns": rows.columns,
        "measures": rows["measure"].unique(maintain_order=True).to_list(),
        "periods": sorted(rows["period"].unique().to_list()),
        "levels": _levels(rows),
        "marks": {
            SIGN_OF_STATUS.get(ObsStatus(status), status) or "(empty)": count
            for status, count in sorted(statuses)
            if status != ObsStatus.NORMAL
        },
        "origin": {
            "format": reading.format,
            "table_code": reading.table_code,
            "title": reading.title,
            "stand": reading.stand,
            "attribution": reading.attribution,
            "encoding": reading.encoding,
            "notes": list(reading.notes),
        },
        "territory": territory,
        "problems": [
            {"row": each.row, "column": each.column, "problem": each.rule} for each in found.rejected[:_MOST_PROBLEMS]
        ],
    }


def _levels(rows: pl.DataFrame) -> dict[str, int]:
    """How many areas of each level."""
    counts: dict[str, int] = {}
    for key in rows["area"].unique().to_list():
        known = canonical(key)
        level = str(known.level) if known else "unknown"
        counts[level] = counts.get(level, 0) + 1
    return dict(sorted(counts.items()))


def _write(rows: pl.DataFrame, out: Path) -> None:
    if out.suffix == ".parquet":
        rows.write_parquet(out)
    else:
        rows.write_csv(out)


def _print(document: dict[str, Any], out: Path | None) -> None:
    origin = document["origin"]
    say(f"{origin['table_code']} {origin['title']}".strip())
    for name in ("rows", "accepted", "quarantined", "columns", "measures", "periods", "levels", "marks", "territory"):
        value = document[name]
        text = ", ".join(map(str, value)) if isinstance(value, list) else value
        click.echo(f"{name}: {text}")
    for name in ("stand", "encoding", "attribution"):
        if origin[name]:
            click.echo(f"{name}: {origin[name]}")
    for note in origin["notes"]:
        click.echo(f"note: {note}")
    for problem in document["problems"]:
        click.echo(f"row {problem['row']}, column {problem['column'] or '-'}: {problem['problem']}")
    if out is not None:
        say(f"Written to {out}.")

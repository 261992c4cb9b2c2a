"""Files of records and of the hierarchies of their columns: CSV and Parquet, in and out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from gemeinsinn.errors import DeliveryError, UnknownNameError
from gemeinsinn.pipeline.tables.csv_file import read_csv
from gemeinsinn.pipeline.tables.hierarchy_files import read_hierarchy
from gemeinsinn.protect.records.terms import RecordTerms
from gemeinsinn.protect.tables.hierarchies import Hierarchy


CSV, PARQUET = ".csv", ".parquet"


@dataclass(frozen=True, slots=True, repr=False)
class RecordsFile:
    """Records as they lie in a file; of a CSV, all columns are texts."""

    frame: pl.DataFrame
    delimiter: str = ","


def read_records(path: Path) -> RecordsFile:
    """Read a file; `DeliveryError` if it does not read, without a word of what is in it."""
    check_form(path)
    if not path.is_file():
        raise UnknownNameError(f"there is no file {path}.", remedy="Check the name of the file.")
    if path.suffix == CSV:
        file = read_csv(path)
        texts = zip(file.header, file.columns, strict=True)
        return RecordsFile(
            pl.DataFrame({name: pl.Series(texts, dtype=pl.String) for name, texts in texts}), file.delimiter
        )
    try:
        return RecordsFile(pl.read_parquet(path))
    except (pl.exceptions.PolarsError, OSError):
        raise DeliveryError("the file is no Parquet that reads.", where=path.name, remedy="Write it anew.") from None


def write_records(frame: pl.DataFrame, path: Path, *, delimiter: str = ",") -> None:
    """Write records in the form that the name of the file says."""
    check_form(path)
    if path.suffix == CSV:
        frame.write_csv(path, separator=delimiter)
    else:
        frame.write_parquet(path)


def check_form(path: Path) -> None:
    """Raise `UnknownNameError` for a file that is neither CSV nor Parquet by its name."""
    if path.suffix not in (CSV, PARQUET):
        raise UnknownNameError(f"'{path.suffix}' is no form of records.", remedy=f"Use {CSV} or {PARQUET}.")


def hierarchies_of(terms: RecordTerms, named: Sequence[str] = ()) -> Mapping[str, Hierarchy]:
    """The hierarchies of a policy and those that are named besides, as `COLUMN=FILE`, which go before."""
    files = dict(terms.hierarchies)
    for each in named:
        column, sign, path = each.partition("=")
        if not (column and sign and path):
            raise UnknownNameError(f"'{each}' names no hierarchy.", remedy="Write COLUMN=FILE.")
        files[column] = Path(path)
    return {column: read_hierarchy(path) for column, path in files.items()}

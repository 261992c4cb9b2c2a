"""Readings looked at cell by cell, and tables of regionalstatistik.de made by hand."""

from __future__ import annotations

from typing import Any

import polars as pl

from gemeinsinn.settings.documents import Checker, document_of
from gemeinsinn.sources.mapping import TableMapping, mapping_of


FOOTER = """\
__________
"zu ""gesamte Tabelle"":
Mit kleinen Abweichungen zwischen den Ländern ist zu rech-
nen.

Berlin: ohne Bezirke"
"© Statistische Ämter des Bundes und der Länder, Deutschland, 2017.
Dieses Werk ist lizensiert unter der Datenlizenz Deutschland
- Namensnennung - Version 2.0."
Stand: 10.10.2017 / 11:01:03
"""


def regional_table(body: str, *, code: str = "99999-01-01-4", footer: str = FOOTER, encoding: str = "utf-8") -> bytes:
    """A whole table: the line with its code, the given title, head and rows, and the footer."""
    return f"GENESIS-Tabelle: {code}\n{body.strip()}\n{footer}".encode(encoding)


def cells(observations: pl.DataFrame, *names: str) -> dict[Any, float | str]:
    """The value of each cell, or its status where it has none, by the named columns of its coordinate."""
    key = names or ("area", "period")
    return {
        (tuple(row[name] for name in key) if len(key) > 1 else row[key[0]]): (
            row["status"] if row["value"] is None else row["value"]
        )
        for row in observations.iter_rows(named=True)
    }


def mapping(text: str) -> TableMapping:
    """A mapping from its YAML, which must be right."""
    checker = Checker("a mapping")
    found = mapping_of(document_of(text, "mapping.yaml"), checker)
    checker.raise_if_wrong()
    return found

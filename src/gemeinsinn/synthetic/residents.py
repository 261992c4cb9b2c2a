"""The resident register: the stock of the first day, then a packed file of changes each working day."""

from __future__ import annotations

import gzip

import numpy as np
import polars as pl

from gemeinsinn.synthetic import names
from gemeinsinn.synthetic.arrays import Array
from gemeinsinn.synthetic.days import number_of
from gemeinsinn.synthetic.lots import Block, Files, Lot
from gemeinsinn.synthetic.people import MARITAL, Kind, social_space
from gemeinsinn.synthetic.workdays import working_days


FOLDER = "residents"
COLUMNS = (
    "satzart", "ereignis_id", "bezug_ereignis_id", "ordnungsmerkmal", "familienname", "vornamen", "geburtsdatum",
    "geschlecht", "staatsangehoerigkeit", "familienstand", "ags", "strasse", "hausnummer", "sozialraum", "wirksam_am",
    "erfasst_am",
)  # fmt: skip
HEAD = "|".join(COLUMNS) + "\n"
_EVENTS = 4_000_000
_SEXES = ("m", "w", "d", "x")
_PACKED = 6
_DATE = "%Y%m%d"


def residents_files(lot: Lot) -> Files:
    """The register's files of a lot."""
    rows = pl.concat([_lines(lot, block) for block in lot.blocks])
    order, head = lot.plan.order, HEAD if lot.is_first else ""
    stock, changes = rows.filter(pl.col("stock")), rows.filter(~pl.col("stock"))
    days = list(working_days(order.first_day, order.last_day))
    at = np.searchsorted([number_of(day) for day in days], changes["entered"].to_numpy())
    changes = changes.with_columns(pl.Series("file", at)).filter(pl.col("file") < len(days))
    changes = changes.sort("file", "entered", maintain_order=True)
    texts = dict(changes.group_by("file", maintain_order=True).agg(pl.col("line").str.join("")).iter_rows())
    files = {f"{FOLDER}/bestand_{order.first_day:{_DATE}}.csv.gz": _packed(head, stock["line"].str.join("").item())}
    for number, day in enumerate(days):
        if lot.is_first or number in texts:
            file = f"{FOLDER}/{day.year}/aenderungen_{day:{_DATE}}.csv.gz"
            files[file] = _packed(head, texts.get(number, ""))
    return files


def _packed(head: str, text: str) -> bytes:
    return gzip.compress((head + text).encode(), compresslevel=_PACKED, mtime=0)


def _lines(lot: Lot, block: Block) -> pl.DataFrame:
    """The rows of a block as text, in the order of their entry, with the day of entry."""
    rows, life = block.entries, block.life
    mun, street = life.homes.mun[rows.home], life.homes.street[rows.home]
    event, reference = _numbers(block)
    person = block.number_of_person(rows.person)
    keys = np.array([int(each.key) for each in lot.plan.projection.calibration.municipalities])[mun]
    space = keys * 100 + social_space(mun, street, lot.plan.sizes)
    columns = {
        "satzart": _coded(rows.kind, [kind.name for kind in Kind]),
        "ereignis_id": pl.Series(event).cast(pl.String),
        "bezug_ereignis_id": pl.Series(reference).cast(pl.String).replace("-1", ""),
        "ordnungsmerkmal": pl.Series(person * 100 + 97 - person % 97).cast(pl.String).str.zfill(12),
        "familienname": names.taken(names.surnames(), rows.surname),
        "vornamen": names.taken(names.given_names(), rows.given),
        "geburtsdatum": _days(rows.birth),
        "geschlecht": _coded(rows.sex - 1, _SEXES),
        "staatsangehoerigkeit": pl.Series(rows.nation).cast(pl.String).str.zfill(3),
        "familienstand": _coded(rows.marital, MARITAL),
        "ags": pl.Series(keys).cast(pl.String).str.zfill(8),
        "strasse": names.taken(names.streets(), _street_name(mun, street)),
        "hausnummer": pl.Series(life.homes.number[rows.home]).cast(pl.String),
        "sozialraum": pl.Series(space).cast(pl.String).str.zfill(10),
        "wirksam_am": _days(rows.day),
        "erfasst_am": _days(rows.entered),
    }
    table = pl.DataFrame(columns)
    return table.select(
        (pl.concat_str(pl.all(), separator="|") + "\n").alias("line"),
        pl.Series("entered", rows.entered),
        pl.Series("stock", rows.kind == Kind.BE),
    )


def _numbers(block: Block) -> tuple[Array, Array]:
    """The number of each row, and that of the event it corrects or cancels (-1 for none)."""
    rows = block.entries
    number = (block.number + 1) * _EVENTS + np.arange(len(rows))
    later = (rows.kind == Kind.KO) | (rows.kind == Kind.SO)
    of_event = np.full(int(rows.event.max(initial=0)) + 1, -1)
    of_event[rows.event[~later]] = number[~later]
    return number, np.where(later, of_event[rows.event], -1)


def _coded(codes: Array, words: list[str] | tuple[str, ...]) -> pl.Series:
    return pl.Series(words).gather(pl.Series(codes.astype(np.uint32)))


def _days(days: Array) -> pl.Series:
    """Days as text, each distinct day written once."""
    low = int(days.min(initial=0))
    every = pl.Series(np.arange(low, int(days.max(initial=0)) + 1, dtype=np.int32)).cast(pl.Date).dt.strftime(_DATE)
    return every.gather(pl.Series((days - low).astype(np.uint32)))


def _street_name(mun: Array, street: Array) -> Array:
    """The place of a street's name among all: each municipality begins elsewhere in the list."""
    return np.asarray((mun * 53 + street * 7) % names.STREETS)

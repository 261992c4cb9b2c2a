"""What has arrived for a register: the files that are new or to be read again, each read into rows of text."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import polars as pl
from blake3 import blake3

from gemeinsinn.errors import DeliveryError, DisclosureError, Finding, GemeinsinnError
from gemeinsinn.protect.register_terms import RegisterTerms
from gemeinsinn.sources.registers.csv_rows import read_csv
from gemeinsinn.sources.registers.database import copied
from gemeinsinn.sources.registers.declaration import DeliveryFormat, DeliveryKind, RegisterDeclaration
from gemeinsinn.sources.registers.files import DeliveredFile, files_at
from gemeinsinn.sources.registers.rows import RawRows
from gemeinsinn.sources.registers.workbook_rows import read_workbook


DELIVERIES = {
    "digest": pl.String,
    "name": pl.String,
    "part": pl.String,
    "size": pl.Int64,
    "changed_at": pl.Int64,
    "day": pl.Date,
    "step": pl.Int64,
    "rows": pl.Int64,
    "rejected": pl.Int64,
    "declaration": pl.String,
    "run_id": pl.String,
}
"""The table of what was taken in; `digest` is a keyed hash of the bytes, so that they are known again and not told."""

_DIGEST_BYTES = 16


@dataclass(frozen=True, slots=True)
class Arrival:
    """One delivery that is to be taken in."""

    name: str
    digest: str
    day: date | None
    part: str
    size: int
    changed_at: int
    raw: RawRows
    content: Callable[[], bytes]
    """Its bytes as they came, for the sealed landing."""


@dataclass(frozen=True, slots=True)
class Arrivals:
    """What is to be taken in, in the order of its days, and what was refused."""

    accepted: Sequence[Arrival]
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class Gatekeeper:
    """What decides on a delivery before its rows are looked at."""

    declaration: RegisterDeclaration
    terms: RegisterTerms
    key: bytes
    known: pl.DataFrame
    """The table of what was taken in before."""
    link_columns: tuple[str, ...] = ()
    """What the vault keeps beside what the register itself reads."""

    @property
    def columns(self) -> tuple[str, ...]:
        """Every delivered column that is read."""
        return tuple(dict.fromkeys((*self.declaration.columns, *self.link_columns)))

    def digest(self, content: bytes) -> str:
        """The keyed hash of bytes."""
        return blake3(content, key=self.key).hexdigest(_DIGEST_BYTES)


def arrivals(gatekeeper: Gatekeeper, *, root: Path, today: date, environment: Mapping[str, str]) -> Arrivals:
    """Everything that is new; a file that cannot be read is refused with a finding and stops no other."""
    if gatekeeper.declaration.delivered.format is DeliveryFormat.POSTGRESQL:
        return _of_database(gatekeeper, root, today, environment)
    files = files_at(gatekeeper.declaration.delivered, root=root, register=gatekeeper.declaration.id)
    unread = _unread(files, gatekeeper)
    digests = set(gatekeeper.known["digest"])
    again = _to_read_again(gatekeeper)
    latest = _latest_days(gatekeeper)
    accepted, findings = [], []
    for file in unread:
        try:
            digest = gatekeeper.digest(file.raw())
            if digest not in digests or digest in again:
                _check_order(file, gatekeeper.declaration, latest, is_again=digest in again)
                accepted.append(_arrival(file, digest, gatekeeper))
                digests.add(digest)
        except (DeliveryError, DisclosureError) as error:
            findings += _told(error, file.name)
    return Arrivals(accepted, tuple(findings))


def _unread(files: Sequence[DeliveredFile], gatekeeper: Gatekeeper) -> list[DeliveredFile]:
    """The files that are not known by name, size and time; what is known so is not opened again."""
    again = _to_read_again(gatekeeper)
    known = {
        (name, size, changed_at)
        for digest, name, size, changed_at in gatekeeper.known.select(
            "digest", "name", "size", "changed_at"
        ).iter_rows()
        if digest not in again
    }
    return [file for file in files if (file.name, file.size, file.changed_at) not in known]


def _to_read_again(gatekeeper: Gatekeeper) -> set[str]:
    """What left rows in quarantine under a declaration that has changed since."""
    known = gatekeeper.known.filter((pl.col("rejected") > 0) & (pl.col("declaration") != gatekeeper.declaration.digest))
    return set(known["digest"])


def _latest_days(gatekeeper: Gatekeeper) -> dict[str, date]:
    """The last day of each part that was taken in."""
    dated = gatekeeper.known.filter(pl.col("day").is_not_null()).group_by("part").agg(pl.max("day"))
    return dict(dated.iter_rows())


def _check_order(
    file: DeliveredFile, declaration: RegisterDeclaration, latest: Mapping[str, date], *, is_again: bool
) -> None:
    """What happened may be told late. What holds on a day cannot be told after what holds on a later one."""
    if declaration.delivered.kind is DeliveryKind.CHANGES or file.day is None:
        return
    last = latest.get(file.part)
    if last is not None and file.day < last and not is_again:
        what = f"it is of {file.day:%d.%m.%Y}, and one of {last:%d.%m.%Y} was taken in before."
        raise DeliveryError(what, where=file.name, remedy="It was left out: later deliveries know better.")
    if last is not None and file.day < last:
        what = "rows of it wait in quarantine, and a later delivery was taken in meanwhile."
        raise DeliveryError(what, where=file.name, remedy="They come with the next delivery.")


def _arrival(file: DeliveredFile, digest: str, gatekeeper: Gatekeeper) -> Arrival:
    raw = _read(file.content(), file.path.name, gatekeeper)
    gatekeeper.terms.check(gatekeeper.declaration.id, raw.headings)
    return Arrival(file.name, digest, file.day, file.part, file.size, file.changed_at, raw, file.raw)


def _read(content: bytes, name: str, gatekeeper: Gatekeeper) -> RawRows:
    delivered = gatekeeper.declaration.delivered
    reader = read_workbook if delivered.format is DeliveryFormat.XLSX else read_csv
    return reader(content, name=name, delivered=delivered, columns=gatekeeper.columns)


def _of_database(gatekeeper: Gatekeeper, root: Path, today: date, environment: Mapping[str, str]) -> Arrivals:
    """The present rows of a database; those of a day on which they were read already are a new state of that day."""
    database = gatekeeper.declaration.delivered.database
    content = copied(database, root=root, environment=environment)
    digest = gatekeeper.digest(today.isoformat().encode() + content)
    if digest in set(gatekeeper.known["digest"]):
        return Arrivals((), ())
    raw = _read(content, database.query_file, gatekeeper)
    gatekeeper.terms.check(gatekeeper.declaration.id, raw.headings)
    arrival = Arrival(database.query_file, digest, today, "", len(content), 0, raw, lambda: content)
    return Arrivals((arrival,), ())


def _told(error: GemeinsinnError, name: str) -> list[Finding]:
    """The findings of an error with the name of the file, under which the steward finds it."""
    short = name.rpartition("/")[2]
    found = []
    for finding in error.findings:
        where = finding.where if short in finding.where else f"{name} {finding.where}".strip()
        found.append(
            Finding(where.replace(short, name, 1) if name not in where else where, finding.what, finding.remedy)
        )
    return found

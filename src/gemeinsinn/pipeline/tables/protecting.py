"""Protecting a table in a file: read it, decide what may be shown, prove it, enter it in the ledger, write it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np

from gemeinsinn.errors import DefinitionError
from gemeinsinn.gate.ledger_folder import Randomness
from gemeinsinn.pipeline.tables.assembly import Assembled, assembled, check_forced
from gemeinsinn.pipeline.tables.entering import Leaving, Place, Shelf, entered, identified, shelf
from gemeinsinn.pipeline.tables.methods import Treated, coarsened_table, deviated_table, rounded_table, withheld_table
from gemeinsinn.pipeline.tables.reading import read_table
from gemeinsinn.pipeline.tables.suppressing import suppressed_table
from gemeinsinn.pipeline.tables.writing import protected_csv
from gemeinsinn.protect.certificate import digest
from gemeinsinn.protect.ledger import Entry
from gemeinsinn.protect.tables.pattern import SECONDARY
from gemeinsinn.protect.tables.policy import Method, TablePolicy
from gemeinsinn.protect.tables.rules import Primary, primary_cells


Step = Callable[[str, int, int], None]
"""Tells the progress: what is being done, how far, how far it goes."""

_STEPS = 4


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked for beside the table."""

    policy: TablePolicy
    hierarchies: Mapping[str, Path] = field(default_factory=dict)
    prove: bool = False
    seconds: float | None = None
    """For how long to look for something better; None: as long as it pays."""
    secret: bytes = field(default=b"", repr=False)
    """What decides deviations, with `method: cell_key`."""
    place: Place | None = None
    """The ledger, and what the table counts; None: nothing was released before."""
    certify: bool = False
    release: bool = True
    """Whether the table is released now; else it is only tried out, and nothing enters the ledger."""


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Protected:
    """A table as it may be shown, the proof of it, and what is told about it."""

    content: bytes
    certificate: bytes | None
    document: Mapping[str, Any]
    notes: tuple[str, ...]


def protected(path: Path, request: Request, *, at: datetime, random: Randomness, journal: Step) -> Protected:
    """Protect a table; raises `DisclosureError` if that cannot be done, and then nothing enters the ledger."""
    _check_certificate(request)
    journal(path.name, 0, _STEPS)
    whole, primary = _read(path, request)
    journal(path.name, 1, _STEPS)
    with _ledger(request, random) as before:
        whole = identified(whole, before.place) if before else whole
        treated = _treated(whole, request, primary, before)
        journal(path.name, 2, _STEPS)
        content = protected_csv(whole, treated.outcome)
        release = hashlib.sha256(content).hexdigest()
        proven = _proven(treated, request, before, release)
        journal(path.name, 3, _STEPS)
        leaving = Leaving(treated, release, digest(proven) if proven else "")
        entry = entered(before, whole, request.policy, leaving, at=at, random=random) if before else None
    journal(path.name, _STEPS, _STEPS)
    return Protected(content, proven, _document(whole, request.policy, primary, treated, entry), treated.notes)


def _check_certificate(request: Request) -> None:
    method = request.policy.method
    if request.certify and method is not Method.SUPPRESS:
        what = f"a certificate proves that gaps are wide enough, and `method: {method}` makes none."
        raise DefinitionError(what, remedy="Leave --certificate out.")


def _read(path: Path, request: Request) -> tuple[Assembled, Primary]:
    whole = assembled(read_table(path, request.policy, request.hierarchies), request.policy)
    primary = primary_cells(whole.model, request.policy, whole.facts)
    check_forced(whole, request.policy, primary)
    return whole, primary


@contextmanager
def _ledger(request: Request, random: Randomness) -> Iterator[Shelf | None]:
    """What was released before, if there is a ledger, and if this table is released at all."""
    if request.place is None or request.policy.method is Method.WITHHOLD:
        yield None
        return
    with shelf(request.place, release=request.release, random=random) as opened:
        yield opened


def _treated(whole: Assembled, request: Request, primary: Primary, before: Shelf | None) -> Treated:
    policy = request.policy
    match policy.method:
        case Method.SUPPRESS:
            union = before.union(whole.model, policy) if before else None
            return suppressed_table(whole, policy, earlier=union, prove=request.prove, seconds=request.seconds)
        case Method.ROUND:
            return rounded_table(whole, policy)
        case Method.CELL_KEY:
            return deviated_table(whole, policy, request.secret)
        case Method.COARSEN:
            return coarsened_table(whole, policy, primary)
        case Method.WITHHOLD:
            return withheld_table(whole, primary)


def _proven(treated: Treated, request: Request, before: Shelf | None, release: str) -> bytes | None:
    if treated.proof is None or not request.certify:
        return None
    return treated.proof(release, before.ledger.head if before else "")


def _document(
    whole: Assembled, policy: TablePolicy, primary: Primary, treated: Treated, entry: Entry | None
) -> dict[str, Any]:
    """The report as the command line's contract has it."""
    secondary = (treated.outcome.pattern == SECONDARY) & ~whole.model.latent_cells()
    lost = float(np.abs(whole.model.values[secondary]).sum())
    return {
        "cells": whole.model.cells,
        "primary": int(primary.mask.sum()),
        "secondary": int(secondary.sum()),
        "secondary_sum": int(lost) if whole.table.columns.counts else lost,
        "bound": None,
        "audit": "clean",
        "insiders": None,
        "method": str(policy.method),
        "rules": primary.counts(),
        "ledger": {"entry": entry.head.number, "head": entry.head.digest} if entry else None,
        **treated.report,
    }

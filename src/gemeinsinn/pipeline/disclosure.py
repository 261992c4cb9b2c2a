"""Disclosure control of a publication: what is asked of registers is protected beside the ledger, and entered into it.

The ledger is read before anything is protected. It is written when all numbers of the release are compiled and before
anybody can see one: a publication that is killed leaves a ledger that knows more than was published, never less.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from gemeinsinn.concepts.registers import PeriodQuestion, Question
from gemeinsinn.errors import InUseError
from gemeinsinn.gate.answers import Desk
from gemeinsinn.gate.disclosure_report import desk_report, public_report
from gemeinsinn.gate.hiding import GuardedTables, guarded
from gemeinsinn.gate.ledger_entries import check_known, entered, heads_of
from gemeinsinn.gate.ledger_folder import LedgerFolder, Randomness
from gemeinsinn.gate.publication import Answered
from gemeinsinn.indicators.catalogue import Catalogue
from gemeinsinn.lake.storage import storage_of
from gemeinsinn.pipeline.registers.identity import key_ring, ring_with
from gemeinsinn.protect import keys
from gemeinsinn.protect.ledger import Ledger
from gemeinsinn.protect.policy import Policies
from gemeinsinn.releases.store import Store
from gemeinsinn.settings.instance import Instance
from gemeinsinn.settings.places import restricted_place


LEDGER = "ledger"
"""The part of the restricted zone in which the ledger lies."""

Tables = Mapping[str, GuardedTables]
"""The tables of each register in which numbers are hidden."""


@dataclass(frozen=True, slots=True)
class Watch:
    """The ledger as it was when a publication began, and its place."""

    folder: LedgerFolder
    ledger: Ledger

    def guard(self, desk: Desk, questions: Mapping[str, Question | PeriodQuestion]) -> GuardedTables:
        """Everything that is asked of a register, protected beside all that was released before."""
        return guarded(desk, questions, self.ledger)

    def entered(self, tables: Tables, *, release: str, at: datetime, random: Randomness) -> Ledger:
        """Enter what is about to be released; the ledger with it. It is on the disk when this returns."""
        if all(block.is_known for each in tables.values() for block in each.blocks):
            return self.ledger
        with self.folder.writing(random) as book:
            if book.ledger.head != self.ledger.head:
                what = "something else was entered into the ledger meanwhile."
                raise InUseError(what, remedy="Nothing was published. Start again.")
            return entered(book, tables.values(), release=release, at=at, random=random)


def watch_of(instance: Instance, store: Store, policies: Policies, random: Randomness) -> Watch:
    """The ledger of an instance; `DisclosureError` if it was changed, or lacks what a release was entered as."""
    folder = ledger_folder(instance, policies, random)
    ledger = folder.read()
    check_known(ledger, _named(store))
    return Watch(folder, ledger)


def ledger_folder(instance: Instance, policies: Policies, random: Randomness) -> LedgerFolder:
    """The place of the ledger. Its key lies with those of the registers; it is made when a policy first hides numbers."""
    place = storage_of(restricted_place(instance)).below(LEDGER)
    hides = any(policy.terms and policy.terms.disclosure.tables for policy in policies.policies.values())
    if place.names():
        return LedgerFolder(place, key_ring(instance).key(keys.LEDGER))
    if hides:
        return LedgerFolder(place, ring_with(instance, (keys.LEDGER,), random).key(keys.LEDGER))
    return LedgerFolder(place)


def _named(store: Store) -> Iterable[str]:
    """The entries that the releases on the disk name."""
    for release in store.hashes():
        tables = json.loads((store.folder(release) / "disclosure.json").read_bytes())["tables"]
        yield from (table["ledger"]["head"] for table in tables if table.get("ledger"))


def answered(registers: Iterable[str], tables: Tables, catalogue: Catalogue, ledger: Ledger) -> dict[str, Answered]:
    """How the numbers of each register left the gate."""
    found = {name: Answered() for name in registers}
    for name, each in tables.items():
        report = public_report(each, users_of(catalogue, name), heads_of(ledger, each))
        found[name] = Answered(str(each.policy.method), report)
    return found


def told_at_the_desk(tables: Tables, catalogue: Catalogue, ledger: Ledger) -> dict[str, Any]:
    """The report on a release for those who answer for the data."""
    reports = [desk_report(each, users_of(catalogue, name), heads_of(ledger, each)) for name, each in tables.items()]
    return {"registers": reports}


def users_of(catalogue: Catalogue, register: str) -> dict[str, list[str]]:
    """The indicators that use each question to a register."""
    found: dict[str, list[str]] = {}
    for indicator in catalogue.indicators.values():
        asked = [catalogue.asked[table] for table in indicator.tables if table in catalogue.asked]
        for operand in asked:
            if operand.register == register:
                found.setdefault(operand.name, []).append(indicator.id)
    return found

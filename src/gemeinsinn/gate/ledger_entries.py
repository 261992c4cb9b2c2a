"""Protected tables and the ledger: the entries of what is about to be released, and the releases that it must know."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from gemeinsinn.errors import DisclosureError
from gemeinsinn.gate.hiding import Guarded, GuardedTables
from gemeinsinn.gate.ledger_folder import Book, Randomness
from gemeinsinn.protect.certificate import certificate, subject_in
from gemeinsinn.protect.ledger import Head, Ledger, Release
from gemeinsinn.protect.tables.policy import TablePolicy
from gemeinsinn.protect.tables.releasing import sealed_of, shown_of


def entered(book: Book, tables: Iterable[GuardedTables], *, release: str, at: datetime, random: Randomness) -> Ledger:
    """Enter what is about to be released of some registers, unless it was released just so before; the ledger with it.

    Every table has its certificate before the first one is entered.
    """
    new = [(each, of.policy) for of in tables for each in of.blocks if not each.is_known]
    certificates = [proof(each, policy, release=release, ledger=book.ledger) for each, policy in new]
    for (each, policy), proven in zip(new, certificates, strict=True):
        said = Release(
            table=each.block.name,
            audience=str(policy.audience),
            policy=policy.digest,
            method=str(policy.method),
            at=at,
            release=release,
        )
        model = each.block.model
        shown = shown_of(model, each.pattern, key=book.ledger.key)
        sealed = sealed_of(model, each.pattern, each.protection.needs)
        forced = model.open_cells()
        book.append(said, shown=shown, sealed=sealed, forced=forced, random=random, certificate=proven)
    return book.ledger


def proof(each: Guarded, policy: TablePolicy, *, release: str, ledger: Ledger) -> bytes:
    """The certificate of a table in its union with all that was released before."""
    protection = each.protection
    subject = subject_in(each.union, table=each.block.name, release=release, ledger=ledger.head)
    return certificate(
        protection.attacked,
        protection.attacked_pattern,
        protection.attacked_needs,
        protection.witnesses,
        policy=policy,
        subject=subject,
    )


def heads_of(ledger: Ledger, tables: GuardedTables) -> list[Head]:
    """The newest head of each table of a register, oldest first."""
    policy = (str(tables.policy.audience), tables.policy.digest)
    names = {each.block.name for each in tables.blocks}
    heads = [entry.head for entry in ledger.entries if (entry.head.audience, entry.head.policy) == policy]
    by_table = {head.table: head for head in heads if head.table in names}
    return sorted(by_table.values(), key=lambda head: head.number)


def check_known(ledger: Ledger, named: Iterable[str]) -> None:
    """Every head that a release names is in the ledger; without one of them nobody knows what was released.

    Raises `DisclosureError`.
    """
    there = {entry.head.digest for entry in ledger.entries}
    missing = [head for head in named if head not in there]
    if missing:
        what = f"the ledger does not know {len(missing)} of the releases that were published with it."
        remedy = "Restore `var/restricted/ledger` from a backup, as a whole. Nothing is published meanwhile."
        raise DisclosureError(what, where="ledger", remedy=remedy)

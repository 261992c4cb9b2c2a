"""`gemeinsinn audit`: attack a published table, together with others, and say what can be learned from it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from time import perf_counter
from typing import Any

import click

from gemeinsinn.cli.shared import hierarchy_files, json_option, print_json, print_table, say
from gemeinsinn.errors import DisclosureError, UnknownNameError, did_you_mean
from gemeinsinn.pipeline.tables.auditing import Request, audited_table
from gemeinsinn.protect.tables.policy import Attacker
from gemeinsinn.protect.tables.policy_document import read_table_policy


_PATH = click.Path(path_type=Path)
_MOST = 50
"""So many breaches and intervals are told to people; `--json` tells all."""


@click.command("audit")
@click.argument("table", type=_PATH)
@click.option("--policy", type=_PATH, metavar="P.yaml", help="How much may be learned of which cells.")
@click.option(
    "--with", "earlier", type=_PATH, multiple=True, metavar="EARLIER.csv", help="Published before, or beside."
)
@click.option(
    "--attackers", metavar="KINDS", help="`outsider`, `insider`, `all_singletons` (with --original); else the policy's."
)
@click.option("--original", type=_PATH, metavar="TABLE.csv", help="The true numbers; then the audit is exact.")
@click.option(
    "--hierarchy", multiple=True, metavar="DIM=FILE", help="`child,parent`, or one column a level, coarse to fine."
)
@json_option
def command(
    table: Path,
    policy: Path | None,
    earlier: tuple[Path, ...],
    attackers: str | None,
    original: Path | None,
    hierarchy: tuple[str, ...],
    as_json: bool,
) -> int:
    """Attack the published TABLE: between which values every hidden cell lies, and which the policy does not allow.

    All tables that are named are read as one. Without --original nothing but what is public is used: a breach is then
    what breaks the policy whatever the true value is, and an insider is anybody who may be alone in a hidden cell.
    Ends with exit code 5 if anything was found.
    """
    begun = perf_counter()
    request = Request(
        policy=read_table_policy(policy),
        attackers=_attackers(attackers),
        hierarchies=hierarchy_files(hierarchy),
        earlier=earlier,
        original=original,
    )
    found = audited_table(table, request)
    document = {**found.document, "notes": list(found.notes), "seconds": round(perf_counter() - begun, 3)}
    if as_json:
        print_json(document)
    else:
        _print(document)
    return 0 if document["verdict"] == "clean" else DisclosureError.exit_code


def _attackers(words: str | None) -> tuple[Attacker, ...]:
    """The attackers that are named, in a fixed order; whatever is named, the outsider attacks."""
    named = [word.strip() for word in (words or "").split(",") if word.strip()]
    for word in named:
        if word not in list(Attacker):
            remedy = did_you_mean(word, list(Attacker)) or f"Attackers: {', '.join(Attacker)}."
            raise UnknownNameError(f"there is no attacker '{word}'.", remedy=remedy)
    return tuple(each for each in Attacker if each in named)


def _print(document: Mapping[str, Any]) -> None:
    for breach in document["breaches"][:_MOST]:
        click.echo(f"{breach['attacker']}: {breach['words']}")
    _print_more(document["breaches"])
    rows = [(_cell(each), each["state"], *each["interval"]) for each in document["intervals"][:_MOST]]
    if rows:
        print_table(("hidden cell", "state", "from", "to"), rows)
    _print_more(document["intervals"])
    count = len(document["breaches"])
    click.echo(f"{document['verdict']}: {count:,} breaches, {document['checked']:,} cells checked.")
    for note in document["notes"]:
        say(note)


def _print_more(each: Sequence[Any]) -> None:
    if len(each) > _MOST:
        say(f"… and {len(each) - _MOST:,} more; --json tells all.")


def _cell(each: Mapping[str, Any]) -> str:
    return ", ".join(f"{name}={code}" for name, code in each["cell"].items())

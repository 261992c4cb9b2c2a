"""`gemeinsinn protect`: protect a table of counts or sums in a CSV file; no instance is needed."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from pathlib import Path
from time import perf_counter
from typing import Any

import click

from gemeinsinn.cli.shared import hierarchy_files, json_option, now, print_json, progress, say
from gemeinsinn.pipeline.tables.deviating import read_secret
from gemeinsinn.pipeline.tables.entering import Place
from gemeinsinn.pipeline.tables.protecting import Protected, Request, protected
from gemeinsinn.pipeline.tables.storing import check_targets, stored
from gemeinsinn.protect.tables.policy_document import read_table_policy


_PATH = click.Path(path_type=Path)
_SAID = ("cells", "primary", "secondary", "secondary_sum", "bound", "audit", "insiders", "seconds")


@click.command("protect")
@click.argument("table", type=_PATH)
@click.option("--policy", type=_PATH, metavar="P.yaml", help="Which cells may not be shown, and what is done about it.")
@click.option("--out", type=_PATH, metavar="OUT.csv", help="Write the protected table; without it, only the report.")
@click.option("--certificate", type=_PATH, metavar="C.json", help="Write the proof, for `gemeinsinn verify`.")
@click.option(
    "--hierarchy", multiple=True, metavar="DIM=FILE", help="`child,parent`, or one column a level, coarse to fine."
)
@click.option("--ledger", type=_PATH, metavar="DIR", help="Everything released before, and from now on this table.")
@click.option("--variable", default="", metavar="NAME", help="With --ledger: what is counted of whom.")
@click.option("--on", "valid_on", default="", metavar="DAY", help="With --ledger: the key date, or the period.")
@click.option("--key", type=_PATH, metavar="FILE", help="With `method: cell_key`: the secret behind the deviations.")
@click.option("--prove", is_flag=True, help="Go on to the proven optimum.")
@click.option("--time", "seconds", type=float, metavar="S", help="For how many seconds to look for something better.")
@json_option
def command(
    table: Path,
    policy: Path | None,
    out: Path | None,
    certificate: Path | None,
    hierarchy: tuple[str, ...],
    ledger: Path | None,
    variable: str,
    valid_on: str,
    key: Path | None,
    prove: bool,
    seconds: float | None,
    as_json: bool,
) -> None:
    """Protect the cells of TABLE that are too small to show, as the policy asks for.

    One row a cell: columns with codes, then `count`, or `value` and `units`, perhaps `state` (`open`, `protect`,
    `latent`). Nothing is written before the audit has found nothing; a policy that cannot be kept ends with exit code 5.
    """
    begun = perf_counter()
    terms = read_table_policy(policy)
    files = hierarchy_files(hierarchy)
    check_targets({"--out": out, "--certificate": certificate}, read=[table, *files.values(), *filter(None, [policy])])
    request = Request(
        policy=terms,
        hierarchies=files,
        prove=prove,
        seconds=seconds,
        secret=read_secret(key),
        place=_place(ledger, variable, valid_on),
        certify=certificate is not None,
        release=out is not None,
    )
    with progress(quiet=as_json) as step:
        found = protected(table, request, at=now(), random=secrets.token_bytes, journal=step)
    stored(certificate, found.certificate, secret=True)
    stored(out, found.content)
    document = {**found.document, "seconds": round(perf_counter() - begun, 3)}
    if as_json:
        print_json(document)
    else:
        _print(document, found, out)


def _place(ledger: Path | None, variable: str, valid_on: str) -> Place | None:
    """What the cells are compared by, which a ledger cannot do without."""
    if ledger is not None and variable and valid_on:
        return Place(ledger, variable, valid_on)
    if ledger is not None:
        raise click.UsageError("--ledger compares cells by what they count on which day: add --variable and --on.")
    if variable or valid_on:
        raise click.UsageError("--variable and --on say something about a ledger: add --ledger.")
    return None


def _print(document: Mapping[str, Any], found: Protected, out: Path | None) -> None:
    for name in _SAID:
        if document[name] is not None:
            click.echo(f"{name}: {document[name]}")
    for note in found.notes:
        say(note)
    say(f"Written to {out}." if out else "Nothing was written; --out writes the table.")

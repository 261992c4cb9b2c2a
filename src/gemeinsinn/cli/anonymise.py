"""`gemeinsinn anonymise`: make records of people so coarse that they may leave; no instance is needed."""

from __future__ import annotations

import json
from pathlib import Path
from time import perf_counter
from typing import Any

import click

from gemeinsinn.cli.shared import json_option, print_json, print_table, say
from gemeinsinn.errors import UnknownNameError
from gemeinsinn.gate.records import anonymised
from gemeinsinn.pipeline.microdata import check_form, hierarchies_of, read_records, write_records
from gemeinsinn.protect.records.terms import read_record_terms


_PATH = click.Path(path_type=Path)


@click.command("anonymise")
@click.argument("file", type=_PATH)
@click.option("--policy", type=_PATH, metavar="P.yaml", help="What each column is, and how alike people have to be.")
@click.option(
    "--hierarchy", multiple=True, metavar="COLUMN=FILE", help="`child,parent`, or one column a level, coarse to fine."
)
@click.option("--out", type=_PATH, metavar="F.csv|F.parquet", help="Write the records; without it, only the report.")
@click.option("--report", type=_PATH, metavar="R.json", help="Write the report of risk and loss.")
@json_option
def command(
    file: Path, policy: Path | None, hierarchy: tuple[str, ...], out: Path | None, report: Path | None, as_json: bool
) -> None:
    """Generalise the records in FILE until everybody is alike with enough others, as the policy asks for.

    Identifying columns do not leave. Records that cannot be placed stay behind, and are counted. The report tells risk
    before and after, and what was lost.
    """
    begun = perf_counter()
    terms = read_record_terms(policy)
    _check_out(file, out)
    records = read_records(file)
    released = anonymised(records.frame, terms, hierarchies=hierarchies_of(terms, hierarchy))
    if out is not None:
        write_records(released.table, out, delimiter=records.delimiter)
    document = {**released.report.document, "seconds": round(perf_counter() - begun, 3)}
    if report is not None:
        report.write_text(json.dumps(document, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    if as_json:
        print_json(document)
    else:
        _print(document, out)


def _check_out(file: Path, out: Path | None) -> None:
    if out is None:
        return
    check_form(out)
    if out.resolve() == file.resolve():
        raise UnknownNameError(f"{out} would replace the records themselves.", remedy="Choose another name for --out.")


def _print(document: dict[str, Any], out: Path | None) -> None:
    before, after, loss = document["before"], document["after"], document["loss"]
    percent = {
        "found again at most": "prosecutor_max",
        "found again on average": "prosecutor_mean",
        "alone": "unique",
        "at risk": "at_risk",
    }
    rows = [[what, *(f"{100 * each[name]:.1f} %" for each in (before, after))] for what, name in percent.items()]
    print_table(("risk", "before", "after"), [["alike at least", before["k"], after["k"]], *rows])
    for column, each in after["attributes"].items():
        click.echo(
            f"{column}: at least {each['distinct_min']} values in a class, at most {each['distance_max']:.2f} off; "
            f"a guess is right in {100 * each['guess_mean']:.0f} %, without the records in {100 * each['guess_before']:.0f} %"
        )
    shares = ", ".join(f"{name} {100 * value:.1f} %" for name, value in loss["penalty"].items())
    click.echo(f"lost: {shares}; {loss['classes']:,} classes")
    for note in document["notes"]:
        say(note)
    behind = f"{document['suppressed']:,} of {document['records']:,} records stay behind"
    say(f"{behind}. Written to {out}." if out else f"{behind}. Nothing was written; --out writes the records.")

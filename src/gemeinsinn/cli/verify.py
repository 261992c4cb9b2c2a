"""`gemeinsinn verify`: check the certificate of a protected table, without a solver and without trust in who wrote it."""

from __future__ import annotations

from pathlib import Path

import click

from gemeinsinn.cli.shared import json_option, print_json
from gemeinsinn.errors import DisclosureError, UnknownNameError
from gemeinsinn.protect.verifier import Report, verified


@click.command("verify")
@click.argument("certificate", type=click.Path(path_type=Path))
@json_option
def command(certificate: Path, as_json: bool) -> int:
    """Check CERTIFICATE: whether its witness tables prove that no hidden cell can be recomputed or narrowed too far.

    A certificate holds the true values of hidden cells: keep it as you keep the table that it came from.
    """
    if not certificate.is_file():
        raise UnknownNameError(f"there is no file {certificate}.", remedy="Check the name of the file.")
    report = verified(certificate.read_bytes())
    if as_json:
        print_json(document(report))
    elif report.valid:
        click.echo(f"valid: {report.requirements:,} requirements, each proven by a witness table.")
    else:
        click.echo("not valid:")
        for failure in report.failures:
            click.echo(f"  {failure}")
    return 0 if report.valid else DisclosureError.exit_code


def document(report: Report) -> dict[str, object]:
    """The report as the command line's contract has it."""
    return {"valid": report.valid, "requirements": report.requirements, "failures": list(report.failures)}

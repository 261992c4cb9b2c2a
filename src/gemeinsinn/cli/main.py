"""`gemeinsinn`: the verbs, found by name and loaded when called, and errors as one sentence with an exit code."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Sequence

import click

from gemeinsinn import __version__
from gemeinsinn.errors import GemeinsinnError, did_you_mean
from gemeinsinn.pipeline.faults import trace_of


VERBS = {
    "anonymise": "Make records of people so coarse that they may leave.",
    "areas": "Areas with their keys, names, levels and periods of validity.",
    "audit": "Attack a published table, and say what can be learned from it.",
    "backup": "Back up a whole instance into one file.",
    "check": "Check all definitions of an instance; every mistake at once.",
    "count": "Count the people of a register on any day, as known on any day; protected.",
    "demo": "Build the demo county, or bring it up to date, and serve it.",
    "erase": "Erase a person from a register.",
    "init": "Make a new instance in a folder.",
    "keys": "Make the keys of the registers, and rotate them.",
    "protect": "Protect a table of counts or sums in a CSV file.",
    "publish": "Compile a release and make it the current one.",
    "read": "Read a file in one of the known formats and show what is in it.",
    "refresh": "Take in what the sources deliver.",
    "releases": "List releases, or go back to an earlier one.",
    "restore": "Restore an instance from a backup.",
    "retention": "Delete what may no longer be kept.",
    "serve": "Serve the portal of an instance.",
    "show": "Show an indicator's numbers for areas.",
    "status": "How an instance stands: release, jobs, sources, what is out of date.",
    "synth": "Make invented data: a synthetic county.",
    "verify": "Check the certificate of a protected table, without a solver.",
    "worker": "Run the jobs of an instance.",
}


class Verbs(click.Group):
    """A group whose verbs are modules of this room; each is imported only when it is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(VERBS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in VERBS:
            return None
        module = importlib.import_module(f"gemeinsinn.cli.{cmd_name}")
        command: click.Command = module.command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Verbs"):
            formatter.write_dl(list(VERBS.items()))

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args and args[0] not in VERBS:
            remedy = did_you_mean(args[0], VERBS) or f"Verbs: {', '.join(VERBS)}."
            raise click.UsageError(f"there is no verb '{args[0]}'. {remedy}")
        return super().resolve_command(ctx, args)


@click.group(cls=Verbs, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 120})
@click.version_option(__version__, prog_name="gemeinsinn")
@click.option(
    "--instance", metavar="DIR", help="The folder of the instance; else GEMEINSINN_INSTANCE, else here or above."
)
@click.pass_context
def group(ctx: click.Context, instance: str | None) -> None:
    """Social planning for local government: one data lake, protected interfaces, releases that can be cited.

    Exit codes: 0 done, 2 usage, 3 a definition, 4 a delivery, 5 disclosure, 6 not yet known, 7 not permitted,
    8 settings, 1 our fault.
    """
    ctx.obj = instance


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line and leave with its exit code."""
    try:
        words = list(arguments) if arguments is not None else None
        code = group.main(words, prog_name="gemeinsinn", standalone_mode=False)
    except GemeinsinnError as error:
        for finding in error.findings:
            click.echo(f"gemeinsinn: {finding}", err=True)
        sys.exit(error.exit_code)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except click.Abort:
        click.echo("gemeinsinn: stopped.", err=True)
        sys.exit(130)
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(0)
    except Exception as fault:  # noqa: BLE001
        click.echo(trace_of(fault), err=True, nl=False)
        click.echo("gemeinsinn: a fault of the program. Please report the lines above with its version.", err=True)
        sys.exit(1)
    sys.exit(code if isinstance(code, int) else 0)

"""What verbs share: the instance they work on, one JSON document on standard output, and progress on standard error."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from gemeinsinn.settings.instance import Instance, find_instance


Step = Callable[[str, int, int], None]
"""Tells the progress: what is being done, how far, how far it goes."""


def instance_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """`--instance DIR`, behind the verb as well as before it."""
    return click.option("--instance", "instance_dir", metavar="DIR", help="The folder of the instance.")(command)


def json_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """`--json`: one document on standard output and nothing else there."""
    return click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")(command)


def chosen_instance(instance_dir: str | None) -> Instance:
    """The instance that the options, the environment or the folder name."""
    before_verb = click.get_current_context().find_root().obj
    return find_instance(instance_dir or before_verb)


def hierarchy_files(given: Sequence[str]) -> dict[str, Path]:
    """The files of `--hierarchy DIMENSION=FILE`, by dimension."""
    files: dict[str, Path] = {}
    for words in given:
        name, equals, path = words.partition("=")
        if not (name and equals and path):
            raise click.UsageError(f"'{words}' names no dimension and file. Write --hierarchy area=areas.csv.")
        if name in files:
            raise click.UsageError(f"--hierarchy names '{name}' twice.")
        files[name] = Path(path)
    return files


def print_json(document: Any) -> None:
    """Print the document."""
    click.echo(json.dumps(document, ensure_ascii=False, indent=2))


def say(text: str) -> None:
    """A message for people, on standard error."""
    click.echo(text, err=True)


def print_table(head: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    """A plain table, columns as wide as they need to be."""
    texts = [[str(cell) if cell is not None else "" for cell in row] for row in rows]
    widths = [max(len(row[at]) for row in [list(head), *texts]) for at in range(len(head))]
    for row in [list(head), *texts]:
        click.echo("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())


@contextmanager
def progress(*, quiet: bool = False) -> Iterator[Step]:
    """A bar a step, on standard error; silent where nobody looks or JSON is asked for."""
    console = Console(stderr=True)
    columns = (TextColumn("{task.description:<28}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, disable=quiet, transient=False) as bars:
        tasks: dict[str, Any] = {}

        def step(what: str, done: int, all: int) -> None:
            if what not in tasks:
                tasks[what] = bars.add_task(what, total=all)
            bars.update(tasks[what], completed=done, total=all)

        yield step


def now() -> datetime:
    """The clock; the only place in this room that looks at it."""
    return datetime.now(UTC)  # noqa: TID251  (the clock enters here and is passed on)

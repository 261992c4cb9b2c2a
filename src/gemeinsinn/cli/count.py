"""`gemeinsinn count`: how many there were on any day, as known on any day, protected."""

from __future__ import annotations

import getpass
from time import perf_counter

import click

from gemeinsinn.cli.shared import chosen_instance, instance_option, json_option, now, print_json, print_table, say
from gemeinsinn.concepts.registers import Question
from gemeinsinn.gate.answers import AUTO, Answer
from gemeinsinn.pipeline.questions import choices, day, days, desk_of, first_ages
from gemeinsinn.protect.cell_keys import METHOD


_SHOWN_ROWS = 200
HIDDEN = "▒"
"""Stands in the place of a number that a release hides."""


@click.command("count")
@click.argument("register")
@click.option(
    "--on", required=True, metavar="DAYS", help="2024-12-31[,…], MONTH-ENDS 2015-01..2024-12, YEAR-ENDS 2015..2024."
)
@click.option("--known", metavar="DAY", help="As it was known on that day; as it is known now if left out.")
@click.option("--by", default="", metavar="DIMENSIONS", help="Such as municipality,age_class,sex,nationality_group.")
@click.option("--where", multiple=True, metavar="NAME=CODES", help="Only these: sex=female, age=15-49,60+.")
@click.option("--classes", default="", metavar="AGES", help="First ages of the age classes: 0,3,6,18,65.")
@click.option("--engine", default=AUTO, show_default=True, help="fast, polars, duckdb or spark-connect://host:port.")
@instance_option
@json_option
def command(
    register: str,
    on: str,
    known: str | None,
    by: str,
    where: tuple[str, ...],
    classes: str,
    engine: str,
    instance_dir: str | None,
    as_json: bool,
) -> None:
    """Count the entities of a REGISTER on key dates.

    Every count is protected: it deviates a little, always in the same way for the same people. The question is written
    down, the answer is not.
    """
    begun = perf_counter()
    desk = desk_of(chosen_instance(instance_dir), register)
    question = Question(
        register=register,
        on=days(on),
        by=tuple(name.strip() for name in by.split(",") if name.strip()),
        where=choices(where),
        age_classes=first_ages(classes),
        step=desk.steps.known_on(day(known), register) if known else None,
    )
    answer = desk.answer(question, who=getpass.getuser(), at=now(), engine=engine)
    seconds = perf_counter() - begun
    if as_json:
        print_json(document(answer, seconds))
        return
    _print(answer, seconds)


def document(answer: Answer, seconds: float) -> dict[str, object]:
    """The answer as the command line's contract has it."""
    return {
        "register": answer.register,
        "known_at": answer.known_on.isoformat(),
        "engine": answer.engine,
        "method": METHOD,
        "policy": answer.policy,
        "synthetic": answer.synthetic,
        "cells": answer.cells(),
        "seconds": round(seconds, 4),
    }


def _print(answer: Answer, seconds: float) -> None:
    cells = [{**cell, "count": HIDDEN if cell["count"] is None else cell["count"]} for cell in answer.cells()]
    cells = [cell for cell in cells if cell["count"]]
    head = ["on", *(axis.name for axis in answer.axes), "count"]
    print_table(head, [[cell[name] for name in head] for cell in cells[:_SHOWN_ROWS]])
    if len(cells) > _SHOWN_ROWS:
        say(f"… and {len(cells) - _SHOWN_ROWS} more cells; --json prints them all.")
    if answer.synthetic:
        say("The people in this register do not exist: the data are synthetic.")
    if answer.hidden is not None:
        say(f"{HIDDEN}: hidden, as in what is published. What is published is exact; all other numbers deviate.")
    say(f"As known on {answer.known_on:%d.%m.%Y}; protected by cell keys ({answer.policy}); cells of 0 are left out.")
    say(f"{answer.counts.size} cells by engine {answer.engine} in {seconds * 1000:.0f} ms.")

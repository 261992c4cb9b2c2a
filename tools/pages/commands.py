"""`cli.md`: every verb with its arguments, options, exit codes and JSON form."""

from __future__ import annotations

import click

from gemeinsinn import errors
from gemeinsinn.cli.main import VERBS, group
from pages.meanings import described, meanings
from pages.source import docstring
from pages.text import block, code, first_sentence, page, sentences, table


INTRODUCTION = """
`gemeinsinn` is the only program of the platform. `gemeinsinn VERB --help` says the same as this page.

Standard output holds the answer: a table for people, or with `--json` one JSON document and nothing else. Messages and
progress go to standard error. A verb that needs an instance finds it by `--instance DIR` (before or behind the verb),
else by the environment variable `GEMEINSINN_INSTANCE`, else in the current folder or one above it that holds
`gemeinsinn.toml`.

Names are forgiving: an indicator is found by id or title, an area by key or name. A name that stands for nothing is
answered with the nearest ones.
"""


def cli_page() -> str:
    """The page."""
    parts = [INTRODUCTION, "## Verbs", _verbs(), "## Exit codes", _exit_codes(), "## Options of the program itself"]
    parts.append(_options(group))
    for verb in VERBS:
        parts += _verb(verb)
    return page("The command line", *parts)


def command_of(verb: str) -> click.Command:
    """The click command of a verb."""
    command = group.get_command(click.Context(group), verb)
    assert command is not None  # noqa: S101  (verbs come from the program's own list)
    return command


def _verbs() -> str:
    return table(("verb", "does"), [(f"[`{verb}`](#{verb})", does) for verb, does in VERBS.items()])


def _exit_codes() -> str:
    rows: list[tuple[object, ...]] = [
        (0, "done", ""),
        (1, "our own fault; a traceback follows, without a value", "the developers"),
    ]
    rows.append((2, "usage: an unknown verb, option or value", "the caller"))
    for kind in vars(errors).values():
        if isinstance(kind, type) and issubclass(kind, errors.GemeinsinnError) and kind is not errors.GemeinsinnError:
            rows.append((kind.exit_code, first_sentence(docstring(kind)), f"[{kind.__name__}](errors.md)"))
    rows.append((130, "stopped by Ctrl+C", ""))
    return table(("code", "meaning", "see"), rows)


def _verb(verb: str) -> list[str]:
    command = command_of(verb)
    parts = [f"## {verb}", sentences(command.help or "")]
    if isinstance(command, click.Group):
        for name, below in command.commands.items():
            parts += [f"### {verb} {name}", sentences(below.help or ""), *_called(f"{verb} {name}", below)]
        return parts
    return [*parts, *_called(verb, command)]


def _called(words: str, command: click.Command) -> list[str]:
    """How a command is called, its options, and its JSON form."""
    context = click.Context(command, info_name=f"gemeinsinn {words}")
    parts = [block(" ".join([f"gemeinsinn {words}", *command.collect_usage_pieces(context)]))]
    if command.epilog:
        parts.append("The formats are listed under [Sources](sources.md).")
    parts.append(_options(command))
    if any(option.name == "as_json" for option in command.params):
        parts += ["With `--json`:", json_table(words)]
    return parts


def _options(command: click.Command) -> str:
    rows = []
    for option in command.params:
        if not isinstance(option, click.Option) or option.hidden:
            continue
        words = ", ".join(code(word) for word in option.opts)
        metavar = "" if option.is_flag else option.metavar or _type_of(option)
        default = "" if option.is_flag or option.default in (None, "") or not option.show_default else option.default
        rows.append((words, code(metavar), code(default), option.help or ""))
    return table(("option", "value", "default", "meaning"), rows)


def _type_of(option: click.Option) -> str:
    if isinstance(option.type, click.Choice):
        return " | ".join(map(str, option.type.choices))
    if isinstance(option.type, click.DateTime):
        return "2021-12-31"
    return str(option.type.name).upper()


def json_table(words: str) -> str:
    """The JSON document of a command: `[]` marks each entry of a list, `*` a name that depends on the instance."""
    documents = described(meanings("json"), "json")
    rows = [(code(path), says) for path, says in dict(documents)[words].items()]
    return table(("field", "meaning"), rows)

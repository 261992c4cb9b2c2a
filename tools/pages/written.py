"""What people write: `settings.md`, `sources-yaml.md`, `mapping.md`, `policy.md`, `catalogue.md`."""

from __future__ import annotations

from datetime import date
from typing import Any

from gemeinsinn.indicators.catalogue_check import _FORMULA_OF, _MULTIPLIER_OF
from gemeinsinn.indicators.definition import Unit
from gemeinsinn.releases.wording import patterns
from gemeinsinn.settings.instance import _SECTIONS
from pages.meanings import described, fields_table
from pages.source import ROOT, checked_fields, docstring, members, module
from pages.text import block, code, codes, page, sentences, table


_TOML = {str: "text", bool: "true or false", list: "list", date: "date"}


def settings_page() -> str:
    """The page of `gemeinsinn.toml`."""
    parts = [
        "The file `gemeinsinn.toml` stands in the folder of an instance and makes it one. `gemeinsinn check` names every "
        "mistake in it at once. A setting that this page does not list is refused."
    ]
    for section, known in _SECTIONS.items():
        rows = [
            (code(name), _TOML[_type(known[name])], f"{says[0]}: {says[1]}" if says[0] else says[1])
            for name, says in described(known, "settings", section)
        ]
        parts += [f"## [{section}]", table(("setting", "type", "meaning"), rows)]
    parts += ["## Example", block(_example("examples/pinneberg/gemeinsinn.toml"), "toml")]
    return page("Settings", *parts)


def _type(known: Any) -> Any:
    return known[0] if isinstance(known, tuple) else known


def _example(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def _fields(module_name: str, function: str, *section: str, call: int = 0) -> str:
    required, optional = checked_fields(module_name, function)[call]
    return fields_table(required, optional, *section)


def sources_yaml_page() -> str:
    """The page of `sources.yaml`."""
    where = "sources.declared"
    return page(
        "sources.yaml",
        "Every source of an instance: where its file lies, how it is read, and what is known of its data. Texts by "
        "language are written `{de: …, en: …}`.",
        "## The file",
        _fields(where, "read_sources", "sources", "top"),
        "## An origin",
        _fields(where, "_origin", "sources", "origin"),
        "## A source",
        _fields(where, "_source", "sources", "source"),
        "Which formats take `period`, `encoding`, `unit`, `under` and `territory` stands under [Sources](sources.md).",
        "## Example",
        block(_example("tools/pages/examples/sources.yaml"), "yaml"),
    )


def mapping_page() -> str:
    """The page of a mapping."""
    where = "sources.mapping"
    return page(
        "Mapping",
        "A mapping says which columns of any CSV or workbook hold the area, the period, dimensions and numbers. It "
        "stands under `mapping` in `sources.yaml`, or in a file of its own for `gemeinsinn read mapped FILE --mapping "
        "M.yaml`.",
        "## A mapping",
        _fields(where, "mapping_of", "mapping", "mapping"),
        "## area",
        "Either `column` or `value`.",
        _fields(where, "_area", "mapping", "area"),
        "## period",
        _fields(where, "_period", "mapping", "period"),
        "## An entry of values",
        "Either `column` or `columns`.",
        _fields(where, "_value", "mapping", "value"),
        "## An entry of dimensions",
        _fields(where, "_dimensions", "mapping", "dimension"),
        "## Example",
        block(_example("tools/pages/examples/mapping.yaml"), "yaml"),
        "It reads this file:",
        block(_example("tools/pages/examples/mapped.csv")),
    )


def policy_page() -> str:
    """The page of `policy.yaml`."""
    where = "protect.policy"
    return page(
        "policy.yaml",
        "What each source holds and on which terms its numbers may leave. A source that no policy covers is not read "
        "and not published. A policy that names a source goes before one that names its origin.",
        "## The file",
        _fields(where, "read_policies", "policy", "top"),
        "## A policy",
        _fields(where, "_policy", "policy", "policy"),
        "A policy needs `origins` or `sources`, or both.",
        "## contains",
        _words("protect.policy", "Contains"),
        "Only `published_aggregates` may stand behind a number that is published.",
        "## Example",
        block(_example("examples/pinneberg/policy.yaml"), "yaml"),
    )


def _words(module_name: str, class_name: str) -> str:
    """The members of an enum: their words and what they mean."""
    kind = getattr(module(module_name), class_name)
    rows = [(code(kind[each.name].value), each.says) for each in members(module_name, class_name)]
    return table(("word", "meaning"), rows)


def catalogue_page() -> str:
    """The page of the catalogue's files."""
    where = "indicators.catalogue_check"
    return page(
        "The catalogue",
        _files(),
        "Every mistake in every file is found and named at once, by `gemeinsinn check` and before each publication.",
        "## An indicator",
        "The file's name is the id: small letters, digits and `_`. An id never changes; a changed definition becomes "
        "the next version of the same indicator.",
        _fields(where, "indicator_of", "catalogue", "indicator"),
        "### A sum",
        "Either an operand, or:",
        _fields(where, "_sum", "catalogue", "sum"),
        "### An operand",
        _fields(where, "_operand", "catalogue", "operand"),
        "### change",
        _fields(where, "_formula", "catalogue", "change"),
        "### small_numbers",
        _fields(where, "_small_numbers", "catalogue", "small_numbers"),
        "### An entry of breaks",
        _fields(where, "_break", "catalogue", "break"),
        "### beside",
        _fields(where, "_beside", "catalogue", "beside"),
        "## Statistics",
        _statistics(),
        "Intervals: " + sentences(docstring(module("indicators.methods.intervals"))),
        "## Polarities",
        _polarities(),
        "## Timings",
        _words("indicators.definition", "Timing"),
        "## Units",
        _units(),
        "## A table",
        "A harmonised table is the same quantity out of several sources. Tables stand in `catalogue/tables/*.yaml`, "
        "several in a file, by id.",
        _fields(where, "table_of", "catalogue", "table"),
        "### An entry of parts",
        _fields(where, "_part", "catalogue", "part"),
        "### An entry of basis with a span",
        _fields(where, "_basis", "catalogue", "basis"),
        "## A topic",
        "Topics stand in `topics.yaml` by id, in the order in which they are shown.",
        _fields(where, "topics_of", "catalogue", "topic"),
        "## A basis",
        "Bases stand in `bases.yaml`: an id and a text by language.",
        "## Similar areas",
        "`peers.yaml` holds one rule; without the file no similar areas are named. "
        + sentences(docstring(module("areas.peers"))).split("\n\n")[-1],
        _fields(where, "peers_of", "catalogue", "peers"),
        "## Example",
        block(_example("catalogue/population/crude_birth_rate.yaml"), "yaml"),
    )


def _files() -> str:
    lines = [line for line in docstring(module("indicators.catalogue")).splitlines() if line.startswith("catalogue/")]
    return table(("file", "holds"), [(code(name), says.strip()) for name, _, says in (x.partition(" ") for x in lines)])


def _statistics() -> str:
    kind = module("indicators.definition").Statistic
    rows = [
        (code(kind[each.name].value), each.says, codes(_FORMULA_OF[kind[each.name]]))
        for each in members("indicators.definition", "Statistic")
    ]
    return table(("statistic", "meaning", "its formula"), rows)


def _polarities() -> str:
    return _words("indicators.methods.judgement", "Polarity")


def _units() -> str:
    german, english = patterns("de"), patterns("en")
    rows = [
        (code(unit), german[f"unit.{unit}"].format(n="1"), english[f"unit.{unit}"].format(n="1"), _multiplier(unit))
        for unit in Unit
    ]
    return table(("unit", "German", "English", "multiplier of a quotient"), rows)


def _multiplier(unit: Unit) -> str:
    return f"{_MULTIPLIER_OF.get(unit, 1.0):,.0f}"

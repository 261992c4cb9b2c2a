"""What people write: `settings.md`, `sources-yaml.md`, `registers-yaml.md`, `mapping.md`, `policy.md`, `catalogue.md`."""

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
    where, terms = "protect.policy", "protect.register_terms"
    required, optional = checked_fields(where, "_policy")[0]
    of_register = module(terms)
    more = (*of_register.REQUIRED, *of_register.OPTIONAL)
    return page(
        "policy.yaml",
        "What each source holds and on which terms its numbers may leave. A source that no policy covers is not read "
        "and not published. A policy that names a source goes before one that names its origin.",
        "## The file",
        _fields(where, "read_policies", "policy", "top"),
        "## A policy",
        fields_table(required, [name for name in optional if name not in more], "policy", "policy"),
        "A policy needs `origins` or `sources`, or both. For its policy, a register counts as a source.",
        "## contains",
        _words(where, "Contains"),
        "`published_aggregates` may be published as they are. Of a `register` nothing leaves but answers that deviate, see "
        "[Cell keys](../explanation/cell-keys.md). Nothing else may stand behind a number that is published.",
        "## The policy of a register",
        "With `contains: register`, and only then:",
        fields_table(of_register.REQUIRED, of_register.OPTIONAL, "policy", "register"),
        "### columns",
        _words(terms, "ColumnClass"),
        "### retention",
        "A span is a number of days, months or years, e.g. `30 years`, `14 days`. `gemeinsinn retention run` deletes what is "
        "over.",
        _fields(terms, "_retention", "policy", "retention"),
        "### coarsen",
        _fields(terms, "terms_of", "policy", "coarsen"),
        "### disclosure",
        _fields(terms, "_disclosure", "policy", "disclosure"),
        "### An entry of link",
        _fields(terms, "_link", "policy", "link"),
        "## Example",
        block(_example("examples/pinneberg/policy.yaml"), "yaml"),
    )


def registers_yaml_page() -> str:
    """The page of `registers.yaml`."""
    where, nouns, deliveries = (
        "sources.registers.declared",
        "sources.registers.declaration",
        "sources.registers.deliveries",
    )
    of_format, every = module(deliveries)._OF_FORMAT, module(deliveries)._EVERY
    return page(
        "registers.yaml",
        "Every register of an instance: how it is delivered, who is who in it, and how its columns become attributes. An "
        "instance without registers has no such file. Each register needs a policy of its own kind, see "
        "[policy.yaml](policy.md#the-policy-of-a-register). Texts by language are written `{de: …, en: …}`.",
        "## The file",
        _fields(where, "read_registers", "registers", "top"),
        "## A register",
        _fields(where, "_register", "registers", "register"),
        "`valid_from` and `valid_to` are needed for `full`; a `snapshot` may have `valid_from`.",
        "## delivery",
        fields_table(("kind", "format"), (), "registers", "delivery"),
        "### kind",
        _words(nouns, "DeliveryKind"),
        *(
            part
            for form, known in of_format.items()
            for part in (f"### {form}", fields_table((), known, "registers", str(form)))
        ),
        "A CSV and a workbook need `location`; a database needs `query_file` and one of `dsn_variable` and `dsn_file`.",
        "### Every format",
        fields_table((), every, "registers", "every"),
        "### Days of files",
        "`dated_by` is compared with the path of each file. It has slots: `{date:%Y%m%d}`, or `{year}`, and with that "
        "`{month}` or `{quarter}`. `{part}` holds what tells the files of one day from each other, such as the provider: a "
        "whole delivery then says something of its own part only.",
        "## events",
        _fields(where, "_events", "registers", "events"),
        "### Meanings",
        _words(nouns, "Meaning"),
        "## Days",
        "The name of a column alone, for days written as `2015-12-31`, or:",
        _fields("sources.registers.attributes", "day_column", "registers", "day"),
        "## An entry of columns",
        _fields("sources.registers.attributes", "attribute_of", "registers", "column"),
        "### Kinds of columns",
        _words("concepts.registers", "ColumnKind"),
        "A register has one area and one birth at most.",
        "## An entry of dimensions",
        _fields(where, "_dimensions", "registers", "dimension"),
        "Area and age need no entry: who has a column of the kind `area` can be counted by `municipality`, `amt` and "
        "`district`, who has a `birth` by `age` and `age_class`.",
        "## Mappings and code lists",
        sentences(docstring(module("sources.registers.codes"))) + " Both are CSV files in UTF-8 with commas.",
        "- A mapping has the columns `from,to`, and perhaps `valid_from,valid_to`: what is written, the code that it means, "
        "and the days of which that is true.\n"
        "- A code list has the columns `code,category,label_de,label_en`: a code, the category that takes it, and the words "
        "of the category. Categories stand in the order of their first row; further rows of a category leave the labels "
        "empty.",
        "What a mapping does not name goes to quarantine. After a mapping has changed, the deliveries whose rows wait there "
        "are read again.",
        "## Example",
        block(_example("examples/pinneberg/registers.yaml"), "yaml"),
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
        "### A question to a register",
        "In the place of an operand; exactly one of `events`, `time` and `on`. See [Use a register in an "
        "indicator](../how-to/use-a-register-in-an-indicator.md).",
        _fields("indicators.registers", "register_operand", "catalogue", "register"),
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

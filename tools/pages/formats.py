"""The formats that are read: `sources.md` and one page each under `sources/`."""

from __future__ import annotations

import importlib
from pathlib import Path

from gemeinsinn.sources.formats import FORMATS, Format
from pages.source import PACKAGE, Raised, docstring, problems, raised
from pages.text import code, codes, page, sentences, table


TEXTS = Path(__file__).parent / "formats"
DELIVERS = {
    "observations": "observations",
    "directory": "areas and observations",
    "shapes": "shapes of areas",
    "transfers": "correspondences between two territories",
    "changes": "boundary changes",
}


def sources_page() -> str:
    """The list of formats."""
    rows = [
        (
            f"[`{entry.name}`](sources/{entry.name}.md)",
            entry.describes,
            DELIVERS[entry.delivers],
            codes(_options(entry)),
        )
        for entry in FORMATS.values()
    ]
    return page(
        "Sources",
        "A source is a file with a format. `gemeinsinn read FORMAT FILE` shows what is in a file and needs no instance. In "
        "`sources.yaml` a source gets its place and its origin, see [sources.yaml](sources-yaml.md).",
        table(("format", "reads", "delivers", "options"), rows),
        "[All tables of regionalstatistik.de that come with the platform](sources/regionalstatistik-tables.md) says of each "
        "one whether it reads.",
        "## What every reader does",
        (TEXTS / "all.md").read_text(encoding="utf-8"),
        "## The long table",
        "Every reader returns rows of one form, and `gemeinsinn read … --out` writes them, without names of areas and "
        "places in the file:",
        table(
            ("column", "holds"),
            [
                ("`area`", "the key of the area in its canonical form"),
                ("`period`", "the period: `2015`, `2015-06`, `2015-Q2`, `2015/16`"),
                ("`valid_on`", "the key date, where there is one"),
                ("one column for each dimension", "codes, e.g. `female`, `0-2`, `total`"),
                ("`measure`", "what is counted, in the words of the source"),
                ("`unit`", "its unit, in the words of the source"),
                ("`value`", "the number, or nothing"),
                ("`status`", "why there is none; see [Statuses](statuses.md)"),
            ],
        ),
    )


def format_pages() -> dict[str, str]:
    """The page of each format by file."""
    return {f"sources/{entry.name}.md": _format_page(entry) for entry in FORMATS.values()}


def _options(entry: Format) -> tuple[str, ...]:
    return ("mapping",) if entry.name == "mapped" else entry.options


def _format_page(entry: Format) -> str:
    name = entry.read.__module__
    reader = importlib.import_module(name)
    path = PACKAGE / f"{name.removeprefix('gemeinsinn.').replace('.', '/')}.py"
    hand = (TEXTS / f"{entry.name}.md").read_text(encoding="utf-8")
    options = ", ".join(code(each) for each in _options(entry)) or "none"
    refusals = [(each.message, each.remedy) for each in _refusals(path) if each.message]
    apart = [(text,) for text in dict.fromkeys([*problems(path), "The cell is neither a number nor a known sign."])]
    return page(
        entry.name,
        sentences(docstring(reader)),
        table(("reads", "delivers", "options"), [(entry.describes, DELIVERS[entry.delivers], options)]),
        hand,
        "## A file that is refused",
        "The source fails, yesterday's table stays, and the message is one of these:",
        table(("message", "what helps"), refusals),
        "## What is set apart",
        "These rows and cells go to quarantine; the rest of the file is read:",
        table(("problem",), apart),
    )


def _refusals(path: Path) -> list[Raised]:
    """What the reader, and what it reads with, refuses."""
    used = [path, *_used(path)]
    found = [each for one in used for each in raised(one) if each.kind in ("DeliveryError", "Finding")]
    return list(dict.fromkeys(found))


def _used(path: Path) -> list[Path]:
    """The other modules of the room that a reader reads with, for workbooks."""
    text = path.read_text(encoding="utf-8")
    return [PACKAGE / "sources" / "workbook.py"] if "sources.workbook import" in text else []

"""The small files that a steward edits: mappings from what a source writes to our codes, and lists of codes."""

from __future__ import annotations

import csv
import io
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from gemeinsinn.concepts.registers import Category
from gemeinsinn.concepts.temporal import OPEN_END
from gemeinsinn.errors import Finding, did_you_mean


BEGINNING = date(1, 1, 1)
_MAPPING = ("from", "to")
_MAPPING_MORE = ("valid_from", "valid_to")
_CODES = ("code", "category", "label_de", "label_en")


@dataclass(frozen=True, slots=True)
class Replacement:
    """One row of a mapping: what a text means, from a day until a day."""

    text: str
    code: int
    valid_from: date = BEGINNING
    valid_to: date = OPEN_END


@dataclass(frozen=True, slots=True)
class CodeList:
    """The codes that a column may have, and the category of each."""

    category_of: Mapping[int, int]
    categories: tuple[Category, ...]


def written(text: str) -> str:
    """A text as mappings compare it: composed letters, no blanks around it, single blanks inside.

    >>> written("  Elmshorn,   Stadt ")
    'Elmshorn, Stadt'
    """
    return " ".join(unicodedata.normalize("NFC", text).split())


def read_mapping(path: Path, findings: list[Finding]) -> tuple[Replacement, ...]:
    """Read `from,to` and perhaps `valid_from,valid_to`; every mistake is noted with file and line."""
    found: list[Replacement] = []
    for line, row in _rows(path, _MAPPING, _MAPPING_MORE, findings):
        where = f"{path.name}:{line}"
        code = _code(row["to"], where, findings)
        since = _day(row.get("valid_from", ""), where, findings, default=BEGINNING)
        until = _day(row.get("valid_to", ""), where, findings, default=OPEN_END)
        replacement = Replacement(written(row["from"]), code, since, until)
        if any(_overlap(replacement, other) for other in found):
            what = "what stands in 'from' is mapped twice for the same days."
            findings.append(Finding(where, what, "Leave one of the rows."))
        found.append(replacement)
    return tuple(found)


def read_codes(path: Path, findings: list[Finding]) -> CodeList:
    """Read `code,category,label_de,label_en`; every mistake is noted with file and line.

    Categories come in the order of their first row; the labels of the further rows may be left out.
    """
    category_of: dict[int, int] = {}
    categories: list[Category] = []
    place: dict[str, int] = {}
    for line, row in _rows(path, _CODES, (), findings):
        where = f"{path.name}:{line}"
        code, id, label = _code(row["code"], where, findings), row["category"].strip(), _label(row)
        if code in category_of:
            findings.append(
                Finding(where, f"the code {row['code'].strip()} stands here twice.", "Leave one of the rows.")
            )
        if id not in place:
            place[id] = len(categories)
            categories.append(Category(id, label))
            if not id or not all(label.values()):
                findings.append(Finding(where, "the first row of a category needs its id and its labels."))
        elif any(label.values()) and label != categories[place[id]].label:
            what = f"the category '{id}' has other labels further up."
            findings.append(Finding(where, what, "Leave them out or write the same."))
        category_of[code] = place[id]
    return CodeList(category_of, tuple(categories))


def _label(row: Mapping[str, str]) -> dict[str, str]:
    return {"de": row["label_de"].strip(), "en": row["label_en"].strip()}


def _rows(
    path: Path, required: tuple[str, ...], optional: tuple[str, ...], findings: list[Finding]
) -> Iterator[tuple[int, dict[str, str]]]:
    """The rows of a CSV by column, with their lines; nothing if its head is wrong."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        near = did_you_mean(path.name, [other.name for other in path.parent.glob("*.csv")])
        findings.append(Finding(path.name, f"there is no such file in {path.parent.name}/.", near))
        return
    except UnicodeDecodeError:
        findings.append(Finding(path.name, "the file is not UTF-8 text.", "Save it as UTF-8."))
        return
    reader = csv.reader(io.StringIO(text, newline=""))
    head = [cell.strip() for cell in next(reader, [])]
    findings += _mistakes_of_head(path.name, head, required, optional)
    if not set(required) <= set(head):
        return
    for row in reader:
        if len(row) == len(head):
            yield reader.line_num, dict(zip(head, row, strict=True))
        elif any(cell.strip() for cell in row):
            what = f"the row has {len(row)} cells, the head has {len(head)}."
            findings.append(Finding(f"{path.name}:{reader.line_num}", what, "A text with a comma stands in quotes."))


def _mistakes_of_head(
    name: str, head: list[str], required: tuple[str, ...], optional: tuple[str, ...]
) -> Iterator[Finding]:
    for column in required:
        if column not in head:
            yield Finding(f"{name}:1", f"the column '{column}' is missing.", f"Write: {','.join(required)}.")
    for column in head:
        if column not in (*required, *optional):
            remedy = did_you_mean(column, (*required, *optional)) or f"Known: {', '.join((*required, *optional))}."
            yield Finding(f"{name}:1", f"there is no column '{column}'.", remedy)


def _code(text: str, where: str, findings: list[Finding]) -> int:
    if text.strip().isascii() and text.strip().isdigit():
        return int(text)
    findings.append(Finding(where, "a code is a whole number.", "Write digits only, such as 01056015 or 3."))
    return 0


def _day(text: str, where: str, findings: list[Finding], *, default: date) -> date:
    if not text.strip():
        return default
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        findings.append(Finding(where, "this is no date.", "Write it as 2018-01-01."))
        return default


def _overlap(one: Replacement, other: Replacement) -> bool:
    return one.text == other.text and one.valid_from < other.valid_to and other.valid_from < one.valid_to

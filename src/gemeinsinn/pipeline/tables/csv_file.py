"""A CSV file as columns of text: one row a cell, comma or semicolon, with every slip named by its row."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from gemeinsinn.errors import DeliveryError, Finding, UnknownNameError
from gemeinsinn.sources.text import decoded, separated


DELIMITERS = (";", ",", "\t")
MOST_FINDINGS = 20
"""How many mistakes of one kind are told; the number of all is told, too."""


@dataclass(frozen=True, slots=True, repr=False)
class CsvFile:
    """A table of texts; all columns are equally long."""

    name: str
    delimiter: str
    header: tuple[str, ...]
    columns: tuple[tuple[str, ...], ...]
    numbers: tuple[int, ...]
    """The number of each row, as spreadsheets count; blank rows are passed over."""

    @property
    def rows(self) -> int:
        """How many rows stand below the header."""
        return len(self.columns[0]) if self.columns else 0

    def column(self, name: str) -> tuple[str, ...] | None:
        """A column by its name, or None."""
        return self.columns[self.header.index(name)] if name in self.header else None

    def row(self, place: int) -> str:
        """Where a row stands, for messages."""
        return f"{self.name}, row {self.numbers[place]}"


def read_csv(path: Path) -> CsvFile:
    """Read a file; `DeliveryError` if it is no table, `UnknownNameError` if there is none."""
    if not path.is_file():
        raise UnknownNameError(f"there is no file {path}.", remedy="Check the name of the file.")
    text, _ = decoded(path.read_bytes(), name=path.name)
    return csv_of(text, name=path.name)


def csv_of(text: str, *, name: str) -> CsvFile:
    """The table in a text: the delimiter is the one that the header has most of, blank rows are passed over."""
    head = text.lstrip().split("\n", 1)[0]
    delimiter = max(DELIMITERS, key=head.count)
    numbered = enumerate(separated(text, name=name, delimiter=delimiter), start=1)
    filled = [(number, row) for number, row in numbered if any(map(str.strip, row))]
    if not filled:
        raise DeliveryError("the file is empty.", where=name, remedy="Its first row names the columns.")
    header = tuple(title.strip() for title in filled[0][1])
    _check_header(header, name)
    wrong = [_uneven(name, number, row, header) for number, row in filled[1:] if len(row) != len(header)]
    if wrong:
        raise DeliveryError(told(wrong, name))
    columns = tuple(zip(*(row for _, row in filled[1:]), strict=True)) or tuple(() for _ in header)
    return CsvFile(name, delimiter, header, columns, tuple(number for number, _ in filled[1:]))


def told(findings: Sequence[Finding], where: str) -> list[Finding]:
    """The first findings, and how many more there are."""
    rest = len(findings) - MOST_FINDINGS
    more = [Finding(where, f"… and {rest} more of this kind.")] if rest > 0 else []
    return [*findings[:MOST_FINDINGS], *more]


def _check_header(header: Sequence[str], name: str) -> None:
    wrong = [
        Finding(name, f"two columns are called '{title}'.", "Rename one of them.")
        for title in dict.fromkeys(header)
        if title and header.count(title) > 1
    ]
    if "" in header:
        wrong.append(Finding(name, f"column {header.index('') + 1} has no name.", "The first row names every column."))
    if wrong:
        raise DeliveryError(wrong)


def _uneven(name: str, number: int, row: Sequence[str], header: Sequence[str]) -> Finding:
    what = f"this row has {len(row)} fields, the header {len(header)}."
    return Finding(f"{name}, row {number}", what, "Put texts that hold the delimiter in quotation marks.")

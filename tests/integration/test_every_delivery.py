"""Every table of regionalstatistik.de that comes with the platform: it reads whole, or is refused with a reason."""

from __future__ import annotations

import csv
import gzip
import re
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

from gemeinsinn.areas.keys import canonical
from gemeinsinn.concepts.observations import ALL_STATUSES, WITH_VALUE
from gemeinsinn.concepts.periods import period_of
from gemeinsinn.errors import DeliveryError, Finding
from gemeinsinn.sources.declared import read_sources
from gemeinsinn.sources.reading import Reading
from gemeinsinn.sources.regionalstatistik import read


ROOT = Path(__file__).parents[2]
DEMO, GERMANY = ROOT / "examples" / "pinneberg", ROOT / "examples" / "germany"
SLICES = DEMO / "data" / "regionalstatistik" / "sh_slices.zip"
WHOLE = GERMANY / "data" / "regionalstatistik"
PAGE = ROOT / "docs" / "reference" / "sources" / "regionalstatistik-tables.md"
NUMBER = re.compile(r"^\(?-?\d+(,\d+)?\)?$")
LINE_OF_PAGE = re.compile(
    r"^\| `(?P<name>.+?\.csv)` \| (?P<how>.*?) \| (?P<cells>[\d,]*) \| (?P<quarantined>[\d,]*) \|"
)


@dataclass(frozen=True, slots=True)
class Look:
    """What there is to see in one table, without keeping its rows."""

    name: str
    refused: Finding | None = None
    cells: int = 0
    problems: int = 0
    numbers: int = 0
    numbers_in_file: int = 0
    statuses: frozenset[str] = frozenset()
    unknown_keys: tuple[str, ...] = ()
    unknown_periods: tuple[str, ...] = ()
    contradictions: int = 0
    doubtful_places: int = 0
    described: bool = False


Tables = Callable[[], tuple[Look, ...]]


@cache
def slices() -> tuple[Look, ...]:
    """The 306 tables of the demo county, read as they are."""
    with zipfile.ZipFile(SLICES) as archive:
        return tuple(look(name, archive.read(name)) for name in sorted(archive.namelist()))


@cache
def whole() -> tuple[Look, ...]:
    """The 13 tables of all of Germany, read as they are."""
    return tuple(look(path.stem, gzip.decompress(path.read_bytes())) for path in sorted(WHOLE.glob("*.csv.gz")))


def look(name: str, content: bytes, **options: str) -> Look:
    try:
        reading = read(content, name=name, **options)
    except DeliveryError as error:
        return Look(name, refused=error.findings[0])
    return seen(name, content, reading)


def seen(name: str, content: bytes, reading: Reading) -> Look:
    rows = reading.observations
    valued = [str(status) for status in WITH_VALUE]
    return Look(
        name,
        cells=rows.height,
        problems=len(reading.problems),
        numbers=rows.height - rows["value"].null_count(),
        numbers_in_file=sum(NUMBER.match(cell) is not None for row in data_rows(content) for cell in row),
        statuses=frozenset(rows["status"].unique().to_list()),
        unknown_keys=tuple(key for key in rows["area"].unique() if canonical(key) is None),
        unknown_periods=tuple(period for period in rows["period"].unique() if period_of(period) is None),
        contradictions=int((rows["value"].is_not_null() != rows["status"].is_in(valued)).sum()),
        doubtful_places=rows.height - rows.select("row", "column").n_unique(),
        described=bool(reading.title and reading.table_code and reading.attribution.startswith("©") and reading.stand),
    )


def data_rows(content: bytes) -> Iterator[list[str]]:
    """What stands below the head in every row with a key, found without the reader: the head begins with blanks."""
    text = content.decode("utf-8-sig") if content.startswith(b"\xef\xbb\xbf") else content.decode("iso-8859-1")
    left = 99
    for row in csv.reader(text.partition("\n__________")[0].splitlines(), delimiter=";"):
        if any(len(row) > at + 2 and canonical(row[at]) for at in (0, 1)):
            yield [cell.strip() for cell in row[left:]]
        elif row and not row[0].strip() and any(cell.strip() for cell in row):
            left = min(left, next(at for at, cell in enumerate(row) if cell.strip()))


@cache
def page() -> dict[str, tuple[str, int]]:
    """How the reference says that each table reads, and how many cells it has; whole tables end in their own list."""
    found = {}
    text = PAGE.read_text(encoding="utf-8")
    for part, prefix in zip(text.split("\n## ")[1:], ("", "whole "), strict=True):
        for line in part.splitlines():
            if row := LINE_OF_PAGE.match(line):
                counts = [int(row[name].replace(",", "") or 0) for name in ("cells", "quarantined")]
                found[prefix + row["name"]] = (row["how"], sum(counts))
    return found


@pytest.mark.parametrize(("tables", "count"), [(slices, 306), (whole, 13)], ids=["slices", "whole"])
def test_all_tables_are_here(tables: Tables, count: int) -> None:
    assert len(tables()) == count


def test_two_hundred_and_ninety_slices_read_as_they_are() -> None:
    assert sum(table.refused is None for table in slices()) == 290


def test_a_table_is_refused_only_because_it_names_no_period() -> None:
    refused = [table.refused for table in slices() if table.refused]

    assert len(refused) == 16
    assert {(finding.what, finding.remedy) for finding in refused} == {
        (
            "the table names no period.",
            "Say the period it stands for, e.g. `period: 2015` in sources.yaml, with the evidence.",
        )
    }


def test_a_refused_table_is_named() -> None:
    assert [table.name for table in slices() if table.refused and table.refused.where != table.name] == []


def test_whole_tables_are_never_refused() -> None:
    assert [table.refused for table in whole() if table.refused] == []


def test_tables_with_a_declared_period_read_with_it() -> None:
    dated = {
        each.location.partition("!")[2]: each.options.options["period"]
        for each in read_sources(DEMO / "sources.yaml").values()
        if each.format == "regionalstatistik" and "period" in each.options.options
    }

    with zipfile.ZipFile(SLICES) as archive:
        looks = [look(name, archive.read(name), period=period) for name, period in dated.items()]

    assert len(looks) == 9
    assert [table.refused for table in looks if table.refused] == []


@pytest.mark.parametrize("folder", [DEMO, GERMANY], ids=["demo", "germany"])
def test_every_declared_table_is_a_file_that_is_here(folder: Path) -> None:
    here = {table.name for table in slices()} | {f"{table.name}.gz" for table in whole()}

    declared = [each for each in read_sources(folder / "sources.yaml").values() if each.format == "regionalstatistik"]

    names = [re.split("[/!]", each.location)[-1] for each in declared]
    assert [name for name in names if name not in here] == []


@pytest.mark.parametrize("tables", [slices, whole])
def test_every_number_of_a_file_is_an_observation(tables: Tables) -> None:
    """Counted by a reader of its own that knows no more than keys and the blanks before a head."""
    assert [table.name for table in tables() if not table.refused and table.numbers != table.numbers_in_file] == []


@pytest.mark.parametrize("tables", [slices, whole])
def test_every_cell_comes_from_a_place_of_its_own(tables: Tables) -> None:
    assert [table.name for table in tables() if table.doubtful_places] == []


@pytest.mark.parametrize("tables", [slices, whole])
def test_no_cell_of_an_official_table_stays_unread(tables: Tables) -> None:
    assert [table.name for table in tables() if table.problems] == []


@pytest.mark.parametrize("tables", [slices, whole])
def test_every_key_of_an_official_table_has_a_known_form(tables: Tables) -> None:
    assert [(table.name, table.unknown_keys) for table in tables() if table.unknown_keys] == []


@pytest.mark.parametrize("tables", [slices, whole])
def test_every_period_of_an_official_table_is_a_period(tables: Tables) -> None:
    assert [(table.name, table.unknown_periods) for table in tables() if table.unknown_periods] == []


@pytest.mark.parametrize("tables", [slices, whole])
def test_every_status_is_of_the_closed_list(tables: Tables) -> None:
    known = {str(status) for status in ALL_STATUSES}

    assert [table.name for table in tables() if not table.statuses <= known] == []


@pytest.mark.parametrize("tables", [slices, whole])
def test_no_number_has_the_status_of_a_missing_one_and_no_gap_has_none(tables: Tables) -> None:
    assert [table.name for table in tables() if table.contradictions] == []


@pytest.mark.parametrize("tables", [slices, whole])
def test_every_table_says_what_it_is_whose_it_is_and_of_when(tables: Tables) -> None:
    assert [table.name for table in tables() if not table.refused and not table.described] == []


def test_the_reference_names_exactly_these_tables() -> None:
    assert set(page()) == {table.name for table in slices()} | {f"whole {table.name}" for table in whole()}


def test_the_reference_counts_the_cells_that_are_there() -> None:
    named = [*((table.name, table) for table in slices()), *((f"whole {table.name}", table) for table in whole())]

    wrong = [
        name for name, table in named if not table.refused and page()[name] != ("read", table.cells + table.problems)
    ]

    assert wrong == []


def test_the_reference_calls_no_table_read_that_is_refused() -> None:
    assert [table.name for table in slices() if table.refused and page()[table.name][0] == "read"] == []

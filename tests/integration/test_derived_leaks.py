"""A hidden number appears nowhere: not in a byte of a release, on no page, in no file to take away, in no log and no message.

Cedorf hides 1,237 helps, of which 837 are women, so that the two of Bedorf cannot be calculated. Both numbers, and the
rates and shares made of them, are canaries: nobody else has them. One cell has one value wherever it is shown.
"""

from __future__ import annotations

import gzip
import json
import re
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from html import unescape
from itertools import count
from pathlib import Path
from urllib.parse import unquote

import brotli
import polars as pl
import pytest

from gemeinsinn.releases.read import Release
from support.demo import command_line
from support.publishing import KEY_OF
from support.served import served
from support.suppressing import HelpingCounty, helping_county


HELPS = {
    "Astadt": {"women": 3000, "men": 1511, "boys": 300, "girls": 200},
    "Bedorf": {"women": 2},
    "Cedorf": {"women": 700, "men": 400, "girls": 137},
    "Dedorf": {"women": 200, "men": 231},
    "Edorf": {"men": 600, "boys": 77},
}
CANARIES = {"1237", "837", "77.31", "67.66", "0.22"}
"""Helps of Cedorf, women among them, its rate and its share of women; the rate of Bedorf."""

PAGES = (
    "/", "/g/cedorf/", "/g/bedorf/", "/g/nord/", "/g/testkreis/", "/k/helps_rate/?g=01001003,01001002&j=2022",
    "/k/helps_count/?g=01001003", "/k/women_share/?g=01001003&j=2021", "/e/k/helps_rate/?g=01001003",
    "/v/?g=01001003,01001002&k=helps_rate,women_share,helps_count", "/themen/", "/themen/life/", "/daten/",
    "/daten/methoden/", "/daten/geheimhaltung/", "/daten/quellen/", "/daten/revisionen/", "/daten/stand/",
    "/daten/schnittstelle/", "/suche/?q=Helps+Cedorf", "/suche.json?q=helps+cedorf", "/en/g/cedorf/",
    "/de-simple/k/helps_rate/?g=01001003", "/status.json", "/k/helps_rate.csv?g=01001003", "/k/helps_rate.json?g=01001003",
    "/k/helps_rate.svg?g=01001003", "/k/women_share.svg?bild=karte&g=01001003", "/g/cedorf.csv", "/g/cedorf.json",
    "/g/cedorf.svg", "/themen/life.csv", "/themen/life.json", "/v.csv?g=01001003&k=helps_rate,women_share",
    "/v.json?g=01001003&k=helps_count", "/gibt-es-nicht/", "/k/helps_rate/?g=1237&j=837",
)  # fmt: skip


@pytest.fixture(scope="module")
def county(tmp_path_factory: pytest.TempPathFactory) -> HelpingCounty:
    begin = datetime(2026, 1, 1, tzinfo=UTC)
    clock = (begin + timedelta(seconds=second) for second in count()).__next__
    made = helping_county(tmp_path_factory.mktemp("helps") / "county", clock)
    made.fill(HELPS)
    made.publish()
    return made


@pytest.fixture(scope="module")
def address(county: HelpingCounty) -> Iterator[str]:
    with served(county.instance.root) as found:
        yield found


def numbers_in(text: str) -> set[str]:
    """Every number in a text, as it stands and in the German and English forms with separators."""
    plain = unescape(unquote(text))
    found = set(re.findall(r"(?<![\w.,#])\d+(?:\.\d+)?(?![\w#])", plain))
    found |= {
        each.replace(".", "").replace(",", ".")
        for each in re.findall(r"(?<![\w.,])\d{1,3}(?:\.\d{3})+(?:,\d+)?|\d+,\d+", plain)
    }
    return found | {each.replace(",", "") for each in re.findall(r"(?<![\w.,])\d{1,3}(?:,\d{3})+(?:\.\d+)?", plain)}


def unpacked(path: Path) -> str:
    """The text of a file of a release; of a table every number in it."""
    content = path.read_bytes()
    match path.suffix:
        case ".br":
            return brotli.decompress(content).decode()
        case ".gz":
            return gzip.decompress(content).decode()
        case ".parquet":
            return pl.read_parquet(path).write_csv()
        case _:
            return content.decode()


def hidden(release: Release) -> dict[str, list[str]]:
    """The municipalities whose number is hidden, by indicator."""
    found: dict[str, list[str]] = {}
    for id in release.indicators:
        data = release.data(id)
        found[id] = [
            name
            for name, key in KEY_OF.items()
            if key in data.index and str(data.cell(key, "2022").status) == "confidential"
        ]
    return found


def test_the_numbers_that_must_be_hidden_are(county: HelpingCounty) -> None:
    """Else the tests below would look for what nobody hides."""
    assert hidden(county.current) == {
        "helps_count": ["Bedorf", "Cedorf"],
        "helps_rate": ["Bedorf", "Cedorf"],
        "minors_rate": [],
        "people_count": [],
        "women_share": ["Bedorf", "Cedorf"],
    }


def test_no_hidden_number_stands_in_a_byte_of_the_release(county: HelpingCounty) -> None:
    """Planted once: numerators written beside a hidden rate. Found in JSON, CSV, Parquet and their packed twins."""
    folder = county.current.folder
    files = [path for path in folder.rglob("*") if path.is_file()]

    leaks = {str(path.relative_to(folder)): found for path in files if (found := numbers_in(unpacked(path)) & CANARIES)}

    assert len(files) > 30
    assert leaks == {}


def test_no_hidden_number_stands_in_what_lies_outside_the_restricted_zone(county: HelpingCounty) -> None:
    """Logs, jobs, states, the report of the desk, whatever a run leaves; spells and ledger lie inside."""
    outside = [
        path
        for path in county.instance.var.rglob("*")
        if path.is_file() and not path.is_relative_to(county.instance.restricted) and path.suffix in (".json", ".jsonl")
    ]

    leaks = {str(path): found for path in outside if (found := numbers_in(path.read_text()) & CANARIES)}

    assert county.instance.publications in outside
    assert leaks == {}


def test_the_log_of_answers_holds_no_number_of_a_cell(county: HelpingCounty) -> None:
    for path in county.instance.restricted.glob("*.jsonl"):
        assert not numbers_in(path.read_text()) & CANARIES


@pytest.mark.parametrize("path", PAGES)
def test_no_page_and_no_file_to_take_away_shows_a_hidden_number(address: str, path: str) -> None:
    """What somebody asks for in the address is in the page's own text and no number of ours."""
    request = urllib.request.Request(address + path)
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:
            text = answer.read().decode()
    except urllib.error.HTTPError as error:
        text = error.read().decode()

    found = numbers_in(re.sub(r"(?:g=1237|j=837)", "", text)) & CANARIES

    assert found == set()


def test_the_command_line_says_that_a_number_is_hidden_and_why(county: HelpingCounty) -> None:
    done = command_line(
        "show", "helps_rate", "Cedorf", KEY_OF["Nord"], "--from", "2022", "--json", instance=county.instance.root
    )
    shown = {each["area"]: each for each in json.loads(done.stdout)["observations"]}

    cedorf, north = shown[KEY_OF["Cedorf"]], shown[KEY_OF["Nord"]]
    assert (cedorf["value"], cedorf["lower"], cedorf["upper"], cedorf["status"]) == (None, None, None, "confidential")
    assert north["value"] == pytest.approx(1239 / 25_000 * 1000, abs=0.01)
    assert not numbers_in(done.stdout + done.stderr) & CANARIES


def test_one_cell_has_one_value_on_every_path(county: HelpingCounty, address: str) -> None:
    """Dedorf's helps of 2022: as a count, as the numerator of a rate, in JSON, CSV, Parquet, the bundle and on a page."""
    release = county.current
    key = KEY_OF["Dedorf"]
    table = pl.read_parquet(release.folder / "ind" / "helps_rate.parquet").filter(
        (pl.col("area") == key) & (pl.col("period") == "2022")
    )
    rows = pl.read_csv(release.folder / "ind" / "helps_count.csv").filter(
        (pl.col("area").cast(pl.String).str.zfill(8) == key) & (pl.col("period") == 2022)
    )
    bundle = json.loads((release.folder / "bundle" / "01001.json").read_bytes())["indicators"]["helps_count"]
    with urllib.request.urlopen(f"{address}/k/helps_count.json?g={key}", timeout=60) as answer:
        exported = json.load(answer)["observations"]

    values = {
        release.data("helps_count").cell(key, "2022").value,
        release.data("helps_rate").cell(key, "2022").numerator,
        table["numerator"][0],
        rows["value"][0],
        bundle["values"][bundle["areas"].index(key)][bundle["periods"].index("2022")],
        *(each["value"] for each in exported if (each["area"], each["period"]) == (key, "2022")),
    }

    assert values == {431}


def test_a_rate_of_a_known_denominator_is_hidden_with_its_numerator(county: HelpingCounty) -> None:
    """Everybody knows that 16,000 people live in Cedorf: a rate of 77.31 would be the number itself."""
    cell = county.current.data("helps_rate").cell(KEY_OF["Cedorf"], "2022")

    assert (cell.value, cell.lower, cell.upper, cell.numerator, cell.denominator) == (None, None, None, None, 16_000)


def test_years_are_pooled_of_released_numbers_only(tmp_path: Path, clock: Callable[[], datetime]) -> None:
    """Dedorf has 4 helps in 2021 and hides 2 in 2022, Edorf 5 and 6: the sum over both years stands for Edorf only.

    Planted once: `np.nansum` in the place of `sum` in `small_numbers._pooled` pooled Dedorf, too, and showed 4.
    """
    county = helping_county(tmp_path / "county", clock)
    before = {
        "Astadt": {"men": 500},
        "Bedorf": {"men": 90},
        "Cedorf": {"men": 80},
        "Dedorf": {"men": 4},
        "Edorf": {"men": 5},
    }
    after = {**before, "Dedorf": {"men": 2}, "Edorf": {"men": 6}}
    county.fill([before, after])
    data = county.released().data("helps_rate")

    dedorf, edorf = (data.cell(KEY_OF[name], "2022") for name in ("Dedorf", "Edorf"))

    assert str(dedorf.status) == "confidential"
    assert str(edorf.status) in ("confidential", "pooled")
    assert {cell.numerator for cell in (dedorf, edorf)} <= {None, 11}


def test_what_another_release_changes_tells_nothing_of_what_is_hidden_now(
    tmp_path: Path, clock: Callable[[], datetime]
) -> None:
    """Cedorf is corrected from 1,237 to 1,241, both hidden: the list of revisions names neither, nor the difference."""
    county = helping_county(tmp_path / "county", clock)
    later = {**HELPS, "Cedorf": {**HELPS["Cedorf"], "men": 404}}
    county.fill(HELPS, later)
    county.released(known=datetime(2023, 1, 15, tzinfo=UTC).date())
    release = county.released()

    told = numbers_in(json.dumps(release.revisions))

    assert {row[1] for row in release.revisions["values"]["revised"]} >= {KEY_OF["Nord"], KEY_OF["Testkreis"]}
    assert KEY_OF["Cedorf"] not in {row[1] for row in release.revisions["values"]["revised"]}
    assert not told & {"1237", "1241"}


def test_sizes_of_files_depend_on_nothing_that_is_hidden(tmp_path: Path, clock: Callable[[], datetime]) -> None:
    """Two counties that differ in hidden numbers only: the files with numbers are the same, byte by byte."""
    folders = []
    for name, (bedorf, cedorf) in {"one": (2, 400), "other": (1, 401)}.items():
        county = helping_county(tmp_path / name, clock)
        county.fill({**HELPS, "Bedorf": {"men": bedorf}, "Cedorf": {"women": 700, "men": cedorf, "girls": 137}})
        folders.append(county.released().folder)
    names = [path.relative_to(folders[0]) for path in folders[0].rglob("*") if path.is_file()]

    different = {str(name) for name in names if (folders[0] / name).read_bytes() != (folders[1] / name).read_bytes()}

    assert {name for name in different if name.startswith(("ind/", "bundle/", "sentences/", "areas", "geo"))} == set()


def test_messages_of_a_publication_that_fails_hold_no_number(county: HelpingCounty) -> None:
    words = ["-c", _RAISING, str(county.instance.root)]
    done = subprocess.run([sys.executable, *words], capture_output=True, text=True, check=False, timeout=120)

    assert done.returncode != 0
    assert not numbers_in(done.stdout + done.stderr) & CANARIES


_RAISING = """
import sys
from datetime import UTC, datetime
from pathlib import Path
import gemeinsinn.gate.hiding as hiding
from gemeinsinn.pipeline.publish import published
from gemeinsinn.settings.instance import Instance

def broken(model, policy, **rest):
    raise ValueError(f"{model!r} {policy!r}")

hiding.protect = broken
root = Path(sys.argv[1])
(root / "catalogue" / "life" / "people_count.yaml").write_text((root / "catalogue/life/people_count.yaml").read_text() + "notes: {de: a, en: b}\\n")
published(Instance(root), at=lambda: datetime.now(UTC), preview=True)
"""

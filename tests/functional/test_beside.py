"""Figures from a register stand beside the official ones, and what rests on people who do not exist says so everywhere."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect

from functional.test_accessibility import MODES
from functional.test_pictures import LOOK, compare_multiples, compare_trend
from functional.test_take_away import fetched, words_of
from support.beside import PLAIN, SYNTHETIC
from support.publishing import county_in
from support.served import PHONE, Visit, served, visit


Visiting = Callable[..., AbstractContextManager[Visit]]
REGISTER, OFFICIAL = "/k/register_share/", "/k/cases_share/"
ASTADT, CHOSEN = "01001001", "?g=01001001,01001"
PAGES = {
    "start": "/",
    "indicator": f"{REGISTER}{CHOSEN}",
    "official indicator": OFFICIAL,
    "embedded": f"/e{REGISTER}",
    "area": "/g/astadt/",
    "topic": "/themen/life/",
    "compare": f"/v/?g={ASTADT},01001&k=register_share,cases_share",
    "search": "/suche/?q=Anteil+Register",
    "data": "/daten/",
    "sources": "/daten/quellen/",
    "methods": "/daten/methoden/",
    "revisions": "/daten/revisionen/",
    "state of the data": "/daten/stand/",
}
"""Every kind of page on which an indicator or its source is named."""
HEADS = ["Zeitraum", "Astadt", "Testkreis", "Testkreis, amtlich", "Testland, amtlich", "Deutschland, amtlich"]


def _published(folder: Path, files: dict[str, str]) -> Path:
    begin = datetime(2026, 1, 1, tzinfo=UTC)
    ticks = iter(range(10**9))
    county = county_in(folder, lambda: begin + timedelta(seconds=next(ticks)), files=files)
    county.refresh()
    county.publish()
    return county.instance.root


@pytest.fixture(scope="module")
def synthetic(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of the county whose register is invented."""
    with served(_published(tmp_path_factory.mktemp("synthetic"), SYNTHETIC)) as found:
        yield found


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of the same county, in which everybody exists and nothing stands beside."""
    with served(_published(tmp_path_factory.mktemp("plain"), PLAIN)) as found:
        yield found


@pytest.fixture
def looking(browser: Browser, synthetic: str) -> Visiting:
    """Opens a visit to the county whose register is invented."""

    def opened(**options: Any) -> AbstractContextManager[Visit]:
        return visit(browser, synthetic, **options)

    return opened


def _cells(page: Page) -> list[list[str]]:
    """The table beside the trend."""
    rows = page.locator("#gs-trend-table tr")
    found: list[list[str]] = rows.evaluate_all(
        "rows => rows.map((row) => [...row.cells].map((cell) => cell.textContent.trim().replace(/\\s+/g, ' ')))"
    )
    return found


def test_the_official_lines_are_dashed_named_and_over_the_years_of_both(looking: Visiting) -> None:
    with looking(viewport={"width": 1360, "height": 900}) as visit:
        visit.go(REGISTER + CHOSEN)

        own = visit.page.locator("gs-trend path.gs-line-0").first
        official = visit.page.locator("gs-trend path.gs-line-beside")

        dashes = "line => getComputedStyle(line).strokeDasharray"
        assert own.evaluate(dashes) == "none"
        assert official.first.evaluate(dashes) != "none"
        names = visit.page.locator("gs-trend text[class^='gs-text-']").all_text_contents()
        assert names == HEADS[1:]
        assert visit.complaints == visit.violations() == visit.strangers == []


def test_the_table_holds_the_official_values_with_their_source_also_without_javascript(looking: Visiting) -> None:
    with looking(java_script_enabled=False) as without, looking() as with_it:
        without.page.goto(without.address + REGISTER + CHOSEN)
        with_it.go(REGISTER + CHOSEN)
        with_it.page.locator("#gs-area").select_option("01001")
        with_it.page.locator("#gs-area").select_option(ASTADT)
        expect(with_it.page.locator("#gs-trend-table th").nth(1)).to_have_text("Astadt")

        written, redrawn = _cells(without.page), _cells(with_it.page)

        assert written[0] == HEADS
        assert written[1] == ["2017", "k. A.", "k. A.", "4,00 %", "3,80 %", "3,50 %"]
        assert written[5] == ["2021", "4,20 %", "4,58 %", "4,50 %", "4,30 %", "4,00 %"]
        assert written[6] == ["2022", "4,21 %", "4,62 %", "k. A.", "k. A.", "k. A."]
        assert [row[0] for row in redrawn] == [row[0] for row in written]
        assert [row[-3:] for row in redrawn] == [row[-3:] for row in written]
        assert "amtlich: Anteil (© Statistikamt)" in without.page.locator("#gs-trend-caption").inner_text()


def test_every_picture_equals_its_table_also_beside_official_values(looking: Visiting) -> None:
    with looking() as visit:
        visit.go(REGISTER + CHOSEN)

        seen: dict[str, Any] = visit.page.evaluate(LOOK)

        compare_trend(seen)
        compare_multiples(seen)
        assert {dot["area"] for dot in seen["dots"]} == {ASTADT, "01001", "01", "DG"}


@pytest.mark.parametrize(
    ("language", "title", "pair", "difference", "back"),
    [
        (
            "",
            "Neben der amtlichen Statistik",
            "Testkreis, 2021: 4,58 % nach dieser Kennzahl, 4,50 % nach der amtlichen Statistik. Unterschied: +0,08.",
            "Das Register zählt am Wohnort, die amtliche Statistik am Ort der Meldung.",
            "Auch aus dem Register: Anteil aus dem Register synthetisch",
        ),
        (
            "/en",
            "Beside the official statistics",
            "Testkreis, 2021: 4.58 % by this indicator, 4.50 % in the official statistics. Difference: +0.08.",
            "The register counts where people live, the official statistics where they report.",
            "Also from the register: Share from the register synthetic",
        ),
    ],
)
def test_both_pages_tell_the_difference_and_lead_to_each_other(
    looking: Visiting, language: str, title: str, pair: str, difference: str, back: str
) -> None:
    with looking() as visit:
        visit.go(f"{language}{REGISTER}{CHOSEN}")
        section = visit.page.get_by_role("region", name=title)

        assert section.locator("#gs-official-pair").inner_text() == pair
        assert difference in section.inner_text()
        assert section.locator("dd").count() == 2
        section.locator("a[href*='cases_share']").click()
        visit.page.wait_for_selector("gs-trend svg.gs-chart")

        assert urlsplit(visit.page.url).path == f"{language}{OFFICIAL}"
        assert parse_qs(urlsplit(visit.page.url).query)["g"] == ["01001001,01001"]
        link = visit.page.locator("p", has=visit.page.locator("a[href*='register_share']"))
        assert link.inner_text() == back
        assert visit.page.locator(".gs-line-beside, .gs-banner--here, h1 .gs-badge").count() == 0


def test_the_official_values_stay_and_the_finding_stays_marked_whatever_is_chosen(looking: Visiting) -> None:
    with looking(viewport=PHONE) as visit:
        visit.go(REGISTER + CHOSEN)

        visit.page.locator("#gs-area").select_option("01001002")
        visit.page.locator("input[type=range]").fill("0")
        visit.page.wait_for_function(
            "document.querySelector('#gs-finding-text').textContent.startsWith('Bedorf, 2020')"
        )

        assert visit.page.locator("#gs-finding-title").inner_text().endswith("(synthetische Daten)")
        assert visit.page.locator("#gs-finding-text").inner_text().endswith("beruhen auf erfundenen Personen.")
        assert _cells(visit.page)[0][-3:] == HEADS[-3:]
        legend = visit.page.locator("gs-trend .gs-legend li").all_inner_texts()
        assert [name.strip() for name in legend[-3:]] == HEADS[-3:]
        assert visit.page.locator("gs-trend .gs-chart__mark").text_content() == "farbig: synthetische Daten"


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("language", ["", "/en"])
def test_every_page_that_names_it_marks_it(synthetic: str, page: str, language: str) -> None:
    content = fetched(f"{synthetic}{language}{PAGES[page]}").decode()

    word = "synthetic" if language else "synthetisch"
    assert (f"({word})" if page == "revisions" else f'<span class="gs-badge">{word}</span>') in content


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("language", ["", "/en"])
def test_where_everybody_exists_no_page_marks_anything(plain: str, page: str, language: str) -> None:
    content = fetched(f"{plain}{language}{PAGES[page]}").decode()

    assert re.findall(r"synthet|erfunden|invented|gs-badge|gs-banner|amtlich, |, official", content) == []


def test_the_indicators_page_says_it_above_everything_and_in_its_citation(looking: Visiting) -> None:
    with looking() as visit:
        visit.go(REGISTER)

        note = visit.page.get_by_role("note").inner_text()
        cite = visit.page.locator("dd", has_text="Statistikamt (dl-de/by-2-0)").locator("code").text_content()

        assert note == "Diese Zahlen beruhen auf erfundenen Personen: Die Daten sind synthetisch."
        assert "Synthetische Daten: Die Menschen dahinter gibt es nicht." in (cite or "")
        chosen = visit.page.locator("#gs-indicator option:checked").inner_text()
        assert chosen == "Anteil aus dem Register (synthetisch)"


def test_an_answer_of_the_search_is_marked_while_somebody_types(looking: Visiting) -> None:
    with looking() as visit:
        visit.go("/")

        visit.page.get_by_role("combobox", name="Ihre Frage").press_sequentially("Anteil Register")
        visit.page.get_by_role("option", name="Anteil aus dem Register").wait_for()

        answers = visit.page.get_by_role("option").all_inner_texts()

        assert {"Anteil aus dem Register synthetisch", "Anteil"} <= {text.split("\n")[0].strip() for text in answers}


@pytest.mark.parametrize("view", ["/k/register_share", "/g/astadt", "/themen/life", "/v"])
def test_rows_taken_away_say_whether_their_people_exist(synthetic: str, view: str) -> None:
    query = f"{CHOSEN}&k=register_share,cases_share"
    rows = list(csv.DictReader(io.StringIO(fetched(f"{synthetic}{view}.csv{query}").decode("utf-8-sig"))))
    told = json.loads(fetched(f"{synthetic}{view}.json{query}"))["observations"]

    marked = {row["source"]: row["synthetic"] for row in rows if row["value"]}

    assert marked.items() <= {"register": "true", "counts": "false"}.items()
    assert "register" in marked
    assert [str(row["synthetic"]).lower() for row in told] == [row["synthetic"] for row in rows]


def test_the_official_values_of_a_view_are_taken_away_with_it(synthetic: str) -> None:
    rows = list(csv.DictReader(io.StringIO(fetched(f"{synthetic}/k/register_share.csv{CHOSEN}").decode("utf-8-sig"))))

    official = [(row["area"], row["period"], row["value"]) for row in rows if row["indicator"] == "cases_share"]

    assert len(official) == 3 * 5
    assert ("01001", "2021", "4.5") in official


@pytest.mark.parametrize("view", ["/k/register_share", "/g/astadt", "/themen/life", "/v"])
@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("", "Synthetische Daten: Die Menschen dahinter gibt es nicht."),
        ("/en", "Synthetic data: the people do not exist."),
    ],
)
def test_every_picture_taken_away_says_so(synthetic: str, view: str, language: str, words: str) -> None:
    assert words in words_of(f"{synthetic}{language}{view}.svg{CHOSEN}&k=register_share")


def test_the_picture_taken_away_names_the_official_lines(synthetic: str) -> None:
    words = words_of(f"{synthetic}/k/register_share.svg{CHOSEN}")

    assert all(name in words for name in HEADS[1:])
    assert "(synthetische Daten)" in words


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize(
    "page", ["start", "indicator", "official indicator", "embedded", "area", "topic", "compare", "search"]
)
def test_a_marked_page_has_no_barrier_no_violation_and_nothing_that_stands_out(
    looking: Visiting, page: str, mode: str
) -> None:
    with looking(**MODES[mode]) as visit:
        visit.go(PAGES[page])

        assert visit.axe() == []
        assert visit.violations() == visit.complaints == visit.strangers == []
        assert visit.page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0

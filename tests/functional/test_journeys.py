"""What people come for, in the steps they should need; a step is a click, a tap, or one typed search."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Page, expect

from functional.conftest import Visiting
from gemeinsinn.releases.read import Release
from support.demo import command_line
from support.served import NARROW, PHONE, served


UNEMPLOYMENT_OF_ELMSHORN = "/k/unemployment_share/?g=01056015"
DRAWN = "gs-trend svg.gs-chart"


def _address(page: Page) -> str:
    """The address, once the view that it stands for is painted."""
    page.evaluate("() => new Promise((done) => requestAnimationFrame(() => setTimeout(() => setTimeout(done))))")
    return page.url


def _state(page: Page) -> dict[str, str]:
    """The state that the address holds."""
    return {name: values[0] for name, values in parse_qs(urlsplit(_address(page)).query).items()}


def _shown(page: Page) -> str:
    return page.locator("#gs-finding-text").inner_text()


def test_from_the_start_to_unemployment_in_elmshorn_against_county_state_and_country_in_two_steps(
    visiting: Visiting,
) -> None:
    with visiting() as visit:
        visit.go("/")

        visit.page.get_by_role("combobox", name="Ihre Frage").press_sequentially(
            "Arbeitslosenanteil Elmshorn"
        )  # step 1: a typed search
        visit.page.get_by_role("option", name="Elmshorn").first.click()  # step 2: the first answer
        visit.page.wait_for_selector(DRAWN)

        assert urlsplit(visit.page.url).path == "/k/unemployment_share/"
        heads = visit.page.locator("#gs-trend-table thead th").all_text_contents()
        assert heads == ["Zeitraum", "Elmshorn", "Kreis Pinneberg", "Schleswig-Holstein", "Deutschland"]
        years = visit.page.locator("#gs-trend-table tbody th").all_text_contents()
        assert (years[0], years[-1]) == ("2001", "2021")
        drawn = visit.page.locator("gs-trend g[data-area]")
        assert drawn.evaluate_all("all => all.map((each) => each.dataset.area)") == ["01056015", "01056", "01", "DG"]
        last = visit.page.locator("#gs-trend-table tbody tr").last.locator("td").first
        assert last.text_content() == "7,15 %"
        assert visit.complaints == visit.violations() == visit.strangers == []


def test_a_search_forgives_a_slip_and_works_by_keyboard_alone(visiting: Visiting) -> None:
    with visiting() as visit:
        visit.go("/")

        visit.page.get_by_role("combobox", name="Ihre Frage").focus()
        visit.page.keyboard.type("Arbeitslse Elmshron", delay=10)
        visit.page.get_by_role("option", name="Elmshorn").first.wait_for()
        visit.page.keyboard.press("ArrowDown")
        visit.page.keyboard.press("Enter")
        visit.page.wait_for_url(re.compile("/k/"))

        assert _state(visit.page)["g"].startswith("01056015")
        assert visit.page.locator("h1").inner_text() == "Arbeitslosenanteil"


def test_each_suggestion_of_the_start_page_finds_something_in_either_language(visiting: Visiting) -> None:
    with visiting() as visit:
        links = []
        for start in ("/", "/en/"):
            visit.go(start)
            links += visit.page.locator(".gs-suggestions a").evaluate_all(
                "all => all.map((each) => each.getAttribute('href'))"
            )

        hits = []
        for link in links:
            visit.go(link)
            hits.append(visit.page.locator(".gs-hits li").count())

        assert len(links) == 10
        assert all(count > 0 for count in hits), list(zip(links, hits, strict=True))


def test_a_tap_on_the_map_chooses_the_area_everywhere(visiting: Visiting) -> None:
    with visiting() as visit:
        visit.go(UNEMPLOYMENT_OF_ELMSHORN)

        _tap(visit.page, "01056049")  # Uetersen

        assert _state(visit.page)["g"] == "01056049,01056015,01056,01,DG"
        assert visit.page.locator("#gs-area").input_value() == "01056049"
        assert _shown(visit.page).startswith("Uetersen, 2021:")
        chosen = visit.page.locator("#gs-values .gs-row--selected th").all_inner_texts()
        assert sorted(chosen) == ["Elmshorn", "Uetersen"]


def test_helgoland_stands_in_its_inset_and_can_be_chosen_there(visiting: Visiting) -> None:
    with visiting() as visit:
        visit.go(UNEMPLOYMENT_OF_ELMSHORN)

        _tap(visit.page, "01056025")

        assert visit.page.locator(".gs-map__label").text_content() == "Helgoland"
        assert _shown(visit.page).startswith("Helgoland, 2021:")


def test_the_year_changes_map_sentence_table_and_address_together(visiting: Visiting) -> None:
    with visiting() as visit:
        visit.go(UNEMPLOYMENT_OF_ELMSHORN)
        before = visit.page.locator("gs-map canvas").evaluate("(canvas) => canvas.toDataURL()")

        slider = visit.page.locator("input[type=range]")
        slider.focus()
        for _ in range(16):
            visit.page.keyboard.press("ArrowLeft")

        assert _state(visit.page)["j"] == "2005"
        assert visit.page.locator("#gs-values-period").inner_text() == "2005"
        assert visit.page.locator("#gs-map-title").inner_text() == "Karte 2005"
        assert _shown(visit.page).startswith("Elmshorn, 2005: 12,87 %")
        assert visit.page.locator("gs-map canvas").evaluate("(canvas) => canvas.toDataURL()") != before


def test_the_address_holds_the_whole_view_for_whoever_gets_the_link(visiting: Visiting) -> None:
    with visiting() as first, visiting() as second:
        first.go(UNEMPLOYMENT_OF_ELMSHORN)
        first.page.locator("#gs-level").select_option("amt")
        first.page.locator("#gs-area").select_option("01056")
        first.page.locator("input[type=range]").fill("5")
        link = _address(first.page).removeprefix(first.address)

        second.go(link)

        for selector in ("#gs-finding-text", "#gs-values-title", "#gs-values tbody", "#gs-trend-table tbody"):
            assert second.page.locator(selector).inner_text() == first.page.locator(selector).inner_text()


def test_the_language_changes_and_the_view_stays(visiting: Visiting) -> None:
    with visiting() as visit:
        visit.go(UNEMPLOYMENT_OF_ELMSHORN + "&j=2015")

        visit.page.get_by_role("link", name="English").click()
        visit.page.wait_for_selector(DRAWN)

        assert urlsplit(visit.page.url).path == "/en/k/unemployment_share/"
        assert _state(visit.page) == {"g": "01056015", "j": "2015"}
        assert "Elmshorn, 2015: 7.25 %" in _shown(visit.page)
        assert visit.page.locator("html").get_attribute("lang") == "en"


def test_plain_language_is_a_language_of_its_own(visiting: Visiting) -> None:
    with visiting() as visit:
        visit.go("/")

        visit.page.get_by_role("link", name="Einfache Sprache").click()
        visit.page.wait_for_load_state()
        visit.go("/de-simple" + UNEMPLOYMENT_OF_ELMSHORN)

        assert visit.page.locator("h1 + p").inner_text().startswith("Von 100 Menschen")


def test_without_javascript_every_indicator_page_shows_sentence_and_tables(visiting: Visiting) -> None:
    with visiting() as live:
        live.go(UNEMPLOYMENT_OF_ELMSHORN)
        expected = {name: live.page.locator(name).inner_text() for name in ("#gs-finding-text", "#gs-values tbody")}

    with visiting(java_script_enabled=False) as visit:
        visit.page.goto(visit.address + UNEMPLOYMENT_OF_ELMSHORN)
        visit.page.locator("#gs-year").select_option("2015")
        visit.page.get_by_role("button", name="Anzeigen").click()
        assert _shown(visit.page).startswith("Elmshorn, 2015: 7,25 %")

        visit.page.goto(visit.address + UNEMPLOYMENT_OF_ELMSHORN)

        assert {name: visit.page.locator(name).inner_text() for name in expected} == expected
        assert visit.page.locator("#gs-trend-table tbody tr").count() == 21


@pytest.mark.parametrize("path", ["/", "/g/elmshorn/", "/v/", "/themen/work/", "/daten/"])
def test_without_javascript_every_other_page_shows_its_tables(visiting: Visiting, path: str) -> None:
    with visiting() as live, visiting(java_script_enabled=False) as visit:
        live.go(path)
        visit.page.goto(visit.address + path)

        values = "main tbody tr, main .gs-card__value"
        assert visit.page.locator(values).count() == live.page.locator(values).count() > 0
        assert visit.page.locator("main h1").inner_text() == live.page.locator("main h1").inner_text()


def test_a_municipality_is_remembered_on_this_device_only_and_only_if_asked(visiting: Visiting) -> None:
    with visiting() as visit:
        visit.go("/g/elmshorn/")
        visit.go("/")
        mine = visit.page.get_by_role("link", name="Meine Gemeinde: Elmshorn")
        assert mine.count() == 0

        visit.go("/g/elmshorn/")
        visit.page.get_by_role("button", name="Als meine Gemeinde merken").click()
        visit.go("/")
        mine.click()

        assert urlsplit(visit.page.url).path == "/g/elmshorn/"
        assert visit.page.context.cookies() == []
        visit.page.get_by_role("button", name="Meine Gemeinde vergessen").click()
        visit.go("/")
        assert mine.count() == 0


def test_another_indicator_keeps_area_and_year(visiting: Visiting) -> None:
    with visiting() as visit:
        visit.go(UNEMPLOYMENT_OF_ELMSHORN + "&j=2015&e=municipality")

        visit.page.get_by_label("Kennzahl", exact=True).select_option("population_total")
        visit.page.wait_for_url(re.compile("/k/population_total/"))

        assert _state(visit.page) == {"g": "01056015", "j": "2015", "e": "municipality"}
        assert _shown(visit.page).startswith("Elmshorn, 2015: 48.684")


def test_an_address_with_a_year_that_is_not_there_leads_to_one_without(visiting: Visiting) -> None:
    with visiting() as visit:
        visit.go(UNEMPLOYMENT_OF_ELMSHORN + "&j=1900&e=nowhere")

        assert _state(visit.page) == {"g": "01056015"}
        assert _shown(visit.page).startswith("Elmshorn, 2021:")


def test_an_unknown_release_is_not_found(visiting: Visiting) -> None:
    with visiting() as visit:
        assert visit.page.request.get(f"{visit.address}/?r=zzz").status == 404


def test_the_table_tells_how_many_people_a_share_stands_for(visiting: Visiting) -> None:
    with visiting() as visit:
        visit.go(UNEMPLOYMENT_OF_ELMSHORN + "&j=2015")

        row = visit.page.locator('#gs-values tr[data-area="01056015"] td').last
        assert row.inner_text() == "2.322 von 32.041"


def test_english_pages_name_country_and_states_in_english(visiting: Visiting) -> None:
    with visiting() as visit:
        visit.go("/en" + UNEMPLOYMENT_OF_ELMSHORN)

        heads = visit.page.locator("#gs-trend-table thead th").all_text_contents()
        assert heads == ["Period", "Elmshorn", "Kreis Pinneberg", "Schleswig-Holstein", "Germany"]
        assert "Germany (4.91 %)" in _shown(visit.page)
        visit.page.get_by_role("link", name="Imprint").click()
        assert urlsplit(visit.page.url).path == "/en/impressum/"


@pytest.mark.parametrize(("typed", "first"), [("elm", "Elmshorn"), ("pi", "Pinneberg"), ("Wohnen", "Wohnen")])
def test_a_search_answers_from_the_second_letter_on(visiting: Visiting, typed: str, first: str) -> None:
    with visiting() as visit:
        hits = visit.page.request.get(f"{visit.address}/suche.json?q={typed}").json()["hits"]

        assert hits[0]["title"] == first


def test_the_current_release_by_its_name_is_no_earlier_state(visiting: Visiting, release: Release) -> None:
    with visiting() as visit:
        visit.go(f"{UNEMPLOYMENT_OF_ELMSHORN}&r={release.hash[:12]}")

        assert visit.page.locator(".gs-banner").count() == 0
        assert release.hash[:12] in visit.page.locator("footer").inner_text()


def test_a_phone_and_200_per_cent_zoom_show_everything_without_sideways_scrolling(visiting: Visiting) -> None:
    for options in ({"viewport": PHONE}, {"viewport": NARROW}, {"viewport": {"width": 512, "height": 384}}):
        with visiting(**options) as visit:
            visit.go(UNEMPLOYMENT_OF_ELMSHORN)

            assert visit.page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_reduced_motion_forced_colours_and_print_keep_the_content(visiting: Visiting) -> None:
    with visiting(reduced_motion="reduce", forced_colors="active") as visit:
        visit.go(UNEMPLOYMENT_OF_ELMSHORN)
        assert visit.page.locator("gs-trend [data-value]").count() == 84

        visit.page.emulate_media(media="print")

        assert visit.page.locator("nav").first.is_hidden()
        assert visit.page.locator("#gs-trend-table").is_visible()
        expect(visit.page.locator("#gs-finding-text")).to_be_visible()


def test_everything_on_the_indicator_page_can_be_reached_by_keyboard(visiting: Visiting) -> None:
    with visiting() as visit:
        visit.go(UNEMPLOYMENT_OF_ELMSHORN)
        reached = set()
        for _ in range(40):
            visit.page.keyboard.press("Tab")
            reached.add(visit.page.evaluate("document.activeElement.id || document.activeElement.type || ''"))

        assert {"gs-area", "gs-level", "range", "gs-q"} <= reached
        first = visit.page.locator(".gs-skip")
        first.focus()
        assert first.bounding_box()["x"] >= 0


def _tap(page: Page, area: str) -> None:
    """Click the map in the middle of an area."""
    place = page.evaluate(
        """(area) => {
          const map = document.querySelector("gs-map");
          map.scrollIntoView({block: "center", behavior: "instant"});
          const number = map.layout.keys.indexOf(area) + 1;
          const {areas, width} = map.raster;
          const found = [];
          areas.forEach((each, at) => { if (each === number) found.push(at); });
          const middle = found[Math.floor(found.length / 2)];
          const box = map.querySelector("canvas").getBoundingClientRect();
          const scale = box.width / width;
          return [box.left + (middle % width) * scale, box.top + Math.floor(middle / width) * scale];
        }""",
        area,
    )
    page.mouse.click(*place)


def test_the_command_line_says_the_same_as_the_page(visiting: Visiting, demo: Path) -> None:
    told = command_line("show", "unemployment_share", "Elmshorn", "--from", "2021", instance=demo)

    with visiting() as visit:
        visit.go(UNEMPLOYMENT_OF_ELMSHORN)

        assert "7.15" in told.stdout
        assert "7,15 %" in _shown(visit.page)


def test_whoever_reads_an_earlier_release_stays_in_it(visiting: Visiting, demo: Path, tmp_path: Path) -> None:
    folder = tmp_path / "county"
    shutil.copytree(demo, folder)
    earlier = json.loads((folder / "var/releases/current.json").read_bytes())["release"][:12]
    definition = folder / "catalogue" / "work" / "unemployment_share.yaml"
    definition.write_text(
        definition.read_text().replace("title:", "decimals: 1\ntitle:", 1).replace("decimals: 2\n", "")
    )
    assert command_line("publish", instance=folder).returncode == 0

    with served(folder) as address, visiting() as visit:
        visit.address = address
        visit.go(f"{UNEMPLOYMENT_OF_ELMSHORN}&r={earlier}")
        assert "7,15 %" in _shown(visit.page)
        visit.page.get_by_role("link", name="Themen", exact=True).click()
        visit.page.get_by_role("link", name="Arbeit", exact=True).click()

        assert _state(visit.page)["r"] == earlier
        visit.go(f"{UNEMPLOYMENT_OF_ELMSHORN}&r={earlier}")
        visit.page.get_by_role("link", name="Zum neuesten Stand").click()
        visit.page.wait_for_selector(DRAWN)
        assert _state(visit.page) == {"g": "01056015"}
        assert "7,2 %" in _shown(visit.page)

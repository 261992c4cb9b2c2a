"""Every picture shows what its table says: over all indicators of the demo county, in a real browser."""

from __future__ import annotations

import re
from typing import Any

import pytest

from functional.conftest import Visiting
from gemeinsinn.indicators.catalogue import read_catalogue
from gemeinsinn.releases.read import Release
from support.served import ROOT


CATALOGUE = read_catalogue(ROOT / "catalogue")
INDICATORS = sorted(id for id, each in CATALOGUE.indicators.items() if not CATALOGUE.asked.keys() & set(each.tables))
"""All indicators but those from registers, of which the tests' demo county has none."""
ELMSHORN, COUNTY = "01056015", "01056"
LOOK = """() => {
  const cells = (table) => [...table.tBodies[0].rows].map((row) => [...row.cells].map((cell) => {
    const value = cell.querySelector("data");
    return value ? Number(value.value) : cell.querySelector("abbr.gs-sign") ? null : cell.textContent.trim();
  }));
  const heads = (table) => [...table.tHead.rows[0].cells].map((cell) => cell.textContent.trim());
  const trend = document.querySelector("#gs-trend-table");
  const level = document.querySelector("#gs-values");
  const matrix = document.querySelector("#gs-matrix");
  const drawn = (element, selector) => [...element.querySelectorAll(selector)];
  const place = (mark) => {
    const box = mark.getBBox();
    return [box.x + box.width / 2, box.y + box.height / 2];
  };
  const map = document.querySelector("gs-map");
  const colours = {};
  if (map && map.raster) {
    const pixels = new Uint32Array(map.querySelector("canvas").getContext("2d")
      .getImageData(0, 0, map.raster.width, map.raster.height).data.buffer);
    const hex = (pixel) => "#" + [pixel & 255, (pixel >> 8) & 255, (pixel >> 16) & 255]
      .map((part) => part.toString(16).padStart(2, "0")).join("");
    map.raster.areas.forEach((area, at) => {
      if (area > 0) (colours[map.layout.keys[area - 1]] ??= new Set()).add(hex(pixels[at]));
    });
  }
  const rgb = (text) => "#" + text.match(/\\d+/g).slice(0, 3)
    .map((part) => Number(part).toString(16).padStart(2, "0")).join("");
  return {
    finding: document.querySelector("#gs-finding-text").textContent,
    trend: {heads: heads(trend), rows: cells(trend)},
    dots: drawn(document.querySelector("gs-trend"), "[data-value]").map((dot) => ({
      area: dot.closest("[data-area]").dataset.area, period: dot.dataset.period, value: Number(dot.dataset.value),
      bar: dot.tagName === "rect", at: place(dot)})),
    gaps: drawn(document.querySelector("gs-trend"), "[data-missing]").length,
    level: {rows: cells(level), keys: [...level.tBodies[0].rows].map((row) => row.dataset.area)},
    matrix: matrix ? {heads: heads(matrix), rows: cells(matrix)} : null,
    multiples: drawn(document, "gs-multiples .gs-multiple").map((each) => ({
      area: each.dataset.area, name: each.firstChild.textContent.trim() || each.textContent.trim(),
      path: each.querySelector("path.gs-line-0").getAttribute("d")})),
    colours: Object.fromEntries(Object.entries(colours).map(([key, found]) => [key, [...found]])),
    hatch: map ? [getComputedStyle(map).getPropertyValue("--gs-missing").trim(),
                  getComputedStyle(map).getPropertyValue("--gs-hatch").trim()] : [],
    legend: drawn(document, "gs-map .gs-legend li").map((entry) => ({
      text: entry.textContent.trim(), missing: !!entry.querySelector(".gs-swatch--missing"),
      colour: rgb(getComputedStyle(entry.querySelector(".gs-swatch")).backgroundColor)})),
  };
}"""


@pytest.mark.parametrize("indicator", INDICATORS)
def test_every_picture_of_an_indicator_equals_its_table(visiting: Visiting, release: Release, indicator: str) -> None:
    area = ELMSHORN if "municipality" in release.indicators[indicator]["levels"] else COUNTY

    with visiting() as visit:
        visit.go(f"/k/{indicator}/?g={area}")
        seen: dict[str, Any] = visit.page.evaluate(LOOK)

        assert visit.complaints == []
        assert visit.violations() == []
    compare_trend(seen)
    _compare_map(seen)
    compare_multiples(seen)


def compare_trend(seen: dict[str, Any]) -> None:
    """One mark a value, one cross a missing value of the first area, and heights that follow the values."""
    rows = seen["trend"]["rows"]
    in_table = sorted((row[0], value) for row in rows for value in row[1:] if value is not None)
    assert sorted((dot["period"], dot["value"]) for dot in seen["dots"]) == in_table
    if any(dot["bar"] for dot in seen["dots"]):
        return
    assert seen["gaps"] == sum(row[1] is None for row in rows)
    _on_one_line([(dot["value"], dot["at"][1]) for dot in seen["dots"]])


def _compare_map(seen: dict[str, Any]) -> None:
    """The colour of each area is that of the legend's class into which its value in the table falls."""
    if not seen["colours"]:
        return
    values = {key: row[1] for key, row in zip(seen["level"]["keys"], seen["level"]["rows"], strict=True)}
    classes = [(_limits(entry["text"]), entry["colour"]) for entry in seen["legend"] if not entry["missing"]]
    for area, colours in seen["colours"].items():
        value = values.get(area)
        if value is None:
            assert set(colours) <= set(seen["hatch"]), area
            assert any(entry["missing"] for entry in seen["legend"])
            continue
        expected = [colour for (low, high), colour in classes if low <= value <= high]
        assert [colours] == [expected], f"{area}: {value}"


def compare_multiples(seen: dict[str, Any]) -> None:
    """Each small chart has a point for each value of its row in the table, and all share one scale."""
    if seen["matrix"] is None:
        return
    values = {row[0]: [value for value in row[1:] if value is not None] for row in seen["matrix"]["rows"]}
    points: list[tuple[float, float]] = []
    for each, row in zip(seen["multiples"], seen["matrix"]["rows"], strict=True):
        heights = [float(height) for height in re.findall(r"[ML][\d.]+,(-?[\d.]+)", each["path"])]
        assert len(heights) == len(values[row[0]]), row[0]
        points += zip(values[row[0]], heights, strict=True)
    _on_one_line(points)


def _on_one_line(points: list[tuple[float, float]]) -> None:
    """Heights are a falling straight line of the values, to the tenth of a pixel that paths are written in."""
    values = [value for value, _ in points]
    if len(set(values)) < 2:
        return
    low, high = min(points), max(points)
    slope = (high[1] - low[1]) / (high[0] - low[0])
    assert slope < 0
    for value, height in points:
        assert abs(low[1] + slope * (value - low[0]) - height) < 0.75, (value, height)


def _limits(text: str) -> tuple[float, float]:
    """The limits of a class as its legend names them."""
    numbers = [
        float(part.replace(".", "").replace(",", ".").replace("−", "-")) for part in re.findall(r"−?[\d.,]*\d", text)
    ]
    if text.startswith("bis "):
        return float("-inf"), numbers[0]
    if text.startswith("ab "):
        return numbers[0], float("inf")
    return numbers[0], numbers[1]

/**
 * Small charts of one scale: the line of each area holds its values, the dot the last of them.
 * @vitest-environment happy-dom
 */
import fc from "fast-check";
import { beforeEach, expect, test } from "vitest";
import type { IndicatorFile } from "../../statistics/observation.js";
import { indicator } from "../../testing/arbitraries.js";
import { ASTADT, BEDORF, breakAt, COUNTY, fileOf, seriesOf, viewOf } from "../../testing/county.js";
import "./gs-multiples.js";
import type { GsMultiples } from "./gs-multiples.js";

const TEXTS = { multiples_label: "{area}: {first} in {from}, {last} in {to}", multiples_none: "{area}: no values" };
const PERIODS = ["2020", "2021", "2022", "2023"];

beforeEach(() => {
  document.body.replaceChildren();
});

async function multiplesOf(file: IndicatorFile, changes: Partial<GsMultiples> = {}): Promise<GsMultiples> {
  const multiples = document.createElement("gs-multiples") as GsMultiples;
  document.body.append(multiples);
  Object.assign(multiples, { series: seriesOf(file), view: viewOf(file), texts: TEXTS, ...changes });
  await multiples.updateComplete;
  return multiples;
}

function chartOf(multiples: GsMultiples, area: string): Element | null {
  return multiples.querySelector(`[data-area="${area}"]`);
}

function lineOf(multiples: GsMultiples, area: string): string {
  return chartOf(multiples, area)?.querySelector(".gs-line-0")?.getAttribute("d") ?? "";
}

test("every area has a chart, whose line has a point for each value and none for a gap", async () => {
  await fc.assert(
    fc.asyncProperty(indicator({ periods: 2 }), async (file) => {
      const multiples = await multiplesOf(file);

      const points = file.areas.map((area) => lineOf(multiples, area).match(/[ML]/g)?.length ?? 0);

      expect(points).toEqual(file.values.map((row) => row.filter((value) => value !== null).length));
      expect(multiples.innerHTML).not.toMatch(/NaN|Infinity|undefined/);
      multiples.remove();
    }),
    { numRuns: 60 },
  );
});

test("the dot of an area is its last value; without a value there is none", async () => {
  await fc.assert(
    fc.asyncProperty(indicator({ periods: 2 }), async (file) => {
      const multiples = await multiplesOf(file);

      const dots = file.areas.map((area) =>
        [...(chartOf(multiples, area)?.querySelectorAll<SVGElement>("[data-value]") ?? [])].map((dot) => [
          dot.dataset.period,
          Number(dot.dataset.value),
        ]),
      );

      const known = file.values.map((row) => file.periods.map((period, column) => [period, row[column] ?? null]));
      expect(dots).toEqual(known.map((row) => row.filter(([, value]) => value !== null).slice(-1)));
      multiples.remove();
    }),
    { numRuns: 60 },
  );
});

test("a line ends before a gap and before a break", async () => {
  const file = fileOf(PERIODS, { [ASTADT]: [1, null, 3, 4], [BEDORF]: [1, 2, 3, 4] }, { breaks: [breakAt("2022")] });

  const multiples = await multiplesOf(file);

  const steps = [ASTADT, BEDORF].map((area) => lineOf(multiples, area).match(/[ML]/g)?.join(""));
  expect(steps).toEqual(["MML", "MLML"]);
});

test("all areas have one scale, so that equal values stand equally high", async () => {
  const multiples = await multiplesOf(fileOf(["2022", "2023"], { [ASTADT]: [0, 50], [BEDORF]: [50, 100] }));

  const [first, second] = [ASTADT, BEDORF].map((area) =>
    [...lineOf(multiples, area).matchAll(/,([\d.]+)/g)].map((found) => Number(found[1])),
  );

  expect(first?.[1]).toBe(second?.[0]);
  expect(second?.[1]).toBeLessThan(second?.[0] ?? 0);
});

test("the benchmark is a thin line in every chart, on the same scale", async () => {
  const file = fileOf(["2022", "2023"], { [ASTADT]: [2, 4], [BEDORF]: [3, 5], [COUNTY]: [2, 4] });
  const all = seriesOf(file);

  const multiples = await multiplesOf(file, { series: all.slice(0, 2), benchmark: all[2] ?? null });

  const lines = [...multiples.querySelectorAll(".gs-benchmark-line")].map((line) => line.getAttribute("d"));
  expect(lines).toEqual([lineOf(multiples, ASTADT), lineOf(multiples, ASTADT)]);
});

test("a chart is told in words: name, first and last value", async () => {
  const multiples = await multiplesOf(
    fileOf(PERIODS, { [ASTADT]: [null, 2, 3, null], [BEDORF]: [null, null, null, null] }),
  );

  const labels = [ASTADT, BEDORF].map((area) =>
    chartOf(multiples, area)?.querySelector("svg")?.getAttribute("aria-label"),
  );
  const texts = [...multiples.querySelectorAll(".gs-multiple__value")].map((text) => text.textContent);

  expect(labels).toEqual(["Astadt: 2.0 % in 2021, 3.0 % in 2022", "Bedorf: no values"]);
  expect(texts).toEqual(["3.0 %, 2022", "n/a"]);
});

test("a chart of the selection is pressed, and a tap chooses its area", async () => {
  const multiples = await multiplesOf(fileOf(PERIODS, { [ASTADT]: [1, 2, 3, 4], [BEDORF]: [1, 2, 3, 4] }), {
    selected: [BEDORF],
  });
  const chosen: string[] = [];
  document.body.addEventListener("gs-choose", (event) => chosen.push((event as CustomEvent<string>).detail), {
    once: true,
  });

  chartOf(multiples, ASTADT)?.dispatchEvent(new MouseEvent("click", { bubbles: true }));

  expect(chosen).toEqual([ASTADT]);
  expect([ASTADT, BEDORF].map((area) => chartOf(multiples, area)?.getAttribute("aria-pressed"))).toEqual([
    "false",
    "true",
  ]);
});

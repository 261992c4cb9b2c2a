/**
 * The trend draws what its table says: each value once, each gap of its first area, and no line where none may be.
 * @vitest-environment happy-dom
 */
import fc from "fast-check";
import { beforeEach, expect, test } from "vitest";
import { renderTrend } from "../../pages/tables.js";
import { type Series, seriesModel } from "../../statistics/model.js";
import type { IndicatorFile } from "../../statistics/observation.js";
import { indicator } from "../../testing/arbitraries.js";
import { ASTADT, around, BEDORF, breakAt, COUNTY, fileOf, STATE, seriesOf, viewOf } from "../../testing/county.js";
import "./gs-trend.js";
import { type GsTrend, segments } from "./gs-trend.js";

const TEXTS = { gap: "no value: {reason}" };

beforeEach(() => {
  document.body.replaceChildren();
});

async function trendOf(file: IndicatorFile, width = 640): Promise<GsTrend> {
  const trend = document.createElement("gs-trend") as GsTrend;
  const view = viewOf(file);
  const period = file.periods.at(-1) ?? "";
  document.body.append(trend);
  Object.assign(trend, { series: seriesOf(file), view, period, texts: TEXTS, label: "Development", width });
  await trend.updateComplete;
  return trend;
}

/** What the page's table beside the trend holds: area, period and value, or that there is none. */
function tableOf(file: IndicatorFile): string[] {
  const table = document.createElement("table");
  table.innerHTML = "<thead><tr><th>Period</th></tr></thead><tbody></tbody>";
  renderTrend(table, seriesOf(file), "", viewOf(file), {});
  return [...(table.tBodies[0]?.rows ?? [])].flatMap((row) =>
    file.areas.map((area, column) => {
      const value = row.cells[column + 1]?.querySelector("data")?.value;
      return `${area} ${row.cells[0]?.textContent} ${value ?? "missing"}`;
    }),
  );
}

/** What the picture shows, in the same form. */
function pictureOf(trend: GsTrend): string[] {
  return [...trend.querySelectorAll<SVGElement>("[data-value], [data-missing]")].map((mark) => {
    const area = mark.closest("[data-area]")?.getAttribute("data-area");
    return `${area} ${mark.dataset.period} ${mark.dataset.value ?? "missing"}`;
  });
}

function pathsOf(trend: GsTrend, area: string): string[] {
  const lines = trend.querySelectorAll(`[data-area="${area}"] path[class^="gs-line-"]`);
  return [...lines].map((line) => line.getAttribute("d") ?? "");
}

/** As lines, the picture marks the gaps of its first area only; those of the others are seen where their lines end. */
function isMarked(row: string, file: IndicatorFile): boolean {
  return file.periods.length === 1 || !row.endsWith("missing") || row.startsWith(`${file.areas[0]} `);
}

test("the picture holds exactly the values and gaps of its table", async () => {
  await fc.assert(
    fc.asyncProperty(indicator(), fc.constantFrom(320, 640), async (file, width) => {
      const trend = await trendOf(file, width);

      const picture = pictureOf(trend);

      const marked = tableOf(file).filter((row) => isMarked(row, file));
      expect(picture.toSorted()).toEqual(marked.toSorted());
      trend.remove();
    }),
    { numRuns: 60 },
  );
});

test("everything in the picture has a place, also where no area has a value", async () => {
  await fc.assert(
    fc.asyncProperty(indicator(), async (file) => {
      const trend = await trendOf(file);

      expect(trend.innerHTML).not.toMatch(/NaN|Infinity|undefined|null/);
      trend.remove();
    }),
    { numRuns: 60, examples: [[fileOf(["2022", "2023"], { [ASTADT]: [null, null] })]] },
  );
});

test("a gap tells its reason", async () => {
  const trend = await trendOf(fileOf(["2021", "2022", "2023"], { [ASTADT]: [1, null, 3] }));

  const gap = trend.querySelector("[data-missing]");

  expect(gap?.getAttribute("data-missing")).toBe("not-collected");
  expect(gap?.querySelector("title")?.textContent).toBe("Astadt, 2022: no value: No value in the sources");
});

test("a line ends before a gap and before a break, and goes on behind them", async () => {
  const periods = ["2018", "2019", "2020", "2021", "2022", "2023"];
  const rows = { [ASTADT]: [1, 2, null, 4, 5, 6] };
  const trend = await trendOf(fileOf(periods, rows, { breaks: [breakAt("2022")] }));

  const paths = pathsOf(trend, ASTADT);

  expect(paths.map((path) => path.match(/[ML]/g)?.join(""))).toEqual(["ML", "M", "ML"]);
  expect(trend.querySelectorAll(".gs-chart__break")).toHaveLength(1);
});

test("a break lies between its year and the year before, and tells its text", async () => {
  const trend = await trendOf(fileOf(["2021", "2022", "2023"], { [ASTADT]: [1, 2, 3] }, { breaks: [breakAt("2023")] }));

  const [at, ...years] = [
    Number(trend.querySelector(".gs-chart__break")?.getAttribute("x1")),
    ...[...trend.querySelectorAll("text[text-anchor='middle'].gs-chart__small")].map((tick) =>
      Number(tick.getAttribute("x")),
    ),
  ];

  const [last = 0, before = 0] = years.toSorted((a, b) => b - a);
  expect(at).toBeCloseTo((last + before) / 2, 3);
  expect(trend.querySelector(".gs-chart__turn title")?.textContent).toBe("From 2023 on: counted anew.");
});

test("only the first area has a band, and only where it has intervals", async () => {
  const rows = { [ASTADT]: [4, 5, 6], [COUNTY]: [3, 4, 5] };
  const periods = ["2021", "2022", "2023"];
  const plain = fileOf(periods, rows);
  const limited = fileOf(periods, rows, { lower: around(rows, -1), upper: around(rows, 1) });

  const bands = await Promise.all([plain, limited].map(bandsOf));

  expect(bands).toEqual([[], ["gs-band-0"]]);
});

async function bandsOf(file: IndicatorFile): Promise<(string | null)[]> {
  const trend = await trendOf(file);
  return [...trend.querySelectorAll("[class^='gs-band-']")].map((band) => band.getAttribute("class"));
}

test("a larger value stands higher, and the axis begins at zero where the values lie near it", async () => {
  const trend = await trendOf(fileOf(["2021", "2022", "2023"], { [ASTADT]: [1, 9, 4] }));

  const heights = [...(pathsOf(trend, ASTADT)[0] ?? "").matchAll(/,([\d.]+)/g)].map((found) => Number(found[1]));
  const ticks = [...trend.querySelectorAll("text[text-anchor='end']")].map((tick) => tick.textContent);

  const [low = 0, high = 0, middle = 0] = heights;
  expect([high, middle, low]).toEqual([high, middle, low].toSorted((a, b) => a - b));
  expect(ticks[0]).toBe("0");
});

test("areas are named at the ends of their lines; where it is narrow, below the picture", async () => {
  const file = fileOf(["2022", "2023"], { [ASTADT]: [1, 2], [BEDORF]: [1, 2] });

  const [wide, narrow] = [await trendOf(file, 640), await trendOf(file, 320)];

  const ends = [...wide.querySelectorAll("[class^='gs-text-']")];
  expect(ends.map((end) => end.textContent)).toEqual(["Astadt", "Bedorf"]);
  expect(Math.abs(Number(ends[0]?.getAttribute("y")) - Number(ends[1]?.getAttribute("y")))).toBeGreaterThanOrEqual(17);
  expect(wide.querySelector(".gs-legend")).toBeNull();
  expect(narrow.querySelector("[class^='gs-text-']")).toBeNull();
  expect([...narrow.querySelectorAll(".gs-legend li")].map((entry) => entry.textContent?.trim())).toEqual([
    "Astadt",
    "Bedorf",
  ]);
});

test("areas are told apart by shape, not by colour alone", async () => {
  const trend = await trendOf(fileOf(["2022", "2023"], { [ASTADT]: [1, 2], [BEDORF]: [1, 2], [COUNTY]: [1, 2] }));

  const shapes = [ASTADT, BEDORF, COUNTY].map((area) => {
    const mark = trend.querySelector(`[data-area="${area}"] [data-value]`)?.getAttribute("d") ?? "";
    return mark.replace(/[^a-zA-Z]/g, "");
  });

  expect(new Set(shapes).size).toBe(3);
});

test("the ninth area has the colour of the first", async () => {
  const rows = Object.fromEntries(Array.from({ length: 9 }, (_, place) => [`area ${place}`, [1, 2]]));
  const trend = await trendOf(fileOf(["2022", "2023"], rows));

  const colours = [...trend.querySelectorAll("path[class^='gs-line-']")].map((line) => line.getAttribute("class"));

  expect(colours[8]).toBe("gs-line-0");
});

test("a single period is shown as bars with their intervals, and a missing one in words", async () => {
  const rows = { [ASTADT]: [4], [BEDORF]: [null], [COUNTY]: [8] };
  const trend = await trendOf(fileOf(["2023"], rows, { lower: around(rows, -1), upper: around(rows, 1) }));

  const widths = [...trend.querySelectorAll("rect[data-value]")].map((bar) => Number(bar.getAttribute("width")));

  expect(widths[1]).toBeCloseTo(2 * (widths[0] ?? 0), 3);
  expect(trend.querySelectorAll(".gs-chart__whisker")).toHaveLength(2);
  expect(trend.querySelector("[data-missing]")?.textContent).toBe("Bedorf: No value in the sources");
});

test("the picture has a name for those who do not see it", async () => {
  const trend = await trendOf(fileOf(["2022", "2023"], { [ASTADT]: [1, 2] }));

  const picture = trend.querySelector("svg[role='img']");

  expect(picture?.getAttribute("aria-label")).toBe("Development");
});

/** The periods whose value may be joined with that of the period before: both are there, and no break lies between. */
function joinable(file: IndicatorFile, row: number): string[] {
  const known = (column: number) => typeof file.values[row]?.[column] === "number";
  const broken = file.breaks.map((each) => each.period);
  return file.periods.filter((period, column) => known(column) && known(column - 1) && !broken.includes(period));
}

test("segments hold every value once, and never join across a break or a missing year", () => {
  fc.assert(
    fc.property(indicator(), (file) => {
      seriesOf(file).forEach((series, row) => {
        const runs = segments(series);

        const joined = runs.flatMap((run) => run.slice(1).map((point) => point.period));
        expect(runs.flat()).toEqual(series.points.filter((point) => point.observation.kind === "value"));
        expect(joined).toEqual(joinable(file, row));
      });
    }),
  );
});

test("the lines of the picture join no more than that", async () => {
  await fc.assert(
    fc.asyncProperty(indicator({ periods: 2 }), async (file) => {
      const trend = await trendOf(file);

      const joints = file.areas.map((area) => pathsOf(trend, area).join("").match(/L/g)?.length ?? 0);

      expect(joints).toEqual(file.areas.map((_, row) => joinable(file, row).length));
      trend.remove();
    }),
    { numRuns: 60 },
  );
});

/** An indicator of recent years, and the official one beside it, which begins and ends earlier and has a gap and a break. */
const RECENT = fileOf(["2014", "2015", "2016"], { [ASTADT]: [5, 6, 7], [COUNTY]: [4, 5, 6] });
const OFFICIAL = fileOf(
  ["2011", "2012", "2013", "2014"],
  { [COUNTY]: [3, null, 3.5, 4], [STATE]: [2, 2, 2, 2] },
  { breaks: [breakAt("2014")] },
);
const TOGETHER = ["2011", "2012", "2013", "2014", "2015", "2016"];

function besideEachOther(): Series[] {
  const official = seriesModel(viewOf(OFFICIAL), [COUNTY, STATE], TOGETHER);
  return [
    ...seriesModel(viewOf(RECENT), [ASTADT, COUNTY], TOGETHER),
    ...official.map((each) => ({ ...each, name: `${each.name}, official`, beside: true })),
  ];
}

async function trendBeside(width = 640, changes: Partial<GsTrend> = {}): Promise<GsTrend> {
  const trend = await trendOf(RECENT, width);
  Object.assign(trend, { series: besideEachOther(), officialBreaks: OFFICIAL.breaks, ...changes });
  await trend.updateComplete;
  return trend;
}

test("official values stand beside as dashed lines of another kind, each with its own dashes and its name", async () => {
  const trend = await trendBeside();

  const lines = [...trend.querySelectorAll("path[class^='gs-line-']")].map((line) => line.getAttribute("class"));
  const names = [...trend.querySelectorAll("text[class^='gs-text-']")].map((name) => [
    name.getAttribute("class"),
    name.textContent,
  ]);

  expect([...new Set(lines)]).toEqual([
    "gs-line-0",
    "gs-line-1",
    "gs-line-beside gs-dash-0",
    "gs-line-beside gs-dash-1",
  ]);
  expect(names).toEqual([
    ["gs-text-0", "Astadt"],
    ["gs-text-1", "County"],
    ["gs-text-beside", "County, official"],
    ["gs-text-beside", "State, official"],
  ]);
});

test("every value of both is drawn once, over the years of both, and only the first area shows its gaps", async () => {
  const trend = await trendBeside();

  const values = trend.querySelectorAll("[data-value]");
  const gaps = [...trend.querySelectorAll<SVGElement>("[data-missing]")].map((gap) => gap.dataset.period);

  expect(values).toHaveLength(3 + 3 + 3 + 4);
  expect(gaps).toEqual(["2011", "2012", "2013"]);
});

test("the table beside the picture holds the official values in columns of their own", () => {
  const table = document.createElement("table");
  table.innerHTML = "<thead><tr><th>Period</th></tr></thead><tbody></tbody>";

  renderTrend(table, besideEachOther(), "2014", viewOf(RECENT), {});

  const text = (row: HTMLTableRowElement | undefined) =>
    [...(row?.cells ?? [])].map((cell) => cell.textContent?.trim());
  expect(text(table.tHead?.rows[0])).toEqual(["Period", "Astadt", "County", "County, official", "State, official"]);
  expect(text(table.tBodies[0]?.rows[0])).toEqual(["2011", "n/a", "n/a", "3.0 %", "2.0 %"]);
  expect(text(table.tBodies[0]?.rows[3])).toEqual(["2014", "5.0 %", "4.0 %", "4.0 %", "2.0 %"]);
});

test("a break of the official values breaks their line alone, and is numbered after those of the indicator", async () => {
  const trend = await trendBeside();

  const official = [...trend.querySelectorAll(`[data-area="${STATE}"] path.gs-line-beside`)];
  const own = pathsOf(trend, ASTADT);

  expect(official.map((line) => line.getAttribute("d")?.match(/[ML]/g)?.join(""))).toEqual(["MLL", "M"]);
  expect(own.map((line) => line.match(/[ML]/g)?.join(""))).toEqual(["MLL"]);
  expect([...trend.querySelectorAll(".gs-chart__turn text")].map((turn) => turn.textContent)).toEqual(["1"]);
});

test("an area has one shape, also among the official values", async () => {
  const trend = await trendBeside();

  const marks = [...trend.querySelectorAll(`[data-area="${COUNTY}"] [data-value]`)];
  const shapes = new Set(marks.map((mark) => mark.getAttribute("d")?.replace(/[^a-zA-Z]/g, "")));

  expect(shapes.size).toBe(1);
  expect(new Set(marks.map((mark) => mark.getAttribute("class")))).toEqual(new Set(["gs-dot-1", "gs-dot-beside"]));
});

test.for([360, 500])(
  "where long names would take too much of %s pixels, all stand below the picture",
  async (width) => {
    const series = besideEachOther().map((each) => ({ ...each, name: `${each.name} with a very long name` }));
    const trend = await trendBeside(width, { series });

    const legend = [...trend.querySelectorAll(".gs-legend li")];

    expect(legend).toHaveLength(4);
    expect(legend[3]?.querySelector("path")?.getAttribute("class")).toBe("gs-line-beside gs-dash-1");
    expect(trend.querySelector("[class^='gs-text-']")).toBeNull();
  },
);

test("of one period only, official values are bars of another kind", async () => {
  const one = fileOf(["2023"], { [ASTADT]: [5] });
  const [own, official] = [seriesOf(one), seriesOf(fileOf(["2023"], { [COUNTY]: [4] }))];
  const trend = await trendOf(one);
  Object.assign(trend, { series: [...own, ...official.map((each) => ({ ...each, beside: true }))] });
  await trend.updateComplete;

  const bars = [...trend.querySelectorAll("rect[data-value]")].map((bar) => bar.getAttribute("class"));

  expect(bars).toEqual(["gs-dot-0 gs-chart__bar", "gs-dot-beside gs-chart__bar"]);
});

test.for([[["2022", "2023"]], [["2023"]]])(
  "the picture of people who do not exist says so, whatever its form",
  async ([periods = []]) => {
    const file = fileOf(periods, { [ASTADT]: periods.map((_, place) => place) });
    const trend = await trendOf(file);
    const before = trend.querySelector(".gs-chart__mark");

    trend.mark = "synthetic data";
    await trend.updateComplete;

    expect(before).toBeNull();
    expect(trend.querySelector("svg .gs-chart__mark")?.textContent).toBe("synthetic data");
  },
);

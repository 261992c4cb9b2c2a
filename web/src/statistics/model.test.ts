/** What a view shows: the rows of a level, and series whose parts end at breaks. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { indicator } from "../testing/arbitraries.js";
import {
  ASTADT,
  around,
  BEDORF,
  breakAt,
  CONFIDENTIAL,
  COUNTRY,
  COUNTY,
  fileOf,
  NORMAL,
  viewOf,
} from "../testing/county.js";
import { classOf } from "./classes.js";
import { cellText, levelClasses, levelModel, reasonText, seriesModel } from "./model.js";

const AREAS = [ASTADT, BEDORF];
const ROWS = { [ASTADT]: [4, 5], [BEDORF]: [8, null], [COUNTY]: [6, 6] };
const FILE = fileOf(["2022", "2023"], ROWS, {
  lower: around(ROWS, -1),
  upper: around(ROWS, 1),
  status: [
    [NORMAL, NORMAL],
    [NORMAL, CONFIDENTIAL],
    [NORMAL, NORMAL],
  ],
});

test("a row holds the number in words, its interval, its judgement, its key date and its class", () => {
  const view = viewOf(FILE);
  const classes = levelClasses(view, AREAS);

  const model = levelModel(view, AREAS, classes, { period: "2022", benchmark: COUNTY, selected: [BEDORF] });

  const shown = {
    name: "Astadt",
    text: "4.0 %",
    interval: "3.0–5.0",
    judgement: "better",
    keyDate: "31 December 2023",
  };
  expect(model.rows).toHaveLength(2);
  expect(model.rows[0]).toMatchObject({ area: ASTADT, ...shown, class: 0, selected: false });
  expect(model.rows[1]).toMatchObject({ area: BEDORF, text: "8.0 %", judgement: "worse", class: 4, selected: true });
});

test("a row without a number has a sign, and neither class nor judgement nor interval", () => {
  const view = viewOf(FILE);

  const model = levelModel(view, AREAS, levelClasses(view, AREAS), { period: "2023", benchmark: COUNTY, selected: [] });

  const shown = { text: "▒", interval: "", judgement: "not-judged", keyDate: "", class: null };
  expect(model.rows[1]).toMatchObject({ area: BEDORF, ...shown });
});

test("without a benchmark nothing is judged", () => {
  const view = viewOf(FILE);
  const state = { period: "2022", benchmark: COUNTRY, selected: [] };

  const model = levelModel(view, AREAS, levelClasses(view, AREAS), state);

  expect(model.rows.map((row) => row.judgement)).toEqual(["not-judged", "not-judged"]);
});

test("the classes are those of all periods, so that years can be compared", () => {
  const periods = ["2022", "2023"];
  const view = viewOf(fileOf(periods, { [ASTADT]: [1, 10], [BEDORF]: [2, 20] }));
  const classes = levelClasses(view, AREAS);

  const found = periods.map((period) =>
    levelModel(view, AREAS, classes, { period, benchmark: COUNTY, selected: [] }).rows.map((row) => row.class),
  );

  expect(found).toEqual([
    [0, 1],
    [3, 4],
  ]);
});

test("only a change has classes that diverge", () => {
  const file = fileOf(["2022", "2023"], { [ASTADT]: [-4, -2], [BEDORF]: [3, 6] });

  const diverging = ["change", "published"].map(
    (statistic) => levelClasses(viewOf(file, { statistic }), AREAS).diverging,
  );

  expect(diverging).toEqual([true, false]);
});

test("a missing observation has a sign for the cell and a reason that begins a sentence", () => {
  const view = viewOf(FILE);
  const observation = view.data.at(BEDORF, "2023");

  expect(cellText(observation, view)).toBe("▒");
  expect(reasonText(observation, view.wording)).toBe("Too few people");
  expect(reasonText(view.data.at(ASTADT, "2023"), view.wording)).toBe("");
});

test("a break begins a new part with its own period", () => {
  const file = fileOf(
    ["2020", "2021", "2022", "2023"],
    { [ASTADT]: [1, 2, 3, 4] },
    { breaks: ["2021", "2023"].map(breakAt) },
  );

  const [series] = seriesModel(viewOf(file), [ASTADT]);

  expect(series?.points.map((point) => [point.year, point.part])).toEqual([
    [2020, 0],
    [2021, 1],
    [2022, 1],
    [2023, 2],
  ]);
});

test("a series of an area that the file does not have is all gaps", () => {
  const [series] = seriesModel(viewOf(FILE), [COUNTRY]);

  expect(series?.name).toBe("Country");
  expect(series?.points.map((point) => point.text)).toEqual(["n/a", "n/a"]);
});

test("every area of a level has a class exactly if it has a number, and that of its number", () => {
  fc.assert(
    fc.property(indicator({ areas: 2 }), fc.nat(), (file, column) => {
      const period = file.periods[column % file.periods.length] ?? "";
      const view = viewOf(file);
      const classes = levelClasses(view, file.areas);

      const model = levelModel(view, file.areas, classes, { period, benchmark: COUNTY, selected: [] });

      const values = file.values.map((row) => row[file.periods.indexOf(period)] ?? null);
      expect(model.rows.map((row) => row.class)).toEqual(
        values.map((value) => (value === null ? null : classOf(value, classes))),
      );
    }),
  );
});

test("two points have the same part exactly if no break lies between them", () => {
  fc.assert(
    fc.property(indicator({ periods: 2 }), (file) => {
      const [series] = seriesModel(viewOf(file), file.areas);

      const points = series?.points ?? [];
      points.slice(1).forEach((point, place) => {
        const isBreak = file.breaks.some((each) => each.period === point.period);
        expect(point.part - (points[place]?.part ?? 0)).toBe(isBreak ? 1 : 0);
      });
    }),
  );
});

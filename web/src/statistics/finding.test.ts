/** Generated findings: what is said of a number, and of its absence. The server's words stand in the agreement test. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { indicator } from "../testing/arbitraries.js";
import {
  AMT,
  ASTADT,
  around,
  BEDORF,
  breakAt,
  CONFIDENTIAL,
  COUNTRY,
  COUNTY,
  dataOf,
  fileOf,
  MERGED,
  NAMES,
  PATTERNS,
  POOLED,
  STATE,
  WEAK,
} from "../testing/county.js";
import { finding, type Question, valueText, type Wording } from "./finding.js";
import type { IndicatorFile } from "./observation.js";

const WORDING: Wording = { language: "en", patterns: PATTERNS, names: NAMES };

function said(file: IndicatorFile, changes: Partial<Question> = {}): { title: string; text: string } {
  const question: Question = {
    data: dataOf(file),
    title: "Share",
    statistic: "proportion",
    polarity: "lower_is_better",
    area: ASTADT,
    period: file.periods.at(-1) ?? "",
    benchmarks: [COUNTY, STATE, COUNTRY],
    amt: AMT,
    synthetic: false,
    ...changes,
  };
  return finding(question, WORDING);
}

function withLimits(rows: Record<string, (number | null)[]>, distance: number): Partial<IndicatorFile> {
  return { lower: around(rows, -distance), upper: around(rows, distance) };
}

test("a number is told with its unit and its interval, and judged against each larger area", () => {
  const rows = { [ASTADT]: [5], [COUNTY]: [7], [STATE]: [8], [COUNTRY]: [5.5] };
  const file = fileOf(["2023"], rows, withLimits(rows, 1));

  const { title, text } = said(file);

  expect(title).toBe("Astadt better than County");
  expect(text).toBe(
    "Astadt, 2023: 5.0 % (4.0 to 6.0). Better than County (7.0 %) and State (8.0 %). Like Country (5.5 %).",
  );
});

test("without an interval the larger areas stand beside it, and nothing is judged", () => {
  const file = fileOf(["2023"], { [ASTADT]: [5], [COUNTY]: [7], [STATE]: [8], [COUNTRY]: [9] });

  const { title, text } = said(file);

  expect(title).toBe("Astadt 5.0 %, County 7.0 %");
  expect(text).toBe("Astadt, 2023: 5.0 %. Beside County (7.0 %), State (8.0 %) and Country (9.0 %).");
});

test("a larger area without a number is not compared", () => {
  const file = fileOf(["2023"], { [ASTADT]: [5], [COUNTY]: [null], [STATE]: [8] });

  const { title, text } = said(file);

  expect(title).toBe("Astadt 5.0 %, State 8.0 %");
  expect(text).toBe("Astadt, 2023: 5.0 %. Beside State (8.0 %).");
});

test("without any larger area the number stands alone", () => {
  const { title, text } = said(fileOf(["2023"], { [ASTADT]: [5] }));

  expect(title).toBe("Share: Astadt 5.0 %");
  expect(text).toBe("Astadt, 2023: 5.0 %.");
});

test("a number of people is told as a share of the larger area", () => {
  const file = fileOf(["2023"], { [ASTADT]: [25], [COUNTY]: [400] }, { unit: "persons", decimals: 0 });

  const { title, text } = said(file, { statistic: "count" });

  expect(title).toBe("Share: Astadt 25");
  expect(text).toBe("Astadt, 2023: 25. 6.2 % of County.");
});

test("of nobody there is no share", () => {
  const file = fileOf(["2023"], { [ASTADT]: [0], [COUNTY]: [0] }, { unit: "persons", decimals: 0 });

  expect(said(file, { statistic: "count" }).text).toBe("Astadt, 2023: 0.");
});

test.each([
  [POOLED, "Pooled."],
  [MERGED, "That of Amt."],
  [WEAK, "Weak."],
])("a number of status %d says so: %s", (status, remark) => {
  const { text } = said(fileOf(["2023"], { [ASTADT]: [5] }, { status: [[status]] }));

  expect(text).toBe(`Astadt, 2023: 5.0 %. ${remark}`);
});

test("the number is compared with the first one of the series", () => {
  const rows = { [ASTADT]: [null, 3, 5, 5] };
  const file = fileOf(["2020", "2021", "2022", "2023"], rows, withLimits(rows, 1));

  expect(said(file).text).toContain("Higher than in 2021 (3.0 %).");
});

test("the development is never judged as better or worse", () => {
  const rows = { [ASTADT]: [9, 5] };
  const file = fileOf(["2022", "2023"], rows, withLimits(rows, 1));

  expect(said(file).text).toContain("Lower than in 2022 (9.0 %).");
});

test("an earlier number is uncertain, too", () => {
  const rows = { [ASTADT]: [6.3, 5] };

  const texts = [around(rows, 1), around(rows, 0.5)].map((upper, place) => {
    const lower = around(rows, place === 0 ? -1 : -0.5);
    return said(fileOf(["2022", "2023"], rows, { lower, upper })).text;
  });

  expect(texts[0]).toContain("Like in 2022 (6.3 %).");
  expect(texts[1]).toContain("Lower than in 2022 (6.3 %).");
});

test("beside a number without interval nothing is judged", () => {
  const rows = { [ASTADT]: [3, 5] };
  const file = fileOf(["2022", "2023"], rows, { lower: [[null, 4]], upper: [[null, 6]] });

  expect(said(file).text).toContain("In 2022 it was 3.0 %.");
});

test("before a break nothing is compared, and the break is named", () => {
  const periods = ["2020", "2021", "2022", "2023"];
  const file = fileOf(periods, { [ASTADT]: [1, 2, 3, 4] }, { breaks: [breakAt("2022")] });

  const texts = ["2021", "2022", "2023"].map((period) => said(file, { period }).text);

  expect(texts).toEqual([
    "Astadt, 2021: 2.0 %. In 2020 it was 1.0 %.",
    "Astadt, 2022: 3.0 %. Before 2022 not comparable: counted anew.",
    "Astadt, 2023: 4.0 %. In 2022 it was 3.0 %. Before 2022 not comparable: counted anew.",
  ]);
});

test("a break before the first number is not worth a word", () => {
  const file = fileOf(["2021", "2022", "2023"], { [ASTADT]: [null, 3, 4] }, { breaks: [breakAt("2022")] });

  expect(said(file).text).toBe("Astadt, 2023: 4.0 %. In 2022 it was 3.0 %.");
});

test("a missing number is told with its reason and the nearest one that exists", () => {
  const file = fileOf(["2021", "2022", "2023"], { [ASTADT]: [4, 5, null] }, { status: [[0, 0, CONFIDENTIAL]] });

  const { title, text } = said(file);

  expect(title).toBe("Share: no value for Astadt");
  expect(text).toBe("None for Astadt in 2023: too few people. Nearest: 2022, 5.0 %.");
});

test("of two equally near numbers the later is told", () => {
  const file = fileOf(["2021", "2022", "2023"], { [ASTADT]: [4, null, 6] });

  expect(said(file, { period: "2022" }).text).toContain("Nearest: 2023, 6.0 %.");
});

test("an area without any number is answered with that of its Amt, else of the next larger area", () => {
  const own = { [ASTADT]: [null, null], [COUNTY]: [7, null] };
  const withAmt = { ...own, [AMT]: [null, 6] };

  const texts = [own, withAmt].map((rows) => said(fileOf(["2022", "2023"], rows)).text);

  expect(texts).toEqual([
    "None for Astadt in 2023: no value in the sources. County: 7.0 % (2022).",
    "None for Astadt in 2023: no value in the sources. Amt: 6.0 % (2023).",
  ]);
});

test("where no area has a number, the reason stands alone", () => {
  const file = fileOf(["2023"], { [BEDORF]: [1] });

  expect(said(file, { amt: "" }).text).toBe("None for Astadt in 2023: no value in the sources.");
});

test("the words of the language are used, with its numbers", () => {
  const data = dataOf(fileOf(["2023"], { [ASTADT]: [1234.5] }));

  const text = valueText(1234.5, data, { ...WORDING, language: "de" });

  expect(text).toBe("1.234,5 %");
});

test("a missing number is never told as a number of its period, and a number never as missing", () => {
  fc.assert(
    fc.property(indicator({ areas: 3 }), fc.nat(), fc.nat(), (file, row, column) => {
      const area = file.areas[row % file.areas.length] ?? "";
      const period = file.periods[column % file.periods.length] ?? "";
      const observation = dataOf(file).at(area, period);

      const { title, text } = said(file, { area, period, benchmarks: file.areas.filter((each) => each !== area) });

      expect(title.includes("no value")).toBe(observation.kind === "missing");
      expect(text.startsWith("None for")).toBe(observation.kind === "missing");
      expect(`${title} ${text}`).not.toMatch(/[{}]|undefined|NaN/);
    }),
  );
});

test.for([[1, 2, 3], [null]])(
  "a finding on people who do not exist says so in title and text, and nothing else changes",
  (row) => {
    const file = fileOf(
      row.map((_, place) => String(2021 + place)),
      { [ASTADT]: row },
    );

    const plain = said(file);
    const marked = said(file, { synthetic: true });

    expect(marked).toEqual({ title: `${plain.title} (synthetic)`, text: `${plain.text} Invented.` });
  },
);

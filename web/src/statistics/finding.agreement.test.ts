/**
 * Word for word what the server says: `tests/integration/test_sentences_agree.py` writes the cases and runs this.
 * @vitest-environment happy-dom
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { type Spine, spinePlace } from "../components/gs-spine/gs-spine.js";
import { Areas, type AreasFile } from "../pages/areas.js";
import { finding } from "./finding.js";
import { developed, judged, type Polarity } from "./judgement.js";
import { seriesModel } from "./model.js";
import { formatDay, formatNumber, type Language } from "./numbers.js";
import { IndicatorData, type IndicatorFile } from "./observation.js";

/** What the server said; tuples, because there are very many. */
interface Cases {
  /** The folder of the release that all cases are about. */
  release: string;
  /** The patterns of each language of the page, with the language of its numbers. */
  wordings: Record<string, { language: Language; patterns: Record<string, string> }>;
  findings: Record<
    string,
    [area: string, period: string, wording: string, synthetic: boolean, title: string, text: string][]
  >;
  latest: Record<string, [area: string, period: string | null][]>;
  parts: Record<string, number[]>;
  numbers: [value: number, decimals: number, language: Language, text: string][];
  days: [iso: string, language: Language, text: string][];
  judgements: [
    lower: number | null,
    upper: number | null,
    benchmark: number | null,
    polarity: Polarity,
    said: string,
  ][];
  developments: [now: Numbers, earlier: Numbers, said: string][];
  levels: Record<string, string[]>;
  benchmarks: Record<string, string>;
  spines: [spine: Spine, value: number, place: number][];
}

type Numbers = [value: number, lower: number, upper: number];

interface Entry {
  id: string;
  title: Record<string, string>;
  statistic: string;
  polarity: Polarity;
}

const cases = JSON.parse(readFileSync(process.env.GEMEINSINN_AGREEMENT ?? "", "utf8")) as Cases;
const catalogue = read<{ indicators: Entry[]; statuses: { status: string }[] }>("catalogue.json");
const areas = new Areas(read<AreasFile>("areas.json"), "de");

function read<T>(name: string): T {
  return JSON.parse(readFileSync(join(cases.release, name), "utf8")) as T;
}

function dataOf(id: string): IndicatorData {
  const statuses = catalogue.statuses.map(({ status }) => status);
  return new IndicatorData(read<IndicatorFile>(`ind/${id}.json`), statuses);
}

test.for(catalogue.indicators)("the findings on $id", (entry, { task }) => {
  const data = dataOf(entry.id);
  const expected = cases.findings[entry.id] ?? [];

  const found = expected.map(([area, period, of, synthetic]) => {
    const { language, patterns } = cases.wordings[of] ?? { language: "de", patterns: {} };
    const { title, text } = finding(
      {
        data,
        title: entry.title[language] ?? "",
        statistic: entry.statistic,
        polarity: entry.polarity,
        area,
        period,
        benchmarks: areas.benchmarks(area),
        amt: areas.amt(area),
        synthetic,
      },
      { language, patterns, names: areas.names },
    );
    return [area, period, of, synthetic, title, text];
  });

  expect(found).toEqual(expected);
  task.meta.compared = found.length;
});

test.for(catalogue.indicators)(
  "the last periods and the parts of series of $id",
  ({ id, statistic, polarity }, { task }) => {
    const data = dataOf(id);
    const wording = { language: "de" as const, patterns: {}, names: areas.names };

    const latest = (cases.latest[id] ?? []).map(([area]) => [area, data.latest(area)]);
    const [series] = seriesModel({ data, wording, statistic, polarity }, data.file.areas);

    expect(latest).toEqual(cases.latest[id]);
    expect(series?.points.map((point) => point.part)).toEqual(cases.parts[id]);
    task.meta.compared = latest.length;
  },
);

test("numbers", ({ task }) => {
  const found = cases.numbers.map(([value, decimals, language]) => [
    value,
    decimals,
    language,
    formatNumber(value, decimals, language),
  ]);

  expect(found).toEqual(cases.numbers);
  task.meta.compared = found.length;
});

test("dates", ({ task }) => {
  const found = cases.days.map(([iso, language]) => [iso, language, formatDay(iso, language)]);

  expect(found).toEqual(cases.days);
  task.meta.compared = found.length;
});

test("judgements", ({ task }) => {
  const found = cases.judgements.map(([lower, upper, benchmark, polarity]) => [
    lower,
    upper,
    benchmark,
    polarity,
    judged({ lower, upper }, benchmark, polarity),
  ]);

  expect(found).toEqual(cases.judgements);
  task.meta.compared = found.length;
});

test("developments", ({ task }) => {
  const estimate = ([value, lower, upper]: Numbers) => ({ value, lower, upper });

  const found = cases.developments.map(([now, earlier]) => [now, earlier, developed(estimate(now), estimate(earlier))]);

  expect(found).toEqual(cases.developments);
  task.meta.compared = found.length;
});

test("the areas of a level, in their order, and what they are judged against", ({ task }) => {
  const levels = Object.keys(cases.levels);

  const found = Object.fromEntries(levels.map((level) => [level, areas.ofLevel(level)]));
  const benchmarks = Object.fromEntries(levels.map((level) => [level, areas.levelBenchmark(level)]));

  expect(found).toEqual(cases.levels);
  expect(benchmarks).toEqual(cases.benchmarks);
  task.meta.compared = levels.length;
});

test("places on a spine", ({ task }) => {
  const found = cases.spines.map(([spine, value]) => [spine, value, spinePlace(spine, value) + 0]);

  expect(found).toEqual(cases.spines);
  task.meta.compared = found.length;
});

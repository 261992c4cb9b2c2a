/** A county that fits on a page, for tests: its numbers, its words, and ways to make others. Nothing in it is real. */
import type { Series, View } from "../statistics/model.js";
import { seriesModel } from "../statistics/model.js";
import { IndicatorData, type IndicatorFile } from "../statistics/observation.js";

export const STATUSES = ["normal", "weak", "pooled", "merged", "not-collected", "confidential", "not-yet"];
export const [NORMAL, WEAK, POOLED, MERGED, NOT_COLLECTED, CONFIDENTIAL, NOT_YET] = [0, 1, 2, 3, 4, 5, 6];

export const [COUNTRY, STATE, COUNTY, AMT] = ["DG", "01", "01001", "010015001"];
export const [ASTADT, BEDORF, EILAND] = ["01001001", "01001002", "01001003"];
export const NAMES: ReadonlyMap<string, string> = new Map([
  [COUNTRY, "Country"],
  [STATE, "State"],
  [COUNTY, "County"],
  [AMT, "Amt"],
  [ASTADT, "Astadt"],
  [BEDORF, "Bedorf"],
  [EILAND, "Eiland"],
]);

/** The server's patterns in short. */
export const PATTERNS: Readonly<Record<string, string>> = {
  "title.better": "{area} better than {benchmark}",
  "title.worse": "{area} worse than {benchmark}",
  "title.higher": "{area} higher than {benchmark}",
  "title.lower": "{area} lower than {benchmark}",
  "title.no-difference": "{area} like {benchmark}",
  "title.not-judged": "{area} {value}, {benchmark} {other}",
  "title.alone": "{indicator}: {area} {value}",
  "title.missing": "{indicator}: no value for {area}",
  "title.synthetic": "{title} (synthetic)",
  synthetic: "Invented.",
  value: "{area}, {period}: {value}.",
  "value.interval": "{area}, {period}: {value} ({lower} to {upper}).",
  "value.pooled": "Pooled.",
  "value.merged": "That of {amt}.",
  "value.weak": "Weak.",
  "compare.better": "Better than {list}.",
  "compare.worse": "Worse than {list}.",
  "compare.higher": "Higher than {list}.",
  "compare.lower": "Lower than {list}.",
  "compare.no-difference": "Like {list}.",
  "compare.not-judged": "Beside {list}.",
  "compare.share": "{share} % of {benchmark}.",
  "compare.item": "{name} ({value})",
  "list.and": "{first} and {last}",
  "trend.higher": "Higher than in {period} ({value}).",
  "trend.lower": "Lower than in {period} ({value}).",
  "trend.no-difference": "Like in {period} ({value}).",
  "trend.not-judged": "In {period} it was {value}.",
  "trend.break": "Before {period} not comparable: {text}.",
  break: "From {period} on: {text}.",
  missing: "None for {area} in {period}: {reason}.",
  "missing.nearest": "Nearest: {period}, {value}.",
  "missing.parent": "{area}: {value} ({period}).",
  "reason.not-collected": "no value in the sources",
  "reason.confidential": "too few people",
  "reason.not-yet": "not published yet",
  "sign.not-collected": "n/a",
  "sign.confidential": "▒",
  "sign.not-yet": "n/y",
  "unit.percent": "{n} %",
  "unit.persons": "{n}",
};

type Numbers = readonly (number | null)[];

/** The file of an indicator with these rows of numbers by area; what has no number was not collected. */
export function fileOf(
  periods: readonly string[],
  rows: Readonly<Record<string, Numbers>>,
  changes: Partial<IndicatorFile> = {},
): IndicatorFile {
  const areas = Object.keys(rows);
  const values = areas.map((area) => [...(rows[area] ?? [])]);
  return {
    id: "cases_share",
    unit: "percent",
    decimals: 1,
    areas,
    periods: [...periods],
    values,
    status: values.map((row) => row.map((value) => (value === null ? NOT_COLLECTED : NORMAL))),
    lower: null,
    upper: null,
    provenance: [{ sources: ["counts"], bases: [], valid_on: "2023-12-31", made: "reported" }],
    origin: values.map((row) => row.map((value) => (value === null ? -1 : 0))),
    converted: [],
    breaks: [],
    ...changes,
  };
}

/** Limits at the same distance around every number. */
export function around(rows: Readonly<Record<string, Numbers>>, distance: number): (number | null)[][] {
  return Object.values(rows).map((row) => row.map((value) => (value === null ? null : value + distance)));
}

export function breakAt(period: string): IndicatorFile["breaks"][number] {
  return { period, kind: "definition", text: { de: "neu gezählt", en: "counted anew" } };
}

export function dataOf(file: IndicatorFile): IndicatorData {
  return new IndicatorData(file, STATUSES);
}

export function viewOf(file: IndicatorFile, changes: Partial<View> = {}): View {
  return {
    data: dataOf(file),
    wording: { language: "en", patterns: PATTERNS, names: NAMES },
    polarity: "lower_is_better",
    statistic: "proportion",
    ...changes,
  };
}

export function seriesOf(file: IndicatorFile): Series[] {
  return seriesModel(viewOf(file), file.areas);
}

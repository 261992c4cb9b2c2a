/** Generated findings on one number, word for word those of the server: the same patterns, filled here. */
import { developed, type Judgement, judged, type Polarity } from "./judgement.js";
import { fill, formatNumber, type Language } from "./numbers.js";
import { type IndicatorData, type Observation, yearOf } from "./observation.js";

export interface Finding {
  title: string;
  text: string;
}

/** What a finding is about: an indicator's number for an area and a period, beside its larger areas. */
export interface Question {
  data: IndicatorData;
  title: string;
  statistic: string;
  polarity: Polarity;
  area: string;
  period: string;
  benchmarks: readonly string[];
  amt: string;
  /** Whether the people behind the numbers do not exist, which title and text then say. */
  synthetic: boolean;
}

/** What a language needs to word findings. */
export interface Wording {
  language: Language;
  patterns: Readonly<Record<string, string>>;
  names: ReadonlyMap<string, string>;
}

type Value = Extract<Observation, { kind: "value" }>;
interface Compared {
  area: string;
  other: Value;
  said: Judgement;
}

export function valueText(value: number, data: IndicatorData, wording: Wording): string {
  const pattern = wording.patterns[`unit.${data.file.unit}`] ?? "{n}";
  return fill(pattern, { n: formatNumber(value, data.file.decimals, wording.language) });
}

export function finding(question: Question, wording: Wording): Finding {
  const { title, text } = told(question, wording);
  if (!question.synthetic) return { title, text };
  return { title: said(wording, "title.synthetic", { title }), text: `${text} ${said(wording, "synthetic")}` };
}

function told(question: Question, wording: Wording): Finding {
  const own = question.data.at(question.area, question.period);
  if (own.kind === "missing") return missing(question, own.status, wording);
  const compared = compare(question, own);
  const parts = [
    valueSentence(question, own, wording),
    ...remarks(question, own, wording),
    ...comparisons(question, own, compared, wording),
    ...trend(question, own, wording),
  ];
  return { title: titleOf(question, own, compared, wording), text: parts.join(" ") };
}

function said(wording: Wording, key: string, slots: Record<string, string> = {}): string {
  return fill(wording.patterns[key] ?? "", slots);
}

function name(wording: Wording, area: string): string {
  return wording.names.get(area) ?? area;
}

function listed(items: readonly string[], wording: Wording): string {
  if (items.length < 2) return items[0] ?? "";
  return said(wording, "list.and", { first: items.slice(0, -1).join(", "), last: items.at(-1) ?? "" });
}

function compare(question: Question, own: Value): Compared[] {
  return question.benchmarks.flatMap((area) => {
    const other = question.data.at(area, question.period);
    if (other.kind === "missing") return [];
    return [{ area, other, said: judged(own, other.value, question.polarity) }];
  });
}

function titleOf(question: Question, own: Value, compared: readonly Compared[], wording: Wording): string {
  const first = compared[0];
  const slots = {
    indicator: question.title,
    area: name(wording, question.area),
    value: valueText(own.value, question.data, wording),
  };
  if (!first || question.statistic === "count") return said(wording, "title.alone", slots);
  const other = { benchmark: name(wording, first.area), other: valueText(first.other.value, question.data, wording) };
  return said(wording, `title.${first.said}`, { ...slots, ...other });
}

function valueSentence(question: Question, own: Value, wording: Wording): string {
  const slots = {
    area: name(wording, question.area),
    period: question.period,
    value: valueText(own.value, question.data, wording),
  };
  if (own.lower === null || own.upper === null) return said(wording, "value", slots);
  const limit = (value: number) => formatNumber(value, question.data.file.decimals, wording.language);
  return said(wording, "value.interval", { ...slots, lower: limit(own.lower), upper: limit(own.upper) });
}

function remarks(question: Question, own: Value, wording: Wording): string[] {
  if (own.status === "merged") return [said(wording, "value.merged", { amt: name(wording, question.amt) })];
  return own.status === "pooled" || own.status === "weak" ? [said(wording, `value.${own.status}`)] : [];
}

function comparisons(question: Question, own: Value, compared: readonly Compared[], wording: Wording): string[] {
  if (question.statistic === "count") return share(own, compared, wording);
  const groups = new Map<Judgement, string[]>();
  for (const each of compared) {
    const slots = { name: name(wording, each.area), value: valueText(each.other.value, question.data, wording) };
    groups.set(each.said, [...(groups.get(each.said) ?? []), said(wording, "compare.item", slots)]);
  }
  return [...groups].map(([key, items]) => said(wording, `compare.${key}`, { list: listed(items, wording) }));
}

/** A number of people or things is told as a share of the larger area. */
function share(own: Value, compared: readonly Compared[], wording: Wording): string[] {
  const first = compared[0];
  if (!first || first.other.value <= 0) return [];
  const text = formatNumber((own.value / first.other.value) * 100, 1, wording.language);
  return [said(wording, "compare.share", { share: text, benchmark: name(wording, first.area) })];
}

function trend(question: Question, own: Value, wording: Wording): string[] {
  const breaks = question.data.file.breaks.filter((each) => each.period <= question.period);
  const last = breaks.at(-1);
  const since = last?.period ?? "";
  const known = question.data
    .series(question.area)
    .flatMap(({ period, observation }) => (observation.kind === "value" ? [{ period, observation }] : []));
  const parts: string[] = [];
  const first = known.find(({ period }) => period >= since && period < question.period);
  if (first) {
    const key = developed(own, first.observation);
    const slots = { period: first.period, value: valueText(first.observation.value, question.data, wording) };
    parts.push(said(wording, `trend.${key}`, slots));
  }
  if (last && known.some(({ period }) => period < since)) {
    parts.push(said(wording, "trend.break", { period: since, text: last.text[wording.language] ?? "" }));
  }
  return parts;
}

function missing(question: Question, status: string, wording: Wording): Finding {
  const area = name(wording, question.area);
  const reason = wording.patterns[`reason.${status}`] ?? "";
  const parts = [said(wording, "missing", { area, period: question.period, reason })];
  const near = nearest(question.data, question.area, question.period);
  if (near) {
    parts.push(
      said(wording, "missing.nearest", { period: near.period, value: valueText(near.value, question.data, wording) }),
    );
  } else {
    parts.push(...ofParent(question, wording));
  }
  return { title: said(wording, "title.missing", { indicator: question.title, area }), text: parts.join(" ") };
}

function ofParent(question: Question, wording: Wording): string[] {
  for (const parent of [question.amt, ...question.benchmarks].filter(Boolean)) {
    const period = question.data.latest(parent);
    const observation = period === null ? null : question.data.at(parent, period);
    if (period !== null && observation?.kind === "value") {
      const value = valueText(observation.value, question.data, wording);
      return [said(wording, "missing.parent", { area: name(wording, parent), value, period })];
    }
  }
  return [];
}

function nearest(data: IndicatorData, area: string, period: string): { period: string; value: number } | null {
  const wanted = yearOf(period);
  let best: { period: string; value: number } | null = null;
  for (const { period: each, observation } of data.series(area)) {
    if (observation.kind === "missing") continue;
    const distance = Math.abs(yearOf(each) - wanted);
    if (best === null || distance <= Math.abs(yearOf(best.period) - wanted))
      best = { period: each, value: observation.value };
  }
  return best;
}

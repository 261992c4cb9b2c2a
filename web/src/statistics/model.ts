/** What a view shows: rows of a level and series of areas. Pictures and tables are drawn from these alone. */
import { type Classes, classesOf, classOf } from "./classes.js";
import { valueText, type Wording } from "./finding.js";
import { type Judgement, judged, type Polarity } from "./judgement.js";
import { formatDay, formatNumber } from "./numbers.js";
import { type IndicatorData, type Observation, yearOf } from "./observation.js";

export interface LevelRow {
  area: string;
  name: string;
  observation: Observation;
  text: string;
  interval: string;
  judgement: Judgement;
  keyDate: string;
  /** The class of the value on the map; null without a value. */
  class: number | null;
  selected: boolean;
}

export interface LevelModel {
  rows: readonly LevelRow[];
  classes: Classes;
}

export interface SeriesPoint {
  period: string;
  year: number;
  observation: Observation;
  text: string;
  /** How many breaks lie before the point; lines join only points of one part. */
  part: number;
}

export interface Series {
  area: string;
  name: string;
  points: readonly SeriesPoint[];
}

export interface View {
  data: IndicatorData;
  wording: Wording;
  polarity: Polarity;
  statistic: string;
}

/** A number with its unit, or the sign of its absence. */
export function cellText(observation: Observation, view: View): string {
  if (observation.kind === "value") return valueText(observation.value, view.data, view.wording);
  return view.wording.patterns[`sign.${observation.status}`] ?? "–";
}

export function reasonText(observation: Observation, wording: Wording): string {
  if (observation.kind === "value") return "";
  const text = wording.patterns[`reason.${observation.status}`] ?? "";
  return text.charAt(0).toUpperCase() + text.slice(1);
}

export function levelClasses(view: View, areas: readonly string[]): Classes {
  return classesOf(view.data.allValues(areas), view.data.file.decimals, view.statistic === "change");
}

export function levelModel(
  view: View,
  areas: readonly string[],
  classes: Classes,
  state: { period: string; benchmark: string; selected: readonly string[] },
): LevelModel {
  const { data, wording } = view;
  const benchmark = data.at(state.benchmark, state.period);
  const against = benchmark.kind === "value" ? benchmark.value : null;
  const chosen = new Set(state.selected);
  const rows = areas.map((area): LevelRow => {
    const observation = data.at(area, state.period);
    return {
      area,
      name: wording.names.get(area) ?? area,
      observation,
      text: cellText(observation, view),
      interval: intervalText(observation, view),
      judgement: observation.kind === "value" ? judged(observation, against, view.polarity) : "not-judged",
      keyDate:
        observation.kind === "value" && observation.validOn ? formatDay(observation.validOn, wording.language) : "",
      class: observation.kind === "value" ? classOf(observation.value, classes) : null,
      selected: chosen.has(area),
    };
  });
  return { rows, classes };
}

function intervalText(observation: Observation, view: View): string {
  if (observation.kind === "missing" || observation.lower === null || observation.upper === null) return "";
  const limit = (value: number) => formatNumber(value, view.data.file.decimals, view.wording.language);
  return `${limit(observation.lower)}–${limit(observation.upper)}`;
}

export function seriesModel(view: View, areas: readonly string[]): Series[] {
  const breaks = view.data.file.breaks.map((each) => each.period);
  return areas.map((area) => ({
    area,
    name: view.wording.names.get(area) ?? area,
    points: view.data.series(area).map(({ period, observation }) => ({
      period,
      year: yearOf(period),
      observation,
      text: cellText(observation, view),
      part: breaks.filter((each) => each <= period).length,
    })),
  }));
}

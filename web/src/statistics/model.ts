/** What a view shows: rows of a level and series of areas. Pictures and tables are drawn from these alone. */
import { type Classes, classesOf, classOf } from "./classes.js";
import { valueText, type Wording } from "./finding.js";
import { type Judgement, judged, type Polarity } from "./judgement.js";
import { formatDay, formatNumber } from "./numbers.js";
import { type IndicatorData, type Observation, yearOf } from "./observation.js";

const COUNTED = new Set(["proportion", "rate"]);

/** An area in a period. Its words are made when they are read: of 11,000 areas a table shows 60, a map none. */
export class LevelRow {
  /** The class of the value on the map; null without a value. */
  readonly class: number | null;

  constructor(
    readonly area: string,
    readonly observation: Observation,
    readonly selected: boolean,
    private readonly view: View,
    classes: Classes,
    private readonly against: number | null,
  ) {
    this.class = observation.kind === "value" ? classOf(observation.value, classes) : null;
  }

  get name(): string {
    return this.view.wording.names.get(this.area) ?? this.area;
  }

  get text(): string {
    return cellText(this.observation, this.view);
  }

  get interval(): string {
    return intervalText(this.observation, this.view);
  }

  get judgement(): Judgement {
    const { observation } = this;
    return observation.kind === "value" ? judged(observation, this.against, this.view.polarity) : "not-judged";
  }

  /** The cases and the people they are among; nothing where the value is no share and no rate. */
  get counts(): readonly [string, string] | null {
    const { observation, view } = this;
    if (observation.kind === "missing" || !observation.counts || !COUNTED.has(view.statistic)) return null;
    const [cases, people] = observation.counts;
    const text = (count: number) => formatNumber(count, 0, view.wording.language);
    return [text(cases), text(people)];
  }

  get keyDate(): string {
    const { observation, view } = this;
    return observation.kind === "value" && observation.validOn
      ? formatDay(observation.validOn, view.wording.language)
      : "";
  }
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
  /** Whether it is one of the official values beside the indicator. */
  beside?: boolean;
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
  const benchmark = view.data.at(state.benchmark, state.period);
  const against = benchmark.kind === "value" ? benchmark.value : null;
  const chosen = new Set(state.selected);
  const rows = areas.map(
    (area) => new LevelRow(area, view.data.at(area, state.period), chosen.has(area), view, classes, against),
  );
  return { rows, classes };
}

function intervalText(observation: Observation, view: View): string {
  if (observation.kind === "missing" || observation.lower === null || observation.upper === null) return "";
  const limit = (value: number) => formatNumber(value, view.data.file.decimals, view.wording.language);
  return `${limit(observation.lower)}–${limit(observation.upper)}`;
}

/** The series of areas over the periods of the indicator, or over more of them. */
export function seriesModel(view: View, areas: readonly string[], periods = view.data.file.periods): Series[] {
  const breaks = view.data.file.breaks.map((each) => each.period);
  return areas.map((area) => ({
    area,
    name: view.wording.names.get(area) ?? area,
    points: periods.map((period) => {
      const observation = view.data.at(area, period);
      return {
        period,
        year: yearOf(period),
        observation,
        text: cellText(observation, view),
        part: breaks.filter((each) => each <= period).length,
      };
    }),
  }));
}

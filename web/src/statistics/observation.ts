/** Released numbers as the page's code sees them: a gap has a type, so it cannot be plotted as a zero. */

/** The file `ind/<id>.json` of a release: `values[i][j]` is area i in period j. */
export interface IndicatorFile {
  id: string;
  unit: string;
  decimals: number;
  areas: string[];
  periods: string[];
  values: (number | null)[][];
  status: number[][];
  lower: (number | null)[][] | null;
  upper: (number | null)[][] | null;
  numerator?: (number | null)[][] | null;
  denominator?: (number | null)[][] | null;
  provenance: { sources: string[]; bases: string[]; valid_on: string; made: string }[];
  origin: number[][];
  converted: [number, number][];
  breaks: { period: string; kind: string; text: Record<string, string> }[];
  /** Only where some of the people behind the numbers do not exist. */
  synthetic?: true;
}

export type Observation =
  | {
      kind: "value";
      value: number;
      lower: number | null;
      upper: number | null;
      status: string;
      converted: boolean;
      validOn: string;
      /** The cases and the people they are among, where the release has both. */
      counts?: readonly [number, number];
    }
  | { kind: "missing"; status: string };

/** The numbers of one indicator, asked by area and period. */
export class IndicatorData {
  private readonly rows: Map<string, number>;
  private readonly columns: Map<string, number>;
  private readonly converted: Set<number>;

  constructor(
    readonly file: IndicatorFile,
    private readonly statuses: readonly string[],
  ) {
    this.rows = new Map(file.areas.map((area, row) => [area, row]));
    this.columns = new Map(file.periods.map((period, column) => [period, column]));
    this.converted = new Set(file.converted.map(([row, column]) => row * file.periods.length + column));
  }

  has(area: string): boolean {
    return this.rows.has(area);
  }

  /** The number of an area in a period; what the file does not hold was not collected. */
  at(area: string, period: string): Observation {
    const row = this.rows.get(area);
    const column = this.columns.get(period);
    if (row === undefined || column === undefined) return { kind: "missing", status: "not-collected" };
    const status = this.statuses[this.file.status[row]?.[column] ?? -1] ?? "not-collected";
    const value = this.file.values[row]?.[column] ?? null;
    if (value === null) return { kind: "missing", status };
    const origin = this.file.origin[row]?.[column] ?? -1;
    const cases = this.file.numerator?.[row]?.[column] ?? null;
    const people = this.file.denominator?.[row]?.[column] ?? null;
    const found: Observation = {
      kind: "value",
      value,
      lower: this.file.lower?.[row]?.[column] ?? null,
      upper: this.file.upper?.[row]?.[column] ?? null,
      status,
      converted: this.converted.has(row * this.file.periods.length + column),
      validOn: this.file.provenance[origin]?.valid_on ?? "",
    };
    if (cases !== null && people !== null) found.counts = [cases, people];
    return found;
  }

  series(area: string): { period: string; observation: Observation }[] {
    return this.file.periods.map((period) => ({ period, observation: this.at(area, period) }));
  }

  /** The last period in which an area has a number. */
  latest(area: string): string | null {
    return this.series(area).findLast(({ observation }) => observation.kind === "value")?.period ?? null;
  }

  /** All numbers of some areas, over all periods. */
  allValues(areas: readonly string[]): number[] {
    return areas.flatMap((area) => {
      const row = this.rows.get(area);
      return row === undefined ? [] : (this.file.values[row] ?? []).filter((value): value is number => value !== null);
    });
  }
}

export function yearOf(period: string): number {
  return Number(period.slice(0, 4));
}

/** Random indicators for property tests: with gaps, intervals and breaks, as releases have them. */
import fc from "fast-check";
import type { IndicatorFile } from "../statistics/observation.js";
import { breakAt, CONFIDENTIAL, fileOf, NAMES, NORMAL, NOT_COLLECTED, NOT_YET } from "./county.js";

interface Cell {
  value: number | null;
  reason: number;
  below: number;
  above: number;
}

/** Released numbers have the decimals that their indicator declares. */
export function released(decimals: number, most = 100_000): fc.Arbitrary<number> {
  return fc.integer({ min: -most, max: most }).map((whole) => whole / 10 ** decimals);
}

const cell: fc.Arbitrary<Cell> = fc.record({
  value: fc.option(released(1, 5_000), { freq: 4 }),
  reason: fc.constantFrom(NOT_COLLECTED, CONFIDENTIAL, NOT_YET),
  below: fc.integer({ min: 0, max: 50 }),
  above: fc.integer({ min: 0, max: 50 }),
});

interface Size {
  areas?: number;
  periods?: number;
}

/** An indicator with at least this many areas and periods. */
export function indicator({ areas = 1, periods = 1 }: Size = {}): fc.Arbitrary<IndicatorFile> {
  return fc
    .tuple(fc.integer({ min: areas, max: 5 }), fc.integer({ min: periods, max: 12 }), fc.boolean())
    .chain(([rows, columns, intervals]) =>
      fc
        .record({
          cells: fc.array(fc.array(cell, { minLength: columns, maxLength: columns }), {
            minLength: rows,
            maxLength: rows,
          }),
          breaks: fc.subarray(Array.from({ length: columns }, (_, place) => String(2010 + place)).slice(1)),
        })
        .map(({ cells, breaks }) => asFile(cells, breaks, intervals)),
    );
}

function asFile(cells: readonly (readonly Cell[])[], breaks: readonly string[], intervals: boolean): IndicatorFile {
  const areas = [...NAMES.keys()].slice(0, cells.length);
  const periods = (cells[0] ?? []).map((_, place) => String(2010 + place));
  const limits = (limit: (value: number, cell: Cell) => number) =>
    cells.map((row) => row.map((each) => (each.value === null ? null : limit(each.value, each))));
  const rows = areas.map((area, row) => [area, (cells[row] ?? []).map((each) => each.value)] as const);
  return fileOf(periods, Object.fromEntries(rows), {
    areas,
    values: rows.map(([, values]) => values),
    status: cells.map((row) => row.map((each) => (each.value === null ? each.reason : NORMAL))),
    lower: intervals ? limits((value, each) => value - each.below / 10) : null,
    upper: intervals ? limits((value, each) => value + each.above / 10) : null,
    breaks: breaks.map(breakAt),
  });
}

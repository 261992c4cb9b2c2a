/** A gap has a type: what the file has no number for is missing, with the reason. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { indicator } from "../testing/arbitraries.js";
import { ASTADT, BEDORF, CONFIDENTIAL, COUNTY, dataOf, fileOf, NORMAL, STATUSES, WEAK } from "../testing/county.js";
import { yearOf } from "./observation.js";

const PERIODS = ["2021", "2022", "2023"];

test("a zero is a value", () => {
  const data = dataOf(fileOf(PERIODS, { [ASTADT]: [0, 1, 2] }));

  const observation = data.at(ASTADT, "2021");

  expect(observation).toMatchObject({ kind: "value", value: 0, status: "normal" });
});

test("what has no number is missing, with the reason", () => {
  const file = fileOf(PERIODS, { [ASTADT]: [null, 1, 2] }, { status: [[CONFIDENTIAL, NORMAL, NORMAL]] });

  const observation = dataOf(file).at(ASTADT, "2021");

  expect(observation).toEqual({ kind: "missing", status: "confidential" });
});

test("an area or a period that the file does not have was not collected", () => {
  const data = dataOf(fileOf(PERIODS, { [ASTADT]: [1, 2, 3] }));

  const observations = [data.at(BEDORF, "2021"), data.at(ASTADT, "1999")];

  expect(observations).toEqual([
    { kind: "missing", status: "not-collected" },
    { kind: "missing", status: "not-collected" },
  ]);
});

test("a value brings its interval, its status, its key date and whether it was converted", () => {
  const file = fileOf(
    PERIODS,
    { [ASTADT]: [1, 2, 3], [BEDORF]: [4, 5, 6] },
    {
      status: [
        [NORMAL, NORMAL, NORMAL],
        [NORMAL, NORMAL, WEAK],
      ],
      lower: [
        [0, 1, 2],
        [3, 4, 5],
      ],
      upper: [
        [2, 3, 4],
        [5, 6, 7],
      ],
      converted: [[1, 2]],
    },
  );

  const observation = dataOf(file).at(BEDORF, "2023");

  const expected = { value: 6, lower: 5, upper: 7, status: "weak", converted: true, validOn: "2023-12-31" };
  expect(observation).toEqual({ kind: "value", ...expected });
  expect(dataOf(file).at(ASTADT, "2023")).toMatchObject({ status: "normal", converted: false });
});

test("an indicator without intervals has values without limits", () => {
  const data = dataOf(fileOf(PERIODS, { [ASTADT]: [1, 2, 3] }));

  expect(data.at(ASTADT, "2021")).toMatchObject({ lower: null, upper: null });
});

test("the latest period is the last with a number", () => {
  const data = dataOf(fileOf(PERIODS, { [ASTADT]: [1, 2, null], [COUNTY]: [null, null, null] }));

  const latest = [ASTADT, COUNTY, BEDORF].map((area) => data.latest(area));

  expect(latest).toEqual(["2022", null, null]);
});

test("the year of a period are its first four digits", () => {
  expect([yearOf("2021"), yearOf("2021-06-30")]).toEqual([2021, 2021]);
});

test("an observation is a value exactly where the file has a number, and a series has every period once", () => {
  fc.assert(
    fc.property(indicator(), (file) => {
      const data = dataOf(file);

      file.areas.forEach((area, row) => {
        const series = data.series(area);
        const seen = series.map(({ observation }) => (observation.kind === "value" ? observation.value : null));
        const reasons = series.flatMap(({ observation }) =>
          observation.kind === "missing" ? [observation.status] : [],
        );
        const numberless = (file.status[row] ?? []).filter((_, column) => file.values[row]?.[column] === null);

        expect(series.map(({ period }) => period)).toEqual(file.periods);
        expect(seen).toEqual(file.values[row]);
        expect(reasons).toEqual(numberless.map((code) => STATUSES[code]));
      });
    }),
  );
});

test("all values of some areas are their numbers, without the gaps and without other areas", () => {
  const file = fileOf(PERIODS, { [ASTADT]: [1, null, 0], [BEDORF]: [4, 5, 6] });

  expect(dataOf(file).allValues([ASTADT, COUNTY])).toEqual([1, 0]);
});

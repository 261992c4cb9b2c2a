/** Better or worse only where an interval excludes the benchmark, higher or lower than before only where both do. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { developed, difference, type Estimate, type Judgement, judged, MARKS, type Polarity } from "./judgement.js";

const POLARITIES: readonly Polarity[] = ["higher_is_better", "lower_is_better", "neutral"];
/** What may be said of an interval that lies above, below or around the benchmark. */
const TABLE: Readonly<Record<Polarity, Readonly<Record<"above" | "below" | "around", Judgement>>>> = {
  higher_is_better: { above: "better", below: "worse", around: "no-difference" },
  lower_is_better: { above: "worse", below: "better", around: "no-difference" },
  neutral: { above: "higher", below: "lower", around: "no-difference" },
};

test("an interval above, below or around the benchmark is judged by the polarity", () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...POLARITIES),
      fc.integer({ min: -9, max: 9 }),
      fc.nat({ max: 9 }),
      fc.integer({ min: -9, max: 9 }),
      (polarity, lower, width, benchmark) => {
        const numbers = Array.from({ length: width + 1 }, (_, place) => lower + place);
        const place = numbers.includes(benchmark)
          ? "around"
          : numbers.every((each) => each > benchmark)
            ? "above"
            : "below";

        const said = judged({ lower, upper: lower + width }, benchmark, polarity);

        expect(said).toBe(TABLE[polarity][place]);
      },
    ),
  );
});

test("a benchmark on the edge of the interval is no difference", () => {
  const limits = { lower: 2, upper: 4 };

  const said = [2, 4].map((benchmark) => judged(limits, benchmark, "higher_is_better"));

  expect(said).toEqual(["no-difference", "no-difference"]);
});

test.each([
  { lower: null, upper: 4, benchmark: 1 },
  { lower: 2, upper: null, benchmark: 1 },
  { lower: 2, upper: 4, benchmark: null },
])("without interval or benchmark nothing is judged: $lower, $upper, $benchmark", ({ lower, upper, benchmark }) => {
  const said = POLARITIES.map((polarity) => judged({ lower, upper }, benchmark, polarity));

  expect(said).toEqual(["not-judged", "not-judged", "not-judged"]);
});

test("zero is a limit and a benchmark like any other", () => {
  expect(judged({ lower: 0, upper: 0 }, 1, "neutral")).toBe("lower");
  expect(judged({ lower: 1, upper: 2 }, 0, "neutral")).toBe("higher");
});

test.each<[now: Estimate, earlier: Estimate, said: Judgement]>([
  [estimate(5, 4, 6), estimate(3.5, 2.5, 4.5), "higher"],
  [estimate(5, 4, 6), estimate(6.5, 5.5, 7.5), "lower"],
  [estimate(5, 4, 6), estimate(3.7, 2.7, 4.7), "no-difference"],
  [estimate(5, 2, 6), estimate(2.5, 2.4, 2.6), "no-difference"],
  [estimate(5, 4, 8), estimate(2.5, 2.4, 2.6), "higher"],
  [estimate(5, 5, 5), estimate(5, 5, 5), "no-difference"],
])("of two years both intervals count: %j beside %j is %s", (now, earlier, said) => {
  expect(developed(now, earlier)).toBe(said);
});

test.each(["lower", "upper"])("where one of two years has no %s limit, nothing is judged", (limit) => {
  const [known, bare] = [estimate(5, 4, 6), { ...estimate(1, 0, 2), [limit]: null }];

  expect([developed(known, bare), developed(bare, known)]).toEqual(["not-judged", "not-judged"]);
});

/** Newcombe 1998, table II, method 10, contrast (a): 56 of 70 beside 48 of 80, with Wilson's limits of both. */
test("the interval of a difference is the one that Newcombe prints", () => {
  const [lower, upper] = difference(estimate(56 / 70, 0.6918, 0.8769), estimate(48 / 80, 0.4904, 0.7004)) ?? [];

  expect(lower).toBeCloseTo(0.0524, 3);
  expect(upper).toBeCloseTo(0.3339, 3);
});

function estimate(value: number, lower: number, upper: number): Estimate {
  return { value, lower, upper };
}

test("every judgement has its own sign", () => {
  const signs = Object.values(MARKS);

  expect(new Set(signs).size).toBe(signs.length);
});

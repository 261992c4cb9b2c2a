/** Better or worse only where an interval excludes the benchmark; checked against a table of all cases. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { type Judgement, judged, MARKS, type Polarity } from "./judgement.js";

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

test("every judgement has its own sign", () => {
  const signs = Object.values(MARKS);

  expect(new Set(signs).size).toBe(signs.length);
});

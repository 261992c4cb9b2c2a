/** Five classes: monotone, complete, and the same on both sides of zero. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { released } from "../testing/arbitraries.js";
import { classesOf, classOf } from "./classes.js";

const DECIMALS = 1;
const someValues = fc.array(released(DECIMALS, 2_000), { minLength: 1, maxLength: 60 });

test("ten different values fill five classes with two each", () => {
  const values = [3, 1, 2, 10, 4, 9, 5, 8, 6, 7];

  const classes = classesOf(values, 1, false);

  const found = values.toSorted((a, b) => a - b).map((value) => classOf(value, classes));
  expect(found).toEqual([0, 0, 1, 1, 2, 2, 3, 3, 4, 4]);
});

test("a value on a limit stands in the class above it", () => {
  const classes = { limits: [10, 20, 30, 40], diverging: false };

  const found = [9.9, 10, 19.9, 40].map((value) => classOf(value, classes));

  expect(found).toEqual([0, 1, 1, 4]);
});

test("few distinct values make fewer classes, from the lightest to the darkest", () => {
  const classes = classesOf([1, 1, 1, 1, 1, 1, 2, 2, 2, 2], 0, false);

  const found = [1, 2].map((value) => classOf(value, classes));

  expect(found).toEqual([0, 4]);
});

test("one value in all areas has the middle class", () => {
  const classes = classesOf([7, 7, 7], 0, false);

  const found = classOf(7, classes);

  expect(classes.limits).toEqual([]);
  expect(found).toBe(2);
});

test("without a value there are no limits", () => {
  expect(classesOf([], 1, true)).toEqual({ limits: [], diverging: false });
});

test("changes in both directions diverge, with zero in the middle class", () => {
  const classes = classesOf([-40, -20, -10, -1, 1, 10, 20, 40], 1, true);

  const found = [-40, 0, 40].map((value) => classOf(value, classes));

  expect(classes.diverging).toBe(true);
  expect(found).toEqual([0, 2, 4]);
});

test("changes in one direction do not diverge", () => {
  const classes = classesOf([1, 2, 3, 4, 5, 6, 7, 8, 9, 10], 0, true);

  expect(classes.diverging).toBe(false);
  expect(classes.limits).toHaveLength(4);
});

test("a larger value never stands in a lower class", () => {
  fc.assert(
    fc.property(someValues, fc.boolean(), released(2), released(2), (values, diverging, one, other) => {
      const classes = classesOf(values, DECIMALS, diverging);

      const [lower, higher] = [classOf(Math.min(one, other), classes), classOf(Math.max(one, other), classes)];

      expect(lower).toBeLessThanOrEqual(higher);
    }),
  );
});

test("every value has one of five classes; the lowest and the highest have the outermost", () => {
  fc.assert(
    fc.property(someValues, (values) => {
      const classes = classesOf(values, DECIMALS, false);

      const found = values.map((value) => classOf(value, classes));

      expect(found.every((each) => [0, 1, 2, 3, 4].includes(each))).toBe(true);
      if (new Set(values).size === 1) return;
      expect(classes.limits.length).toBeGreaterThan(0);
      expect([Math.min(...found), Math.max(...found)]).toEqual([0, 4]);
    }),
  );
});

test("limits ascend, are distinct, and have the decimals of the values", () => {
  fc.assert(
    fc.property(someValues, fc.boolean(), (values, diverging) => {
      const { limits } = classesOf(values, DECIMALS, diverging);

      expect(limits).toEqual([...new Set(limits)].sort((a, b) => a - b));
      expect(limits.map((limit) => Number(limit.toFixed(DECIMALS)) + 0)).toEqual(limits.map((limit) => limit + 0));
    }),
  );
});

test("limits on both sides of zero lie at the same distance", () => {
  fc.assert(
    fc.property(someValues, (values) => {
      const { limits, diverging } = classesOf(values, DECIMALS, true);
      fc.pre(diverging);

      const mirrored = limits.map((limit) => 0 - limit).reverse();

      expect(mirrored.map((limit) => limit + 0)).toEqual(limits.map((limit) => limit + 0));
    }),
  );
});

test("the order of the areas does not matter", () => {
  fc.assert(
    fc.property(someValues, fc.boolean(), (values, diverging) => {
      expect(classesOf(values.toReversed(), DECIMALS, diverging)).toEqual(classesOf(values, DECIMALS, diverging));
    }),
  );
});

/**
 * A value between all areas of its level: the benchmark in the middle, better to the right.
 * @vitest-environment happy-dom
 */
import fc from "fast-check";
import { beforeEach, expect, test } from "vitest";
import { MARKS } from "../../statistics/judgement.js";
import "./gs-spine.js";
import { type Spine, spinePlace } from "./gs-spine.js";

const SPINE: Spine = {
  lowest: 2,
  quarter: 4,
  "three-quarters": 8,
  highest: 20,
  benchmark: 10,
  own: 15,
  lower: 14,
  upper: 16,
  polarity: "higher_is_better",
  judgement: "better",
};
const number = fc.integer({ min: -500, max: 500 });
const spine = fc
  .tuple(number, number, number, fc.constantFrom("higher_is_better", "lower_is_better", "neutral"))
  .map(([one, other, benchmark, polarity]) => {
    const [lowest, highest] = [Math.min(one, other), Math.max(one, other)];
    return { ...SPINE, lowest, highest, benchmark, polarity };
  });

beforeEach(() => {
  document.body.replaceChildren();
});

function drawn(changes: Partial<Spine> = {}): Element {
  const element = document.createElement("gs-spine");
  element.dataset.spine = JSON.stringify({ ...SPINE, ...changes });
  document.body.append(element);
  return element;
}

function at(element: Element, selector: string, name: string): number {
  return Number(element.querySelector(selector)?.getAttribute(name));
}

test("the benchmark stands at 0, the farther end of the level at the edge", () => {
  const places = [10, 20, 2, 15].map((value) => spinePlace(SPINE, value));

  expect(places).toEqual([0, 1, -0.8, 0.5]);
});

test("where lower is better, low values stand to the right", () => {
  const places = [20, 2].map((value) => spinePlace({ ...SPINE, polarity: "lower_is_better" }, value));

  expect(places).toEqual([-1, 0.8]);
});

test("a place lies between -1 and 1, and follows the value, or runs against it", () => {
  fc.assert(
    fc.property(spine, number, number, (some, one, other) => {
      const [lower, higher] = [Math.min(one, other), Math.max(one, other)];

      const places = [lower, higher].map((value) => spinePlace(some, value));

      const ascending = some.polarity === "lower_is_better" ? places.toReversed() : places;
      expect(ascending).toEqual(ascending.toSorted((a, b) => a - b));
      expect(Math.max(...places.map(Math.abs))).toBeLessThanOrEqual(1);
    }),
  );
});

test("a level whose areas are all like the benchmark stands in the middle", () => {
  const same = { ...SPINE, lowest: 10, highest: 10 };

  expect(spinePlace(same, 10)).toBe(0);
});

test("bars, benchmark, interval and mark stand where their numbers lie", () => {
  const element = drawn();

  const all = [at(element, ".gs-spine__all", "x"), at(element, ".gs-spine__all", "width")];
  const middle = [at(element, ".gs-spine__middle", "x"), at(element, ".gs-spine__middle", "width")];
  const limits = [at(element, ".gs-spine__limits", "x1"), at(element, ".gs-spine__limits", "x2")];

  // 100 is the middle, 192 the place of 20: 9.2 for each unit.
  expect(all.map((each) => each.toFixed(1))).toEqual(["26.4", "165.6"]);
  expect(middle.map((each) => each.toFixed(1))).toEqual(["44.8", "36.8"]);
  expect(limits.map((each) => each.toFixed(1))).toEqual(["136.8", "155.2"]);
  expect(at(element, ".gs-spine__benchmark", "x1")).toBe(100);
  expect(element.querySelector("[data-value]")?.getAttribute("d")).toContain("M146,");
});

test("the mark holds the area's own value, once", () => {
  const marks = drawn().querySelectorAll("[data-value]");

  expect([...marks].map((mark) => mark.getAttribute("data-value"))).toEqual(["15"]);
});

test("without an interval no limits are drawn", () => {
  const element = drawn({ lower: null, upper: null });

  expect(element.querySelector(".gs-spine__limits")).toBeNull();
  expect(element.querySelector("[data-value]")).not.toBeNull();
});

test("each judgement has its own shape, not only its own colour", () => {
  const shapes = Object.keys(MARKS).map((judgement) =>
    drawn({ judgement }).querySelector("[data-value]")?.getAttribute("d"),
  );

  expect(new Set(shapes).size).toBe(Object.keys(MARKS).length);
});

test("without a value nothing is drawn", () => {
  const element = document.createElement("gs-spine");

  document.body.append(element);

  expect(element.children).toHaveLength(0);
});

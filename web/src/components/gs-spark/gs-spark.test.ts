/**
 * A series without axes: one point a value, and no line across a break.
 * @vitest-environment happy-dom
 */
import fc from "fast-check";
import { beforeEach, expect, test } from "vitest";
import "./gs-spark.js";

type Point = [year: number, value: number, part: number];

beforeEach(() => {
  document.body.replaceChildren();
});

function sparkOf(points: readonly Point[]): Element {
  const spark = document.createElement("gs-spark");
  spark.dataset.points = JSON.stringify(points);
  spark.dataset.label = "Share";
  document.body.append(spark);
  return spark;
}

function pathOf(spark: Element): string {
  return spark.querySelector("path")?.getAttribute("d") ?? "";
}

test("values of one part are joined, those of two are not", () => {
  const spark = sparkOf([
    [2019, 4, 0],
    [2020, 5, 0],
    [2021, 9, 1],
    [2022, 8, 1],
  ]);

  expect(pathOf(spark).replace(/[^ML]/g, "")).toBe("MLML");
});

test("every value has its point, and a line begins with every part", () => {
  const series = fc.array(fc.tuple(fc.integer({ min: -99, max: 99 }), fc.boolean()), { minLength: 2, maxLength: 20 });
  fc.assert(
    fc.property(series, (values) => {
      let part = 0;
      const points = values.map(([value, breaks], place): Point => {
        part += Number(breaks);
        return [2000 + place, value, part];
      });

      const steps = pathOf(sparkOf(points)).replace(/[^ML]/g, "");

      expect(steps).toBe(values.map(([, breaks], place) => (breaks || place === 0 ? "M" : "L")).join(""));
    }),
  );
});

test("a larger value stands higher, and the dot lies on the last one", () => {
  const spark = sparkOf([
    [2021, 1, 0],
    [2022, 9, 0],
    [2023, 5, 0],
  ]);

  const heights = [...pathOf(spark).matchAll(/,([\d.]+)/g)].map((found) => Number(found[1]));
  const dot = spark.querySelector("circle");

  const [low = 0, high = 0, last = 0] = heights;
  expect(high).toBeLessThan(last);
  expect(last).toBeLessThan(low);
  expect(Number(dot?.getAttribute("cy"))).toBeCloseTo(last, 1);
});

test("equal values make a level line", () => {
  const spark = sparkOf([
    [2022, 0, 0],
    [2023, 0, 0],
  ]);

  expect(pathOf(spark)).not.toContain("NaN");
  expect(new Set([...pathOf(spark).matchAll(/,([\d.]+)/g)].map((found) => found[1])).size).toBe(1);
});

test("the picture is named with its years", () => {
  const spark = sparkOf([
    [2015, 1, 0],
    [2023, 2, 0],
  ]);

  expect(spark.querySelector("svg")?.getAttribute("aria-label")).toBe("Share, 2015–2023");
});

test("a single value is no series", () => {
  expect(sparkOf([[2023, 1, 0]]).querySelector("svg")).toBeNull();
});

test("an element that moves on the page is drawn once", () => {
  const spark = sparkOf([
    [2022, 1, 0],
    [2023, 2, 0],
  ]);

  document.body.append(spark);

  expect(spark.querySelectorAll("svg")).toHaveLength(1);
});

/** Scales with round ticks that cover their numbers, and labels that do not overlap. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { released } from "../testing/arbitraries.js";
import { formatNumber } from "./numbers.js";
import { scaleOf, spreadOut, tickDecimals } from "./scale.js";

const RANGE = [300, 20] as const;
const domain = fc
  .tuple(released(2, 10_000_000), fc.integer({ min: 0, max: 10_000_000 }))
  .map(([low, width]) => [low, low + width / 100] as const);

test("the ticks from 0 to 23 are round", () => {
  const scale = scaleOf([0, 23], RANGE);

  expect(scale.ticks).toEqual([0, 5, 10, 15, 20, 25]);
  expect(scale.domain).toEqual([0, 25]);
});

test("the first tick stands at the beginning of the range, the last at its end", () => {
  const scale = scaleOf([0, 23], RANGE);

  expect([scale(0), scale(12.5), scale(25)]).toEqual([300, 160, 20]);
});

test("a single number has room on both sides", () => {
  const scale = scaleOf([7, 7], RANGE);

  expect(scale.domain[0]).toBeLessThan(7);
  expect(scale.domain[1]).toBeGreaterThan(7);
});

test("the ticks cover all numbers, few and evenly, with steps of 1, 2 or 5", () => {
  fc.assert(
    fc.property(domain, ([low, high]) => {
      const { ticks } = scaleOf([low, high], RANGE);

      const step = (ticks[1] ?? 0) - (ticks[0] ?? 0);
      const slack = step * 1e-6;
      expect(ticks[0]).toBeLessThanOrEqual(low + slack);
      expect(ticks.at(-1)).toBeGreaterThanOrEqual(high - slack);
      expect(ticks.length).toBeLessThanOrEqual(7);
      ticks.slice(1).forEach((tick, place) => {
        expect(Math.abs(tick - (ticks[place] ?? 0) - step)).toBeLessThanOrEqual(slack);
      });
      expect(step.toExponential(2)).toMatch(/^[125]\.00e/);
    }),
  );
});

test("a larger number stands nearer to the end of the range", () => {
  fc.assert(
    fc.property(domain, fc.double({ min: 0, max: 1, noNaN: true }), ([low, high], share) => {
      fc.pre(high > low);
      const scale = scaleOf([low, high], [0, 100]);

      const places = [low, low + (high - low) * share, high].map(scale);

      expect(places).toEqual(places.toSorted((a, b) => a - b));
      expect(places[0]).toBeGreaterThanOrEqual(-1e-3);
      expect(places[2]).toBeLessThanOrEqual(100 + 1e-3);
    }),
  );
});

test("no two ticks have the same text", () => {
  fc.assert(
    fc.property(domain, ([low, high]) => {
      const { ticks } = scaleOf([low, high], RANGE);

      const texts = ticks.map((tick) => formatNumber(tick, tickDecimals(ticks), "de"));

      expect(new Set(texts).size).toBe(ticks.length);
    }),
  );
});

test("ticks have no more decimals than they need", () => {
  expect(tickDecimals([0, 5, 10])).toBe(0);
  expect(tickDecimals([0, 0.5, 1])).toBe(1);
  expect(tickDecimals([0.1, 0.12, 0.14])).toBe(2);
  expect(tickDecimals([3])).toBe(0);
});

const [GAP, LOW, HIGH] = [17, 14, 306];
const places = fc.array(fc.double({ min: LOW, max: HIGH, noNaN: true }), { maxLength: 17 });

test("labels keep their order and the room they need, and stay inside", () => {
  fc.assert(
    fc.property(places, (wanted) => {
      const found = spreadOut(wanted, GAP, LOW, HIGH);

      const order = wanted.map((_, place) => place).sort((a, b) => (wanted[a] ?? 0) - (wanted[b] ?? 0) || a - b);
      const sorted = order.map((place) => found[place] ?? 0);
      for (const [at, place] of sorted.entries()) {
        expect(place).toBeGreaterThanOrEqual(LOW - 1e-6);
        expect(place).toBeLessThanOrEqual(HIGH + 1e-6);
        if (at > 0) expect(place - (sorted[at - 1] ?? 0)).toBeGreaterThanOrEqual(GAP - 1e-6);
      }
    }),
  );
});

test("labels that do not overlap stay where they are", () => {
  expect(spreadOut([200, 20, 100], GAP, LOW, HIGH)).toEqual([200, 20, 100]);
});

test("two labels at one place move apart by the same distance", () => {
  expect(spreadOut([100, 100], 20, 0, 300)).toEqual([90, 110]);
});

test("labels that cannot all have their room share it evenly", () => {
  expect(spreadOut([5, 5, 5], 20, 0, 20)).toEqual([0, 10, 20]);
});

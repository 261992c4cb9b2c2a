/** Numbers and dates in German and English, and the slots of patterns. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { released } from "../testing/arbitraries.js";
import { fill, formatDay, formatNumber } from "./numbers.js";

test.each([
  [1234.5, 1, "1.234,5", "1,234.5"],
  [1234567, 0, "1.234.567", "1,234,567"],
  [999, 0, "999", "999"],
  [0.5, 2, "0,50", "0.50"],
  [-1234.56, 2, "−1.234,56", "−1,234.56"],
  [-0.04, 1, "0,0", "0.0"],
  [-0, 1, "0,0", "0.0"],
  [1e9, 0, "1.000.000.000", "1,000,000,000"],
])("%d with %d decimals is %s in German and %s in English", (value, decimals, german, english) => {
  expect(formatNumber(value, decimals, "de")).toBe(german);
  expect(formatNumber(value, decimals, "en")).toBe(english);
});

test.each([
  [0.5, 0, "0"],
  [1.5, 0, "2"],
  [2.5, 0, "2"],
  [6.25, 1, "6.2"],
  [6.75, 1, "6.8"],
  [-6.25, 1, "−6.2"],
  [0.125, 2, "0.12"],
  [1.015, 2, "1.01"],
  [2.675, 2, "2.67"],
])(
  "%d lies in the middle or nearly so, and is rounded as on the server: to %d decimals it is %s",
  (value, decimals, text) => {
    expect(formatNumber(value, decimals, "en")).toBe(text);
  },
);

test("a released number can be read back from its text", () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 3 }), fc.integer({ min: -1e9, max: 1e9 }), (decimals, whole) => {
      const value = whole / 10 ** decimals;

      const text = formatNumber(value, decimals, "de");

      expect(Number(text.replaceAll(".", "").replace(",", ".").replace("−", "-"))).toBe(value);
    }),
  );
});

test("digits stand in groups of three, whichever language", () => {
  fc.assert(
    fc.property(released(2, 1e12), (value) => {
      expect(formatNumber(value, 2, "de")).toMatch(/^−?\d{1,3}(\.\d{3})*,\d\d$/);
      expect(formatNumber(value, 2, "en")).toMatch(/^−?\d{1,3}(,\d{3})*\.\d\d$/);
    }),
  );
});

test("a date is written as people of the language write it", () => {
  expect(formatDay("2024-02-01", "de")).toBe("01.02.2024");
  expect(formatDay("2024-02-01", "en")).toBe("1 February 2024");
  expect(formatDay("2024-12-31", "en")).toBe("31 December 2024");
});

test("slots are filled wherever they stand, with the text as it is", () => {
  const text = fill("{a} and {b}, {a}", { a: "$&", b: "{a}" });

  expect(text).toBe("$& and {a}, $&");
});

test("a slot that nobody fills stays to be seen", () => {
  expect(fill("{a} of {b}", { a: "1" })).toBe("1 of {b}");
});

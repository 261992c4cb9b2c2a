/**
 * Tables sorted by a column: numbers by size, names by the alphabet, cells without a value last.
 * @vitest-environment happy-dom
 */
import fc from "fast-check";
import { beforeEach, expect, test } from "vitest";
import "./gs-heat.js";
import { sorted } from "./gs-heat.js";

type Line = readonly [name: string, share: number | null, people: number | null];

const LINES: readonly Line[] = [
  ["Zdorf", 4.5, 900],
  ["Ädorf", null, 10_000],
  ["Bedorf", 30, 300],
  ["Astadt", -2, null],
];

beforeEach(() => {
  document.body.replaceChildren();
});

function cell(value: number | null): string {
  return `<td>${value === null ? "<abbr title='no value in the sources'>n/a</abbr>" : `<data value="${value}">${value}</data>`}</td>`;
}

function tableOf(lines: readonly Line[]): HTMLElement {
  const heat = document.createElement("gs-heat");
  const rows = lines.map(([name, share, people]) => `<tr><th>${name}</th>${cell(share)}${cell(people)}</tr>`);
  heat.innerHTML = `<table><thead><tr><th>Name</th><th>Share</th><th>People</th></tr></thead><tbody>${rows.join("")}</tbody></table>`;
  document.body.append(heat);
  return heat;
}

function names(heat: HTMLElement): (string | null | undefined)[] {
  return [...heat.querySelectorAll("tbody th")].map((head) => head.textContent);
}

function press(heat: HTMLElement, column: number): void {
  heat.querySelectorAll<HTMLButtonElement>("thead button")[column]?.click();
}

function orders(heat: HTMLElement): (string | null)[] {
  return [...heat.querySelectorAll("thead th")].map((head) => head.getAttribute("aria-sort"));
}

test("the first press puts the largest number first, the second the smallest", () => {
  const heat = tableOf(LINES);

  press(heat, 1);
  const [first, firstOrders] = [names(heat), orders(heat)];
  press(heat, 1);

  expect(first).toEqual(["Bedorf", "Zdorf", "Astadt", "Ädorf"]);
  expect(firstOrders).toEqual([null, "descending", null]);
  expect(names(heat)).toEqual(["Astadt", "Zdorf", "Bedorf", "Ädorf"]);
  expect(orders(heat)).toEqual([null, "ascending", null]);
});

test("the first press on names begins with A, and says that they ascend", () => {
  const heat = tableOf(LINES);

  press(heat, 0);
  const [first, firstOrders] = [names(heat), orders(heat)];
  press(heat, 0);

  expect(first).toEqual(["Ädorf", "Astadt", "Bedorf", "Zdorf"]);
  expect(firstOrders).toEqual(["ascending", null, null]);
  expect(names(heat)).toEqual(["Zdorf", "Bedorf", "Astadt", "Ädorf"]);
  expect(orders(heat)).toEqual(["descending", null, null]);
});

test("a column of periods is sorted as well", () => {
  const compare = document.createElement("gs-compare");
  const rows = ["2021", "2023", "2019"].map((period) => `<tr><th>${period}</th><td>${period}</td></tr>`);
  compare.innerHTML = `<table><thead><tr><th>Indicator</th><th>Period</th></tr></thead><tbody>${rows.join("")}</tbody></table>`;
  document.body.append(compare);

  press(compare, 1);

  expect(names(compare)).toEqual(["2019", "2021", "2023"]);
});

test("only the column that sorts shows an arrow", () => {
  const heat = tableOf(LINES);

  press(heat, 1);
  press(heat, 2);

  expect(orders(heat)).toEqual([null, null, "descending"]);
  expect([...heat.querySelectorAll("thead button")].map((button) => button.textContent)).toEqual(["↕", "↕", "↓"]);
});

test("a button is named after its column", () => {
  const labels = [...tableOf(LINES).querySelectorAll("thead button")].map((button) =>
    button.getAttribute("aria-label"),
  );

  expect(labels).toEqual(["Name ↕", "Share ↕", "People ↕"]);
});

test("sorting keeps every row, orders the numbers and leaves those without one at the end", () => {
  const values = fc.array(fc.option(fc.integer({ min: -99, max: 99 })), { minLength: 1, maxLength: 12 });
  fc.assert(
    fc.property(values, fc.constantFrom("ascending" as const, "descending" as const), (some, order) => {
      const heat = tableOf(some.map((value, place) => [`Area ${place}`, value, null]));
      const rows = [...heat.querySelectorAll<HTMLTableRowElement>("tbody tr")];

      const found = sorted(rows, 1, order);

      const numbers = found.map((row) => row.cells[1]?.querySelector("data")?.value ?? null);
      const known = some.flatMap((value) => value ?? []).sort((a, b) => (order === "ascending" ? a - b : b - a));
      const gaps = some.filter((value) => value === null);
      expect(new Set(found)).toEqual(new Set(rows));
      expect(numbers).toEqual([...known.map(String), ...gaps]);
      heat.remove();
    }),
    { numRuns: 60 },
  );
});

test("an element that moves on the page gets no second buttons", () => {
  const heat = tableOf(LINES);

  document.body.append(heat);

  expect(heat.querySelectorAll("thead button")).toHaveLength(3);
});

/**
 * The map: every area has the colour of the class of its value, and a tap on it chooses it.
 * @vitest-environment happy-dom
 */
import fc from "fast-check";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { levelClasses, levelModel, type View } from "../../statistics/model.js";
import { released } from "../../testing/arbitraries.js";
import { ASTADT, BEDORF, COUNTY, EILAND, fileOf, viewOf } from "../../testing/county.js";
import { TOPOLOGY } from "../../testing/map.js";
import "./gs-map.js";
import type { GsMap } from "./gs-map.js";
import { layoutOf } from "./layout.js";
import { boxAround } from "./projection.js";

const AREAS = [ASTADT, BEDORF, EILAND];
const WIDTH = 300;
const TEXTS = {
  legend_up_to: "up to {to}",
  legend_range: "{from} to {to}",
  legend_from: "from {from}",
  no_value: "no value",
  map_hint: "Tap an area",
};
const [HATCH, MISSING] = ["888888", "cccccc"];
const SEQUENTIAL = ["000001", "000002", "000003", "000004", "000005"];
const APART = ["a00001", "a00002", "a00003", "a00004", "a00005"];
/** happy-dom has no canvas; this one keeps the last picture that was put on it. */
let picture: ImageData | null = null;

beforeEach(() => {
  picture = null;
  vi.spyOn(HTMLCanvasElement.prototype, "getContext").mockReturnValue({
    putImageData: (image: ImageData) => {
      picture = image;
    },
  } as unknown as RenderingContext);
  const style = document.createElement("style");
  const classes = SEQUENTIAL.map(
    (colour, place) => `--gs-class-${place}: #${colour}; --gs-apart-${place}: #${APART[place]};`,
  );
  style.textContent = `gs-map { ${classes.join(" ")} --gs-missing: #${MISSING}; --gs-hatch: #${HATCH}; }`;
  document.head.replaceChildren(style);
  document.body.replaceChildren();
});

afterEach(() => {
  vi.restoreAllMocks();
});

async function mapOf(
  values: Readonly<Record<string, number | null>>,
  changes: Partial<View> = {},
  selected: readonly string[] = [],
): Promise<GsMap> {
  const rows = Object.fromEntries(Object.entries(values).map(([area, value]) => [area, [value]]));
  const view = viewOf(fileOf(["2023"], rows), changes);
  const state = { period: "2023", benchmark: COUNTY, selected };
  const model = levelModel(view, AREAS, levelClasses(view, AREAS), state);
  const map = document.createElement("gs-map") as GsMap;
  document.body.append(map);
  Object.assign(map, { topology: TOPOLOGY, level: "municipality", model, view, selected, texts: TEXTS, width: WIDTH });
  await map.updateComplete;
  const canvas = map.querySelector("canvas");
  if (canvas) canvas.getBoundingClientRect = () => new DOMRect(0, 0, canvas.width, canvas.height);
  return map;
}

/** The middle of an area on the canvas. */
function middleOf(area: string): [number, number] {
  const layout = layoutOf(TOPOLOGY, "municipality", WIDTH, Math.max(360, Math.min(640, innerHeight * 0.75)));
  const [left, top, right, bottom] = boxAround((layout.rings[layout.keys.indexOf(area)] ?? []).flat());
  return [(left + right) / 2, (top + bottom) / 2];
}

/** The colours in a square around the middle of an area. */
function coloursOf(area: string): string[] {
  const [x, y] = middleOf(area).map(Math.floor) as [number, number];
  const { data = [], width = 0 } = picture ?? {};
  const found = new Set<string>();
  for (let row = y - 4; row < y + 4; row += 1) {
    for (let column = x - 4; column < x + 4; column += 1) {
      const at = 4 * (row * width + column);
      found.add([0, 1, 2].map((part) => (data[at + part] ?? 0).toString(16).padStart(2, "0")).join(""));
    }
  }
  return [...found].sort();
}

function at(type: string, area: string): MouseEvent {
  const [clientX, clientY] = middleOf(area);
  return new MouseEvent(type, { clientX, clientY, bubbles: true });
}

test("every area has the colour of the class of its value; without a value it is hatched", async () => {
  const value = fc.option(released(1, 300), { freq: 4 });
  await fc.assert(
    fc.asyncProperty(
      value,
      value,
      value,
      fc.constantFrom("published", "change"),
      async (one, two, three, statistic) => {
        const map = await mapOf({ [ASTADT]: one, [BEDORF]: two, [EILAND]: three }, { statistic });
        const model = map.model;

        const found = AREAS.map(coloursOf);

        const palette = model?.classes.diverging ? APART : SEQUENTIAL;
        const expected = model?.rows.map((row) => (row.class === null ? [HATCH, MISSING] : [palette[row.class]]));
        expect(found).toEqual(expected);
        map.remove();
      },
    ),
    { numRuns: 30 },
  );
});

test("a change of year repaints the areas without placing them again", async () => {
  const map = await mapOf({ [ASTADT]: 1, [BEDORF]: 2, [EILAND]: 3 });
  const before = AREAS.map(coloursOf);
  const [stage, first] = [map.querySelector("canvas"), picture];

  const rows = [...(map.model?.rows ?? [])].map((row) => ({ ...row, class: 4 - (row.class ?? 0) }));
  Object.assign(map, { model: { ...map.model, rows } });
  await map.updateComplete;

  expect(before).toEqual([["000001"], ["000003"], ["000005"]]);
  expect(AREAS.map(coloursOf)).toEqual(before.toReversed());
  expect([map.querySelector("canvas"), picture]).toEqual([stage, first]);
});

test("a tap on an area chooses it, also on the island in its frame", async () => {
  const map = await mapOf({ [ASTADT]: 1, [BEDORF]: 2, [EILAND]: null });
  const chosen: string[] = [];
  map.addEventListener("gs-choose", (event) => chosen.push((event as CustomEvent<string>).detail));

  for (const area of AREAS) map.querySelector("canvas")?.dispatchEvent(at("click", area));

  expect(chosen).toEqual(AREAS);
});

test("a tap beside all areas chooses nothing", async () => {
  const map = await mapOf({ [ASTADT]: 1, [BEDORF]: 2, [EILAND]: 3 });
  const chosen: string[] = [];
  map.addEventListener("gs-choose", (event) => chosen.push((event as CustomEvent<string>).detail));

  map.querySelector("canvas")?.dispatchEvent(new MouseEvent("click", { clientX: 299, clientY: 1, bubbles: true }));

  expect(chosen).toEqual([]);
});

test("the words below the map tell the area that is pointed at, else the one that is selected", async () => {
  const map = await mapOf({ [ASTADT]: 1, [BEDORF]: null, [EILAND]: 3 }, {}, [ASTADT]);
  const words = () => map.querySelector(".gs-map__readout")?.textContent?.trim();
  const selected = words();

  map.querySelector("canvas")?.dispatchEvent(at("pointermove", BEDORF));
  await map.updateComplete;
  const pointed = words();
  map.querySelector(".gs-map__stage")?.dispatchEvent(new Event("pointerleave"));
  await map.updateComplete;

  expect([selected, pointed, words()]).toEqual(["Astadt: 1.0 %", "Bedorf: No value in the sources", "Astadt: 1.0 %"]);
});

test("without a selection the words say what can be done", async () => {
  const map = await mapOf({ [ASTADT]: 1, [BEDORF]: 2, [EILAND]: 3 });

  expect(map.querySelector(".gs-map__readout")?.textContent).toBe("Tap an area");
});

test("the selected areas are outlined, the first above the others", async () => {
  const map = await mapOf({ [ASTADT]: 1, [BEDORF]: 2, [EILAND]: 3 }, {}, [EILAND, ASTADT, COUNTY]);

  const outlines = [...map.querySelectorAll(".gs-map__chosen")];

  expect(outlines.map((outline) => outline.classList.contains("gs-map__chosen--second"))).toEqual([true, false]);
  expect(outlines.at(-1)?.nextElementSibling).toBeNull();
});

test("the island's frame bears its name", async () => {
  const map = await mapOf({ [ASTADT]: 1, [BEDORF]: 2, [EILAND]: 3 });

  expect(map.querySelector(".gs-map__label")?.textContent).toBe("Eiland");
});

test("the legend has an entry for each class, with limits that do not overlap", async () => {
  const map = await mapOf({ [ASTADT]: 1, [BEDORF]: 2, [EILAND]: 1234.5 });

  const entries = [...map.querySelectorAll(".gs-legend li")].map((entry) => [
    entry.firstElementChild?.className.replace("gs-swatch gs-swatch--", ""),
    entry.textContent,
  ]);

  expect(entries).toEqual([
    ["0", "up to 1.3"],
    ["1", "1.4 to 1.7"],
    ["2", "1.8 to 248.4"],
    ["3", "248.5 to 741.4"],
    ["4", "from 741.5"],
  ]);
});

test("the legend explains the hatching exactly if some area lacks a value", async () => {
  const maps = [
    await mapOf({ [ASTADT]: 1, [BEDORF]: 2, [EILAND]: null }),
    await mapOf({ [ASTADT]: 1, [BEDORF]: 2, [EILAND]: 3 }),
  ];

  const explained = maps.map((map) => map.querySelector(".gs-swatch--missing") !== null);

  expect(explained).toEqual([true, false]);
});

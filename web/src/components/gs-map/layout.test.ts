/** Where everything stands on a map: the mainland fills it, far islands have frames of their own and can be hit there. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { ASTADT, BEDORF, EILAND } from "../../testing/county.js";
import { BOXES, TOPOLOGY } from "../../testing/map.js";
import { layoutOf, type MapLayout, type MapTopology } from "./layout.js";
import { boxAround } from "./projection.js";
import { areaAt, rasterOf } from "./raster.js";

const [WIDTH, TALLEST] = [600, 480];
const LAYOUT = layoutOf(TOPOLOGY, "municipality", WIDTH, TALLEST);
const { insets: _insets, ...WITHOUT_INSETS } = TOPOLOGY;

function boxOf(layout: MapLayout, area: string): readonly [number, number, number, number] {
  return boxAround((layout.rings[layout.keys.indexOf(area)] ?? []).flat());
}

test("every area of the level is there, in the order of the file", () => {
  expect(LAYOUT.keys).toEqual([ASTADT, EILAND, BEDORF]);
  expect(LAYOUT.rings.map((rings) => rings.length)).toEqual([1, 1, 1]);
});

test("the mainland fills the picture, as if the island did not exist", () => {
  const [west] = boxOf(LAYOUT, ASTADT);
  const [, top, east, bottom] = boxOf(LAYOUT, BEDORF);

  const slack = Math.min(WIDTH - (east - west), LAYOUT.height - (bottom - top));

  expect(slack).toBeCloseTo(2 * 6, 3);
  expect(Math.min(west, top, WIDTH - east, LAYOUT.height - bottom)).toBeGreaterThanOrEqual(5.99);
});

test("a far island lies in its frame in the corner, larger than it would be at the scale of the mainland", () => {
  const [left, top, right, bottom] = boxOf(LAYOUT, EILAND);
  const [x, y, width, height] = LAYOUT.insets[0]?.place ?? [0, 0, 0, 0];
  const [west, , east] = boxOf(LAYOUT, ASTADT);

  expect([left >= x, top >= y, right <= x + width, bottom <= y + height]).toEqual([true, true, true, true]);
  expect([x, y]).toEqual([1, 1]);
  expect(right - left).toBeGreaterThan(((east - west) / 0.2) * 0.05);
});

test("without insets the island lies where it is, north-west of the mainland", () => {
  const layout = layoutOf(WITHOUT_INSETS, "municipality", WIDTH, TALLEST);

  const [, , east, bottom] = boxOf(layout, EILAND);
  const [west, top] = boxOf(layout, ASTADT);

  expect(layout.insets).toEqual([]);
  expect(east).toBeLessThan(west);
  expect(bottom).toBeLessThan(top);
});

test("several islands have frames below each other, with room for their names", () => {
  const twice: MapTopology = {
    ...TOPOLOGY,
    insets: [...(TOPOLOGY.insets ?? []), { areas: [BEDORF], bbox: [9.7, 53.6, 9.9, 53.8] }],
  };

  const [first, second] = layoutOf(twice, "municipality", WIDTH, TALLEST).insets.map((inset) => inset.place);

  expect(second?.[1]).toBeGreaterThanOrEqual((first?.[1] ?? 0) + (first?.[3] ?? 0) + 15);
});

test("the border between two areas is drawn once, and is no part of the outline", () => {
  const [x] = boxOf(LAYOUT, BEDORF);
  const between = `M${x.toFixed(1)},`;

  expect(LAYOUT.borders.match(/M/g)).toHaveLength(1);
  expect(LAYOUT.borders.startsWith(between)).toBe(true);
  expect(LAYOUT.borders.split("L").every((point) => point.replace("M", "").startsWith(x.toFixed(1)))).toBe(true);
  expect(LAYOUT.outline).not.toContain(LAYOUT.borders.slice(1));
});

test("the outline of the mainland does not hold the island, which is drawn with its frame", () => {
  const points = LAYOUT.outline.split(/[ML]/).filter(Boolean);
  const [, , islandEast] = boxOf(LAYOUT, EILAND);
  const [west] = boxOf(LAYOUT, ASTADT);

  const farthest = Math.min(...points.map((point) => Number(point.split(",")[0])));

  expect(farthest).toBeCloseTo(west, 0);
  expect(islandEast).not.toBeCloseTo(west, 0);
  expect(LAYOUT.pathOf(EILAND)).toMatch(/^M[\d.,L]+Z$/);
});

test("the height follows the shape, and is neither above the tallest nor below half the width", () => {
  const heights = [layoutOf(TOPOLOGY, "municipality", 600, 300), layoutOf(WITHOUT_INSETS, "municipality", 200, 900)];

  expect(heights[0]?.height).toBe(300);
  expect(heights[1]?.height).toBeGreaterThanOrEqual(100);
  expect(heights[1]?.height).toBeLessThanOrEqual(900);
});

test("a point in an area is answered with that area, on the mainland and on the island", () => {
  const raster = rasterOf(LAYOUT.width, LAYOUT.height, LAYOUT.rings);
  const inner = fc.double({ min: 0.02, max: 0.98, noNaN: true });
  fc.assert(
    fc.property(fc.constantFrom(ASTADT, BEDORF, EILAND), inner, inner, (area, across, down) => {
      const [left, top, right, bottom] = boxOf(LAYOUT, area);

      const number = areaAt(raster, left + (right - left) * across, top + (bottom - top) * down);

      expect(LAYOUT.keys[number - 1]).toBe(area);
    }),
  );
});

test("the sea belongs to nobody, the water around the island included", () => {
  const raster = rasterOf(LAYOUT.width, LAYOUT.height, LAYOUT.rings);
  const [x, y] = LAYOUT.insets[0]?.place ?? [0, 0];

  expect(areaAt(raster, x + 2, y + 2)).toBe(0);
  expect(areaAt(raster, WIDTH - 1, LAYOUT.height - 1)).toBe(0);
});

test("at every width the municipalities keep their proportions", () => {
  const [west, south, east, north] = BOXES[ASTADT] ?? [0, 0, 0, 0];
  const degrees = (east - west) / (north - south);
  fc.assert(
    fc.property(fc.integer({ min: 280, max: 1400 }), (width) => {
      const [left, top, right, bottom] = boxOf(layoutOf(TOPOLOGY, "municipality", width, TALLEST), ASTADT);

      // At 53.7 degrees north a degree of longitude is 0.592 as long as one of latitude.
      expect((right - left) / (bottom - top) / degrees).toBeCloseTo(0.592, 2);
    }),
  );
});

/** The maps of a release at every size: each area can be hit, and nothing lies under the frame of a far island. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { layoutOf, type MapLayout, type MapTopology } from "./layout.js";
import { type AreaRaster, rasterOf } from "./raster.js";

interface Cases {
  release: string;
  /** The areas of each level. */
  levels: Record<string, string[]>;
}

const cases = JSON.parse(readFileSync(process.env.GEMEINSINN_AGREEMENT ?? "", "utf8")) as Cases;
const { geo } = read<{ geo: Record<string, string> }>("areas.json");
const [TALLEST, LABEL] = [640, 20];
const SIZES = [288, 360, 600, 900].flatMap((width) => Object.keys(geo).map((level) => ({ level, width })));

function read<T>(name: string): T {
  return JSON.parse(readFileSync(join(cases.release, name), "utf8")) as T;
}

function drawn(level: string, width: number): { layout: MapLayout; raster: AreaRaster } {
  const layout = layoutOf(read<MapTopology>(geo[level] ?? ""), level, width, TALLEST);
  return { layout, raster: rasterOf(layout.width, layout.height, layout.rings) };
}

/** The areas with a pixel in a box. */
function areasIn(
  { layout, raster }: ReturnType<typeof drawn>,
  box: readonly [number, number, number, number],
): string[] {
  const [left, top, width, height] = box.map(Math.floor) as [number, number, number, number];
  const found = new Set<number>();
  for (let y = top; y < Math.min(top + height, raster.height); y += 1) {
    for (const number of raster.areas.subarray(y * raster.width + left, y * raster.width + left + width))
      found.add(number);
  }
  return [...found].flatMap((number) => layout.keys[number - 1] ?? []).sort();
}

test.for(SIZES)("at $width pixels every area of the level $level can be hit", ({ level, width }, { task }) => {
  const map = drawn(level, width);

  const found = areasIn(map, [0, 0, map.layout.width, map.layout.height]);

  expect(found).toEqual(map.layout.keys.toSorted());
  expect(cases.levels[level]).toEqual(expect.arrayContaining(found));
  task.meta.compared = found.length;
});

test.for(SIZES)("at $width pixels only far islands of the level $level lie in their frames", ({ level, width }) => {
  const map = drawn(level, width);

  const found = map.layout.insets.map(({ place: [x, y, side, height] }) => areasIn(map, [x, y, side, height + LABEL]));

  expect(found).toEqual(map.layout.insets.map((inset) => [...inset.areas].sort()));
});

/** From degrees to pixels: north is up, shapes keep their angles, and everything stays in its frame. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { type Box, boxAround, frameOf, heightFor } from "./projection.js";

const COUNTY: Box = [9.3, 53.5, 10.1, 53.9];
const box = fc
  .tuple(
    fc.double({ min: 5, max: 14, noNaN: true }),
    fc.double({ min: 47, max: 54, noNaN: true }),
    fc.double({ min: 0.05, max: 5, noNaN: true }),
    fc.double({ min: 0.05, max: 2, noNaN: true }),
  )
  .map(([west, south, width, height]): Box => [west, south, west + width, south + height]);
const share = fc.double({ min: 0, max: 1, noNaN: true });

test("north is above south, and east to the right of west", () => {
  const { project } = frameOf(COUNTY, [0, 0, 400, 300]);

  const [southWest, northEast] = [project(9.3, 53.5), project(10.1, 53.9)];

  expect(southWest[0]).toBeLessThan(northEast[0]);
  expect(southWest[1]).toBeGreaterThan(northEast[1]);
});

test("what lies in the box of degrees lies in the place, with its margin, and touches it", () => {
  fc.assert(
    fc.property(box, share, share, (degrees, across, up) => {
      const [left, top, width, height] = [10, 20, 300, 200];
      const margin = 6;
      const { project } = frameOf(degrees, [left, top, width, height], margin);
      const at = (x: number, y: number) =>
        project(degrees[0] + (degrees[2] - degrees[0]) * x, degrees[1] + (degrees[3] - degrees[1]) * y);

      const [x, y] = at(across, up);
      const [[west, south], [east, north]] = [at(0, 0), at(1, 1)];

      expect(x).toBeGreaterThanOrEqual(left + margin - 1e-6);
      expect(x).toBeLessThanOrEqual(left + width - margin + 1e-6);
      expect(y).toBeGreaterThanOrEqual(top + margin - 1e-6);
      expect(y).toBeLessThanOrEqual(top + height - margin + 1e-6);
      const slack = Math.min(width - 2 * margin - (east - west), height - 2 * margin - (south - north));
      expect(slack).toBeCloseTo(0, 6);
    }),
  );
});

test("a kilometre is as long to the north as to the east", () => {
  const { project } = frameOf(COUNTY, [0, 0, 400, 300]);
  const latitude = 53.7;
  const step = 0.01;

  const [from, north] = [project(9.7, latitude - step / 2), project(9.7, latitude + step / 2)];
  const east = project(9.7 + step / Math.cos((latitude * Math.PI) / 180), latitude - step / 2);

  expect((from[1] - north[1]) / (east[0] - from[0])).toBeCloseTo(1, 3);
});

test("at the height that a box needs, it fills the width", () => {
  const height = heightFor(COUNTY, 400);

  const { project } = frameOf(COUNTY, [0, 0, 400, height], 0);

  expect(project(9.3, 53.5)).toEqual([expect.closeTo(0, 6), expect.closeTo(height, 6)]);
  expect(project(10.1, 53.9)).toEqual([expect.closeTo(400, 6), expect.closeTo(0, 6)]);
});

test("the box around points touches the outermost on each side", () => {
  const points = [
    [9.5, 53.6],
    [9.3, 53.9],
    [10.1, 53.5],
  ] as const;

  expect(boxAround(points)).toEqual([9.3, 53.5, 10.1, 53.9]);
});

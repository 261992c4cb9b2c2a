/** Pixels that know their area: each belongs to the area its middle lies in, and neighbours leave no gap. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { areaAt, NOWHERE, paint, type Ring, rasterOf } from "./raster.js";

const [WIDTH, HEIGHT] = [24, 16];

function box(left: number, top: number, right: number, bottom: number): Ring {
  return [
    [left, top],
    [right, top],
    [right, bottom],
    [left, bottom],
  ];
}

/** Whether a point lies inside, by the number of sides that a ray to the right crosses; the plain reference. */
function inside(rings: readonly Ring[], x: number, y: number): boolean {
  let crossed = 0;
  for (const ring of rings) {
    ring.forEach(([x1, y1], at) => {
      const [x2, y2] = ring[(at + 1) % ring.length] ?? [0, 0];
      if (y1 > y === y2 > y) return;
      if (x < x1 + ((y - y1) / (y2 - y1)) * (x2 - x1)) crossed += 1;
    });
  }
  return crossed % 2 === 1;
}

const point = fc.tuple(
  fc.double({ min: -4, max: WIDTH + 4, noNaN: true }),
  fc.double({ min: -4, max: HEIGHT + 4, noNaN: true }),
);
const ring: fc.Arbitrary<Ring> = fc.array(point, { minLength: 3, maxLength: 8 });
const area = fc.array(ring, { minLength: 1, maxLength: 3 });

test("a box fills exactly its pixels", () => {
  const raster = rasterOf(4, 3, [[box(1, 1, 3, 2)]]);

  expect([...raster.areas]).toEqual([0, 0, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0]);
});

test("a ring inside a ring is a hole", () => {
  const raster = rasterOf(4, 4, [[box(0, 0, 4, 4), box(1, 1, 3, 3)]]);

  expect(areaAt(raster, 0.5, 0.5)).toBe(1);
  expect(areaAt(raster, 2, 2)).toBe(NOWHERE);
});

test("a pixel belongs to an area exactly if its middle lies in it, also beyond the edges of the picture", () => {
  fc.assert(
    fc.property(area, (rings) => {
      const raster = rasterOf(WIDTH, HEIGHT, [rings]);

      const expected = Array.from({ length: WIDTH * HEIGHT }, (_, at) =>
        Number(inside(rings, (at % WIDTH) + 0.5, Math.floor(at / WIDTH) + 0.5)),
      );

      expect([...raster.areas]).toEqual(expected);
    }),
  );
});

test("areas that share a border leave no pixel between them", () => {
  const border = fc.array(fc.integer({ min: 4, max: 40 }), { minLength: 2, maxLength: 9 });
  fc.assert(
    fc.property(border, (halves) => {
      const line = halves.map((half, at) => [half / 2, (at * HEIGHT) / (halves.length - 1)] as const);
      const left: Ring = [[0, 0], ...line, [0, HEIGHT]];
      const right: Ring = [[WIDTH, 0], ...line, [WIDTH, HEIGHT]];

      const [one, other] = [rasterOf(WIDTH, HEIGHT, [[left]]), rasterOf(WIDTH, HEIGHT, [[right]])];

      expect(one.areas.map((each, at) => each + (other.areas[at] ?? 0)).every((each) => each === 1)).toBe(true);
    }),
  );
});

test("areas are counted from 1 in their order, and the later lies on top", () => {
  const raster = rasterOf(4, 1, [[box(0, 0, 3, 1)], [box(2, 0, 4, 1)]]);

  expect([...raster.areas]).toEqual([1, 1, 2, 2]);
});

test("a point is answered with the area of its pixel, a point outside with none", () => {
  const raster = rasterOf(4, 3, [[box(1, 1, 3, 2)]]);

  const found = [
    [1, 1],
    [2.99, 1.99],
    [3, 1],
    [0.99, 1],
    [-1, 1],
    [4, 1],
    [1, 3],
    [Number.NaN, 1],
  ].map(([x = 0, y = 0]) => areaAt(raster, x, y));

  expect(found).toEqual([1, 1, 0, 0, 0, 0, 0, 0]);
});

test("every pixel has the colour of its area; a hatched area has two, the rest of the picture none", () => {
  const raster = rasterOf(32, 8, [[box(0, 0, 8, 8)], [box(8, 0, 24, 8)]]);
  const pixels = new Uint32Array(32 * 8);
  const [first, missing, hatch] = [0xff0000aa, 0xffcccccc, 0xff888888];

  paint(raster, pixels, Uint32Array.of(0, first, missing), Uint8Array.of(0, 0, 1), hatch);

  const coloursOf = (number: number) => new Set(pixels.filter((_, at) => raster.areas[at] === number));
  expect(coloursOf(1)).toEqual(new Set([first]));
  expect(coloursOf(2)).toEqual(new Set([missing, hatch]));
  expect(coloursOf(NOWHERE)).toEqual(new Set([0]));
});

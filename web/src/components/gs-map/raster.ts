/**
 * A picture whose pixels hold the number of the area they lie in. Made once; after that a change of year only looks up
 * colours, whose cost depends on the pixels and not on how many areas there are.
 */

export type Ring = readonly (readonly [number, number])[];

/** No area. */
export const NOWHERE = 0;

export interface AreaRaster {
  readonly width: number;
  readonly height: number;
  /** The area of each pixel, counted from 1. */
  readonly areas: Uint16Array;
}

/** Fill areas (each a list of rings, by the even-odd rule) into a raster. */
export function rasterOf(width: number, height: number, areas: readonly (readonly Ring[])[]): AreaRaster {
  const raster = { width, height, areas: new Uint16Array(width * height) };
  areas.forEach((rings, place) => {
    fillArea(raster, rings, place + 1);
  });
  return raster;
}

function fillArea(raster: AreaRaster, rings: readonly Ring[], number: number): void {
  let top = raster.height;
  let bottom = 0;
  for (const ring of rings) {
    for (const [, y] of ring) {
      if (y < top) top = y;
      if (y > bottom) bottom = y;
    }
  }
  const first = Math.max(0, Math.ceil(top - 0.5));
  const last = Math.min(raster.height - 1, Math.floor(bottom - 0.5));
  const rows: number[][] = Array.from({ length: Math.max(0, last - first + 1) }, () => []);
  for (const ring of rings) cross(ring, rows, first, last);
  rows.forEach((crossings, place) => {
    fillRow(raster, crossings, (first + place) * raster.width, number);
  });
}

/** Where the sides of a ring cross the middles of the rows. */
function cross(ring: Ring, rows: number[][], first: number, last: number): void {
  for (let at = 0; at < ring.length; at += 1) {
    const [x1, y1] = ring[at] ?? [0, 0];
    const [x2, y2] = ring[(at + 1) % ring.length] ?? [0, 0];
    if (y1 === y2) continue;
    const from = Math.max(first, Math.ceil(Math.min(y1, y2) - 0.5));
    const to = Math.min(last, Math.ceil(Math.max(y1, y2) - 0.5) - 1);
    for (let row = from; row <= to; row += 1) rows[row - first]?.push(x1 + ((row + 0.5 - y1) / (y2 - y1)) * (x2 - x1));
  }
}

function fillRow(raster: AreaRaster, crossings: number[], offset: number, number: number): void {
  crossings.sort((a, b) => a - b);
  for (let at = 0; at + 1 < crossings.length; at += 2) {
    const from = Math.max(0, Math.ceil((crossings[at] ?? 0) - 0.5));
    const to = Math.min(raster.width, Math.ceil((crossings[at + 1] ?? 0) - 0.5));
    if (to > from) raster.areas.fill(number, offset + from, offset + to);
  }
}

/** Colour a raster into pixels: `colours[n]` for area n, hatched with `hatch` where `hatched[n]` is set. */
export function paint(
  raster: AreaRaster,
  pixels: Uint32Array,
  colours: Uint32Array,
  hatched: Uint8Array,
  hatch: number,
): void {
  const { areas, width, height } = raster;
  let at = 0;
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1, at += 1) {
      const area = areas[at] ?? NOWHERE;
      pixels[at] = hatched[area] === 1 && ((x + y) & 7) < 2 ? hatch : (colours[area] ?? 0);
    }
  }
}

/** The area at a pixel, counted from 1; 0 for none. */
export function areaAt(raster: AreaRaster, x: number, y: number): number {
  if (x < 0 || y < 0 || x >= raster.width || y >= raster.height) return NOWHERE;
  return raster.areas[Math.floor(y) * raster.width + Math.floor(x)] ?? NOWHERE;
}

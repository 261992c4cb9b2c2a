/** From degrees to pixels: Mercator, fitted into a frame; far islands get a frame of their own. */

export type Box = readonly [number, number, number, number];

export interface Frame {
  /** Left, top, width and height in pixels. */
  readonly place: Box;
  project(longitude: number, latitude: number): [number, number];
}

const RADIANS = Math.PI / 180;

function mercator(longitude: number, latitude: number): [number, number] {
  return [longitude * RADIANS, Math.log(Math.tan(Math.PI / 4 + (latitude * RADIANS) / 2))];
}

/** A frame that fits a box of degrees into a place, centred, with some margin. */
export function frameOf(degrees: Box, place: Box, margin = 6): Frame {
  const [west, south] = mercator(degrees[0], degrees[1]);
  const [east, north] = mercator(degrees[2], degrees[3]);
  const scale = Math.min((place[2] - 2 * margin) / (east - west), (place[3] - 2 * margin) / (north - south));
  const left = place[0] + (place[2] - (east - west) * scale) / 2;
  const top = place[1] + (place[3] - (north - south) * scale) / 2;
  return {
    place,
    project(longitude, latitude) {
      const [x, y] = mercator(longitude, latitude);
      return [left + (x - west) * scale, top + (north - y) * scale];
    },
  };
}

/** The height that a box of degrees needs at a width. */
export function heightFor(degrees: Box, width: number): number {
  const [west, south] = mercator(degrees[0], degrees[1]);
  const [east, north] = mercator(degrees[2], degrees[3]);
  return (width * (north - south)) / (east - west);
}

export function boxAround(points: Iterable<readonly [number, number]>): Box {
  let [west, south, east, north] = [
    Number.POSITIVE_INFINITY,
    Number.POSITIVE_INFINITY,
    Number.NEGATIVE_INFINITY,
    Number.NEGATIVE_INFINITY,
  ];
  for (const [x, y] of points) {
    west = Math.min(west, x);
    east = Math.max(east, x);
    south = Math.min(south, y);
    north = Math.max(north, y);
  }
  return [west, south, east, north];
}

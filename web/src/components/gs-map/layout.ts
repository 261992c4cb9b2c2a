/** Where everything stands on a map: areas as rings in pixels, borders as paths, far islands in frames of their own. */
import { feature, mesh } from "topojson-client";
import type { GeometryCollection, Topology } from "topojson-specification";
import { type Box, boxAround, type Frame, frameOf, heightFor } from "./projection.js";
import type { Ring } from "./raster.js";

export interface MapTopology extends Topology {
  insets?: { areas: string[]; bbox: [number, number, number, number] }[];
}

export interface MapLayout {
  width: number;
  height: number;
  /** The keys of the areas, in the order of the raster's numbers. */
  keys: readonly string[];
  rings: readonly (readonly Ring[])[];
  borders: string;
  outline: string;
  insets: readonly { place: Box; areas: readonly string[] }[];
  pathOf(key: string): string;
}

type Position = [number, number];

export function layoutOf(topology: MapTopology, level: string, width: number, tallest: number): MapLayout {
  const object = topology.objects[level] as GeometryCollection;
  const polygons = polygonsOf(topology, object);
  const far = new Map(
    (topology.insets ?? []).flatMap((inset, place) => inset.areas.map((area) => [area, place] as const)),
  );
  const near = [...polygons].filter(([key]) => !far.has(key)).flatMap(([, of]) => of.flat());
  const degrees = boxAround(near.flat());
  const height = Math.round(Math.min(tallest, Math.max(width * 0.5, heightFor(degrees, width))));
  const side = Math.round(Math.min(width, height) * 0.2);
  const insets = (topology.insets ?? []).map((inset, place) => ({
    place: [1, 1 + place * (side + 24), side, side] as Box,
    areas: inset.areas,
    bbox: inset.bbox,
  }));
  const main = frameOf(degrees, [0, 0, width, height]);
  const frames = insets.map((inset) => frameOf(inset.bbox, inset.place, 8));
  const frameFor = (key: string): Frame => frames[far.get(key) ?? -1] ?? main;
  const keys = [...polygons.keys()];
  const ringsOf = (key: string): Ring[] =>
    (polygons.get(key) ?? []).flat().map((ring) => ring.map(([x, y]) => frameFor(key).project(x, y)));
  const isFar = (id: unknown) => far.has(String(id));
  return {
    width,
    height,
    keys,
    rings: keys.map(ringsOf),
    borders: linePath(
      mesh(topology, object, (a, b) => a !== b && !isFar(a.id) && !isFar(b.id)).coordinates as Position[][],
      main,
    ),
    outline: linePath(mesh(topology, object, (a, b) => a === b && !isFar(a.id)).coordinates as Position[][], main),
    insets,
    pathOf: (key) => ringsOf(key).map(closedPath).join(""),
  };
}

function polygonsOf(topology: MapTopology, object: GeometryCollection): Map<string, Position[][][]> {
  const found = new Map<string, Position[][][]>();
  for (const each of feature(topology, object).features) {
    const geometry = each.geometry;
    if (geometry.type === "Polygon") found.set(String(each.id), [geometry.coordinates as Position[][]]);
    if (geometry.type === "MultiPolygon") found.set(String(each.id), geometry.coordinates as Position[][][]);
  }
  return found;
}

function linePath(lines: readonly Position[][], frame: Frame): string {
  return lines.map((line) => `M${line.map(([x, y]) => point(frame.project(x, y))).join("L")}`).join("");
}

function closedPath(ring: Ring): string {
  return `M${ring.map(([x, y]) => point([x, y])).join("L")}Z`;
}

function point([x, y]: readonly [number, number]): string {
  return `${x.toFixed(1)},${y.toFixed(1)}`;
}

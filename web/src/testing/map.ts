/** The map of the county for tests: Astadt west of Bedorf, which reaches farther north, and Eiland far away in the sea. */
import type { MapTopology } from "../components/gs-map/layout.js";
import { ASTADT, BEDORF, EILAND } from "./county.js";

/** West, south, east and north of each municipality. */
export const BOXES: Readonly<Record<string, readonly [number, number, number, number]>> = {
  [ASTADT]: [9.5, 53.6, 9.7, 53.7],
  [BEDORF]: [9.7, 53.6, 9.9, 53.8],
  [EILAND]: [7.87, 54.17, 7.92, 54.19],
};

export const TOPOLOGY: MapTopology = {
  type: "Topology",
  objects: {
    municipality: {
      type: "GeometryCollection",
      geometries: [
        { type: "Polygon", id: ASTADT, arcs: [[0, 1]] },
        { type: "MultiPolygon", id: EILAND, arcs: [[[3]]] },
        { type: "Polygon", id: BEDORF, arcs: [[2, -1]] },
      ],
    },
  },
  arcs: [
    // The border between both, from south to north.
    [
      [9.7, 53.6],
      [9.7, 53.7],
    ],
    [
      [9.7, 53.7],
      [9.5, 53.7],
      [9.5, 53.6],
      [9.7, 53.6],
    ],
    [
      [9.7, 53.6],
      [9.9, 53.6],
      [9.9, 53.8],
      [9.7, 53.8],
      [9.7, 53.7],
    ],
    [
      [7.87, 54.17],
      [7.92, 54.17],
      [7.92, 54.19],
      [7.87, 54.19],
      [7.87, 54.17],
    ],
  ],
  insets: [{ areas: [EILAND], bbox: [7.87, 54.17, 7.92, 54.19] }],
};

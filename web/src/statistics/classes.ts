/** Five classes of values: equally many areas in each, the same limits in every year, so that years can be compared. */

export interface Classes {
  /** The lower limits of the second to the last class, ascending. */
  limits: readonly number[];
  /** Whether the classes diverge from zero. */
  diverging: boolean;
}

const CLASSES = 5;

/** Limits for some values; of few distinct values there are fewer classes. */
export function classesOf(values: readonly number[], decimals: number, diverging: boolean): Classes {
  const sorted = [...values].sort((a, b) => a - b);
  if (sorted.length === 0) return { limits: [], diverging: false };
  if (diverging && (sorted[0] ?? 0) < 0 && (sorted.at(-1) ?? 0) > 0)
    return { limits: apart(sorted, decimals), diverging };
  const raw = Array.from({ length: CLASSES - 1 }, (_, place) => quantile(sorted, (place + 1) / CLASSES));
  return { limits: distinct(raw, decimals).filter((limit) => limit > (sorted[0] ?? 0)), diverging: false };
}

/** Two limits on each side of zero, at the same distance. */
function apart(sorted: readonly number[], decimals: number): number[] {
  const sizes = sorted.map(Math.abs).sort((a, b) => a - b);
  const [near = 0, far = 0] = [0.25, 0.7].map((share) => rounded(quantile(sizes, share), decimals));
  return [...new Set([-far, -near, near, far])];
}

function quantile(sorted: readonly number[], share: number): number {
  const place = (sorted.length - 1) * share;
  const below = sorted[Math.floor(place)] ?? 0;
  const above = sorted[Math.ceil(place)] ?? below;
  return below + (above - below) * (place - Math.floor(place));
}

function distinct(limits: readonly number[], decimals: number): number[] {
  return [...new Set(limits.map((limit) => rounded(limit, decimals)))];
}

function rounded(limit: number, decimals: number): number {
  const scale = 10 ** decimals;
  return Math.round(limit * scale) / scale;
}

/** The class of a value: 0 for the lowest. With fewer than five classes the darker colours are used, evenly. */
export function classOf(value: number, classes: Classes): number {
  let place = 0;
  while (place < classes.limits.length && value >= (classes.limits[place] ?? 0)) place += 1;
  if (classes.limits.length === 0) return 2;
  return Math.round((place / classes.limits.length) * (CLASSES - 1));
}

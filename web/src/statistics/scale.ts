/** Scales of charts: from numbers to places, with round ticks. */

export interface Scale {
  (value: number): number;
  ticks: readonly number[];
  domain: readonly [number, number];
}

/** A linear scale whose ends are round numbers. */
export function scaleOf(domain: readonly [number, number], range: readonly [number, number], count = 5): Scale {
  const [low, high] = domain[0] === domain[1] ? [domain[0] - 1, domain[1] + 1] : domain;
  const step = roundStep((high - low) / count);
  const first = Math.floor(low / step + 1e-9) * step;
  const last = Math.ceil(high / step - 1e-9) * step;
  const places = Math.round((last - first) / step);
  const ticks = Array.from({ length: places + 1 }, (_, place) => Number((first + place * step).toPrecision(12)));
  const scale = (value: number) => range[0] + ((value - first) / (last - first)) * (range[1] - range[0]);
  return Object.assign(scale, { ticks, domain: [first, last] as const });
}

function roundStep(rough: number): number {
  const power = 10 ** Math.floor(Math.log10(rough));
  const share = rough / power;
  return power * (share <= 1 ? 1 : share <= 2 ? 2 : share <= 5 ? 5 : 10);
}

/** How many decimals the ticks of a scale need. */
export function tickDecimals(ticks: readonly number[]): number {
  const step = ticks.length > 1 ? (ticks[1] ?? 0) - (ticks[0] ?? 0) : 1;
  return Math.max(0, Math.min(3, -Math.floor(Math.log10(Math.abs(step) || 1) + 1e-9)));
}

/** Labels moved apart so that none overlaps: the places they get, in the order they came. */
export function spreadOut(places: readonly number[], gap: number, low: number, high: number): number[] {
  const order = places.map((place, index) => ({ place, index })).sort((a, b) => a.place - b.place);
  for (let round = 0; round < 60; round += 1) {
    for (let at = 1; at < order.length; at += 1) {
      const [upper, lower] = [order[at - 1], order[at]];
      if (!upper || !lower) continue;
      const overlap = gap - (lower.place - upper.place);
      if (overlap > 0) {
        upper.place -= overlap / 2;
        lower.place += overlap / 2;
      }
    }
    for (const each of order) each.place = Math.min(high, Math.max(low, each.place));
  }
  const result = new Array<number>(places.length).fill(0);
  for (const each of order) result[each.index] = each.place;
  return result;
}

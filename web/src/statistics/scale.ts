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

/**
 * Labels moved apart as little as possible so that none overlaps: the places they get, in the order they came.
 * Less their gaps, places must only not fall; those that would are put at their mean (isotonic regression).
 */
export function spreadOut(places: readonly number[], gap: number, low: number, high: number): number[] {
  const step = Math.min(gap, (high - low) / Math.max(1, places.length - 1));
  const order = places.map((_, index) => index).sort((a, b) => (places[a] ?? 0) - (places[b] ?? 0));
  const groups: number[][] = [];
  order.forEach((index, at) => {
    let group = [(places[index] ?? 0) - at * step];
    while (mean(groups.at(-1) ?? group) > mean(group)) group = [...(groups.pop() ?? []), ...group];
    groups.push(group);
  });
  const last = high - step * (places.length - 1);
  const result = new Array<number>(places.length).fill(0);
  groups
    .flatMap((group) => group.map(() => Math.min(last, Math.max(low, mean(group)))))
    .forEach((place, at) => {
      result[order[at] ?? 0] = place + at * step;
    });
  return result;
}

function mean(numbers: readonly number[]): number {
  return numbers.reduce((sum, each) => sum + each, 0) / numbers.length;
}

/** Better, worse, higher, lower or no discernible difference: only where an interval excludes the other; the server's rule. */
export type Polarity = "higher_is_better" | "lower_is_better" | "neutral";
export type Judgement = "better" | "worse" | "higher" | "lower" | "no-difference" | "not-judged";

export const MARKS: Readonly<Record<Judgement, string>> = {
  better: "▲",
  worse: "▼",
  higher: "▶",
  lower: "◀",
  "no-difference": "●",
  "not-judged": "◇",
};

export function judged(
  limits: { lower: number | null; upper: number | null },
  benchmark: number | null,
  polarity: Polarity,
): Judgement {
  if (limits.lower === null || limits.upper === null || benchmark === null) return "not-judged";
  if (limits.lower <= benchmark && benchmark <= limits.upper) return "no-difference";
  const above = limits.lower > benchmark;
  if (polarity === "neutral") return above ? "higher" : "lower";
  return above === (polarity === "higher_is_better") ? "better" : "worse";
}

/** A value and the limits of its 95 % interval, where it has one. */
export interface Estimate {
  value: number;
  lower: number | null;
  upper: number | null;
}

/** Two values of one area: a difference is discernible where its own interval excludes zero; no polarity. */
export function developed(now: Estimate, earlier: Estimate): Judgement {
  const limits = difference(now, earlier);
  if (limits === null) return "not-judged";
  const [lower, upper] = limits;
  if (lower <= 0 && 0 <= upper) return "no-difference";
  return lower > 0 ? "higher" : "lower";
}

/** The 95 % interval of `one - other` by square and add (Newcombe 1998; Zou & Donner 2008); none if one has none. */
export function difference(one: Estimate, other: Estimate): [lower: number, upper: number] | null {
  if (one.lower === null || one.upper === null || other.lower === null || other.upper === null) return null;
  const between = one.value - other.value;
  const [down, up] = [one.value - one.lower, one.upper - one.value];
  const [otherDown, otherUp] = [other.value - other.lower, other.upper - other.value];
  return [between - Math.sqrt(down * down + otherUp * otherUp), between + Math.sqrt(up * up + otherDown * otherDown)];
}

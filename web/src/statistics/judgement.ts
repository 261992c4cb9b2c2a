/** Better, worse or no discernible difference: only where an interval excludes the benchmark; the server's rule. */
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

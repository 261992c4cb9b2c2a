/** What the server tells the indicator page besides the files of the release. */
import type { Polarity } from "../statistics/judgement.js";
import type { Language } from "../statistics/numbers.js";

export interface ExplorerState {
  indicator: string;
  release: string;
  title: string;
  polarity: Polarity;
  statistic: string;
  language: Language;
  home: string;
  levels: string[];
  statuses: string[];
  selection: { level: string; period: string; areas: string[] };
  files: { data: string; areas: string; geo: Record<string, string> };
  patterns: Record<string, string>;
  /** What a picture of synthetic data says of itself. */
  mark?: string;
  /** The file of the official values beside the indicator, and the names of their areas. */
  beside?: { file: string; areas: Record<string, string> };
}

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
}

/** The areas of a release: names, levels, who lies in whom, and the addresses of their pages. */

export interface AreaEntry {
  key: string;
  name: string;
  /** The name in English, where there is one. */
  name_en?: string;
  level: string;
  parent: string;
  slug: string;
}

export interface AreasFile {
  home: string;
  areas: AreaEntry[];
}

export class Areas {
  readonly names: ReadonlyMap<string, string>;
  private readonly byKey: ReadonlyMap<string, AreaEntry>;
  private readonly home: string;
  private readonly prefix: string;

  constructor(file: AreasFile, language = document.documentElement.lang) {
    this.byKey = new Map(file.areas.map((area) => [area.key, area]));
    this.names = new Map(file.areas.map((area) => [area.key, (language === "en" && area.name_en) || area.name]));
    this.home = file.home;
    this.prefix = language === "de" ? "" : `/${language}`;
  }

  /** The areas of a level by name; at the level of the Ämter also municipalities that belong to none. */
  ofLevel(level: string): string[] {
    const collator = new Intl.Collator("de");
    return [...this.byKey.values()]
      .filter(
        (area) => area.level === level || (level === "amt" && area.level === "municipality" && !this.amt(area.key)),
      )
      .map((area) => area.key)
      .sort((a, b) => collator.compare(this.names.get(a) ?? a, this.names.get(b) ?? b));
  }

  isOfLevel(area: string, level: string): boolean {
    const own = this.byKey.get(area)?.level;
    return own === level || (level === "amt" && own === "municipality");
  }

  parents(area: string): string[] {
    const chain: string[] = [];
    let parent = this.byKey.get(area)?.parent;
    while (parent && this.byKey.has(parent)) {
      chain.push(parent);
      parent = this.byKey.get(parent)?.parent;
    }
    return chain;
  }

  /** County, state and country: the larger areas without the Amt. */
  benchmarks(area: string): string[] {
    return this.parents(area).filter((key) => this.byKey.get(key)?.level !== "amt");
  }

  amt(area: string): string {
    return this.parents(area).find((key) => this.byKey.get(key)?.level === "amt") ?? "";
  }

  /** What the areas of a level are judged against. */
  levelBenchmark(level: string): string {
    if (level === "municipality" || level === "amt") return this.home;
    if (level === "district")
      return this.parents(this.home).find((key) => this.byKey.get(key)?.level === "state") ?? "DG";
    return "DG";
  }

  url(area: string): string {
    return `${this.prefix}/g/${this.byKey.get(area)?.slug ?? area}/`;
  }
}

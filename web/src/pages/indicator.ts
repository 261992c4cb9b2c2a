/** The page of an indicator: one selection of areas, period and level, shared by finding, map, trend and tables. */
import "../components/gs-map/gs-map.js";
import type { GsMap } from "../components/gs-map/gs-map.js";
import type { MapTopology } from "../components/gs-map/layout.js";
import "../components/gs-multiples/gs-multiples.js";
import type { GsMultiples } from "../components/gs-multiples/gs-multiples.js";
import "../components/gs-trend/gs-trend.js";
import type { GsTrend } from "../components/gs-trend/gs-trend.js";
import type { Classes } from "../statistics/classes.js";
import { finding } from "../statistics/finding.js";
import { type LevelRow, levelClasses, levelModel, type Series, seriesModel, type View } from "../statistics/model.js";
import { fill } from "../statistics/numbers.js";
import { IndicatorData, type IndicatorFile } from "../statistics/observation.js";
import { Areas, type AreasFile } from "./areas.js";
import { addYearSlider } from "./controls.js";
import type { ExplorerState } from "./state.js";
import { renderLevel, renderMatrix, renderTrend } from "./tables.js";

const MOST_AREAS = 8;

class Explorer {
  private period: string;
  private level: string;
  private chosen: string[];
  private classes: Classes;
  private members: readonly string[] = [];
  /** Looked up once: among 11,000 names to choose from, looking for them each time would take a third of a frame. */
  private readonly map = document.querySelector<GsMap>("gs-map");
  private readonly trend = document.querySelector<GsTrend>("gs-trend");
  private readonly multiples = document.querySelector<GsMultiples>("gs-multiples");
  private readonly links = document.querySelectorAll<HTMLAnchorElement>(".gs-forms a, a[href*='bild=karte']");

  constructor(
    private readonly state: ExplorerState,
    private readonly texts: Readonly<Record<string, string>>,
    private readonly view: View,
    private readonly areas: Areas,
    private topology: MapTopology | null,
    private readonly official: IndicatorData | null,
  ) {
    this.period = state.selection.period;
    this.level = state.selection.level;
    this.chosen = [...state.selection.areas];
    this.members = areas.ofLevel(this.level);
    this.classes = levelClasses(view, this.members);
  }

  start(): void {
    document
      .querySelector("gs-explorer")
      ?.addEventListener("gs-choose", (event) => this.choose((event as CustomEvent<string>).detail));
    const form = document.querySelector<HTMLFormElement>("#gs-controls");
    form?.classList.add("gs-controls--live");
    form?.addEventListener("change", (event) => void this.changed(event.target as HTMLSelectElement));
    addYearSlider(form, this.view.data.file.periods, this.period, this.texts, (period) => this.setPeriod(period));
    this.draw();
    performance.mark("gs-ready");
    afterNextFrame(() => this.showMultiples());
  }

  private async changed(control: HTMLSelectElement): Promise<void> {
    if (control.name === "k") control.form?.submit();
    if (control.name === "j") this.setPeriod(control.value);
    if (control.name === "g") this.setArea(control.value);
    if (control.name === "e") await this.setLevel(control.value);
  }

  /** A change of year or indicator must be there in one frame; nothing in here waits. */
  setPeriod(period: string): void {
    this.period = period;
    this.show();
    this.remember();
  }

  private setArea(area: string): void {
    this.chosen = [area, ...this.areas.benchmarks(area)];
    this.show();
    this.remember();
  }

  private async setLevel(level: string): Promise<void> {
    const url = this.state.files.geo[level];
    this.topology = url ? await load<MapTopology>(url) : null;
    this.level = level;
    this.members = this.areas.ofLevel(level);
    this.classes = levelClasses(this.view, this.members);
    this.show();
    this.remember();
  }

  /** A tap on an area puts it first, beside its larger areas; another tap on a second one compares both. */
  private choose(area: string): void {
    const [first = ""] = this.chosen;
    if (area === first) return;
    const others = this.chosen.filter((each) => each !== area && this.areas.isOfLevel(each, this.level));
    this.chosen = [area, ...others.slice(0, MOST_AREAS - 4), ...this.areas.benchmarks(area)];
    const select = document.querySelector<HTMLSelectElement>("#gs-area");
    if (select) select.value = area;
    this.show();
    this.remember();
  }

  private show(): void {
    const { rows, series } = this.draw();
    this.showFinding();
    this.showTables(rows, series);
    this.showMultiples();
  }

  /** Map and trend; words and tables are left alone at the start, because the server has written them. */
  private draw(): { rows: readonly LevelRow[]; series: readonly Series[] } {
    const state = { period: this.period, benchmark: this.areas.levelBenchmark(this.level), selected: this.chosen };
    const model = levelModel(this.view, this.members, this.classes, state);
    const { map, trend } = this;
    if (map) {
      const label = fill(this.texts.map_label ?? "", { indicator: this.state.title, period: this.period });
      Object.assign(map, {
        topology: this.topology,
        level: this.level,
        model,
        view: this.view,
        selected: this.chosen,
        texts: this.texts,
        label,
      });
      setText("#gs-map-title", fill(this.texts.map_of ?? "", { period: this.period }));
    }
    const series = this.series();
    if (trend) {
      const names = series.map((each) => each.name).join(", ");
      const label = fill(this.texts.trend_label ?? "", { indicator: this.state.title, areas: names });
      const { view, period, texts, state } = this;
      const officialBreaks = this.official?.file.breaks ?? [];
      Object.assign(trend, { series, officialBreaks, view, period, texts, label, mark: state.mark });
    }
    return { rows: model.rows, series };
  }

  /** The chosen areas and, behind them, the official values beside; all over the periods of both. */
  private series(): Series[] {
    const { view, official, state } = this;
    if (!official || !state.beside) return seriesModel(view, this.chosen);
    const periods = [...new Set([...view.data.file.periods, ...official.file.periods])].sort();
    const wording = { ...view.wording, names: new Map(Object.entries(state.beside.areas)) };
    const beside = seriesModel({ ...view, data: official, wording }, Object.keys(state.beside.areas), periods);
    return [...seriesModel(view, this.chosen, periods), ...beside.map((each) => ({ ...each, beside: true }))];
  }

  private showFinding(): void {
    const [area = this.state.home] = this.chosen;
    const said = finding(
      {
        data: this.view.data,
        title: this.state.title,
        statistic: this.state.statistic,
        polarity: this.state.polarity,
        area,
        period: this.period,
        benchmarks: this.areas.benchmarks(area),
        amt: this.areas.amt(area),
        synthetic: this.view.data.file.synthetic ?? false,
      },
      this.view.wording,
    );
    setText("#gs-finding-title", said.title);
    setText("#gs-finding-text", said.text);
  }

  private showTables(rows: readonly LevelRow[], series: readonly Series[]): void {
    const values = document.querySelector<HTMLTableElement>("#gs-values");
    if (values?.tBodies[0]) renderLevel(values.tBodies[0], rows, this.view, this.texts, (area) => this.areas.url(area));
    const trend = document.querySelector<HTMLTableElement>("#gs-trend-table");
    if (trend) renderTrend(trend, series, this.period, this.view, this.texts);
    setText("#gs-values-period", this.period);
    const heading = document.querySelector("#gs-values-title");
    if (heading?.firstChild) heading.firstChild.textContent = `${this.texts[this.level] ?? ""} `;
  }

  private shownMultiples = "";

  /** The small charts depend on the level and the selection, not on the year. */
  private showMultiples(): void {
    const element = this.multiples;
    if (!element) return;
    Object.assign(element, { selected: this.chosen, texts: this.texts });
    if (this.shownMultiples === this.level) return;
    const isWritten = this.shownMultiples === "" && this.level === this.state.selection.level;
    this.shownMultiples = this.level;
    const members = this.members.filter((area) => this.view.data.has(area));
    const series = seriesModel(this.view, members.slice(0, 60));
    const [benchmark = null] = seriesModel(this.view, [this.areas.levelBenchmark(this.level)]);
    Object.assign(element, { series, benchmark, view: this.view });
    const matrix = document.querySelector<HTMLTableElement>("#gs-matrix");
    if (matrix && !isWritten) renderMatrix(matrix, series, this.view, this.texts);
  }

  private isToBeRemembered = false;

  /** The address holds the whole state of the view; it is written once the view is painted. */
  private remember(): void {
    if (this.isToBeRemembered) return;
    this.isToBeRemembered = true;
    afterNextFrame(() => this.writeAddress());
  }

  private writeAddress(): void {
    this.isToBeRemembered = false;
    const url = new URL(location.href);
    url.searchParams.set("g", this.chosen.join(","));
    url.searchParams.set("j", this.period);
    url.searchParams.set("e", this.level);
    history.replaceState(null, "", url.href.replaceAll("%2C", ","));
    for (const link of this.links) {
      const target = new URL(link.href);
      for (const name of ["g", "j", "e"]) target.searchParams.set(name, url.searchParams.get(name) ?? "");
      link.href = target.href;
    }
  }
}

/** What nobody waits for is done when the frame that they wait for is painted. */
function afterNextFrame(work: () => void): void {
  requestAnimationFrame(() => setTimeout(work));
}

function setText(selector: string, text: string): void {
  const element = document.querySelector(selector);
  if (element && element.textContent !== text) element.textContent = text;
}

async function load<T>(url: string): Promise<T> {
  const answer = await fetch(url);
  if (!answer.ok) throw new Error(`${url}: ${answer.status}`);
  return (await answer.json()) as T;
}

function block<T>(id: string): T {
  return JSON.parse(document.getElementById(id)?.textContent ?? "{}") as T;
}

async function start(): Promise<void> {
  const state = block<ExplorerState>("gs-explorer-state");
  const texts = block<Record<string, string>>("gs-texts");
  const geo = document.querySelector("gs-map") ? state.files.geo[state.selection.level] : undefined;
  try {
    const [file, areasFile, topology, official] = await Promise.all([
      load<IndicatorFile>(state.files.data),
      load<AreasFile>(state.files.areas),
      geo ? load<MapTopology>(geo) : null,
      state.beside ? load<IndicatorFile>(state.beside.file) : null,
    ]);
    const areas = new Areas(areasFile);
    const wording = { language: state.language, patterns: state.patterns, names: areas.names };
    const view: View = {
      data: new IndicatorData(file, state.statuses),
      wording,
      polarity: state.polarity,
      statistic: state.statistic,
    };
    const beside = official && new IndicatorData(official, state.statuses);
    new Explorer(state, texts, view, areas, topology, beside).start();
  } catch (error) {
    for (const element of document.querySelectorAll("gs-map, gs-trend, gs-multiples"))
      element.textContent = texts.not_loaded ?? "";
    throw error;
  }
}

void start();

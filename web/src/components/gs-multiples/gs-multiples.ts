/** `<gs-multiples>`: every area of the level as a small chart of one scale; a tap puts it into the selection. */
import { html, LitElement, nothing, svg, type TemplateResult } from "lit";
import type { Series, View } from "../../statistics/model.js";
import { fill } from "../../statistics/numbers.js";
import { segments } from "../gs-trend/gs-trend.js";

const WIDTH = 132;
const HEIGHT = 56;
const MOST = 60;

export class GsMultiples extends LitElement {
  static override properties = {
    series: { attribute: false },
    benchmark: { attribute: false },
    view: { attribute: false },
    selected: { attribute: false },
    texts: { attribute: false },
  };
  declare series: readonly Series[];
  declare benchmark: Series | null;
  declare view: View | null;
  declare selected: readonly string[];
  declare texts: Readonly<Record<string, string>>;

  constructor() {
    super();
    this.series = [];
    this.benchmark = null;
    this.view = null;
    this.selected = [];
    this.texts = {};
  }

  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  protected override render(): TemplateResult | typeof nothing {
    if (!this.view || this.series.length === 0) return nothing;
    const shown = this.series.slice(0, MOST);
    const values = [...shown, ...(this.benchmark ? [this.benchmark] : [])].flatMap((each) =>
      each.points.flatMap((point) => (point.observation.kind === "value" ? [point.observation.value] : [])),
    );
    const years = shown[0]?.points.map((point) => point.year) ?? [];
    const low = Math.min(...values);
    const span = {
      low: low >= 0 && low < Math.max(...values) / 2 ? 0 : low,
      high: Math.max(...values),
      first: Math.min(...years),
      last: Math.max(...years),
    };
    return html`<ul class="gs-multiples">
      ${shown.map(
        (
          each,
        ) => html`<li><button type="button" class="gs-multiple" aria-pressed=${this.selected.includes(each.area)} data-area=${each.area} @click=${() => this.choose(each.area)}>
        ${each.name}<span class="gs-multiple__value">${this.lastText(each)}</span>
        <svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label=${this.labelOf(each)}>${this.drawing(each, span)}</svg>
      </button></li>`,
      )}
    </ul>`;
  }

  private drawing(series: Series, span: { low: number; high: number; first: number; last: number }): TemplateResult {
    const x = (year: number) => 4 + ((year - span.first) / Math.max(1, span.last - span.first)) * (WIDTH - 8);
    const y = (value: number) => HEIGHT - 4 - ((value - span.low) / (span.high - span.low || 1)) * (HEIGHT - 8);
    const path = (each: Series) =>
      segments(each)
        .map((points) =>
          points
            .map(
              (point, at) =>
                `${at ? "L" : "M"}${x(point.year).toFixed(1)},${y(point.observation.kind === "value" ? point.observation.value : 0).toFixed(1)}`,
            )
            .join(""),
        )
        .join("");
    const last = series.points.findLast((point) => point.observation.kind === "value");
    return svg`<line class="gs-chart__grid" x1="4" x2=${WIDTH - 4} y1=${HEIGHT - 4} y2=${HEIGHT - 4}></line>
      ${this.benchmark ? svg`<path class="gs-benchmark-line" d=${path(this.benchmark)}></path>` : nothing}
      <path class="gs-line-0" d=${path(series)}></path>
      ${segments(series)
        .filter((points) => points.length === 1)
        .map(([point]) =>
          point?.observation.kind === "value"
            ? svg`<circle class="gs-dot-0" cx=${x(point.year)} cy=${y(point.observation.value)} r="1.5"></circle>`
            : nothing,
        )}
      ${last && last.observation.kind === "value" ? svg`<circle class="gs-dot-0" cx=${x(last.year)} cy=${y(last.observation.value)} r="3" data-period=${last.period} data-value=${last.observation.value}></circle>` : nothing}`;
  }

  private lastText(series: Series): string {
    const last = series.points.findLast((point) => point.observation.kind === "value");
    return last ? `${last.text}, ${last.period}` : (series.points.at(-1)?.text ?? "");
  }

  private labelOf(series: Series): string {
    const known = series.points.filter((point) => point.observation.kind === "value");
    const [first, last] = [known[0], known.at(-1)];
    if (!first || !last) return fill(this.texts.multiples_none ?? "", { area: series.name });
    return fill(this.texts.multiples_label ?? "", {
      area: series.name,
      first: first.text,
      from: first.period,
      last: last.text,
      to: last.period,
    });
  }

  private choose(area: string): void {
    this.dispatchEvent(new CustomEvent("gs-choose", { detail: area, bubbles: true }));
  }
}

customElements.define("gs-multiples", GsMultiples);

/** `<gs-trend>`: the development of chosen areas; breaks break the line, gaps show that a value is missing. */
import { html, LitElement, nothing, type PropertyValues, svg, type TemplateResult } from "lit";
import { reasonText, type Series, type SeriesPoint, type View } from "../../statistics/model.js";
import { fill, formatNumber } from "../../statistics/numbers.js";
import type { IndicatorFile } from "../../statistics/observation.js";
import { type Scale, scaleOf, spreadOut, tickDecimals } from "../../statistics/scale.js";

const SHAPES = ["circle", "square", "diamond", "triangle"] as const;
/** More areas than there are colours begin with the first colour again. */
const COLOURS = 8;
/** How many patterns of dashes tell official values apart. */
const DASHES = 3;
/** The width of a piece of line before the name of official values, which end elsewhere than their names stand. */
const SAMPLE = 24;

export class GsTrend extends LitElement {
  static override properties = {
    series: { attribute: false },
    view: { attribute: false },
    period: { attribute: false },
    texts: { attribute: false },
    label: { attribute: false },
    officialBreaks: { attribute: false },
    mark: { attribute: false },
    width: { state: true },
  };
  declare series: readonly Series[];
  declare view: View | null;
  declare period: string;
  declare texts: Readonly<Record<string, string>>;
  declare label: string;
  /** The breaks of the official values; those of the indicator stand in its file. */
  declare officialBreaks: IndicatorFile["breaks"];
  /** What a picture of synthetic data says of itself. */
  declare mark: string | undefined;
  declare width: number;
  private readonly watcher = new ResizeObserver(() => this.measure());

  constructor() {
    super();
    this.series = [];
    this.view = null;
    this.period = "";
    this.label = "";
    this.officialBreaks = [];
    this.mark = undefined;
    this.texts = {};
    this.width = 0;
  }

  protected override createRenderRoot(): HTMLElement {
    this.replaceChildren();
    return this;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.watcher.observe(this);
    this.measure();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.watcher.disconnect();
  }

  private measure(): void {
    const width = Math.round(this.getBoundingClientRect().width);
    if (width > 0) this.width = width;
  }

  protected override shouldUpdate(_changed: PropertyValues): boolean {
    return this.width > 0 && this.view !== null;
  }

  protected override render(): TemplateResult | typeof nothing {
    const periods = this.series[0]?.points.length ?? 0;
    if (periods === 0) return nothing;
    return periods === 1 ? this.bars() : this.lines();
  }

  /** What the longest name needs at the ends of the lines. */
  private get namesWidth(): number {
    return Math.max(
      ...this.series.map((each) => (each.beside ? 18 + SAMPLE + 6.4 * each.name.length : 16 + 7.2 * each.name.length)),
    );
  }

  /** Where it is narrow, names stand below the picture; so do official ones that would take too much of it. */
  private get narrow(): boolean {
    return this.width < 480 || (this.series.some((each) => each.beside) && this.namesWidth > this.width * 0.38);
  }

  private lines(): TemplateResult {
    const height = this.width < 480 ? 260 : 340;
    const room = this.narrow ? 8 : Math.min(this.width * 0.38, this.namesWidth);
    const years = this.series[0]?.points.map((point) => point.year) ?? [];
    const [first, last] = [Math.min(...years), Math.max(...years)];
    const y = this.valueScale([height - 28, 24]);
    const left = 12 + 7.4 * Math.max(...y.ticks.map((tick) => this.tickText(tick, y).length));
    const x = Object.assign(
      (year: number) => left + ((year - first) / Math.max(1, last - first)) * (this.width - left - room),
      { room },
    );
    return html`<svg class="gs-chart" viewBox="0 0 ${this.width} ${height}" role="img" aria-label=${this.label}>
        ${this.gridLines(y, left, this.width - room)} ${this.yearTicks(x, first, last, height)}
        ${this.breakLines(x, height)}
        ${this.series.slice(0, 1).map((each, place) => this.band(each, place, x, y))}
        ${this.series.map((each, place) => this.line(each, place, x, y))}
        ${this.narrow ? nothing : this.endLabels(x, y, height)} ${this.markText(left, height - 42)}
      </svg>
      ${this.narrow ? this.legend() : nothing}`;
  }

  private valueScale(range: readonly [number, number]): Scale {
    const values = this.series.flatMap((each) => each.points.flatMap((point) => limitsOf(point)));
    if (values.length === 0) return scaleOf([0, 1], range);
    const [low, high] = [Math.min(...values), Math.max(...values)];
    const fromZero = low >= 0 && low < (high - low) * 2;
    return scaleOf([fromZero ? 0 : Math.min(low, high), high], range);
  }

  private tickText(tick: number, scale: Scale): string {
    return formatNumber(tick, tickDecimals(scale.ticks), this.view?.wording.language ?? "de");
  }

  private gridLines(y: Scale, left: number, right: number): TemplateResult[] {
    return y.ticks.map(
      (tick) => svg`<line class="gs-chart__grid" x1=${left} x2=${right} y1=${y(tick)} y2=${y(tick)}></line>
        <text class="gs-chart__small" x=${left - 6} y=${y(tick) + 4} text-anchor="end">${this.tickText(tick, y)}</text>`,
    );
  }

  private yearTicks(x: (year: number) => number, first: number, last: number, height: number): TemplateResult[] {
    const most = Math.max(2, Math.floor((x(last) - x(first)) / 48));
    const step = Math.max(1, Math.ceil((last - first) / most));
    const years: number[] = [];
    for (let year = last; year >= first; year -= step) years.push(year);
    const now = Number(this.period.slice(0, 4));
    return [
      ...years.map(
        (year) => svg`<text class="gs-chart__small" x=${x(year)} y=${height - 8} text-anchor="middle">${year}</text>`,
      ),
      svg`<line class="gs-chart__now" x1=${x(now)} x2=${x(now)} y1="16" y2=${height - 28}></line>`,
    ];
  }

  /** Each break has the number under which it is told below the chart. */
  private breakLines(x: (year: number) => number, height: number): TemplateResult[] {
    return [...(this.view?.data.file.breaks ?? []), ...this.officialBreaks].map((each, place) => {
      const at = x(Number(each.period.slice(0, 4)) - 0.5);
      const text = each.text[this.view?.wording.language ?? "de"] ?? "";
      return svg`<g class="gs-chart__turn"><title>${fill(this.view?.wording.patterns.break ?? "", { period: each.period, text })}</title>
        <line class="gs-chart__break" x1=${at} x2=${at} y1="16" y2=${height - 28}></line>
        <circle cx=${at} cy="8" r="8"></circle><text x=${at} y="12" text-anchor="middle">${place + 1}</text></g>`;
    });
  }

  private line(series: Series, place: number, x: (year: number) => number, y: Scale): TemplateResult {
    const shape = this.shapeOf(series);
    const dots = series.points.length > 14 && place > 0 ? 2 : 3.5;
    return svg`<g data-area=${series.area}>
      ${segments(series).map((points) => svg`<path class=${this.lineClass(series, place)} d=${points.map((point, at) => `${at ? "L" : "M"}${x(point.year).toFixed(1)},${y(heightOf(point)).toFixed(1)}`).join("")}></path>`)}
      ${series.points.map((point) => this.dot(point, series, place, x(point.year), y, shape, dots))}
    </g>`;
  }

  private dot(
    point: SeriesPoint,
    series: Series,
    place: number,
    x: number,
    y: Scale,
    shape: string,
    size: number,
  ): TemplateResult | typeof nothing {
    if (point.observation.kind === "missing") return place === 0 ? this.gap(point, series, x, y) : nothing;
    const at = y(point.observation.value);
    return svg`<path class="gs-dot-${suffix(series, place)}" data-period=${point.period} data-value=${point.observation.value} d=${shapePath(shape, x, at, size)}><title>${series.name}, ${point.period}: ${point.text}</title></path>`;
  }

  /** A small open cross above the axis, for the first area: here a value is missing, and the title says why. */
  private gap(point: SeriesPoint, series: Series, x: number, y: Scale): TemplateResult {
    const at = y(y.domain[0]) - 5;
    const reason = this.view ? reasonText(point.observation, this.view.wording) : "";
    return svg`<path class="gs-chart__gap" data-period=${point.period} data-missing=${point.observation.status} d="M${x - 3},${at - 3}l6,6m0,-6l-6,6"><title>${series.name}, ${point.period}: ${fill(this.texts.gap ?? "", { reason })}</title></path>`;
  }

  /** An area has one shape, also among the official values. */
  private shapeOf(series: Series): (typeof SHAPES)[number] {
    const place = this.series.findIndex((each) => each.area === series.area);
    return SHAPES[place % SHAPES.length] ?? "circle";
  }

  private lineClass(series: Series, place: number): string {
    const before = this.series.findIndex((each) => each.beside);
    return `gs-line-${suffix(series, place)}${series.beside ? ` gs-dash-${(place - before) % DASHES}` : ""}`;
  }

  /** Whoever takes only the picture along takes along that its people do not exist. */
  private markText(x: number, y: number): TemplateResult | typeof nothing {
    return this.mark ? svg`<text class="gs-chart__mark" x=${x + 6} y=${y}>${this.mark}</text>` : nothing;
  }

  private band(series: Series, place: number, x: (year: number) => number, y: Scale): TemplateResult[] {
    return segments(series).flatMap((points) => {
      const limits = points.flatMap((point) => {
        const each = point.observation;
        return each.kind === "value" && each.lower !== null && each.upper !== null
          ? [{ x: x(point.year), lower: y(each.lower), upper: y(each.upper) }]
          : [];
      });
      if (limits.length < 2) return [];
      const upper = limits.map((each) => `${each.x.toFixed(1)},${each.upper.toFixed(1)}`).join("L");
      const lower = limits
        .toReversed()
        .map((each) => `${each.x.toFixed(1)},${each.lower.toFixed(1)}`)
        .join("L");
      return [svg`<path class="gs-band-${place % COLOURS}" d="M${upper}L${lower}Z"></path>`];
    });
  }

  private endLabels(x: ((year: number) => number) & { room: number }, y: Scale, height: number): TemplateResult[] {
    const ends = this.series.map((each) => each.points.findLast((point) => point.observation.kind === "value"));
    const places = spreadOut(
      ends.map((end) => (end ? y(heightOf(end)) : height / 2)),
      17,
      14,
      height - 34,
    );
    return this.series.map((each, place) => {
      if (!ends[place]) return svg``;
      const [left, at] = [this.width - x.room + 10, places[place] ?? 0];
      const sample = each.beside
        ? svg`<g transform="translate(${left},${at - 6})">${this.sample(each, place)}</g>`
        : nothing;
      return svg`${sample}<text class="gs-text-${suffix(each, place)}" x=${each.beside ? left + SAMPLE + 4 : left} y=${at + 4}>${each.name}</text>`;
    });
  }

  /** A piece of a line with its mark, 24 wide and 12 high. */
  private sample(series: Series, place: number): TemplateResult {
    return svg`<path class=${this.lineClass(series, place)} d="M0,6L${SAMPLE},6"></path><path class="gs-dot-${suffix(series, place)}" d=${shapePath(this.shapeOf(series), 12, 6, 4)}></path>`;
  }

  private legend(): TemplateResult {
    return html`<ul class="gs-legend">
      ${this.series.map((each, place) => html`<li><svg width=${SAMPLE} height="12" aria-hidden="true">${this.sample(each, place)}</svg>${each.name}</li>`)}
    </ul>`;
  }

  /** With one period only, the areas stand below each other as bars with their intervals. */
  private bars(): TemplateResult {
    const rows = this.series.map((each) => ({ ...each, point: each.points[0] }));
    const step = 44;
    const height = rows.length * step + 26;
    const values = rows.flatMap((row) => (row.point ? limitsOf(row.point) : []));
    const x = scaleOf([Math.min(0, ...values), Math.max(0, ...values)], [4, this.width - 12]);
    return html`<svg class="gs-chart" viewBox="0 0 ${this.width} ${height}" role="img" aria-label=${this.label}>
      ${x.ticks.map((tick) => svg`<line class="gs-chart__grid" x1=${x(tick)} x2=${x(tick)} y1="4" y2=${height - 22}></line><text class="gs-chart__small" x=${Math.min(x(tick), this.width - 14)} y=${height - 6} text-anchor=${tick === x.ticks[0] ? "start" : "middle"}>${this.tickText(tick, x)}</text>`)}
      ${rows.map((row, place) => this.bar(row, place, 6 + place * step, x))} ${this.markText(4, height - 22)}
    </svg>`;
  }

  private bar(row: Series & { point: SeriesPoint | undefined }, place: number, top: number, x: Scale): TemplateResult {
    const observation = row.point?.observation;
    if (!row.point || !observation || observation.kind === "missing") {
      const reason = observation && this.view ? reasonText(observation, this.view.wording) : "";
      return svg`<g data-area=${row.area}><text x="4" y=${top + 12} data-period=${row.point?.period ?? ""} data-missing=${observation?.status ?? ""}>${row.name}: ${reason}</text></g>`;
    }
    const [from, to] = [x(Math.min(0, observation.value)), x(Math.max(0, observation.value))];
    const whisker =
      observation.lower !== null && observation.upper !== null
        ? svg`<path class="gs-chart__whisker" d="M${x(observation.lower)},${top + 26}L${x(observation.upper)},${top + 26}"></path>`
        : nothing;
    return svg`<g data-area=${row.area}><text x="4" y=${top + 12}>${row.name}: ${row.point.text}</text>
      <rect class="gs-dot-${suffix(row, place)} gs-chart__bar" data-period=${row.point.period} data-value=${observation.value} x=${from} y=${top + 18} width=${Math.max(1, to - from)} height="16"></rect>${whisker}</g>`;
  }
}

function suffix(series: Series, place: number): string {
  return series.beside ? "beside" : String(place % COLOURS);
}

/** Runs of points that may be joined: consecutive values without a break and without a missing year between them. */
export function segments(series: Series): SeriesPoint[][] {
  const found: SeriesPoint[][] = [];
  let run: SeriesPoint[] = [];
  for (const point of series.points) {
    const before = run.at(-1);
    const joins = point.observation.kind === "value" && (!before || before.part === point.part);
    if (!joins && run.length > 0) {
      found.push(run);
      run = [];
    }
    if (point.observation.kind === "value") run.push(point);
  }
  if (run.length > 0) found.push(run);
  return found;
}

function heightOf(point: SeriesPoint): number {
  return point.observation.kind === "value" ? point.observation.value : Number.NaN;
}

function limitsOf(point: SeriesPoint): number[] {
  const each = point.observation;
  if (each.kind === "missing") return [];
  return [each.value, ...(each.lower === null ? [] : [each.lower]), ...(each.upper === null ? [] : [each.upper])];
}

function shapePath(shape: string, x: number, y: number, size: number): string {
  if (shape === "square") return `M${x - size},${y - size}h${2 * size}v${2 * size}h${-2 * size}Z`;
  if (shape === "diamond")
    return `M${x},${y - size * 1.35}l${size * 1.35},${size * 1.35}l${-size * 1.35},${size * 1.35}l${-size * 1.35},${-size * 1.35}Z`;
  if (shape === "triangle") return `M${x},${y - size * 1.2}l${size * 1.2},${size * 2.1}h${-size * 2.4}Z`;
  return `M${x - size},${y}a${size},${size} 0 1,0 ${2 * size},0a${size},${size} 0 1,0 ${-2 * size},0Z`;
}

customElements.define("gs-trend", GsTrend);

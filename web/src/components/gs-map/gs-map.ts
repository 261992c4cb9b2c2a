/** `<gs-map>`: areas by class of their value; what has no value is hatched. The table beside it holds the same values. */
import { html, LitElement, nothing, type PropertyValues, svg, type TemplateResult } from "lit";
import { type LevelModel, type LevelRow, reasonText, type View } from "../../statistics/model.js";
import { fill, formatNumber } from "../../statistics/numbers.js";
import { layoutOf, type MapLayout, type MapTopology } from "./layout.js";
import { type AreaRaster, areaAt, paint, rasterOf } from "./raster.js";

export class GsMap extends LitElement {
  static override properties = {
    topology: { attribute: false },
    level: { attribute: false },
    model: { attribute: false },
    view: { attribute: false },
    selected: { attribute: false },
    texts: { attribute: false },
    label: { attribute: false },
    width: { state: true },
    pointed: { state: true },
  };
  declare topology: MapTopology | null;
  declare level: string;
  declare model: LevelModel | null;
  declare view: View | null;
  declare selected: readonly string[];
  declare texts: Readonly<Record<string, string>>;
  declare label: string;
  declare width: number;
  declare pointed: string;
  private layout: MapLayout | null = null;
  private raster: AreaRaster | null = null;
  private image: ImageData | null = null;
  private readonly watcher = new ResizeObserver(() => this.measure());
  private readonly scheme = matchMedia("(prefers-color-scheme: dark)");
  private readonly repaint = () => this.paint();

  constructor() {
    super();
    this.topology = null;
    this.model = null;
    this.view = null;
    this.level = "";
    this.label = "";
    this.selected = [];
    this.texts = {};
    this.width = 0;
    this.pointed = "";
  }

  /** In the page's own tree, so that its styles and its printing hold. */
  protected override createRenderRoot(): HTMLElement {
    this.replaceChildren();
    return this;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.watcher.observe(this);
    this.scheme.addEventListener("change", this.repaint);
    this.measure();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.watcher.disconnect();
    this.scheme.removeEventListener("change", this.repaint);
  }

  private measure(): void {
    const width = Math.round(this.getBoundingClientRect().width);
    if (width > 0) this.width = width;
  }

  protected override willUpdate(changed: PropertyValues): void {
    const placed = changed.has("topology") || changed.has("level") || changed.has("width");
    if (!placed || !this.topology || this.width === 0 || !this.topology.objects[this.level]) return;
    this.layout = layoutOf(this.topology, this.level, this.width, Math.max(360, Math.min(640, innerHeight * 0.75)));
    this.raster = null;
  }

  protected override render(): TemplateResult | typeof nothing {
    const { layout, model } = this;
    if (!layout || !model) return nothing;
    return html`<div class="gs-map__stage" @click=${this.choose} @pointermove=${this.point} @pointerleave=${this.leave}>
        <canvas role="img" aria-label=${this.label}></canvas>
        <svg viewBox="0 0 ${layout.width} ${layout.height}" aria-hidden="true">
          <path class="gs-map__borders" d=${layout.borders}></path>
          <path class="gs-map__outline" d=${layout.outline}></path>
          ${layout.insets.map((inset) => this.insetFrame(inset))}
          ${this.selected.slice(1).map((key) => this.outlineOf(key, "gs-map__chosen gs-map__chosen--second"))}
          ${this.selected.slice(0, 1).map((key) => this.outlineOf(key, "gs-map__chosen"))}
        </svg>
      </div>
      <p class="gs-map__readout">${this.readout(model)}</p>
      ${this.legend(model)}`;
  }

  private insetFrame(inset: MapLayout["insets"][number]): TemplateResult {
    const [x, y, width, height] = inset.place;
    const names = inset.areas.map((area) => this.view?.wording.names.get(area) ?? area).join(", ");
    return svg`<rect class="gs-map__inset" x=${x} y=${y} width=${width} height=${height}></rect>
      <path class="gs-map__outline" d=${inset.areas.map((area) => this.layout?.pathOf(area) ?? "").join("")}></path>
      <text class="gs-map__label" x=${x + 2} y=${y + height + 15}>${names}</text>`;
  }

  private outlineOf(key: string, name: string): TemplateResult | typeof nothing {
    return this.layout?.keys.includes(key) ? svg`<path class=${name} d=${this.layout.pathOf(key)}></path>` : nothing;
  }

  private readout(model: LevelModel): TemplateResult | string {
    const key = this.pointed || this.selected.find((area) => model.rows.some((row) => row.area === area)) || "";
    const row = model.rows.find((each) => each.area === key);
    if (!row || !this.view) return this.texts.map_hint ?? "";
    const reason = reasonText(row.observation, this.view.wording);
    return html`<strong>${row.name}:</strong> ${reason || row.text}${row.interval ? ` (${row.interval})` : ""}`;
  }

  private legend(model: LevelModel): TemplateResult {
    const { limits, diverging } = model.classes;
    const kind = diverging ? "apart-" : "";
    const entries =
      limits.length === 0
        ? []
        : [...limits, null].map((_, place) => ({
            swatch: Math.round((place / limits.length) * 4),
            text: this.rangeText(limits, place),
          }));
    const lacks = model.rows.some((row) => row.observation.kind === "missing");
    return html`<ul class="gs-legend" aria-label=${this.texts.legend ?? ""}>
      ${entries.map((each) => html`<li><span class="gs-swatch gs-swatch--${kind}${each.swatch}"></span>${each.text}</li>`)}
      ${lacks ? html`<li><span class="gs-swatch gs-swatch--missing"></span>${this.texts.no_value}</li>` : nothing}
    </ul>`;
  }

  private rangeText(limits: readonly number[], place: number): string {
    const view = this.view;
    const text = (value: number | undefined) =>
      view && value !== undefined ? formatNumber(value, view.data.file.decimals, view.wording.language) : "";
    const step = view ? 10 ** -view.data.file.decimals : 0;
    if (place === 0) return fill(this.texts.legend_up_to ?? "", { to: text((limits[0] ?? 0) - step) });
    if (place === limits.length) return fill(this.texts.legend_from ?? "", { from: text(limits.at(-1)) });
    return fill(this.texts.legend_range ?? "", {
      from: text(limits[place - 1]),
      to: text((limits[place] ?? 0) - step),
    });
  }

  protected override updated(): void {
    this.size();
    this.paint();
  }

  /** Give the stage its shape, also on narrower paper, and the canvas its pixels; both through the object model, which the policy allows. */
  private size(): void {
    const stage = this.querySelector<HTMLElement>(".gs-map__stage");
    const canvas = this.querySelector("canvas");
    if (!this.layout || !stage || !canvas || this.raster) return;
    const density = Math.min(2, Math.max(1, devicePixelRatio));
    stage.style.aspectRatio = `${this.layout.width} / ${this.layout.height}`;
    canvas.width = Math.round(this.layout.width * density);
    canvas.height = Math.round(this.layout.height * density);
    const scaled = this.layout.rings.map((rings) =>
      rings.map((ring) => ring.map(([x, y]) => [x * density, y * density] as const)),
    );
    this.raster = rasterOf(canvas.width, canvas.height, scaled);
    this.image = new ImageData(canvas.width, canvas.height);
  }

  /** Colour the areas; the only work that a change of year makes. */
  private paint(): void {
    const { raster, image, layout, model } = this;
    const canvas = this.querySelector("canvas");
    if (!raster || !image || !layout || !model || !canvas) return;
    const style = getComputedStyle(this);
    const colour = (name: string) => packedColour(style.getPropertyValue(name));
    const palette = [0, 1, 2, 3, 4].map((place) =>
      colour(model.classes.diverging ? `--gs-apart-${place}` : `--gs-class-${place}`),
    );
    const missing = colour("--gs-missing");
    const colours = new Uint32Array(layout.keys.length + 1);
    const hatched = new Uint8Array(layout.keys.length + 1);
    const rows = this.rowsOf(layout, model);
    layout.keys.forEach((_, place) => {
      const found = rows[place]?.class;
      const known = found !== null && found !== undefined;
      colours[place + 1] = known ? (palette[found] ?? missing) : missing;
      hatched[place + 1] = known ? 0 : 1;
    });
    paint(raster, new Uint32Array(image.data.buffer), colours, hatched, colour("--gs-hatch"));
    canvas.getContext("2d")?.putImageData(image, 0, 0);
    canvas.dataset.painted = String(model.rows.length);
  }

  private places: readonly number[] = [];
  private rowCount = 0;

  /** The row of each area on the map. Where it stands is looked up again only when the areas are others than before. */
  private rowsOf(layout: MapLayout, model: LevelModel): readonly (LevelRow | undefined)[] {
    const { keys } = layout;
    const stands = (key: string, at: number) => {
      const place = this.places[at] ?? -1;
      return place < 0 || model.rows[place]?.area === key;
    };
    if (this.rowCount !== model.rows.length || this.places.length !== keys.length || !keys.every(stands)) {
      this.rowCount = model.rows.length;
      const placeOf = new Map(model.rows.map((row, at) => [row.area, at]));
      this.places = keys.map((key) => placeOf.get(key) ?? -1);
    }
    return this.places.map((place) => model.rows[place]);
  }

  private areaOf(event: MouseEvent): string {
    const canvas = this.querySelector("canvas");
    if (!canvas || !this.raster || !this.layout) return "";
    const box = canvas.getBoundingClientRect();
    const scale = canvas.width / box.width;
    const number = areaAt(this.raster, (event.clientX - box.left) * scale, (event.clientY - box.top) * scale);
    return number > 0 ? (this.layout.keys[number - 1] ?? "") : "";
  }

  private readonly point = (event: PointerEvent) => {
    this.pointed = this.areaOf(event);
  };

  private readonly leave = () => {
    this.pointed = "";
  };

  private readonly choose = (event: MouseEvent) => {
    const area = this.areaOf(event);
    if (area) this.dispatchEvent(new CustomEvent("gs-choose", { detail: area, bubbles: true }));
  };
}

/** `#rrggbb` as a pixel in the byte order of little-endian machines. */
function packedColour(text: string): number {
  const value = Number.parseInt(text.trim().slice(1), 16);
  return (0xff000000 | ((value & 0xff) << 16) | (value & 0xff00) | (value >> 16)) >>> 0;
}

customElements.define("gs-map", GsMap);

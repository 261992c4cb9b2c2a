/** `<gs-spine data-spine='…'>`: where a value lies between all areas of its level; better stands to the right. */

export interface Spine {
  lowest: number;
  quarter: number;
  "three-quarters": number;
  highest: number;
  benchmark: number;
  own: number;
  lower: number | null;
  upper: number | null;
  polarity: string;
  judgement: string;
}

const WIDTH = 200;
const HEIGHT = 24;

/** The place of a value between -1 and 1: the benchmark at 0, the farther end of the level at the edge. */
export function spinePlace(spine: Spine, value: number): number {
  const reach = Math.max(Math.abs(spine.highest - spine.benchmark), Math.abs(spine.benchmark - spine.lowest), 1e-12);
  const direction = spine.polarity === "lower_is_better" ? -1 : 1;
  return direction * Math.max(-1, Math.min(1, (value - spine.benchmark) / reach));
}

export class GsSpine extends HTMLElement {
  connectedCallback(): void {
    const spine = JSON.parse(this.dataset.spine ?? "null") as Spine | null;
    if (!spine || this.querySelector("svg")) return;
    const place = (value: number) => WIDTH / 2 + (spinePlace(spine, value) * (WIDTH - 16)) / 2;
    const span = (from: number, to: number) =>
      [Math.min(place(from), place(to)), Math.max(place(from), place(to))] as const;
    const all = span(spine.lowest, spine.highest);
    const middle = span(spine.quarter, spine["three-quarters"]);
    const drawing = element("svg", {
      viewBox: `0 0 ${WIDTH} ${HEIGHT}`,
      "aria-hidden": "true",
      preserveAspectRatio: "xMidYMid meet",
    });
    drawing.append(
      element("rect", { class: "gs-spine__all", x: all[0], y: 7, width: all[1] - all[0], height: 10 }),
      element("rect", {
        class: "gs-spine__middle",
        x: middle[0],
        y: 7,
        width: Math.max(1, middle[1] - middle[0]),
        height: 10,
      }),
      element("line", { class: "gs-spine__benchmark", x1: WIDTH / 2, x2: WIDTH / 2, y1: 2, y2: HEIGHT - 2 }),
    );
    if (spine.lower !== null && spine.upper !== null) {
      const limits = span(spine.lower, spine.upper);
      drawing.append(element("line", { class: "gs-spine__limits", x1: limits[0], x2: limits[1], y1: 12, y2: 12 }));
    }
    drawing.append(
      element("path", {
        class: `gs-judged-${spine.judgement}`,
        d: markPath(spine.judgement, place(spine.own)),
        "data-value": spine.own,
      }),
    );
    this.append(drawing);
  }
}

/** Each judgement its own shape. */
function markPath(judgement: string, x: number): string {
  const y = HEIGHT / 2;
  if (judgement === "better") return `M${x},${y - 7}l7,13h-14Z`;
  if (judgement === "worse") return `M${x},${y + 7}l7,-13h-14Z`;
  if (judgement === "higher") return `M${x + 7},${y}l-13,7v-14Z`;
  if (judgement === "lower") return `M${x - 7},${y}l13,7v-14Z`;
  if (judgement === "not-judged") return `M${x},${y - 6}l6,6l-6,6l-6,-6Z`;
  return `M${x - 5.5},${y}a5.5,5.5 0 1,0 11,0a5.5,5.5 0 1,0 -11,0Z`;
}

function element(name: string, attributes: Record<string, string | number>): SVGElement {
  const made = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, String(value));
  return made;
}

customElements.define("gs-spine", GsSpine);

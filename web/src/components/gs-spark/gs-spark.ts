/** `<gs-spark data-points='[[2015, 7.2, 0], …]'>`: a series without axes; only values of one part are joined. */

const WIDTH = 240;
const HEIGHT = 44;

export class GsSpark extends HTMLElement {
  connectedCallback(): void {
    const points = JSON.parse(this.dataset.points ?? "[]") as [number, number, number][];
    if (points.length < 2 || this.querySelector("svg")) return;
    const years = points.map(([year]) => year);
    const values = points.map(([, value]) => value);
    const [first, last, low, high] = [Math.min(...years), Math.max(...years), Math.min(...values), Math.max(...values)];
    const x = (year: number) => 4 + ((year - first) / (last - first || 1)) * (WIDTH - 8);
    const y = (value: number) => HEIGHT - 5 - ((value - low) / (high - low || 1)) * (HEIGHT - 10);
    const drawing = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    drawing.setAttribute("viewBox", `0 0 ${WIDTH} ${HEIGHT}`);
    drawing.setAttribute("role", "img");
    drawing.setAttribute("aria-label", `${this.dataset.label ?? ""}, ${first}–${last}`);
    const line = document.createElementNS(drawing.namespaceURI, "path");
    line.setAttribute("class", "gs-line-0");
    line.setAttribute(
      "d",
      points
        .map(([year, value, part], at) => {
          const joins = at > 0 && points[at - 1]?.[2] === part;
          return `${joins ? "L" : "M"}${x(year).toFixed(1)},${y(value).toFixed(1)}`;
        })
        .join(""),
    );
    drawing.append(line);
    points.forEach(([year, value, part], at) => {
      const alone = points[at - 1]?.[2] !== part && points[at + 1]?.[2] !== part;
      if (!alone && at < points.length - 1) return;
      const dot = document.createElementNS(drawing.namespaceURI, "circle");
      const facts = { class: "gs-dot-0", cx: x(year), cy: y(value), r: at < points.length - 1 ? 1.5 : 3.5 };
      for (const [name, fact] of Object.entries(facts)) dot.setAttribute(name, String(fact));
      drawing.append(dot);
    });
    this.append(drawing);
  }
}

customElements.define("gs-spark", GsSpark);

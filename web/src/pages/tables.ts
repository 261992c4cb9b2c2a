/** The tables of the indicator page, in the same form in which the server writes them. */
import { html, nothing, render, type TemplateResult } from "lit";
import { MARKS } from "../statistics/judgement.js";
import { type LevelRow, reasonText, type Series, type View } from "../statistics/model.js";
import { fill } from "../statistics/numbers.js";
import type { Observation } from "../statistics/observation.js";

type Texts = Readonly<Record<string, string>>;

export const ROWS_ON_A_PAGE = 60;

function cell(observation: Observation, text: string, view: View, texts: Texts): TemplateResult {
  if (observation.kind === "missing") {
    return html`<abbr class="gs-sign" title=${reasonText(observation, view.wording)}>${text}</abbr>`;
  }
  const note = texts[observation.status === "normal" ? "" : observation.status];
  return html`<data value=${observation.value}>${text}</data>${note ? html` <abbr class="gs-note" title=${note}>*</abbr>` : nothing}${
    observation.converted ? html` <abbr class="gs-note" title=${texts.converted ?? ""}>u</abbr>` : nothing
  }`;
}

/** The areas of the level; of very many, those on the first page and those that are selected. */
export function renderLevel(
  body: HTMLElement,
  rows: readonly LevelRow[],
  view: View,
  texts: Texts,
  urlOf: (area: string) => string,
): void {
  const shown =
    rows.length <= ROWS_ON_A_PAGE ? rows : rows.filter((row, place) => place < ROWS_ON_A_PAGE || row.selected);
  fresh(body);
  body.closest("table")?.classList.toggle("gs-table--uncounted", !shown.some((row) => row.counts));
  body.closest("table")?.classList.toggle("gs-table--undated", !shown.some((row) => row.keyDate));
  render(
    shown.map(
      (row) => html`<tr class=${row.selected ? "gs-row--selected" : ""} data-area=${row.area}>
      <th scope="row"><a class="kern-link" href=${urlOf(row.area)}>${row.name}</a></th>
      <td class="gs-number">${cell(row.observation, row.text, view, texts)}</td>
      <td>${row.interval}</td>
      <td>${row.observation.kind === "value" ? html`<span class="gs-mark gs-mark--${row.judgement}" aria-hidden="true">${MARKS[row.judgement]}</span> ${texts[row.judgement]}` : nothing}</td>
      <td>${row.keyDate}</td>
      <td class="gs-number">${row.counts ? fill(texts.counts ?? "", { cases: row.counts[0], people: row.counts[1] }) : ""}</td>
    </tr>`,
    ),
    body,
  );
}

/** One row a period, one column an area. */
export function renderTrend(
  table: HTMLTableElement,
  series: readonly Series[],
  period: string,
  view: View,
  texts: Texts,
): void {
  const head = table.tHead?.rows[0];
  const body = table.tBodies[0];
  if (!head || !body) return;
  while (head.cells.length > 1) head.deleteCell(-1);
  for (const each of series) {
    const column = document.createElement("th");
    column.scope = "col";
    column.className = "gs-number";
    column.textContent = each.name;
    head.append(column);
  }
  fresh(body);
  const periods = series[0]?.points ?? [];
  render(
    periods.map(
      (point, place) => html`<tr class=${point.period === period ? "gs-row--selected" : ""}>
      <th scope="row">${point.period}</th>
      ${series.map((each) => {
        const own = each.points[place];
        return html`<td class="gs-number">${own ? cell(own.observation, own.text, view, texts) : nothing}</td>`;
      })}
    </tr>`,
    ),
    body,
  );
}

/** Every area of the level over all periods. */
export function renderMatrix(table: HTMLTableElement, series: readonly Series[], view: View, texts: Texts): void {
  const body = table.tBodies[0];
  if (!body) return;
  fresh(body);
  render(
    series.slice(0, ROWS_ON_A_PAGE).map(
      (each) => html`<tr><th scope="row">${each.name}</th>
      ${each.points.map((point) => html`<td class="gs-number">${cell(point.observation, point.text, view, texts)}</td>`)}</tr>`,
    ),
    body,
  );
}

const taken = new WeakSet<HTMLElement>();

/** The server's rows make room once; from then on the rows are ours. */
function fresh(body: HTMLElement): void {
  if (taken.has(body)) return;
  taken.add(body);
  body.replaceChildren();
}

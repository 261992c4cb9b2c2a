/** `<gs-heat>` and `<gs-compare>`: the table inside gets buttons that sort its rows by a column. */

type Order = "descending" | "ascending";

export class SortedTable extends HTMLElement {
  connectedCallback(): void {
    const table = this.querySelector("table");
    if (!table || this.dataset.ready) return;
    this.dataset.ready = "true";
    const rows = [...(table.tBodies[0]?.rows ?? [])];
    const heads = [...(table.tHead?.rows[0]?.cells ?? [])];
    heads.forEach((head, column) => {
      this.addButton(head, column, table, rows);
    });
  }

  private addButton(
    head: HTMLTableCellElement,
    column: number,
    table: HTMLTableElement,
    rows: readonly HTMLTableRowElement[],
  ): void {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "gs-sort";
    button.textContent = "↕";
    button.setAttribute("aria-label", `${head.textContent?.trim().replace(/\s+/g, " ")} ↕`);
    const [first, second] = firstOrders(rows, column);
    button.addEventListener("click", () => {
      const order = head.getAttribute("aria-sort") === first ? second : first;
      for (const other of table.tHead?.rows[0]?.cells ?? []) other.removeAttribute("aria-sort");
      for (const other of table.tHead?.querySelectorAll(".gs-sort") ?? []) other.textContent = "↕";
      head.setAttribute("aria-sort", order);
      button.textContent = order === "ascending" ? "↑" : "↓";
      table.tBodies[0]?.append(...sorted(rows, column, order));
    });
    head.append(button);
  }
}

/** Numbers are first wanted from the largest, names from A. */
function firstOrders(rows: readonly HTMLTableRowElement[], column: number): [Order, Order] {
  const names = rows.some((row) => typeof keyOf(row.cells[column]) === "string");
  return names ? ["ascending", "descending"] : ["descending", "ascending"];
}

/** Rows by the value of a column; those without a value stand last, whichever way. */
export function sorted(rows: readonly HTMLTableRowElement[], column: number, order: Order): HTMLTableRowElement[] {
  const keys = rows.map((row) => ({ row, key: keyOf(row.cells[column]) }));
  const sign = order === "ascending" ? 1 : -1;
  keys.sort((a, b) => {
    if (a.key === null || b.key === null) return Number(a.key === null) - Number(b.key === null);
    if (typeof a.key === "string" || typeof b.key === "string")
      return sign * String(a.key).localeCompare(String(b.key), "de");
    return sign * (a.key - b.key);
  });
  return keys.map(({ row }) => row);
}

function keyOf(cell: HTMLTableCellElement | undefined): number | string | null {
  const data = cell?.querySelector("data");
  if (data) return Number(data.value);
  return cell?.querySelector("abbr") ? null : cell?.textContent?.trim() || null;
}

customElements.define("gs-heat", SortedTable);
customElements.define("gs-compare", class extends SortedTable {});

/** `<gs-search>`: answers appear while somebody types; without it the form asks the server. A combobox after ARIA 1.2. */

interface Hit {
  kind: string;
  title: string;
  subtitle: string;
  url: string;
  /** Only of figures whose people do not exist. */
  mark?: string;
}

const PATIENCE = 120;

export class GsSearch extends HTMLElement {
  private hits: readonly Hit[] = [];
  private chosen = -1;
  private waiting = 0;
  private asked = "";
  private list: HTMLUListElement | null = null;
  private said: HTMLElement | null = null;

  connectedCallback(): void {
    const input = this.input;
    if (!input || this.list) return;
    this.list = document.createElement("ul");
    this.list.className = "gs-listbox";
    this.list.id = `${input.id}-list`;
    this.list.hidden = true;
    this.list.setAttribute("role", "listbox");
    this.list.setAttribute("aria-label", this.querySelector("label")?.textContent ?? "");
    this.said = document.createElement("span");
    this.said.className = "kern-sr-only";
    this.said.setAttribute("role", "status");
    this.append(this.list, this.said);
    for (const [name, value] of Object.entries({
      role: "combobox",
      "aria-autocomplete": "list",
      "aria-expanded": "false",
      "aria-controls": this.list.id,
    }))
      input.setAttribute(name, value);
    input.addEventListener("input", () => this.ask());
    input.addEventListener("keydown", (event) => this.key(event));
    input.addEventListener("blur", () => setTimeout(() => this.close(), 150));
    input.addEventListener("focus", () => input.value.trim().length > 1 && this.ask());
  }

  private get input(): HTMLInputElement | null {
    return this.querySelector("input");
  }

  private ask(): void {
    clearTimeout(this.waiting);
    const question = this.input?.value.trim() ?? "";
    if (question.length < 2) {
      this.hits = [];
      this.close();
      return;
    }
    this.waiting = window.setTimeout(() => void this.fetch(question), PATIENCE);
  }

  private async fetch(question: string): Promise<void> {
    this.asked = question;
    const answer = await fetch(`${this.dataset.url}?q=${encodeURIComponent(question)}`);
    if (!answer.ok || this.asked !== question) return;
    this.show(((await answer.json()) as { hits: Hit[] }).hits);
  }

  private show(hits: readonly Hit[]): void {
    const { list } = this;
    if (!list) return;
    this.hits = hits;
    this.chosen = -1;
    list.replaceChildren(...hits.map((hit, place) => this.option(hit, place)));
    this.open(hits.length > 0);
    if (this.said)
      this.said.textContent = hits.length ? `${hits.length} ${this.dataset.count}` : (this.dataset.none ?? "");
  }

  private option(hit: Hit, place: number): HTMLLIElement {
    const item = document.createElement("li");
    item.id = `${this.list?.id}-${place}`;
    item.setAttribute("role", "option");
    item.setAttribute("aria-selected", "false");
    item.textContent = hit.title;
    if (hit.mark) {
      const mark = document.createElement("span");
      mark.className = "gs-badge";
      mark.textContent = hit.mark;
      item.append(" ", mark);
    }
    const below = document.createElement("span");
    below.className = "gs-below";
    below.textContent = hit.subtitle;
    item.append(below);
    item.addEventListener("mousedown", (event) => {
      event.preventDefault();
      location.assign(hit.url);
    });
    return item;
  }

  private key(event: KeyboardEvent): void {
    if (event.key === "Escape") this.close();
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      this.mark(event.key === "ArrowDown" ? this.chosen + 1 : Math.max(0, this.chosen) - 1);
    }
    const hit = this.hits[this.chosen];
    if (event.key === "Enter" && hit && !this.list?.hidden) {
      event.preventDefault();
      location.assign(hit.url);
    }
  }

  private mark(place: number): void {
    const options = [...(this.list?.children ?? [])];
    if (this.hits.length === 0) return;
    this.open(true);
    this.chosen = (place + options.length) % options.length;
    options.forEach((option, at) => {
      option.setAttribute("aria-selected", String(at === this.chosen));
    });
    const current = options[this.chosen];
    this.input?.setAttribute("aria-activedescendant", current?.id ?? "");
    current?.scrollIntoView({ block: "nearest" });
  }

  /** Close the list; an answer that is still on its way is not shown any more. */
  private close(): void {
    clearTimeout(this.waiting);
    this.asked = "";
    this.chosen = -1;
    this.open(false);
  }

  private open(isOpen: boolean): void {
    if (this.list) this.list.hidden = !isOpen;
    this.input?.setAttribute("aria-expanded", String(isOpen));
    this.input?.removeAttribute("aria-activedescendant");
  }
}

customElements.define("gs-search", GsSearch);

/** `<gs-status>`: says that a job runs or that a newer release is there; asks once, and again only while a job runs. */

interface Answer {
  release: string;
  job?: { kind: string; step?: number; steps?: number; percent?: number };
}

const PAUSE = 3000;

export class GsStatus extends HTMLElement {
  #timer = 0;

  connectedCallback(): void {
    if (document.readyState === "complete") this.#ask();
    else addEventListener("load", () => this.#ask(), { once: true });
  }

  disconnectedCallback(): void {
    clearTimeout(this.#timer);
  }

  #ask = async (): Promise<void> => {
    let goesOn = this.textContent !== "";
    try {
      const answer = (await (await fetch("/status.json")).json()) as Answer;
      goesOn = !!answer.job;
      this.#show(answer);
    } catch {
      // The server is away for a moment: what was shown stays until it is back.
    }
    if (goesOn && this.isConnected) this.#timer = setTimeout(this.#ask, PAUSE) as unknown as number;
  };

  #show({ release, job }: Answer): void {
    const said = this.dataset;
    if (job) {
      const filled = (text = "") => text.replace(/\{(\w+)\}/g, (_, name: "step") => `${job[name]}`);
      const words = (said[job.kind] ?? said.other ?? "") + (job.step ? filled(said.step) : "");
      this.#say(words, "span", job.step ? filled(said.percent) : "");
    } else if (said.release && release !== said.release) {
      this.#say(`${said.newer} `, "a", said.reload ?? "");
    } else {
      this.replaceChildren();
    }
  }

  /** Only what changed is put in: the words are read out, the percentage behind them is not. */
  #say(words: string, tag: "a" | "span", text: string): void {
    if (this.firstChild?.textContent !== words) {
      const more = document.createElement(tag);
      if (tag === "span") more.setAttribute("aria-hidden", "true");
      else Object.assign(more, { href: location.pathname + location.search, className: "kern-link" });
      this.replaceChildren(words, more);
    }
    if (this.lastChild?.textContent !== text) (this.lastChild as Node).textContent = text;
  }
}

customElements.define("gs-status", GsStatus);

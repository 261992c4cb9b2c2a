/** The slider for the year, beside the list that works without it. */

type Texts = Readonly<Record<string, string>>;

export function addYearSlider(
  form: HTMLFormElement | null,
  periods: readonly string[],
  period: string,
  texts: Texts,
  set: (period: string) => void,
): void {
  const select = form?.querySelector<HTMLSelectElement>("select[name='j']");
  if (!select || periods.length < 3) return;
  const row = document.createElement("span");
  row.className = "gs-year";
  const slider = document.createElement("input");
  const now = document.createElement("output");
  slider.type = "range";
  slider.min = "0";
  slider.max = String(periods.length - 1);
  slider.value = String(Math.max(0, periods.indexOf(period)));
  slider.setAttribute("aria-label", select.labels?.[0]?.textContent ?? "");
  const show = () => {
    const chosen = periods[Number(slider.value)] ?? period;
    slider.setAttribute("aria-valuetext", chosen);
    now.textContent = chosen;
    select.value = chosen;
    return chosen;
  };
  const step = (by: number, label: string, sign: string) => {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = sign;
    button.setAttribute("aria-label", label);
    button.addEventListener("click", () => {
      slider.value = String(Number(slider.value) + by);
      set(show());
    });
    return button;
  };
  slider.addEventListener("input", () => set(show()));
  select.addEventListener("change", () => {
    slider.value = String(periods.indexOf(select.value));
    show();
  });
  show();
  row.append(step(-1, texts.previous_year ?? "", "‹"), slider, step(1, texts.next_year ?? "", "›"), now);
  select.after(row);
  select.classList.add("kern-sr-only");
  select.tabIndex = -1;
}

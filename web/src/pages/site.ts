/** What every page does: the search, the small series, the status, the remembered municipality, and the typeface at the end. */
import "../components/gs-search/gs-search.js";
import "../components/gs-spark/gs-spark.js";
import "../components/gs-status/gs-status.js";

const KEY = "gemeinsinn.municipality";

interface Remembered {
  name: string;
  url: string;
}

/** The municipality that somebody chose on this device; it is kept nowhere else. */
function remembered(): Remembered | null {
  const kept = JSON.parse(localStorage.getItem(KEY) ?? "null") as Remembered | null;
  return kept?.url.startsWith("/") ? kept : null;
}

/** A button that keeps this municipality, or forgets it. */
function offerToRemember(): void {
  const button = document.querySelector<HTMLButtonElement>("button[data-remember]");
  if (!button) return;
  const isKept = () => remembered()?.name === button.dataset.remember;
  const tell = () => {
    const label = button.querySelector(".kern-label") ?? button;
    label.textContent = (isKept() ? button.dataset.forget : button.dataset.keep) ?? "";
    showRemembered();
  };
  button.addEventListener("click", () => {
    if (isKept()) localStorage.removeItem(KEY);
    else localStorage.setItem(KEY, JSON.stringify({ name: button.dataset.remember, url: location.pathname }));
    tell();
  });
  button.hidden = false;
  tell();
}

function showRemembered(): void {
  const item = document.querySelector<HTMLElement>(".gs-remembered");
  const link = item?.querySelector("a");
  const kept = remembered();
  if (!item || !link) return;
  item.hidden = kept === null;
  if (!kept) return;
  link.href = kept.url;
  link.textContent = `${link.dataset.remembered ?? ""} ${kept.name}`;
}

/** The typeface comes after the page can be read, so that it does not compete with the figures. */
function loadFonts(): void {
  const href = document.body.dataset.fonts;
  if (!href) return;
  const link = document.createElement("link");
  link.rel = "stylesheet";
  link.href = href;
  document.head.append(link);
}

try {
  offerToRemember();
  showRemembered();
} catch {
  // A browser that keeps nothing still shows the page.
}
/** Safari has no idle callbacks; there half a second has to do. */
function whenIdle(work: () => void): void {
  if ("requestIdleCallback" in globalThis) requestIdleCallback(work, { timeout: 3000 });
  else setTimeout(work, 500);
}

if (document.readyState === "complete") whenIdle(loadFonts);
else addEventListener("load", () => whenIdle(loadFonts));

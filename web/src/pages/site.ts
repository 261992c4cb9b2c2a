/** What every page does: the search, the small series, the remembered municipality, and the typeface at the end. */
import "../components/gs-search/gs-search.js";
import "../components/gs-spark/gs-spark.js";

const KEY = "gemeinsinn.municipality";

function remember(): void {
  const page = document.querySelector<HTMLElement>("[data-remember]");
  if (page?.dataset.level === "municipality") {
    localStorage.setItem(KEY, JSON.stringify({ name: page.dataset.remember, url: location.pathname }));
  }
}

function showRemembered(): void {
  const item = document.querySelector<HTMLElement>(".gs-remembered");
  const link = item?.querySelector("a");
  const kept = JSON.parse(localStorage.getItem(KEY) ?? "null") as { name: string; url: string } | null;
  if (!item || !link || !kept?.url.startsWith("/")) return;
  link.href = kept.url;
  link.textContent = `${link.dataset.remembered ?? ""} ${kept.name}`;
  item.hidden = false;
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
  remember();
  showRemembered();
} catch {
  // A browser that keeps nothing still shows the page.
}
if (document.readyState === "complete") setTimeout(loadFonts);
else addEventListener("load", () => setTimeout(loadFonts));

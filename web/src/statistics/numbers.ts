/** Numbers and dates as people of the language write them; the same form as on the server. */

export type Language = "de" | "en";

export function formatNumber(value: number, decimals: number, language: Language): string {
  const [whole = "0", fraction] = rounded(Math.abs(value), decimals).split(".");
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, language === "de" ? "." : ",");
  const text = fraction === undefined ? grouped : `${grouped}${language === "de" ? "," : "."}${fraction}`;
  return value < 0 && /[1-9]/.test(text) ? `−${text}` : text;
}

/** The digits of a number; one in the middle between two goes to the even one, as on the server. */
function rounded(value: number, decimals: number): string {
  const exact = value.toFixed(decimals + 1);
  const inTheMiddle = exact.endsWith("5") && Number.isInteger(value * 2 ** (decimals + 1));
  const below = exact.slice(0, -1).replace(/\.$/, "");
  return inTheMiddle && /[02468]$/.test(below) ? below : value.toFixed(decimals);
}

const MONTHS = "January February March April May June July August September October November December".split(" ");

export function formatDay(iso: string, language: Language): string {
  const [year = "", month = "", day = ""] = iso.split("-");
  if (language === "de") return `${day}.${month}.${year}`;
  return `${Number(day)} ${MONTHS[Number(month) - 1]} ${year}`;
}

/** Fills the slots of a pattern: `{name}`. */
export function fill(pattern: string, slots: Readonly<Record<string, string>>): string {
  return pattern.replace(/\{(\w+)\}/g, (slot, name: string) => slots[name] ?? slot);
}

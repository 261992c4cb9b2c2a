/**
 * The search as a combobox: answers while somebody types, chosen by keyboard alone (ARIA 1.2).
 * @vitest-environment happy-dom
 */
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import "./gs-search.js";

const HITS = [
  { kind: "area", title: "Elmshorn", subtitle: "Kreis Pinneberg", url: "#/g/elmshorn/" },
  { kind: "indicator", title: "Births", subtitle: "2000 to 2023", url: "#/k/births/" },
  { kind: "topic", title: "Living", subtitle: "Topic", url: "#/t/living/" },
];
/** The server: what it was asked, and when it answers. */
let asked: string[] = [];
let answers: (() => void)[] = [];

beforeEach(() => {
  asked = [];
  answers = [];
  vi.useFakeTimers();
  vi.stubGlobal("fetch", async (url: string) => {
    asked.push(url);
    await new Promise<void>((resolve) => answers.push(resolve));
    const found = url.endsWith("nothing") ? [] : HITS;
    return new Response(JSON.stringify({ hits: found }));
  });
  location.hash = "";
  const form = document.createElement("form");
  form.innerHTML = `<gs-search data-url="/suche.json" data-none="Nothing found." data-count="results">
    <label for="gs-ask">Your question</label><input id="gs-ask"></gs-search>`;
  document.body.replaceChildren(form);
});

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

function input(): HTMLInputElement {
  return document.querySelector("input") as HTMLInputElement;
}

function list(): HTMLElement {
  return document.querySelector("[role=listbox]") as HTMLElement;
}

function write(text: string): void {
  input().value = text;
  input().dispatchEvent(new Event("input"));
}

async function answer(): Promise<void> {
  for (const each of answers.splice(0)) each();
  await vi.advanceTimersByTimeAsync(0);
}

async function ask(text: string): Promise<void> {
  write(text);
  await vi.advanceTimersByTimeAsync(200);
  await answer();
}

function press(key: string): KeyboardEvent {
  const event = new KeyboardEvent("keydown", { key, cancelable: true });
  input().dispatchEvent(event);
  return event;
}

/** The option that is said to be chosen: by the input, and by the options themselves. */
function chosen(): [string, string[]] {
  const selected = [...list().children].filter((option) => option.getAttribute("aria-selected") === "true");
  return [input().getAttribute("aria-activedescendant") ?? "", selected.map((option) => option.id)];
}

test("before anything is asked, the input is a combobox whose list is closed", () => {
  const attributes = ["role", "aria-autocomplete", "aria-expanded", "aria-controls"];

  expect(attributes.map((name) => input().getAttribute(name))).toEqual(["combobox", "list", "false", list().id]);
  expect(list().hidden).toBe(true);
  expect(list().getAttribute("aria-label")).toBe("Your question");
});

test("answers stand in the list, and their number is said", async () => {
  await ask("elms");

  expect(asked).toEqual(["/suche.json?q=elms"]);
  expect(list().hidden).toBe(false);
  expect(input().getAttribute("aria-expanded")).toBe("true");
  expect([...list().children].map((option) => [option.getAttribute("role"), option.firstChild?.textContent])).toEqual([
    ["option", "Elmshorn"],
    ["option", "Births"],
    ["option", "Living"],
  ]);
  expect(document.querySelector("[role=status]")?.textContent).toBe("3 results");
});

test("no answer is said, and the list stays closed", async () => {
  await ask("nothing");

  expect(list().hidden).toBe(true);
  expect(input().getAttribute("aria-expanded")).toBe("false");
  expect(document.querySelector("[role=status]")?.textContent).toBe("Nothing found.");
});

test("while somebody types, the server is asked once", async () => {
  write("el");
  await vi.advanceTimersByTimeAsync(60);
  write("elm");
  await vi.advanceTimersByTimeAsync(200);

  expect(asked).toEqual(["/suche.json?q=elm"]);
});

test("one letter is no question, and closes the list", async () => {
  await ask("elms");

  await ask("e");

  expect(asked).toHaveLength(1);
  expect(list().hidden).toBe(true);
});

test("an answer that comes after the question was taken back is not shown", async () => {
  write("elms");
  await vi.advanceTimersByTimeAsync(200);
  write("");
  await answer();

  expect(asked).toHaveLength(1);
  expect(list().hidden).toBe(true);
});

test("an answer that comes after Escape is not shown", async () => {
  write("elms");
  await vi.advanceTimersByTimeAsync(200);
  press("Escape");
  await answer();

  expect(list().hidden).toBe(true);
});

test("the arrow down goes through the answers, and from the last to the first", async () => {
  await ask("elms");

  const ways = ["ArrowDown", "ArrowDown", "ArrowDown", "ArrowDown"].map((key) => {
    const event = press(key);
    return [event.defaultPrevented, ...chosen()];
  });

  expect(ways).toEqual(
    ["gs-ask-list-0", "gs-ask-list-1", "gs-ask-list-2", "gs-ask-list-0"].map((id) => [true, id, [id]]),
  );
});

test("the arrow up begins with the last answer", async () => {
  await ask("elms");

  const ways = ["ArrowUp", "ArrowUp"].map((key) => {
    press(key);
    return chosen();
  });

  expect(ways).toEqual(["gs-ask-list-2", "gs-ask-list-1"].map((id) => [id, [id]]));
});

test("Enter goes to the chosen answer, instead of asking the server", async () => {
  await ask("elms");
  press("ArrowDown");
  press("ArrowDown");

  const event = press("Enter");

  expect(event.defaultPrevented).toBe(true);
  expect(location.hash).toBe("#/k/births/");
});

test("Enter without a chosen answer leaves the form to the server", async () => {
  await ask("elms");

  const event = press("Enter");

  expect(event.defaultPrevented).toBe(false);
  expect(location.hash).toBe("");
});

test("Escape closes the list, and nothing is chosen any more", async () => {
  await ask("elms");
  press("ArrowDown");

  press("Escape");

  expect(list().hidden).toBe(true);
  expect(input().getAttribute("aria-expanded")).toBe("false");
  expect(input().hasAttribute("aria-activedescendant")).toBe(false);
  expect(press("Enter").defaultPrevented).toBe(false);
});

test("an arrow opens a list that was closed", async () => {
  await ask("elms");
  press("Escape");

  press("ArrowDown");

  expect(list().hidden).toBe(false);
  expect(input().getAttribute("aria-expanded")).toBe("true");
  expect(chosen()).toEqual(["gs-ask-list-0", ["gs-ask-list-0"]]);
});

test("after a new question nothing is chosen", async () => {
  await ask("elms");
  press("ArrowDown");

  await ask("elmsh");

  expect(chosen()).toEqual(["", []]);
});

test("an answer can be pressed, and keeps the focus in the input", async () => {
  await ask("elms");

  const event = new MouseEvent("mousedown", { cancelable: true, bubbles: true });
  list().children[2]?.dispatchEvent(event);

  expect(event.defaultPrevented).toBe(true);
  expect(location.hash).toBe("#/t/living/");
});

test("leaving the input closes the list a moment later", async () => {
  await ask("elms");

  input().dispatchEvent(new Event("blur"));
  await vi.advanceTimersByTimeAsync(200);

  expect(list().hidden).toBe(true);
});

test("a question with special signs arrives as it was written", async () => {
  await ask("a&b ü");

  expect(asked).toEqual(["/suche.json?q=a%26b%20%C3%BC"]);
});

test("an answer about people who do not exist carries its mark, and no other does", async () => {
  HITS.push({
    kind: "indicator",
    title: "Rate",
    subtitle: "2015",
    url: "#/k/rate/",
    mark: "synthetic",
  } as (typeof HITS)[0]);

  await ask("rate");

  const marks = [...list().querySelectorAll("li")].map((item) => item.querySelector(".gs-badge")?.textContent);
  HITS.pop();
  expect(marks).toEqual([undefined, undefined, undefined, "synthetic"]);
});

/**
 * The status: nothing while nothing runs, how far a job is, and that a newer release is there.
 * @vitest-environment happy-dom
 */
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import "./gs-status.js";

/** What the server says next; an error stands for a server that is away. */
let answers: (object | Error)[] = [];
let asked = 0;

beforeEach(() => {
  answers = [];
  asked = 0;
  vi.useFakeTimers();
  vi.stubGlobal("fetch", async () => {
    const answer = answers[Math.min(asked, answers.length - 1)];
    asked += 1;
    if (answer instanceof Error) throw answer;
    return new Response(JSON.stringify(answer));
  });
});

afterEach(() => {
  document.body.replaceChildren();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

async function shown(...told: (object | Error)[]): Promise<HTMLElement> {
  answers = told;
  document.body.innerHTML = `<gs-status data-release="old" data-registers="Reading registers" data-other="Working"
    data-step=": {step} of {steps}" data-percent=", {percent}%" data-newer="A new release is there."
    data-reload="Load again"></gs-status>`;
  await vi.advanceTimersByTimeAsync(0);
  return document.querySelector("gs-status") as HTMLElement;
}

const RUNNING = { release: "old", job: { kind: "registers", step: 3, steps: 6, percent: 45 } };

test("while nothing runs it is empty and asks no second time", async () => {
  const status = await shown({ release: "old" });

  await vi.advanceTimersByTimeAsync(60_000);

  expect(status.childNodes).toHaveLength(0);
  expect(asked).toBe(1);
});

test("a job is told with its step, and the percentage is not read out", async () => {
  const status = await shown(RUNNING);

  expect(status.textContent).toBe("Reading registers: 3 of 6, 45%");
  expect(status.querySelector("span")?.getAttribute("aria-hidden")).toBe("true");
});

test("while a job runs it asks every three seconds, and changes only what has changed", async () => {
  const status = await shown(RUNNING, { ...RUNNING, job: { ...RUNNING.job, percent: 46 } });
  const words = status.firstChild;

  await vi.advanceTimersByTimeAsync(2_999);
  expect(asked).toBe(1);
  await vi.advanceTimersByTimeAsync(1);

  expect(asked).toBe(2);
  expect(status.textContent).toBe("Reading registers: 3 of 6, 46%");
  expect(status.firstChild).toBe(words);
});

test("a job that has not begun, of a kind that the page does not know, has words too", async () => {
  const status = await shown({ release: "old", job: { kind: "something" } });

  expect(status.textContent).toBe("Working");
});

test("when a job has published, the page offers to load the newer release and asks no more", async () => {
  const status = await shown(RUNNING, { release: "new" });

  await vi.advanceTimersByTimeAsync(60_000);

  expect(status.textContent).toBe("A new release is there. Load again");
  expect(status.querySelector("a")?.getAttribute("href")).toBe(location.pathname + location.search);
  expect(asked).toBe(2);
});

test("a page that shows no current release is offered no other", async () => {
  const status = await shown(RUNNING, { release: "new" });
  status.removeAttribute("data-release");

  await vi.advanceTimersByTimeAsync(60_000);

  expect(status.childNodes).toHaveLength(0);
});

test("a server that is away for a moment is asked again while a job was running, else not", async () => {
  const status = await shown(RUNNING, new Error("away"), RUNNING);

  await vi.advanceTimersByTimeAsync(6_000);
  expect(status.textContent).toBe("Reading registers: 3 of 6, 45%");
  expect(asked).toBe(3);

  asked = 0;
  await shown(new Error("away"));
  await vi.advanceTimersByTimeAsync(2_000);
  expect(asked).toBeLessThanOrEqual(2);
});

test("an element that is taken away asks no more", async () => {
  const status = await shown(RUNNING);

  status.remove();
  await vi.advanceTimersByTimeAsync(60_000);

  expect(asked).toBe(1);
});

/** The service worker of `/dial`, as it is sent: whatever becomes of its question, the page that dialled stays where it is. */
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { DIAL_PATH, SETUP_PATH } from "../../../../shared/dials/browser-gate.ts";
import { serviceWorker } from "../../../../worker/dials/browser/scripts.ts";

type Heard = (event: unknown) => void;

let runs = 0;
/** Runs the script with this answer to its question, and dials. Null: it leaves the request to the browser. */
async function dial(fetch: () => Promise<Response>, path = DIAL_PATH, destination = "document") {
  const heard = new Map<string, Heard>();
  const asked = vi.fn(fetch);
  vi.stubGlobal("addEventListener", (type: string, listener: Heard) => void heard.set(type, listener));
  vi.stubGlobal("self", { fetch: asked });
  // As a browser runs it, once each.
  await import(`data:text/javascript,${encodeURIComponent(`${serviceWorker}//${++runs}`)}`);
  let answer: Promise<Response> | null = null;
  const request = { url: `https://cd.example${path}#u=tel%3A999`, destination };
  heard.get("fetch")!({ request, respondWith: (said: Promise<Response>) => (answer = said) });
  return { answer: answer as Promise<Response> | null, asked };
}
const never = () => new Promise<Response>(() => {});

beforeEach(() => void vi.useFakeTimers());
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

it.each<[string, () => Promise<Response>]>([
  ["never answers", never],
  [
    "cannot be reached, or ClearDial's extension stops the question",
    () => Promise.reject(new TypeError("Failed to fetch")),
  ],
  ["fails", () => Promise.resolve(new Response("Error 1101", { status: 500 }))],
  ["is no ClearDial any more", () => Promise.resolve(new Response("Not found", { status: 404 }))],
  ["leads to a captive network's page", () => Promise.resolve(new Response(null, { status: 302 }))],
  [
    "answers when nobody waits any more",
    () => new Promise((done) => setTimeout(() => done(new Response("page")), 60_000)),
  ],
  ["says that the page stays", () => Promise.resolve(new Response(null, { status: 204 }))],
])("the page stays where the Worker %s", async (_, fetch) => {
  const { answer, asked } = await dial(fetch);
  await vi.advanceTimersByTimeAsync(120_000);
  const { status, body } = (await answer)!;
  expect([status, body]).toEqual([204, null]);
  // The number is in the fragment, and is not sent.
  expect(asked.mock.calls).toEqual([[DIAL_PATH, { cache: "no-store" }]]);
});

it("does not wait for anything where the extension stops the question", async () => {
  const { answer } = await dial(() => Promise.reject(new TypeError("Failed to fetch")));
  expect((await answer)!.status).toBe(204);
});

it("shows the Worker's page where that answers with one: the extension is off or gone", async () => {
  const { answer } = await dial(() => Promise.resolve(new Response("This call was held")));
  expect(await (await answer)!.text()).toBe("This call was held");
});

it("leaves frames and other pages to the browser", async () => {
  for (const [path, destination] of [
    [DIAL_PATH, "iframe"],
    [DIAL_PATH, "object"],
    [SETUP_PATH, "document"],
  ] as const) {
    const { answer, asked } = await dial(never, path, destination);
    expect([answer, asked.mock.calls]).toEqual([null, []]);
  }
});

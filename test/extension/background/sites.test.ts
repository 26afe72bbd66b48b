/** The scripts that run on the sites that are turned on, with a Chrome in memory. */
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { openFrames } from "../../../extension/background/sites/frames.ts";
import type { openSites as Open } from "../../../extension/background/sites/sites.ts";
import { openCachedStorage } from "../../../extension/background/storage.ts";
import { MemoryArea } from "../double.ts";

type Script = chrome.scripting.RegisteredContentScript;

interface Injection {
  target: { tabId: number; documentIds?: string[]; frameIds?: number[] };
  files?: string[];
  world?: string;
  func?: () => void;
  args?: string[];
}

/** Chrome's registrations, and all that were in force at some moment. */
class Registrations {
  now: Script[] = [];
  readonly moments: string[][] = [];
  readonly injected: number[] = [];

  #become(scripts: Script[]): Promise<void> {
    this.now = scripts;
    this.moments.push(scripts.map(({ id, matches = [] }) => `${id} ${matches.join(" ")}`));
    return Promise.resolve();
  }
  getRegisteredContentScripts = () => Promise.resolve(structuredClone(this.now));
  registerContentScripts = (added: Script[]) =>
    added.some(({ id }) => this.now.some((one) => one.id === id))
      ? Promise.reject(new Error("Duplicate script ID"))
      : this.#become([...this.now, ...added]);
  updateContentScripts = (changed: Script[]) =>
    changed.every(({ id }) => this.now.some((one) => one.id === id))
      ? this.#become(this.now.map((one) => ({ ...one, ...changed.find(({ id }) => id === one.id) })))
      : Promise.reject(new Error("Script does not exist"));
  unregisterContentScripts = () => this.#become([]);
  /** In the order of their running: a script's file and world, or a function's name with what it is given. */
  readonly ran: string[] = [];
  /** What each script in the page's world answers. */
  names: unknown[] = [];
  /** The file for which some frame never answers. */
  hangs = "";
  executeScript = ({ target, files, world, func, args = [] }: Injection): Promise<object[]> => {
    this.injected.push(target.tabId);
    const where = target.documentIds?.join() ?? target.frameIds?.join() ?? "all";
    this.ran.push([where, ...(files ?? [func!.name]), ...(world ? [world] : []), ...args].join(" "));
    if (where === "all" && files?.[0] === this.hangs) return Promise.withResolvers<object[]>().promise;
    const results = world !== "MAIN" ? [] : where === "0" ? this.names.slice(0, 1) : this.names;
    return Promise.resolve(results.map((result, i) => ({ documentId: `d${i}`, result })));
  };
}

let openSites: typeof Open;
beforeAll(async () => {
  for (const path of ["card.ts", "guard/guard.ts", "main-world/main-world.ts", "overlay.ts"])
    vi.doMock(`url:../../page/${path}`, () => ({ default: `chrome-extension://id/${path}` }));
  ({ openSites } = await import("../../../extension/background/sites/sites.ts"));
});
afterAll(() => vi.unstubAllGlobals());

function world() {
  const scripting = new Registrations();
  vi.stubGlobal("chrome", {
    scripting,
    permissions: { contains: () => Promise.resolve(true), remove: () => Promise.resolve(true) },
    tabs: { query: () => Promise.resolve([]), sendMessage: () => Promise.resolve() },
  });
  const [local, session] = [new MemoryArea(), new MemoryArea()].map((area) => openCachedStorage(area));
  const managed: string[] = [];
  const sites = openSites({
    ...{ local: local!, session: session!, frames: openFrames(session!) },
    ...{ now: () => 0, managed: () => managed },
  });
  const on = (origin: string) => sites.turnOn(1, [{ origin, frames: [] }]);
  return { scripting, sites, on, managed };
}

const [A, B] = ["https://a.example", "https://b.example"];

describe("the scripts of the sites that are on", () => {
  it("are never without one of them while another site is turned on or off: a page may be loading", async () => {
    const { scripting, sites, on, managed } = world();
    await on(A);
    await on(B);
    await sites.turnOff([B]);
    managed.push(B);
    await sites.follow();
    const ids = ["guard", "main-world", "overlay"];
    expect(scripting.now.map(({ id, matches }) => [id, matches])).toEqual(
      ids.map((id) => [id, [`${A}/*`, `${B}/*`]]),
    );
    expect(scripting.moments).toHaveLength(4);
    for (const scripts of scripting.moments) {
      expect(scripts.map((one) => one.split(" ")[0])).toEqual(ids);
      for (const one of scripts) expect(one).toContain(`${A}/*`);
    }
  });

  it("are registered anew where Chrome has others, and gone with the last site", async () => {
    const { scripting, sites, on } = world();
    scripting.now = [{ id: "of-before", js: ["old.js"], matches: [`${A}/*`] }];
    await on(A);
    expect(scripting.now.map(({ id }) => id)).toEqual(["guard", "main-world", "overlay"]);
    await sites.turnOff([A]);
    expect(scripting.now).toEqual([]);
  });
});

it("in a page that was open before, the guard knows that first, and the name of our script in the page's world before the overlay lets go of older ones", async () => {
  const { scripting, on } = world();
  scripting.names = ["12 -7", null];
  await on(A);
  await vi.waitFor(() => expect(scripting.ran).toHaveLength(10));
  expect(scripting.ran).toEqual([
    "0 saysLate",
    "0 guard/guard.ts",
    "0 main-world/main-world.ts MAIN",
    "d0 meet 12 -7",
    "all saysLate",
    "all guard/guard.ts",
    "all main-world/main-world.ts MAIN",
    "d0 meet 12 -7",
    // It was kept from running.
    "d1 meet ",
    "all guard/guard.ts overlay.ts",
  ]);
});

it("in a page that was open before, the page itself waits for no frame of it", async () => {
  const { scripting, on } = world();
  scripting.names = ["12 -7"];
  scripting.hangs = "guard/guard.ts";
  await on(A);
  await vi.waitFor(() => expect(scripting.ran).toContain("d0 meet 12 -7"));
});

it("a guard that could not be introduced in a page that is there is told of, and keeps no other from it", async () => {
  const error = vi.spyOn(console, "error").mockReturnValue();
  const { scripting, on } = world();
  scripting.names = ["1 1", "2 2"];
  const run = scripting.executeScript;
  scripting.executeScript = (injection) => {
    const said = run(injection);
    if (injection.args?.[0] === "1 1")
      return Promise.reject(new Error("No document with id d0 in tab with ID 1"));
    return injection.args?.[0] === "2 2"
      ? Promise.reject(new Error("Cannot access contents of the page"))
      : said;
  };
  await on(A);
  await vi.waitFor(() => expect(scripting.ran.at(-1)).toBe("all guard/guard.ts overlay.ts"));
  expect(error.mock.calls.map(String)).toEqual(["Error: Cannot access contents of the page"]);
  error.mockRestore();
});

/** The scripts that run on the sites that are turned on, with a Chrome in memory. */
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { openFrames } from "../../../extension/background/sites/frames.ts";
import type { openSites as Open } from "../../../extension/background/sites/sites.ts";
import { openCachedStorage } from "../../../extension/background/storage.ts";
import { MemoryArea } from "../double.ts";

type Script = chrome.scripting.RegisteredContentScript;

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
  executeScript = ({ target }: { target: { tabId: number } }) => {
    this.injected.push(target.tabId);
    return Promise.resolve([]);
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

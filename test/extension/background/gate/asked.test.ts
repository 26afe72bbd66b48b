/** Whether Chrome was asked to give telephone links to the gate: Chrome tells nobody, so the page on which it is asked does. */
import { expect, it, vi } from "vitest";
import { openGateSetting } from "../../../../extension/background/gate/setting.ts";
import { SETUP_PATH } from "../../../../shared/dials/browser-gate.ts";
import { setUp } from "../../../../worker/dials/browser/scripts.ts";

it("the page makes a request that the extension hears, once its button is pressed", async () => {
  const said: string[] = [];
  const pressed: Record<string, () => Promise<void>> = {};
  const page = {
    location: { origin: "https://cd.example", hash: "#schemes=tel&worker=no" },
    document: {
      querySelectorAll: () => [],
      getElementById: (id: string) => ({
        addEventListener: (_: string, run: () => Promise<void>) => (pressed[id] = run),
      }),
    },
    navigator: {
      registerProtocolHandler: (scheme: string) => said.push(`asks ${scheme}`),
      serviceWorker: { getRegistration: () => Promise.resolve(undefined) },
    },
    self: { fetch: (path: string) => (said.push(path), Promise.resolve()) },
  };
  for (const [name, value] of Object.entries(page)) vi.stubGlobal(name, value);
  try {
    // As a browser runs it.
    await import(`data:text/javascript,${encodeURIComponent(setUp)}`);
    expect(said).toEqual([]);
    await pressed["on"]!();
    expect(said).toEqual(["asks tel", SETUP_PATH]);
  } finally {
    vi.unstubAllGlobals();
  }
});

it("is kept until it is turned on or off again", () => {
  const held = new Map<string, unknown>();
  const local = {
    ready: Promise.resolve(),
    get: <T>(key: string) => held.get(key) as T | undefined,
    set: (key: string, value: unknown) => void held.set(key, value),
    ...{ keys: () => [], remove: () => {}, settled: () => Promise.resolve(true) },
  };
  const setting = openGateSetting({
    local,
    account: () => Promise.resolve(null),
    managed: () => null,
    granted: () => Promise.resolve(true),
  });
  for (const again of [() => void setting.turnOn("callto:"), () => setting.turnOff()]) {
    setting.asked();
    expect(setting.wasAsked()).toBe(true);
    again();
    expect(setting.wasAsked()).toBe(false);
  }
});

import { expect, it } from "vitest";
import { openSwitches } from "../../../extension/background/sites/switches.ts";
import type { Lock } from "../../../extension/carried.ts";

const CRM = "https://crm.example";
const OTHER = "https://other.example";
const GIVEN = "https://given.example";

/** A browser with one site of its own, one of the administrator's, and one that the policy offers. */
function desk(locked: Lock[]) {
  const done: unknown[] = [];
  const { handlers } = openSwitches({
    sites: {
      covered: () => [CRM, GIVEN],
      isManaged: (origin) => origin === GIVEN,
      missing: (wanted) =>
        wanted.filter((w) => w !== GIVEN && w !== CRM).map((origin) => ({ origin, frames: [] })),
      turnOn: (_, sites) => (done.push(["on", sites.map((s) => s.origin)]), Promise.resolve(true)),
      turnOff: (origins) => (done.push(["off", origins]), Promise.resolve()),
    },
    managed: { sites: () => [GIVEN], locked: () => locked },
    named: () => ["https://offered.example"],
  });
  const turn = async (origin: string, on: boolean) =>
    (await handlers["ui.site"]({ kind: "ui.site", tabId: 1, origins: [`${origin}/*`], on })).ok;
  return { turn, handlers, done };
}

it("a person's own sites are theirs to turn on and off, the administrator's are not", async () => {
  const { turn, done } = desk([]);
  expect(await turn(OTHER, true)).toBe(true);
  expect(await turn(CRM, false)).toBe(true);
  expect(await turn(GIVEN, false)).toBe(false);
  expect(done).toEqual([
    ["on", [OTHER]],
    ["off", [CRM]],
  ]);
});

it("locked, only what is offered or on already may be turned on, and nothing off", async () => {
  const { turn, handlers, done } = desk(["sites"]);
  expect(await Promise.all([turn(OTHER, true), turn(CRM, false), turn(GIVEN, false)])).toEqual([
    false,
    false,
    false,
  ]);
  expect(await turn("https://offered.example", true)).toBe(true);
  expect(await handlers["ui.offered"]({ kind: "ui.offered", tabId: 1 })).toEqual({ ok: true });
  expect(done).toEqual([
    ["on", ["https://offered.example"]],
    ["on", ["https://offered.example"]],
  ]);
});

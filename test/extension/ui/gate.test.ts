/** What the options, the popup and the first run say of the browser's gate. */
import { expect, it } from "vitest";
import type { GateState } from "../../../extension/carried.ts";
import { gateTexts, statusOf } from "../../../extension/ui/gate.ts";

const works: GateState = {
  ...{ on: true, softphone: "callto:", managed: false },
  ...{ granted: true, full: true, found: "on" },
};

it.each<[what: ReturnType<typeof statusOf>, state: Partial<GateState>]>([
  ["on", {}],
  ["other", { found: "other" }],
  ["declined", { found: "declined" }],
  ["unasked", { found: "unasked" }],
  ["untried", { found: null }],
  ["no-softphone", { softphone: null }],
  ["no-access", { granted: false }],
  ["off", { on: false }],
])("says %s, in words of its own", (what, state) => {
  expect(statusOf({ ...works, ...state })).toBe(what);
  const words = Object.entries(gateTexts.status);
  expect(words.filter(([, text]) => text === gateTexts.status[what])).toHaveLength(1);
});

it("of a gate that cannot hold anything says so, whatever its last try found", () => {
  for (const state of [{ on: false }, { softphone: null }, { granted: false }])
    expect(gateTexts.status[statusOf({ ...works, ...state })]).toMatch(/^Off:/);
});

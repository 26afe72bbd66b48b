/** What an agent allowed in a tab is for the softphone in that tab, and soon. */
import { expect, it } from "vitest";
import { openAllowed } from "../../../extension/background/dials/allowed.ts";
import { AFTER_MS } from "../../../extension/page/protocols/offers.ts";
import type { DialRequest } from "../../../shared/dials/api.ts";

const dial = (more: Partial<DialRequest> = {}): DialRequest => ({
  ...{
    number: "0113 496 0001",
    e164: "+441134960001",
    action: "overridden",
    verdict: "blocked",
    reasons: [],
  },
  ...{
    basis: "service",
    reason: "their order",
    seen: null,
    host: "crm.example",
    at: "2026-11-24T12:00:00.000Z",
  },
  ...more,
});

const nothing = { override: null, read: false };

it("is an override: by its number, in its tab, within a minute, once", () => {
  let time = 0;
  const allowed = openAllowed(() => time);
  allowed.note(1, dial());
  expect(allowed.take(2, "+441134960001")).toEqual(nothing);
  expect(allowed.take(1, "+441134960002")).toEqual(nothing);
  const override = { basis: "service", reason: "their order", layer: "page" };
  expect(allowed.take(1, "+441134960001")).toEqual({ override, read: false });
  expect(allowed.take(1, "+441134960001")).toEqual(nothing);
  allowed.note(1, dial({ layer: "protocol" }));
  time = 60_000;
  expect(allowed.take(1, "+441134960001")).toEqual(nothing);
});

it("or a caution that was read, for as long", () => {
  let time = 0;
  const allowed = openAllowed(() => time);
  allowed.note(1, dial({ action: "passed", verdict: "caution" }));
  for (let i = 0; i < 2; i++)
    expect(allowed.take(1, "+441134960001")).toEqual({ override: null, read: true });
  time = 60_000;
  expect(allowed.take(1, "+441134960001")).toEqual(nothing);
});

it("and nothing else", () => {
  const allowed = openAllowed(() => 0);
  allowed.note(undefined, dial());
  allowed.note(1, dial({ action: "passed", verdict: "clear" }));
  allowed.note(1, dial({ action: "held", verdict: "caution" }));
  allowed.note(1, dial({ basis: "consent" }));
  for (const tab of [undefined, 1]) expect(allowed.take(tab, "+441134960001")).toEqual(nothing);
});

it("a dial that was held explains the audio that it was made with, and none that comes after it", () => {
  let time = 0;
  const allowed = openAllowed(() => time);
  allowed.note(1, dial({ action: "held" }));
  // Told so much after it was offered.
  time = AFTER_MS;
  expect(allowed.hasDialled(1)).toBe(true);
  time = 2 * AFTER_MS;
  expect(allowed.hasDialled(1)).toBe(false);
  // It takes nothing from what another dial explains.
  allowed.note(1, dial());
  allowed.note(1, dial({ action: "held" }));
  time += 2 * AFTER_MS;
  expect(allowed.hasDialled(1)).toBe(true);
});

it("a dial that went explains the tab's audio for as long", () => {
  let time = 0;
  const allowed = openAllowed(() => time);
  expect(allowed.hasDialled(1)).toBe(false);
  allowed.note(1, dial());
  expect([1, 2, undefined].map((tabId) => allowed.hasDialled(tabId))).toEqual([true, false, false]);
  time = 60_000;
  expect(allowed.hasDialled(1)).toBe(false);
});

/** What Chrome is told to do with requests for the Worker's `/dial`, while the gate works and after. */
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { GATE_HEADER } from "../../../../shared/dials/browser-gate.ts";
import { mark } from "../../../../extension/background/gate/mark.ts";

type Rule = chrome.declarativeNetRequest.Rule;
let rules: Rule[];
const update = vi.fn(
  ({ removeRuleIds = [], addRules = [] }: { removeRuleIds?: number[]; addRules?: Rule[] }) => {
    rules = [...rules.filter(({ id }) => !removeRuleIds.includes(id)), ...addRules];
    return Promise.resolve();
  },
);
beforeEach(() => {
  rules = [];
  update.mockClear();
  const declarativeNetRequest = {
    getDynamicRules: () => Promise.resolve(structuredClone(rules)),
    updateDynamicRules: update,
  };
  vi.stubGlobal("chrome", { declarativeNetRequest });
});
afterEach(() => void vi.unstubAllGlobals());

/** Of Chrome's patterns, as far as ours use them. */
const matches = (filter: string, url: string) =>
  new RegExp(
    filter
      .replace(/[.*+?${}()[\]\\/]/g, "\\$&")
      .replace(/^\|/, "^")
      .replace(/\|$/, "$")
      .replace(/\^$/, "(?:[^\\w.%-]|$)"),
  ).test(url);
/** What becomes of a request. */
const done = (url: string, type: string): string[] =>
  rules
    .filter(({ condition }) => (condition.resourceTypes as string[]).includes(type))
    .filter(({ condition }) => matches(condition.urlFilter!, url))
    .map(({ action }) => action.requestHeaders?.[0]?.header ?? action.type);

it("dials are marked, and the service worker's own question is stopped, so that no call waits for the Worker", async () => {
  await mark("https://cd.example");
  for (const type of ["main_frame", "sub_frame", "object"])
    expect(done("https://cd.example/dial", type), type).toEqual([GATE_HEADER]);
  expect(done("https://cd.example/dial", "xmlhttprequest")).toEqual(["block"]);
});
it("no other request of any site is touched", async () => {
  await mark("https://cd.example");
  for (const url of [
    "https://cd.example/dial/on",
    "https://cd.example/dial/worker.js",
    "https://cd.example/v1/dials",
    "https://cd.example.evil.example/dial",
    "https://evil.example/?https://cd.example/dial",
  ])
    expect(done(url, "xmlhttprequest"), url).toEqual([]);
});
it("is told once, again where an older version told less, and taken back where the gate works no more", async () => {
  await mark("https://cd.example");
  await mark("https://cd.example");
  expect(update).toHaveBeenCalledTimes(1);
  rules = rules.slice(0, 1);
  await mark("https://cd.example");
  expect(rules).toHaveLength(2);
  await mark("https://other.example");
  expect([done("https://cd.example/dial", "main_frame"), rules.length]).toEqual([[], 2]);
  await mark(null);
  expect(rules).toEqual([]);
});

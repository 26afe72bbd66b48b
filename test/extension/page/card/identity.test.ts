/** What the card tells the agent to say at the start of a call, and which number to show. */
import { createElement } from "react";
import { renderToStaticMarkup } from "react-dom/server";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { PolicyContext } from "../../../../extension/policy-context.ts";
import type { Facts } from "../../../../shared/check/api.ts";
import type { PartyKind } from "../../../../shared/do-not-call/api.ts";
import { type Campaign, defaultPolicy, type Policy, policySchema } from "../../../../shared/policy/policy.ts";

beforeEach(() => void vi.useFakeTimers({ toFake: ["Date"] }));
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

const identity = {
  ...defaultPolicy.identity,
  ...{
    company: "Acme Ltd",
    line: "Ann of Acme",
    freephone: "0800 111111",
    presentationNumber: "+441134960100",
  },
};
/** Without tags, in a browser of this language; `at` by the device's clock. */
async function said(
  language: string,
  at: string,
  of: Partial<Facts>,
  policy: Policy = { ...defaultPolicy, identity },
  purpose?: Campaign,
  isService = false,
): Promise<string[]> {
  vi.stubGlobal("navigator", { language });
  vi.setSystemTime(at);
  vi.resetModules();
  const { Identity } = await import("../../../../extension/page/card/identity.tsx");
  const context: PolicyContext = {
    ...{ policy, clockOffset: 0, ...(purpose && { purpose }) },
    stamp: { seq: 1, policy: 1, lists: [] },
  };
  const facts: Facts = {
    e164: "+33612345678",
    region: "FR",
    lists: [],
    suppressions: [],
    consents: [],
    ...of,
  };
  const html = renderToStaticMarkup(createElement(Identity, { context, facts, isService, medium: "call" }));
  return [...html.matchAll(/<p[^>]*>(.*?)<\/p>/g)].map(([, text]) => text!);
}
const of = (party: PartyKind): Partial<Facts> => ({
  party: { party, source: "officer", at: "2026-01-01T00:00:00Z" },
});
/** A Monday on which France may be called. */
const MONDAY = "2026-11-23T10:00:00Z";

it("in France: who calls and for whom, and what is sold, in one sentence and in this order", async () => {
  const all = [
    "“Ann of Acme”",
    "The law wants you to say first: your name or the company’s, for whom you call and what you are selling.",
    "If they ask: 0800 111111",
    "They will see +44 113 496 0100.",
    "Do not show a mobile number of their country.",
  ];
  // Whose line it is may not be known: then as a consumer's.
  for (const party of [of("consumer"), of("sole-trader"), {}])
    expect((await said("en-GB", MONDAY, party)).filter((text) => !text.includes("Acme Ltd"))).toEqual(all);
  expect(await said("pl-PL", MONDAY, {})).toContain(
    "Według prawa najpierw powiedz: swoje nazwisko albo nazwę firmy, w czyim imieniu dzwonisz i co sprzedajesz.",
  );
});

it("in Canada to companies too, and nothing where no source says what is said first", async () => {
  const first = async (facts: Partial<Facts>) =>
    (await said("en-GB", MONDAY, facts)).filter((text) => text.startsWith("The law wants you to say first"));
  const toronto = { e164: "+14165550123", region: "CA", zones: ["America/Toronto"] };
  expect(await first({ ...toronto, ...of("company") })).toEqual([
    "The law wants you to say first: your name or the company’s, for whom you call and what you are selling.",
  ]);
  for (const region of ["GG", "JE", "IM"]) expect(await first({ region })).toEqual([]);
});

it("nothing of that to a company, nor before the law began in Paris", async () => {
  const first = async (at: string, facts: Partial<Facts>) =>
    (await said("en-GB", at, facts)).filter((text) => text.startsWith("The law wants you to say first"));
  expect(await first(MONDAY, of("company"))).toEqual([]);
  expect(await first("2026-08-10T21:59:00Z", of("consumer"))).toEqual([]);
  expect(await first("2026-08-10T22:00:00Z", of("consumer"))).toHaveLength(1);
});

it("what the manager has not set is one line, the last; an address only where it is owed to whoever asks", async () => {
  const unset = async (set: Partial<typeof identity>, facts: Partial<Facts>) => {
    const lines = await said("en-GB", MONDAY, facts, { ...defaultPolicy, identity: { ...identity, ...set } });
    const of = lines.filter((text) => text.includes("manager"));
    expect(of.length).toBeLessThanOrEqual(1);
    expect(lines.slice(-1)).toEqual(of.length === 1 ? of : [expect.not.stringContaining("manager")]);
    return of;
  };
  const leeds = { region: "GB", e164: "+441134960001" };
  expect(await unset({}, leeds)).toEqual([]);
  expect(await unset({ freephone: "" }, leeds)).toEqual([
    "Your manager has not set which address or freephone number you give if they ask.",
  ]);
  expect(await unset({ freephone: "" }, { region: "CH", e164: "+41446681800" })).toEqual([]);
  expect(await unset({ line: "", freephone: "", presentationNumber: null as never }, leeds)).toEqual([
    "Your manager has not set what to say, which address or freephone number you give if they ask and which number they will see.",
  ]);
});

it("says for which kinds of call the number was asked about: general ones where nobody said, or all that it may be", async () => {
  const told = async (runs: Campaign[], purpose?: Campaign) => {
    const policy = policySchema.parse({ identity, campaigns: { runs } });
    return (await said("en-GB", MONDAY, {}, policy, purpose)).find((text) => text.includes("Acme Ltd"));
  };
  const both: Campaign[] = ["claims-management", "general"];
  expect(await told(both)).toContain("about an offer of ours");
  expect(await told(both)).not.toContain("claims management");
  expect(await told(both, "claims-management")).not.toContain("an offer of ours");
  expect(await told(["claims-management", "pensions"])).toMatch(/about claims management, about .*pension/);
});

it("at a service call their phone is told that, and of no offer", async () => {
  const policy = policySchema.parse({ identity });
  const english = await said("en-GB", MONDAY, {}, policy, undefined, true);
  const polish = await said("pl-PL", MONDAY, {}, policy, undefined, true);
  expect(english).toContain(
    "If their phone asks who is calling and why: “Acme Ltd, about your order or contract with us.”",
  );
  expect(english.join(" ")).not.toContain("offer");
  expect(polish.join(" ")).not.toContain("ofert");
});

/** What each reason rests on: the rule of law with its source, or else the clause of policy that is the company's choice. */
import { describe, expect, it } from "vitest";
import type { Facts, Reason } from "../../../shared/check/api.ts";
import { becauseOf } from "../../../shared/check/explain.ts";
import { type Context, decide, reasonCodes } from "../../../shared/check/verdict.ts";
import { lawEn } from "../../../shared/texts/law/law.en.ts";
import { sayClause } from "../../../shared/texts/policy/clauses.en.ts";
import { type Campaign, campaignSchema, defaultPolicy } from "../../../shared/policy/policy.ts";

const of = (reason: Reason, region = "GB", purpose: Campaign = "general", medium?: "message") => {
  const facts: Facts = { e164: "+442079460001", region, lists: [], suppressions: [], consents: [] };
  const context: Context = {
    policy: { ...defaultPolicy, campaigns: { ...defaultPolicy.campaigns, runs: campaignSchema.options } },
    lists: [],
    now: Date.parse("2026-11-29T10:00:00Z"),
    purpose,
  };
  return becauseOf(reason, { facts, context: { ...context, medium } });
};
const ids = (...asked: Parameters<typeof of>) => of(...asked).rules.map(({ id }) => id);

/** They say that something is missing here, which is no rule's choice; or that nothing is judged at all. */
const record = new Set([
  ...["canary", "nobody-to-ask", "not-screened", "not-asked", "being-asked", "lookup-failed", "offline"],
  ...["signed-out", "not-a-number", "not-judged", "number-lost", "no-rules", "emergency", "internal"],
]);
/** Without a rule that they name, no law of such a call is known, and the strict reading counts. */
const strict = new Set(["needs-consent", "message-needs-consent"]);
/** They always name their rule or register. */
const named: Record<string, Partial<Reason>> = {
  cap: { rule: "FR-cap" },
  rest: { rule: "FR-cap" },
  "law-hours": { rule: "FR-hours" },
  "law-holiday": { rule: "FR-hours" },
  "holidays-unknown": { rule: "FR-hours" },
  unconfirmed: { rule: "NL-legal" },
  presentation: { rule: "FR-cli" },
  sector: { rule: "FR-sector" },
  "not-listed": { list: "tps" },
  "stale-list": { list: "tps" },
  "stale-answer": { list: "tps" },
  ground: { list: "tps" },
};

it.each(reasonCodes)("%s rests on a rule, a clause, or on what is missing here", (code) => {
  const { rules, clause } = of({ code, ...named[code] });
  expect(rules.length > 0 || clause !== null, code).toBe(!record.has(code) && !strict.has(code));
  for (const { name, url, lookedUp } of rules)
    expect([name !== "", url.startsWith("http"), /^\d{4}-\d\d-\d\d$/.test(lookedUp)]).toEqual([
      true,
      true,
      true,
    ]);
});

describe("a subscriber's own words rest on the law of such a call", () => {
  it("an objection: PECR reg 21(1)(a), of every kind of call and elsewhere", () => {
    expect(of({ code: "objection" }).rules).toMatchObject([{ id: "GB-live", name: "PECR 2003 reg 21" }]);
    expect(ids({ code: "person-objected" })).toEqual(["GB-live"]);
    expect(ids({ code: "objection" }, "GB", "claims-management")).toEqual(["GB-claims"]);
    expect(ids({ code: "objection" }, "GB", "general", "message")).toContain("GB-msg");
    expect(ids({ code: "objection" }, "DE")).toContain("DE-consumer");
    expect(ids({ code: "objection" }, "CH")).toEqual([]);
  });
  it("what they agreed to over an objection or without a register's copy: reg 21(4)", () => {
    expect(ids({ code: "agreed" })).toEqual(["GB-live"]);
    expect(ids({ code: "agreed", list: "tps" })).toEqual(["GB-live"]);
  });
});

it("a hidden number rests on the rule of what is shown", () => {
  expect(of({ code: "withheld-caller-id" }).rules).toMatchObject([
    { id: "GB-caller", name: "PECR 2003 regs 21(A1), 24" },
  ]);
});

it("a declared ground is policy's, and not the rule that it leads past", () => {
  expect(of({ code: "ground", list: "tps" })).toEqual({ rules: [], clause: "grounds", strict: false });
});

it("an entry of the company's own is its policy's", () => {
  expect(of({ code: "house" })).toEqual({ rules: [], clause: "inHouse", strict: false });
});

it("a claims call that was asked for, and that policy lets go by that, names the clause", () => {
  const solicited = {
    ...{ basis: "service", kind: "solicited", calls: ["claims-management"], evidenced: true },
    ...{ givenAt: "2026-11-23T10:00:00Z", until: null, day: "2026-11-25", left: 5 },
  };
  const prior = { ...solicited, kind: "prior", day: undefined, left: undefined };
  const clauseBy = (consents: object[], purpose: Campaign, onRequest = true) => {
    const facts = {
      ...{ e164: "+442079460001", region: "GB", lists: [], suppressions: [] },
      consents: consents as Facts["consents"],
    };
    const policy = {
      ...defaultPolicy,
      campaigns: { runs: campaignSchema.options, pensionsAuthorised: true, onRequest },
    };
    const context = { policy, lists: [], now: Date.parse("2026-11-24T10:00:00Z"), purpose };
    const { reasons } = decide(facts, context);
    const its = reasons.filter(({ code }) => ["agreed", "consent", "needs-consent"].includes(code));
    return its.map((reason) => `${reason.code} ${becauseOf(reason, { facts, context }).clause}`);
  };
  const asked = clauseBy([solicited], "claims-management");
  expect(asked).toContain("agreed campaigns.onRequest");
  // Where they had agreed beforehand, law wants no more.
  expect(clauseBy([solicited, prior], "claims-management")).toContain("agreed null");
  expect(clauseBy([solicited], "claims-management", false)).toContain("needs-consent null");
  expect(clauseBy([{ ...solicited, calls: ["general"] }], "general").join()).not.toContain("onRequest");
});

describe("a consent that is wanted", () => {
  it("by law is no choice of policy's", () => {
    expect(of({ code: "needs-consent", rule: "GB-claims" }, "GB", "claims-management")).toMatchObject({
      ...{ rules: [{ id: "GB-claims" }], clause: null, strict: false },
    });
    expect(of({ code: "message-needs-consent", rule: "GB-msg" }, "GB", "general", "message")).toMatchObject({
      ...{ rules: [{ id: "GB-msg" }], clause: null, strict: false },
    });
  });
  it("where no rule of such a call is known is the strict reading, and no clause", () => {
    const none = { rules: [], clause: null, strict: true };
    expect(of({ code: "message-needs-consent" }, "IE", "general", "message")).toEqual(none);
    expect(of({ code: "needs-consent" }, "BE", "automated")).toEqual(none);
    expect(becauseOf({ code: "needs-consent" }, null)).toEqual(none);
    expect(of({ code: "not-screened" }).strict).toBe(false);
  });
});

describe("a copy that is too old", () => {
  const stale = (days: number, maxListAgeDays: number, code = "stale-list") => {
    const facts: Facts = { e164: "+442079460001", region: "GB", lists: [], suppressions: [], consents: [] };
    const screening = { ...defaultPolicy.screening, maxListAgeDays };
    const asOf = new Date(Date.parse("2026-11-29") - days * 86_400_000).toISOString().slice(0, 10);
    const list = { id: "tps", name: "TPS", regions: ["GB"], version: 1, numbers: 9, asOf, maxAgeDays: 28 };
    const context: Context = {
      policy: { ...defaultPolicy, screening },
      lists: [list, { ...list, id: "ctps", asOf: "2026-11-29" }],
      now: Date.parse("2026-11-29T10:00:00Z"),
    };
    const reason = decide(facts, context).reasons.find(({ list: id }) => id === "tps")!;
    return becauseOf(
      { ...reason, code: reason.code === "stale-list" ? code : reason.code },
      { facts, context },
    );
  };
  it("by policy, where law allows more days, names the clause beside the law", () => {
    for (const code of ["stale-list", "stale-answer"])
      expect(stale(10, 7, code)).toMatchObject({
        ...{ rules: [{ id: "GB-live" }], clause: "screening.maxListAgeDays" },
      });
  });
  it("by law names no clause", () => {
    expect(stale(28, 28)).toMatchObject({ rules: [{ id: "GB-live" }], clause: null });
    expect(stale(28, 27)).toMatchObject({ rules: [{ id: "GB-live" }], clause: null });
  });
});

it("days of grace are law's by policy's choice", () => {
  expect(of({ code: "grace", list: "tps" })).toMatchObject({
    ...{ rules: [{ id: "GB-live" }], clause: "screening.graceDays" },
  });
});

it("what the law leaves no policy is no policy's where a rule is known", () => {
  expect(of({ code: "objection" })).toMatchObject({ rules: [{ id: "GB-live" }], clause: null });
  expect(of({ code: "objection" }, "CH").clause).toBe("inHouse");
  expect(of({ code: "withheld-caller-id" })).toMatchObject({ rules: [{ id: "GB-caller" }], clause: null });
  expect(of({ code: "withheld-caller-id" }, "US").clause).toBe("withheldCallerId");
  expect(of({ code: "tps", list: "tps" })).toMatchObject({ rules: [{ id: "GB-live" }], clause: null });
  // Where the call is not known, whether policy holds it is not, either.
  expect(becauseOf({ code: "tps", list: "tps" }, null).clause).toBeNull();
  expect(of({ code: "own-list", list: "own-list" }).clause).toBe("registers");
});

it("each clause has its words, as the policy has them", () => {
  for (const path of Object.keys(lawEn.clauses)) expect(sayClause(path)).not.toBe(path);
  const used = [...reasonCodes, "own-list"].flatMap((code) => {
    const { clause } = of({ code, ...named[code], ...(code === "own-list" && { list: code }) }, "CH");
    return clause ?? [];
  });
  expect(used.length).toBeGreaterThan(12);
  for (const path of used) expect(Object.keys(lawEn.clauses)).toContain(path);
});

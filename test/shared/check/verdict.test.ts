import { describe, expect, it } from "vitest";
import type { Facts } from "../../../shared/check/api.ts";
import type { RegisterHead } from "../../../shared/registers/api.ts";
import { defaultPolicy, type Policy, policySchema } from "../../../shared/policy/policy.ts";
import { handling } from "../../../shared/check/override.ts";
import { type Context, decide, decideReadings, stricter, unknownFor } from "../../../shared/check/verdict.ts";
import { daysLater } from "../../../shared/check/registers.ts";

const NOW = Date.parse("2026-11-25T10:30:00Z"); // a Wednesday
const head = (id: string, over: Partial<RegisterHead> = {}): RegisterHead => ({
  id,
  name: id.toUpperCase(),
  regions: ["GB"],
  maxAgeDays: 28,
  version: 3,
  asOf: "2026-11-20",
  numbers: 10,
  ...over,
});
const lists = [head("tps"), head("ctps")];
const none: Facts = { e164: "+442079460001", region: "GB", lists: [], suppressions: [], consents: [] };
const on = (id: string) => ({ id, asOf: "2026-11-20" });
const objection = (at = "2026-10-01T00:00:00Z") => ({
  kind: "objection" as const,
  reason: "asked",
  at,
  until: null,
});
const consent = (givenAt = "2026-06-01T00:00:00Z", over = {}) => ({
  basis: "consent" as const,
  givenAt,
  until: null,
  ...over,
});
const context = (over: Partial<Context> = {}): Context => ({
  policy: defaultPolicy,
  lists,
  now: NOW,
  ...over,
});
const said = (facts: Partial<Facts>, over: Partial<Context> = {}) => {
  const { verdict, reasons } = decide({ ...none, ...facts }, context(over));
  return [verdict, ...reasons.map((r) => r.code)];
};

describe("each row of the table of reasons", () => {
  it("nothing found: clear, naming each list and its date", () => {
    expect(decide(none, context())).toEqual({
      verdict: "clear",
      reasons: [
        { code: "not-listed", list: "tps", asOf: "2026-11-20" },
        { code: "not-listed", list: "ctps", asOf: "2026-11-20" },
      ],
    });
  });
  it("listed: blocked, whatever policy says of a law's register", () => {
    expect(said({ lists: [on("tps")] })).toEqual(["blocked", "tps", "not-listed"]);
    for (const treatment of ["warn", "off"] as const) {
      const policy: Policy = { ...defaultPolicy, registers: { tps: treatment } };
      expect(said({ lists: [on("tps")] }, { policy })).toEqual(["blocked", "tps", "not-listed"]);
      expect(said({}, { policy, lists: [head("ctps")] })).toEqual(["unknown", "no-register", "not-listed"]);
    }
  });
  it("listed by a register of our own: blocked, or caution by policy, or not asked", () => {
    const ours = [...lists, head("ours")];
    const by = (treatment: "hold" | "warn" | "off") => ({
      policy: { ...defaultPolicy, registers: { ours: treatment } },
      lists: ours,
    });
    expect(said({ lists: [on("ours")] }, by("hold"))[0]).toBe("blocked");
    expect(said({ lists: [on("ours")] }, by("warn")).slice(0, 2)).toEqual(["caution", "ours"]);
    expect(said({ lists: [on("ours")] }, by("off"))).toEqual(["clear", "not-listed", "not-listed"]);
  });
  it("a ground that policy declares makes a listing a caution that names it, for general calls alone", () => {
    const policy: Policy = {
      ...defaultPolicy,
      grounds: { tps: "We make no sales calls to these numbers." },
      campaigns: { ...defaultPolicy.campaigns, pensionsAuthorised: true },
    };
    expect(said({ lists: [on("tps")] }, { policy })).toEqual(["caution", "ground", "not-listed"]);
    expect(said({ lists: [on("ctps")] }, { policy })[0]).toBe("blocked");
    expect(said({ lists: [on("tps")], suppressions: [objection()] }, { policy })[0]).toBe("blocked");
    const party = { party: "company", source: "officer", at: "2026-01-01T00:00:00Z" } as const;
    expect(said({ lists: [on("tps")], party }, { policy, purpose: "pensions" })[0]).toBe("blocked");
  });
  it("a listing blocks in any region, also where the register is not due", () => {
    expect(said({ region: "CH", lists: [on("tps")] })).toEqual(["blocked", "tps", "no-rules"]);
  });
  it("objection and house entries", () => {
    expect(said({ suppressions: [objection()] })[1]).toBe("objection");
    expect(
      said({
        suppressions: [{ kind: "house", reason: "x", at: "2026-01-01T00:00:00Z", until: "2026-11-25" }],
      })[0],
    ).toBe("blocked");
    expect(
      said({
        suppressions: [{ kind: "house", reason: "x", at: "2026-01-01T00:00:00Z", until: "2026-11-24" }],
      })[0],
    ).toBe("clear");
  });
  it.each([
    // 19:30 of the day before they wanted to be rung, and half past midnight of the day.
    ["US", ["America/New_York"], "2026-12-01T00:30:00Z", true],
    ["US", ["America/New_York"], "2026-12-01T05:30:00Z", false],
    // It may be in either: 00:30 in New York is 21:30 in Los Angeles.
    ["US", ["America/New_York", "America/Los_Angeles"], "2026-12-01T05:30:00Z", true],
    // No sooner than by UTC, as ever: in Sydney, 10:30 and 11:00 of the day.
    ["AU", ["Australia/Sydney"], "2026-11-30T23:30:00Z", true],
    ["AU", ["Australia/Sydney"], "2026-12-01T00:00:00Z", false],
    [null, [], "2026-12-01T00:00:00Z", false],
  ])(
    "“ring on 1 December” holds until that day has come there, too: %s %j %s",
    (region, zones, now, held) => {
      const house = { kind: "house" as const, reason: "x", at: "2026-11-20T00:00:00Z", until: "2026-11-30" };
      const facts = { region, zones, suppressions: [house] };
      expect(said(facts, { now: Date.parse(now) }).includes("house")).toBe(held);
    },
  );
  it.each([
    // Of the day itself 16:30 and 23:59 there; then midnight.
    ["US", ["America/Los_Angeles"], "2026-12-02T00:30:00Z", true],
    ["US", ["America/Los_Angeles"], "2026-12-02T07:59:00Z", true],
    ["US", ["America/Los_Angeles"], "2026-12-02T08:00:00Z", false],
    // It may be in either, and in New York the day is over.
    ["US", ["America/Los_Angeles", "America/New_York"], "2026-12-02T05:00:00Z", false],
    // In Sydney it is over at one in the afternoon by UTC.
    ["AU", ["Australia/Sydney"], "2026-12-01T12:59:00Z", true],
    ["AU", ["Australia/Sydney"], "2026-12-01T13:00:00Z", false],
    ["GB", undefined, "2026-12-01T23:59:00Z", true],
    ["GB", undefined, "2026-12-02T00:00:00Z", false],
  ])(
    "a call asked for on 1 December counts until that day is over there: %s %j %s",
    (region, zones, now, lasts) => {
      const asked = { kind: "solicited" as const, evidenced: true, day: "2026-12-01", left: 5 };
      const facts = { region, ...(zones && { zones }), consents: [consent("2026-11-20T00:00:00Z", asked)] };
      const listed = { ...facts, lists: [on("ours")] };
      const codes = said(listed, { now: Date.parse(now), lists: [head("ours", { regions: [region] })] });
      expect([codes.includes("agreed"), codes.includes("ours")]).toEqual([lasts, !lasts]);
    },
  );
  it("of an objection and an evidenced consent the later dated one stands", () => {
    const proven = { kind: "notification", evidenced: true };
    const beside = (...given: Parameters<typeof consent>) =>
      said({ suppressions: [objection()], consents: [consent(...given)] });
    expect(beside("2026-09-30T00:00:00Z", proven)[0]).toBe("blocked");
    expect(beside("2026-10-02T00:00:00Z", proven)).toEqual([
      ...["caution", "agreed", "not-listed", "not-listed"],
    ]);
    // One from before there were kinds is evidence "x": it lifts registers, as it did.
    expect(beside("2026-10-02T00:00:00Z")).toEqual(["blocked", "objection", "not-listed", "not-listed"]);
    expect(said({ lists: [on("tps")], consents: [consent("2026-10-02T00:00:00Z")] })[0]).toBe("caution");
    expect(
      said({
        suppressions: [objection()],
        consents: [consent("2026-10-02T00:00:00Z", { basis: "solicited" })],
      })[0],
    ).toBe("blocked");
  });
  it("consent over a register, while it lasts", () => {
    expect(said({ lists: [on("tps")], consents: [consent()] })[0]).toBe("caution");
    expect(
      said({ lists: [on("tps")], consents: [consent("2026-06-01T00:00:00Z", { until: "2026-11-24" })] })[0],
    ).toBe("blocked");
    expect(
      said({ lists: [on("tps")], consents: [consent("2026-06-01T00:00:00Z", { basis: "service" })] })[0],
    ).toBe("blocked");
    expect(said({ lists: [on("tps")], consents: [consent("2027-01-01T00:00:00Z")] })[0]).toBe("blocked");
  });
  it("days of grace: a new listing is caution until it counts, and where nothing says since when it counts", () => {
    const grace = (graceDays: number): Policy => ({
      ...defaultPolicy,
      screening: { ...defaultPolicy.screening, graceDays },
    });
    const since = (day: string) => ({ ...on("tps"), since: day });
    const newly = { lists: [since("2026-11-18")] };
    expect(decide({ ...none, ...newly }, context({ policy: grace(8) })).reasons[0]).toEqual({
      code: "grace",
      list: "tps",
      asOf: "2026-11-26",
    });
    expect(said(newly, { policy: grace(8) })[0]).toBe("caution");
    expect(said(newly, { policy: grace(7) })[0]).toBe("blocked");
    expect(said(newly, { policy: grace(0) })[0]).toBe("blocked");
    expect(said({ lists: [on("tps")] }, { policy: grace(28) })[0]).toBe("blocked");
  });
  describe("a text or a chat (PECR reg 22)", () => {
    const soft = consent("2026-06-01T00:00:00Z", { basis: "soft-opt-in" });
    const sent = (facts: Partial<Facts>, over: Partial<Context> = {}) =>
      said(facts, { medium: "message", ...over });

    it("is blocked without consent, whatever the registers say or do not say", () => {
      const nothing = ["blocked", "message-needs-consent"];
      expect(sent({})).toEqual(nothing);
      expect(sent({ lists: [on("tps")] })).toEqual(nothing);
      expect(sent({}, { lists: [] })).toEqual(nothing);
      expect(sent({}, { lists: [head("tps", { asOf: "2020-01-01" })] })).toEqual(nothing);
      expect(sent({ region: null })).toEqual([...nothing, "no-rules"]);
    });
    const agreed: Facts["consents"][number] = {
      ...consent(undefined, {}),
      ...{ kind: "prior", medium: "message", evidenced: true },
    };
    it("may go with consent to messages, where it was asked for, or by the soft opt-in", () => {
      expect(sent({ consents: [agreed] })).toEqual(["caution", "agreed"]);
      expect(sent({ lists: [on("tps")], consents: [agreed] })).toEqual(["caution", "agreed"]);
      expect(sent({ consents: [{ ...agreed, kind: "solicited" }] })).toEqual(["caution", "agreed"]);
      expect(sent({ consents: [soft] })).toEqual(["caution", "soft-opt-in"]);
    });
    it("not by a consent to calls, nor by one of before there were kinds", () => {
      const { medium: _, ...calls } = agreed;
      for (const other of [calls, consent(), consent(undefined, { basis: "solicited" })])
        expect(sent({ consents: [other] })[0]).toBe("blocked");
    });
    it("not by a service relation, nor by what is over or not given yet", () => {
      const later = "2027-01-01T00:00:00Z";
      for (const over of [{ kind: "service" as const }, { until: "2026-11-24" }, { givenAt: later }])
        expect(sent({ consents: [{ ...agreed, ...over }] })[0]).toBe("blocked");
    });
    it("is blocked by an objection, which only a later consent lifts, and by our own list", () => {
      expect(sent({ suppressions: [objection()] })[0]).toBe("blocked");
      const later = { givenAt: "2026-10-02T00:00:00Z" };
      expect(sent({ suppressions: [objection()], consents: [{ ...soft, ...later }] })[0]).toBe("blocked");
      expect(sent({ suppressions: [objection()], consents: [{ ...agreed, ...later }] })[0]).toBe("caution");
      const house = { kind: "house" as const, reason: "x", at: "2026-01-01T00:00:00Z", until: null };
      expect(sent({ suppressions: [house], consents: [consent()] })[0]).toBe("blocked");
    });
    it("is blocked where the region, or the campaign, wants consent and has none", () => {
      expect(sent({ consents: [soft] }, { purpose: "pensions" }).slice(0, 2)).toEqual([
        "blocked",
        "message-needs-consent",
      ]);
      expect(sent({ region: "DE", consents: [soft] })[0]).toBe("blocked");
      expect(sent({ region: "DE", consents: [agreed] })[0]).toBe("caution");
    });
    it("is held without consent", () => {
      expect(handling(decide(none, context({ medium: "message" })), defaultPolicy)).toBe("hold");
    });
    it("the soft opt-in counts for no call", () => {
      expect(said({ lists: [on("tps")], consents: [soft] })[0]).toBe("blocked");
      expect(said({ consents: [soft] }, { purpose: "automated" })[1]).toBe("needs-consent");
    });
  });
  it("campaigns that want consent first", () => {
    const making = (pensionsAuthorised: boolean): Policy => ({
      ...defaultPolicy,
      campaigns: { runs: ["general", "pensions"], pensionsAuthorised, onRequest: false },
    });
    const pensions = (facts: Partial<Facts>, policy = making(true)) =>
      said(facts, { purpose: "pensions", policy });
    const prior = consent(undefined, { kind: "prior", calls: ["pensions"], evidenced: true });
    expect(pensions({})[1]).toBe("needs-consent");
    expect(pensions({ consents: [consent()] })[0]).toBe("blocked");
    expect(pensions({ consents: [prior] })[0]).toBe("caution");
    expect(pensions({ consents: [prior] }, making(false)).slice(0, 2)).toEqual(["blocked", "not-authorised"]);
    const runs = (...kinds: Policy["campaigns"]["runs"]): Policy => ({
      ...defaultPolicy,
      campaigns: { ...defaultPolicy.campaigns, runs: kinds },
    });
    expect(said({}, { policy: runs("claims-management") })[1]).toBe("needs-consent");
    expect(said({}, { policy: runs("claims-management", "general") })[0]).toBe("clear");
  });
  it("never loaded, too old, no register, no region", () => {
    expect(said({}, { lists: [head("tps"), head("ctps", { version: 0, asOf: null })] })).toEqual([
      "unknown",
      "not-screened",
      "not-listed",
    ]);
    expect(said({}, { lists: [head("tps", { asOf: "2026-10-29" }), head("ctps")] })[0]).toBe("clear");
    // Somebody who registered on 28 October after the copy was made counts on 25 November.
    expect(said({}, { lists: [head("tps", { asOf: "2026-10-28" }), head("ctps")] })).toEqual([
      "unknown",
      "stale-list",
      "not-listed",
    ]);
    expect(said({}, { lists: [head("tps", { numbers: 0 }), head("ctps")] })).toEqual([
      "unknown",
      "not-screened",
      "not-listed",
    ]);
    const noon = Date.parse("2026-11-25T19:00:00Z");
    expect(said({ region: "US" }, { now: noon })).toEqual([
      "unknown",
      "no-register",
      "no-register",
      "unconfirmed",
    ]);
    expect(said({ region: null })).toEqual(["unknown", "no-rules"]);
    expect(said({}, { lists: [] })).toEqual(["unknown", "no-register", "no-register"]);
  });
  it("in the Crown dependencies: the lists of the United Kingdom, wherever they were declared for", () => {
    for (const region of ["GG", "JE", "IM"]) {
      expect(said({ region })).toEqual(["caution", "unconfirmed", "not-listed", "not-listed"]);
      expect(said({ region, lists: [on("ctps")] }).slice(0, 2)).toEqual(["blocked", "ctps"]);
      expect(said({ region }, { lists: [head("tps")] }).slice(0, 2)).toEqual(["unknown", "no-register"]);
      expect(said({ region }, { purpose: "automated" })[1]).toBe("needs-consent");
    }
  });
  it("holidays by law in a year that the table lacks: not known, and not open", () => {
    const at = (time: string) =>
      said(
        { region: "AU", zones: ["Australia/Sydney"] },
        { lists: [head("au-dncr", { regions: ["AU"], asOf: time.slice(0, 10) })], now: Date.parse(time) },
      );
    // Tuesdays at noon: 2036 is the last year.
    expect(at("2036-12-16T01:00:00Z")).not.toContain("holidays-unknown");
    expect(at("2037-01-06T01:00:00Z").slice(0, 2)).toEqual(["unknown", "holidays-unknown"]);
    expect(at("2037-01-01T01:00:00Z").slice(0, 2)).toEqual(["blocked", "law-holiday"]);
  });
  it("hours: where the called party is, in their zone", () => {
    const day: [string, string] = ["09:00", "17:00"];
    const hours = { GB: { mon: day, tue: day, wed: day, thu: day, fri: day, sat: null, sun: null } };
    const warn: Policy = { ...defaultPolicy, hours };
    const at = (time: string) => said({}, { policy: warn, now: Date.parse(time) })[0];
    expect(at("2026-11-25T09:00:00Z")).toBe("clear");
    expect(at("2026-11-25T08:59:00Z")).toBe("caution");
    expect(at("2026-11-25T17:00:00Z")).toBe("caution");
    expect(at("2026-11-28T10:00:00Z")).toBe("caution"); // Saturday
    const summer = [head("tps", { asOf: "2026-07-01" }), head("ctps", { asOf: "2026-07-01" })];
    expect(said({}, { policy: warn, lists: summer, now: Date.parse("2026-07-01T08:30:00Z") })[0]).toBe(
      "clear",
    ); // 09:30 BST
    expect(
      said({}, { policy: { ...warn, outOfHours: "hold" }, now: Date.parse("2026-11-28T10:00:00Z") })[0],
    ).toBe("blocked");
  });
  it("hours: in every zone that the number may be in, and in none where no zone is known", () => {
    const day: [string, string] = ["09:00", "17:00"];
    const US = { mon: day, tue: day, wed: day, thu: day, fri: day, sat: null, sun: null };
    const policy: Policy = { ...defaultPolicy, hours: { US } };
    const register = [head("us-dnc", { regions: ["US"] })];
    const at = (time: string, ...zones: string[]) =>
      said({ region: "US", zones }, { policy, lists: register, now: Date.parse(time) }).includes(
        "out-of-hours",
      );
    expect(at("2026-11-25T15:00:00Z", "America/New_York")).toBe(false);
    expect(at("2026-11-25T15:00:00Z", "America/New_York", "America/Los_Angeles")).toBe(true);
    expect(at("2026-11-25T18:00:00Z", "America/New_York", "America/Los_Angeles")).toBe(false);
    expect(at("2026-11-25T18:00:00Z")).toBe(true);
  });
  it("public holidays, where policy names their part", () => {
    const lists = [head("tps", { asOf: "2026-11-29" }), head("ctps", { asOf: "2026-11-29" })];
    const on = (over: Partial<Policy>) =>
      decide(
        none,
        context({
          policy: { ...defaultPolicy, ...over },
          lists,
          now: Date.parse("2026-11-30T12:00:00Z"),
        }),
      );
    const standrews = { code: "holiday", asOf: "2026-11-30" };
    expect(on({}).verdict).toBe("clear");
    expect(on({ holidays: ["GB-ENG"] }).verdict).toBe("clear");
    expect(on({ holidays: ["GB-SCT"] })).toMatchObject({ verdict: "caution", reasons: [standrews, {}, {}] });
    expect(on({ holidays: ["GB-SCT"], outOfHours: "hold" })).toMatchObject({ verdict: "blocked" });
  });
});

describe("readings of a number without a country", () => {
  const clear = decide(none, context());
  const blocked = decide({ ...none, lists: [on("tps")] }, context());
  it("are unknown at best, blocked where one is", () => {
    expect(decideReadings([clear, clear])).toEqual({
      verdict: "unknown",
      reasons: [{ code: "country-unclear" }],
    });
    expect(decideReadings([clear, blocked]).verdict).toBe("blocked");
    expect(decideReadings([clear, blocked]).reasons.map((r) => r.code)).toContain("country-unclear");
    expect(decideReadings([]).verdict).toBe("unknown");
  });
  it("say that one of them objected, whatever else bars another: nobody calls over it", () => {
    const objected = decide({ ...none, suppressions: [objection()] }, context());
    for (const readings of [
      [blocked, objected],
      [objected, blocked],
      [clear, blocked, objected],
    ])
      expect(decideReadings(readings).reasons.map((r) => r.code)).toContain("objection");
  });
});

it("what is done with a call: passed, asked about, or held", () => {
  expect(handling(decide(none, context()), defaultPolicy)).toBe("pass");
  expect(handling(decide({ ...none, lists: [on("tps")] }, context()), defaultPolicy)).toBe("hold");
  expect(handling({ verdict: "caution", reasons: [{ code: "out-of-hours" }] }, defaultPolicy)).toBe("warn");
  for (const code of ["offline", "signed-out", "not-screened", "no-register", "stale-list", "no-rules"])
    expect(handling({ verdict: "unknown", reasons: [{ code }] }, defaultPolicy), code).toBe("hold");
});

it("a call that rests on consent alone passes where policy says so", () => {
  const policy = policySchema.parse({ consents: { amber: "pass" } });
  const agreed = consent(undefined, { kind: "notification", evidenced: true });
  const of = (over: object) =>
    decide({ ...none, lists: [on("tps")], consents: [{ ...agreed, ...over }] }, context());
  expect(handling(of({}), policy)).toBe("pass");
  expect(handling(of({}), policySchema.parse({ consents: { amber: "dialog" } }))).toBe("warn");
  const yesterday = "2026-11-24T10:00:00Z";
  expect(handling(of({ provisional: true, givenAt: yesterday }), policy)).toBe("warn");
  expect(handling(of({ provisional: true }), policy)).toBe("hold");
  expect(handling(of({ product: "solar panels" }), policy)).toBe("warn");
  const hours = { GB: { mon: null, tue: null, wed: null, thu: null, fri: null, sat: null, sun: null } };
  const late = decide(
    { ...none, lists: [on("tps")], consents: [agreed] },
    context({ policy: { ...policy, hours } }),
  );
  expect(handling(late, policy)).toBe("warn");
});

it("what never reached the database is unknown", () => {
  expect(unknownFor("offline")).toEqual({ verdict: "unknown", reasons: [{ code: "offline" }] });
  expect(stricter("unknown", "caution")).toBe("unknown");
  expect(stricter("unknown", "blocked")).toBe("blocked");
  expect(stricter("clear", "clear")).toBe("clear");
});

it("a listing counts from the first day after the days of grace", () => {
  expect(daysLater("2026-11-05", 28)).toBe("2026-12-03");
  expect(daysLater("2026-11-05", 0)).toBe("2026-11-05");
});

/** What one setting of the law says of a call: the clock, the calls so far, and whom an objection closes. */
import { describe, expect, it } from "vitest";
import type { Facts } from "../../../shared/check/api.ts";
import { handling } from "../../../shared/check/override.ts";
import { type Context, decide } from "../../../shared/check/verdict.ts";
import { defaultPolicy, type Policy } from "../../../shared/policy/policy.ts";

type Consent = Facts["consents"][number];
const prior = (over: Partial<Consent> = {}): Consent => ({
  ...{ basis: "consent", kind: "prior", evidenced: true, until: null },
  ...{ calls: ["general"], givenAt: "2026-09-01T10:00:00Z" },
  ...over,
});
const paris: Facts = {
  ...{ e164: "+33123456789", region: "FR", zones: ["Europe/Paris"], lists: [] },
  ...{ suppressions: [], consents: [prior()] },
  party: { party: "consumer", source: "officer", at: "2026-01-01T00:00:00Z" },
};
const said = (over: Partial<Facts>, at: string, more: Partial<Context> = {}) => {
  const context = { policy: defaultPolicy, lists: [], now: Date.parse(at), ...more };
  const { verdict, reasons } = decide({ ...paris, ...over }, context);
  return [verdict, ...reasons.map(({ code, asOf }) => (asOf === undefined ? code : `${code} ${asOf}`))];
};

describe("calls so far, where law caps them", () => {
  const attempts = ["2026-10-27", "2026-11-02", "2026-11-03", "2026-11-04"].map((d) => `${d}T10:00:00Z`);
  it("count for the days that it says, each by the day that it was there", () => {
    const made = (first: string) => ({
      contacts: { attempts: [first, ...attempts.slice(1)], refusedAt: null },
    });
    const before = said(made("2026-10-26T22:59:00Z"), "2026-11-25T10:00:00Z");
    expect(before.slice(0, 1)).toEqual(["caution"]);
    // 23:30 in Paris is 22:30 here: still the 26th.
    const on = said(made("2026-10-26T23:00:00Z"), "2026-11-25T10:00:00Z");
    expect(on.slice(0, 2)).toEqual(["blocked", "cap 2026-11-26"]);
  });
  it("count as today's where their time cannot be read", () => {
    const contacts = { attempts: ["?", "?", "?", "?"], refusedAt: null };
    expect(said({ contacts }, "2026-11-25T10:00:00Z")[0]).toBe("blocked");
  });
  it("do not count for screenings, nor does the clock", () => {
    const contacts = { attempts, refusedAt: null };
    expect(said({ contacts }, "2026-11-22T03:00:00Z", { anyTime: true })[0]).toBe("caution");
    expect(said({ contacts }, "2026-11-22T03:00:00Z")).toEqual(expect.arrayContaining(["law-hours"]));
  });
});

it("a service matter opens no message that sells, to a company either; agreement does", () => {
  const company = { region: "GB", party: { ...paris.party!, party: "company" as const } };
  const withOne = (kind: Consent["kind"]) =>
    said({ ...company, consents: [prior({ kind, medium: "message" })] }, "2026-11-24T10:00:00Z", {
      medium: "message",
    });
  expect(withOne("service")).toEqual(["caution", "unconfirmed"]);
  expect(withOne("prior")).toEqual(["caution", "agreed"]);
});

it("whose line it is counts by the sources alone that policy believes", () => {
  const party = { party: "company", source: "connector", at: "2026-01-01T00:00:00Z" } as const;
  const by = (from: Policy["parties"]["from"]) =>
    said({ party, consents: [] }, "2026-11-24T10:00:00Z", {
      policy: { ...defaultPolicy, parties: { from } },
    });
  expect(by(["officer", "connector"]).slice(0, 2)).toEqual(["caution", "unconfirmed"]);
  expect(by(["officer"]).slice(0, 2)).toEqual(["blocked", "needs-consent"]);
});

it("days of grace are no more than the law gives, whatever policy and the declared register say", () => {
  const us = { region: "US", zones: ["America/Chicago"], consents: [], contacts: undefined };
  const lists = ["us-dnc", "us-state"].map((id) => ({
    ...{ id, name: id, regions: ["US"], maxAgeDays: 31, daysUntilEffective: 31 },
    ...{ version: 2, asOf: "2026-11-23", numbers: 9 },
  }));
  const listed = { ...us, lists: [{ id: "us-dnc", asOf: "2026-11-23", since: "2026-11-20" }] };
  const policy = { ...defaultPolicy, screening: { ...defaultPolicy.screening, graceDays: 28 } };
  const { verdict, reasons } = decide(
    { ...paris, ...listed },
    { policy, lists, now: Date.parse("2026-11-24T18:00:00Z") },
  );
  expect([verdict, reasons[0]!.code]).toEqual(["blocked", "us-dnc"]);
});

describe("hours by law", () => {
  it("are closed where the called person's zone is not known", () => {
    expect(said({ zones: [] }, "2026-11-24T10:00:00Z")).toContain("law-hours");
    expect(said({ zones: ["No/Where"] }, "2026-11-24T10:00:00Z")).toContain("law-hours");
  });
  const sunday = "2026-11-22T11:00:00Z";
  it("bind calls about claims and pensions as any other: only the United Kingdom tells them apart", () => {
    const consents = [prior({ calls: ["general", "pensions", "claims-management"] })];
    for (const purpose of ["general", "pensions", "claims-management"] as const) {
      expect(said({ consents }, sunday, { purpose }).slice(0, 2)).toEqual(["blocked", "law-hours"]);
      expect(said({ consents }, "2026-11-24T10:00:00Z", { purpose })[0]).toBe("caution");
    }
  });
  it("that yield to consent yield to express consent alone", () => {
    // France until 10 August 2026.
    const then = "2026-06-07T11:00:00Z";
    const given = { givenAt: "2026-06-01T10:00:00Z" };
    const lists = [
      ...[{ id: "bloctel", name: "Bloctel", regions: ["FR"], version: 1, asOf: "2026-06-05", numbers: 9 }],
    ].map((l) => ({ ...l, maxAgeDays: 28 }));
    const by = (consent: Consent) => said({ consents: [consent] }, then, { lists });
    expect(by(prior(given))).not.toContain("law-hours");
    for (const kind of ["notification", "solicited", "service"] as const)
      expect(by(prior({ ...given, kind }))).toContain("law-hours");
  });
});

it("an entry that waits for its review counts for a general call alone, and for seven days", () => {
  const gb: Partial<Facts> = { region: "GB", party: { ...paris.party!, party: "company" } };
  const policy = {
    ...defaultPolicy,
    campaigns: { ...defaultPolicy.campaigns, pensionsAuthorised: true },
  };
  const lists = ["tps", "ctps"].map((id) => ({
    ...{ id, name: id, regions: ["GB"], maxAgeDays: 27, version: 1, asOf: "2026-11-23", numbers: 9 },
  }));
  const entry = prior({
    ...{ provisional: true, left: 1, kind: "notification", givenAt: "2026-11-20T10:00:00Z" },
    calls: ["general", "pensions"],
  });
  const listed = { ...gb, lists: [{ id: "ctps", asOf: "2026-11-23" }], consents: [entry] };
  const by = (at: string, more: Partial<Context> = {}) => said(listed, at, { policy, lists, ...more });
  expect(by("2026-11-24T10:00:00Z").slice(0, 2)).toEqual(["caution", "call-back 2026-11-23"]);
  expect(by("2026-11-27T09:59:00Z")[0]).toBe("caution");
  expect(by("2026-11-27T10:00:00Z")[0]).toBe("blocked");
  expect(by("2026-11-24T10:00:00Z", { purpose: "pensions" })[0]).toBe("blocked");
  const message = {
    ...listed,
    party: paris.party,
    consents: [{ ...entry, kind: "prior", medium: "message" }],
  };
  expect(said(message as Facts, "2026-11-24T10:00:00Z", { policy, lists, medium: "message" })[0]).toBe(
    "blocked",
  );
});

describe("an objection", () => {
  const objected = (over: Partial<Facts["suppressions"][number]>): Partial<Facts> => ({
    consents: [prior()],
    suppressions: [
      ...[{ kind: "objection" as const, reason: "no", at: "2026-11-01T10:00:00Z", until: null, ...over }],
    ],
  });
  const at = "2026-11-24T10:00:00Z";
  it("closes its number", () => {
    expect(said(objected({ scope: "unsaid" }), at).slice(0, 2)).toEqual(["blocked", "objection 2026-11-01"]);
  });
  it("of which nobody has said whom it means is a caution on the person's other numbers, which is always read", () => {
    const facts = objected({ scope: "unsaid", keepsLine: true });
    expect(said(facts, at)).toEqual(expect.arrayContaining(["caution", "scope-unsaid 2026-11-01"]));
    const policy = { ...defaultPolicy, consents: { ...defaultPolicy.consents, amber: "pass" as const } };
    const decision = decide({ ...paris, ...facts }, { policy, lists: [], now: Date.parse(at) });
    expect(handling(decision, policy)).toBe("warn");
  });
  it("of a person who shares the line is told, and closes it not", () => {
    expect(said(objected({ scope: "person", keepsLine: true }), at)).toEqual(
      expect.arrayContaining(["caution", "person-objected 2026-11-01"]),
    );
  });
});

/** As which kind of call one is judged (PECR 2003 regs 19, 21A, 21B): nobody gets past prior consent by what they call their call. */
import { describe, expect, it } from "vitest";
import type { Facts } from "../../../shared/check/api.ts";
import { type Context, decide, decidingKind, kindsOf } from "../../../shared/check/verdict.ts";
import { type Campaign, defaultPolicy, type Policy } from "../../../shared/policy/policy.ts";

const NOW = Date.parse("2026-11-24T10:00:00Z");
const running = (...runs: Campaign[]): Policy => ({
  ...defaultPolicy,
  campaigns: { runs, pensionsAuthorised: true, onRequest: false },
});
const head = (id: string) => ({
  ...{ id, name: id, regions: ["GB"], version: 1, asOf: "2026-11-20", numbers: 9, maxAgeDays: 28 },
});
const facts = (over: Partial<Facts> = {}): Facts => ({
  ...{ e164: "+442079460001", region: "GB", lists: [], suppressions: [], consents: [] },
  ...over,
});
const context = (policy: Policy, purpose?: Campaign): Context => ({
  ...{ policy, purpose, lists: ["tps", "ctps"].map(head), now: NOW },
});
const verdict = (policy: Policy, purpose?: Campaign, over: Partial<Facts> = {}) =>
  decide(facts(over), context(policy, purpose)).verdict;

describe("a call that names its kind", () => {
  it("is of that one where policy runs it", () => {
    const policy = running("general", "pensions");
    expect(verdict(policy, "general")).toBe("clear");
    expect(verdict(policy, "pensions")).toBe("blocked");
    expect(kindsOf(policy, "general")).toEqual(["general"]);
  });
  it.each(["claims-management", "pensions", "automated"] as const)(
    "“general” opens no number to a firm that makes %s calls alone",
    (kind) => {
      expect(verdict(running(kind), "general")).toBe("blocked");
    },
  );
  it("is as strict as it says, also where policy does not run that kind", () => {
    expect(verdict(running("general"), "pensions")).toBe("blocked");
    expect(verdict(running("general"), "automated")).toBe("blocked");
  });
});

describe("a call that names no kind", () => {
  it("is general where policy runs no other, as by default", () => {
    expect(verdict(defaultPolicy)).toBe("clear");
    expect(kindsOf(defaultPolicy, undefined)).toEqual(["general"]);
  });
  it("is general where policy runs that, too, as a call is that agents make by hand", () => {
    expect(verdict(running("automated", "general"))).toBe("clear");
  });
  it("is else judged as the strictest that policy runs", () => {
    expect(verdict(running("pensions", "claims-management"))).toBe("blocked");
    const prior: Facts["consents"][number] = {
      ...{ basis: "consent", kind: "prior", calls: ["claims-management"], evidenced: true },
      ...{ givenAt: "2026-11-01T10:00:00Z", until: null },
    };
    // Claims calls were agreed to, pensions calls were not.
    const agreed = { consents: [prior] };
    expect(verdict(running("pensions", "claims-management"), "claims-management", agreed)).not.toBe(
      "blocked",
    );
    expect(verdict(running("pensions", "claims-management"), undefined, agreed)).toBe("blocked");
  });
  it("goes on record as the kind that decided", () => {
    const as = (policy: Policy, purpose?: Campaign, known: Partial<Facts> = {}) => {
      const of = (asked: Context) => decide(facts(known), asked);
      return decidingKind(context(policy, purpose), of(context(policy, purpose)), of);
    };
    expect(as(running("general", "claims-management"))).toBe("general");
    expect(as(running("automated", "claims-management"))).toBe("automated");
    expect(as(defaultPolicy)).toBe("general");
    // They agreed to the first: the second decides.
    const agreed: Facts["consents"][number] = {
      ...{ basis: "consent", kind: "prior", calls: ["pensions"], evidenced: true },
      ...{ givenAt: "2026-11-01T10:00:00Z", until: null },
    };
    const known = { consents: [agreed] };
    expect(as(running("pensions", "claims-management"), undefined, known)).toBe("claims-management");
    // What was said stays on record.
    expect(as(running("claims-management"), "general")).toBe("general");
  });
});

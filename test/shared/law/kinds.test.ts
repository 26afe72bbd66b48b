/** What binds a general call binds calls of every other kind, too, or a row says why it does not. */
import fc from "fast-check";
import { expect, it } from "vitest";
import type { Facts } from "../../../shared/check/api.ts";
import { decide, stricter } from "../../../shared/check/verdict.ts";
import { consentKind, partyKind } from "../../../shared/do-not-call/api.ts";
import { settingsOf } from "../../../shared/law/law.ts";
import { regions } from "../../../shared/law/regions.ts";
import type { Says } from "../../../shared/law/rules.ts";
import { campaignSchema, defaultPolicy, type Policy } from "../../../shared/policy/policy.ts";

const others = campaignSchema.options.filter((kind) => kind !== "general");
const lines = ["fixed", "mobile"] as const;
/** All that a rule may bind a call by; `consent` is asked of the whole setting below. */
const binding = [
  ...["authorised", "registers", "hours", "holidays", "cap", "rest", "refusalRevokes"],
  ...["listingRevokes", "life", "proofMonths", "sector", "say", "presents"],
] as (keyof Says)[];
const instead: Record<string, string> = {
  "GB automated registers": "reg 19 wants prior consent of every subscriber, listed or not",
  "GB claims-management registers": "reg 21(6) puts reg 21A in the place of reg 21(1)",
  "GB pensions registers": "reg 21(6) puts reg 21B in the place of reg 21(1)",
};

it("every part of every rule, on each day on which one began or ended", () => {
  const freed = new Set<string>();
  for (const { region, rules } of Object.values(regions)) {
    const days = ["2020-01-01", "2026-11-27", ...rules.flatMap(({ from, until }) => [from, until])];
    for (const day of new Set(days.filter((d) => d !== undefined)))
      for (const line of lines)
        for (const party of partyKind.options)
          for (const kind of others) {
            const of = (which: typeof kind | "general") =>
              settingsOf(region, { line, party, kind: which, medium: "call" }, [day])[0]!;
            const [general, its] = [of("general"), of(kind)];
            for (const part of binding) {
              const values = its.rules.map((rule) => JSON.stringify(rule[part]));
              if (
                !general.rules.every((r) => r[part] === undefined || values.includes(JSON.stringify(r[part])))
              )
                freed.add(`${region} ${kind} ${part}`);
            }
            // Calls of other kinds need prior consent everywhere, so that a register would change nothing.
            expect(its.wants.length, `${region} ${kind}`).toBeGreaterThan(0);
            for (const { kinds } of its.wants) expect(kinds).toEqual(["prior"]);
          }
  }
  expect([...freed].sort()).toEqual(Object.keys(instead).sort());
});

const policy: Policy = {
  ...defaultPolicy,
  campaigns: { runs: campaignSchema.options, pensionsAuthorised: true, onRequest: false },
};
/** A Monday at noon, a Sunday, a night, two holidays; before and after the law of France changed. */
const times = [
  ...["2026-11-23T11:30:00Z", "2026-11-22T11:00:00Z", "2026-11-23T22:30:00Z", "2026-11-11T11:00:00Z"],
  ...["2026-12-25T11:00:00Z", "2026-07-06T11:00:00Z", "2037-03-02T11:00:00Z"],
].map((time) => Date.parse(time));
const calls = fc.record({
  region: fc.constantFrom(...Object.keys(regions)),
  now: fc.constantFrom(...times),
  kind: fc.constantFrom(...others),
  line: fc.constantFrom(...lines),
  party: fc.constantFrom(...partyKind.options),
  listed: fc.boolean(),
  attempts: fc.constantFrom(0, 4),
  refusedAt: fc.constantFrom(null, "2026-11-02T12:00:00Z"),
  consents: fc.array(
    fc.record({
      basis: fc.constant("service" as const),
      kind: fc.constantFrom("prior" as const, ...consentKind.options),
      givenAt: fc.constantFrom("2026-11-01T12:00:00Z", "2026-07-01T12:00:00Z", "2019-01-01T12:00:00Z"),
      calls: fc.constant(campaignSchema.options),
      until: fc.constant(null),
      evidenced: fc.constantFrom(true, true, false),
    }),
    { maxLength: 2 },
  ),
});

it("a call of another kind is judged at least as strictly as a general one", () => {
  const seen = new Set<string>();
  fc.assert(
    fc.property(calls, ({ region, now, kind, line, party, listed, attempts, refusedAt, consents }) => {
      const day = new Date(now).toISOString();
      const ids = regions[region]!.registers;
      const facts: Facts = {
        ...{ e164: "+10000000000", region, line, consents, suppressions: [] },
        zones: [regions[region]!.timeZones[0]!],
        party: { party, source: "officer", at: "2026-01-01T00:00:00Z" },
        lists: listed ? ids.map(({ id }) => ({ id, asOf: day.slice(0, 10), first: "2026-10-01" })) : [],
        contacts: { attempts: Array<string>(attempts).fill(day), refusedAt },
      };
      const lists = ids.map(({ id, maxAgeDays }) => ({
        ...{ id, name: id, regions: [region], maxAgeDays },
        ...{ version: 1, asOf: day.slice(0, 10), numbers: 9 },
      }));
      const [general, its] = (["general", kind] as const).map((purpose) =>
        decide(facts, { policy, lists, now, purpose }),
      );
      expect(stricter(its!.verdict, general!.verdict)).toBe(its!.verdict);
      seen.add(`${its!.verdict} ${its!.reasons[0]!.code}`);
    }),
    { numRuns: 1500 },
  );
  for (const was of ["law-hours", "law-holiday", "cap", "needs-consent"])
    expect([...seen]).toContain(`blocked ${was}`);
});

it.each(others)(
  "%s calls to consumers in France keep hours, holidays, the cap and a consent's year",
  (kind) => {
    const said = (time: string, givenAt: string, more: Partial<Facts["contacts"]> = {}) => {
      const consent = { kind: "prior", givenAt, until: null, evidenced: true } as const;
      const facts: Facts = {
        ...{ e164: "+33612345678", region: "FR", lists: [], suppressions: [] },
        consents: [{ basis: "service", calls: [kind], ...consent }],
        contacts: { attempts: [], refusedAt: null, ...more },
      };
      const { verdict, reasons } = decide(facts, { policy, lists: [], now: Date.parse(time), purpose: kind });
      return [verdict, ...reasons.map(({ code }) => code)];
    };
    const [monday, given] = ["2026-11-23T10:00:00Z", "2026-09-01T10:00:00Z"];
    expect(said(monday, given)).toEqual(expect.arrayContaining(["caution", "agreed", "sector"]));
    expect(said("2026-11-22T22:00:00Z", given).slice(0, 2)).toEqual(["blocked", "law-hours"]);
    expect(said("2026-11-11T10:00:00Z", given).slice(0, 2)).toEqual(["blocked", "law-holiday"]);
    expect(said(monday, given, { attempts: Array<string>(4).fill("2026-11-20T10:00:00Z") })[1]).toBe("cap");
    expect(said(monday, "2025-09-01T10:00:00Z").slice(0, 2)).toEqual(["blocked", "needs-consent"]);
    expect(said(monday, given, { refusedAt: "2026-10-01T10:00:00Z" }).slice(0, 2)).toEqual([
      ...["blocked", "needs-consent"],
    ]);
  },
);

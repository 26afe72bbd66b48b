/** Generates facts as they may be stored, and contexts in which they are judged. */
import fc from "fast-check";
import type { Facts } from "../../../shared/check/api.ts";
import type { Context } from "../../../shared/check/verdict.ts";
import { DAY } from "../../../shared/core/time.ts";
import { consentBasis, consentKind, partyKind } from "../../../shared/do-not-call/api.ts";
import { knownRegisters, regions } from "../../../shared/law/regions.ts";
import { campaignSchema, type Policy } from "../../../shared/policy/policy.ts";
import type { RegisterHead } from "../../../shared/registers/api.ts";
import { policies } from "../policy/policies.ts";

export const NOW = Date.parse("2026-12-30T10:30:00Z");
/** Days and hours around New Year: holidays of all parts, holidays of Scotland alone, and weekends among them. */
export const instants = [-6, -5, -2, 0, 2, 3, 5].flatMap((day) =>
  [-10, -9, -1, 0, 7, 13].map((hour) => NOW + day * DAY + hour * 3_600_000),
);

/** Days around now, mostly before it. */
export const moment = fc
  .integer({ min: -45 * 24, max: 48 })
  .map((h) => new Date(NOW + h * 3_600_000).toISOString());
export const date = moment.map((time) => time.slice(0, 10));
const until = fc.option(date);
export const listing = (id: string) =>
  fc.record({ id: fc.constant(id), asOf: date, since: date }, { requiredKeys: ["id", "asOf"] });
/** Mostly empty: if everything were on record at once, no addition would show. */
export const some = <T>(one: fc.Arbitrary<T>) =>
  fc.oneof(
    { weight: 3, arbitrary: fc.constant<T[]>([]) },
    { weight: 2, arbitrary: fc.array(one, { maxLength: 3 }) },
  );

export const suppression = fc.record({
  kind: fc.constantFrom("objection" as const, "house" as const),
  reason: fc.constant("x"),
  at: moment,
  until,
});
/** As the version before kinds stored it. */
const oldConsent: fc.Arbitrary<Consent> = fc.record({
  basis: fc.constantFrom(...consentBasis.options),
  givenAt: moment,
  until,
});
const newConsent: fc.Arbitrary<Consent> = fc.record({
  basis: fc.constant("service" as const),
  kind: fc.constantFrom(...consentKind.options),
  calls: fc.subarray(campaignSchema.options, { minLength: 1 }),
  givenAt: moment,
  until,
  evidenced: fc.constantFrom(true, true, false),
});
type Consent = Facts["consents"][number];
export const consent = fc.oneof({ weight: 2, arbitrary: oldConsent }, newConsent);

export const zone = fc.constantFrom("Europe/London", "America/New_York", "Pacific/Honolulu", "No/Where");
/** The law's registers of a region, and one of the company's own. */
const registersOf = (region: string | null): string[] => [
  ...(regions[region ?? ""]?.registers ?? []).map(({ id }) => id),
  "ours",
];
/** Every region that has rules, the United Kingdom as often as all others; one without, and none. */
const codes = Object.keys(regions);
const region = fc.oneof(
  { weight: 2, arbitrary: fc.constant("GB") },
  { weight: 2, arbitrary: fc.constantFrom(...codes) },
  fc.constantFrom("CH", null),
);
const anyFacts: fc.Arbitrary<Facts> = region.chain((its) =>
  fc
    .record({
      zones: fc.oneof(
        fc.constant(regions[its ?? ""]?.timeZones.slice(0, 1)),
        fc.option(fc.array(zone, { maxLength: 2 }), { nil: undefined }),
      ),
      // Elsewhere the TPS may list a number, too.
      lists: fc.tuple(
        ...[...new Set([...registersOf(its), "tps", "ctps"])].map((id) =>
          fc.option(listing(id), { freq: 2 }),
        ),
      ),
      suppressions: some(suppression),
      consents: some(consent),
      line: fc.constantFrom(undefined, "fixed" as const, "mobile" as const),
      party: fc.option(fc.constantFrom(...partyKind.options), { freq: 2, nil: undefined }),
      attempts: fc.oneof(fc.constant(null), fc.array(moment, { maxLength: 5 })),
      refusedAt: fc.option(moment),
    })
    .map(({ lists, zones, line, party, attempts, refusedAt, ...rest }) => ({
      ...{ e164: "+442079460001", region: its, ...rest },
      ...(zones && { zones }),
      ...(line && { line }),
      ...(party && { party: { party, source: "officer" as const, at: "2026-01-01T00:00:00Z" } }),
      ...(attempts && { contacts: { attempts, refusedAt } }),
      lists: lists.filter((l) => l !== null),
    })),
);

/** With everything on record at once few numbers are clear: a quarter has nothing against it. */
export const facts: fc.Arbitrary<Facts> = fc.oneof(
  { weight: 3, arbitrary: anyFacts },
  anyFacts.map(({ contacts: _contacts, ...rest }) => ({
    ...rest,
    suppressions: [],
    consents: [],
    lists: [],
  })),
);

const fresh = { maxAgeDays: 28, version: 3, asOf: "2026-12-24", numbers: 10 };
/** A register's head, under the id by which laws know it; mostly loaded, and fresh. */
export const head = (id: string): fc.Arbitrary<RegisterHead> => {
  const own = codes.filter((code) => regions[code]!.registers.some((its) => its.id === id));
  const declared: Record<string, string[][]> = {
    tps: [["GB"], ["GB", "US"], ["GB", "DE", "JE"]],
    ctps: [["GB"], ["GB", "US"], ["GB", "DE", "JE"]],
    ours: [["GB"], ["CH"], ["GB", "IE", "US", "CH"], codes],
  };
  const state = fc.constantFrom<typeof fresh | (Omit<typeof fresh, "asOf"> & { asOf: null })>(
    ...Array<typeof fresh>(6).fill(fresh),
    { ...fresh, maxAgeDays: 31, asOf: "2026-11-30" },
    { ...fresh, asOf: "2026-12-02" },
    { ...fresh, asOf: null },
    { ...fresh, version: 0 },
    { ...fresh, numbers: 0 },
  );
  return fc
    .tuple(fc.constantFrom(...(declared[id] ?? [own, [...own, "CH"]])), state)
    .map(([its, how]) => ({ id, name: id, regions: its, ...how }));
};
/** Mostly all registers that any law names are declared. */
const heads = fc
  .tuple(
    ...Object.keys(knownRegisters).map((id) => fc.option(head(id), { freq: 12 })),
    fc.option(head("ours"), { freq: 1 }),
  )
  .map((all) => all.filter((one) => one !== null));
/** Any policy; half of them let calls be made at any time and without consent. */
const policy = fc
  .tuple(policies, fc.boolean())
  .map(([p, open]): Policy =>
    open ? { ...p, hours: {}, holidays: [], campaigns: { ...p.campaigns, runs: ["general"] } } : p,
  );
const anyContext: fc.Arbitrary<Context> = fc.record({
  policy,
  lists: heads,
  now: fc.constantFrom(...instants),
  purpose: fc.constantFrom(undefined, undefined, undefined, ...campaignSchema.options),
  medium: fc.constantFrom(undefined, "call" as const, "message" as const),
});
/** A quarter is a weekday's morning, with every register that there is fresh. */
export const contexts: fc.Arbitrary<Context> = fc.oneof(
  { weight: 3, arbitrary: anyContext },
  anyContext.map(({ medium: _medium, ...c }) => ({
    ...c,
    now: NOW,
    lists: c.lists.map((l) => ({ ...l, ...fresh })),
  })),
);

/** Generates facts as they may be stored, and contexts in which they are judged. */
import fc from "fast-check";
import type { Facts } from "../../../shared/check/api.ts";
import type { Context } from "../../../shared/check/verdict.ts";
import { DAY } from "../../../shared/core/time.ts";
import { consentBasis } from "../../../shared/do-not-call/api.ts";
import type { Policy } from "../../../shared/policy/policy.ts";
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
export const consent = fc.record({
  basis: fc.constantFrom(...consentBasis.options),
  givenAt: moment,
  until,
});
export const zone = fc.constantFrom("Europe/London", "America/New_York", "Pacific/Honolulu", "No/Where");
export const facts: fc.Arbitrary<Facts> = fc
  .record({
    region: fc.constantFrom("GB", "GB", "GB", "US", "FR", "IE", "DE", "JE", null),
    zones: fc.option(fc.array(zone, { maxLength: 2 }), { nil: undefined }),
    tps: fc.option(listing("tps"), { freq: 2 }),
    ctps: fc.option(listing("ctps"), { freq: 2 }),
    suppressions: some(suppression),
    consents: some(consent),
  })
  .map(({ tps, ctps, zones, ...rest }) => ({
    e164: "+442079460001",
    ...rest,
    ...(zones ? { zones } : {}),
    lists: [tps, ctps].filter((l) => l !== null),
  }));

export const head = (id: string): fc.Arbitrary<RegisterHead> =>
  fc.record({
    id: fc.constant(id),
    name: fc.constant(id),
    regions: fc.constantFrom(["GB"], ["GB", "US"], ["GB", "DE", "JE"]),
    maxAgeDays: fc.constantFrom(28, 31),
    version: fc.constantFrom(3, 3, 3, 3, 3, 0),
    asOf: fc.oneof({ weight: 6, arbitrary: fc.constant("2026-12-24") }, date, fc.constant(null)),
    numbers: fc.constantFrom(10, 10, 10, 10, 10, 0),
  });
const heads = fc.oneof(
  { weight: 4, arbitrary: fc.tuple(head("tps"), head("ctps")) },
  { weight: 1, arbitrary: fc.array(head("tps"), { maxLength: 1 }) },
);
/** Any policy; half of them let calls be made at any time and without consent. */
const policy = fc
  .tuple(policies, fc.boolean())
  .map(([p, open]): Policy =>
    open ? { ...p, hours: {}, holidays: [], campaigns: { ...p.campaigns, runs: ["general"] } } : p,
  );
export const contexts: fc.Arbitrary<Context> = fc.record({
  policy,
  lists: heads,
  now: fc.constantFrom(...instants),
  purpose: fc.constantFrom(
    undefined,
    undefined,
    "general" as const,
    "automated" as const,
    "pensions" as const,
  ),
  medium: fc.constantFrom(undefined, "call" as const, "message" as const),
});

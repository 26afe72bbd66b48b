/** What holds for any facts under any policy, at any time. */
import fc from "fast-check";
import { expect, it } from "vitest";
import type { Facts, Verdict } from "../../../shared/check/api.ts";
import type { RegisterHead } from "../../../shared/registers/api.ts";
import { ageInDays } from "../../../shared/registers/age.ts";
import { isHoliday } from "../../../shared/hours/hours.ts";
import type { HolidayPart, Policy } from "../../../shared/policy/policy.ts";
import {
  type Context,
  decide,
  type Decision,
  decideReadings,
  unknownFor,
} from "../../../shared/check/verdict.ts";
import { handling } from "../../../shared/check/override.ts";
import { callBasis } from "../../../shared/do-not-call/api.ts";
import { DAY } from "../../../shared/core/time.ts";
import { policies } from "../policy/policies.ts";

const NOW = Date.parse("2026-12-30T10:30:00Z");
/** Days and hours around New Year: holidays of all parts, holidays of Scotland alone, and weekends among them. */
const instants = [-6, -5, -2, 0, 2, 3, 5].flatMap((day) =>
  [-10, -9, -1, 0, 7, 13].map((hour) => NOW + day * DAY + hour * 3_600_000),
);

/** Days around now, mostly before it. */
const moment = fc.integer({ min: -45 * 24, max: 48 }).map((h) => new Date(NOW + h * 3_600_000).toISOString());
const date = moment.map((time) => time.slice(0, 10));
const until = fc.option(date);
const listing = (id: string) =>
  fc.record({ id: fc.constant(id), asOf: date, since: date }, { requiredKeys: ["id", "asOf"] });
/** Mostly empty: if everything were on record at once, no addition would show. */
const some = <T>(one: fc.Arbitrary<T>) =>
  fc.oneof(
    { weight: 3, arbitrary: fc.constant<T[]>([]) },
    { weight: 2, arbitrary: fc.array(one, { maxLength: 3 }) },
  );

const suppression = fc.record({
  kind: fc.constantFrom("objection" as const, "house" as const),
  reason: fc.constant("x"),
  at: moment,
  until,
});
const consent = fc.record({
  basis: fc.constantFrom(...callBasis.options),
  givenAt: moment,
  until,
});
const zone = fc.constantFrom("Europe/London", "America/New_York", "Pacific/Honolulu", "No/Where");
const facts: fc.Arbitrary<Facts> = fc
  .record({
    region: fc.constantFrom("GB", "GB", "US", "FR", null),
    zones: fc.option(fc.array(zone, { maxLength: 2 }), { nil: undefined }),
    tps: fc.option(listing("tps"), { freq: 2 }),
    ctps: fc.option(listing("ctps"), { freq: 2 }),
    suppressions: some(suppression),
    consents: some(consent),
    softOptIns: fc.option(some(fc.record({ givenAt: moment, until })), { nil: undefined }),
  })
  .map(({ tps, ctps, zones, softOptIns, ...rest }) => ({
    e164: "+442079460001",
    ...rest,
    ...(zones ? { zones } : {}),
    ...(softOptIns ? { softOptIns } : {}),
    lists: [tps, ctps].filter((l) => l !== null),
  }));

const head = (id: string): fc.Arbitrary<RegisterHead> =>
  fc.record({
    id: fc.constant(id),
    name: fc.constant(id),
    regions: fc.constantFrom(["GB"], ["GB", "US"]),
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
    open ? { ...p, hours: {}, holidays: [], campaigns: { runs: ["general"] } } : p,
  );
const contexts: fc.Arbitrary<Context> = fc.record({
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

const verdicts: Verdict[] = ["clear", "caution", "unknown", "blocked"];
const handlings = ["pass", "warn", "hold"];

/** Expects that `after` is not more permissive than `before`, in its verdict and in its handling. */
function noLess(after: Decision, before: Decision, policy: Policy): void {
  expect(verdicts.indexOf(after.verdict)).toBeGreaterThanOrEqual(verdicts.indexOf(before.verdict));
  expect(handlings.indexOf(handling(after, policy))).toBeGreaterThanOrEqual(
    handlings.indexOf(handling(before, policy)),
  );
}

const check = <More>(more: fc.Arbitrary<More>, property: (f: Facts, c: Context, more: More) => void) =>
  fc.assert(fc.property(facts, contexts, more, property), { numRuns: 1500 });
const nothing = fc.constant(null);
const withPolicy = (c: Context, change: Partial<Policy>): Context => ({
  ...c,
  policy: { ...c.policy, ...change },
});
const withGrace = (c: Context, graceDays: number): Context =>
  withPolicy(c, { screening: { ...c.policy.screening, graceDays } });

it("the inputs are of every kind: each verdict and each handling is among the decisions, and each code", () => {
  const seen = new Set<string>();
  check(nothing, (f, c) => {
    const decision = decide(f, c);
    seen.add(decision.verdict).add(handling(decision, c.policy));
    for (const { code } of decision.reasons) seen.add(code);
  });
  const codes =
    "objection house needs-consent message-needs-consent soft-opt-in not-screened stale-list no-register out-of-hours holiday consent";
  for (const wanted of [...verdicts, ...handlings, ...codes.split(" "), "grace", "not-listed", "tps", "ctps"])
    expect([...seen]).toContain(wanted);
});

it("there is always a reason", () =>
  check(nothing, (f, c) => {
    expect(decide(f, c).reasons.length).toBeGreaterThan(0);
  }));

it("a listing never makes it more permissive", () =>
  check(fc.oneof(listing("tps"), listing("ctps")), (f, c, added) => {
    if (f.lists.some((l) => l.id === added.id)) return;
    noLess(decide({ ...f, lists: [...f.lists, added] }, c), decide(f, c), c.policy);
  }));

it("an objection never does, nor a house entry, whenever they were made", () =>
  check(suppression, (f, c, added) => {
    noLess(decide({ ...f, suppressions: [...f.suppressions, added] }, c), decide(f, c), c.policy);
  }));

it("an objection of today is held, whatever the policy and whatever else is on record", () =>
  check(nothing, (f, c) => {
    const objection = {
      kind: "objection" as const,
      reason: "x",
      at: new Date(c.now).toISOString(),
      until: null,
    };
    const decision = decide({ ...f, suppressions: [...f.suppressions, objection] }, c);
    expect([decision.verdict, handling(decision, c.policy)]).toEqual(["blocked", "hold"]);
  }));

it("an older list never does, nor one that was never loaded", () =>
  check(fc.tuple(fc.integer({ min: 1, max: 60 }), fc.boolean()), (f, c, [days, never]) => {
    const older = (l: RegisterHead): RegisterHead => ({
      ...l,
      asOf: l.asOf && new Date(Date.parse(l.asOf) - days * DAY).toISOString().slice(0, 10),
      ...(never ? { version: 0, asOf: null, numbers: 0 } : {}),
    });
    const before = decide(f, c);
    const after = decide(f, { ...c, lists: c.lists.map(older) });
    expect(verdicts.indexOf(after.verdict)).toBeGreaterThanOrEqual(verdicts.indexOf(before.verdict));
    // Another clause applies to a register that was too old and is now missing: policy may be milder there.
    if (!never) noLess(after, before, c.policy);
  }));

it("a holiday never does, nor hours that are shut", () =>
  check(fc.constantFrom<HolidayPart>("GB-ENG", "GB-SCT", "GB-NIR"), (f, c, part) => {
    const before = decide(f, c);
    const holidays = [...c.policy.holidays, part];
    const after = decide(f, withPolicy(c, { holidays }));
    noLess(after, before, c.policy);
    const day = after.reasons.find(({ code }) => code === "holiday")?.asOf;
    if (day !== undefined) expect(holidays.some((p) => isHoliday(p, day))).toBe(true);
    const shut = { mon: null, tue: null, wed: null, thu: null, fri: null, sat: null, sun: null };
    noLess(decide(f, withPolicy(c, { hours: { GB: shut, US: shut, FR: shut } })), before, c.policy);
  }));

it("one more zone that the number may be in never does", () =>
  check(zone, (f, c, added) => {
    if (!f.zones || f.zones.length === 0) return;
    noLess(decide({ ...f, zones: [...f.zones, added] }, c), decide(f, c), c.policy);
  }));

it("a consent that is withdrawn never does", () =>
  check(nothing, (f, c) => {
    const before = decide(f, c);
    for (const gone of f.consents)
      noLess(decide({ ...f, consents: f.consents.filter((x) => x !== gone) }, c), before, c.policy);
  }));

it("days of grace only relax a listing of which it is known that a later version brought it, and nothing else", () =>
  check(fc.integer({ min: 1, max: 28 }), (f, c, days) => {
    const [none, grace] = [withGrace(c, 0), withGrace(c, days)];
    const [before, after] = [decide(f, none), decide(f, grace)];
    noLess(before, after, c.policy);
    // A listing of a register's first version counts at once: nothing says since when it exists.
    const first = { ...f, lists: f.lists.map(({ id, asOf }) => ({ id, asOf })) };
    expect(decide(first, grace)).toEqual(decide(first, none));
    // Reasons other than listings do not change.
    const rest = (d: Decision) => d.reasons.filter(({ list }) => !f.lists.some(({ id }) => id === list));
    expect(rest(after)).toEqual(rest(before));
    for (const { code, list } of after.reasons)
      if (code === "grace") expect(f.lists.find(({ id }) => id === list)?.since).toBeDefined();
  }));

const calls = (c: Context): Context => ({ ...c, medium: "call" });
it("a call is clear only where every register that is due was read, and is fresh", () =>
  check(nothing, (f, c) => {
    if (decide(f, calls(c)).verdict !== "clear") return;
    expect(f.region).not.toBeNull();
    const due = c.lists.filter((l) => l.regions.includes(f.region!) && c.policy.registers[l.id] !== "off");
    expect(due.length).toBeGreaterThan(0);
    for (const { asOf } of due) expect(asOf !== null && ageInDays(asOf, c.now) <= 28).toBe(true);
  }));

const answer = fc.record(
  {
    id: fc.constantFrom("tps", "ctps"),
    asOf: date,
    state: fc.constantFrom("asking" as const, "failed" as const, "budget" as const),
  },
  { requiredKeys: ["id"] },
);
it("a message is clear only with a basis on record, and passes under no policy without one", () =>
  check(nothing, (f, c) => {
    const decision = decide(f, { ...c, medium: "message" });
    if (f.softOptIns?.length || f.consents.some(({ basis }) => basis !== "service")) return;
    expect(["unknown", "blocked"]).toContain(decision.verdict);
    expect(handling(decision, c.policy)).toBe("hold");
  }));

it("a soft opt-in changes nothing of a call", () =>
  check(nothing, (f, c) => {
    const { softOptIns: _, ...without } = f;
    expect(decide(f, calls(c))).toEqual(decide(without, calls(c)));
  }));

it("registers say nothing of a message", () =>
  check(nothing, (f, c) => {
    const message = { ...c, medium: "message" as const };
    expect(decide({ ...f, lists: [] }, { ...message, lists: [] })).toEqual(decide(f, message));
  }));

it("by lookup, clear only where every due register's source has said no within the days that count", () =>
  check(fc.array(answer, { maxLength: 3 }), (f, c, lookups) => {
    // As the Worker shows a register by lookup, even if a file of it was loaded before.
    const lists = c.lists.map((l) => ({ ...l, version: 0, asOf: null, numbers: 0, lookup: "x" }));
    const decision = decide({ ...f, lookups }, calls({ ...c, lists }));
    const due = lists.filter(
      (l) => f.region !== null && l.regions.includes(f.region) && c.policy.registers[l.id] !== "off",
    );
    const known = due.every(({ id, maxAgeDays }) => {
      const said = lookups.find((l) => l.id === id);
      const most = Math.min(maxAgeDays, c.policy.screening.maxListAgeDays);
      return said?.asOf !== undefined && !said.state && ageInDays(said.asOf, c.now) <= most;
    });
    if (known && due.length > 0) return;
    expect(["unknown", "blocked"]).toContain(decision.verdict);
    expect(handling(decision, c.policy)).not.toBe("pass");
  }));

it("no facts are never clear, and never pass: no answer, no number, no register, no reading", () =>
  check(fc.array(facts, { maxLength: 3 }), (f, c, readings) => {
    const nothingKnown = [
      ...(["offline", "signed-out", "not-a-number", "country-unclear"] as const).map(unknownFor),
      decideReadings([]),
      decideReadings(readings.map((r) => decide(r, c))),
      decide({ ...f, region: null }, calls(c)),
      decide(f, calls({ ...c, lists: [] })),
    ];
    for (const decision of nothingKnown) {
      expect(["unknown", "blocked"]).toContain(decision.verdict);
      expect(handling(decision, c.policy)).not.toBe("pass");
    }
  }));

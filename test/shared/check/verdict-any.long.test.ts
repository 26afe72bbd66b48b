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
  kindsOf,
} from "../../../shared/check/verdict.ts";
import { regions } from "../../../shared/law/regions.ts";
import { handling } from "../../../shared/check/override.ts";
import { DAY } from "../../../shared/core/time.ts";
import { contexts, date, facts, listing, suppression, zone } from "./arbitrary.ts";

const verdicts: Verdict[] = ["clear", "caution", "unknown", "blocked"];
const handlings = ["pass", "warn", "hold"];

/** Expects that `after` is not more permissive than `before`, in its verdict and in its handling. */
function noLess(after: Decision, before: Decision, policy: Policy): void {
  expect(verdicts.indexOf(after.verdict)).toBeGreaterThanOrEqual(verdicts.indexOf(before.verdict));
  expect(handlings.indexOf(handling(after, policy))).toBeGreaterThanOrEqual(
    handlings.indexOf(handling(before, policy)),
  );
}

const check = <More>(
  more: fc.Arbitrary<More>,
  property: (f: Facts, c: Context, more: More) => void,
  numRuns = 600,
) => fc.assert(fc.property(facts, contexts, more, property), { numRuns });
const nothing = fc.constant(null);
const withPolicy = (c: Context, change: Partial<Policy>): Context => ({
  ...c,
  policy: { ...c.policy, ...change },
});
const withGrace = (c: Context, graceDays: number): Context =>
  withPolicy(c, { screening: { ...c.policy.screening, graceDays } });

it("the inputs are of every kind: each verdict and each handling is among the decisions, and each code", () => {
  const seen = new Set<string>();
  const see = (f: Facts, c: Context) => {
    const decision = decide(f, c);
    seen.add(decision.verdict).add(handling(decision, c.policy));
    for (const { code } of decision.reasons) seen.add(code);
  };
  // The rarest is in one of a thousand.
  check(nothing, see, 2500);
  const codes =
    "objection house needs-consent message-needs-consent soft-opt-in not-screened stale-list no-register no-rules not-authorised law-hours unconfirmed sector out-of-hours holiday consent";
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
    noLess(
      decide(f, withPolicy(c, { hours: { ...c.policy.hours, GB: shut, US: shut, FR: shut } })),
      before,
      c.policy,
    );
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
    // Reasons other than listings do not change, where there is one setting of the law.
    if (
      f.region !== "GB" ||
      kindsOf(c.policy, undefined).join() !== "general" ||
      c.purpose ||
      c.medium === "message"
    )
      return;
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
    const law = wantedIn(f.region!);
    const due = c.lists.filter(
      (l) => l.regions.includes(f.region!) && (law.includes(l.id) || c.policy.registers[l.id] !== "off"),
    );
    expect(due.map(({ id }) => id)).toEqual(expect.arrayContaining(law));
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
/** Without consents that say what they are for: those lift a missing answer. */
const kindless = (f: Facts): Facts => ({
  ...f,
  consents: f.consents.filter(({ kind }) => kind === undefined),
});
/** Nor whose line it is: some laws ask no register of a company's. */
const plain = (f: Facts): Facts => {
  const { party: _, ...rest } = kindless(f);
  return rest;
};
/** The registers that any rule of the region wants. */
const wantedIn = (region: string): string[] =>
  (regions[region]?.rules ?? []).flatMap(({ registers = [] }) => registers);

it("a message is never clear, and without a basis on record it is held, or read where a company is known", () =>
  check(nothing, (f, c) => {
    const decision = decide(f, { ...c, medium: "message" });
    expect(decision.verdict).not.toBe("clear");
    if (kindless(f).consents.some(({ basis }) => basis !== "service")) return;
    const company =
      f.region === "GB" && f.party?.party === "company" && c.policy.parties.from.includes("officer");
    expect([...(company ? ["caution"] : []), "unknown", "blocked"]).toContain(
      decide(kindless(f), { ...c, medium: "message" }).verdict,
    );
    expect(handling(decide(kindless(f), { ...c, medium: "message" }), c.policy)).not.toBe("pass");
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
    const decision = decide({ ...plain(f), lookups }, calls({ ...c, lists }));
    const due = lists.filter(
      (l) =>
        f.region !== null &&
        (wantedIn(f.region).includes(l.id) ||
          (l.regions.includes(f.region) && c.policy.registers[l.id] !== "off")),
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
      decide(plain(f), calls({ ...c, lists: [] })),
    ];
    for (const decision of nothingKnown) {
      expect(["unknown", "blocked"]).toContain(decision.verdict);
      expect(handling(decision, c.policy)).not.toBe("pass");
    }
  }));

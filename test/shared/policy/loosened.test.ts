import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { clauses, clauseAt, clauseValue, withClause } from "../../../shared/policy/clauses.ts";
import { loosened } from "../../../shared/policy/loosened.ts";
import { defaultPolicy as strict, type Policy, policySchema } from "../../../shared/policy/policy.ts";
import { policies } from "./policies.ts";

const scheme = (name: string, parameter?: string, kind: "call" | "message" = "call") => ({
  ...{ scheme: name, kind },
  ...(parameter !== undefined && { parameter }),
});
const and = (path: string, value: unknown, policy = strict): Policy => withClause(policy, path, value);

/** Each clause with a looser and a stricter value of it. */
const oneWay: [path: string, looser: unknown, stricter: unknown][] = [
  ["registers.tps", "warn", "hold"],
  ["registers.tps", "off", "warn"],
  ["registers.tps", "off", undefined],
  // An id that is also a property of every object.
  ["registers.constructor", "off", undefined],
  ["unknown", "warn", "hold"],
  ["screening.staleList", "warn", "hold"],
  ["screening.maxListAgeDays", 28, 27],
  ["screening.graceDays", 1, 0],
  ["numbers.alsoRegions", [], ["IE"]],
  ["numbers.alsoRegions", ["FR"], ["FR", "IE"]],
  ["dials.schemes", [], [scheme("acme")]],
  ["dials.schemes", [scheme("acme")], [scheme("acme"), scheme("other", "target")]],
  ["recording.regions", ["GB", "IE"], ["GB"]],
  ["recording.regions", ["GB", "IE"], ["IE"]],
];
/** Clauses that no manager may change in either direction. */
const eitherWay: [path: string, one: unknown, other: unknown][] = [
  ["recording.retentionMonths", 12, 11],
  ["numbers.defaultRegion", "GB", "IE"],
  ["numbers.lineRegion", null, "IE"],
  // A message is judged by fewer rules, and another parameter may hold another number.
  ["dials.schemes", [scheme("acme")], [scheme("acme", undefined, "message")]],
  ["dials.schemes", [scheme("acme")], [scheme("acme", "target")]],
  ["dials.schemes", [scheme("acme")], [scheme("other")]],
  ["dials.schemes", [], [scheme("acme", undefined, "message")]],
  ["numbers.lineRegion", "IE", "GB"],
  ["retention.dialMonths", 24, 12],
  ["access.unusedTokenDays", 90, 91],
  ["recording.openedBy", ["manager"], ["agent"]],
];

describe("a change that an administrator must make", () => {
  it.each(oneWay)("%s: to %j, and not back to %j", (path, looser, stricter) => {
    const [loose, tight] = [and(path, looser), and(path, stricter)];
    expect(loosened(tight, loose)).toEqual([path]);
    expect(loosened(loose, tight)).toEqual([]);
  });

  it.each(eitherWay)("%s: between %j and %j", (path, one, other) => {
    const [a, b] = [and(path, one), and(path, other)];
    expect([loosened(a, b), loosened(b, a)]).toEqual([[path], [path]]);
  });

  it("one storage region in another's place is one more", () => {
    expect(loosened(strict, and("recording.regions", ["IE"]))).toEqual(["recording.regions"]);
  });

  it("a region that is named twice, or in another order, is none more", () => {
    const regions = and("recording.regions", ["GB", "IE"]);
    expect(loosened(regions, and("recording.regions", ["IE", "GB", "IE"]))).toEqual([]);
  });

  it("what a save leaves out counts as its default", () => {
    const abroad = and("recording.regions", ["IE"], and("recording.retentionMonths", 60));
    expect(loosened(abroad, policySchema.parse({}))).toEqual([
      "recording.regions",
      "recording.retentionMonths",
    ]);
  });

  it("a register that was never named holds: to name it with less is weaker", () => {
    expect(loosened(strict, and("registers.ndd", "warn"))).toEqual(["registers.ndd"]);
    expect(loosened(and("registers.ndd", "off"), strict)).toEqual([]);
  });

  it("every other clause stays open to managers", () => {
    const guarded = new Set([...oneWay, ...eitherWay].map(([path]) => clauseAt(path)!.path));
    const open = clauses.filter(({ path, admin, locked }) => !admin && !locked && !guarded.has(path));
    expect(open.map(({ path }) => path)).toEqual([
      ...["screening.warnListAgeDays", "screening.maxShrinkShare", "screening.rescreenDays"],
      ...["screening.watch", "watching.mail", "watching.mailTo", "overrides", "campaigns.runs", "hours"],
      ...["holidays", "outOfHours", "maskBlocked", "sites", "identity.company", "identity.line"],
      ...["identity.address", "identity.freephone", "identity.ownNumbers", "identity.presentationNumber"],
      ...["recording.announcement", "recording.purposes", "requests.decideDays", "requests.extensions"],
      ...["requests.erasureInWriting", "requests.proofKeptDays", "requests.matchWindowMinutes"],
      ...["review.everyMonths", "review.lastReviewed", "review.by"],
    ]);
  });

  it("cannot be had in steps: whoever goes from one policy to another over a third is stopped on the way", () => {
    const ways = fc.tuple(policies, policies, policies);
    fc.assert(
      fc.property(ways, ([before, between, after]) => {
        for (const path of loosened(before, after)) {
          const steps = [...loosened(before, between), ...loosened(between, after)];
          expect(steps, `${path} ${JSON.stringify(clauseValue(between, path))}`).toContain(path);
        }
      }),
      { numRuns: 40 },
    );
  });

  it("is none where nothing changes", () => {
    fc.assert(
      fc.property(policies, (policy) => {
        expect(loosened(policy, policy)).toEqual([]);
      }),
      { numRuns: 20 },
    );
  });
});

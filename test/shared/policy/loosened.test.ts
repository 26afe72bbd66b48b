import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { roleSchema } from "../../../shared/people/api.ts";
import { changesBetween, clauses, clauseAt, clauseValue } from "../../../shared/policy/clauses.ts";
import {
  approvers,
  changesBack,
  loosened,
  looser,
  neutral,
  split,
  withChanges,
  withUnsent,
} from "../../../shared/policy/loosened.ts";
import { defaultPolicy as strict, type Policy, policySchema } from "../../../shared/policy/policy.ts";
import { and, eitherWay, oneWay } from "./loosenings.ts";
import { policies } from "./policies.ts";

const paths = (...of: Parameters<typeof loosened>) => loosened(...of).map(({ path }) => path);

describe("a change that a second person must approve", () => {
  it.each(oneWay)("%s: to %j, and not back to %j", (path, loose, tight) => {
    const [looser, tighter] = [and(path, loose), and(path, tight)];
    for (const role of ["manager", "admin"] as const)
      expect(paths(tighter, looser, role), role).toEqual([path]);
    expect(paths(looser, tighter, "admin")).toEqual([]);
  });

  it.each(eitherWay)("%s: between %j and %j", (path, one, other) => {
    const [a, b] = [and(path, one), and(path, other)];
    expect([paths(a, b, "admin"), paths(b, a, "admin")]).toEqual([[path], [path]]);
  });

  it("one storage region in another's place is one more", () => {
    expect(paths(strict, and("recording.regions", ["IE"]), "admin")).toEqual(["recording.regions"]);
  });

  it("a region that is named twice, or in another order, is none more", () => {
    const regions = and("recording.regions", ["GB", "IE"]);
    expect(paths(regions, and("recording.regions", ["IE", "GB", "IE"]), "admin")).toEqual([]);
  });

  it("a site that another one covers is not lost", () => {
    const one = and("sites", ["https://crm.example.com"]);
    expect(paths(one, and("sites", ["https://*.example.com"]), "admin")).toEqual([]);
  });

  it("a default that is sent is a choice, and loosens where it is looser", () => {
    const abroad = and("recording.regions", ["IE"], and("recording.retentionMonths", 60));
    expect(paths(abroad, policySchema.parse({}), "admin")).toEqual([
      "recording.regions",
      "recording.retentionMonths",
    ]);
  });

  it("a save that leaves clauses out leaves them as they are, whatever their defaults are", () => {
    const abroad = and("recording.regions", ["IE"], and("registers", { tps: "hold" }));
    expect(withUnsent({}, abroad)).toEqual(abroad);
    const { recording: _, ...others } = abroad;
    const sent = { ...others, recording: { retentionMonths: 60 }, registers: {} };
    expect(withUnsent(sent, abroad)).toEqual({
      ...abroad,
      registers: {},
      recording: { ...abroad.recording, retentionMonths: 60 },
    });
  });

  it("tightening counts at once, whoever saves it, also of what is an administrator's", () => {
    for (const [path, loose, tight] of oneWay)
      for (const role of ["manager", "admin"] as const)
        expect(paths(and(path, loose), and(path, tight), role), `${path}, ${role}`).toEqual([]);
  });

  it("what costs money is no manager's alone", () => {
    const asks = (n: number) => and("screening.lookupsPerDay", n);
    expect(paths(asks(1), asks(2), "manager")).toEqual(["screening.lookupsPerDay"]);
    expect(paths(asks(1), asks(2), "admin")).toEqual([]);
  });

  it("every clause loosens by some change that is tried here, or it says why none does", () => {
    const tried = new Set([...oneWay, ...eitherWay].map(([path]) => clauseAt(path)!.path));
    expect([...tried].sort()).toEqual(Object.keys(looser).sort());
    expect([...Object.keys(looser), ...Object.keys(neutral)].sort()).toEqual(
      clauses.map(({ path }) => path).sort(),
    );
    for (const { path, locked } of clauses) expect(neutral[path] === "locked", path).toBe(locked === true);
  });

  it("cannot be had in steps: whoever goes from one policy to another over a third is stopped on the way", () => {
    const ways = fc.tuple(policies, policies, policies);
    fc.assert(
      fc.property(ways, ([before, between, after]) => {
        for (const path of paths(before, after, "admin")) {
          const steps = [...paths(before, between, "admin"), ...paths(between, after, "admin")];
          expect(steps, `${path} ${JSON.stringify(clauseValue(between, path))}`).toContain(path);
        }
      }),
      { numRuns: 40 },
    );
  });
});

describe("a save", () => {
  it("counts at once in what tightens, and proposes what loosens: together they are the save", () => {
    const roles = fc.constantFrom(...roleSchema.options);
    fc.assert(
      fc.property(policies, policies, roles, (before, next, role) => {
        const { now, proposed } = split(before, next, role);
        expect(loosened(before, now, role)).toEqual([]);
        expect(proposed).toEqual(loosened(before, next, role));
        expect(changesBetween(withChanges(now, proposed), next)).toEqual([]);
        // A proposal is stored as JSON, in which a value that is not set is left out.
        const stored = JSON.parse(JSON.stringify(proposed)) as typeof proposed;
        expect(changesBetween(withChanges(now, stored), next)).toEqual([]);
      }),
      { numRuns: 40 },
    );
  });

  it("lets clauses wait that fit only what is proposed", () => {
    const before = and("screening.warnListAgeDays", 10, and("screening.maxListAgeDays", 14));
    const next = and("screening.warnListAgeDays", 21, and("screening.maxListAgeDays", 28));
    const late = ({ screening }: Policy) =>
      screening.warnListAgeDays > screening.maxListAgeDays ? ["screening.warnListAgeDays"] : [];
    const { now, proposed } = split(before, next, "admin", late);
    expect(now).toEqual(before);
    expect(proposed.map(({ path }) => path)).toEqual([
      "screening.maxListAgeDays",
      "screening.warnListAgeDays",
    ]);
  });

  it("is looked at again until no part of it that counts is wrong", () => {
    const before = and("sites", ["https://a.example"], and("review.by", "Ada"));
    const next = and(
      "sites",
      [],
      and("review.by", "Bo", and("maskBlocked", true, and("outOfHours", "hold"))),
    );
    const paths = (faults: (now: Policy) => string[]) =>
      split(before, next, "admin", faults).proposed.map(({ path }) => path);
    expect(paths(() => [])).toEqual(["sites"]);
    // What was held back leaves something else without what it needs.
    const chain = (now: Policy) =>
      [
        now.sites.length > 0 && now.maskBlocked && "maskBlocked",
        now.outOfHours === "hold" && !now.maskBlocked && "outOfHours",
      ].filter((path) => path !== false);
    expect(paths(chain)).toEqual(["outOfHours", "maskBlocked", "sites"]);
    // A fault of a clause that this save does not change: nothing of it counts.
    expect(paths((now) => (now.review.by === "Bo" ? ["identity.company"] : []))).toHaveLength(4);
  });
});

describe("who may approve", () => {
  it("an administrator, where only administrators could loosen before proposals", () => {
    const formerly = [
      ...["registers", "screening.maxListAgeDays", "screening.graceDays", "numbers.alsoRegions"],
      ...["dials.schemes", "recording.regions"],
      ...clauses.flatMap(({ path, admin }) => (admin ? [path] : [])),
    ];
    for (const { path } of clauses)
      expect(approvers([path]), path).toEqual(formerly.includes(path) ? ["admin"] : ["compliance", "admin"]);
    // What lets the company past a register is an administrator's.
    expect(approvers(["grounds.tps"])).toEqual(["admin"]);
  });
  it("the fewest, where a proposal has several changes", () => {
    expect(approvers(["overrides", "sites"])).toEqual(["compliance", "admin"]);
    expect(approvers(["overrides", "registers.own"])).toEqual(["admin"]);
    // No known clause: as careful as can be.
    expect(approvers(["something.else"])).toEqual(["admin"]);
  });
});

it("the way back to an earlier version leaves the last review, and who made it, as they are", () => {
  const review = (lastReviewed: string, by: string) => ({ ...strict.review, lastReviewed, by });
  const earlier = { ...and("watching.mail", true), review: review("2026-01-05", "Leah Leaver") };
  const now = { ...and("watching.mail", false), review: review("2026-11-20", "Nora New") };
  expect(changesBack(now, earlier).map(({ path }) => path)).toEqual(["watching.mail"]);
});

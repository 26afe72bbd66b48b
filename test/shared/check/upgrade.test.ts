/**
 * Nothing got looser by an upgrade: whatever facts, policies and consents of the version before say, today's verdict and
 * handling are at least as strict.
 */
import fc from "fast-check";
import { expect, it } from "vitest";
import type { Facts, Verdict } from "../../../shared/check/api.ts";
import { handling } from "../../../shared/check/override.ts";
import { type Context, decide } from "../../../shared/check/verdict.ts";
import type { Policy } from "../../../shared/policy/policy.ts";
import { decideBefore, handlingBefore } from "./before.ts";
import { contexts, facts } from "./arbitrary.ts";

const verdicts: Verdict[] = ["clear", "caution", "unknown", "blocked"];
const handlings = ["pass", "warn", "hold"];

/** A policy of the version before: without the clauses that came with the floor, so that they have the values of old. */
const old = (policy: Policy): Policy => ({
  ...policy,
  grounds: {},
  campaigns: { ...policy.campaigns, pensionsAuthorised: false },
  consents: { recordedBy: ["manager", "compliance"], monthsAtMost: null, amber: "dialog" },
  parties: { from: [] },
});

/** The only calls that the version before held and that may go now: docs/deploy.md names each. */
const looser: Record<string, (f: Facts, c: Context) => boolean> = {
  // Nobody knew anything: now the law's registers are asked, and say something.
  "every register of the region was off": ({ region }, { lists, policy }) => {
    const due = lists.filter(({ regions: its }) => region !== null && its.includes(region));
    return due.length > 0 && due.every(({ id }) => policy.registers[id] === "off");
  },
  // They had no register. The TPS and CTPS are asked, and the best is a caution.
  "the Crown dependencies": ({ region }) => ["GG", "JE", "IM"].includes(region ?? ""),
};

/** Some policies ask no register at all. */
const screened = fc.constantFrom(true, true, true, true, true, true, true, false);

it("whatever was stored", () => {
  const seen = new Set<string>();
  const regions = new Set<string>();
  const found = new Set<string>();
  fc.assert(
    fc.property(facts, contexts, screened, (stored, c, on) => {
      // Consents of before have no kind. Line, party and calls so far come with the new Worker, for old numbers, too.
      const f = { ...stored, consents: stored.consents.filter(({ kind }) => kind === undefined) };
      const registers = Object.fromEntries(c.lists.map(({ id }) => [id, "off" as const]));
      const context: Context = { ...c, policy: { ...old(c.policy), ...(!on && { registers }) } };
      const [before, after] = [decideBefore(f, context), decide(f, context)];
      const [was, is] = [handlingBefore(before, context.policy), handling(after, context.policy)];
      const [verdict, handled] = [
        verdicts.indexOf(after.verdict) < verdicts.indexOf(before.verdict),
        handlings.indexOf(is) < handlings.indexOf(was),
      ];
      if (verdict || handled) {
        const names = Object.keys(looser).filter((name) => looser[name]!(f, context));
        expect(names, `${before.verdict} ${after.verdict}, ${was} ${is}`).not.toEqual([]);
        names.forEach((name) => found.add(name));
      }
      seen.add(`${before.verdict} ${after.verdict}`).add(`${was} ${is}`);
      if (before.verdict === "clear" || before.verdict === "caution") regions.add(f.region!);
    }),
    { numRuns: 5000 },
  );
  // Nothing is on the list that does not happen, and wherever the version before let a call go, that was looked at.
  expect([...found].sort()).toEqual(Object.keys(looser).sort());
  expect([...regions].sort()).toEqual(expect.arrayContaining(["AU", "CA", "GB", "IE", "IN", "US"]));
  for (const kept of [
    "clear clear",
    "caution caution",
    "pass pass",
    "warn warn",
    "clear unknown",
    "caution blocked",
  ])
    expect([...seen], kept).toContain(kept);
});

/**
 * Nothing got looser by an upgrade: whatever facts, policies and consents of the version before say, today's verdict and
 * handling are at least as strict.
 */
import fc from "fast-check";
import { expect, it } from "vitest";
import type { Verdict } from "../../../shared/check/api.ts";
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
});

it("whatever was stored", () => {
  const seen = new Set<string>();
  fc.assert(
    fc.property(facts, contexts, (f, c) => {
      const context: Context = { ...c, policy: old(c.policy) };
      // Whose policy asked none of the law's registers knew nothing: now they are asked, and say something.
      const due = c.lists.filter(({ regions: its }) => f.region !== null && its.includes(f.region));
      if (due.length > 0 && due.every(({ id }) => c.policy.registers[id] === "off")) return;
      const [before, after] = [decideBefore(f, context), decide(f, context)];
      expect(verdicts.indexOf(after.verdict)).toBeGreaterThanOrEqual(verdicts.indexOf(before.verdict));
      const [was, is] = [handlingBefore(before, context.policy), handling(after, context.policy)];
      expect(handlings.indexOf(is)).toBeGreaterThanOrEqual(handlings.indexOf(was));
      seen.add(`${before.verdict} ${after.verdict}`).add(`${was} ${is}`);
    }),
    { numRuns: 6000 },
  );
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

/**
 * Nothing got looser by an upgrade: whatever facts, policies and consents of the version before say, today's verdict and
 * handling are at least as strict.
 */
import fc from "fast-check";
import { expect, it } from "vitest";
import type { Verdict } from "../../../shared/check/api.ts";
import { handling, mayBeOverridden } from "../../../shared/check/override.ts";
import { type Context, decide, type Decision } from "../../../shared/check/verdict.ts";
import { heldBefore } from "../../../shared/policy/older.ts";
import type { Policy } from "../../../shared/policy/policy.ts";
import { decideBefore, handlingBefore, mayBeOverriddenBefore } from "./before.ts";
import { contexts, facts } from "./arbitrary.ts";

const verdicts: Verdict[] = ["clear", "caution", "unknown", "blocked"];
const handlings = ["pass", "warn", "hold"];

/** A policy of the version before: without the clauses that came since, so that they have the values of old. */
const old = (policy: Policy): Policy => ({
  ...policy,
  screening: { ...policy.screening, heldRegions: heldBefore(policy) },
  grounds: {},
  campaigns: { ...policy.campaigns, pensionsAuthorised: false, onRequest: false },
  consents: { recordedBy: ["manager", "compliance"], monthsAtMost: null, amber: "dialog" },
  parties: { from: [] },
});

const wantsConsent = ({ reasons }: Decision) => reasons.some(({ code }) => code === "needs-consent");

/** Some policies ask no register at all. */
const screened = fc.constantFrom(true, true, true, true, true, true, true, false);

it("whatever was stored", () => {
  const seen = new Set<string>();
  const regions = new Set<string>();
  fc.assert(
    fc.property(facts, contexts, screened, (stored, c, on) => {
      // Consents of before have no kind. Line, party and calls so far come with the new Worker, for old numbers, too.
      const f = { ...stored, consents: stored.consents.filter(({ kind }) => kind === undefined) };
      const registers = Object.fromEntries(c.lists.map(({ id }) => [id, "off" as const]));
      const context: Context = { ...c, policy: old(on ? c.policy : { ...c.policy, registers }) };
      const [before, after] = [decideBefore(f, context), decide(f, context)];
      const [was, is] = [handlingBefore(before, context.policy), handling(after, context.policy)];
      const said = `${before.verdict} ${after.verdict}, ${was} ${is}`;
      expect(verdicts.indexOf(after.verdict), said).toBeGreaterThanOrEqual(verdicts.indexOf(before.verdict));
      expect(handlings.indexOf(is), said).toBeGreaterThanOrEqual(handlings.indexOf(was));
      // No agent may override what none could before, but the want of a consent where no law was known before: the only
      // basis is that the call sells nothing, and such a call wants none.
      if (was === "hold" && mayBeOverridden(after) && !mayBeOverriddenBefore(before))
        expect([before.verdict, wantsConsent(after)], said).toEqual(["unknown", true]);
      seen.add(`${before.verdict} ${after.verdict}`).add(`${was} ${is}`);
      if (before.verdict === "clear" || before.verdict === "caution") regions.add(f.region!);
    }),
    { numRuns: 5000 },
  );
  // Wherever the version before let a call go, that was looked at.
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

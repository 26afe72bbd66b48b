/** What one person saves alone never lets a call through that the policy before held. */
import fc from "fast-check";
import { expect, it } from "vitest";
import type { Verdict } from "../../../shared/check/api.ts";
import { handling } from "../../../shared/check/override.ts";
import { decide } from "../../../shared/check/verdict.ts";
import { changesBetween } from "../../../shared/policy/clauses.ts";
import { raised } from "../../../shared/policy/floor.ts";
import { split } from "../../../shared/policy/loosened.ts";
import type { Policy } from "../../../shared/policy/policy.ts";
import { contexts, facts } from "../check/arbitrary.ts";
import { policies } from "./policies.ts";

const verdicts: Verdict[] = ["clear", "caution", "unknown", "blocked"];
const handlings = ["pass", "warn", "hold"];

it("the part of a save that counts at once loosens no verdict, and nothing that is done with a call", () => {
  let changed = 0;
  fc.assert(
    fc.property(facts, contexts, policies, (f, c, next) => {
      const before = raised(c.policy);
      const { now } = split(before, raised(next), "admin");
      if (changesBetween(before, now).length > 0) changed++;
      const under = (policy: Policy) => {
        const decision = decide(f, { ...c, policy });
        return [verdicts.indexOf(decision.verdict), handlings.indexOf(handling(decision, policy))];
      };
      const [was, is] = [under(before), under(now)];
      is.forEach((strict, i) => expect(strict).toBeGreaterThanOrEqual(was[i]!));
    }),
    { numRuns: 700 },
  );
  expect(changed).toBeGreaterThan(230);
});

it("a stored policy is never judged as less than what it is raised to where a law names its registers", () => {
  fc.assert(
    fc.property(facts, contexts, (f, c) => {
      const [stored, now] = [c.policy, raised(c.policy)].map((policy) => decide(f, { ...c, policy }).verdict);
      if (f.region === "GB") expect(stored).toBe(now);
      else expect(verdicts.indexOf(now!)).toBeGreaterThanOrEqual(verdicts.indexOf(stored!));
    }),
    { numRuns: 500 },
  );
});

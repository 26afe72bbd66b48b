/**
 * Policies of older releases, in a Worker that has not been upgraded or kept by a browser from before its extension was:
 * what a clause that they do not have means is what was done then. No zod here, as our pages import it.
 */
import { regions } from "../law/regions.ts";
import { raised } from "./floor.ts";
import type { Policy } from "./policy.ts";

/**
 * The regions whose numbers were not known under such a policy, whatever the registers said: it had turned off all of a
 * region's, or nobody knew of any.
 */
export const heldBefore = ({ registers = {} }: { registers?: Readonly<Record<string, unknown>> }): string[] =>
  Object.values(regions).flatMap(({ region, registers: own, rules }) => {
    const named = rules.flatMap(({ registers: its = [], until }) => (until === undefined ? its : []));
    const isIsland = own.length === 0;
    return named.length > 0 && (isIsland || named.every((id) => registers[id] === "off")) ? [region] : [];
  });

/** By group, the clauses that came after the first release. */
export const before = {
  grounds: {},
  screening: { offlineMinutes: 2 },
  campaigns: { pensionsAuthorised: false, onRequest: false },
  consents: { recordedBy: ["manager", "compliance"], monthsAtMost: null, amber: "dialog" },
  parties: { from: [] },
  identity: { tradingNames: [] },
  // There were no such limits, and there was no gate.
  access: { officeNumbersPerHour: 10_000_000, gateNumbersPerHour: 100_000, screenedPerDay: 100_000_000 },
  recording: { openedFrom: [] },
  requests: { pauses: "law", progressDays: 30, outcomeDays: 90 },
} as const;

/** The policy with every clause of this release, its values as they were saved. */
export function completed(policy: Policy): Policy {
  const screening = { ...before.screening, heldRegions: heldBefore(policy) };
  const groups = Object.entries({ ...before, screening }).map(([group, clauses]) => [
    group,
    { ...clauses, ...policy[group as keyof Policy as keyof typeof before] },
  ]);
  const recipients = (policy as Partial<Policy>).recipients ?? [];
  return { ...policy, ...(Object.fromEntries(groups) as Partial<Policy>), recipients };
}

/** The same, and never below the law's floor: the policy in force. */
export const ofAnyRelease = (policy: Policy): Policy => raised(completed(policy));

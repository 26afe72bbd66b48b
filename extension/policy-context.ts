/** What verdicts are decided under, apart from the facts of each number. The background keeps it, pages get a copy. */
import type { Stamp } from "../shared/check/api.ts";
import type { Context } from "../shared/check/verdict.ts";
import type { Campaign, Policy } from "../shared/policy/policy.ts";

export interface PolicyContext {
  policy: Policy;
  /** The version vector: the newest audit `seq`, the policy's version, and the head of each register. */
  stamp: Stamp;
  /** The Worker's clock minus the device's, in milliseconds. */
  clockOffset: number;
  /** What this person's calls are for, where the company makes several kinds and they chose one. */
  purpose?: Campaign;
}

/** The context for `decide` at a moment of the device's clock (milliseconds since the epoch). */
export const decisionContext = (
  { policy, purpose, stamp, clockOffset }: PolicyContext,
  deviceNow: number,
): Context => ({ policy, purpose, lists: stamp.lists, now: deviceNow + clockOffset });

/**
 * A dial that arrives late is judged by what was on record when it was made: a browser without an answer sends it hours later. When
 * that was is the browser's word alone, so the verdict as it arrived stands beside it, and what could loosen anything goes by
 * both.
 */
import type { Context } from "../../shared/check/verdict.ts";
import type { Facts } from "../../shared/check/api.ts";
import { DAY, MINUTE } from "../../shared/core/time.ts";
import type { Env } from "../env.ts";
import type { FactsRead } from "../check/facts.ts";
import { knownOf } from "../check/facts-at.ts";
import type { Dial } from "./rows.ts";

/** A dial that was no longer on its way is judged as it arrives. */
const LATE = 5 * MINUTE;
/** A browser's word goes back no further. It is as long as an outage may be in which it lets calls pass. */
const BACK = DAY;

/** By what a dial is judged. */
export interface Known {
  facts: (e164: string) => Facts;
  context: Context;
  /** What of it the dial's row names. */
  state: Pick<Dial, "policy" | "lists">;
}

const listsOf = ({ lists }: Context) => lists.map(({ id, version, asOf }) => ({ id, version, asOf }));

/** As a dial arrives. */
export const knownNow = (
  { facts, stamp, policy }: FactsRead,
  call: Pick<Context, "now" | "purpose" | "medium">,
): Known => {
  const context = { policy, lists: stamp.lists, ...call };
  return { facts, context, state: { policy: stamp.policy, lists: listsOf(context) } };
};

/**
 * As a dial was made, by its browser's clock; null where it is judged as it arrives, as it also is by what is not as the trail has
 * it. `own`: the other sightings of its call.
 */
export async function knownThen(
  env: Env,
  deviceAt: string,
  { context: now }: Known,
  numbers: readonly string[],
  own: readonly number[],
): Promise<Known | null> {
  const at = Date.parse(deviceAt);
  const late = now.now - at;
  if (late <= LATE || late > BACK) return null;
  const found = await knownOf(env, numbers, at, own, now.now);
  if (!found) return null;
  const { facts, context: then, version } = found;
  const context = { ...then, purpose: now.purpose, medium: now.medium };
  return { facts, context, state: { policy: version, lists: listsOf(context) } };
}

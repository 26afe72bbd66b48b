/** Closed months of the trail leave the database only for a bucket in a region of the policy, as they name people by ids. */
import type { Env } from "../env.ts";
import { currentPolicy } from "../policy/current.ts";
import { isAllowed } from "../recordings/rows.ts";
import { archiveRegion } from "../storage/places.ts";
import { archiveMonths } from "../trail/archive.ts";

/** Runs daily. Where nothing may leave, the months stay, and the overview says so. `now` in milliseconds. */
export async function archiveClosed(env: Env, now: number): Promise<void> {
  const { policy } = await currentPolicy(env.DB);
  if (isAllowed(policy, archiveRegion(env))) await archiveMonths(env, now);
}

/** Closed months leave the database only for a bucket in a region of the policy, as they name people by ids. */
import type { Env } from "../env.ts";
import { currentPolicy } from "../policy/current.ts";
import { isAllowed } from "../recordings/rows.ts";
import { closeCertificates } from "../recordings/certificates/close.ts";
import { archiveRegion } from "../storage/places.ts";
import { closeDials } from "../dials/closed/close.ts";
import { rewriteFiles } from "../dials/closed/rewrite.ts";
import { archiveMonths } from "../trail/archive.ts";
import { dialsDue } from "./housekeeping.ts";

/** Runs daily. Where nothing may leave, the months stay, and the overview says so. `now` in milliseconds. */
export async function archiveClosed(env: Env, now: number): Promise<void> {
  const { policy } = await currentPolicy(env.DB);
  if (isAllowed(policy, archiveRegion(env))) await archiveMonths(env, now);
}

/** Runs daily, behind the trail's. What was erased or is over leaves the files wherever they are. */
export async function closeMonths(env: Env, now: number): Promise<void> {
  try {
    await rewriteFiles(env, await dialsDue(env.DB, now), now);
  } finally {
    const { policy } = await currentPolicy(env.DB);
    // One that fails stops no other.
    if (isAllowed(policy, archiveRegion(env)))
      try {
        await closeDials(env, now);
      } finally {
        await closeCertificates(env, now);
      }
  }
}

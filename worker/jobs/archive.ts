/** Closed months leave the database only for a bucket in a region of the policy, as they name people by ids. */
import { eachByItself } from "../../shared/core/each.ts";
import type { Env } from "../env.ts";
import { currentPolicy } from "../policy/current.ts";
import { isAllowed } from "../recordings/rows.ts";
import { closeCertificates } from "../recordings/certificates/close.ts";
import { closeKept } from "../recordings/closed/close.ts";
import { compareKept, lookForFiles, returnNear, rewriteKept } from "../recordings/closed/due.ts";
import { forgetOver } from "../recordings/closed/over.ts";
import { siftNumbers } from "../recordings/closed/names/sift.ts";
import { packNames } from "../recordings/closed/names/pack.ts";
import { archiveRegion } from "../storage/places.ts";
import { closeDials } from "../dials/closed/close.ts";
import { packDials } from "../dials/closed/packed/packing.ts";
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
  const { policy } = await currentPolicy(env.DB);
  const mayLeave = isAllowed(policy, archiveRegion(env));
  const close = mayLeave ? [closeDials, closeKept, closeCertificates] : [];
  await eachByItself([
    async () => rewriteFiles(env, await dialsDue(env.DB, now), now),
    () => siftNumbers(env),
    () => rewriteKept(env, now),
    () => compareKept(env),
    () => returnNear(env, now),
    () => lookForFiles(env, now),
    () => forgetOver(env, now),
    ...close.map((kind) => () => kind(env, now)),
    () => packDials(env, now),
    () => packNames(env, now),
  ]);
}

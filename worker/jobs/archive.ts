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
import { areNamesPacking, packNames } from "../recordings/closed/names/pack.ts";
import { archiveRegion } from "../storage/places.ts";
import { closeDials } from "../dials/closed/close.ts";
import { arePacking, packDials } from "../dials/closed/packed/packing.ts";
import { rewriteFiles } from "../dials/closed/rewrite.ts";
import { archiveMonths } from "../trail/archive.ts";
import { dialsDue } from "./housekeeping.ts";

/**
 * Slices that a run packs of dials, and as many of names: some three hundred calls of the thousand that Cloudflare gives a run, besides what
 * else it does. A thousand agents' month takes 900 of dials, and 1,900 of names.
 */
export const SLICES = 25;

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
    () => packDials(env, now, { slices: SLICES }),
    () => packNames(env, now, { slices: SLICES }),
  ]);
}

/** Runs every five minutes: goes on with what a night began to pack. */
export async function packOn(env: Env, now: number): Promise<void> {
  const { dials, names } = (await env.DB.prepare(
    `SELECT ${arePacking} AS dials, ${areNamesPacking} AS names`,
  ).first<{ dials: number; names: number }>())!;
  await eachByItself([
    ...(dials ? [() => packDials(env, now, { slices: SLICES })] : []),
    ...(names ? [() => packNames(env, now, { slices: SLICES })] : []),
  ]);
}

/** Closed months leave the database only for a bucket in a region of the policy, as they name people by ids. */
import { eachByItself } from "../../shared/core/each.ts";
import { SECOND } from "../../shared/core/time.ts";
import { within } from "../storage/closed/calls.ts";
import type { Env } from "../env.ts";
import { currentPolicy } from "../policy/current.ts";
import { isAllowed } from "../recordings/rows.ts";
import { closeCertificates } from "../recordings/certificates/close.ts";
import { closeKept } from "../recordings/closed/close.ts";
import { compareKept, lookForFiles, returnNear, rewriteKept } from "../recordings/closed/due.ts";
import { forgetOver } from "../recordings/closed/over.ts";
import { siftNumbers } from "../recordings/closed/names/sift.ts";
import { areNamesPacking, packNames } from "../recordings/closed/names/pack.ts";
import { closeScreenings } from "../screening/closed/close.ts";
import { archiveRegion } from "../storage/places.ts";
import { closeDials } from "../dials/closed/close.ts";
import { arePacking, packDials } from "../dials/closed/packed/packing.ts";
import { rewriteFiles } from "../dials/closed/rewrite.ts";
import { archiveMonths } from "../trail/archive.ts";
import type { ForTests } from "../storage/closed/close.ts";
import { dialsDue } from "./housekeeping.ts";
import { beginNight, goOnWithNight, isNightLeft, sayFailed, type Steps } from "./night.ts";

/**
 * Slices that a run packs of dials, and as many of names, while it has calls left (storage/closed/calls.ts): some three hundred, or seven hundred statements. A
 * thousand agents' month takes 900 of dials, and 1,900 of names.
 */
export const SLICES = 25;
/** How long a run of five minutes begins files: it may take 30 seconds of a processor, of which a file takes one. */
export const OFTEN = 20 * SECOND;

type Own = Pick<ForTests, "rows">;

const trail = (env: Env, now: number): Steps => ({ trail: () => archiveMonths(env, now) });
/** What was erased or is over leaves the files wherever they are. `untimed`: for what cannot go on where a run before it stopped. */
const duties = (env: Env, now: number, untimed = env): Steps => ({
  dialsErased: async () => rewriteFiles(env, await dialsDue(env.DB, now), now),
  numbersGone: () => siftNumbers(env),
  recordingsErased: () => rewriteKept(env, now),
  recordingsCounted: () => compareKept(env),
  recordingsNear: () => returnNear(env, now),
  recordingsLost: () => lookForFiles(untimed, now),
  recordingsOver: () => forgetOver(env, now),
});
const months = (env: Env, now: number, own?: Own): Steps => ({
  dials: () => closeDials(env, now, own),
  recordings: () => closeKept(env, now, own),
  certificates: () => closeCertificates(env, now, own),
  screenings: () => closeScreenings(env, now),
});
/** They begin; `packOn` goes on by their own marks. */
const indexes = (env: Env, now: number): Steps => ({
  dialsPacked: () => packDials(env, now, { slices: SLICES }),
  namesPacked: () => packNames(env, now, { slices: SLICES }),
});

/** Runs daily in the place of `packOn`, as the night's own steps do that: fails as the runs of five minutes do. */
export const sayHowPacking = async (env: Env, now: number): Promise<void> =>
  sayFailed(
    env,
    { ...duties(env, now), ...trail(env, now), ...months(env, now), ...indexes(env, now) },
    { now },
  );

/** Where nothing may leave, the months stay, and the overview says so. */
async function whereAllowed(env: Env, steps: Steps): Promise<Steps> {
  const { policy } = await currentPolicy(env.DB);
  if (isAllowed(policy, archiveRegion(env))) return steps;
  return Object.fromEntries(Object.keys(steps).map((name) => [name, () => Promise.resolve()]));
}

/** Runs daily. `now` in milliseconds. */
export const archiveClosed = async (env: Env, now: number): Promise<void> =>
  beginNight(env, await whereAllowed(env, trail(env, now)), { now });

/** Runs daily, behind the trail's. */
export const closeMonths = async (env: Env, now: number, own?: Own): Promise<void> =>
  beginNight(
    env,
    { ...duties(env, now), ...(await whereAllowed(env, months(env, now, own))), ...indexes(env, now) },
    { now },
  );

/** Runs every five minutes: goes on with what a night began, and did not end; what has its day comes first. */
export async function packOn(env: Env, now: number, own?: Own & Pick<ForTests, "clock">): Promise<void> {
  const { night, dials, names } = (await env.DB.prepare(
    `SELECT ${isNightLeft} AS night, ${arePacking} AS dials, ${areNamesPacking} AS names`,
  ).first<Record<"night" | "dials" | "names", number>>())!;
  const { clock = Date.now } = own ?? {};
  const until = clock() + OFTEN;
  const timed = within(env, () => clock() < until);
  const rest = async () =>
    goOnWithNight(
      timed,
      {
        ...duties(timed, now, env),
        ...(await whereAllowed(env, { ...trail(timed, now), ...months(timed, now, own) })),
        ...indexes(env, now),
      },
      { now, clock },
    );
  await eachByItself([
    ...(night ? [rest] : []),
    ...(dials ? [() => packDials(env, now, { slices: SLICES })] : []),
    ...(names ? [() => packNames(env, now, { slices: SLICES })] : []),
  ]);
}

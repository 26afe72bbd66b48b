/** Erases requests' files once their time is over. */
import { dayOf, daysLater, monthsLater } from "../../../shared/core/calendar.ts";
import { zoneOfPolicy } from "../../../shared/policy/zone.ts";
import { chunks } from "../../../shared/core/chunks.ts";
import { DAY } from "../../../shared/core/time.ts";
import { record } from "../../core/commit.ts";
import { sql } from "../../core/sql.ts";
import type { Env } from "../../env.ts";
import { policiesSince } from "../../policy/current.ts";
import { NoAnswer, StoreError, within } from "../../storage/store.ts";
import { momentOf } from "../rows.ts";
import { type NewFile, storeOfFile } from "./store.ts";

/** A shorter retention counts a week after its save, as in housekeeping.ts. */
const WEEK = 7 * DAY;
/** Files a run, those at once, and what a store may take for an answer. */
const MOST = 100;
const TOGETHER = 10;
const PATIENCE = 20_000;

interface Over extends Pick<NewFile, "id" | "request" | "purpose" | "store" | "object"> {
  ref: string;
}

/**
 * Files to erase now: those whose day has come, unchecked proofs of requests that were closed policy's days ago, and all
 * files of requests whose own time is over. In random order, so that files that a store fails to erase do not block others.
 */
export async function filesOver(db: D1Database, now: number): Promise<Over[]> {
  const { policy } = await momentOf(db, now);
  const today = dayOf(now, zoneOfPolicy(policy));
  const lately = await policiesSince(db, new Date(now - WEEK).toISOString());
  const months = Math.max(...lately.map(({ retention }) => retention.requestMonths));
  const { results } = await db
    .prepare(
      `SELECT f.id, f.request, r.ref, f.purpose, f.store, f.object FROM request_files f JOIN requests r ON r.id = f.request
     WHERE f.erased_at IS NULL AND (f.erase_after <= ?1 OR substr(r.closed_at, 1, 10) <= ?2
       OR f.purpose = 'proof' AND substr(r.closed_at, 1, 10) <= ?3)
     ORDER BY random() LIMIT ?4`,
    )
    .bind(today, monthsLater(today, -months), daysLater(today, -policy.requests.proofKeptDays), MOST)
    .all<Over>();
  return results;
}

/**
 * Scheduled every five minutes. A file counts as erased only once its store, asked again, no longer has it. `patience`: milliseconds
 * for each answer. A store that gives none is asked for no more files in this run, as other jobs wait behind it.
 */
export async function eraseFiles(env: Env, now: number, patience = PATIENCE): Promise<void> {
  const hung = new Set<string>();
  for (const some of chunks(await filesOver(env.DB, now), TOGETHER))
    await Promise.all(
      some
        .filter(({ store }) => !hung.has(store))
        .map(async (file) => {
          const isGone = await gone(env, file, patience).catch((error: unknown) => {
            if (error instanceof NoAnswer) hung.add(file.store);
            // The next run retries.
            console.error("request file", file.id, error instanceof Error ? error.message : error);
            return false;
          });
          if (isGone) await erased(env, file, now);
        }),
    );
}

/** Has the store erase it. False where that says that it will be able to later. */
async function gone(env: Env, file: Over, patience: number): Promise<boolean> {
  const store = storeOfFile(env, file);
  if (!store) throw new StoreError(`${file.store}: not configured`);
  if (await within(file.store, patience, (signal) => store.erase(file.object, signal))) return false;
  if (await within(file.store, patience, (signal) => store.head(file.object, signal)))
    throw new StoreError(`${file.store}: still there`);
  return true;
}

const erased = (env: Env, file: Over, now: number): Promise<void> =>
  record(env, {
    actor: "system",
    event: {
      code: "request.file-erased",
      subject: file.request,
      payload: { file: file.id, purpose: file.purpose },
    },
    statements: [
      sql(
        "UPDATE request_files SET erased_at = ?, name = '' WHERE id = ? AND erased_at IS NULL",
        ...[new Date(now).toISOString(), file.id],
      ),
      // A part that waited for the others of its copy for too long.
      sql(
        "UPDATE copy_parts SET made = NULL, file = NULL, due = ?, tries = 0 WHERE file = ? AND came_at IS NULL",
        ...[new Date(now).toISOString(), file.id],
      ),
    ],
  });

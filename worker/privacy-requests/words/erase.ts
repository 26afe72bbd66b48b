/**
 * What a complied erasure takes out of the places that only quote: payloads of the trail (which leave their hashes, and the rows
 * that they told of are bound by themselves), filters that were logged, stored answers, mails that are over, and what officers wrote of recordings, holds and looks. What the letter
 * said stays is quoted on: items that were refused, that are about someone else, or, where the requester asked for less, all that
 * they did not name. A job goes through the trail in slices, as there may be millions of payloads.
 */
import { record } from "../../core/commit.ts";
import { type Problem, problemOf } from "../../core/errors.ts";
import { inChunks, refuseWhere, sql } from "../../core/sql.ts";
import { changeBound } from "../../core/states.ts";
import type { Env } from "../../env.ts";
import { sayErased } from "../../trail/erased.ts";
import { unlikeOnce } from "../../trail/kept-back.ts";
import { wordsBound } from "../bound.ts";
import { staysOf } from "./due.ts";
import { keepWaiting, type Next, nextDue, untilOf } from "./next.ts";
import { quotedIn, wantedOf } from "./quoted.ts";
import { withoutCopies, withoutWritten } from "./written.ts";

/** Most rows of the trail a slice, and most slices a run; none begins once so many pages of payloads were read. */
export const SLICE = 200_000;
const SLICES = 5;
const PAGES = 100;
/** Most altered payloads that an event names. */
const NAMED = 100;

/** Every few minutes, and while nothing is due two reads. `slice` for tests. */
export async function eraseWords(env: Env, slice = SLICE, now = Date.now()): Promise<void> {
  try {
    await eraseDue(env, slice, now);
  } finally {
    // Others, whose turn it was not.
    await keepWaiting(env, now);
  }
}

async function eraseDue(env: Env, slice: number, now: number): Promise<void> {
  const refused = new Set<string>();
  const left = new Set<string>();
  let failed: Problem | undefined;
  let pages = 0;
  for (let n = 0; n < SLICES && pages < PAGES; n++) {
    const next = await nextDue(env, left, now);
    if (!next) break;
    const job = String(next.due["job"]);
    pages += await eraseSlice(env, next, slice, now).catch((error: unknown) => {
      const problem = problemOf(error);
      if (problem?.code !== "conflict") throw error;
      // Somebody decided or wrote meanwhile: it is read again, once. Refused twice, others go on, and this run has failed.
      if (refused.has(job)) {
        left.add(job);
        failed = problem;
      }
      refused.add(job);
      return 0;
    });
  }
  if (failed) throw failed;
}

/** How many pages of payloads it read. */
async function eraseSlice(env: Env, next: Next, slice: number, now: number): Promise<number> {
  const { due, who } = next;
  const { job, request, after } = due as { job: string; request: string; after: number };
  const stays = await staysOf(env.DB, due);
  const wanted = wantedOf(due, who, stays);
  const until = await untilOf(env, next);
  const end = Math.min(after + slice, until);
  const { gone, unlike, waits, pages } = await quotedIn(env, wanted, after, end);
  const since = new Date(now).toISOString();
  const isThrough = end >= until;
  // What waits for an archive is gone through once more, a day later.
  const isWaiting = waits || (after > 0 && due["waits"] === 1);
  const told = unlike.map((seq) => `audit_payload/${seq}`);
  await record(env, {
    actor: "system",
    event: {
      code: "request.words-erased",
      subject: request,
      payload: {
        ...{ from: Math.min(after + 1, end), to: end },
        ...(waits && { waits }),
        ...(unlike.length > 0 && { unlike: unlike.slice(0, NAMED) }),
      },
    },
    statements: [
      // No later slice comes by here: it is told with this one, or neither is.
      ...(await unlikeOnce(env.DB, told, { key: `${job}.${due["rev"]!}`, now })),
      ...sayErased(gone.map((seq) => ({ row: `audit_payload/${seq}`, since }))),
      ...inChunks(gone, (seqs) =>
        sql("DELETE FROM audit_payload WHERE seq IN (SELECT value FROM json_each(?))", seqs),
      ),
      ...(isThrough
        ? [...(await withoutCopies(env.DB, wanted)), ...(await withoutWritten(env.DB, wanted))]
        : []),
      ...(isThrough && !isWaiting
        ? [
            refuseWhere("(SELECT rev FROM words_due WHERE job = ?) IS NOT ?", job, due["rev"]!),
            ...sayErased([{ row: `${wordsBound.name}/${job}`, since }]),
            sql("DELETE FROM words_due WHERE job = ?", job),
          ]
        : [
            changeBound(
              wordsBound,
              due,
              { after: isThrough ? 0 : end, until, stays, waits: isWaiting ? 1 : null },
              since,
            ),
          ]),
    ],
  });
  return pages;
}

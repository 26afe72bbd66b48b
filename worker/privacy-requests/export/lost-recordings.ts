/** Recordings of a requester's numbers whose row is in a file of closed months that is lost: what leads to their audio is there alone. */
import { searchedFor } from "../../dials/closed/read.ts";
import type { Env } from "../../env.ts";
import { keptKind } from "../../recordings/closed/lines.ts";
import { recallSome } from "../../recordings/closed/read.ts";

interface Lost {
  n: number;
  file: string;
}

/** Of numbers (as `numberOf`), and of calls of a period; the others are in the database then. Throws the Problem `archive-broken`. */
export async function lostOf(
  env: Env,
  numbers: readonly number[],
  [from, to]: readonly [string, string],
): Promise<Lost> {
  const { files, hits } = await recallSome(env, { numbers });
  const at = (num: number) => new Date(keptKind.timeAt(num)).toISOString();
  // Of a packed one only the part of its file is known.
  return { n: hits.filter(({ lo, hi }) => at(hi) >= from && at(lo) <= to).length, file: files[0] ?? "" };
}

/** Of a request, as its newest search was for. */
export async function lostFor(env: Env, request: string): Promise<number> {
  const [numbers, search] = await env.DB.batch([
    env.DB.prepare(searchedFor).bind(request),
    env.DB.prepare(
      `SELECT detail ->> 'from' AS "from", detail ->> 'to' AS "to" FROM request_events
       WHERE request = ?1 AND action = 'search' ORDER BY id DESC LIMIT 1`,
    ).bind(request),
  ]);
  const all = (numbers!.results as { number: number }[]).map(({ number }) => number);
  const [period] = search!.results as { from: string; to: string }[];
  return period === undefined ? 0 : (await lostOf(env, all, [period.from, period.to])).n;
}

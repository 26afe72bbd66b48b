/**
 * Rows that are gone from the end of the trail: the Ledger remembers the last one that it wrote, where the database's owner cannot
 * write. A database that was put back to an earlier moment lacks them as well: then an officer says so, and the trail with them.
 */
import { restoredAnswer, restoredRequest } from "../../shared/trail/api.ts";
import { problemDetails as details } from "../../shared/texts/core/problems.en.ts";
import { DAY } from "../../shared/core/time.ts";
import type { Lost } from "../core/change.ts";
import { commit, ledgerOf, record } from "../core/commit.ts";
import { Problem } from "../core/errors.ts";
import { body, json, room, route } from "../core/route.ts";
import { nameOf, RESTORED } from "../core/written.ts";
import type { Env } from "../env.ts";
import { mailOfficers } from "../mail/outbox.ts";
import { daysInBucket, type HeadDocument, headIn } from "./head-files.ts";
import { isRestored } from "./archived/restored.ts";
import { rowAt } from "./rows.ts";

type Gone = Pick<Lost, "first" | "last">;

/**
 * The rows that the Ledger remembers and the trail does not lead to, but for what an officer has accounted for. Throws
 * Unreadable.
 */
export async function lostEnds(env: Env): Promise<Gone[]> {
  // Before the trail is read: it leads to whatever was remembered by then.
  const written = await ledgerOf(env).written();
  if (!written) return [];
  const { seq, hash, lost } = written;
  const newest = (await env.DB.prepare("SELECT MAX(seq) AS seq FROM audit").first<number>("seq")) ?? 0;
  const gone: Gone[] = [];
  for (const { first, last, hash: was } of [...lost, { first: Math.min(newest + 1, seq), last: seq, hash }])
    if ((await rowAt(env, last))?.hash !== was) gone.push({ first, last });
  if (gone.length === 0) return [];
  // Where others were written in their place, the heads say more.
  const heads = (await strayHeads(env)).map((head) => head.seq);
  return gone.map(({ first, last }) => ({ first: Math.min(first, ...heads), last }));
}

/**
 * The heads in the bucket that are not in the database, and whose row is not on the trail: it was cut, and they with it. But for
 * what an officer has accounted for. Throws Unreadable.
 */
export async function strayHeads(env: Env): Promise<HeadDocument[]> {
  const { results } = await env.DB.prepare("SELECT day FROM heads").all<{ day: string }>();
  const here = new Set(results.map(({ day }) => day));
  const strays: HeadDocument[] = [];
  for (const day of await daysInBucket(env)) {
    const left = here.has(day) ? null : await headIn(env, day);
    // A run that broke off left one that is not in the database: the trail leads to it all the same.
    if (!left || (await rowAt(env, left.seq))?.hash === left.hash) continue;
    if (!(await isRestored(env, left))) strays.push(left);
  }
  return strays;
}

export const restored = room();

restored.openapi(
  route({
    method: "post",
    path: "/v1/audit/restored",
    roles: ["compliance", "admin"],
    summary:
      "Says why rows are gone from the end of the trail, as after the database was put back to an earlier moment: verifying no " +
      "longer misses those that are gone now. The trail keeps which, and who said so",
    request: { body: body(restoredRequest) },
    responses: { 201: json(restoredAnswer) },
  }),
  async (c) => {
    const ends = await lostEnds(c.env);
    if (ends.length === 0) throw new Problem("invalid", undefined, [{ path: "", message: details.restored }]);
    const { why } = c.req.valid("json");
    const event = { ...RESTORED, subject: ends.map(nameOf).join(" "), payload: { why, ends } };
    return commit(c, event, [], { status: 201, body: { ends } });
  },
);

/** Every five minutes. Who watches gets one mail about rows that are gone. `now` in milliseconds. */
export async function tellCut(env: Env, now: number): Promise<void> {
  for (const { first, last } of await lostEnds(env)) {
    const key = `trail-cut:${last}`;
    const told = await env.DB.prepare("SELECT 1 FROM outbox WHERE key >= ? AND key < ?")
      .bind(`${key}:`, `${key};`)
      .first();
    const until = new Date(now + 7 * DAY).toISOString();
    const mails = await mailOfficers(env.DB, { template: "trail-cut", values: { first, last }, key, until });
    if (told || mails.length === 0) continue;
    const event = { code: "evidence.cut-told", subject: nameOf({ first, last }), payload: null };
    await record(env, { actor: "system", event, statements: mails });
  }
}

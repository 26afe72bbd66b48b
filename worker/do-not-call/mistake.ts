/** Ends a mistaken entry of the list: one person does it, the officers hear of it, and what it had replaced comes back. */
import type { Context, TypedResponse } from "hono";
import * as z from "zod";
import { e164Of } from "../../shared/registers/blocks.ts";
import { problemDetails as details } from "../../shared/texts/core/problems.en.ts";
import { changed, commit } from "../core/commit.ts";
import { Problem } from "../core/errors.ts";
import type { App, Env } from "../env.ts";
import { mailOfficers, sendSoon } from "../mail/outbox.ts";
import { areOne } from "../people/one.ts";
import { mayAlone } from "../policy/propose.ts";
import { genuineBack, type Mistaken } from "./back.ts";
import { changeEntries, changesOf, endOf, endsOf } from "./changes.ts";
import { isBehind, mistakenToo, OFFER } from "./refusals.ts";
import { undoable } from "./rows.ts";

/** SQL: kept behind another entry, or as a "no" to an offer, which applies by itself at no time. */
export const isKept = `IIF(${isBehind("suppressions")} OR ended_reason = '${OFFER}', 1, 0)`;
/** A live entry, or one that is kept behind another. */
export interface Entry extends Mistaken {
  kind: string;
  origin: string | null;
  by: string;
  rev: number;
  /** It is kept behind another. */
  kept: number;
}
export const mistakenColumns = `id, kind, origin, number, at, heard_at AS heardAt, unverified, by, rev, ${isKept} AS kept`;

/** Whether whoever made it may still take it back: it is new, and nobody has changed it or said it again. */
export const mayUndo = (entry: Entry, now: number): boolean => undoable(entry, now) && entry.rev === 1;

/** Who ends a mistaken entry. */
export const enders = ["manager", "compliance", "admin"] as const;

/**
 * Throws `own-entry` or `entry-held` where it is an objection that this person, or one who may be the same, entered: what a
 * subscriber said to one person is not that person's to take back, unless nobody else has been there to do so for a day. One that
 * spreads is as well theirs who entered the one that it spreads from, also where a connector's run found the number.
 */
export async function wantAnother(env: Env, entry: Entry, by: string, now: number): Promise<void> {
  if (entry.kind !== "objection" && entry.kept === 0) return;
  if (entry.by === by && entry.origin === null && mayUndo(entry, now)) return;
  const { results: origin } = await env.DB.prepare("SELECT by, at FROM suppressions WHERE id = ?")
    .bind(entry.origin)
    .all<{ by: string; at: string }>();
  for (const made of [entry, ...origin]) {
    const own = made.by === by;
    const same = own || (await areOne(env, made.by, by, made.at));
    if (same && !(await mayAlone(env.DB, { by: made.by, at: made.at, roles: enders }, now)))
      throw new Problem(own ? "own-entry" : "entry-held", details.ownObjection);
  }
}

export const mistakeEnded = z.object({
  ended: z.int(),
  back: z.string().optional().meta({
    description: "the id of a verified objection that it had replaced, and that is in force again",
  }),
});
type Ended = z.infer<typeof mistakeEnded>;

/** Commits the end. Throws a conflict where somebody else ended it meanwhile. */
export async function endMistake(
  c: Context<App>,
  entry: Entry,
  reason: string,
): Promise<Response & TypedResponse<Ended, 200, "json">> {
  const db = c.env.DB;
  const { id, kind, origin, number } = entry;
  const actor = c.get("actor")!;
  // Nobody ends an objection unseen.
  const mails =
    kind === "objection" || entry.kept === 1
      ? await mailOfficers(db, {
          template: "objection-ended",
          values: { by: actor.name, why: reason },
          key: `objection-ended:${id}`,
        })
      : [];
  const at = new Date().toISOString();
  const mistaken = origin === null && kind === "objection" && entry.kept === 0 ? entry : null;
  const { entry: back, ...restored } = mistaken
    ? await genuineBack(db, mistaken, at)
    : { entry: null, moves: [], then: [] };
  const ends =
    entry.kept === 0
      ? await endsOf(db, endOf(at, actor.id, reason), [id])
      : await changesOf(db, { ended_by: actor.id, ended_reason: reason }, `id = ? AND ${isKept}`, id);
  const too = mistaken ? await mistakenToo(db, mistaken, reason) : [];
  const again = back && { back: back.id };
  const sent = await commit(
    c,
    {
      code: "suppression.ended",
      subject: id,
      payload: { number: e164Of(number), reason, entries: [{ id, kind }], ...again },
    },
    [
      ...(await changeEntries(db, [...restored.moves, ...ends, ...too], at)),
      ...restored.then,
      changed("number", e164Of(number)),
      ...mails,
    ],
    { status: 200, body: { ended: 1, ...again } },
  );
  if (mails.length > 0) sendSoon(c);
  return sent;
}

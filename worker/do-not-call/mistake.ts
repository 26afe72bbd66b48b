/** Ends a mistaken entry of the list: one person does it, the officers hear of it, and what it had replaced comes back. */
import type { Context, TypedResponse } from "hono";
import * as z from "zod";
import { e164Of } from "../../shared/registers/blocks.ts";
import { changed, commit } from "../core/commit.ts";
import type { App } from "../env.ts";
import { mailOfficers, sendSoon } from "../mail/outbox.ts";
import { genuineBack, type Mistaken } from "./back.ts";
import { changeEntries, endOf, endsOf } from "./changes.ts";
import { mistakenToo } from "./refusals.ts";

/** A live entry. */
export interface Entry extends Mistaken {
  kind: string;
  origin: string | null;
}
export const mistakenColumns = "id, kind, origin, number, at, heard_at AS heardAt, unverified";

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
    kind === "objection"
      ? await mailOfficers(db, {
          template: "objection-ended",
          values: { by: actor.name, why: reason },
          key: `objection-ended:${id}`,
        })
      : [];
  const at = new Date().toISOString();
  const mistaken = origin === null && kind === "objection" ? entry : null;
  const { entry: back, ...restored } = mistaken
    ? await genuineBack(db, mistaken, at)
    : { entry: null, moves: [], then: [] };
  const ends = await endsOf(db, endOf(at, actor.id, reason), [id]);
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

/** Whoever put a number on the list undoes it within half a minute, as after a slip of the hand. */
import * as z from "zod";
import { entriesEn } from "../../shared/texts/do-not-call/entries.en.ts";
import { retryOnConflict } from "../core/bulk.ts";
import { Problem } from "../core/errors.ts";
import { json, room, route } from "../core/route.ts";
import { type Entry, endMistake, isKept, mistakeEnded, mistakenColumns, mayUndo } from "./mistake.ts";

export const undone = room();

undone.openapi(
  route({
    method: "post",
    path: "/v1/suppressions/{id}/undo",
    roles: "everyone",
    summary:
      "Undoes an objection on the list, or one that is kept behind another: by the person who made it, within 30 seconds, while nobody has changed it or said it again. It ends, " +
      "its history stays, and what it had replaced comes back",
    request: { params: z.object({ id: z.string().max(60) }) },
    responses: { 200: json(mistakeEnded) },
  }),
  async (c) => {
    const { id } = c.req.valid("param");
    const { id: by } = c.get("actor")!;
    return retryOnConflict(async () => {
      const entry = await c.env.DB.prepare(
        // Ending a house entry brings back none that it replaced.
        `SELECT ${mistakenColumns} FROM suppressions
         WHERE id = ? AND by = ? AND kind = 'objection' AND (ended_at IS NULL OR ${isKept}) AND origin IS NULL`,
      )
        .bind(id, by)
        .first<Entry>();
      if (!entry) throw new Problem("not-found");
      // One that came back is as old as when it was said.
      if (!mayUndo(entry, Date.now())) throw new Problem("undo-over");
      return endMistake(c, entry, entriesEn.undone);
    });
  },
);

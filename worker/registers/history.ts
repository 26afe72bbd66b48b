/**
 * Was a number listed on a day? From the block as it is now, with the undo rows since taken back: each row names what
 * its version changed. A question about the past, for those who answer a complaint; each one is on the trail. Whether a
 * number is listed now is what agents ask POST /v1/check.
 */
import { problemDetails as details } from "../../shared/texts/problems.en.ts";
import { fill } from "../../shared/texts/language.ts";
import * as z from "zod";
import { listingAnswer, listingQuery } from "../../shared/registers/api.ts";
import { blockOf, has, numberOf, offsetOf } from "../../shared/registers/blocks.ts";
import { toE164 } from "../../shared/phone/phone.ts";
import { opened } from "../core/commit.ts";
import { Problem } from "../core/errors.ts";
import { idParam, registerHead } from "./routes.ts";
import { json, room, route } from "../core/route.ts";

export const listNumbers = room();

listNumbers.openapi(
  route({
    method: "get",
    path: "/v1/lists/{id}/numbers/{e164}",
    roles: ["manager", "compliance", "admin"],
    summary: "Whether a number was listed, by the version in force at the end of a day",
    request: { params: idParam.extend({ e164: z.string().max(100) }), query: listingQuery },
    responses: { 200: json(listingAnswer) },
  }),
  async (c) => {
    const { id, e164: written } = c.req.valid("param");
    const db = c.env.DB;
    const at = c.req.valid("query").at ?? new Date().toISOString().slice(0, 10);
    const head = await registerHead(db, id);
    const { e164, readings } = toE164(written, (JSON.parse(head.regions) as string[])[0] ?? "GB");
    if (e164 === null) throw new Problem(readings ? "country-unclear" : "not-a-number");
    const then = await db
      .prepare(
        `SELECT ver, as_of AS asOf FROM versions WHERE list = ? AND state = 'committed' AND committed_at < ?
         ORDER BY ver DESC LIMIT 1`,
      )
      .bind(head.num, `${at}T24`)
      .first<{ ver: number; asOf: string }>();
    if (!then) throw new Problem("list-not-then");
    if (then.ver < head.historyFrom)
      throw new Problem("list-history-gone", fill(details.historyGone, { list: head.id }));

    await opened(c, "listing", { list: head.id, number: e164, at });
    const n = numberOf(e164);
    // One batch: a version that is committed in between would be in the block and not among the undo rows.
    const [block, undo] = (await db.batch([
      db.prepare("SELECT data FROM blocks WHERE id = ? * 64 + ?").bind(blockOf(n), head.num),
      db
        .prepare(
          `SELECT u.id & 1048575 AS ver, u.data, v.as_of AS asOf FROM block_undo u
           JOIN versions v ON v.list = ?2 AND v.ver = u.id & 1048575
           WHERE u.id BETWEEN (?1 << 26) + (?2 << 20) AND (?1 << 26) + (?2 << 20) + 1048575 ORDER BY u.id DESC`,
        )
        .bind(blockOf(n), head.num),
    ])) as [D1Result<{ data: string }>, D1Result<{ ver: number; data: string; asOf: string }>];
    const changes = undo.results.filter(({ data }) => has(data, offsetOf(n)));
    const now = has(block.results[0]?.data ?? "", offsetOf(n));
    const listed = changes.filter(({ ver }) => ver > then.ver).length % 2 === 0 ? now : !now;
    // Of a number that was listed then, the newest change until then brought it.
    const since = listed ? changes.find(({ ver }) => ver <= then.ver)?.asOf : undefined;
    return c.json(
      { number: e164, listed, ...(since === undefined ? {} : { since }), version: then.ver, asOf: then.asOf },
      200,
    );
  },
);

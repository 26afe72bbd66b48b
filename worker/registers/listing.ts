/**
 * Was a number listed on a day? A question about the past, for staff who answer a complaint; each one is logged on the
 * trail. Agents who need to know whether a number may be called now ask POST /v1/check.
 */
import { problemDetails as details } from "../../shared/texts/core/problems.en.ts";
import { fill } from "../../shared/texts/language.ts";
import * as z from "zod";
import { listingAnswer, listingQuery } from "../../shared/registers/api.ts";
import { blockOf, has, numberOf, offsetOf } from "../../shared/registers/blocks.ts";
import { toE164 } from "../../shared/phone/phone.ts";
import { asks } from "../check/budget.ts";
import { query, runBatch } from "../core/batch.ts";
import { logRead } from "../core/commit.ts";
import { Problem } from "../core/errors.ts";
import { json, room, route } from "../core/route.ts";
import { blockId, undoOfList, versionOfUndo } from "./block-ids.ts";
import { registerHead, writtenAsIn } from "./heads.ts";
import { idParam } from "./routes.ts";
import { changesTo, decoded, listedAt } from "./undo.ts";

export const listings = room();

listings.openapi(
  route({
    method: "get",
    path: "/v1/lists/{id}/numbers/{e164}",
    roles: ["manager", "compliance", "admin"],
    asks: asks.one,
    summary: "Whether a number was listed, by the version in force at the end of a day",
    request: { params: idParam.extend({ e164: z.string().max(100) }), query: listingQuery },
    responses: { 200: json(listingAnswer) },
  }),
  async (c) => {
    const { id, e164: written } = c.req.valid("param");
    const db = c.env.DB;
    const at = c.req.valid("query").at ?? new Date().toISOString().slice(0, 10);
    const head = await registerHead(db, id);
    const { e164, readings } = toE164(written, writtenAsIn(head));
    if (e164 === null) throw new Problem(readings ? "country-unclear" : "not-a-number");
    const version = await versionOn(db, head.num, at);
    if (!version) throw new Problem("list-not-then");
    if (version.ver < head.historyFrom)
      throw new Problem("list-history-gone", fill(details.historyGone, { list: head.id }));

    await logRead(c, "listing", { list: head.id, number: e164, at });
    const n = numberOf(e164);
    const { block, undo } = await runBatch(db, {
      block: query<{ data: string }>(
        `SELECT data FROM blocks WHERE id = ${blockId("?", "?")}`,
        ...[blockOf(n), head.num],
      ),
      undo: query<{ ver: number; data: string; asOf: string }>(
        `SELECT ${versionOfUndo("u.id")} AS ver, u.data, v.as_of AS asOf FROM block_undo u
         JOIN versions v ON v.list = ?2 AND v.ver = ${versionOfUndo("u.id")}
         WHERE u.id BETWEEN ${undoOfList("?1", "?2")} ORDER BY u.id DESC`,
        ...[blockOf(n), head.num],
      ),
    });
    const changes = changesTo(n, undo.map(decoded));
    const listed = listedAt(has(block[0]?.data ?? "", offsetOf(n)), changes, version.ver);
    // The newest change up to that version added the number.
    const since = listed ? changes.find(({ ver }) => ver <= version.ver)?.asOf : undefined;
    return c.json(
      {
        number: e164,
        listed,
        ...(since === undefined ? {} : { since }),
        version: version.ver,
        asOf: version.asOf,
      },
      200,
    );
  },
);

/** The version in force at the end of a day (YYYY-MM-DD, UTC); null before the first one. */
const versionOn = (db: D1Database, list: number, day: string) =>
  db
    .prepare(
      `SELECT ver, as_of AS asOf FROM versions WHERE list = ? AND state = 'committed' AND committed_at < ?
       ORDER BY ver DESC LIMIT 1`,
    )
    .bind(list, `${day}T24`)
    .first<{ ver: number; asOf: string }>();

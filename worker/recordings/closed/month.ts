/** A month of kept recordings for analysts, by pages: what closed and what stays in the database, each once, newest first. */
import { monthParams } from "../../../shared/api.ts";
import { monthsLater } from "../../../shared/core/calendar.ts";
import { monthOfRecordings, monthOfRecordingsQuery } from "../../../shared/recordings/api-months.ts";
import { logRead } from "../../core/commit.ts";
import { Problem } from "../../core/errors.ts";
import { json, room, route } from "../../core/route.ts";
import { currentPolicy } from "../../policy/current.ts";
import { disclosed } from "../../policy/disclosed.ts";
import { wantExport } from "../../policy/egress.ts";
import { began, type Row, selectRecordings, toRecording } from "../rows.ts";
import { pageOf, type Sought } from "./page.ts";

export const monthsOfRecordings = room();

monthsOfRecordings.openapi(
  route({
    method: "get",
    path: "/v1/recordings/months/{month}",
    roles: ["admin"],
    summary:
      "A month (UTC) of recordings that are kept, newest first, closed or not, for analysts: what is on record of each, and no audio. Each page is logged on the trail, and counted as taken out",
    request: { params: monthParams, query: monthOfRecordingsQuery },
    responses: { 200: json(monthOfRecordings) },
  }),
  async (c) => {
    const { month } = c.req.valid("param");
    const query = c.req.valid("query");
    await wantExport(c.env);
    const { policy } = await currentPolicy(c.env.DB);
    const from = `${month}-01`;
    const until = monthsLater(from, 1);
    const [at, id] = query.after?.split("|") ?? [];
    const after: Sought["after"] = at && id ? [at, id] : null;
    const here = async () => {
      const { results } = await c.env.DB.prepare(
        `${selectRecordings} WHERE r.state <> 'erased' AND ${began} >= unixepoch(?1) AND ${began} < unixepoch(?2)
           AND r.started_at >= ?1 AND r.started_at < ?2
           ${after === null ? "" : `AND ${began} <= unixepoch(?4) AND (r.started_at, r.id) < (?4, ?5)`}
         ORDER BY ${began} DESC, r.started_at DESC, r.id DESC LIMIT ?3`,
      )
        .bind(from, until, query.limit, ...(after ?? []))
        .all<Row>();
      return results;
    };
    const sought = { from, until, after, number: null, matches: () => true };
    const { rows, next, unread } = await pageOf(c.env, selectRecordings, here, sought, query.limit);
    // What is taken out is whole, or is not.
    if (unread) throw new Problem("archive-broken", unread[0]);
    const n = rows.length;
    await logRead(c, "recordings-month", { month, ...query, recordings: n }, "", [
      disclosed("export", "", "recordings", n, Date.now()),
    ]);
    return c.json({ recordings: rows.map((row) => toRecording(row, policy)), next }, 200);
  },
);

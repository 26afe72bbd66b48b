/** Work that runs from queues, on the desk: what waits and since when, what failed, and sending that again. */
import * as z from "zod";
import {
  againAnswer,
  againRequest,
  type Failed,
  failedAnswer,
  leaveAnswer,
  leaveRequest,
  type WorkAnswer,
  workAnswer,
  workKind,
} from "../../shared/jobs/api.ts";
import { paged } from "../../shared/api.ts";
import { commit, logRead } from "../core/commit.ts";
import { Problem } from "../core/errors.ts";
import { clockOf } from "../overview/clock.ts";
import { body, json, room, route } from "../core/route.ts";
import { kinds, waitingOf } from "./kinds.ts";

const kindParam = z.object({ kind: workKind });

export const work = room();

work.openapi(
  route({
    method: "get",
    path: "/v1/work",
    roles: ["compliance", "admin"],
    summary:
      "Work that runs by itself, by kind: how much waits, since when, and what failed; and how the clock's jobs went",
    responses: { 200: json(workAnswer) },
  }),
  async (c) => {
    const db = c.env.DB;
    const now = Date.now();
    const { role } = c.get("actor")!;
    const { results } = await db.prepare("SELECT kind, since FROM work_late").all<{
      kind: string;
      since: string;
    }>();
    const late = new Map(results.map(({ kind, since }) => [kind, since]));
    const all: WorkAnswer["work"] = [];
    for (const kind of workKind.options) {
      if (!kinds[kind].roles.includes(role)) continue;
      const failed = await db
        .prepare(`SELECT COUNT(*) AS n FROM (${kinds[kind].failed})`)
        .first<{ n: number }>();
      const { putOff } = kinds[kind];
      const off =
        putOff === undefined ? null : await db.prepare(putOff).first<{ n: number; until: string }>();
      all.push({
        ...{ kind, ...(await waitingOf(db, kind, now)) },
        ...{ late: late.get(kind) ?? null, failed: failed!.n },
        ...(off !== null && off.n > 0 && { putOff: off }),
      });
    }
    const { triggers, jobs } = await clockOf(db, now);
    return c.json({ clock: { triggers, jobs }, work: all }, 200);
  },
);

work.openapi(
  route({
    method: "get",
    path: "/v1/work/{kind}/failed",
    roles: ["compliance", "admin"],
    summary:
      "What of a kind failed too often, and waits for a person; compliance officers see recordings, files and copies only",
    request: { params: kindParam, query: z.object(paged(200)) },
    responses: { 200: json(failedAnswer) },
  }),
  async (c) => {
    const { kind } = c.req.valid("param");
    const { after = "", limit } = c.req.valid("query");
    wantRole(kind, c.get("actor")!.role);
    await logRead(c, "work", { kind });
    const { results } = await c.env.DB.prepare(
      `SELECT * FROM (${kinds[kind].failed}) WHERE id > ?1 ORDER BY id LIMIT ?2`,
    )
      .bind(after, limit)
      .all<Failed>();
    return c.json({ failed: results, next: results[limit - 1]?.id ?? null }, 200);
  },
);

work.openapi(
  route({
    method: "post",
    path: "/v1/work/{kind}/again",
    roles: ["compliance", "admin"],
    summary:
      "Sends what failed again; compliance officers recordings, files and copies only. Answers how many of the ids are on the list",
    request: { params: kindParam, body: body(againRequest) },
    responses: { 200: json(againAnswer) },
  }),
  async (c) => {
    const { kind } = c.req.valid("param");
    wantRole(kind, c.get("actor")!.role);
    const ids = await failedOf(c.env.DB, kind, c.req.valid("json").ids);
    return commit(
      c,
      { code: "work.sent-again", subject: kind, payload: { ids } },
      kinds[kind].again(JSON.stringify(ids), new Date().toISOString()),
      { status: 200, body: { again: ids.length } },
    );
  },
);

work.openapi(
  route({
    method: "post",
    path: "/v1/work/{kind}/leave",
    roles: ["admin"],
    summary:
      "Gives up mails that failed, which expire unsent, or leaves addresses turned off without listing them. Recordings, " +
      "files and CRMs leave the list only when they are erased and marked",
    request: { params: kindParam, body: body(leaveRequest) },
    responses: { 200: json(leaveAnswer) },
  }),
  async (c) => {
    const { kind } = c.req.valid("param");
    const { leave } = kinds[kind];
    if (!leave) throw new Problem("work-stays");
    const { ids: asked, reason } = c.req.valid("json");
    const ids = await failedOf(c.env.DB, kind, asked);
    return commit(
      c,
      { code: "work.left-out", subject: kind, payload: { ids, reason } },
      leave(JSON.stringify(ids), new Date().toISOString()),
      { status: 200, body: { left: ids.length } },
    );
  },
);

/** Those of the ids that are on the kind's list. Throws `not-found` where none is. */
async function failedOf(
  db: D1Database,
  kind: keyof typeof kinds,
  asked: readonly string[],
): Promise<string[]> {
  const { results } = await db
    .prepare(`SELECT id FROM (${kinds[kind].failed}) WHERE id IN (SELECT value FROM json_each(?))`)
    .bind(JSON.stringify(asked))
    .all<{ id: string }>();
  if (results.length === 0) throw new Problem("not-found");
  return results.map(({ id }) => id);
}

/** Throws `role-not-allowed`. */
function wantRole(kind: keyof typeof kinds, role: (typeof kinds)["mail"]["roles"][number]): void {
  if (!kinds[kind].roles.includes(role)) throw new Problem("role-not-allowed");
}

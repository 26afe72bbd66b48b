/**
 * Puts many numbers on the in-house list in one change. Entries that exist stay; the same rows sent again add nothing.
 */
import { problemDetails as details } from "../../shared/texts/problems.en.ts";
import type * as z from "zod";
import { bulkAnswer, bulkRequest, suppressionRequest } from "../../shared/do-not-call/api.ts";
import { numberOf } from "../../shared/registers/blocks.ts";
import { changedNumbers, commit } from "../core/commit.ts";
import { sql } from "../core/sql.ts";
import { numbersIn, retryOnConflict, readRows, refused, type Result, type Row } from "../core/bulk.ts";
import { Problem } from "../core/errors.ts";
import { currentPolicy } from "../policy/current.ts";
import { body, json, room, route } from "../core/route.ts";
import { lastsUntil } from "./suppressions.ts";

type Request = z.infer<typeof suppressionRequest>;
interface Live {
  id: string;
  number: number;
  kind: "objection" | "house";
  until: string | null;
  /** From the public page: an entry by staff replaces it. */
  unverified: number;
  /** A consent was given after it: the later of the two applies (PECR reg 21(4), (5)). */
  overruled: number;
}
interface Entry {
  id: string;
  e164: string;
  number: number;
  kind: Live["kind"];
  reason: string;
  source: string;
  until: string | null;
  /** The id of the live entry that ends. */
  replaces: string | null;
}

export const suppressionsBulk = room();

suppressionsBulk.openapi(
  route({
    method: "post",
    path: "/v1/suppressions/bulk",
    roles: ["manager", "compliance", "admin"],
    summary:
      "Puts up to 500 numbers on the in-house do-not-call list; each row is answered by itself, in order",
    request: { body: body(bulkRequest) },
    responses: { 200: json(bulkAnswer) },
  }),
  async (c) => {
    const { policy } = await currentPolicy(c.env.DB);
    const rows = readRows(c.req.valid("json").rows, suppressionRequest, policy.numbers.defaultRegion);
    const by = c.get("actor")!.id;
    return retryOnConflict(async () => {
      const { results, entries } = plan(rows, await liveEntries(c.env.DB, rows));
      if (entries.length === 0) return c.json({ results }, 200);
      const at = new Date().toISOString();
      const list = JSON.stringify(entries);
      const payload = entries.map(({ number: _, ...entry }) => entry);
      return commit(
        c,
        { code: "suppression.imported", subject: crypto.randomUUID(), payload: { entries: payload } },
        [
          sql(
            `UPDATE suppressions SET ended_at = ?1, ended_by = ?2, ended_reason = 'replaced by a later entry'
             WHERE ended_at IS NULL AND id IN (SELECT value ->> 'replaces' FROM json_each(?3))`,
            at,
            by,
            list,
          ),
          sql(
            `INSERT INTO suppressions (id, number, kind, reason, source, until, by, at)
             SELECT value ->> 'id', value ->> 'number', value ->> 'kind', value ->> 'reason', value ->> 'source',
               value ->> 'until', ?2, ?1 FROM json_each(?3)`,
            at,
            by,
            list,
          ),
          changedNumbers(entries),
        ],
        { status: 200, body: { results } },
      );
    });
  },
);

async function liveEntries(db: D1Database, rows: Row<Request>[]): Promise<Map<string, Live>> {
  const { results } = await db
    .prepare(
      `SELECT s.id, s.number, s.kind, s.until, s.unverified, s.kind = 'objection' AND EXISTS (
           SELECT 1 FROM consents k WHERE k.number = s.number AND k.withdrawn_at IS NULL AND k.given_at > s.at
         ) AS overruled
       FROM suppressions s WHERE s.ended_at IS NULL AND s.number IN (SELECT value FROM json_each(?))`,
    )
    .bind(numbersIn(rows))
    .all<Live>();
  return new Map(results.map((live) => [`${live.number} ${live.kind}`, live]));
}

/** Each row's answer, and the entries to write. */
function plan(rows: Row<Request>[], live: Map<string, Live>): { results: Result[]; entries: Entry[] } {
  const planned = new Map<string, Entry>();
  const results = rows.map((row): Result => {
    if ("result" in row) return row.result;
    const { number: e164, kind, reason, source = "import", until = null } = row.value;
    if (kind === "objection" && until !== null) return refused(noEnd, e164);
    const number = numberOf(e164);
    const key = `${number} ${kind}`;
    const twin = planned.get(key);
    if (twin) {
      // The same number twice among the rows: one entry, until the later of the two dates.
      if (!lastsUntil(twin, until)) twin.until = until;
      return { status: "there", number: e164 };
    }
    const existing = live.get(key);
    if (existing && !existing.unverified && !existing.overruled && lastsUntil(existing, until))
      return { status: "there", number: e164 };
    const id = crypto.randomUUID();
    planned.set(key, { id, e164, number, kind, reason, source, until, replaces: existing?.id ?? null });
    return { status: "added", number: e164 };
  });
  return { results, entries: [...planned.values()] };
}

const noEnd = new Problem("invalid", undefined, [{ path: "until", message: details.objectionEnd }]);

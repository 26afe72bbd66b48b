/**
 * Records many consents in one change. A consent is already on record if number, basis, giver, time, evidence and end
 * all agree: the same rows sent again add nothing, and never restore a consent that was withdrawn.
 */
import { problemDetails as details } from "../../shared/texts/problems.en.ts";
import type * as z from "zod";
import { bulkAnswer, bulkRequest, consentRequest } from "../../shared/do-not-call/api.ts";
import { numberOf } from "../../shared/registers/blocks.ts";
import { query, runBatch } from "../core/batch.ts";
import { changedNumbers, commit } from "../core/commit.ts";
import { sql } from "../core/sql.ts";
import { numbersIn, retryOnConflict, readRows, refused, type Result, type Row } from "../core/bulk.ts";
import { Problem } from "../core/errors.ts";
import { currentPolicy } from "../policy/current.ts";
import { body, json, room, route } from "../core/route.ts";
import { basisColumn, storedBasis } from "./rows.ts";

type Request = z.infer<typeof consentRequest>;
interface Known extends Omit<Request, "number" | "until"> {
  number: number;
  until: string | null;
  withdrawnAt: string | null;
}
interface Entry extends Omit<Known, "withdrawnAt"> {
  id: string;
  e164: string;
}

/** What makes two consents the same. */
const identityOf = (c: Omit<Known, "withdrawnAt">): string =>
  JSON.stringify([c.number, c.basis, c.givenBy, Date.parse(c.givenAt), c.evidence, c.until]);

export const consentsBulk = room();

consentsBulk.openapi(
  route({
    method: "post",
    path: "/v1/consents/bulk",
    roles: ["manager", "compliance", "admin"],
    summary:
      "Records up to 500 consents; each row gets its own answer, in order. Where a number has a live objection, only a manager may",
    request: { body: body(bulkRequest) },
    responses: { 200: json(bulkAnswer) },
  }),
  async (c) => {
    const { policy } = await currentPolicy(c.env.DB);
    const rows = readRows(c.req.valid("json").rows, consentRequest, policy.numbers.defaultRegion);
    const { id: by, role } = c.get("actor")!;
    return retryOnConflict(async () => {
      const { known, objected } = await onRecord(c.env.DB, rows);
      const barred = role === "manager" || role === "admin" ? new Set<number>() : objected;
      const now = new Date();
      const { results, entries } = plan(rows, known, barred, now.getTime());
      if (entries.length === 0) return c.json({ results }, 200);
      const list = JSON.stringify(entries);
      const payload = entries.map(({ number: _, ...entry }) => entry);
      return commit(
        c,
        { code: "consent.imported", subject: crypto.randomUUID(), payload: { entries: payload } },
        [
          sql(
            `INSERT INTO consents (id, number, basis, soft_opt_in, given_by, given_at, evidence, until, by, at)
             SELECT value ->> 'id', value ->> 'number', ${storedBasis("value ->> 'basis'")}, value ->> 'givenBy', value ->> 'givenAt',
               value ->> 'evidence', value ->> 'until', ?1, ?2 FROM json_each(?3)
             -- Another run of the same file may have written in between.
             WHERE NOT EXISTS (
               SELECT 1 FROM consents c
               WHERE c.number = value ->> 'number' AND (c.basis, c.soft_opt_in) = (${storedBasis("value ->> 'basis'")})
                 AND c.evidence = value ->> 'evidence'
                 AND c.given_by = value ->> 'givenBy' AND c.given_at = value ->> 'givenAt'
                 AND c.until IS value ->> 'until')`,
            by,
            now.toISOString(),
            list,
          ),
          changedNumbers(entries),
        ],
        { status: 200, body: { results } },
      );
    });
  },
);

async function onRecord(db: D1Database, rows: Row<Request>[]) {
  const numbers = numbersIn(rows);
  const { known, objections } = await runBatch(db, {
    known: query<Known>(
      `SELECT number, ${basisColumn}, given_by AS givenBy, given_at AS givenAt, evidence, until, withdrawn_at AS withdrawnAt
       FROM consents WHERE number IN (SELECT value FROM json_each(?))`,
      numbers,
    ),
    objections: query<{ number: number }>(
      `SELECT number FROM suppressions
       WHERE kind = 'objection' AND ended_at IS NULL AND number IN (SELECT value FROM json_each(?))`,
      numbers,
    ),
  });
  return {
    known: new Map(known.map((consent) => [identityOf(consent), consent])),
    objected: new Set(objections.map(({ number }) => number)),
  };
}

/**
 * Each row's answer, and the consents to write. `barred`: numbers with an objection, for roles that may not go over it.
 */
function plan(
  rows: Row<Request>[],
  known: Map<string, Known>,
  barred: Set<number>,
  now: number,
): { results: Result[]; entries: Entry[] } {
  const planned = new Map<string, Entry>();
  const results = rows.map((row): Result => {
    if ("result" in row) return row.result;
    const { number: e164, until = null, ...rest } = row.value;
    const entry = { ...rest, id: crypto.randomUUID(), e164, number: numberOf(e164), until };
    const key = identityOf(entry);
    const same = known.get(key);
    if (same?.withdrawnAt) return refused(new Problem("consent-withdrawn"), e164);
    if (same || planned.has(key)) return { status: "there", number: e164 };
    if (Date.parse(rest.givenAt) > now) return refused(tooEarly, e164);
    if (barred.has(entry.number)) return refused(objectedTo, e164);
    planned.set(key, entry);
    return { status: "added", number: e164 };
  });
  return { results, entries: [...planned.values()] };
}

const tooEarly = new Problem("invalid", undefined, [{ path: "givenAt", message: details.consentLater }]);
const objectedTo = new Problem("role-not-allowed", details.objected);

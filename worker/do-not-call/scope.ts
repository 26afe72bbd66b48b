/** Compliance says whom an objection closes, where nobody said it, or where the CRM does not tell who they are. */
import * as z from "zod";
import {
  scopeAnswer,
  scopeCandidates,
  scopeRequest,
  type ScopeCandidates,
} from "../../shared/do-not-call/api.ts";
import { widens } from "../../shared/do-not-call/scope.ts";
import { e164Of, numberOf } from "../../shared/registers/blocks.ts";
import { problemDetails as details } from "../../shared/texts/core/problems.en.ts";
import { retryOnConflict } from "../core/bulk.ts";
import { changed, changedNumbers, commit, logRead } from "../core/commit.ts";
import { Problem } from "../core/errors.ts";
import { parseNumber } from "../core/numbers.ts";
import { body, json, room, route } from "../core/route.ts";
import { fill } from "../../shared/texts/language.ts";
import { entriesEn } from "../../shared/texts/do-not-call/entries.en.ts";
import { mailOfficers, sendSoon } from "../mail/outbox.ts";
import { currentPolicy } from "../policy/current.ts";
import { changeEntries, changesOf, endOf } from "./changes.ts";
import { suppressionColumns, type SuppressionRow, toSuppression } from "./rows.ts";
import { type CrmRecord, mayStayOpen, reachOf, sharedOf } from "./reach.ts";
import { keepRecords, recordsOf, spreadEntries, spreadStatements } from "./spread.ts";

export const scopes = room();
const officers = ["compliance", "admin"] as const;
const params = z.object({ id: z.string().max(60) });
/** SQL: what spreads from an objection. */
const spreads = "origin = ? AND ended_at IS NULL";
/** Records shown at most: a switchboard's are searched in the CRM. */
const MOST = 50;

/** An objection of a number itself, the other numbers that it closes, and those that tell that it may be meant for them. */
async function objectionOf(db: D1Database, id: string) {
  const row = await db
    .prepare(
      `SELECT ${suppressionColumns}, asks AS opens FROM suppressions
       WHERE id = ? AND kind = 'objection' AND origin IS NULL AND ended_at IS NULL`,
    )
    .bind(id)
    .first<SuppressionRow & { opens: number }>();
  if (!row) throw new Problem("not-found");
  const { results } = await db
    .prepare(
      `SELECT number, keeps_line AS tells FROM suppressions WHERE origin = ? AND ended_at IS NULL ORDER BY number`,
    )
    .bind(id)
    .all<{ number: number; tells: number }>();
  const { closed = [], told = [] } = Object.groupBy(results, ({ tells }) =>
    tells === 1 ? "told" : "closed",
  );
  return { row, closed: closed.map(({ number }) => number), told: told.map(({ number }) => number) };
}

scopes.openapi(
  route({
    method: "get",
    path: "/v1/suppressions/{id}/scope",
    roles: officers,
    summary: "The records of connected CRMs that hold an objection's number, with their numbers",
    request: { params },
    responses: { 200: json(scopeCandidates) },
  }),
  async (c) => {
    const db = c.env.DB;
    const { id } = c.req.valid("param");
    const { row, closed, told } = await objectionOf(db, id);
    const { results } = await db
      .prepare(
        `SELECT c.id AS connector, c.name, h.object, h.record,
           (SELECT json_group_array(DISTINCT n.number) FROM connector_numbers n
            WHERE n.connector = h.connector AND n.object = h.object AND n.record = h.record AND n.number <> 0) AS numbers
         FROM (SELECT DISTINCT connector, object, record FROM connector_numbers WHERE number = ?1 LIMIT ?2) h
         JOIN connectors c ON c.num = h.connector ORDER BY c.name, h.object, h.record`,
      )
      .bind(row.number, MOST)
      .all<Omit<ScopeCandidates["records"][number], "numbers"> & { numbers: string }>();
    await logRead(c, "suppressions", { scope: true }, id);
    return c.json(
      {
        entry: toSuppression(row),
        shared: (await sharedOf(db, [row.number])).size > 0,
        mayStayOpen: await mayStayOpen(db, row.number, (await currentPolicy(db)).policy),
        records: results.map(({ numbers, ...found }) => ({
          ...found,
          numbers: (JSON.parse(numbers) as number[]).map(e164Of),
        })),
        closed: closed.map(e164Of),
        told: told.map(e164Of),
      },
      200,
    );
  },
);

scopes.openapi(
  route({
    method: "post",
    path: "/v1/suppressions/{id}/scope",
    roles: officers,
    summary:
      "Says whom an objection closes: the line, the person or the company; by which records and further numbers. What was " +
      "said may be widened, and never narrowed: a mistaken entry is ended instead. An answer wider than the line says of " +
      "each number that it tells on whether it is theirs",
    request: { params, body: body(scopeRequest) },
    responses: { 200: json(scopeAnswer) },
  }),
  async (c) => {
    const asked = c.req.valid("json");
    const { id } = c.req.valid("param");
    const { scope, keepsLine, reason } = asked;
    // Whom somebody meant is for a person to judge.
    if (c.get("actor")!.kind !== "person") throw new Problem("role-not-allowed");
    if (keepsLine && scope !== "person")
      throw new Problem("invalid", undefined, [{ path: "keepsLine", message: details.keepsPerson }]);
    const { policy } = await currentPolicy(c.env.DB);
    const listed = asked.numbers.map((n) => numberOf(parseNumber(n, policy.numbers.defaultRegion)));
    return retryOnConflict(async () => {
      const db = c.env.DB;
      const { row, closed, told } = await objectionOf(db, id);
      // Whether others share the line is answered once.
      const opens = keepsLine && row.keepsLine === 0 && row.opens === 0;
      if (opens || !widens(row.scope, scope)) throw new Problem("scope-said");
      if (keepsLine && !(await mayStayOpen(db, row.number, policy)))
        throw new Problem("invalid", undefined, [{ path: "keepsLine", message: details.keepsShared }]);
      const records = await recordsNamed(db, asked.records);
      const reach = await reachOf(db, [{ id, number: row.number, scope, records, lost: false }]);
      const theirs = reach.filter(({ tells }) => !tells).map(({ number }) => number);
      const wanted = new Set(scope === "line" ? [] : [...theirs, ...listed]);
      wanted.delete(row.number);
      // What it closes stays closed.
      for (const number of closed) wanted.add(number);
      const tells = reach.flatMap(({ number, tells }) => (tells ? [number] : []));
      if (scope !== "line") wantAnswers([...told, ...tells], wanted, new Set(asked.notTheirs));
      const at = new Date().toISOString();
      const by = c.get("actor")!.id;
      const spread = spreadEntries(
        { id, scope, reason: row.reason },
        [...wanted].filter((number) => !closed.includes(number)),
        { by, at },
      );
      const entry = { ...row, scope, asks: 0, keepsLine: Number(keepsLine) };
      const e164s = [...wanted].map(e164Of);
      // One person says it, and the officers hear of it, as where an objection is ended.
      const mails = await mailOfficers(db, {
        template: "objection-scoped",
        values: {
          by: c.get("actor")!.name,
          what: entriesEn.meant[keepsLine ? "open" : scope],
          why: reason,
        },
        key: `objection-scoped:${id}:${at}`,
      });
      const answer = await commit(
        c,
        {
          code: "suppression.scoped",
          subject: id,
          payload: {
            ...{ number: e164Of(row.number), scope, reason, keepsLine, records: asked.records },
            ...(asked.notTheirs.length === 0 ? {} : { notTheirs: asked.notTheirs }),
            closed: e164s,
          },
        },
        [
          ...(await changeEntries(
            db,
            [
              ...(await changesOf(
                db,
                { scope, asks: 0, keeps_line: Number(keepsLine) },
                "id = ? AND ended_at IS NULL",
                id,
              )),
              ...(await changesOf(db, endOf(at, by, reason), `${spreads} AND keeps_line = 1`, id)),
              ...(await changesOf(db, { scope }, `${spreads} AND keeps_line = 0`, id)),
            ],
            at,
          )),
          ...keepRecords(id, records, at, await recordsOf(db, id)),
          changed("number", e164Of(row.number)),
          changedNumbers(told.map((number) => ({ e164: e164Of(number) }))),
          ...spreadStatements(spread),
          ...mails,
        ],
        { status: 200, body: { entry: toSuppression(entry), closed: e164s } },
      );
      sendSoon(c);
      return answer;
    });
  },
);

/** Throws where the answer would free a number that an objection tells on, and does not say that it is somebody else's. */
function wantAnswers(
  told: readonly number[],
  closes: ReadonlySet<number>,
  others: ReadonlySet<string>,
): void {
  const open = [...new Set(told)].filter((number) => !closes.has(number)).map(e164Of);
  const unsaid = open.filter((number) => !others.has(number));
  if (unsaid.length === 0) return;
  const numbers = [...unsaid.slice(0, NAMED), ...(unsaid.length > NAMED ? ["…"] : [])].join(", ");
  throw new Problem("invalid", undefined, [
    { path: "notTheirs", message: fill(details.toldOpen, { numbers }) },
  ]);
}
/** Numbers that such an error names at most. */
const NAMED = 20;

/** The records by their connectors' numbers. Throws where one holds no number. */
async function recordsNamed(
  db: D1Database,
  named: readonly { connector: string; object: string; record: string }[],
): Promise<CrmRecord[]> {
  const { results } = await db
    .prepare(
      `SELECT DISTINCT n.connector, n.object, n.record FROM json_each(?) j JOIN connectors c ON c.id = j.value ->> 'connector'
       JOIN connector_numbers n ON n.connector = c.num AND n.object = j.value ->> 'object' AND n.record = j.value ->> 'record'`,
    )
    .bind(JSON.stringify(named))
    .all<CrmRecord>();
  if (results.length < named.length)
    throw new Problem("invalid", undefined, [{ path: "records", message: details.noRecord }]);
  return results;
}

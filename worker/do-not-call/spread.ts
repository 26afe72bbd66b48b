/**
 * On which other numbers an objection counts. A person's reaches all numbers of their records in connected CRMs, and on
 * from each of these; but a number that several records of one CRM hold is shared, so that it is nobody's own: it is
 * neither closed nor followed. A company's reaches all numbers of the records that hold its number, and of the records of
 * their accounts. Where an officer named the records, these are the ones. One that does not say whom it closes reaches a
 * person's numbers and those of the records that hold its number, and closes none of them: they tell.
 */
import type { ObjectionScope, Suppression } from "../../shared/do-not-call/api.ts";
import { chunks } from "../../shared/core/chunks.ts";
import { e164Of, numberOf } from "../../shared/registers/blocks.ts";
import { entriesEn } from "../../shared/texts/do-not-call/entries.en.ts";
import { query, runBatch } from "../core/batch.ts";
import { changedNumbers, record } from "../core/commit.ts";
import { problemOf } from "../core/errors.ts";
import { sql, type Statement } from "../core/sql.ts";
import type { Env } from "../env.ts";
import { insertEntries, newEntry } from "./rows.ts";

export interface CrmRecord {
  connector: number;
  object: string;
  record: string;
}
export interface Origin {
  id: string;
  number: number;
  scope: ObjectionScope;
  /** Those that an officer named. */
  records: CrmRecord[];
}

/** A condition: more than one record of a kind holds the number. */
const shared = (number: string): string =>
  `EXISTS (SELECT 1 FROM connector_numbers x WHERE x.number = ${number}
     GROUP BY x.connector, x.object HAVING COUNT(DISTINCT x.record) > 1)`;

/** Those of some numbers that are shared. */
export async function sharedOf(db: D1Database, numbers: readonly number[]): Promise<Set<number>> {
  const { results } = await db
    .prepare(`SELECT j.value AS number FROM json_each(?) j WHERE ${shared("j.value")}`)
    .bind(JSON.stringify(numbers))
    .all<{ number: number }>();
  return new Set(results.map(({ number }) => number));
}

/** The numbers that each of some objections reaches, besides its own. */
export async function reachOf(
  db: D1Database,
  origins: readonly Origin[],
): Promise<{ origin: string; number: number }[]> {
  const wide = origins.filter(({ scope }) => scope !== "line");
  if (wide.length === 0) return [];
  const { results } = await db
    .prepare(
      // CROSS JOIN keeps SQLite from beginning at all records of all CRMs.
      `WITH RECURSIVE
       o AS MATERIALIZED (SELECT value ->> 'id' AS id, value ->> 'number' AS number, value ->> 'scope' AS scope,
         value -> 'records' AS records FROM json_each(?1)),
       named AS MATERIALIZED (SELECT o.id, o.scope, n.number FROM o, json_each(o.records) r
         CROSS JOIN connector_numbers n ON n.connector = r.value ->> 'connector' AND n.object = r.value ->> 'object'
           AND n.record = r.value ->> 'record'),
       person (id, number) AS (
         SELECT id, number FROM o
           WHERE scope IN ('person', 'unsaid') AND records = '[]' AND NOT ${shared("o.number")}
         UNION SELECT id, number FROM named WHERE scope = 'person' AND number <> 0 AND NOT ${shared("named.number")}
         UNION SELECT p.id, n.number FROM person p
           CROSS JOIN connector_numbers h ON h.number = p.number
           CROSS JOIN connector_numbers n ON n.connector = h.connector AND n.object = h.object AND n.record = h.record
           WHERE n.number <> 0 AND NOT ${shared("n.number")}),
       direct AS MATERIALIZED (
         SELECT o.id, o.scope, r.value ->> 'connector' AS connector, r.value ->> 'object' AS object,
             r.value ->> 'record' AS record FROM o, json_each(o.records) r WHERE o.scope = 'company'
         UNION SELECT o.id, o.scope, h.connector, h.object, h.record FROM o
           CROSS JOIN connector_numbers h ON h.number = o.number
           WHERE o.scope IN ('company', 'unsaid') AND o.records = '[]'),
       accounts AS MATERIALIZED (SELECT DISTINCT d.id, a.connector, a.account FROM direct d
         CROSS JOIN connector_accounts a ON a.connector = d.connector AND a.object = d.object AND a.record = d.record
         WHERE d.scope = 'company'),
       records AS (SELECT id, connector, object, record FROM direct
         UNION SELECT c.id, a.connector, a.object, a.record FROM accounts c
           CROSS JOIN connector_accounts a ON a.connector = c.connector AND a.account = c.account),
       company AS (SELECT r.id, n.number FROM records r
         CROSS JOIN connector_numbers n ON n.connector = r.connector AND n.object = r.object AND n.record = r.record)
       SELECT r.id AS origin, r.number FROM (SELECT * FROM person UNION SELECT * FROM company) r
       JOIN o ON o.id = r.id WHERE r.number <> o.number AND r.number <> 0
       ORDER BY r.id, r.number`,
    )
    .bind(JSON.stringify(wide))
    .all<{ origin: string; number: number }>();
  return results;
}

export const keepRecords = (id: string, records: readonly CrmRecord[]): Statement[] =>
  records.length === 0
    ? []
    : [
        sql(
          `INSERT OR IGNORE INTO suppression_records (suppression, connector, object, record)
           SELECT ?1, value ->> 'connector', value ->> 'object', value ->> 'record' FROM json_each(?2)`,
          ...[id, JSON.stringify(records)],
        ),
      ];

/** The entries by which an objection counts on further numbers, or tells that it may. */
export const spreadEntries = (
  origin: Pick<Suppression, "id" | "reason" | "scope">,
  numbers: readonly number[],
  { by, at }: { by: string; at: string },
): Suppression[] =>
  numbers.map((number) =>
    newEntry({
      ...{ number: e164Of(number), kind: "objection", source: "spread", until: null },
      // What is not known to be theirs says nothing of whoever objected.
      reason: origin.scope === "unsaid" ? entriesEn.unsaid : origin.reason,
      ...{ by, at, scope: origin.scope, origin: origin.id, keepsLine: origin.scope === "unsaid" },
    }),
  );

export const spreadStatements = (entries: readonly Suppression[]): Statement[] =>
  [...chunks(entries, ENTRIES)].flatMap((some) => [
    insertEntries(some),
    changedNumbers(some.map(({ number }) => ({ e164: number }))),
  ]);
/** A company's may be more than fit into one parameter. */
const ENTRIES = 500;

/** A new entry, and the id of the live one that it replaces. */
export interface Planned {
  entry: Suppression;
  replaces: string | null;
}

/**
 * How far new entries reach: the entries on other numbers, and the statements that belong before and after their own
 * insertion. What the replaced entry closed stays closed. Compliance is asked (`asks`) where nobody said whom an objection
 * closes, for a company's numbers outside CRMs, and for a person on a line that others share.
 */
export async function spreadOf(
  db: D1Database,
  planned: readonly Planned[],
  made: { by: string; at: string },
) {
  const before = await heldBy(
    db,
    planned.flatMap(({ replaces }) => replaces ?? []),
  );
  const origins = planned.map(({ entry: { id, number, scope }, replaces }) => ({
    ...{ id, number: numberOf(number), scope },
    records: before.records.get(replaces ?? "") ?? [],
  }));
  const reached = Map.groupBy(await reachOf(db, origins), ({ origin }) => origin);
  const persons = origins.filter(({ scope, records }) => scope === "person" && records.length === 0);
  const shared =
    persons.length === 0
      ? new Set()
      : await sharedOf(
          db,
          persons.map(({ number }) => number),
        );
  const spread: Suppression[] = [];
  for (const [i, { entry, replaces }] of planned.entries()) {
    const lost = persons.includes(origins[i]!) && shared.has(origins[i]!.number);
    entry.asks =
      entry.kind === "objection" && (entry.scope === "unsaid" || entry.scope === "company" || lost);
    const closed = new Set(before.closed.get(replaces ?? ""));
    const numbers = (reached.get(entry.id) ?? []).map(({ number }) => number);
    spread.push(
      ...spreadEntries(
        entry,
        numbers.filter((number) => !closed.has(number)),
        made,
      ),
    );
  }
  const carried = carriedOver(
    planned.flatMap(({ entry: { id, scope }, replaces }) =>
      replaces === null ? [] : [{ id, scope, replaces }],
    ),
  );
  return { spread, first: carried.first, then: [...carried.then, ...spreadStatements(spread)] };
}

/**
 * The statements before and after new entries' insertion by which what the replaced ones closed stays closed, and the
 * records that an officer named stay named.
 */
function carriedOver(replaced: readonly { id: string; scope: ObjectionScope; replaces: string }[]): {
  first: Statement[];
  then: Statement[];
} {
  if (replaced.length === 0) return { first: [], then: [] };
  const list = JSON.stringify(replaced);
  return {
    first: [
      sql(
        `WITH j AS MATERIALIZED (SELECT value ->> 'id' AS id, value ->> 'scope' AS scope, value ->> 'replaces' AS replaces
           FROM json_each(?))
         UPDATE suppressions SET origin = j.id, scope = j.scope FROM j
         WHERE suppressions.origin = j.replaces AND ended_at IS NULL AND keeps_line = 0`,
        list,
      ),
    ],
    then: [
      sql(
        `INSERT OR IGNORE INTO suppression_records (suppression, connector, object, record)
         SELECT j.value ->> 'id', r.connector, r.object, r.record FROM json_each(?) j
         JOIN suppression_records r ON r.suppression = j.value ->> 'replaces'`,
        list,
      ),
    ],
  };
}

/**
 * Whom an objection closes after another one on the same number: it never closes less, and what was said is not unsaid.
 * Where compliance is asked, a line is no answer: a list says so of every row, and an agent of the call at hand.
 */
export function after(live: Pick<Suppression, "scope"> | null, scope: ObjectionScope): ObjectionScope {
  if (live === null) return scope;
  if (live.scope === "unsaid") return scope === "line" ? "unsaid" : scope;
  return scope === "unsaid" || live.scope !== "line" ? live.scope : scope;
}

/** What some entries hold besides their numbers: the records that an officer named, and the numbers that they close. */
async function heldBy(db: D1Database, ids: readonly string[]) {
  const list = JSON.stringify(ids);
  const { records, closed } = await runBatch(db, {
    records: query<CrmRecord & { id: string }>(
      `SELECT suppression AS id, connector, object, record FROM suppression_records
       WHERE suppression IN (SELECT value FROM json_each(?))`,
      list,
    ),
    closed: query<{ id: string; number: number }>(
      `SELECT origin AS id, number FROM suppressions
       WHERE origin IN (SELECT value FROM json_each(?)) AND ended_at IS NULL AND keeps_line = 0`,
      list,
    ),
  });
  const by = <T extends { id: string }>(rows: T[]) => Map.groupBy(rows, ({ id }) => id);
  return {
    records: by(records),
    closed: new Map([...by(closed)].map(([id, rows]) => [id, rows.map(({ number }) => number)])),
  };
}

/** Objections that are read at once, and whose further numbers are written in one run: each is a request of the Worker. */
const READ = 1000;
const WRITTEN = 400;

/**
 * After a connector's run, and daily: closes what it brought of the people and companies who objected. The next run goes on
 * where there is more.
 */
export async function spreadAll(env: Env, now: number): Promise<void> {
  const { results } = await env.DB.prepare(
    `SELECT s.id, s.number, s.scope, s.reason, (SELECT json_group_array(json_object(
         'connector', r.connector, 'object', r.object, 'record', r.record))
       FROM suppression_records r WHERE r.suppression = s.id) AS records
     FROM suppressions s
     WHERE s.scope IN ('person', 'company', 'unsaid') AND s.ended_at IS NULL AND s.origin IS NULL
     ORDER BY s.scope = 'unsaid', s.id`,
  ).all<Omit<Origin, "records"> & { reason: string; records: string }>();
  const origins = results.map((row) => ({ ...row, records: JSON.parse(row.records) as CrmRecord[] }));
  let left = WRITTEN;
  for (const some of chunks(origins, READ)) {
    const fresh = await unknownYet(env.DB, some);
    for (const origin of some) {
      const numbers = fresh.get(origin.id);
      if (numbers === undefined) continue;
      if (left-- === 0) return;
      await spreadOne(env, origin, numbers, now);
    }
  }
}

/** The numbers that some objections reach and do not close yet. One that an officer ended alone does not come back. */
async function unknownYet(db: D1Database, origins: readonly Origin[]): Promise<Map<string, number[]>> {
  const reached = await reachOf(db, origins);
  const there = await db
    .prepare(
      `SELECT s.origin || ' ' || s.number AS pair FROM suppressions o JOIN suppressions s ON s.origin = o.id
       WHERE o.id IN (SELECT value FROM json_each(?)) AND s.keeps_line = (o.scope = 'unsaid')`,
    )
    .bind(JSON.stringify(origins.map(({ id }) => id)))
    .all<{ pair: string }>();
  const known = new Set(there.results.map(({ pair }) => pair));
  const fresh = reached.filter(({ origin, number }) => !known.has(`${origin} ${number}`));
  return new Map(
    [...Map.groupBy(fresh, ({ origin }) => origin)].map(([id, rows]) => [id, rows.map((row) => row.number)]),
  );
}

async function spreadOne(
  env: Env,
  origin: Origin & { reason: string },
  numbers: readonly number[],
  now: number,
): Promise<void> {
  const entries = spreadEntries(origin, numbers, { by: "system", at: new Date(now).toISOString() });
  await record(env, {
    actor: "system",
    event: {
      code: "suppression.spread",
      subject: origin.id,
      payload: { number: e164Of(origin.number), closed: entries.map(({ number }) => number) },
    },
    statements: spreadStatements(entries),
  }).catch((error: unknown) => {
    // Somebody ended the objection, or said whom it closes: what it reaches is found by the next run.
    if (problemOf(error)?.code !== "conflict") throw error;
  });
}

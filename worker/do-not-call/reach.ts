/**
 * Which other numbers an objection reaches. A person's reaches all numbers of their records in connected CRMs, and on
 * from each of these; but a number that several records of one CRM hold, of whatever object, is shared, so that it is
 * nobody's own: it is neither closed nor followed. A mobile that one record each of several objects holds (a lead and a
 * contact) is most likely one person's: it is closed, and not followed. A company's reaches all that a person's would, all
 * numbers of the records that hold its number, and those of the records of their accounts. Where an officer named the
 * records, these are the ones. One that does not say whom it closes reaches a person's numbers and those of the records
 * that hold its number, and closes none of them: they tell.
 */
import type { ObjectionScope } from "../../shared/do-not-call/api.ts";
import { lineTypeOf } from "../../shared/phone/line-types.ts";
import { e164Of } from "../../shared/registers/blocks.ts";

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

/** A condition: several records of one CRM hold the number. */
const shared = (number: string): string =>
  `EXISTS (SELECT 1 FROM connector_numbers x WHERE x.number = ${number}
     GROUP BY x.connector HAVING MIN(x.object) < MAX(x.object) OR MIN(x.record) < MAX(x.record))`;
/** A condition: several records hold it, and no two of one object. */
const oneOfEach = (number: string): string =>
  `${shared(number)} AND NOT EXISTS (SELECT 1 FROM connector_numbers x WHERE x.number = ${number}
     GROUP BY x.connector, x.object HAVING MIN(x.record) < MAX(x.record))`;
/** Where a plan does not tell a mobile from a fixed line, it may be one. */
const mayBeMobile = (number: number): boolean =>
  ["mobile", "fixed-or-mobile"].includes(lineTypeOf(e164Of(number)) ?? "");

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
           WHERE records = '[]' AND NOT ${shared("o.number")}
         UNION SELECT id, number FROM named WHERE number <> 0 AND NOT ${shared("named.number")}
         UNION SELECT p.id, n.number FROM person p
           CROSS JOIN connector_numbers h ON h.number = p.number
           CROSS JOIN connector_numbers n ON n.connector = h.connector AND n.object = h.object AND n.record = h.record
           WHERE n.number <> 0 AND NOT ${shared("n.number")}),
       beside AS (
         SELECT id, number FROM named WHERE ${oneOfEach("named.number")}
         UNION SELECT p.id, n.number FROM person p
           CROSS JOIN connector_numbers h ON h.number = p.number
           CROSS JOIN connector_numbers n ON n.connector = h.connector AND n.object = h.object AND n.record = h.record
           WHERE ${oneOfEach("n.number")}),
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
       SELECT r.id AS origin, r.number, MAX(r.sure) AS sure FROM (
           SELECT id, number, 1 AS sure FROM person UNION ALL SELECT id, number, 1 FROM company
           UNION ALL SELECT id, number, 0 FROM beside) r
       JOIN o ON o.id = r.id WHERE r.number <> o.number AND r.number <> 0
       GROUP BY r.id, r.number ORDER BY r.id, r.number`,
    )
    .bind(JSON.stringify(wide))
    .all<{ origin: string; number: number; sure: number }>();
  return results.filter(({ number, sure }) => sure === 1 || mayBeMobile(number));
}

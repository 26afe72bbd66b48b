/**
 * Which other numbers an objection reaches. A person's reaches all numbers of their records in connected CRMs, and on
 * from each of these; but a number that several records of one CRM hold, of whatever object, is shared, so that it is
 * nobody's own: it is neither closed nor followed. A mobile that one record each of several objects holds (a lead and a
 * contact) is most likely one person's: it is closed, and not followed. Any other shared number in their records tells where
 * it may be theirs alone, a person who is there twice: a mobile, a line that is said to be a consumer's or a sole trader's,
 * and one whose records all hold another number of theirs. So do the numbers of the records of a shared line, while nobody
 * has said which of them objected (`lost`). A switchboard is left alone. A company's reaches all that a person's would, all
 * numbers of the records that hold its number, and those of the records of their accounts. Where an officer named the
 * records, these are the ones. One that does not say whom it closes reaches a person's numbers and those of the records
 * that hold its number, and closes none of them: they tell.
 */
import type { ObjectionScope } from "../../shared/do-not-call/api.ts";
import { lineTypeOf } from "../../shared/phone/line-types.ts";
import type { Policy } from "../../shared/policy/policy.ts";
import { e164Of } from "../../shared/registers/blocks.ts";
import { query, runBatch } from "../core/batch.ts";
import { livePartiesOf, partyFact } from "./brief.ts";

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
  /** It is of a person on a shared line, and compliance has not said yet who it was. */
  lost: boolean;
}

/** A condition: several records of one CRM hold the number. */
const shared = (number: string): string =>
  `EXISTS (SELECT 1 FROM connector_numbers x WHERE x.number = ${number}
     GROUP BY x.connector HAVING MIN(x.object) < MAX(x.object) OR MIN(x.record) < MAX(x.record))`;
/** A condition: several records hold it, and no two of one object. */
const oneOfEach = (number: string): string =>
  `${shared(number)} AND NOT EXISTS (SELECT 1 FROM connector_numbers x WHERE x.number = ${number}
     GROUP BY x.connector, x.object HAVING MIN(x.record) < MAX(x.record))`;
/** A condition: all records that share the number are among those that an officer named. */
const allPicked = `NOT EXISTS (SELECT 1 FROM connector_numbers h WHERE h.number = named.number
     AND EXISTS (SELECT 1 FROM connector_numbers g WHERE g.number = h.number AND g.connector = h.connector
       AND (g.object <> h.object OR g.record <> h.record))
     AND NOT EXISTS (SELECT 1 FROM picked k WHERE k.id = named.id
       AND k.connector = h.connector AND k.object = h.object AND k.record = h.record))`;
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

/**
 * Those of some numbers that a CRM's record holds beside another number, but for some: where nobody said whom an objection closes, it
 * may mean more than its line.
 */
export async function besideOthers(
  db: D1Database,
  numbers: readonly number[],
  but: readonly number[] = [],
): Promise<Set<number>> {
  const { results } = await db
    .prepare(
      `SELECT j.value AS number FROM json_each(?1) j WHERE EXISTS (SELECT 1 FROM connector_numbers h
         CROSS JOIN connector_numbers n ON n.connector = h.connector AND n.object = h.object AND n.record = h.record
         WHERE h.number = j.value AND n.number NOT IN (0, h.number) AND n.number NOT IN (SELECT value FROM json_each(?2)))`,
    )
    .bind(JSON.stringify(numbers), JSON.stringify(but))
    .all<{ number: number }>();
  return new Set(results.map(({ number }) => number));
}

/**
 * Whether a line is its subscribers' together: by CRMs' records and not only one person's mobile, or by being a company's, as
 * verdicts know it. A partnership's partners are its subscribers.
 */
export async function mayStayOpen(db: D1Database, number: number, policy: Policy): Promise<boolean> {
  const { rows, parties } = await runBatch(db, {
    rows: query<{ shared: number; each: number }>(
      `SELECT ${shared("n")} AS shared, ${oneOfEach("n")} AS each FROM (SELECT ?1 AS n)`,
      number,
    ),
    parties: livePartiesOf(JSON.stringify([number])),
  });
  const { shared: several, each } = rows[0]!;
  if (partyFact(parties, policy).party?.party === "company") return true;
  return several === 1 && !(each === 1 && mayBeMobile(number));
}

/** The numbers that each of some objections reaches, besides its own: those that it closes, and those that it tells on. */
export async function reachOf(
  db: D1Database,
  origins: readonly Origin[],
): Promise<{ origin: string; number: number; tells: boolean }[]> {
  const wide = origins.filter(({ scope }) => scope !== "line");
  if (wide.length === 0) return [];
  const { results } = await db
    .prepare(
      // CROSS JOIN keeps SQLite from beginning at all records of all CRMs.
      `WITH RECURSIVE
       o AS MATERIALIZED (SELECT value ->> 'id' AS id, value ->> 'number' AS number, value ->> 'scope' AS scope,
         value -> 'records' AS records, value ->> 'lost' AS lost, value ->> 'mobile' AS mobile FROM json_each(?1)),
       named AS MATERIALIZED (SELECT o.id, o.scope, n.number FROM o, json_each(o.records) r
         CROSS JOIN connector_numbers n ON n.connector = r.value ->> 'connector' AND n.object = r.value ->> 'object'
           AND n.record = r.value ->> 'record'),
       picked AS MATERIALIZED (SELECT o.id, r.value ->> 'connector' AS connector, r.value ->> 'object' AS object,
         r.value ->> 'record' AS record FROM o, json_each(o.records) r),
       person (id, number) AS (
         SELECT id, number FROM o
           WHERE records = '[]' AND NOT ${shared("o.number")}
         UNION SELECT id, number FROM named WHERE number <> 0 AND (NOT ${shared("named.number")} OR ${allPicked})
         UNION SELECT p.id, n.number FROM person p
           CROSS JOIN connector_numbers h ON h.number = p.number
           CROSS JOIN connector_numbers n ON n.connector = h.connector AND n.object = h.object AND n.record = h.record
           WHERE n.number <> 0 AND NOT ${shared("n.number")}),
       beside AS (
         SELECT id, number FROM named WHERE ${shared("named.number")}
         UNION SELECT p.id, n.number FROM person p
           CROSS JOIN connector_numbers h ON h.number = p.number
           CROSS JOIN connector_numbers n ON n.connector = h.connector AND n.object = h.object AND n.record = h.record
           WHERE ${shared("n.number")}),
       lost AS (
         SELECT o.id, n.number FROM o
           CROSS JOIN connector_numbers h ON h.number = o.number
           CROSS JOIN connector_numbers n ON n.connector = h.connector AND n.object = h.object AND n.record = h.record
           WHERE o.lost = 1),
       own AS MATERIALIZED (SELECT id, number FROM person UNION SELECT id, number FROM o WHERE mobile = 1),
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
         CROSS JOIN connector_numbers n ON n.connector = r.connector AND n.object = r.object AND n.record = r.record),
       found AS MATERIALIZED (SELECT r.id, r.number, MAX(r.sure) AS sure FROM (
           SELECT id, number, 2 AS sure FROM person UNION ALL SELECT id, number, 2 FROM company
           UNION ALL SELECT id, number, 1 FROM beside UNION ALL SELECT id, number, 0 FROM lost) r
         JOIN o ON o.id = r.id WHERE r.number <> o.number AND r.number <> 0
         GROUP BY r.id, r.number)
       SELECT f.id AS origin, f.number, f.sure, f.sure = 1 AND ${oneOfEach("f.number")} AS each,
         f.sure < 2 AND (
           EXISTS (SELECT 1 FROM parties p WHERE p.number = f.number AND p.ended_at IS NULL AND p.party IN ('consumer', 'sole-trader'))
           OR NOT EXISTS (SELECT 1 FROM connector_numbers h WHERE h.number = f.number AND NOT EXISTS (
             SELECT 1 FROM connector_numbers i JOIN own w ON w.number = i.number AND w.id = f.id
             WHERE i.connector = h.connector AND i.object = h.object AND i.record = h.record))) AS single
       FROM found f ORDER BY f.id, f.number`,
    )
    .bind(JSON.stringify(wide.map((origin) => ({ ...origin, mobile: mayBeMobile(origin.number) }))))
    .all<{ origin: string; number: number; sure: number; each: number; single: number }>();
  const told = new Set(
    wide.flatMap(({ id, scope, records }) => (scope !== "company" && records.length === 0 ? [id] : [])),
  );
  return results.flatMap(({ origin, number, sure, each, single }) => {
    const mobile = mayBeMobile(number);
    const closes = sure === 2 || (each === 1 && mobile);
    const tells = told.has(origin) && (mobile || single === 1);
    return closes || tells ? [{ origin, number, tells: !closes }] : [];
  });
}

/**
 * What some entries hold besides their numbers: the records that an officer named, the numbers that they close, or closed
 * until they ended (`over`), and which of them said of a person all that was to be said.
 */
export async function heldBy(db: D1Database, ids: readonly string[]) {
  const list = JSON.stringify(ids);
  const { records, closed, said } = await runBatch(db, {
    records: query<CrmRecord & { id: string }>(
      `SELECT suppression AS id, connector, object, record FROM suppression_records
       WHERE suppression IN (SELECT value FROM json_each(?))`,
      list,
    ),
    closed: query<{ id: string; number: number; over: number }>(
      `SELECT s.origin AS id, s.number, s.ended_at IS NOT NULL AS over FROM suppressions o
       JOIN suppressions s ON s.origin = o.id AND s.ended_at IS o.ended_at AND s.keeps_line = 0
       WHERE o.id IN (SELECT value FROM json_each(?))`,
      list,
    ),
    said: query<{ id: string }>(
      `SELECT id FROM suppressions
       WHERE id IN (SELECT value FROM json_each(?)) AND scope IN ('person', 'company') AND asks = 0`,
      list,
    ),
  });
  const by = <T extends { id: string }>(rows: T[]) => Map.groupBy(rows, ({ id }) => id);
  const numbers = (over: number) =>
    new Map(
      [...by(closed.filter((row) => row.over === over))].map(([id, rows]) => [
        id,
        rows.map(({ number }) => number),
      ]),
    );
  return {
    ...{ records: by(records), closed: numbers(0), over: numbers(1) },
    said: new Set(said.map(({ id }) => id)),
  };
}

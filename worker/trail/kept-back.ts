/** Rows that are not as the trail has them, so that nothing goes by them: officers are told of each once. */
import { chunks } from "../../shared/core/chunks.ts";
import { record } from "../core/commit.ts";
import { sql, type Statement } from "../core/sql.ts";
import type { Env } from "../env.ts";
import { mailOfficers } from "../mail/outbox.ts";

/** Rows that a mail names, and that a statement notes. */
const NAMED = 10;
const TOGETHER = 10_000;

const noteOf = (rows: readonly string[], now: number): Statement =>
  sql(
    "INSERT OR IGNORE INTO kept_back (row, at) SELECT value, ?2 FROM json_each(?1)",
    ...[JSON.stringify(rows), new Date(now).toISOString()],
  );
const namesOf = (rows: readonly string[]) => ({ n: rows.length, rows: rows.slice(0, NAMED).join(", ") });

/** Notes rows (`recordings/7312…`) that were not erased, with a mail, one a day at the most. `now` in milliseconds. */
export const keptBack = async (
  db: D1Database,
  rows: readonly string[],
  now: number,
): Promise<Statement[]> => [
  noteOf(rows, now),
  ...(await mailOfficers(db, {
    template: "rows-kept-back",
    values: namesOf(rows),
    key: `rows-kept-back:${new Date(now).toISOString().slice(0, 10)}`,
  })),
];

/** The statements that note those of these rows that were not noted before, with a mail of its own (`key`), for what is not looked at again. */
export async function unlikeOnce(
  db: D1Database,
  rows: readonly string[],
  { key, now }: { key: string; now: number },
): Promise<Statement[]> {
  const fresh: string[] = [];
  for (const some of chunks(rows, TOGETHER)) {
    const { results } = await db
      .prepare("SELECT value AS row FROM json_each(?) WHERE value NOT IN (SELECT row FROM kept_back)")
      .bind(JSON.stringify(some))
      .all<{ row: string }>();
    fresh.push(...results.map(({ row }) => row));
  }
  if (fresh.length === 0) return [];
  return [
    ...[...chunks(fresh, TOGETHER)].map((some) => noteOf(some, now)),
    ...(await mailOfficers(db, {
      template: "rows-unlike",
      values: namesOf(fresh),
      key: `rows-unlike:${key}`,
    })),
  ];
}

/**
 * Notes those of these rows that were not noted before, which no check goes by, with a mail and a row of the trail: once an hour at
 * the most, and the others by a later check. `of`: the request that an officer decides by them, of which there is a mail of its own, as
 * what they judge once more counts from that on.
 */
export async function tellUnlike(env: Env, rows: readonly string[], now: number, of?: string): Promise<void> {
  if (rows.length === 0) return;
  const hour = new Date(now).toISOString().slice(0, 13);
  const key = `rows-unlike:${hour}${of === undefined ? "" : `.${of}`}`;
  const { results } = await env.DB.prepare(
    `SELECT j.value AS row FROM json_each(?1) j WHERE j.value NOT IN (SELECT row FROM kept_back)
       AND NOT EXISTS (SELECT 1 FROM outbox WHERE key >= ?2 || ':' AND key < ?2 || ';')`,
  )
    .bind(JSON.stringify(rows), key)
    .all<{ row: string }>();
  if (results.length === 0) return;
  const fresh = results.map(({ row }) => row);
  const mails = await mailOfficers(env.DB, { template: "rows-unlike", values: namesOf(fresh), key });
  await record(env, {
    actor: "system",
    event: { code: "evidence.unlike", subject: "", payload: { rows: fresh } },
    statements: [noteOf(fresh, now), ...mails],
  });
}

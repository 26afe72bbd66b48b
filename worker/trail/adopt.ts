/**
 * Once after an upgrade to a release that binds rows: says on the trail that from here on each row of these tables is bound,
 * and binds the policies that there are, as everything is judged by them.
 */
import { boundTables } from "./tables.ts";
import { bindAgain } from "../core/bound.ts";
import { record } from "../core/commit.ts";
import { sql } from "../core/sql.ts";
import type { Env } from "../env.ts";
import { policiesBound } from "../policy/bound.ts";
import { type Archive, archiveColumns, readObject, rowAt } from "./rows.ts";
import { sayErased } from "./erased.ts";

const CODE = "evidence.adopted";
const MARK = "evidence-adopted";

/** The event: rows of before are older. Null before it. Throws Unreadable. */
export async function adopted(env: Env): Promise<{ seq: number; at: string } | null> {
  const mark = await env.DB.prepare("SELECT value FROM marks WHERE name = ?")
    .bind(MARK)
    .first<{ value: string }>();
  const row = mark && (await rowAt(env, Number(mark.value)));
  return row?.code === CODE ? row : null;
}

/** Writes nothing where the trail has the event. */
export async function adopt(env: Env): Promise<void> {
  if (await adopted(env)) return;
  const seq = await sought(env);
  if (seq !== null) {
    await env.DB.prepare("INSERT OR REPLACE INTO marks (name, value) VALUES (?, ?)")
      .bind(MARK, String(seq))
      .run();
    return;
  }
  const { results: policies } = await env.DB.prepare(
    "SELECT version, doc, at, by, why FROM policies WHERE code IS NULL ORDER BY version",
  ).all<Record<string, string | number | null>>();
  const { results: erased } = await env.DB.prepare(
    `SELECT 'dials/' || ref AS row, COALESCE(done_at, date(kept_until, '+1 day')) AS since FROM request_items
     WHERE kind = 'dial' AND COALESCE(done_at, kept_until) IS NOT NULL`,
  ).all<{ row: string; since: string }>();
  await record(env, {
    actor: "system",
    event: {
      code: "evidence.adopted",
      subject: "",
      payload: { tables: boundTables.map(({ name }) => name), policies: policies.length },
    },
    statements: [
      ...policies.map((row) => bindAgain(policiesBound, row)),
      sayErased(erased),
      // The key refuses a second one at the same time.
      sql("INSERT INTO marks (name, value) VALUES (?, (SELECT MAX(seq) FROM audit))", MARK),
    ],
  });
}

/** The event of a database that lost its mark: it is not written twice, as rows that were added since would be of before. */
async function sought(env: Env): Promise<number | null> {
  const here = await env.DB.prepare("SELECT MIN(seq) AS seq FROM audit WHERE code = ?")
    .bind(CODE)
    .first<{ seq: number | null }>();
  const { results } = await env.DB.prepare(
    `SELECT ${archiveColumns} FROM audit_archives ORDER BY first_seq`,
  ).all<Archive>();
  for (const archive of results) {
    const object = await readObject(env, archive);
    const found = object?.rows?.find(({ code }) => code === CODE);
    if (found) return found.seq;
  }
  return here?.seq ?? null;
}

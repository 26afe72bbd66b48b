/**
 * Once after an upgrade to a release that binds rows: says on the trail that from here on each row of these tables is bound,
 * and binds the policies that there are, as everything is judged by them, and the people and tokens.
 */
import { boundTables } from "./tables.ts";
import { type AdoptionName, bindAgain, bindAsIs, type BoundTable, unboundOf } from "../core/bound.ts";
import { record } from "../core/commit.ts";
import { problemOf } from "../core/errors.ts";
import { changeRows, statesOf } from "../core/states.ts";
import { sql } from "../core/sql.ts";
import type { Env } from "../env.ts";
import { policiesBound } from "../policy/bound.ts";
import { type Archive, archiveColumns, readObject, rowAt } from "./rows.ts";
import { sayErased } from "./erased.ts";

interface Adoption {
  code: string;
  mark: string;
}
/** Of tables whose rows are bound as they are written: rows of before are older. */
export const ROWS_OF_BEFORE: Adoption = { code: "evidence.adopted", mark: "evidence-adopted" };
/** Of tables whose rows change: each row is bound by now. */
export const STATES: Readonly<Record<AdoptionName, Adoption>> = {
  access: { code: "evidence.states-adopted", mark: "evidence-states-adopted" },
  entries: { code: "evidence.entries-adopted", mark: "evidence-entries-adopted" },
  later: { code: "evidence.later-adopted", mark: "evidence-later-adopted" },
};
/** The event from which on a table's rows are bound. */
export const adoptionOf = ({ adoption }: BoundTable): Adoption =>
  adoption === null ? ROWS_OF_BEFORE : STATES[adoption];
/** Rows a commit, and commits a run. */
const MOST = 500;
const COMMITS = 40;

/** The event. Null before it. Throws Unreadable. */
export async function adopted(
  env: Env,
  { code, mark: name }: Adoption = ROWS_OF_BEFORE,
): Promise<{ seq: number; at: string } | null> {
  const mark = await env.DB.prepare("SELECT value FROM marks WHERE name = ?")
    .bind(name)
    .first<{ value: string }>();
  const row = mark && (await rowAt(env, Number(mark.value)));
  return row?.code === code ? row : null;
}

/** Writes nothing where the trail has the events. */
export async function adopt(env: Env): Promise<void> {
  if (!(await isAdopted(env, ROWS_OF_BEFORE))) await adoptRows(env);
  for (const which of ["access", "entries", "later"] as const)
    if (!(await isAdopted(env, STATES[which]))) await adoptStates(env, which);
}

/** Finds the event again where its mark was lost. */
async function isAdopted(env: Env, which: Adoption): Promise<boolean> {
  if (await adopted(env, which)) return true;
  const seq = await sought(env, which);
  if (seq === null) return false;
  await env.DB.prepare("INSERT OR REPLACE INTO marks (name, value) VALUES (?, ?)")
    .bind(which.mark, String(seq))
    .run();
  return true;
}

/** In as many commits and runs as it takes; one that is interrupted goes on in the next run. */
async function adoptStates(env: Env, which: keyof typeof STATES): Promise<void> {
  const tables = boundTables.filter(({ whole, adoption }) => whole && adoption === which);
  let commits = 0;
  for (const table of tables) {
    const { name, columns } = table;
    if (!table.states) {
      for (let rows; (rows = await unboundOf(env.DB, table, MOST)).length > 0;) {
        if (commits++ === COMMITS) return;
        const event = { code: "evidence.states-bound", subject: name, payload: { rows: rows.length } };
        await record(env, { actor: "system", event, statements: [bindAsIs(table, rows)] });
      }
      continue;
    }
    for (let last: string | null = null; ;) {
      const behind = `rowid > COALESCE((SELECT rowid FROM ${name} WHERE ${columns[0]!} = ?), 0)`;
      const where = `past IS NULL AND ${behind} ORDER BY rowid LIMIT ${MOST}`;
      const rows = await statesOf(env.DB, table, where, last);
      if (rows.length === 0) break;
      if (commits++ === COMMITS) return;
      const statements = changeRows(
        table,
        rows.map((before) => ({ before, to: {} })),
        new Date().toISOString(),
      );
      const event = { code: "evidence.states-bound", subject: name, payload: { rows: rows.length } };
      const moved = await record(env, { actor: "system", event, statements }).then(
        () => false,
        (error: unknown) => {
          // One was changed meanwhile: they are read again.
          if (problemOf(error)?.code !== "conflict") throw error;
          return true;
        },
      );
      if (!moved) last = String(rows.at(-1)![columns[0]!]);
    }
  }
  const { code, mark } = STATES[which];
  await record(env, {
    actor: "system",
    event: { code, subject: "", payload: { tables: tables.map(({ name }) => name) } },
    statements: [sql("INSERT INTO marks (name, value) VALUES (?, (SELECT MAX(seq) FROM audit))", mark)],
  });
}

async function adoptRows(env: Env): Promise<void> {
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
      code: ROWS_OF_BEFORE.code,
      subject: "",
      payload: { tables: boundTables.map(({ name }) => name), policies: policies.length },
    },
    statements: [
      ...policies.map((row) => bindAgain(policiesBound, row)),
      ...sayErased(erased),
      // The key refuses a second one at the same time.
      sql("INSERT INTO marks (name, value) VALUES (?, (SELECT MAX(seq) FROM audit))", ROWS_OF_BEFORE.mark),
    ],
  });
}

/** The event of a database that lost its mark: it is not written twice, as rows that were added since would be of before. */
async function sought(env: Env, { code: wanted }: Adoption): Promise<number | null> {
  const here = await env.DB.prepare("SELECT MIN(seq) AS seq FROM audit WHERE code = ?")
    .bind(wanted)
    .first<{ seq: number | null }>();
  const { results } = await env.DB.prepare(
    `SELECT ${archiveColumns} FROM audit_archives ORDER BY first_seq`,
  ).all<Archive>();
  for (const archive of results) {
    const object = await readObject(env, archive);
    const found = object?.rows?.find(({ code }) => code === wanted);
    if (found) return found.seq;
  }
  return here?.seq ?? null;
}

/** Rows of bound tables that are gone for a good reason: their time was over, or a request had them erased. */
import { MONTH } from "../../shared/core/time.ts";
import { sha256Hex } from "../../shared/core/sha256.ts";
import { commitmentTo, openingOf } from "../../shared/trail/bound.ts";
import { BOUND, type BoundTable, type Lost, stateIn } from "../core/bound.ts";
import { idIs, inChunks, sql, type Statement } from "../core/sql.ts";
import type { Env } from "../env.ts";
import { policyHistory, SECOND_THOUGHTS } from "../policy/current.ts";
import { type Archive, linked, noteIn, pages } from "./rows.ts";
import { ADOPTIONS, type Known, RETURNED } from "./start.ts";
import type { LinkedRow } from "../../shared/trail/chain.ts";

/**
 * The moment (in milliseconds) before which what is kept for policy's `clause` is gone: by each policy until its end. A
 * longer time counts at once, a shorter one not before the second thoughts are over. Policies are bound themselves.
 */
export async function dueUntil(
  db: D1Database,
  now: number,
  clause:
    | "dialMonths"
    | "listHistoryMonths"
    | "requestMonths"
    | "screeningMonths"
    | "turnedMonths"
    | "auditPayloadMonths" = "dialMonths",
): Promise<number> {
  const policies = (await policyHistory(db, "")).map(({ policy }, n, all) => ({
    months: policy.retention[clause],
    end: n + 1 < all.length ? Date.parse(all[n + 1]!.from) : now,
  }));
  const until = policies.map(({ end }, n) => {
    const lately = policies.slice(0, n + 1).filter((p) => p.end >= end - SECOND_THOUGHTS);
    return end - Math.max(...lately.map(({ months }) => months)) * MONTH;
  });
  return Math.max(...until);
}

/** Of rows that are kept for policy's `dialMonths` at the least. */
export const keptSince: NonNullable<BoundTable["erased"]> = async ({ DB }, lost, now) => {
  const due = await dueUntil(DB, now);
  return lost.filter(({ at }) => Date.parse(at) < due).map(({ key }) => key);
};

/** Of rows that go with the row of a table that their key begins with: whether that one may be gone, its own verification says. */
export const goneWith =
  (table: string): NonNullable<BoundTable["erased"]> =>
  async ({ DB }, lost) => {
    const of = ({ key }: Lost) => key.split("/")[0]!;
    const { results } = await DB.prepare(
      `SELECT value AS id FROM json_each(?) WHERE NOT EXISTS (SELECT 1 FROM ${table} WHERE ${table === "calls" ? idIs("id", "value") : "id = value"})`,
    )
      .bind(JSON.stringify([...new Set(lost.map(of))]))
      .all<{ id: string }>();
    const gone = new Set(results.map(({ id }) => id));
    return lost.filter((row) => gone.has(of(row))).map(({ key }) => key);
  };

/** A row that a request has erased: `dials/7312…`, and from which moment (ISO 8601) or day on it may be gone; behind `@`, the state that the sweep took. */
export interface Erased {
  row: string;
  since: string;
}
export const subjectOf = (row: string): string => `erased/${row}`;

/** Says on the trail that these rows may be gone, row by row, and where the trail says it. */
export const sayErased = (rows: readonly Erased[]): Statement[] =>
  inChunks(rows, (json) => ({
    ...sql(
      `INSERT OR REPLACE INTO erased (row, since, seq)
       SELECT value ->> 'row', value ->> 'since', (SELECT MAX(seq) FROM audit WHERE subject = 'erased/' || (value ->> 'row') AND subject <> '')
       FROM json_each(?)`,
      json,
    ),
    binds: (JSON.parse(json) as Erased[]).map(({ row, since }) => ({
      row: subjectOf(row),
      root: sha256Hex(since),
    })),
  }));

/** What requests of before this event had erased, or keep as a proof alone until a day, between two moments. */
export const erasedByRequests = async (db: D1Database, from = "", to = "9999"): Promise<Erased[]> =>
  (
    await db
      .prepare(
        `SELECT 'dials/' || ref AS row, COALESCE(done_at, date(kept_until, '+1 day')) AS since FROM request_items
         WHERE kind = 'dial' AND COALESCE(done_at, kept_until) BETWEEN ? AND ?`,
      )
      .bind(from, to)
      .all<Erased>()
  ).results;

/** What requests of before keep as a proof alone until a day, where the trail says nothing of it yet. */
export const keptAsProofs = async (db: D1Database): Promise<Erased[]> =>
  (
    await db
      .prepare(
        `SELECT kind || 's/' || ref AS row, date(until, '+1 day') AS since FROM restricted
         WHERE NOT EXISTS (SELECT 1 FROM erased e WHERE e.row = kind || 's/' || ref)`,
      )
      .all<Erased>()
  ).results;

/** Who erases: an older Worker, as an officer says. */
export type Eraser = "request" | "retention" | "returned";
/** The events of changes that say of rows that they may be gone, and who erases by them. */
const erasers: Readonly<Record<string, Eraser>> = {
  "request.comply": "request",
  "request.partial": "request",
  // It takes back what an earlier decision kept as a proof alone.
  "request.deny": "request",
  "request.words-erased": "request",
  [ADOPTIONS.rows.code]: "request",
  [ADOPTIONS.coded.code]: "request",
  [RETURNED.code]: "returned",
  "retention.swept": "retention",
  "connector.removed": "retention",
  // Kept until said otherwise.
  "call.agent-said": "retention",
};

/** A row of the trail that says that a row may be gone, with the event of its change. */
interface Saying {
  row: LinkedRow;
  event: LinkedRow;
}

/** Who erased a row, and the last of its states that this excuses. */
interface Excused {
  by: Eraser;
  upTo: number;
}

/**
 * Which of these rows the trail says were erased by now (ISO 8601), and by whom; and the archives that may say so and cannot be
 * read, with the rows of which they may (`hidden`): nothing is erased by that, as the database's owner can write any archive's
 * record. A row of the trail says so that the Ledger wrote in one change with the event of a decision or of a sweep.
 */
export async function erasedOf(
  env: Env,
  { originOf }: Pick<Known, "originOf">,
  rows: readonly string[],
  now: string,
): Promise<{ found: Map<string, Excused>; hidden: Set<string>; unread: Archive[] }> {
  const { results } = await env.DB.prepare(
    "SELECT row, since, seq FROM erased WHERE row IN (SELECT value FROM json_each(?)) AND substr(since, 1, 24) <= ? ORDER BY seq",
  )
    .bind(JSON.stringify(rows), now)
    .all<Erased & { seq: number }>();
  const found = new Map<string, Excused>();
  const hidden = new Set<string>();
  const unread: Archive[] = [];
  const said = await sayingsHere(
    env.DB,
    results.map(({ seq }) => seq),
  );
  for (const { row, since, seq } of results) {
    const isUnread = () => unread.some(({ firstSeq, lastSeq }) => firstSeq <= seq && seq <= lastSeq);
    if (!said.has(seq) && !isUnread()) await sayingsFrom(env, seq, said).catch(noteIn(unread));
    const saying = said.get(seq);
    const by = saying && saying.row.at === saying.event.at ? erasers[saying.event.code] : undefined;
    if (isUnread()) hidden.add(row);
    else if (
      by &&
      saying!.row.subject === subjectOf(row) &&
      saying!.row.commitment === commitmentTo(openingOf(null, [sha256Hex(since)])) &&
      [saying!.row, saying!.event].every((one) => originOf(one) !== "forged")
    )
      found.set(row, { by, upTo: since.includes("@") ? stateIn(since) : Infinity });
  }
  return { found, hidden, unread };
}

/** Of a day and a moment in ISO 8601; behind a moment may be a state. */
const DAY_LENGTH = 10;
const MOMENT_LENGTH = 24;

/**
 * Of rows that are there, those that the trail says went at a moment, each with its row of the trail: somebody brought them back.
 * One that may go from a day on stays until a sweep takes it, which says a moment. `now` is in ISO 8601.
 */
export async function broughtBack(
  env: Env,
  { originOf }: Pick<Known, "originOf">,
  rows: readonly string[],
  now: string,
): Promise<Map<string, number>> {
  const names = JSON.stringify(rows);
  const [kept, said] = (await env.DB.batch([
    env.DB.prepare(
      `SELECT e.row, e.since, e.seq FROM json_each(?) j CROSS JOIN erased e ON e.row = j.value
       WHERE NOT EXISTS (SELECT 1 FROM restricted r WHERE r.kind = substr(e.row, 1, instr(e.row, 's/') - 1)
         AND r.ref = substr(e.row, instr(e.row, 's/') + 2))`,
    ).bind(names),
    env.DB.prepare(
      `SELECT ${linked} FROM json_each(?) j CROSS JOIN audit a ON a.subject = 'erased/' || j.value
       WHERE a.subject <> '' AND NOT EXISTS (SELECT 1 FROM erased e WHERE e.row = j.value) ORDER BY a.seq`,
    ).bind(names),
  ])) as [D1Result<Erased & { seq: number }>, D1Result<LinkedRow>];
  // Where it is said is gone as well: what says so is still on the trail.
  const back = new Map(
    said.results
      .filter((row) => row.code === BOUND && originOf(row) !== "forged")
      .map(({ subject, seq }) => [subject.slice(subjectOf("").length), seq]),
  );
  const gone = kept.results.filter(
    ({ since }) => since.length > DAY_LENGTH && since.slice(0, MOMENT_LENGTH) <= now,
  );
  const { found } = await erasedOf(
    env,
    { originOf },
    gone.map(({ row }) => row),
    now,
  );
  for (const { row, seq } of gone) if (found.has(row)) back.set(row, seq);
  return back;
}

/** Those in the database, each with the next row that binds nothing: its change's own. */
async function sayingsHere(db: D1Database, seqs: readonly number[]): Promise<Map<number, Saying>> {
  if (seqs.length === 0) return new Map();
  const { results } = await db
    .prepare(
      `WITH w AS MATERIALIZED (SELECT a.seq, (SELECT e.seq FROM audit e WHERE e.seq > a.seq AND e.code <> ?2 ORDER BY e.seq LIMIT 1) AS event
         FROM json_each(?1) j CROSS JOIN audit a ON a.seq = j.value AND a.code = ?2)
       SELECT w.seq AS of, ${linked} FROM w CROSS JOIN audit a ON a.seq IN (w.seq, w.event)`,
    )
    .bind(JSON.stringify(seqs), BOUND)
    .all<LinkedRow & { of: number }>();
  const rows = Map.groupBy(results, ({ of }) => of);
  return new Map(
    [...rows].flatMap(([of, both]): [number, Saying][] => {
      const [row, event] = both.sort((a, b) => a.seq - b.seq);
      return row && event ? [[of, { row, event }]] : [];
    }),
  );
}

/** Those of the archive with this row, from it on: with others' rows of before it, one reading of it suffices. */
async function sayingsFrom(env: Env, seq: number, said: Map<number, Saying>): Promise<void> {
  let bound: LinkedRow[] = [];
  let isThrough = false;
  for await (const { rows, ends } of pages(env, seq - 1)) {
    for (const event of rows)
      if (event.code === BOUND) bound.push(event);
      else {
        for (const row of bound) if (row.subject.startsWith("erased/")) said.set(row.seq, { row, event });
        bound = [];
      }
    isThrough ||= ends !== undefined;
    // Its change's event may be the first row behind the archive.
    if (bound[0]?.seq !== seq && (isThrough || !said.has(seq))) return;
  }
}

/** Rows of bound tables that are gone for a good reason: their time was over, or a request had them erased. */
import { MONTH } from "../../shared/core/time.ts";
import { sha256Hex } from "../../shared/core/sha256.ts";
import { commitmentTo, openingOf } from "../../shared/trail/bound.ts";
import { BOUND, type BoundTable } from "../core/bound.ts";
import { inChunks, sql, type Statement } from "../core/sql.ts";
import type { Env } from "../env.ts";
import { policyHistory, SECOND_THOUGHTS } from "../policy/current.ts";
import { type Archive, noteIn, rowAt } from "./rows.ts";

/**
 * The moment (in milliseconds) before which what is kept for policy's `clause` is gone: by each policy until its end. A
 * longer time counts at once, a shorter one not before the second thoughts are over. Policies are bound themselves.
 */
export async function dueUntil(
  db: D1Database,
  now: number,
  clause: "dialMonths" | "listHistoryMonths" | "requestMonths" = "dialMonths",
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

/** A row that a request has erased: `dials/7312…`, and from which moment (ISO 8601) or day on it may be gone. */
export interface Erased {
  row: string;
  since: string;
}
const subjectOf = (row: string): string => `erased/${row}`;

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

/** Which of these rows the trail says were erased by now (ISO 8601), and the archives that may say so and cannot be read. */
export async function erasedOf(
  env: Env,
  rows: readonly string[],
  now: string,
): Promise<{ found: Set<string>; unread: Archive[] }> {
  const { results } = await env.DB.prepare(
    "SELECT row, since, seq FROM erased WHERE row IN (SELECT value FROM json_each(?)) AND since <= ?",
  )
    .bind(JSON.stringify(rows), now)
    .all<Erased & { seq: number }>();
  const found = new Set<string>();
  const unread: Archive[] = [];
  for (const { row, since, seq } of results) {
    const said = await rowAt(env, seq).catch(noteIn(unread));
    if (
      unread.some(({ firstSeq, lastSeq }) => firstSeq <= seq && seq <= lastSeq) ||
      (said?.code === BOUND &&
        said.subject === subjectOf(row) &&
        said.commitment === commitmentTo(openingOf(null, [sha256Hex(since)])))
    )
      found.add(row);
  }
  return { found, unread };
}

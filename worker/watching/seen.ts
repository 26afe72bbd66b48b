/** Who has seen which status changes: bound for many rows at once, and compared with what the rows say. */
import { chunks } from "../../shared/core/chunks.ts";
import { boundTable, type BoundTable, insertBound } from "../core/bound.ts";
import { newSalt } from "../core/change.ts";
import { refuseWhere, sql, type Statement } from "../core/sql.ts";
import type { Env } from "../env.ts";
import { dueUntil } from "../trail/erased.ts";
import { startOf } from "../trail/start.ts";

/** Rows that one row here names; and rows here that are read at once. */
const MOST = 20_000;
const SOME = 20;

export const turnedOver: NonNullable<BoundTable["erased"]> = async ({ DB }, lost, now) => {
  const due = await dueUntil(DB, now, "turnedMonths");
  return lost.filter(({ at }) => Date.parse(at) < due).map(({ key }) => key);
};

export const seenBound = boundTable({
  name: "turned_marked",
  columns: ["id", "first", "last", "nums", "by", "at"],
  at: "r.at",
  // There are none of before.
  before: { codes: [], subject: "''" },
  most: SOME,
  erased: turnedOver,
});

/** The statements that mark rows (in their order) as seen; refused (conflict) where one of them was marked, or is gone, meanwhile. */
export const markSeen = (nums: readonly number[], by: string, at: string): Statement[] =>
  [...chunks(nums, MOST)].flatMap((some) => {
    const json = JSON.stringify(some);
    return [
      sql(
        `UPDATE turned SET seen_at = ?2, seen_by = ?3
         WHERE num IN (SELECT value FROM json_each(?1)) AND seen_at IS NULL`,
        ...[json, at, by],
      ),
      refuseWhere("changes() <> ?", some.length),
      insertBound(seenBound, [{ id: newSalt(), first: some[0]!, last: some.at(-1)!, nums: json, by, at }]),
    ];
  });

interface Row {
  key: string;
  num: number;
  seen_at: string | null;
  seen_by: string | null;
}

/** Of status changes with these keys, those that do not say of who has seen them what was bound, or say it though nothing was. */
export async function unlikeSeen(
  env: Env,
  keys: readonly string[],
): Promise<{ key: string; columns: string[] }[]> {
  const { ends, returned } = await startOf(env);
  if (ends === null || keys.length === 0) return [];
  const select = "SELECT num, seen_at, seen_by";
  const { results: rows } = await env.DB.prepare(
    `WITH j AS MATERIALIZED (SELECT value AS key, instr(value, '/') AS slash FROM json_each(?1))
     ${select}, j.key FROM j CROSS JOIN turned t ON t.batch = substr(j.key, 1, j.slash - 1)
       AND t.place = CAST(substr(j.key, j.slash + 1) AS INTEGER) WHERE j.slash > 0
     UNION ALL ${select}, j.key FROM j CROSS JOIN turned t ON t.num = CAST(j.key AS INTEGER) WHERE j.slash = 0`,
  )
    .bind(JSON.stringify(keys))
    .all<Row>();
  const said = await saidOf(
    env.DB,
    rows.map(({ num }) => num),
  );
  const isOfBefore = (at: string) => at < ends.at || returned.some(({ from, to }) => from <= at && at <= to);
  return rows.flatMap(({ key, num, seen_at, seen_by }) => {
    const of = said.get(num);
    if (!of && (seen_at === null || isOfBefore(seen_at))) return [];
    const columns = [
      ...(seen_at === (of?.at ?? null) ? [] : ["seen_at"]),
      ...(seen_by === (of?.by ?? null) ? [] : ["seen_by"]),
    ];
    return columns.length === 0 ? [] : [{ key, columns }];
  });
}

/** What was bound of these rows, by their numbers. */
async function saidOf(db: D1Database, nums: readonly number[]) {
  const wanted = new Set(nums);
  const said = new Map<number, { by: string; at: string }>();
  const lowest = nums.reduce((least, num) => Math.min(least, num), Infinity);
  const highest = nums.reduce((most, num) => Math.max(most, num), 0);
  for (let last = lowest, id = ""; wanted.size > 0;) {
    const { results } = await db
      .prepare(
        `SELECT id, last, nums, by, at FROM turned_marked WHERE (last, id) > (?1, ?2) AND first <= ?3
         ORDER BY last, id LIMIT ?4`,
      )
      .bind(...[last, id, highest, SOME])
      .all<{ id: string; last: number; nums: string; by: string; at: string }>();
    for (const { nums: its, by, at } of results)
      for (const num of numsIn(its)) if (wanted.has(num)) said.set(num, { by, at });
    if (results.length < SOME) break;
    ({ last, id } = results.at(-1)!);
  }
  return said;
}

/** What is no list of them, as somebody altered it, has none: it is a finding itself. */
function numsIn(json: string): number[] {
  try {
    const nums: unknown = JSON.parse(json);
    return Array.isArray(nums) ? nums.map(Number) : [];
  } catch {
    return [];
  }
}
